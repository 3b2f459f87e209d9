"""Who reads and writes what value adds, from whichever company, and what nobody may type into it."""

from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..addon import test_security_companies as companies
from ..addon import test_security_forms as forms
from ..addon import test_typed_conditions as typed
from ..addon.security_common import AMOUNTS, SecurityCase
from ..addon.security_samples import SamplesCase
from ..addon.test_bad_input import MANAGER, SWITCHES
from ..addon.test_security_fields import FieldTests

APP = "customer_segmentation_value"
INDICATOR = "customer.segmentation.indicator"
LABELS = {"customer_value_band": ("=", "high")}
NUMBERS = {"customer_value_score": (">", 0)}
CONTACT_NUMBERS = {
    "customer_potential": ("=", False),
    "customer_followers": ("=", 0),
    "customer_referred_by_id": ("=", False),
    "customer_gender": ("=", False),
    "customer_age_band": ("=", False),
}
CONTACT_NUMBERS_NOT_IN_SQL = {
    "customer_satisfaction_ids": ("=", False),
    "customer_satisfaction": ("=", False),
    "customer_satisfaction_date": ("!=", False),
    "customer_satisfaction_trend": ("!=", False),
    "customer_referral_count": (">", 0),
    "customer_credit_class": ("=", "A"),
    "customer_credit_in_words": ("!=", False),
    "customer_value_details": ("!=", False),
    "customer_value_in_words": ("!=", False),
}


@tagged("post_install", "-at_install")
class TestFields(FieldTests, SecurityCase):
    addon = APP
    of_documents = (LABELS, NUMBERS, {}, {})
    of_contacts = ({}, CONTACT_NUMBERS, {}, CONTACT_NUMBERS_NOT_IN_SQL)


