"""What sellers read about rhythm, lifecycle and prediction: words, timeline, revenue at risk, filters, rights."""

from datetime import timedelta

from odoo.tests import Form, new_test_user

from .common import SegmentationCase
from .test_model_card import ModelCardCase

SELLER, MANAGER = "sales_team.group_sale_salesman", "sales_team.group_sale_manager"


class TestRhythmInWords(SegmentationCase):
    def words_of(self, *days_ago):
        partner = self.customer()
        for days in days_ago:
            self.order(partner, days_ago=days)
        self.recompute()
        return self.profile(partner)

    def test_who_is_late(self):
        profile = self.words_of(*range(40, 540, 10))
        # Nearly the own 10 days: the company's 90 weigh little against 49 gaps.
        self.assertEqual(profile.rhythm, "Usually orders every 13 days; 27 days late.")
        self.assertTrue(profile.explanation.endswith(profile.rhythm))

    def test_due_in_every_way(self):
        profile = self.words_of(0, 30, 60, 90)
        today = profile.expected_next_order_date
        for days, said in (
            (-5, "the next order is due in 5 days"),
            (-1, "the next order is due tomorrow"),
            (0, "the next order is due today"),
            (1, "1 day late"),
            (1200, "1,200 days late"),
        ):
            self.assertEqual(profile._due_in_words(today + timedelta(days=days)), said)

    def test_lost_says_how_long_silent(self):
        profile = self.words_of(900, 930, 960, 990)
        self.assertEqual(profile.lifecycle_stage, "lost")
        self.assertTrue(profile.rhythm.endswith("no order for 900 days."), profile.rhythm)

    def test_few_orders_are_said_to_be_few(self):
        once, twice = self.words_of(20), self.words_of(20, 50)
        self.assertIn("Ordered on one day so far; your customers usually order every 90 days", once.rhythm)
        self.assertNotIn(once.rhythm, once.explanation)
        self.assertIn("judged by few orders", twice.rhythm)
        self.assertNotIn(twice.rhythm, twice.explanation)

    def test_daily_and_nobody(self):
        profile = self.words_of(*range(0, 200))
        self.assertIn("Usually orders every 2 days", profile.rhythm)
        self.assertFalse(self.env["customer.segmentation.profile"].new({}).rhythm)

    def test_timeline_shows_each_day_once_and_what_comes_next(self):
        partner = self.customer()
        for days in (90, 60, 60, 30):
            self.order(partner, days_ago=days)
        self.recompute()
        drawn = self.profile(partner).purchase_timeline
        self.assertEqual([order["label"] for order in drawn["orders"]], ["1 order", "2 orders", "1 order"])
        positions = [order["position"] for order in drawn["orders"]]
        self.assertEqual(positions, sorted(positions))
        self.assertEqual((positions[0], drawn["earlier"], drawn["is_late"]), (0, 0, False))
        self.assertLess(drawn["today"]["position"], drawn["expected"]["position"])
        self.assertLessEqual(drawn["expected"]["position"], 1)

    def test_timeline_of_late_lost_and_frequent_customers(self):
        late, lost, often = self.words_of(200, 230, 260, 290), self.words_of(900, 930), self.words_of(*range(0, 90))
        self.assertTrue(late.purchase_timeline["is_late"])
        self.assertFalse(lost.purchase_timeline["expected"])
        self.assertEqual(len(often.purchase_timeline["orders"]), 40)
        self.assertEqual(often.purchase_timeline["earlier"], 50)

    def test_timeline_leaves_out_refunds_and_other_companies(self):
        other = self.other_company()
        partner = self.customer()
        self.order(partner, days_ago=10)
        self.order(partner, days_ago=20, company=other)
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": self.day(5),
                "amount": -1,
                "reference": "back",
            }
        )
        self.recompute()
        self.assertEqual(len(self.profile(partner).purchase_timeline["orders"]), 1)


