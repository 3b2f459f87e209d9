"""Searching by what the mixin adds finds the records that show it, whatever the operator."""

from odoo.tests import tagged

from .security_common import SecurityCase

MIXIN_FIELDS = (
    "customer_profile_id",
    "customer_segment_id",
    "customer_segment_color",
    "customer_abc_class",
    "customer_rfm_code",
    "customer_rfm_score",
    "customer_revenue",
    "customer_at_stake",
    "customer_order_count",
    "customer_last_order_date",
    "customer_formerly_top",
    "customer_currency_id",
    "customer_tier_id",
    "customer_tier_color",
    "customer_lifecycle_stage",
    "customer_next_order_date",
)
CONTACT_FIELDS = (
    "customer_segment_since",
    "customer_segment_advice",
    "customer_first_order_date",
    "customer_lifetime_revenue",
    "customer_tier_description",
    "customer_tier_since",
    "customer_stage_since",
    "customer_is_hot_prospect",
)
NUMERIC, TEXTUAL = ("integer", "float", "monetary"), ("char", "text", "selection")


def conditions(field, values):
    """Conditions with every operator a field of this type knows, on some of its values."""
    some = [value for value in values if value]
    yield from ((operator, value) for operator in ("=", "!=") for value in (False, *some))
    for operator in ("in", "not in"):
        yield from ((operator, listed) for listed in (some, [*some, False], [False], some[:1], []))
    if field.type in NUMERIC or field.type == "date":
        limits = [0, -1, 10**9, *some] if field.type in NUMERIC else ["2000-01-01", "2100-01-01", *some]
        yield from ((operator, limit) for operator in ("<", "<=", ">", ">=") for limit in limits)
    if field.type in NUMERIC:
        yield from (("=", 0), ("!=", 0), ("in", [0, *some]), ("not in", [0]))
    if field.type in TEXTUAL or field.type == "many2one":
        words = ["a", "zzz"]
        yield from ((operator, word) for operator in ("ilike", "not ilike", "like", "=ilike") for word in words)
    if field.type == "many2one":
        domains = [[], [("id", "in", some)], [("id", "not in", some)], [("id", "=", False)]]
        yield from ((operator, domain) for operator in ("any", "not any") for domain in domains)
    if field.type == "boolean":
        yield from (("=", True), ("!=", True), ("in", [True, False]), ("not in", [True, False]))


class MixinSearchCase(SecurityCase):
    def all_records(self, model, role="sales_manager"):
        return self.model(model, role).with_context(active_test=False).search([])

    def domains(self, records, name):
        """Domains on one field, plain and negated."""
        field = records._fields[name]
        values = list(dict.fromkeys(records.mapped(name)))
        values = [value.id if field.type == "many2one" else value for value in values]
        if field.type == "date":
            values = [value and value.isoformat() for value in values]
        for operator, value in conditions(field, values):
            yield [(name, operator, value)]
            yield ["!", (name, operator, value)]

    def assert_searching_finds_what_filtering_keeps(self, mixin_fields, contact_fields):
        for model in ("res.partner", "sale.order", "crm.lead", "sale.report"):
            records = self.all_records(model)
            self.assertTrue(records)
            for name in mixin_fields + (contact_fields if model == "res.partner" else ()):
                for domain in self.domains(records, name):
                    if name == "customer_currency_id" and "like" in domain[-1][1]:
                        continue  # the name of a currency is searched in its own way
                    with self.subTest(model=model, domain=domain):
                        self.assertEqual(records.search(domain).sorted("id"), self.kept(records, domain))

    def kept(self, records, domain):
        """The records whose shown value meets the domain."""
        return records.filtered_domain(domain).sorted("id")


