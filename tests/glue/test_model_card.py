"""The check of the predictions: when it is made, what it says, who may see it and start it."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import RecordCapturer, new_test_user
from odoo.tools import mute_logger

from ..addon.common import SegmentationCase

USER, MANAGER = "customer_segmentation.group_user", "customer_segmentation.group_manager"
CARD = "odoo.addons.customer_segmentation_prediction.models.customer_segmentation_model_card"


class ModelCardCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.env["customer.segmentation.model.card"]
        cls.cron = cls.env.ref("customer_segmentation_prediction.ir_cron_model_card")
        cls.env["customer.segmentation.model.card"].search([("policy_id", "=", cls.policy.id)]).unlink()

    @classmethod
    def purchases(cls, days_by_customer, *, company=None, amount=100.0, currency=None):
        """Imported purchases, `days_by_customer`: for each customer the days ago it bought on."""
        company = company or cls.company
        partners = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}", "is_company": True} for number in range(len(days_by_customer))]
        )
        cls.env["customer.imported.purchase"].create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "date": cls.day(days),
                    "amount": amount,
                    "reference": f"{partner.id}-{days}",
                    "currency_id": (currency or company.currency_id).id,
                }
                for partner, all_days in zip(partners, days_by_customer, strict=True)
                for days in all_days
            ]
        )
        return partners

    @classmethod
    def steady_and_gone(cls, **values):
        """30 who buy every four weeks until today, 12 who stopped 14 months ago."""
        steady = [range(number, 800, 28) for number in range(30)]
        gone = [range(420 + number, 800, 28) for number in range(12)]
        return cls.purchases([*steady, *gone], **values)

    def checked(self, policy=None):
        card = self.cards._queue(policy or self.policy)
        card._check()
        return card


class TestNumbers(ModelCardCase):
    def test_who_stopped_was_flagged_and_who_goes_on_was_not(self):
        # Lost customers are shown no prediction: here nobody counts as lost.
        self.policy.write({"lost_ratio": 60, "lost_months": 60})
        self.steady_and_gone()
        card = self.checked()
        self.assertRecordValues(
            card,
            [
                {
                    "state": "done",
                    "grade": "A",
                    "customer_count": 42,
                    "flagged_count": 12,
                    "flagged_silent_count": 12,
                    "horizon_days": 180,
                    "cut_off_date": self.day(180),
                    "policy_version": self.policy.version,
                }
            ],
        )
        self.assertEqual(card.headline, "Of 12 flagged as high churn risk 6 months ago, 12 never came back.")
        self.assertEqual(card.ranking, 100)
        # 180 days hold six or seven of the days of each steady customer.
        days_bought = sum(1 for number in range(30) for day in range(number, 800, 28) if day < 180)
        self.assertEqual(card.actual_orders, days_bought)
        self.assertEqual(card.actual_revenue, 100 * days_bought)
        self.assertEqual(card.expected_orders, round(card.result["expected_orders"]))
        self.assertIn("knows no season", card.comparison)
        self.assertIn("Really", card.comparison)

    def test_lost_customers_are_left_out(self):
        self.steady_and_gone()
        card = self.checked()
        lost = card.result["lost"]
        self.assertEqual(card.customer_count, 42 - lost)

    def test_the_policy_says_horizon_and_bands(self):
        self.policy.write({"churn_horizon_days": 90, "lost_ratio": 60, "lost_months": 60})
        self.steady_and_gone()
        card = self.checked()
        self.assertEqual((card.horizon_days, card.cut_off_date), (90, self.day(90)))
        self.assertIn("3 months ago", card.headline)
        self.policy.write({"churn_horizon_days": 100, "medium_churn_percent": 1, "high_churn_percent": 2})
        self.assertGreater(self.checked().flagged_count, 12)

    def test_nobody_flagged(self):
        self.purchases([range(number, 800, 28) for number in range(30)])
        self.policy.churn_horizon_days = 100
        card = self.checked()
        self.assertEqual(card.flagged_count, 0)
        self.assertEqual(card.headline, "Nobody was flagged as high churn risk 100 days ago.")
        self.assertEqual(card.grade, "not_usable")

    def test_nothing_to_check(self):
        card = self.checked()
        self.assertRecordValues(card, [{"state": "done", "grade": "not_usable", "customer_count": 0}])
        self.assertIn("nobody had bought by", card.headline)
        self.assertIn("Do not act", card.meaning)
        self.assertFalse(card.result.get("customers"))

    def test_every_way_to_have_no_model_is_said(self):
        for days, said in (
            ([[190]], "less than 30 days"),
            ([[300]] * 3, "nobody had bought twice"),
            ([[300, 250]] * 4, "fewer than 5 customers had bought twice"),
        ):
            with self.subTest(said=said):
                company = self.env["res.company"].create({"name": said})
                policy = self.policy_of(company)
                self.purchases(days, company=company)
                card = self.checked(policy)
                self.assertEqual(card.grade, "not_usable")
                self.assertIn(said, card.headline)

    def test_too_few_to_tell(self):
        self.purchases([range(number, 400, 25) for number in range(8)])
        card = self.checked()
        self.assertEqual(card.grade, "not_usable")
        for words in (
            "Fewer than 30 customers could be compared",
            "Fewer than 10 customers stayed away",
            "fitted to fewer than 30",
        ):
            self.assertIn(words, card.comparison)
        self.assertIn("Why it is not usable", card.comparison)

    def test_without_scipy(self):
        self.steady_and_gone()
        with patch("odoo.addons.customer_segmentation.scoring.lifetime_value.available", lambda: False):
            card = self.checked()
        self.assertEqual(card.grade, "not_usable")
        self.assertIn("SciPy is missing", card.headline)

    def test_a_check_that_fails_says_why(self):
        self.steady_and_gone()
        with (
            patch("odoo.addons.customer_segmentation.scoring.backtest.backtest", side_effect=ValueError("broken")),
            mute_logger(CARD),
        ):
            card = self.checked()
        self.assertRecordValues(card, [{"state": "failed", "message": "broken", "grade": False}])
        self.assertEqual(card.headline, "The check failed: broken")

    def test_foreign_currency_counts_in_company_currency(self):
        self.policy.write({"lost_ratio": 60, "lost_months": 60})
        foreign = self.currency("CHF")
        self.rate(foreign, 2.0)
        self.steady_and_gone(amount=200, currency=foreign)
        card = self.checked()
        self.assertEqual(card.currency_id, self.company.currency_id)
        self.assertEqual(card.actual_revenue, 100 * card.actual_orders)

    def test_every_company_its_own(self):
        other = self.other_company()
        self.steady_and_gone()
        mine, theirs = self.checked(), self.checked(self.policy_of(other))
        self.assertTrue(mine.customer_count)
        self.assertFalse(theirs.customer_count)
        self.assertEqual(theirs.company_id, other)


class TestWhen(ModelCardCase):
    def due(self):
        before = self.cards.search([("policy_id", "=", self.policy.id)])
        self.cards._queue_due_cards()
        return self.cards.search([("policy_id", "=", self.policy.id)]) - before

    def test_a_card_as_soon_as_customers_are_scored_and_then_monthly(self):
        self.assertFalse(self.due())
        self.order(self.customer(), days_ago=3)
        self.recompute()
        card = self.due()
        self.assertEqual((len(card), card.state), (1, "pending"))
        self.assertFalse(self.due())
        card.write({"state": "done", "as_of": self.today.replace(day=1)})
        self.assertFalse(self.due())
        card.as_of = self.today.replace(day=1) - timedelta(days=1)
        self.assertTrue(self.due())

    def test_the_first_card_does_not_wait_for_the_night(self):
        self.order(self.customer(), days_ago=3)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]) as capture:
            self.recompute()
        self.assertEqual(len(capture.records), 1)
        self.due()
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]) as capture:
            self.recompute()
        self.assertFalse(capture.records)

    def test_a_change_of_the_policy_and_a_failure_are_checked_the_next_day(self):
        self.order(self.customer(), days_ago=3)
        self.recompute()
        card = self.due()
        for change in ({"policy_version": self.policy.version - 1, "state": "done"}, {"state": "failed"}):
            with self.subTest(change=change):
                card.write({"as_of": self.today, "policy_version": self.policy.version, **change})
                self.assertFalse(self.due())
                card.as_of = self.today - timedelta(days=1)
                again = self.due()
                self.assertTrue(again)
                again.unlink()

    def test_the_scheduled_action_works_on_what_waits(self):
        self.steady_and_gone()
        self.recompute()
        card = self.cards._queue(self.policy)
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertEqual(card.state, "done")
        self.assertEqual(self.policy._last_model_card(), card)
        self.assertIn(dict(card._fields["grade"].selection)[card.grade], self.policy._prediction_quality())

    def test_a_card_that_waits_is_not_doubled(self):
        self.assertEqual(self.cards._queue(self.policy), self.cards._queue(self.policy))


class TestWho(ModelCardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = lambda login, groups: new_test_user(cls.env, login, groups=groups, company_id=cls.company.id)  # noqa: E731
        cls.plain = make("card_plain", "base.group_user")
        cls.user = make("card_user", f"base.group_user,{USER}")
        cls.manager = make("card_manager", f"base.group_user,{MANAGER}")

    def test_managers_start_users_read_others_see_nothing(self):
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", self.cron.id)]) as triggers:
            action = self.cards.with_user(self.manager).with_company(self.company).action_check_now()
        self.assertTrue(triggers.records)
        card = self.cards.browse(action["res_id"])
        self.assertEqual((card.state, card.policy_id, card.create_uid), ("pending", self.policy, self.manager))
        self.assertEqual(card.with_user(self.user).headline, "Waiting: the check starts within a minute.")
        with self.assertRaises(AccessError):
            card.with_user(self.plain).read(["grade"])
        with self.assertRaisesRegex(AccessError, "Only managers"):
            self.cards.with_user(self.user).action_check_now()
        for values in ({"grade": "A"}, {"state": "done"}):
            with self.assertRaises(AccessError):
                card.with_user(self.manager).write(values)

    def test_who_asked_is_told(self):
        card = self.cards.with_user(self.manager).sudo()._queue(self.policy)
        with RecordCapturer(self.env["bus.bus"]) as told:
            card._check()
            self.env.cr.precommit.run()
        self.assertIn("Prediction checked", "".join(told.records.mapped("message")))

    def test_cards_of_other_companies_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Far Away"})
        card = self.checked(self.policy_of(other))
        self.assertFalse(self.cards.with_user(self.manager).search([("id", "=", card.id)]))
        with self.assertRaises(AccessError):
            card.with_user(self.manager).read(["grade"])

    def test_a_branch_sees_the_card_of_its_root(self):
        branch = self.branch(self.company)
        seller = new_test_user(
            self.env,
            "card_branch",
            groups=f"base.group_user,{MANAGER}",
            company_id=branch.id,
            company_ids=branch.ids,
        )
        action = self.cards.with_user(seller).with_company(branch).action_check_now()
        card = self.cards.with_user(seller).browse(action["res_id"])
        self.assertEqual(card.sudo().company_id, self.company)
        self.assertTrue(card.read(["headline", "comparison"]))

    def test_the_policy_lists_its_cards(self):
        card = self.checked()
        action = self.policy.with_user(self.manager).action_open_model_cards()
        self.assertEqual(self.cards.search(action["domain"]), card)
