"""Coverage among the others: lists, playbooks, reports and settings know who is no longer followed up."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..addon.common import SegmentationCase
from ..addon.playbook_common import PlaybookCase
from ..addon.security_common import SecurityCase
from ..addon.test_exclusion import ExclusionCase
from ..addon.test_work_lists import WorkListCase
from .test_not_scored import NotScoredCase
from .test_portrait import PortraitCase


class TestWorkLists(WorkListCase):
    def late(self):
        """Who is on the list with the filters it starts with, but of every salesperson."""
        return self.profiles.search(
            [
                ("partner_id.active", "=", True),
                ("follow_up_stopped", "=", False),
                ("expected_next_order_date", "<", "today"),
            ]
        ).partner_id

    def test_nobody_whose_follow_up_was_stopped_is_called(self):
        weekly = self.customer("Weekly")
        for number in range(8):
            self.order(weekly, 100, 20 + 7 * number)
        self.recompute()
        profile = self.profile(weekly)
        self.env["customer.follow.up.stop"]._stop(profile, {profile.id: "Too small"}, {}, cancel_calls=False)
        self.assertNotIn(weekly, self.late())


class TestExclusion(ExclusionCase):
    def test_a_stop_of_follow_up_ends_and_the_salesperson_is_back(self):
        seller = new_test_user(self.env, "exclusion_seller", groups="sales_team.group_sale_salesman")
        self.best.user_id = seller
        profile = self.profile(self.best)
        self.env["customer.follow.up.stop"]._stop(profile, {profile.id: "Bought once"}, {}, cancel_calls=False)
        self.assertFalse(self.best.user_id)
        self.exclude(self.best)
        stop = self.env["customer.follow.up.stop"].search([("partner_id", "=", self.best.id)])
        self.assertEqual((stop.ended_on, stop.end_reason), (self.today, "Excluded from profiling"))
        self.assertEqual(self.best.user_id, seller)


class TestNotScored(NotScoredCase):
    def test_not_those_left_to_e_mail_on_purpose(self):
        self.scored.user_id = False
        profile = self.profile(self.scored)
        self.env["customer.follow.up.stop"]._stop(profile, {profile.id: "Small"}, {}, cancel_calls=False)
        self.assertFalse(self.rows(self.scored))


class TestPortrait(PortraitCase):
    def test_a_stopped_follow_up_is_said_instead(self):
        profile = self.profile(self.buyer)
        self.env["customer.follow.up.stop"]._stop(profile, {profile.id: "Small"}, {}, cancel_calls=False)
        self.assertEqual(len(self.one()["follow_ups"]), 1)
        self.assertIn("stopped", self.one()["follow_ups"][0]["name"])


class TestFollowUpStopped(PlaybookCase):
    def stop(self, *profiles):
        profiles = self.env["customer.segmentation.profile"].union(*profiles)
        reasons = dict.fromkeys(profiles.ids, "Costs more than it brings")
        self.env["customer.follow.up.stop"]._stop(profiles, reasons, {}, cancel_calls=False)

    def test_nobody_calls(self):
        playbook = self.playbook()
        profile, other = self.scored(self.champions), self.scored(self.champions)
        self.stop(profile)
        for each in (profile, other):
            self.move(each, self.at_risk)
        self.work()
        self.assertEqual(self.entries_of(profile, other).profile_id, other)
        self.entries.search([]).unlink()
        self.assertEqual(self.env["customer.playbook.entrance"]._candidates_now(playbook), other)

    def test_only_an_e_mail_or_a_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Newsletter"})
        self.playbook(action_kind="none", tag_id=tag.id)
        profile = self.scored(self.champions)
        self.stop(profile)
        self.move(profile, self.at_risk)
        self.work()
        self.assertEqual(self.entries_of(profile).state, "done")

    def test_stopping_takes_everything_off_the_desk(self):
        self.policy.playbook_capacity_person = 1
        self.playbook()
        opened, waiting, other = self.falls(revenue=9), self.falls(revenue=5), self.falls(revenue=1)
        self.work()
        self.stop(opened, waiting)
        self.assertEqual(self.entries_of(opened, waiting).mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(
            set(self.entries_of(opened, waiting).mapped("closing_reason")),
            {"Active follow-up of the customer was stopped."},
        )
        self.assertFalse(self.activities_of(opened))
        self.work()
        self.assertEqual(self.entries_of(other).state, "open", "moves up")

    def test_stopped_behind_the_back_of_playbooks(self):
        """By an import, for example."""
        self.playbook()
        profile, elsewhere = self.falls(), self.falls()
        self.work()
        values = {"since": self.today, "stopped_at": fields.Datetime.now(), "typed_reason": "x"}
        other = self.other_company()
        self.env["customer.follow.up.stop"].create(
            [
                {**values, "partner_id": profile.partner_id.id, "company_id": self.company.id},
                {**values, "partner_id": elsewhere.partner_id.id, "company_id": other.id},
            ]
        )
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "Active follow-up of the customer was stopped.")
        self.assertEqual(self.entries_of(elsewhere).state, "open", "only another company stopped")


class TestSettings(SegmentationCase):
    def test_its_box_is_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.customer_segmentation_has_coverage)
        self.assertTrue(settings.module_customer_segmentation_coverage)

    def test_weights_that_cannot_be_meant_are_refused(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        for record, name in ((self.policy, "effort_weight_call"), (self.policy.tier_ids[0], "owner_weight")):
            for value in (float("inf"), float("nan"), 1e300):
                with self.subTest(name=name, value=value), self.assertRaises(UserError):
                    record.write({name: value})


@tagged("post_install", "-at_install")
class TestCompanies(SecurityCase):
    def of_north(self):
        """What is known of the effort for customers of company North, and of a stopped follow-up."""
        bolt = self.profile(self.bolt)
        self.env["customer.follow.up.stop"]._stop(bolt, {bolt.id: "Bought once"}, {}, cancel_calls=False)
        domain = [("company_id", "=", self.company["north"].id)]
        return {
            "effort": self.env["customer.segmentation.effort"].search(domain),
            "reason": self.env["customer.follow.up.stop"].search(domain),
        }

    def test_another_company_finds_and_reads_nothing(self):
        for number, records in self.of_north().items():
            self.assertTrue(records, number)
            stranger = self.model(records._name, "south_manager")
            self.env.invalidate_all()
            with self.subTest(model=records._name):
                self.assertFalse(stranger.search([("id", "in", records.ids)]))
                self.assertEqual(stranger._read_group([("id", "in", records.ids)], [], ["__count"]), [(0,)])
                self.assertRefused(stranger.browse(records.ids).read, [number])
                switched_off = self.model(records._name, "both_manager", "south")
                self.assertFalse(switched_off.search([("id", "in", records.ids)]))

    def test_the_own_company_is_found(self):
        managers = ("sales_manager", "both_manager", "scores_manager")
        roles = {"effort": managers, "reason": (*managers, "seller", "scores_user")}
        for number, records in self.of_north().items():
            for role in roles[number]:
                with self.subTest(model=records._name, role=role):
                    found = self.model(records._name, role).search([("id", "in", records.ids)])
                    self.assertEqual(set(found.ids), set(records.ids))

    def test_what_was_found_about_customers_is_written_by_nobody(self):
        for model in ("customer.segmentation.effort", "customer.follow.up.stop"):
            for role in ("sales_manager", "scores_manager", "both_manager", "seller", "employee", "portal"):
                theirs = self.model(model, role)
                with self.subTest(model=model, role=role):
                    self.assertRefused(theirs.create, {"partner_id": self.coral.id})
                    self.assertRefused(theirs.browse(1).write, {"partner_id": self.coral.id})
                    self.assertRefused(theirs.browse(1).unlink)

    def test_what_managers_decide_is_closed_to_others(self):
        models = (
            "customer.segmentation.allocation",
            "customer.segmentation.allocation.line",
            "customer.segmentation.allocation.load",
            "customer.segmentation.effort",
            "customer.follow.up.approval",
            "customer.follow.up.review",
            "customer.follow.up.review.line",
            "customer.tier.report",
        )
        for model in models:
            for role in ("public", "portal", "employee", "billing", "seller", "all_seller", "scores_user"):
                with self.subTest(model=model, role=role):
                    self.assertRefused(self.model(model, role).search, [])
                    self.assertRefused(self.model(model, role).create, {})
