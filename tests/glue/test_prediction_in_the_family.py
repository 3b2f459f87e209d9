"""The prediction among the others: rules, labels, refreshes, the sheet of a customer, and who may read and write it."""

from odoo.addons.customer_segmentation.hooks import score_anew
from odoo.addons.customer_segmentation.scoring import lifetime_value
from odoo.addons.customer_segmentation_prediction import labels
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..addon.common import SegmentationCase
from ..addon.security_common import SecurityCase
from ..addon.test_jobs import JobsCase
from ..addon.test_labels import LabelCase
from ..addon.test_mixin_search import MixinSearchCase
from ..addon.test_privacy_sheet import SheetCase
from ..addon.test_refresh import RefreshCase
from ..addon.test_security_fields import FieldTests
from ..addon.test_security_writes import ComputedFieldCase

APP = "customer_segmentation_prediction"


@tagged("post_install", "-at_install")
class TestRules(SegmentationCase):
    def test_limits_that_cannot_be(self):
        for values, said in (
            ({"medium_churn_percent": 80}, "not at 80% and 70%"),
            ({"high_churn_percent": 101}, "not at 40% and 101%"),
            ({"churn_horizon_days": 0}, r"Churn Horizon \(Days\) is 0; it must be 1 to 3,650"),
            ({"clv_horizon_months": 61}, "is 61; it must be 1 to 60"),
            ({"monthly_discount": -1}, "is -1; it must be 0 to 50"),
            ({"clv_margin_percent": 0}, "is 0; it must be 0.01 to 100"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, said), self.env.cr.savepoint():
                self.policy.write(values)

    def test_lists_of_choices_are_those_of_the_scoring_package(self):
        self.assertEqual(tuple(name for name, _label in labels.CHURN_BANDS), lifetime_value.BANDS)
        self.assertEqual(
            {name for name, _label in labels.PREDICTION_BASES},
            {lifetime_value.MODEL, lifetime_value.RHYTHM, lifetime_value.NOT_ENOUGH_DATA},
        )

    def test_each_is_part_of_the_version(self):
        version = self.policy.version
        self.policy.churn_horizon_days = 90
        self.assertEqual(self.policy.version, version + 1)
        self.assertIn("Churn Horizon (Days): 180 → 90", self.policy.version_ids[0].difference)


@tagged("post_install", "-at_install")
class TestLabel(LabelCase):
    def test_churn_risk_alone_leads_up_or_down(self):
        ways = [self.direction(churn_band=pair) for pair in (("high", "low"), ("low", "high"), ("low", "low"))]
        self.assertEqual(ways, ["up", "down", "same"])

    def test_the_stage_decides_before_it(self):
        self.assertEqual(self.direction(lifecycle_stage=("lost", "mature"), churn_band=("low", "high")), "up")

    def test_paper_tells_what_is_said_aloud(self):
        partner = self.customer("A")
        self.order(partner, 100)
        self.recompute()
        profile = self.profile(partner)
        change = profile.transition_ids.new(
            {"profile_id": profile.id, "from_churn_band": "low", "to_churn_band": "high"}
        )
        sheet = self.env["customer.sheet"]
        self.assertEqual(sheet._change_in_words(change), "")
        change.update({"from_abc_class": "B", "to_abc_class": "A", "to_lifecycle_stage": "new"})
        self.assertEqual(sheet._change_in_words(change), "ABC Class: B → A; Lifecycle Stage: – → Newcomer")


@tagged("post_install", "-at_install")
class TestComingAndLeaving(SegmentationCase):
    def test_changes_of_nothing_else_leave_with_it(self):
        partner = self.customer("A")
        self.order(partner, 100)
        self.recompute()
        profile = self.profile(partner)
        first = profile.transition_ids
        values = {"profile_id": profile.id, "run_id": first.run_id.id, "date": self.today, "from_churn_band": "low"}
        alone, beside = first.create(
            [
                {**values, "to_churn_band": "high"},
                {**values, "to_churn_band": "high", "from_abc_class": "A", "to_abc_class": "B"},
            ]
        )
        staging = self.env["customer.segmentation.staging"]
        self.assertIn("churn_band", staging._column_types())
        score_anew(self.env, leaving=APP)
        self.assertEqual((first | alone | beside).exists(), first | beside)
        self.assertFalse({"churn_band", "churn_risk", "predicted_clv", "clv_total"} & staging._column_types().keys())


@tagged("post_install", "-at_install")
class TestRefresh(RefreshCase):
    def test_a_run_without_model_leaves_the_refresh_to_a_whole_run(self):
        run = self.policy.last_run_id
        run.cut_points = {name: value for name, value in run.cut_points.items() if name != "prediction"}
        self.assertFalse(self.env["customer.segmentation.engine"]._can_refresh_by(run.cut_points))
        self.order(self.customers[0], 70, state="draft").action_confirm()
        self.refresh()
        latest = self.env["customer.segmentation.run"].search([("policy_id", "=", self.policy.id)], limit=1)
        self.assertEqual(latest.state, "pending")

    def test_who_has_bought_nothing_has_no_prediction(self):
        prospect = self.customer("Quoted")
        self.order(prospect, 100, state="draft")
        self.recompute()
        profile = self.profile(prospect)
        names = ("churn_risk", "churn_band", "predicted_clv", "clv_total", "prediction_basis", "expected_orders")
        self.assertFalse([name for name in names if profile[name]])
        self.assertEqual(profile.prediction_reason, "No purchase yet.")


@tagged("post_install", "-at_install")
class TestSheet(SheetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.best = cls.customer("Best")
        for days in (10, 40, 70, 100):
            cls.order(cls.best, 300, days_ago=days)
        cls.recompute()

    def test_prediction_with_how_it_is_made(self):
        profile = self.profile(self.best)
        self.env.cr.execute(
            """UPDATE customer_segmentation_profile SET churn_risk = 0.37, churn_band = 'medium', predicted_clv = 1200,
                      prediction_basis = 'model' WHERE id = %s""",
            [profile.id],
        )
        self.env.invalidate_all()
        page = self.sheet(self.best)
        self.assertIn("37% (Medium)", page)
        self.assertIn("within 180 days", page)
        self.assertIn(profile.prediction_reason, page)
        self.assertIn("1,200", page)
        self.assertIn("It is an estimate", page)

    def test_no_prediction_without_data(self):
        self.env.cr.execute("UPDATE customer_segmentation_profile SET prediction_basis = NULL, churn_band = NULL")
        self.env.invalidate_all()
        page = self.sheet(self.best)
        self.assertNotIn("Expected purchases", page)
        self.assertNotIn("Risk that you stay away", page)


@tagged("post_install", "-at_install")
class TestFields(FieldTests, SecurityCase):
    addon = APP
    of_documents = (
        {
            "customer_churn_band": ("=", False),
        },
        {
            "customer_churn_risk": ("<", 1),
            "customer_clv": (">=", 0),
        },
        {},
        {},
    )
    of_contacts = (
        {},
        {
            "customer_clv_total": (">=", 0),
        },
        {},
        {
            "customer_expected_orders": (">", 0),
            "customer_churn_in_words": ("!=", False),
            "customer_prediction_reason": ("!=", False),
            "customer_prediction_quality": ("!=", False),
        },
    )


@tagged("post_install", "-at_install")
class TestSearch(MixinSearchCase):
    def test_search_finds_what_filtering_keeps(self):
        mixin_fields = ("customer_churn_band", "customer_churn_risk", "customer_clv")
        self.assert_searching_finds_what_filtering_keeps(mixin_fields, ("customer_clv_total",))


@tagged("post_install", "-at_install")
class TestWrites(ComputedFieldCase):
    def test_setting_a_computed_field_is_refused_in_words(self):
        self.assert_refused_in_words(
            {
                "customer_churn_band": "low",
                "customer_churn_risk": 0.5,
                "customer_clv": 1,
            },
            {
                "customer_clv_total": 1,
                "customer_expected_orders": 1,
                "customer_churn_in_words": "none",
                "customer_prediction_reason": "because",
                "customer_prediction_quality": "good",
            },
        )

    def test_private_methods_of_a_check_are_refused(self):
        for method in ("_check", "_cron_check", "_queue", "_keep"):
            with self.subTest(method=method), self.assertRaisesRegex(AccessError, "Private"):
                self.rpc("sales_manager", "customer.segmentation.model.card", method, [])


@tagged("post_install", "-at_install")
class TestCompanies(SecurityCase):
    def test_a_check_is_for_its_own_company(self):
        north = self.company["north"]
        card = self.env["customer.segmentation.model.card"].create(
            {"policy_id": self.policy[north].id, "as_of": "2020-01-01"}
        )
        for role in ("sales_manager", "both_manager", "scores_manager", "seller", "scores_user"):
            with self.subTest(role=role):
                self.assertTrue(self.model(card._name, role).search([("id", "=", card.id)]))
        stranger = self.model(card._name, "south_manager")
        self.env.invalidate_all()
        self.assertFalse(stranger.search([("id", "=", card.id)]))
        self.assertRefused(stranger.browse(card.id).read, ["actual_revenue"])
        self.assertFalse(self.model(card._name, "both_manager", "south").search([("id", "=", card.id)]))


@tagged("post_install", "-at_install")
class TestScheduledCheck(JobsCase):
    def test_only_of_companies_at_work(self):
        self.take_away()
        cards = self.env["customer.segmentation.model.card"]
        before = cards.search([])
        with self.enter_registry_test_mode():
            self.env.ref(f"{APP}.ir_cron_model_card").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((cards.search([]) - before).company_id, self.company | self.south)
