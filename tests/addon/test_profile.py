"""What a profile says beyond the stored scores: shares, the sentence, the reasons, last contact."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.addons.customer_segmentation.tools.words import percentage, share_in_words
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import SegmentationCase


class TestProfile(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Revenue 1000, 900 … 100; the n-th bought 10 · n days ago, the first one three times.
        cls.customers = [cls.customer(f"Customer {n}") for n in range(10)]
        for number, amount in enumerate((200, 300, 500)):
            cls.order(cls.customers[0], amount, days_ago=number)
        for n, partner in enumerate(cls.customers[1:], 1):
            cls.order(partner, 100 * (10 - n), days_ago=10 * n)
        cls.recompute()

    def test_shares(self):
        profile = self.profile(self.customers[1])
        self.assertAlmostEqual(profile.revenue_share, 100 * 900 / 5500, 2)
        self.assertAlmostEqual(profile.cumulative_share, 100 * 1900 / 5500, 1)
        everybody = self.env["customer.segmentation.profile"].search([])
        self.assertAlmostEqual(sum(everybody.mapped("revenue_share")), 100, 1)

    def test_cumulative_shares_are_exact_however_many_customers_there_are(self):
        """Of more customers than knots would keep, in the order of a list: each adds its own share."""
        buyers = [self.customer(f"Buyer {number}") for number in range(130)]
        self.policy.import_cutover_date = self.today
        self.env["customer.imported.purchase"].create(
            [
                {"partner_id": partner.id, "date": self.day(40), "amount": 7.31 * number, "reference": str(number)}
                for number, partner in enumerate(buyers, 1)
            ]
        )
        self.recompute()
        profiles = self.env["customer.segmentation.profile"].search(
            [("company_id", "=", self.company.id)], order="revenue desc"
        )
        cents = [round(100 * revenue) for revenue in profiles.mapped("revenue")]
        for profile, own in zip(profiles, cents, strict=True):
            expected = 100 * sum(other for other in cents if other >= own) / sum(cents)
            self.assertAlmostEqual(profile.cumulative_share, expected, delta=0.00501)

    def test_a_percentage_is_never_overstated(self):
        shares = (0.8946, 0.29, 0.899999, 0.9999, 1, 0)
        in_words = [percentage(self.env, share) for share in shares]
        self.assertEqual(in_words, ["89%", "29%", "89%", "99%", "100%", "0%"])
        self.assertEqual(share_in_words(self.env, 0.009), "less than 1%")
        self.assertEqual(share_in_words(self.env, 0.9946), "more than 99%")

    def test_abc_by_the_cumulative_share(self):
        classes = [self.profile(partner).abc_class for partner in self.customers]
        self.assertEqual(classes, ["A"] * 6 + ["B"] * 3 + ["C"])

    def test_recency_ages_without_a_run(self):
        profile = self.profile(self.customers[3])
        self.assertEqual(profile.recency_days, 30)
        profile.invalidate_recordset()
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            self.assertEqual(profile.recency_days, 35)

    def test_top_tenth_by_lifetime_revenue(self):
        profiles = self.env["customer.segmentation.profile"]
        top = profiles.search([("formerly_top", "=", True)])
        self.assertEqual(top.partner_id, self.customers[0])
        self.assertEqual(top, profiles.search([]).filtered("formerly_top"))
        self.assertEqual(profiles.search_count([("formerly_top", "=", False)]), 9)
        found = self.env["res.partner"].search([("customer_formerly_top", "=", True)])
        self.assertEqual(found, self.customers[0])

    def test_sentence(self):
        self.assertEqual(
            self.profile(self.customers[0]).explanation,
            "Champions: last order today, more recent than 90% of your customers; 3 orders and $ 1,000.00 in the last "
            "12 months put them in the top tenth.".replace("$ ", "$\xa0"),
        )
        self.assertIn("longer than 90% of your customers; 1 order and", self.profile(self.customers[9]).explanation)

    def test_sentence_of_a_silent_customer(self):
        silent = self.customer("Silent")
        self.order(silent, 50, days_ago=500)
        self.order(silent, 70, days_ago=480)
        self.recompute()
        explanation = self.profile(silent).explanation
        self.assertIn("no order for 480 days; 2 orders and $\xa0120.00 before that", explanation)

    def test_why_a_score(self):
        details = {detail["measure"]: detail for detail in self.profile(self.customers[0]).score_details}
        frequency = details["frequency"]
        self.assertEqual((frequency["score"], frequency["bands"], frequency["value"]), (5, 5, "3 orders"))
        self.assertEqual(frequency["reason"], "90% of your customers have fewer orders.")
        self.assertEqual(frequency["limits"], "Limits between the scores: 1 order")
        self.assertIn("2, 3, 4", frequency["note"])
        self.assertEqual(details["recency"]["reason"], "Nobody bought more recently.")

    def test_shares_are_not_rounded_to_nobody_or_everybody(self):
        shares = [share_in_words(self.env, share) for share in (0, 0.001, 0.2, 0.999, 1)]
        self.assertEqual(shares, ["0%", "less than 1%", "20%", "more than 99%", "100%"])
        self.assertEqual(percentage(self.env, 0.999), "99%")

    def test_explanation_in_the_readers_language(self):
        chinese = self.profile(self.customers[0]).with_context(lang="zh_CN")
        self.assertIn("核心客户", chinese.explanation)
        self.assertNotRegex(chinese.explanation, "[a-zA-Z]{3,}")


class TestWindowInWords(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer("Buyer")
        cls.order(cls.buyer, 100, 10)
        cls.order(cls.customer("Other"), 300, 10)

    def said(self):
        self.recompute()
        self.env.invalidate_all()
        contact = self.buyer.with_env(self.env)
        return contact.customer_period, self.profile(self.buyer).purchases_in_words, contact.customer_share_in_words

    def test_several_months_and_one(self):
        period, purchases, share = self.said()
        self.assertEqual(
            (period, purchases), ("in the last 12 months", "1 order and $\xa0100.00 in the last 12 months")
        )
        self.assertIn("of all revenue in the last 12 months;", share)
        self.policy.window_months = 1
        period, purchases, share = self.said()
        self.assertEqual((period, purchases), ("in the last month", "1 order and $\xa0100.00 in the last month"))
        self.assertIn("of all revenue in the last month;", share)

    def test_figures_are_of_the_window_they_were_scored_in(self):
        """Also while other rules wait for a run, and where a company is not scored any more."""
        before = self.said()
        self.policy.window_months = 3
        self.env.invalidate_all()
        self.assertEqual(self.buyer.customer_period, before[0])
        self.policy.window_months = 12
        self.recompute()
        self.policy.active = False
        self.env.invalidate_all()
        self.assertEqual(self.buyer.customer_period, before[0])


class TestRunActions(SegmentationCase):
    def test_cancel_stops_a_run_and_drops_what_was_staged(self):
        self.order(self.customer())
        run = self.policy._queue_run()
        run._step()
        user = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            run.with_user(user).action_cancel()
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self.env["customer.segmentation.staging"].search_count([]))
        self.assertEqual(self.recompute().changed_count, 1)
