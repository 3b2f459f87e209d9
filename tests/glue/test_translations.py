"""The translation files of the glue addons say everything these addons say."""

from odoo.tests import TransactionCase, tagged

from dev import environment

from ..addon import test_translations as shared


class GlueChecks(shared.TranslationChecks):
    at_least = 1


@tagged("post_install", "-at_install")
class TestCoverageTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_coverage"


@tagged("post_install", "-at_install")
class TestDashboardTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_dashboard"


@tagged("post_install", "-at_install")
class TestGroupsTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_groups"


@tagged("post_install", "-at_install")
class TestIntentTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_intent"


@tagged("post_install", "-at_install")
class TestOffersTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_offers"


@tagged("post_install", "-at_install")
class TestLoyaltyTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_loyalty"


@tagged("post_install", "-at_install")
class TestPredictionTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_prediction"


@tagged("post_install", "-at_install")
class TestPreviewTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_preview"


@tagged("post_install", "-at_install")
class TestStockTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_stock"


@tagged("post_install", "-at_install")
class TestSurveyTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_survey"


@tagged("post_install", "-at_install")
class TestValueTranslations(GlueChecks, TransactionCase):
    addon = "customer_segmentation_value"
    knows_payments = True


@tagged("post_install", "-at_install")
class TestEveryAddon(TransactionCase):
    def test_each_glue_addon_is_checked(self):
        checked = {checks.addon for checks in GlueChecks.__subclasses__()}
        self.assertEqual(checked | {environment.MAIN_ADDON}, set(environment.own_addons()))