@tagged("post_install", "-at_install")
class TestCompanies(companies.TestSecurityCompanies):
    """Only the records value adds; what is not about records is tested with the base."""

    def of_north(self):
        north = self.company["north"]
        rating = {"partner_id": self.acme.id, "company_id": north.id, "rating": "2"}
        return {
            INDICATOR: self.policy[north].indicator_ids,
            "customer.satisfaction": self.env["customer.satisfaction"].create(rating),
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        numbers = {INDICATOR: "weight", "customer.satisfaction": "score"}
        cls.enterClassContext(patch.object(companies, "NUMBER_OF", numbers))

    def test_no_model_is_forgotten(self):
        ours = {name for name, model in self.env.registry.items() if model._original_module == APP}
        tested = {"customer.credit.class", "customer.payment.behaviour"}  # with invoices; abstract
        self.assertEqual(ours, {INDICATOR, "customer.satisfaction"} | tested)


@tagged("post_install", "-at_install")
class TestForms(forms.TestSecurityForms):
    def test_a_form_tells_nothing_of_a_customer_of_another_company(self):
        foreign = self.foreign_customer()
        rating = {"partner_id": foreign.id, "company_id": self.company["north"].id, "rating": "2"}
        self.env["customer.satisfaction"].create(rating)
        of_order = {"credit_class": {}, "credit_trust": {}, "credit_warning": {}}
        self.assertTellsNothing(self.env["sale.order"], {"partner_id": foreign.id}, spec=of_order)
        person = {"name": "x", "parent_id": foreign.id}
        self.assertTellsNothing(self.env["sale.order"], {"partner_id": person}, spec=of_order)
        spec = {"customer_satisfaction": {}, "customer_referral_count": {}}
        self.assertTellsNothing(self.env["res.partner"], person, spec=spec)

    def test_a_reference_takes_a_record_not_values_of_one(self):
        foreign = self.samples["south"]["res.partner"]
        spec = {"partner_id": {"fields": {"display_name": {}}}, "user_id": {"fields": {"display_name": {}}}}
        ratings = self.model("customer.satisfaction", "seller")
        for forged in (
            {"partner_id": {"parent_id": foreign.id, "name": "k"}},
            {"partner_id": {"id": self.bolt.id, "parent_id": foreign.id}},
            {"user_id": {"partner_id": foreign.id}},
            {"partner_id": {"id": foreign.id}},
            {"partner_id": (foreign.id, "k")},
            {"partner_id": {"id": [foreign.id]}},
            {"partner_id": {"id": str(foreign.id)}},
            {"partner_id": str(foreign.id)},
        ):
            with self.subTest(forged=forged):
                self.assertRefused(ratings.onchange, dict(forged), [*forged], spec, errors=forms.REFUSED)
        for known in (self.bolt.id, {"id": self.bolt.id}, {"id": self.bolt.id, "display_name": "Bolt"}, False):
            self.assertGranted(ratings.onchange, {"partner_id": known}, ["partner_id"], spec)


@tagged("post_install", "-at_install")
class TestRatings(SamplesCase):
    def rating(self, role, **values):
        values = {"partner_id": self.bolt.id, "rating": "2", **values}
        return self.model("customer.satisfaction", role).create(values)

    def test_a_rating_is_changed_by_who_typed_it(self):
        rating = self.rating("seller")
        self.assertRecordValues(rating, [{"user_id": self.user["seller"].id, "company_id": self.company["north"].id}])
        self.assertGranted(rating.write, {"rating": "4", "comment": "better than I thought"})
        for role in ("other_seller", "all_seller", MANAGER, "both_manager"):
            with self.subTest(role=role):
                self.assertRefused(rating.with_user(self.user[role]).write, {"rating": "5"})
        for role in ("other_seller", "all_seller"):
            with self.subTest(role=role):
                self.assertRefused(rating.with_user(self.user[role]).unlink)
        self.assertGranted(rating.unlink)
        self.assertGranted(self.rating("seller").with_user(self.user[MANAGER]).unlink)

    def test_nobody_rates_in_the_name_of_a_colleague(self):
        colleague = self.user["other_seller"].id
        self.assertRefused(self.rating, "seller", user_id=colleague)
        self.assertRefused(self.rating, "seller", user_id=False)
        self.assertRefused(self.rating, "seller", company_id=self.company["south"].id)
        rating = self.rating("seller")
        self.assertRefused(rating.write, {"user_id": colleague})
        self.assertRefused(rating.write, {"partner_id": self.samples["south"]["res.partner"].id})
        forged = rating.with_context(default_user_id=colleague, default_company_id=self.company["south"].id)
        made = forged.create({"partner_id": self.bolt.id, "rating": "1"})
        self.assertEqual((made.user_id, made.company_id), (self.user["seller"], self.company["north"]))

    def test_what_is_computed_and_stored_is_not_overwritten(self):
        rating = self.rating("seller")
        self.assertRefused(rating.write, {"score": 5})
        self.assertRefused(self.rating, "seller", score=5)
        self.assertEqual(rating.score, 2)

    def test_a_copy_does_not_take_along_what_the_engine_keeps(self):
        rating = self.rating("seller")
        copied = rating.with_user(self.user["other_seller"]).copy()
        self.assertEqual(copied.user_id, self.user["other_seller"])

    def test_a_day_that_cannot_be_meant(self):
        with self.assertRaisesRegex(UserError, "look at its year"):
            self.model("customer.satisfaction", MANAGER).create(
                {"partner_id": self.bolt.id, "rating": "3", "date": "0001-01-01"}
            )


@tagged("post_install", "-at_install")
class TestIndicators(SamplesCase):
    def test_an_indicator_does_not_move_to_another_company(self):
        own, foreign = self.samples["north"][INDICATOR], self.samples["south"]["customer.segmentation.policy"]
        theirs = self.model(INDICATOR, MANAGER).browse(own.ids)
        self.assertRefused(theirs.write, {"policy_id": foreign.id})

    def test_a_request_switches_no_check_off(self):
        line = self.policy[self.company["north"]].indicator_ids[0]
        for value in (True, 1, "by code", [1, "2026-01-31"]):
            told = self.model(INDICATOR, MANAGER).with_context(**dict.fromkeys(SWITCHES, value))
            with self.subTest(value=value), self.assertRaises(UserError):
                told.browse(line.id).write({"weight": 77})

    def test_numbers_that_cannot_be_meant_are_refused(self):
        billion, policy = 10**12, self.policy[self.company["north"]]
        line = self.model(INDICATOR, MANAGER).browse(policy.indicator_ids[0].id)
        theirs = self.model(policy._name, MANAGER).browse(policy.id)
        for record, values in (
            (theirs, {"credit_days_c": billion}),
            (line, {"window_months": billion}),
            (line, {"sequence": -billion}),
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                record.write(values)

    def test_new_rows_and_defaults_are_refused_before_the_database_meets_them(self):
        values = {"policy_id": self.policy[self.company["north"]].id, "name": "Sum", "weight": 1}
        indicators = self.model(INDICATOR, MANAGER)
        for model, vals in (
            (indicators, {**values, "window_months": 10**12}),
            (indicators.with_context(default_window_months=10**12), values),
        ):
            with self.assertRaises(ValidationError):
                model.create(vals)

    def test_only_managers_take_conditions_over(self):
        line = self.policy[self.company["north"]].indicator_ids[0]
        for role in ("employee", "seller", "south_manager"):
            with self.subTest(role=role):
                self.assertRefused(self.model(INDICATOR, role).browse(line.id).action_take_over_conditions)

    def test_presets_refuse_in_words(self):
        policy = self.policy[self.company["north"]]
        theirs = self.model(policy._name, MANAGER).browse(policy.id)
        self.assertRefused(theirs.action_use_value_preset, errors=UserError)
        self.assertRefused(theirs.with_context(value_preset={}).action_use_value_preset, errors=UserError)


class TestTyped(typed.TypedCase):
    def test_indicators_weigh_what_their_author_reads_in_the_company(self):
        """The count of the other company's orders is nobody's rank here."""
        policy = self.policy[self.company["north"]]
        rows = {
            "kind": "records", "model_name": "sale.order", "link_field": "partner_id", "date_field": "date_order",
            "aggregate": "sum", "amount_field": "amount_untaxed", "window_months": 0, "name": "Orders", "weight": 100,
        }  # fmt: skip
        mine = policy.with_user(self.user["both_manager"]).with_context(
            allowed_company_ids=[self.company["north"].id, self.company["south"].id]
        )
        mine = self.env["customer.segmentation.rules"]._as_a_whole(mine)  # as a draft is applied
        mine.write({"indicator_ids": [Command.clear(), Command.create(rows)]})
        indicator = policy.indicator_ids
        self.assertEqual(indicator.author_id, self.user["both_manager"])
        query = indicator._query_of_records(
            indicator._evaluator(policy.company_id), policy, policy._today(), self.acme.ids
        )
        found = dict(self.env.execute_query(query))
        self.assertEqual(found[self.acme.id], AMOUNTS["acme_seller"] + AMOUNTS["acme_other"], "no branch, no South")

    def test_lines_of_a_form_name_nobody_either(self):
        """Odoo saves them as superuser."""
        policy = self.policy[self.company["north"]]
        line = policy.indicator_ids[0]
        mine = policy.with_env(self.model(policy._name, "sales_manager").env)
        mine.write({"indicator_ids": [Command.update(line.id, {"author_id": 1, "name": "Mine"})]})
        self.assertEqual(line.author_id, self.user["sales_manager"])

    def test_an_indicator_is_skipped_and_says_who_can_repair_it(self):
        policy = self.policy[self.company["north"]]
        line = policy.indicator_ids[0]
        mine = policy.with_env(self.model(policy._name, "both_manager").env)
        row = {"kind": "field", "partner_field": "color", "measure": False}
        mine = self.env["customer.segmentation.rules"]._as_a_whole(mine)  # as a draft is applied
        mine.write({"indicator_ids": [Command.update(line.id, row)]})
        self.user["both_manager"].active = False
        self.env.invalidate_all()
        run = policy.recompute()
        self.assertIn("does not work here any more", run.message)
        self.assertIn("North can take the conditions over", run.message)
        line.with_env(self.model(line._name, "sales_manager").env).action_take_over_conditions()
        self.assertFalse(policy.recompute().message)