class TestPredictionOnScreens(ModelCardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steady = [range(number, 500, 28) for number in range(20)]
        slipping = [range(150, 500, 30)] * 3
        cls.partners = cls.purchases([*steady, *slipping])
        cls.steady, cls.slipping = cls.partners[:20], cls.partners[20:]
        cls.recompute()
        cls.profiles = cls.env["customer.segmentation.profile"].search([("partner_id", "in", cls.partners.ids)])
        cls.seller = new_test_user(cls.env, "outlook_seller", groups=SELLER)
        cls.manager = new_test_user(cls.env, "outlook_manager", groups=MANAGER)
        cls.plain = new_test_user(cls.env, "outlook_plain", groups="base.group_user,base.group_partner_manager")

    def test_revenue_at_risk_is_risk_times_value_however_it_is_asked(self):
        at_risk = {profile: profile.churn_risk * profile.predicted_clv for profile in self.profiles}
        self.assertTrue(any(at_risk.values()))
        for profile, amount in at_risk.items():
            self.assertAlmostEqual(profile.revenue_at_risk, amount, 2)
        model = self.env["customer.segmentation.profile"]
        mine = [("id", "in", self.profiles.ids)]
        ((total,),) = model._read_group(mine, [], ["revenue_at_risk:sum"])
        self.assertAlmostEqual(total, sum(at_risk.values()), 2)
        ordered = model.search(mine, order="revenue_at_risk desc, id").mapped("revenue_at_risk")
        self.assertEqual(ordered, sorted(ordered, reverse=True))
        for operator, limit, holds in (
            (">", 0, lambda amount: amount > 0),
            ("<=", 50, lambda amount: amount <= 50),
            ("=", 0, lambda amount: not amount),
            ("!=", 0, bool),
            (">=", 50, lambda amount: amount >= 50),
            ("<", 50, lambda amount: amount < 50),
        ):
            found = model.search([*mine, ("revenue_at_risk", operator, limit)])
            self.assertEqual(set(found), {profile for profile, amount in at_risk.items() if holds(amount)}, operator)

    def test_lists_find_who_is_late(self):
        model = self.env["customer.segmentation.profile"]
        late = model.search([("id", "in", self.profiles.ids), ("expected_next_order_date", "<", "today")])
        expected = self.profiles.filtered(
            lambda profile: profile.expected_next_order_date and profile.expected_next_order_date < self.today
        )
        self.assertTrue(expected)
        self.assertEqual(late, expected)
        contacts = self.env["res.partner"].with_user(self.seller)
        domain = [("customer_next_order_date", "<", "today"), ("id", "in", self.partners.ids)]
        self.assertEqual(contacts.search(domain).ids, contacts.browse(expected.partner_id.ids).sorted().ids)
        self.assertEqual(
            contacts.search_count([("customer_revenue_at_risk", ">", 0), ("id", "in", self.partners.ids)]),
            len(self.profiles.filtered("revenue_at_risk")),
        )

    def test_pivot_measures_by_stage_and_band(self):
        for group in ("lifecycle_stage", "churn_band"):
            rows = (
                self.env["customer.segmentation.profile"]
                .with_user(self.manager)
                .formatted_read_group(
                    [("id", "in", self.profiles.ids)],
                    [group],
                    ["revenue_at_risk:sum", "predicted_clv:sum", "clv_total:sum", "churn_risk:avg", "__count"],
                )
            )
            self.assertEqual(sum(row["__count"] for row in rows), len(self.profiles))
            self.assertTrue(any(row["revenue_at_risk:sum"] for row in rows))
        described = self.env["customer.segmentation.profile"].fields_get(["revenue_at_risk"])["revenue_at_risk"]
        self.assertEqual((described["aggregator"], described["sortable"]), ("sum", True))

    def test_risk_and_quality_in_words(self):
        profile = self.profiles[0]
        self.assertEqual(profile.prediction_basis, "model")
        self.assertIn("that no order comes within 180 days", profile.churn_in_words)
        self.assertEqual(profile.prediction_quality, "Not checked yet against what really happened.")
        card = self.checked()
        profile.invalidate_recordset()
        self.assertIn(card.meaning, profile.prediction_quality)
        card.write({"grade": "B", "flagged_count": 40, "flagged_silent_count": 31})
        profile.invalidate_recordset()
        self.assertEqual(
            profile.prediction_quality,
            "B – Useful. Of 40 flagged as high churn risk 6 months ago, 31 never came back.",
        )
        card.flagged_count = 0
        profile.invalidate_recordset()
        self.assertEqual(profile.prediction_quality, f"B – Useful. {card.meaning}")
        # Of another company without any customer: nothing to say.
        self.assertFalse(self.env["customer.segmentation.profile"].new({}).prediction_quality)

    def test_every_role_opens_the_contact(self):
        partner = self.slipping[0]
        for user, sees in ((self.plain, False), (self.seller, True), (self.manager, True)):
            with self.subTest(user=user.login):
                form = Form(partner.with_user(user))
                self.assertEqual("customer_rhythm" in form._view["fields"], sees)
        contact = partner.with_user(self.seller)
        self.assertEqual(contact.customer_rhythm, self.profile(partner).rhythm)
        self.assertTrue(contact.customer_purchase_timeline["orders"])
        # The plain user sees labels only.
        self.assertTrue(partner.with_user(self.plain).customer_lifecycle_stage)
        self.assertTrue(partner.with_user(self.plain).customer_stage_since)

    def test_the_timeline_counts_the_days_of_every_salesperson(self):
        partner = self.slipping[0]
        self.order(partner, days_ago=3, user_id=self.manager.id)
        self.recompute()
        before = len(partner.with_user(self.manager).customer_purchase_timeline["orders"])
        partner.invalidate_recordset()
        self.assertEqual(len(partner.with_user(self.seller).customer_purchase_timeline["orders"]), before)

    def test_foreign_currency(self):
        other = self.other_company(currency="CHF")
        self.purchases([range(number, 500, 28) for number in range(8)], company=other, amount=70)
        self.recompute(self.policy_of(other))
        profile = self.env["customer.segmentation.profile"].search([("company_id", "=", other.id)], limit=1)
        self.assertEqual(profile.currency_id, other.currency_id)
        self.assertTrue(profile.revenue_at_risk)
        contact = profile.partner_id.with_company(other)
        self.assertEqual(contact.customer_currency_id, other.currency_id)
        self.assertEqual(contact.customer_revenue_at_risk, profile.revenue_at_risk)
        self.assertFalse(profile.partner_id.with_company(self.company).customer_revenue_at_risk)


class TestWhoseCustomersComeFirst(SegmentationCase):
    def test_own_customers_or_for_who_has_none_everybodys(self):
        seller = new_test_user(self.env, "has_customers", groups=SELLER)
        manager = new_test_user(self.env, "has_none", groups=MANAGER)
        self.order(self.customer(user_id=seller.id), days_ago=40)
        self.recompute()
        profiles = self.env["customer.segmentation.profile"]
        opened = profiles.with_user(seller).action_open_overdue()["context"]
        self.assertEqual((opened["search_default_my_customers"], opened["search_default_overdue"]), (1, 1))
        self.assertNotIn("search_default_my_customers", profiles.with_user(manager).action_open_overdue()["context"])

    def test_follow_ups_of_nobody_are_those_of_everybody(self):
        seller = new_test_user(self.env, "has_customers", groups=SELLER)
        entries = self.env["customer.playbook.entry"].with_user(seller)
        self.assertEqual(entries.action_open_follow_ups()["context"], {})
