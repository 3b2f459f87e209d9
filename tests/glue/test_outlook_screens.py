"""What sellers read about the prediction: words, what is at stake by it, filters, rights."""

from odoo.tests import Form, new_test_user

from .test_model_card import ModelCardCase

SELLER, MANAGER = "sales_team.group_sale_salesman", "sales_team.group_sale_manager"


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

    def test_the_chance_of_losing_a_customer_is_the_churn_risk_however_it_is_asked(self):
        self.assertEqual(set(self.profiles.mapped("prediction_basis")), {"model"})
        at_risk = {profile: profile.churn_risk * profile.yearly_value for profile in self.profiles}
        self.assertTrue(any(at_risk.values()))
        self.assertTrue(
            all(f"{profile.churn_risk:.0%}"[:-1] in profile.stake_in_words for profile in at_risk if at_risk[profile])
        )
        for profile, amount in at_risk.items():
            self.assertAlmostEqual(profile.at_stake, amount, 2)
        model = self.env["customer.segmentation.profile"]
        mine = [("id", "in", self.profiles.ids)]
        ((total,),) = model._read_group(mine, [], ["at_stake:sum"])
        self.assertAlmostEqual(total, sum(at_risk.values()), 2)
        ordered = model.search(mine, order="at_stake desc, id").mapped("at_stake")
        self.assertEqual(ordered, sorted(ordered, reverse=True))
        for operator, limit, holds in (
            (">", 0, lambda amount: amount > 0),
            ("<=", 50, lambda amount: amount <= 50),
            ("=", 0, lambda amount: not amount),
            ("!=", 0, bool),
            (">=", 50, lambda amount: amount >= 50),
            ("<", 50, lambda amount: amount < 50),
        ):
            found = model.search([*mine, ("at_stake", operator, limit)])
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
            contacts.search_count([("customer_at_stake", ">", 0), ("id", "in", self.partners.ids)]),
            len(self.profiles.filtered("at_stake")),
        )

    def test_pivot_measures_by_stage_and_band(self):
        for group in ("lifecycle_stage", "churn_band"):
            rows = (
                self.env["customer.segmentation.profile"]
                .with_user(self.manager)
                .formatted_read_group(
                    [("id", "in", self.profiles.ids)],
                    [group],
                    ["at_stake:sum", "predicted_clv:sum", "clv_total:sum", "churn_risk:avg", "__count"],
                )
            )
            self.assertEqual(sum(row["__count"] for row in rows), len(self.profiles))
            self.assertTrue(any(row["at_stake:sum"] for row in rows))
        described = self.env["customer.segmentation.profile"].fields_get(["at_stake"])["at_stake"]
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
        self.assertTrue(profile.at_stake)
        contact = profile.partner_id.with_company(other)
        self.assertEqual(contact.customer_currency_id, other.currency_id)
        self.assertEqual(contact.customer_at_stake, profile.at_stake)
        self.assertFalse(profile.partner_id.with_company(self.company).customer_at_stake)
