"""What value adds to other screens: lists, ladders, sheets and versions, and whom it leaves out."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from ..addon import test_edge_list as edge_list
from ..addon import test_work_lists as work_lists
from ..addon.common import AccountingCase
from ..addon.test_exclusion import ExclusionCase
from ..addon.test_policy_versions import VersionCase
from ..addon.test_privacy_sheet import REPORT, SheetCase
from ..addon.test_tiers import TierCase
from .test_payment_behaviour import PaymentCase
from .test_portrait import PortraitCase, said


class TestLargePotential(work_lists.TestLargePotential):
    """Whom a salesperson rated high is on the list, too; whatever is true without a rating stays true."""

    @classmethod
    def _rate(cls):
        cls.small[0].customer_potential = "5"
        cls.small[1].customer_potential = "3"
        return cls.small[0]

    def test_a_class_a_customer_is_not_small_however_it_is_rated(self):
        self.giant.customer_potential = "5"
        self.assertNotIn(self.giant, self.on_list("large_potential"))
        self.assertFalse(self.profile(self.giant).potential_reason)

    def test_the_rating_is_a_reason(self):
        self.assertEqual(self.profile(self.rated).potential_reason, "Sales potential: Very High (5 of 5).")
        self.large.customer_potential = "4"
        self.env.invalidate_all()
        self.assertRegex(self.profile(self.large).potential_reason, r"^Sales potential: High .* Orders rarely")


class TestLadders(TierCase):
    def test_nobody_is_a_vip_who_pays_late(self):
        self.policy.with_context(ladder="vip").action_use_ladder()
        self.assertIn("Days paid late never above 60", self.policy.tier_ids.sorted()[0].rule)

    def test_the_value_score_says_what_it_goes_on_without(self):
        measures = type(self.env["customer.segmentation.measure"])
        declared = measures._declared
        self.policy.indicator_ids = [
            Command.create({"name": "Risk", "measure": "churn_risk", "weight": 40}),
            Command.create({"name": "Revenue", "measure": "revenue", "weight": 60}),
        ]
        self.order(self.customer("A"), 100)
        self.assertFalse(self.recompute().message)
        self.patch(measures, "_declared", lambda self: {k: m for k, m in declared(self).items() if k != "churn_risk"})
        self.assertIn("Risk", self.recompute().message)


class TestEdgeListSameAsPage(edge_list.TestEdgeListSameAsPage, PaymentCase):
    READ_ELSEWHERE = ("days_paid_late",)
    MORE = ((("days_paid_late", 30, 30, "veto"),), (("days_paid_late", 20, 40),))

    def make_customers(self):
        self.policy.with_context(value_preset="purchases").action_use_value_preset()
        partners = super().make_customers()
        for number, partner in enumerate(partners):
            if number % 3:
                invoice = self.bill(partner, 100 * number, 8 * number)
                if number % 2:
                    self.pay(invoice, 3 * number, 70)
        return partners


class TestVersions(VersionCase):
    def test_what_is_a_rule_says_so(self):
        self.assertLess({"value_medium_from", "value_high_from", "abc_basis"}, set(self.rules_of()["fields"]))
        self.assertNotIn("playbook_order", self.rules_of()["fields"])

    def without(self, *measures):
        """As if the addon that declares these measures were gone."""
        cls = type(self.env["customer.segmentation.measure"])
        declared = cls._declared
        self.patch(cls, "_declared", lambda self: {k: m for k, m in declared(self).items() if k not in measures})

    def test_a_ladder_that_asks_for_what_is_gone_is_told_and_not_restored(self):
        self.policy.with_context(ladder="vip").action_use_ladder()
        self.commit()
        asking = self.policy.version_ids.sorted("number")[-1]
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.commit()
        self.without("days_paid_late")
        differences = asking._differences(self.rules_of(), asking.rules)
        self.assertIn("days_paid_late, which nothing measures any more: 60", " ".join(differences))
        with self.assertRaisesRegex(UserError, "days_paid_late.*not installed"):
            asking.action_restore()


class TestExcluded(ExclusionCase):
    def test_satisfaction_goes_with_the_contact(self):
        partner = self.customer("Rated")
        self.env["customer.satisfaction"].create({"partner_id": partner.id, "rating": "2"})
        partner.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.env["customer.satisfaction"].search([]))


class TestExcludedFromCredit(AccountingCase):
    def test_no_credit_class_on_contact_and_quotation(self):
        customer = self.customer("Late")
        self.move(customer, 100, days_ago=200).invoice_date_due = self.day(150)
        quotation = self.order(customer, 10, state="draft")
        self.assertTrue(customer.customer_credit_class and quotation.credit_class and quotation.credit_warning)
        exclusion = self.env["customer.segmentation.exclusion"].create({"partner_id": customer.id})
        self.assertFalse(customer.customer_credit_class or quotation.credit_class or quotation.credit_warning)
        self.assertFalse(self.env["customer.credit.class"].search([("partner_id", "=", customer.id)]))
        exclusion.unlink()
        self.assertTrue(customer.customer_credit_class)


class TestPortrait(PortraitCase):
    def test_potential_satisfaction_and_credit(self):
        self.buyer.customer_potential = "4"
        self.env["customer.satisfaction"].create(
            {"partner_id": self.person.id, "rating": "2", "comment": "came late", "company_id": self.company.id}
        )
        self.env["customer.segmentation.profile"]._refresh(self.policy, self.buyer.ids)
        portrait = self.one()
        self.assertEqual(said(portrait["who"])["Sales Potential"], "High")
        self.assertIn("came late", said(portrait["standing"])["Satisfaction"])
        self.assertIn("Credit Class", said(portrait["standing"]))
        self.assertIn("Tier, Satisfaction, Payment", self.words())
        self.assertIn("Scores, purchases and credit class are company-wide.", self.words())


class TestPrivacySheet(SheetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.best, cls.other = cls.customer("Best"), cls.customer("Other")
        for partner in cls.best | cls.other:
            cls.order(partner, 100 * partner.id, 5)
        cls.recompute()

    def test_value_score_with_what_it_weighs(self):
        self.assertNotIn("Value score", self.sheet(self.best))
        self.policy.with_context(value_preset="purchases").action_use_value_preset()
        self.recompute()
        profile = self.profile(self.best)
        [line] = [
            line for line in self.env[f"report.{REPORT}"]._sheet(self.best)["computed"] if line.label == "Value score"
        ]
        self.assertEqual(line.value, f"{profile.value_score} of 100")
        self.assertIn(profile.value_in_words, line.meaning)

    def test_what_people_noted(self):
        self.best.write(
            {
                "customer_potential": "4",
                "customer_followers": 250,
                "customer_referred_by_id": self.other.id,
                "customer_gender": "other",
            }
        )
        self.env["customer.satisfaction"].create({"partner_id": self.best.id, "rating": "2"})
        self.env.invalidate_all()
        page = self.sheet(self.best)
        for noted in ("High", "250", "Other", "Dissatisfied"):
            self.assertIn(noted, page)

    def test_a_referrer_is_named_to_who_may_see_it(self):
        referrer = self.customer("Somebody")
        self.best.customer_referred_by_id = referrer
        env = self.env(user=new_test_user(self.env, "prints", "sales_team.group_sale_manager"))
        self.assertIn("Somebody", self.sheet(self.best, env=env))
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s", [self.other_company().id, referrer.id]
        )
        self.env.invalidate_all()
        self.assertNotIn("Somebody", self.sheet(self.best, env=env))


class TestPaymentOnPrivacySheet(SheetCase, AccountingCase):
    def test_payment_class(self):
        customer = self.customer("Late")
        self.order(customer, 10)
        self.move(customer, 100, days_ago=200).invoice_date_due = self.day(150)
        self.recompute()
        self.assertIn("Payment class", self.sheet(customer))
        self.assertIn("D: Pays", self.sheet(customer))
        self.assertIn("When your invoices were due and when they were paid.", self.sheet(customer))


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def test_its_box_is_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.customer_segmentation_has_value)
        self.assertTrue(settings.module_customer_segmentation_value)