@tagged("post_install", "-at_install")
class TestMixinSearch(MixinSearchCase):
    def test_search_finds_what_filtering_keeps(self):
        self.assert_searching_finds_what_filtering_keeps(MIXIN_FIELDS, CONTACT_FIELDS)

    # ------------------------------------------------------------------ spelled out

    def found(self, domain):
        customers = self.model("res.partner", "sales_manager").with_context(active_test=False)
        return set(customers.search([("id", "in", self.customers.ids), *domain]).mapped("name"))

    def test_customers_found(self):
        scored, unscored = {"Acme", "Bolt", "Dune", "Pine"}, {"Coral", "Ebb"}
        lost = self.profile(self.bolt).segment_id.id
        expected = {
            "segment set": ([("customer_segment_id", "!=", False)], scored),
            "no profile, and an emptied one": ([("customer_segment_id", "=", False)], unscored),
            "no profile": ([("customer_profile_id", "=", False)], {"Coral"}),
            "profile": ([("customer_profile_id", "!=", False)], scored | {"Ebb"}),
            "one segment": ([("customer_segment_id", "=", lost)], {"Bolt"}),
            "one segment or none": ([("customer_segment_id", "in", [lost, False])], {"Bolt"} | unscored),
            "another segment or none": ([("customer_segment_id", "!=", lost)], scored - {"Bolt"} | unscored),
            "another segment": ([("customer_segment_id", "not in", [lost, False])], scored - {"Bolt"}),
            "gone": ([("customer_lifecycle_stage", "=", "lost")], {"Bolt"}),
            "not gone": ([("customer_lifecycle_stage", "!=", "lost")], {"Acme", "Dune", "Pine"} | unscored),
            "through the segment": ([("customer_segment_id.code", "=", "lost")], {"Bolt"}),
            "class A": ([("customer_abc_class", "=", "A")], {"Acme"}),
            "class not A": ([("customer_abc_class", "!=", "A")], {"Bolt", "Dune", "Pine"} | unscored),
            "no class": ([("customer_abc_class", "=", False)], unscored),
            "revenue": ([("customer_revenue", ">", 0)], {"Acme", "Dune", "Pine"}),
            "revenue up to": ([("customer_revenue", "<=", 300)], {"Bolt", "Dune"} | unscored),
            "revenue of zero": ([("customer_revenue", "=", 0)], {"Bolt"} | unscored),
            "some revenue": ([("customer_revenue", "!=", 0)], {"Acme", "Dune", "Pine"}),
            "orders": ([("customer_order_count", ">=", 2)], {"Acme"}),
            "code": ([("customer_rfm_code", "=ilike", "%1")], {"Dune", "Bolt"}),
            "code starts": ([("customer_rfm_code", "=like", "5%")], {"Acme", "Pine"}),
            "never ordered": ([("customer_last_order_date", "=", False)], unscored),
            "ordered in a month": ([("customer_last_order_date", ">", "today -30d")], {"Acme", "Pine"}),
            "lifetime revenue": ([("customer_lifetime_revenue", ">", 0)], scored),
            "first order": ([("customer_first_order_date", "<", "today -1y")], {"Bolt"}),
            "within or": (
                ["|", ("customer_abc_class", "=", "A"), ("customer_segment_id", "=", False)],
                {"Acme"} | unscored,
            ),
        }
        for name, (domain, customers) in expected.items():
            with self.subTest(name):
                self.assertEqual(self.found(domain), customers)

    def test_formerly_top(self):
        run = self.policy[self.company["north"]].last_run_id
        self.assertFalse(self.found([("customer_formerly_top", "=", True)]), "too few customers to speak of a top")
        run.cut_points = dict(run.cut_points, lifetime_top_10=900)
        self.assertEqual(self.found([("customer_formerly_top", "=", True)]), {"Acme", "Pine"})
        self.assertEqual(self.found([("customer_formerly_top", "=", False)]), {"Bolt", "Coral", "Dune", "Ebb"})

    def test_a_lead_without_customer_is_not_scored(self):
        leads = self.model("crm.lead", "sales_manager")
        unscored = leads.search([("customer_segment_id", "=", False)])
        self.assertEqual(unscored.ids, self.lead_without_customer.ids)
        self.assertIn(self.lead_without_customer, leads.search([("customer_lifecycle_stage", "!=", "dormant")]))

    def test_archived_customers_are_found_when_asked_for(self):
        partners = self.model("res.partner", "sales_manager")
        condition = ("customer_segment_id", "=", self.profile(self.dune).segment_id.id)
        self.assertFalse(partners.search([condition]))
        self.assertEqual(partners.search([condition, ("active", "=", False)]), partners.browse(self.dune.id))
        archived = self.order["dune"]
        self.assertIn(archived, self.model("sale.order", "sales_manager").search([condition]), "an order of theirs")

    def test_an_archived_segment_or_scheme_changes_nothing(self):
        self.policy[self.company["south"]].scheme_id.copy().active = False
        self.assertEqual(self.found([("customer_segment_id", "ilike", "Champions")]), {"Acme"})

    def test_new_records_are_filtered_too(self):
        quotation = self.env["sale.order"].new({"partner_id": self.acme.id, "company_id": self.company["north"].id})
        self.assertTrue(quotation.filtered_domain([("customer_abc_class", "=", "A")]))
        self.assertFalse(quotation.filtered_domain([("customer_segment_id", "=", False)]))

    def test_orders_are_found_through_their_customers(self):
        orders = self.model("sale.order", "sales_manager")
        found = orders.search([("partner_id.customer_abc_class", "=", "A")])
        self.assertEqual(found, orders.search([("customer_abc_class", "=", "A")]))
        self.assertTrue(found)
