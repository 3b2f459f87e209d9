"""Churn risk and lifetime value in the addon: published figures from raw orders, and what is said without a model."""

import statistics
from datetime import date
from itertools import pairwise
from unittest.mock import patch

import numpy as np

from odoo.fields import Command

from ..addon.common import SegmentationCase, noon
from ..addon.test_cdnow import BATCH, SILENT, rows_of_file
from ..addon.test_refresh import RefreshCase

CUT_OFF = date(1997, 9, 30)
SCIPY = "odoo.addons.customer_segmentation.scoring.lifetime_value.available"
PREDICTED = ("churn_risk", "churn_band", "predicted_clv", "clv_total", "prediction_basis")


class PredictionCase(SegmentationCase):
    @classmethod
    def shop(cls, company=None, rate=1, customers=40):
        """Regular, fading and one-time buyers: enough for a model."""
        partners = [cls.customer(f"Buyer {number}") for number in range(customers)]
        for number, partner in enumerate(partners):
            for order in range(1 + number % 5):
                days_ago = 5 + number * 4 + order * (20 + number)
                cls.order(partner, rate * (40 + 10 * (number % 7)), days_ago, company=company)
        return partners

    @classmethod
    def card(cls, policy=None):
        return (policy or cls.policy).last_run_id.cut_points["prediction"]

    def predicted(self, partner, company=None):
        profile = self.profile(partner, company)
        return {name: profile[name] for name in PREDICTED}

    def assertNothingPredicted(self, partner, basis=False):
        self.assertEqual(
            self.predicted(partner),
            {
                **dict.fromkeys(PREDICTED, False),
                "churn_risk": 0,
                "predicted_clv": 0,
                "clv_total": 0,
                "prediction_basis": basis,
            },
        )


