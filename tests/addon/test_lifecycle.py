"""Rhythm and lifecycle in the addon: every customer in one stage every day, prospects, history, companies, rules."""

from datetime import timedelta

from odoo.exceptions import ValidationError

from .common import SegmentationCase
from .test_refresh import RefreshCase


class LifecycleCase(SegmentationCase):
    @classmethod
    def every(cls, name, gap, count, last, **values):
        """A customer with so many orders, one every `gap` days, the last one `last` days ago."""
        partner = cls.customer(name)
        for number in range(count):
            cls.order(partner, 100, last + number * gap, **values)
        return partner

    def stage(self, partner, company=None):
        return self.profile(partner, company).lifecycle_stage

    def quote(self, partner, company=None, **values):
        return self.order(partner, 50, company=company, state="draft", **values)

    def lead(self, partner, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Chance",
                "partner_id": partner.id,
                "type": "opportunity",
                "company_id": self.company.id,
                **values,
            }
        )


class TestLifecycle(LifecycleCase):
    def test_each_customer_against_its_own_rhythm(self):
        yearly = self.every("Yearly", 365, 6, 100)
        weekly = self.every("Weekly", 7, 80, 100)
        fresh = self.every("Fresh", 7, 1, 90)
        no_longer_fresh = self.every("No longer fresh", 7, 1, 91)
        once = self.every("Once", 7, 1, 731)
        self.recompute()
        self.assertEqual(
            [self.stage(one) for one in (yearly, weekly, fresh, no_longer_fresh, once)],
            ["mature", "lost", "new", "active", "lost"],
        )
        profile = self.profile(yearly)
        # the median of 365 and 7 days, drawn to 90 days by as much as five customers would
        company_median = (2 * 186 + 5 * 90) / 7
        self.assertAlmostEqual(profile.typical_gap_days, (5 * 365 + 2 * company_median) / 7, 6)
        self.assertEqual(profile.expected_next_order_date, self.day(100) + timedelta(days=294))
        self.assertEqual((profile.purchase_day_count, profile.overdue_ratio), (6, 0.3))
        self.assertEqual(profile.stage_since, self.today)
        self.assertFalse(self.profile(weekly).expected_next_order_date, "nothing is expected of who is lost")

    def test_several_orders_of_a_day_are_one(self):
        partner = self.every("Twice a day", 30, 3, 5)
        self.order(partner, 10, 5)
        self.recompute()
        self.assertEqual(self.profile(partner).purchase_day_count, 3)
        self.assertEqual(self.profile(partner).lifetime_order_count, 4)

    def test_silent_customers_move_on_by_themselves_day_by_day(self):
        partner = self.every("Monthly", 30, 14, 0)
        for number in range(6):
            self.every(f"Other {number}", 30, 4, number)
        # (7 · 30 + 5 · 90) / 12 = 55 days are the company's median, (13 · 30 + 2 · 55) / 15 = 33.3 the usual gap
        seen, previous = [], None
        self.recompute()
        for day in range(0, 255, 5):
            run = self.recompute(as_of=self.day(-day))
            profile = self.profile(partner)
            if profile.lifecycle_stage != previous:
                seen.append((day, profile.lifecycle_stage))
                self.assertEqual(profile.stage_since, run.as_of)
            previous = profile.lifecycle_stage
        after = [(0, "mature"), (70, "at_risk"), (135, "dormant"), (205, "lost")]
        self.assertEqual(seen, after)
        changes = self.profile(partner).transition_ids.filtered(
            lambda change: change.from_lifecycle_stage != change.to_lifecycle_stage
        )
        self.assertEqual(changes.sorted("id").mapped("to_lifecycle_stage"), [stage for _day, stage in after])
        self.assertEqual(changes.sorted("id").mapped("processed"), [True, False, False, False])
        self.assertEqual({profile.lifecycle_stage for profile in self.all_profiles()}, {"lost"})

    def all_profiles(self):
        return self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])

    def test_a_change_of_the_stage_alone_has_its_direction(self):
        for number in range(6):
            self.every(f"Other {number}", 30, 4, 200)
        partner = self.every("Monthly", 30, 14, 61)
        self.recompute()
        self.recompute(as_of=self.day(-6))
        change = self.profile(partner).transition_ids.sorted("id")[-1]
        self.assertEqual((change.from_lifecycle_stage, change.to_lifecycle_stage), ("mature", "at_risk"))
        self.assertEqual(change.from_segment_id, change.to_segment_id)
        self.assertEqual(change.direction, "down")

    def test_returning_until_the_second_purchase_since(self):
        partner = self.every("Back", 30, 5, 250)
        self.recompute()
        self.assertEqual(self.stage(partner), "dormant")
        self.order(partner, 100, 10)
        self.recompute()
        self.assertEqual(self.stage(partner), "returning")
        change = self.profile(partner).transition_ids.sorted("id")[-1]
        self.assertEqual((change.from_lifecycle_stage, change.direction), ("dormant", "up"))
        self.order(partner, 100, 1)
        self.recompute()
        self.assertEqual(self.stage(partner), "mature")

    def test_limits_of_the_policy(self):
        partner = self.every("Fresh", 7, 1, 60)
        self.recompute()
        self.assertEqual(self.stage(partner), "new")
        version = self.policy.version
        self.policy.write({"new_days": 30, "lost_months": 1})
        self.assertEqual(self.policy.version, version + 1)
        self.recompute()
        self.assertEqual(self.stage(partner), "lost")
        self.assertTrue(self.profile(partner).transition_ids[0].processed, "the rules changed, not the customer")

    def test_limits_that_cannot_be(self):
        for values, said in (
            ({"dormant_ratio": 7}, "one after the other, from 1 time the usual gap on, not after 2, 7 and 6 times"),
            ({"at_risk_ratio": 0.5}, "not after 0.50, 4 and 6 times"),
            ({"lost_months": 0}, r"Gone after \(Months\) is 0; it must be 1 or more"),
            ({"new_days": -1}, r"Newcomer for \(Days\) is -1; it must be 0 or more"),
            ({"mature_purchase_days": 0}, "it must be 1 or more"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, said), self.env.cr.savepoint():
                self.policy.write(values)

    def test_branches_add_up(self):
        branch = self.branch(self.company)
        partner = self.every("Both", 60, 2, 10)
        self.order(partner, 100, 40, company=branch)
        self.recompute()
        profile = self.profile(partner)
        self.assertEqual((profile.purchase_day_count, profile.first_order_date), (3, self.day(70)))

    def test_two_companies_two_rhythms(self):
        other = self.other_company()
        partner = self.every("Both", 30, 5, 80)
        for days_ago in (5, 1000):
            self.order(partner, 100, days_ago, company=other)
        self.recompute()
        self.recompute(self.policy_of(other))
        self.assertEqual(self.stage(partner), "active")
        self.assertEqual(self.stage(partner, other), "returning")
        self.assertNotEqual(self.profile(partner).typical_gap_days, self.profile(partner, other).typical_gap_days)

    def test_no_zero_orders_unless_they_count(self):
        partner = self.every("Samples", 30, 3, 5)
        self.order(partner, 0, 1)
        self.recompute()
        self.assertEqual(self.profile(partner).purchase_day_count, 3)
        self.policy.count_zero_orders = True
        self.recompute()
        self.assertEqual(self.profile(partner).purchase_day_count, 4)

    def test_activity_level(self):
        bought, met, silent = (self.every(name, 30, 8, last) for name, last in (("A", 10), ("B", 70), ("C", 70)))
        met.message_post(body="Hello", message_type="email", author_id=met.id)
        self.recompute()
        levels = [self.profile(partner).activity_level for partner in (bought, met, silent)]
        self.assertEqual(levels, ["high", "medium", "low"])

    def test_lists_of_choices_are_those_of_the_scoring_package(self):
        from odoo.addons.customer_segmentation.scoring import lifecycle
        from odoo.addons.customer_segmentation.tools import labels

        self.assertEqual({name for name, _label in labels.LIFECYCLE_STAGES}, set(lifecycle.STAGES))


class TestProspects(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.every("Buyer", 30, 5, 3)

    def test_stage_only(self):
        quoted, led = self.customer("Quoted"), self.customer("Led")
        contact = self.env["res.partner"].create({"name": "Person", "parent_id": led.id})
        self.quote(quoted)
        self.lead(contact, type="lead")
        self.quote(self.buyer)
        run = self.recompute()
        self.assertEqual(run.customer_count, 1)
        self.assertEqual(run.cut_points["customer_count"], 1)
        self.assertEqual([self.stage(one) for one in (quoted, led, self.buyer)], ["prospect", "prospect", "active"])
        self.assertFalse(self.profile(contact))
        profile = self.profile(quoted)
        empty = (
            "segment_id",
            "abc_class",
            "rfm_code",
            "tier_id",
            "first_order_date",
            "typical_gap_days",
            "overdue_ratio",
            "expected_next_order_date",
            "activity_level",
            "revenue",
            "order_count",
            "segment_since",
        )
        self.assertFalse([name for name in empty if profile[name]])
        self.assertEqual(profile.stage_since, self.today)
        self.assertEqual(profile.explanation, "Not scored: no purchase yet.")
        self.assertEqual(self.recompute().changed_count, 0)

    def test_who_is_none(self):
        lost, gone, cancelled = (self.customer(name) for name in ("Lost", "Gone", "Cancelled"))
        self.lead(lost).action_set_lost()
        self.lead(gone).active = False
        self.quote(cancelled)._action_cancel()
        self.recompute()
        self.assertFalse(self.profile(lost | gone | cancelled))

    def profile(self, partner, company=None):
        return self.env["customer.segmentation.profile"].search(
            [("partner_id", "in", partner.ids), ("company_id", "=", (company or self.company).id)]
        )

    def test_hot_with_an_open_quotation(self):
        hot, warm = self.customer("Hot"), self.customer("Warm")
        quotation = self.quote(hot)
        self.lead(hot)
        self.lead(warm)
        self.quote(self.buyer)
        self.recompute()
        profiles = self.env["customer.segmentation.profile"]
        mine = [("company_id", "=", self.company.id)]
        self.assertEqual((self.profile(hot).is_hot_prospect, self.profile(warm).is_hot_prospect), (True, False))
        self.assertFalse(self.profile(self.buyer).is_hot_prospect, "a customer is no prospect")
        self.assertEqual(profiles.search([*mine, ("is_hot_prospect", "=", True)]).partner_id, hot)
        self.assertEqual(profiles.search([*mine, ("is_hot_prospect", "=", False)]).partner_id, warm | self.buyer)
        quotation._action_cancel()
        self.env.invalidate_all()
        self.assertFalse(self.profile(hot).is_hot_prospect)

    def test_nobody_left_to_win_leaves_an_empty_profile(self):
        partner = self.customer("Quoted")
        quotation = self.quote(partner)
        self.recompute()
        quotation._action_cancel()
        self.recompute()
        profile = self.profile(partner)
        self.assertEqual((profile.lifecycle_stage, profile.stage_since), (False, False))
        self.assertEqual(self.recompute().changed_count, 0)

    def test_each_company_has_its_prospects(self):
        other = self.other_company()
        here, there, everywhere = (self.customer(name) for name in ("Here", "There", "Everywhere"))
        self.quote(here, self.branch(self.company))
        self.quote(there, other)
        self.lead(everywhere, company_id=False, team_id=False, user_id=False)
        self.recompute()
        run = self.recompute(self.policy_of(other))
        self.assertIn("No purchases yet", run.message)
        found = [self.profile(here | there | everywhere, company).partner_id for company in (self.company, other)]
        self.assertEqual(found, [here | everywhere, there | everywhere])

    def test_a_tier_set_by_hand_stays(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.recompute()
        tier = self.policy.tier_ids.sorted()[:1]
        self.profile(self.buyer).sudo().write({"tier_id": tier.id, "tier_locked_until": self.day(-30)})
        self.env["sale.order"].search([("partner_id", "=", self.buyer.id)])._action_cancel()
        self.quote(self.buyer)
        self.recompute()
        self.assertEqual(
            (self.profile(self.buyer).lifecycle_stage, self.profile(self.buyer).tier_id), ("prospect", tier)
        )


class TestLifecycleBetweenRuns(RefreshCase, LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for n, partner in enumerate(cls.customers[:6]):
            cls.order(partner, 80, 40 + 9 * n)
            cls.order(partner, 80, 70 + 11 * n)
        cls.recompute()

    def test_a_prospect_who_orders_is_new(self):
        partner = self.customer("Prospect")
        quotation = self.quote(partner)
        self.recompute()
        self.assertEqual(self.stage(partner), "prospect")
        quotation.action_confirm()
        self.refresh()
        self.assertEqual(self.stage(partner), "new")
        change = self.profile(partner).transition_ids.sorted("id")[-1]
        self.assertEqual((change.from_lifecycle_stage, change.direction, change.processed), ("prospect", "up", False))

    def test_a_new_customer_who_cancels_is_a_prospect_while_a_quotation_is_open(self):
        partner = self.customer("Back and forth")
        order = self.quote(partner)
        self.quote(partner)
        order.action_confirm()
        self.refresh()
        self.assertEqual(self.stage(partner), "new")
        order._action_cancel()
        self.refresh()
        self.assertEqual(self.stage(partner), "prospect")

    def test_a_refresh_and_a_run_say_the_same(self):
        """As long as the median gap of all customers is what it was: who bought most often only does so more often."""
        partner = self.customers[0]
        for number in range(5):
            self.order(partner, 70, 20 * number + 1, state="draft").action_confirm()
        self.refresh()
        refreshed = self.profile(partner).read()
        self.recompute()
        self.assertEqual(
            {name: value for name, value in self.profile(partner).read()[0].items() if name.startswith(STABLE)},
            {name: value for name, value in refreshed[0].items() if name.startswith(STABLE)},
        )

    def test_a_run_from_before_leaves_the_refresh_to_a_whole_run(self):
        run = self.policy.last_run_id
        cut_points = dict(run.cut_points)
        cut_points["window_customer_count"] = 0
        run.cut_points = cut_points
        self.order(self.customers[0], 70, state="draft").action_confirm()
        self.refresh()
        latest = self.env["customer.segmentation.run"].search([("policy_id", "=", self.policy.id)], limit=1)
        self.assertEqual(latest.state, "pending")


STABLE = (
    "lifecycle",
    "stage",
    "typical",
    "expected",
    "purchase",
    "overdue",
    "activity",
)
