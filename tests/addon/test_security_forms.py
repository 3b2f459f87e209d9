"""A form that is not saved tells what its user may know, whatever customer, company or values are typed into it."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .security_common import AMOUNTS
from .security_samples import SamplesCase

SPEC = {"customer_revenue": {}, "customer_profile_id": {"fields": {"display_name": {}}}}
TOLD = {
    **SPEC,
    "customer_segment_id": {"fields": {"display_name": {}}},
    "customer_tier_id": {"fields": {"display_name": {}}},
}
OF_ORDER = {**TOLD, "tier_benefit_note": {}}
REFUSED = (AccessError, ValidationError)  # what may not be read, and what is no number of a record
NORTH_REVENUE = AMOUNTS["acme_seller"] + AMOUNTS["acme_other"] + AMOUNTS["acme_branch"]


@tagged("post_install", "-at_install")
class TestSecurityForms(SamplesCase):
    def typed(self, records, values, spec=OF_ORDER, role="seller", last=None):
        """What a form says after these values were typed, one of them last."""
        self.env.flush_all()
        self.env.invalidate_all()
        theirs = self.model(records._name, role).browse(records.ids)
        return theirs.onchange(dict(values), [last] if last else [*values], spec)["value"]

    def assertTellsNothing(self, *args, **kwargs):
        told = {name: value for name, value in self.typed(*args, **kwargs).items() if value}
        self.assertEqual(told, {})

    def setUp(self):
        super().setUp()
        tier = self.profile(self.acme, "south").tier_id
        tier.write({"has_benefit_text": True, "benefit_text": "A box of wine"})
        self.south_profile = self.profile(self.acme, "south")
        self.assertEqual(self.south_profile.revenue, AMOUNTS["acme_south"])

    # ------------------------------------------------------------------ companies

    def test_a_new_order_tells_nothing_of_another_company(self):
        values = {"company_id": self.company["south"].id, "partner_id": self.acme.id}
        for role in ("seller", "sales_manager"):
            with self.subTest(role=role):
                self.assertTellsNothing(self.env["sale.order"], values, role=role, last="partner_id")

    def test_an_own_order_tells_nothing_of_a_company_typed_into_it(self):
        told = self.typed(self.order["acme_seller"], {"company_id": self.company["south"].id})
        self.assertFalse(told["customer_revenue"] or told["customer_profile_id"] or told.get("tier_benefit_note"))

    def test_a_lead_tells_nothing_of_another_company(self):
        values = {"name": "x", "type": "opportunity", "partner_id": self.acme.id}
        values["company_id"] = self.company["south"].id
        self.assertTellsNothing(self.env["crm.lead"], values, spec=TOLD)
        self.assertTellsNothing(self.env["crm.lead"], {**values, "user_id": self.user["south_manager"].id}, spec=TOLD)

    def test_a_form_tells_of_the_own_company(self):
        values = {"company_id": self.company["north"].id, "partner_id": self.ann.id}
        told = self.typed(self.env["sale.order"], values)
        self.assertEqual(told["customer_revenue"], NORTH_REVENUE)
        told = self.typed(self.order["coral"], {"partner_id": self.ann.id})
        self.assertEqual(told["customer_revenue"], NORTH_REVENUE)
        told = self.typed(
            self.env["sale.order"], {**values, "company_id": self.company["harbour"].id}, role="branch_seller"
        )
        self.assertEqual(told["customer_revenue"], NORTH_REVENUE)

    def test_typing_something_else_keeps_what_an_order_tells(self):
        """Also about a customer of whom the user may know only what the own order says."""
        order = self.order["acme_seller"]
        self.assertNotIn("customer_revenue", self.typed(order, {"client_order_ref": "x"}))
        rule = {"name": "Not Acme", "domain_force": f"[('commercial_partner_id', '!=', {self.acme.id})]"}
        self.env["ir.rule"].create({**rule, "model_id": self.env["ir.model"]._get_id("res.partner")})
        theirs = order.with_user(self.user["seller"])
        self.env.invalidate_all()
        self.assertEqual(theirs.new({}, origin=theirs).customer_revenue, NORTH_REVENUE)
        self.env.invalidate_all()
        self.assertFalse(theirs.new({"company_id": self.company["south"].id}, origin=theirs).customer_revenue)

    # ------------------------------------------------------------------ customers

    def foreign_customer(self):
        """A contact of South, who is known in North too."""
        foreign = self.samples["south"]["res.partner"]
        north = self.company["north"].id
        values = {"partner_id": foreign.id, "company_id": north, "revenue": 123}
        self.env["customer.segmentation.profile"].create(values)
        return foreign

    def test_a_form_tells_nothing_of_a_customer_of_another_company(self):
        foreign = self.foreign_customer()
        self.assertTellsNothing(self.env["sale.order"], {"partner_id": foreign.id})
        person = {"name": "x", "parent_id": foreign.id}
        self.assertTellsNothing(self.env["sale.order"], {"partner_id": person})
        self.assertTellsNothing(self.env["res.partner"], person, spec={**SPEC, "customer_excluded": {}})

    # ------------------------------------------------------------------ what is told is not typed

    def test_a_typed_profile_or_tier_changes_nothing(self):
        forged = {"customer_profile_id": self.south_profile.id, "customer_tier_id": self.south_profile.tier_id.id}
        self.assertTellsNothing(self.env["sale.order"], {"company_id": self.company["north"].id, **forged})
        told = self.typed(self.env["sale.order"], {"partner_id": self.acme.id, **forged}, last="partner_id")
        self.assertEqual(told["customer_revenue"], NORTH_REVENUE)
        self.assertNotIn("A box of wine", told.get("tier_benefit_note") or "")

    def test_a_profile_typed_into_a_line_changes_nothing(self):
        spec = {"child_ids": {"fields": {"customer_revenue": {}}}}
        for command in (
            Command.create({"name": "x", "customer_profile_id": self.south_profile.id}),
            Command.update(self.pia.id, {"customer_profile_id": self.south_profile.id}),
        ):
            told = self.typed(self.pine, {"child_ids": [command]}, spec=spec)
            self.assertNotIn(str(AMOUNTS["acme_south"]), str(told))

    # ------------------------------------------------------------------ what a value refers to

    def test_a_reference_takes_a_record_not_values_of_one(self):
        foreign = self.samples["south"]["res.partner"]
        spec = {"partner_id": {"fields": {"display_name": {}}}}
        purchases = self.model("customer.imported.purchase", "sales_manager")
        for forged in (
            {"partner_id": {"parent_id": foreign.id, "name": "k"}},
            {"partner_id": {"id": self.bolt.id, "parent_id": foreign.id}},
            {"partner_id": {"id": foreign.id}},
            {"partner_id": (foreign.id, "k")},
            {"partner_id": {"id": [foreign.id]}},
            {"partner_id": {"id": str(foreign.id)}},
            {"partner_id": str(foreign.id)},
        ):
            with self.subTest(forged=forged):
                self.assertRefused(purchases.onchange, dict(forged), [*forged], spec, errors=REFUSED)
        for known in (self.bolt.id, {"id": self.bolt.id}, {"id": self.bolt.id, "display_name": "Bolt"}, False):
            self.assertGranted(purchases.onchange, {"partner_id": known}, ["partner_id"], spec)

    def test_a_record_above_a_row_is_taken_with_what_its_user_may_read(self):
        """A form sends with a row what was typed into the record above it."""
        overrides = self.model("customer.tier.override", "sales_manager")
        spec = {"tier_id": {"fields": {"display_name": {}}}}
        tier = self.profile(self.acme).tier_id
        above = {"id": tier.policy_id.id, "display_name": tier.policy_id.display_name}
        self.assertGranted(overrides.onchange, {"tier_id": {"id": tier.id, "policy_id": above}}, ["tier_id"], spec)
        theirs = {"id": self.env["customer.segmentation.policy"]._of_company(self.company["south"]).id}
        for forged in (
            {"id": tier.id, "policy_id": theirs},
            {"id": tier.id, "policy_id": {**above, "company_id": self.company["south"].id}},
            {"id": tier.id, "criterion_ids": [(0, 0, {"tier_id": self.south_profile.tier_id.id})]},
        ):
            with self.subTest(forged=forged):
                self.assertRefused(overrides.onchange, {"tier_id": forged}, ["tier_id"], spec)

    def test_commands_are_read_as_odoo_reads_them(self):
        foreign, known = self.south_profile.id, self.profile(self.acme).id
        overrides = self.model("customer.tier.override", "sales_manager")
        spec = {"profile_ids": {"fields": {"display_name": {}}}}
        for forged in (
            [(6, 0, [foreign], [known])],
            [(6, 0, [str(foreign)])],
            [(6, 0, [float(foreign)])],
            [(4, str(foreign))],
            [(4, foreign, 0, known)],
            [(True, foreign, {})],
            [(4.0, foreign)],
            [(4, True)],
            [(0, 0, {"company_id": self.company["south"].id}, {})],
            [{"company_id": self.company["south"].id}],
            [foreign],
            [str(foreign)],
        ):
            with self.subTest(forged=forged):
                self.assertRefused(overrides.onchange, {"profile_ids": forged}, ["profile_ids"], spec, errors=REFUSED)
        for allowed in ([(6, 0, [known])], [(4, known)], [(5,)], [(5, 0, 0)], [], False):
            self.assertGranted(overrides.onchange, {"profile_ids": allowed}, ["profile_ids"], spec)

    def test_a_default_is_a_reference_however_it_is_told(self):
        """Odoo makes of `{"id": 5}` a record not saved yet, which shows what record 5 is."""
        foreign, south = self.samples["south"]["res.partner"], self.company["south"]
        policy = self.env["customer.segmentation.policy"]._of_company(south)
        shown = {"fields": {"display_name": {}}}
        for model, name, forged in (
            ("customer.imported.purchase", "partner_id", {"id": foreign.id}),
            ("customer.imported.purchase", "partner_id", {"id": float(foreign.id)}),
            ("customer.tier", "policy_id", {"id": policy.id}),
            ("customer.tier", "policy_id", {"company_id": south.id}),
        ):
            with self.subTest(model=model, forged=forged):
                form = self.model(model, "sales_manager").with_context(**{f"default_{name}": forged})
                self.assertRefused(form.onchange, {}, [], {name: shown}, errors=REFUSED)
        form = self.model("customer.imported.purchase", "sales_manager")
        for known in (self.bolt.id, {"id": self.bolt.id}, {"id": self.bolt.id, "display_name": "Bolt"}):
            told = form.with_context(default_partner_id=known).onchange({}, [], {"partner_id": shown})["value"]
            self.assertEqual(told["partner_id"]["display_name"], "Bolt")

    def test_a_default_kept_for_a_user_is_one_too(self):
        foreign = self.samples["south"]["res.partner"]
        manager = self.user["sales_manager"]
        kept = self.env["ir.default"]
        kept.set("customer.imported.purchase", "partner_id", foreign.id, user_id=manager.id)
        form = self.model("customer.imported.purchase", "sales_manager")
        self.assertRefused(form.onchange, {}, [], {"partner_id": {"fields": {"display_name": {}}}})

    def test_settings_tell_nothing_of_a_company_typed_into_them(self):
        administrator = new_test_user(self.env, "forms_admin", "base.group_system", company_id=self.company["north"].id)
        administrator.company_ids = self.company["north"]
        settings = self.env["res.config.settings"].with_user(administrator)
        names = ["customer_segmentation_health", "customer_segmentation_window_months", "customer_segmentation_source"]
        self.policy[self.company["south"]].window_months = 7
        south = {"company_id": self.company["south"].id}
        nothing = (False, 0, "This company has no policy.")
        told = settings.onchange(dict(south), ["company_id"], {name: {} for name in ["company_id", *names]})["value"]
        self.assertEqual([told[name] for name in names if name in told and told[name] not in nothing], [])
        [told] = settings.create(dict(south)).read(names)
        self.assertEqual([told[name] for name in names if told[name] not in nothing], [])
        settings.create({**south, "customer_segmentation_window_months": 9})
        self.assertEqual(self.policy[self.company["south"]].window_months, 7)
        [told] = settings.create({}).read(names)
        self.assertIn("Last run", told["customer_segmentation_health"])

    def test_starting_a_playbook_is_asked_before_one_is_chosen(self):
        spec = {name: {} for name in ("playbook_id", "candidate_count", "by_responsible", "include_now")}
        told = self.model("customer.playbook.start", "sales_manager").onchange({}, [], spec)["value"]
        self.assertEqual([told["candidate_count"], told["by_responsible"]], [0, ""])