class TestCdnowPrediction(PredictionCase):
    """The calibration period of the literature, its last day being today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = list(rows_of_file())
        shift = cls.today - CUT_OFF
        numbers = sorted({customer for customer, _day, _cents in rows})
        partners = cls.env["res.partner"].create([{"name": f"CDNOW {number}"} for number in numbers])
        cls.partners = dict(zip(numbers, partners, strict=True))
        known = [(customer, day + shift, cents) for customer, day, cents in rows if day <= CUT_OFF]
        cls.bought_later = {cls.partners[customer].id for customer, day, _cents in rows if day > CUT_OFF}
        cls.product.type = "service"  # where stock is kept, thousands of orders would be delivered
        for start in range(0, len(known), BATCH):
            cls.env["sale.order"].with_context(**SILENT).create(
                [cls.order_of(*row) for row in known[start : start + BATCH]]
            )
        # 39 weeks, and nobody is lost: as the published figures count.
        cls.policy.write({"churn_horizon_days": 273, "lost_ratio": 9000, "lost_months": 1000})

    @classmethod
    def order_of(cls, customer, day, cents):
        line = {"product_id": cls.product.id, "price_unit": cents / 100, "tax_ids": False}
        return {
            "partner_id": cls.partners[customer].id,
            "state": "sale",
            "date_order": noon(day),
            "order_line": [Command.create(line)],
        }

    def profiles(self):
        return self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])

    def test_published_parameters_and_quality(self):
        self.policy.count_zero_orders = True
        self.recompute()
        card = self.card()
        self.assertEqual(
            card["counts"],
            {"customers": 2357, "repeat_buyers": 946, "purchase_days": 4814, "longest_days": 272},
        )
        # Published without the prior, which moves them by less than three in a thousand.
        found = card["purchases"]
        for name, published in {"r": 0.5248, "alpha": 7 * 6.1831, "a": 0.8914, "b": 1.6140}.items():
            self.assertLess(abs(found[name] / published - 1), 0.003, name)
        log_likelihood_in_weeks = found["log_likelihood"] + 2457 * np.log(7)
        self.assertAlmostEqual(log_likelihood_in_weeks, -9582.14, delta=0.02)
        self.assertEqual((card["reason"], card["low_confidence"], card["spend"]["method"]), ("", [], "gamma_gamma"))
        self.assert_hold_out_quality()

    def assert_hold_out_quality(self):
        """The area under the curve and the Brier score of the risks shown, against who did not come back."""
        profiles = self.profiles()
        self.assertEqual(len(profiles), 2357)
        risk = np.array(profiles.mapped("churn_risk"))
        stayed_away = np.array([partner.id not in self.bought_later for partner in profiles.partner_id])
        self.assertEqual(int((~stayed_away).sum()), 684)
        _values, position, count = np.unique(risk, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(count) - (count - 1) / 2)[position]
        away = stayed_away.sum()
        area = (ranks[stayed_away].sum() - away * (away + 1) / 2) / (away * (~stayed_away).sum())
        self.assertGreater(area, 0.7585, "0.760 with unrounded risks")
        self.assertLess(((risk - stayed_away) ** 2).mean(), 0.1615)

    def test_every_profile_as_computed_by_hand(self):
        """Without orders of zero, 2,349 customers: the profiles hold what the scoring package says of the same rows."""
        from odoo.addons.customer_segmentation.scoring import lifetime_value

        run = self.recompute()
        self.assertEqual(self.card()["counts"]["customers"], 2349)
        profiles = self.profiles()
        day = self.today.toordinal() - 719163
        first, last = (
            np.array([moment.toordinal() - 719163 for moment in profiles.mapped(name)])
            for name in ("first_order_date", "last_order_date")
        )
        customers = lifetime_value.Customers(
            np.array(profiles.mapped("purchase_day_count")), first, last, np.array(profiles.mapped("lifetime_revenue"))
        )
        card = lifetime_value.fit(customers, day)
        for name, value in run.cut_points["prediction"]["purchases"].items():
            if isinstance(value, float):
                self.assertAlmostEqual(card["purchases"][name], value, 6)
        predicted = lifetime_value.predict(card, customers, day, terms=lifetime_value.Terms(273))
        stored = lifetime_value.stored(predicted, customers.revenue)
        np.testing.assert_allclose(profiles.mapped("churn_risk"), stored["churn_risk"], atol=1e-9)
        np.testing.assert_allclose(profiles.mapped("predicted_clv"), stored["predicted_clv"].round(2), atol=1e-9)
        np.testing.assert_allclose(profiles.mapped("clv_total"), stored["clv_total"].round(2), atol=1e-9)
        self.assertEqual(profiles.mapped("churn_band"), stored["churn_band"].tolist())
        some = slice(0, 2349, 97)
        np.testing.assert_allclose(
            profiles[some].mapped("expected_orders"), predicted.expected_orders[some], atol=0.051
        )
        self.assertEqual(self.recompute().changed_count, 0)


class TestModelOverTime(PredictionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.shop()
        cls.recompute()

    def test_again_writes_nothing(self):
        self.assertTrue(self.card()["purchases"])
        self.assertEqual(self.recompute().changed_count, 0)

    def test_fitted_weekly_or_when_the_rules_change(self):
        fitted = self.card()
        self.order(self.partners[3], 999, 0)
        self.recompute(as_of=self.day(-6))
        self.assertEqual(self.card(), fitted, "within a week the model stays")
        self.recompute(as_of=self.day(-7))
        again = self.card()
        self.assertEqual(again["as_of_day"], fitted["as_of_day"] + 7)
        self.assertNotEqual(again["purchases"], fitted["purchases"])
        self.order(self.partners[3], 999, 1)
        self.policy.churn_horizon_days = 90
        self.recompute(as_of=self.day(-8))
        self.assertEqual(self.card()["as_of_day"], fitted["as_of_day"] + 8)

    def test_the_rhythm_of_a_run_is_that_of_its_day(self):
        """While the model is kept: run and replay of one day find the same typical gaps, and so the same stages."""
        before, fitted = self.policy.last_run_id.cut_points["rhythm"]["median_gap"], self.card()
        for partner in self.partners[:20]:
            self.order(partner, 10, 1)
        self.recompute()
        gaps = {partner: self.gaps(partner) for partner in self.partners}
        medians = [statistics.median(own) for own in gaps.values() if own]
        median = (len(medians) * statistics.median(medians) + 5 * 90) / (len(medians) + 5)
        self.assertNotEqual(median, before)
        self.assertEqual(self.policy.last_run_id.cut_points["rhythm"]["median_gap"], median)
        self.assertEqual(self.card(), fitted)
        for partner, own in gaps.items():
            typical = (len(own) * statistics.median(own or [0]) + 2 * median) / (len(own) + 2)
            self.assertAlmostEqual(self.profile(partner).typical_gap_days, typical, 6)
        self.assertEqual(self.recompute().changed_count, 0)

    def gaps(self, partner):
        """The days between the purchase days of a customer."""
        days = sorted({row.date for row in self.transactions(partner)})
        return [(later - earlier).days for earlier, later in pairwise(days)]

    def test_risk_rises_with_silence_and_falls_after_a_purchase(self):
        partner = self.partners[4]
        before = self.profile(partner).churn_risk
        self.recompute(as_of=self.day(-60))
        silent = self.profile(partner).churn_risk
        self.assertGreater(silent, before)
        self.order(partner, 50, -59)
        self.recompute(as_of=self.day(-60))
        self.assertLess(self.profile(partner).churn_risk, silent)

    def test_a_change_of_the_band_is_kept(self):
        partner, changes = self.partners[4], self.env["customer.segmentation.transition"]
        self.recompute(as_of=self.day(-60))
        found = changes.search([("profile_id", "=", self.profile(partner).id), ("from_churn_band", "!=", False)])
        moved = found.filtered(lambda change: change.from_churn_band != change.to_churn_band)
        self.assertEqual(moved[-1].to_churn_band, self.profile(partner).churn_band)
        self.assertEqual(moved[-1].from_churn_band, "low")
        self.assertFalse(moved[-1].processed)

    def test_numbers_are_rounded_as_shown(self):
        for profile in self.env["customer.segmentation.profile"].search([("prediction_basis", "=", "model")]):
            self.assertAlmostEqual(profile.churn_risk * 100, round(profile.churn_risk * 100), 9)
            if profile.predicted_clv:
                self.assertEqual(float(f"{profile.predicted_clv:.1e}"), profile.predicted_clv)
            self.assertAlmostEqual(profile.clv_total, profile.lifetime_revenue + profile.predicted_clv, 2)

    def test_a_night_without_orders_rewrites_few_rows(self):
        run = self.recompute(as_of=self.day(-1))
        self.assertLess(run.changed_count, run.customer_count)

    def test_who_is_lost_has_no_prediction(self):
        partner = self.partners[1]
        self.recompute(as_of=self.day(-800))
        self.assertEqual(self.profile(partner).lifecycle_stage, "lost")
        self.assertNothingPredicted(partner)
        self.assertEqual(self.profile(partner).prediction_reason, "Gone: nothing is predicted.")
        self.assertEqual(self.profile(partner).expected_orders, 0)

    def test_margin_and_discount(self):
        partner = self.partners[4]
        value = self.profile(partner).predicted_clv
        self.policy.clv_margin_percent = 25
        self.recompute()
        profile = self.profile(partner)
        self.assertLess(abs(profile.predicted_clv / value - 0.25), 0.03)
        self.assertAlmostEqual(profile.clv_total, 0.25 * profile.lifetime_revenue + profile.predicted_clv, 2)
        self.policy.write({"clv_margin_percent": 100, "monthly_discount": 20})
        self.recompute()
        self.assertLess(self.profile(partner).predicted_clv, value)

    def test_bands_of_the_policy(self):
        partner = self.partners[4]
        risk = 100 * self.profile(partner).churn_risk
        self.policy.write({"medium_churn_percent": risk / 2, "high_churn_percent": risk - 1})
        self.recompute()
        self.assertEqual(self.profile(partner).churn_band, "high")

    def test_another_currency_scales_the_value(self):
        other = self.other_company()
        partners = self.shop(other, rate=7)
        self.recompute(self.policy_of(other))
        for here, there in zip(self.partners, partners, strict=True):
            one, two = self.profile(here), self.profile(there, other)
            self.assertEqual((one.churn_risk, one.lifecycle_stage), (two.churn_risk, two.lifecycle_stage))
            if one.predicted_clv:
                self.assertLess(abs(two.predicted_clv / one.predicted_clv / 7 - 1), 0.11, "two digits each")

    def test_orders_in_a_foreign_currency_count_at_their_rate(self):
        euro, company = self.currency("EUR"), self.other_company(currency="USD")
        self.rate(euro, 0.5, company=company)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": company.id}
        )
        partners = self.shop(company)
        for partner in partners[:2]:
            self.order(partner, 20, 1, company=company, pricelist_id=pricelist.id)
        self.order(partners[2], 40, 1, company=company)
        self.recompute(self.policy_of(company))
        profile = self.profile(partners[0], company)
        self.assertEqual(profile.lifetime_revenue, 40 + 40)

    def test_two_companies_two_models(self):
        other = self.other_company()
        self.order(self.partners[0], 10, 40, company=other)
        self.recompute(self.policy_of(other))
        self.assertTrue(self.card()["purchases"])
        self.assertEqual(self.card(self.policy_of(other))["reason"], "no_repeat_purchases")
        self.assertEqual(self.profile(self.partners[0], other).prediction_basis, "not_enough_data")
        self.assertEqual(self.profile(self.partners[0]).prediction_basis, "model")

    def test_without_scipy(self):
        with patch(SCIPY, lambda: False):
            run = self.recompute()
            self.assertIn("SciPy is missing", run.message)
            self.assertEqual(self.card()["reason"], "no_scipy")
            self.assertEqual(
                set(self.env["customer.segmentation.profile"].search([]).mapped("prediction_basis")),
                {"rhythm", "not_enough_data"},
            )
            profile = self.profile(self.partners[4])
            self.assertEqual(profile.prediction_basis, "rhythm")
            self.assertIn("SciPy is missing", profile.prediction_reason)
            self.assertFalse(profile.churn_risk, "no odds without a model")
            self.assertTrue(profile.churn_band)
            self.assertTrue(profile.predicted_clv)
            self.assertEqual(self.recompute().changed_count, 0)
        self.assertFalse(self.recompute().message, "installed: the model is back")
        self.assertEqual(self.profile(self.partners[4]).prediction_basis, "model")


class TestTooLittleData(PredictionCase):
    def reasons(self, *partners):
        self.recompute()
        return [(self.profile(one).prediction_basis, self.profile(one).prediction_reason) for one in partners]

    def test_nobody_bought_twice(self):
        partners = [self.customer(f"Once {number}") for number in range(40)]
        for number, partner in enumerate(partners):
            self.order(partner, 10, number * 3)
        ((basis, reason),) = self.reasons(partners[0])
        self.assertEqual(basis, "not_enough_data")
        self.assertIn("nobody has bought twice", reason)
        self.assertNothingPredicted(partners[0], "not_enough_data")

    def test_all_first_orders_today(self):
        partners = [self.customer(f"Today {number}") for number in range(12)]
        for partner in partners:
            self.order(partner, 10)
        self.assertIn("less than 30 days ago", self.reasons(partners[0])[0][1])

    def test_a_single_customer_is_known_by_its_rhythm(self):
        regular, rare = self.customer("Regular"), self.customer("Rare")
        for number in range(6):
            self.order(regular, 100, 10 + 20 * number)
        self.order(rare, 10, 10)
        (basis, reason), (other, _reason) = self.reasons(regular, rare)
        self.assertEqual((basis, other), ("rhythm", "not_enough_data"))
        self.assertIn("fewer than 5 customers", reason)
        profile = self.profile(regular)
        self.assertEqual((profile.churn_band, profile.churn_risk), ("low", 0))
        gap = profile.typical_gap_days
        self.assertAlmostEqual(profile.expected_orders, 365.28 / gap, delta=0.06)
        self.assertLess(abs(profile.predicted_clv / (365.28 / gap * 100) - 1), 0.15)

    def test_few_customers_are_a_rough_model(self):
        partners = self.shop(customers=12)
        ((basis, reason),) = self.reasons(partners[4])
        self.assertEqual(basis, "model")
        self.assertIn("Rough: there are fewer than 30 customers", reason)

    def test_no_purchase_at_all(self):
        company = self.other_company()
        run = self.recompute(self.policy_of(company))
        self.assertEqual(run.cut_points["prediction"]["reason"], "no_customers")
        self.assertIn("No purchases yet", run.message)


class TestPredictionBetweenRuns(RefreshCase, PredictionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.shop()
        cls.recompute()
        cls.env.cr.flush()
        cls.env["customer.segmentation.queue"].search([]).unlink()

    def test_a_refresh_uses_the_model_of_the_run_and_the_next_run_agrees(self):
        card, partner = self.card(), self.partners[9]
        before = self.predicted(partner)
        self.order(partner, 400, state="draft").action_confirm()
        self.refresh()
        refreshed = self.predicted(partner)
        self.assertLess(refreshed["churn_risk"], before["churn_risk"])
        self.assertGreater(refreshed["predicted_clv"], before["predicted_clv"])
        self.recompute()
        self.assertEqual(self.card(), card)
        self.assertEqual(self.predicted(partner), refreshed)
