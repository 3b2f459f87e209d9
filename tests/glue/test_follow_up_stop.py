"""Stopping active follow-up: who is proposed, what a stop does, and the four ways it ends."""

from ast import literal_eval
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..addon.common import SegmentationCase

SELLER = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"
LOGGER = "odoo.addons.customer_segmentation_coverage.models.customer_follow_up_stop"


class FollowUpCase(SegmentationCase):
    """Gold from 1000, Low Value for all others; Lazy Ltd., owned by Ana, bought once two years ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gold = Command.create({"measure": "revenue", "entry": 1000, "keep": 1000})
        cls.policy.write(
            {
                "tier_ids": [
                    Command.clear(),
                    Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [gold]}),
                    Command.create({"name": "Low", "sequence": 2, "low_value": True}),
                ]
            }
        )
        cls.ana, cls.ben = (new_test_user(cls.env, f"pool_{name}", groups=SELLER, name=name) for name in ("Ana", "Ben"))
        cls.manager = new_test_user(cls.env, "pool_manager", groups=MANAGER, name="Mary")
        cls.employee = new_test_user(cls.env, "pool_employee", groups="base.group_user")
        cls.lazy = cls.customer("Lazy", user_id=cls.ana.id)
        cls.order(cls.lazy, 50, days_ago=730)
        cls.keen = cls.customer("Keen", user_id=cls.ana.id)
        cls.order(cls.keen, 5000, days_ago=3)
        cls.recompute()
        cls.stops = cls.env["customer.follow.up.stop"]

    @classmethod
    def spend(cls, partner, count=1, kind="mail.mail_activity_data_call"):
        """Activities done with a customer."""
        activity = partner.activity_schedule(kind, user_id=cls.ana.id) if count else cls.env["mail.activity"]
        for _ in range(count - 1):
            activity |= partner.activity_schedule(kind, user_id=cls.ana.id)
        activity.action_feedback("talked")

    def review(self, user=None, **values):
        review = self.env["customer.follow.up.review"].with_user(user or self.manager).create(values)
        return (
            self.env["customer.follow.up.review.line"]
            .with_user(user or self.manager)
            .search(review.action_show()["domain"])
        )

    def approve(self, *partners, user=None, reason="Costs more than it brings", **values):
        profiles = self.env["customer.segmentation.profile"].union(*(self.profile(partner) for partner in partners))
        approval = self.env["customer.follow.up.approval"].with_user(user or self.manager)
        approval.create({"profile_ids": profiles.ids, "reason": reason, **values}).action_approve()
        return self.stop_of(*partners)

    def stop_of(self, *partners, company=None):
        domain = [("partner_id", "in", [partner.id for partner in partners])]
        return self.stops.search([*domain, ("company_id", "=", (company or self.company).id)])

    def refresh(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()

    def confirm(self, partner, amount=70, **values):
        order = self.order(partner, amount, state="draft", **values)
        order.action_confirm()
        return order

    def last_note(self, partner):
        """What was noted last, without what Odoo tracks by itself."""
        return partner.message_ids.filtered("body").sorted("id")[-1].body


class TestCandidates(FollowUpCase):
    def test_customers_of_low_value_with_effort_and_without_orders(self):
        self.spend(self.lazy, 3)
        self.spend(self.keen, 3)
        line = self.review()
        self.assertEqual(line.partner_id, self.lazy)
        self.assertEqual((line.contact_count, line.user_id), (3, self.ana))
        self.assertEqual(line.last_order_date, self.day(730))
        self.assertRegex(line.reason, r"^Low; no order since .*; contacts in the last 12 months: 3\.$")
        self.assertEqual(line.customer_tier_id.name, "Low")

    def test_months_and_contacts_limit_the_list(self):
        self.spend(self.lazy, 2)
        self.assertFalse(self.review(minimum_contacts=3))
        self.assertFalse(self.review(months=36))
        quiet = self.customer("Quiet")
        self.order(quiet, 20, days_ago=800)
        self.recompute()
        self.assertEqual(self.review().partner_id, self.lazy)
        self.assertEqual(self.review(minimum_contacts=0).partner_id, self.lazy | quiet)

    def test_who_is_not_proposed(self):
        self.assertFalse(self.review(), "no effort was spent")
        self.spend(self.lazy)
        self.lazy.active = False
        self.assertFalse(self.review(), "archived")
        self.lazy.active = True
        self.approve(self.lazy)
        self.assertFalse(self.review(), "stopped already")

    def test_no_tier_of_low_value(self):
        self.spend(self.lazy)
        self.policy.tier_ids.low_value = False
        self.assertFalse(self.review())
        self.assertIn("no tier is marked", self.env["customer.follow.up.review"].create({}).basis)
        self.policy.tier_ids.sorted()[-1].low_value = True
        self.assertEqual(self.env["customer.follow.up.review"].create({}).basis, "On the tier Low")

    def test_without_ladder_class_c_at_risk_or_lost(self):
        self.policy.tier_ids.unlink()
        self.recompute()
        for partner in (self.lazy, self.keen):
            self.spend(partner)
        self.assertEqual(self.profile(self.lazy).abc_class, "C")
        self.assertIn(self.profile(self.lazy).lifecycle_stage, ("at_risk", "dormant", "lost"))
        line = self.review()
        self.assertEqual(line.partner_id, self.lazy)
        self.assertTrue(line.reason.startswith(f"Class C, {self.profile(self.lazy).segment_id.name}; no order since"))
        self.assertIn("Class C", self.env["customer.follow.up.review"].create({}).basis)

    def test_bad_numbers_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least 1"):
            self.env["customer.follow.up.review"].create({"months": 0})
        with self.assertRaisesRegex(ValidationError, "must not be negative"):
            self.env["customer.follow.up.review"].create({"minimum_contacts": -1})

    def test_customers_of_another_company(self):
        south = self.other_company()
        theirs = self.customer("Theirs")
        self.order(theirs, 10, days_ago=900, company=south)
        self.order(self.lazy, 10, days_ago=900, company=south)
        self.recompute(self.policy_of(south))
        self.recompute()
        line = self.review(minimum_contacts=0)
        self.assertEqual(line.partner_id, self.lazy)
        # Whose customers they are elsewhere is told to who works there.
        self.assertNotIn("another company", line.reason)
        self.manager.company_ids |= south
        self.assertIn("also a customer of another company", self.review(minimum_contacts=0).reason)

    def test_each_manager_sees_the_own_list(self):
        self.review(minimum_contacts=0)
        other = new_test_user(self.env, "pool_other", groups=MANAGER)
        self.assertFalse(self.env["customer.follow.up.review.line"].with_user(other).search([]))
        for user in (self.ana, self.employee):
            with self.assertRaises(AccessError):
                self.review(user=user)


class TestStop(FollowUpCase):
    def test_approving_releases_the_customer(self):
        contact = self.customer("Contact", parent_id=self.lazy.id, is_company=False, user_id=self.ana.id)
        self.spend(self.lazy, 2)
        line = self.review()
        action = line.action_approve()
        approval = Form(self.env["customer.follow.up.approval"].with_user(self.manager).with_context(action["context"]))
        self.assertEqual(approval.customer_count, 1)
        approval.save().action_approve()
        stop = self.stop_of(self.lazy)
        self.assertEqual((stop.since, stop.stopped_by_id, stop.effort_count), (self.today, self.manager, 2))
        self.assertEqual((stop.previous_user_id, stop.ended_on), (self.ana, False))
        self.assertIn("contacts in the last 12 months: 2", stop.reason)
        self.assertFalse((self.lazy | contact).user_id)
        note = self.last_note(self.lazy)
        self.assertIn("Active follow-up stopped: e-mail only; released to the public pool.", note)
        self.assertNotIn("Low", note, "people of other companies read it")
        self.assertFalse(line.exists(), "decided")
        self.assertTrue(self.profile(self.lazy).follow_up_stopped)
        self.assertFalse(self.profile(self.keen).follow_up_stopped)

    def test_the_contact_says_it_to_everybody(self):
        self.approve(self.lazy, reason="Too far away")
        contact = self.customer("Contact", parent_id=self.lazy.id, is_company=False)
        for user in (self.employee, self.ana, self.manager):
            shown = contact.with_user(user)
            with self.subTest(user.login):
                self.assertTrue(shown.customer_follow_up_stopped)
                self.assertRegex(
                    shown.customer_follow_up_message,
                    "^Active follow-up stopped since .*: e-mail only; in the public pool. Too far away$",
                )
                found = shown.search(
                    [("customer_follow_up_stopped", "=", True), ("id", "in", (self.keen | contact).ids)]
                )
                self.assertEqual(found, contact)
                found = shown.search(
                    [("customer_follow_up_stopped", "=", False), ("id", "in", (self.keen | contact).ids)]
                )
                self.assertEqual(found, self.keen)
        self.assertFalse(self.keen.customer_follow_up_message)
        profiles = self.env["customer.segmentation.profile"]
        for stopped, partner in ((True, self.lazy), (False, self.keen)):
            found = profiles.search(
                [("follow_up_stopped", "=", stopped), ("partner_id", "in", (self.lazy | self.keen).ids)]
            )
            self.assertEqual(found.partner_id, partner)

    def test_planned_calls_are_cancelled_and_nothing_else(self):
        contact = self.customer("Contact", parent_id=self.lazy.id, is_company=False)
        calls = self.lazy.activity_schedule("mail.mail_activity_data_call", user_id=self.ana.id, summary="Ring")
        calls |= contact.activity_schedule("mail.mail_activity_data_call", user_id=self.ben.id)
        others = self.lazy.activity_schedule("mail.mail_activity_data_todo", user_id=self.ana.id)
        others |= self.lazy.activity_schedule("mail.mail_activity_data_meeting", user_id=self.ana.id)
        others |= self.keen.activity_schedule("mail.mail_activity_data_call", user_id=self.ana.id)
        done = self.lazy.activity_schedule("mail.mail_activity_data_call", user_id=self.ana.id)
        done.action_feedback("called")
        profile = self.profile(self.lazy)
        approval = self.env["customer.follow.up.approval"].with_user(self.manager).create({"profile_ids": profile.ids})
        self.assertEqual(approval.call_count, 2)
        self.approve(self.lazy)
        self.assertFalse(calls.exists())
        self.assertEqual((others | done).exists(), others | done)
        self.assertRegex(self.last_note(self.lazy), "Planned calls cancelled: (Ring|Call) .*, (Ring|Call) ")

    def test_calls_of_another_company_stay_and_are_not_told(self):
        other = self.other_company()
        stranger = new_test_user(
            self.env,
            "stop_stranger",
            "sales_team.group_sale_salesman",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        theirs = self.lazy.activity_schedule("mail.mail_activity_data_call", user_id=stranger.id, summary="About 747")
        profile = self.profile(self.lazy)
        approval = self.env["customer.follow.up.approval"].with_user(self.manager).create({"profile_ids": profile.ids})
        self.assertEqual(approval.call_count, 0)
        self.approve(self.lazy)
        self.assertTrue(theirs.exists())
        self.assertNotIn("747", self.last_note(self.lazy))

    def test_planned_calls_stay_when_the_manager_says_so(self):
        call = self.lazy.activity_schedule("mail.mail_activity_data_call", user_id=self.ana.id)
        self.approve(self.lazy, cancel_calls=False)
        self.assertTrue(call.exists())

    def test_some_of_several(self):
        self.approve(self.lazy)
        stop = self.stop_of(self.lazy)
        self.approve(self.lazy, self.keen)
        self.assertEqual(self.stop_of(self.lazy), stop, "stopped already: left as it is")
        self.assertTrue(self.stop_of(self.keen))
        with self.assertRaisesRegex(UserError, "stopped already"):
            self.approve(self.lazy, self.keen)

    def test_a_reason_is_needed(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.approve(self.lazy, reason=False)

    def test_only_managers_approve(self):
        for user in (self.ana, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.approve(self.lazy, user=user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.profile(self.lazy).with_user(user).action_stop_follow_up()
        scores = new_test_user(self.env, "pool_scores", groups="base.group_user,customer_segmentation.group_manager")
        self.approve(self.lazy, user=scores)
        self.assertFalse(self.lazy.user_id)

    def test_nobody_writes_or_reads_past_the_rights(self):
        stop = self.approve(self.lazy)
        values = {"partner_id": self.keen.id, "company_id": self.company.id, "typed_reason": "x", "since": self.today}
        for user in (self.manager, self.ana, self.employee):
            for call in (
                lambda as_user: as_user.create(values),
                lambda as_user: as_user.write({"typed_reason": "x"}),
                lambda as_user: as_user.unlink(),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call(stop.with_user(user))
        portal = new_test_user(self.env, "pool_portal", groups="base.group_portal")
        for user in (portal, self.employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                stop.with_user(user).read(["reason"])
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["customer_follow_up_stopped"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(portal).search([("customer_follow_up_stopped", "=", True)])

    def test_another_company_goes_on(self):
        south = self.other_company()
        self.order(self.lazy, 10, days_ago=900, company=south)
        self.recompute(self.policy_of(south))
        stop = self.approve(self.lazy)
        theirs = new_test_user(self.env, "pool_south", groups=MANAGER, company_id=south.id, company_ids=[south.id])
        self.assertFalse(self.lazy.with_user(theirs).customer_follow_up_stopped)
        self.assertFalse(stop.with_user(theirs).search([]))
        self.assertFalse(self.profile(self.lazy, south).follow_up_stopped)
        with self.assertRaises(AccessError):
            stop.with_user(theirs).action_take()
        with self.assertRaises(AccessError):
            stop.with_user(theirs).action_resume()
        with self.assertRaises(AccessError):
            self.approve(self.keen, user=theirs)

    def test_a_failure_leaves_everything_as_it_was(self):
        call = self.lazy.activity_schedule("mail.mail_activity_data_call", user_id=self.ana.id)
        killed = patch.object(type(self.lazy), "_message_log_batch", side_effect=UserError("killed"))
        with killed, self.assertRaises(UserError), self.env.cr.savepoint():
            self.approve(self.lazy)
        self.assertFalse(self.stop_of(self.lazy))
        self.assertEqual(self.lazy.user_id, self.ana)
        self.assertTrue(call.exists())


class TestEnd(FollowUpCase):
    def test_a_rep_takes_a_customer(self):
        stop = self.approve(self.lazy)
        pool = self.env.ref("customer_segmentation_coverage.action_public_pool")
        mine = self.stops.with_user(self.ben)
        self.assertEqual(mine.search(literal_eval(pool.domain)), stop)
        self.lazy.with_user(self.ben).action_take_customer()
        self.assertEqual(self.lazy.user_id, self.ben)
        self.assertEqual((stop.ended_on, stop.end_reason), (self.today, "Taken from the public pool by Ben"))
        self.assertIn("Taken from the public pool by Ben", self.last_note(self.lazy))
        self.assertFalse(mine.search(literal_eval(pool.domain)))
        self.assertFalse(self.lazy.customer_follow_up_stopped)
        with self.assertRaisesRegex(UserError, "No longer in the public pool: Lazy"):
            stop.with_user(self.ana).action_take()

    def test_a_customer_without_stop_is_not_taken(self):
        with self.assertRaisesRegex(UserError, "No longer in the public pool"):
            self.keen.with_user(self.ben).action_take_customer()
        with self.assertRaises(AccessError):
            self.lazy.with_user(self.employee).action_take_customer()

    def test_two_reps_at_once(self):
        stop = self.approve(self.lazy)
        locked = patch.object(type(stop), "lock_for_update", side_effect=LockError("busy"))
        with locked, self.assertRaisesRegex(UserError, "Somebody else takes"):
            stop.with_user(self.ben).action_take()
        self.assertFalse(self.lazy.user_id)

    def test_the_manager_resumes(self):
        stop = self.approve(self.lazy, self.keen)
        with self.assertRaises(AccessError):
            stop.with_user(self.ana).action_resume()
        stop.with_user(self.manager).action_resume()
        self.assertEqual((self.lazy | self.keen).user_id, self.ana)
        self.assertEqual(set(stop.mapped("end_reason")), {"Resumed by Mary"})
        self.assertIn("Salesperson again: Ana.", self.last_note(self.lazy))
        with self.assertRaises(UserError):
            self.lazy.with_user(self.manager).action_resume_follow_up()

    def test_a_second_stop_uses_the_row_again(self):
        stop = self.approve(self.lazy, reason="First")
        stop.with_user(self.manager).action_resume()
        self.lazy.user_id = self.ben
        again = self.approve(self.lazy, reason="Second")
        self.assertEqual(again, stop)
        self.assertEqual((stop.reason, stop.previous_user_id, stop.ended_on), ("Second", self.ben, False))

    def test_reasons_are_said_in_the_language_of_who_reads_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        tier = self.policy.tier_ids.sorted()[-1]
        tier.with_context(lang="zh_CN").name = "低价值客户"
        self.spend(self.lazy)
        self.manager.lang = "zh_CN"
        line = self.review().with_context(lang="zh_CN")
        self.assertTrue(line.reason.startswith("低价值客户"), line.reason)
        approval = self.env["customer.follow.up.approval"].with_user(self.manager)
        approval.create({"profile_ids": line.profile_id.ids, "line_ids": line.ids}).action_approve()
        stop = self.stop_of(self.lazy)
        theirs = stop.with_context(lang="zh_CN")
        self.assertTrue(stop.reason.startswith("Low; no order since"), stop.reason)
        self.assertTrue(theirs.reason.startswith("低价值客户"), theirs.reason)
        self.assertIn("no order since", self.lazy.with_context(lang="en_US").customer_follow_up_message)
        theirs.with_user(self.manager).action_resume()
        self.assertEqual(stop.end_reason, "Resumed by Mary")
        self.assertNotEqual(theirs.end_reason, stop.end_reason)
        self.assertIn("Mary", theirs.end_reason)

    def test_a_salesperson_set_by_hand(self):
        stop = self.approve(self.lazy)
        self.lazy.name = "Lazy & Sons"
        self.assertFalse(stop.ended_on)
        self.lazy.user_id = self.ben
        self.assertEqual((stop.ended_on, stop.end_reason), (self.today, "Salesperson set: Ben"))

    def test_a_salesperson_of_another_company_set_by_hand(self):
        south = self.other_company()
        stop = self.approve(self.lazy)
        eve = new_test_user(
            self.env, "pool_eve", groups=SELLER, name="Eve", company_id=south.id, company_ids=[south.id]
        )
        self.lazy.user_id = eve
        self.assertFalse(stop.ended_on, "Eve does not work here")
        self.assertNotIn("pool", self.lazy.customer_follow_up_message)
        with self.assertRaisesRegex(UserError, "Lazy has a salesperson: Eve"):
            stop.with_user(self.ben).action_take()
        stop.with_user(self.manager).action_resume()
        self.assertEqual(self.lazy.user_id, eve, "who took over stays")

    # ------------------------------------------------------------------ the next order

    def test_an_order_ends_it_within_a_minute(self):
        stop = self.approve(self.lazy)
        order = self.confirm(self.lazy)
        self.assertFalse(stop.ended_on, "confirming does not wait for it")
        self.refresh()
        self.assertEqual((stop.ended_on, stop.end_reason), (self.today, f"ordered {order.name}"))
        self.assertEqual(self.lazy.user_id, self.ana)
        self.assertIn("Active follow-up goes on. Salesperson again: Ana.", self.last_note(self.lazy))
        self.assertNotIn(order.name, self.last_note(self.lazy), "people of other companies read it")
        self.recompute()
        self.assertEqual(self.recompute().changed_count, 0)
        self.assertEqual(self.stop_of(self.lazy).write_date, stop.write_date)

    def test_an_order_of_a_contact_in_a_branch_ends_it(self):
        stop = self.approve(self.lazy)
        contact = self.customer("Contact", parent_id=self.lazy.id, is_company=False)
        self.confirm(contact, company=self.branch(self.company))
        self.refresh()
        self.assertTrue(stop.ended_on)

    def test_what_does_not_end_it(self):
        south = self.other_company()
        stop = self.approve(self.lazy)
        self.confirm(self.lazy, company=south)
        self.confirm(self.lazy, amount=0)
        self.confirm(self.lazy, amount=-20)
        self.order(self.lazy, 80, state="draft")
        self.order(self.lazy, 80, days_ago=400)
        self.recompute()
        self.refresh()
        self.assertFalse(stop.ended_on)

    def test_a_purchase_that_is_no_order_ends_it_in_the_run(self):
        stop = self.approve(self.lazy)
        stop.since = self.day(10)
        self.env["customer.imported.purchase"].create(
            {"partner_id": self.lazy.id, "date": self.day(5), "amount": 30, "reference": "old-1"}
        )
        self.recompute()
        self.assertEqual((stop.end_reason, self.lazy.user_id), ("bought again", self.ana))

    def test_a_salesperson_who_left_does_not_come_back(self):
        stop = self.approve(self.lazy)
        self.ana.active = False
        self.confirm(self.lazy)
        self.refresh()
        self.assertTrue(stop.ended_on)
        self.assertFalse(self.lazy.user_id)
        self.assertIn("Ana, the salesperson before, is not active here any more", self.last_note(self.lazy))

    def test_a_customer_of_nobody(self):
        self.lazy.user_id = False
        self.approve(self.lazy)
        self.confirm(self.lazy)
        self.refresh()
        self.assertFalse(self.lazy.user_id)
        self.assertIn("The customer had no salesperson before.", self.last_note(self.lazy))

    def test_the_salesperson_is_told(self):
        self.approve(self.lazy)
        self.confirm(self.lazy)
        self.refresh()
        told = self.env["mail.message"].search([("message_type", "=", "user_notification")], order="id desc", limit=1)
        self.assertEqual(told.notified_partner_ids, self.ana.partner_id)

    def test_what_was_interrupted_is_done_later(self):
        stop = self.approve(self.lazy)
        self.confirm(self.lazy)
        killed = patch.object(type(self.lazy), "_hand_over", side_effect=ValueError("killed"))
        with killed, self.assertLogs(LOGGER, "WARNING"):
            self.refresh()
        self.assertFalse(stop.ended_on, "undone as a whole")
        self.assertFalse(self.lazy.user_id)
        self.assertEqual(self.profile(self.lazy).order_count, 1, "the scores are written all the same")
        self.recompute()
        self.assertTrue(stop.ended_on)
        self.assertEqual(self.lazy.user_id, self.ana)

    def test_looking_for_purchases_costs_two_queries_more_where_somebody_is_stopped(self):
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.stops._end_by_orders(self.company)
        self.approve(self.lazy)
        self.env.flush_all()
        with self.assertQueryCount(3):
            self.stops._end_by_orders(self.company, self.lazy.ids)
        with self.assertQueryCount(3):
            self.stops._end_by_orders(self.company)

    # ------------------------------------------------------------------ merging

    def merge(self, *partners, into):
        ids = [partner.id for partner in (*partners, into)]
        self.env["base.partner.merge.automatic.wizard"]._merge(ids, into, extra_checks=False)
        self.env.invalidate_all()

    def test_a_stopped_customer_merged_into_one_who_is_followed_up(self):
        self.approve(self.lazy)
        self.merge(self.lazy, into=self.keen)
        stop = self.stop_of(self.keen)
        self.assertEqual((stop.ended_on, stop.end_reason), (self.today, "Merged with a customer who is followed up"))
        self.assertEqual(self.keen.user_id, self.ana)

    def test_two_stopped_customers_become_one(self):
        self.approve(self.lazy, self.keen)
        self.merge(self.lazy, into=self.keen)
        stop = self.stop_of(self.keen)
        self.assertEqual(len(stop), 1)
        self.assertFalse(stop.ended_on)

    def test_one_who_is_followed_up_merged_into_a_stopped_one(self):
        stop = self.approve(self.lazy)
        self.merge(self.keen, into=self.lazy)
        self.assertTrue(stop.ended_on)
        self.assertEqual(self.lazy.user_id, self.ana)

    def test_a_stopped_customer_merged_into_a_contact(self):
        self.approve(self.lazy)
        contact = self.customer("Contact", parent_id=self.keen.id, is_company=False)
        contact.user_id = self.lazy.is_company = False
        self.merge(self.lazy, into=contact)
        self.assertEqual(self.stop_of(contact).end_reason, "Part of another customer now")
        self.assertFalse(contact.customer_follow_up_stopped)

    def test_a_stopped_customer_that_moves_into_another(self):
        stop = self.approve(self.lazy)
        self.lazy.write({"parent_id": self.keen.id, "is_company": False})
        self.assertEqual(stop.end_reason, "Part of another customer now")
        self.assertFalse(self.lazy.customer_follow_up_stopped)

    def test_a_deleted_customer_takes_its_stop_along(self):
        other = self.customer("Other")
        self.env["customer.imported.purchase"].create(
            {"partner_id": other.id, "date": self.day(900), "amount": 1, "reference": "old-2"}
        )
        self.recompute()
        stop = self.approve(other)
        self.env["customer.imported.purchase"].search([("partner_id", "=", other.id)]).unlink()
        other.unlink()
        self.assertFalse(stop.exists())

    # ------------------------------------------------------------------ screens

    def test_screens(self):
        stop = self.approve(self.lazy)
        self.assertEqual(stop.action_open_customer()["res_id"], self.lazy.id)
        for user in (self.employee, self.ana, self.manager):
            arch = self.env["res.partner"].with_user(user).get_view(view_type="form")["arch"]
            with self.subTest(user.login):
                self.assertIn("customer_follow_up_message", arch)
                self.assertEqual("action_take_customer" in arch, user != self.employee)
                self.assertEqual("action_resume_follow_up" in arch, user == self.manager)
        visible = self.env["ir.ui.menu"].with_user(self.ana)._visible_menu_ids()
        self.assertIn(self.env.ref("customer_segmentation_coverage.menu_public_pool").id, visible)
        self.assertNotIn(self.env.ref("customer_segmentation_coverage.menu_follow_up_stops").id, visible)
        self.assertNotIn(self.env.ref("customer_segmentation_coverage.menu_follow_up_review").id, visible)


class TestConsistency(FollowUpCase):
    def test_calls_against_a_stopped_follow_up(self):
        """Said before the start; the customer is left out."""
        self.profile(self.lazy).write({"lifecycle_stage": "dormant", "gone_date": False})
        segment = self.profile(self.lazy).segment_id
        segment.worth_a_call = "yes"
        playbook = self.env["customer.playbook"].create(
            {"name": "Call", "segment_ids": segment.ids, "summary": "Call {{ object.partner_id.name }}"}
        )
        starts = self.env["customer.playbook.start"].with_user(self.manager)
        self.nobody_waits()
        said = starts.create({"playbook_id": playbook.id})
        self.assertEqual((said.candidate_count, said.contradictions), (1, False))
        self.approve(self.lazy)
        self.nobody_waits()
        self.env.invalidate_all()
        said = starts.create({"playbook_id": playbook.id})
        self.assertIn("“Call” leaves out because their active follow-up is stopped: 1.", said.contradictions)
        self.assertEqual(said.candidate_count, 0)
