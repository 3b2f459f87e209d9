"""Sorting, grouping and the web client's ways to ask for groups."""

from odoo.tests import tagged

from .security_common import AMOUNTS, SecurityCase

SORTED_FIELDS = (
    "customer_segment_id",
    "customer_lifecycle_stage",
    "customer_abc_class",
    "customer_rfm_code",
    "customer_rfm_score",
    "customer_revenue",
    "customer_order_count",
    "customer_last_order_date",
    "customer_tier_id",
)
# Odoo opens the group "none" of a number with those that are zero, too: only these open exactly.
OPENED_FIELDS = (
    "customer_segment_id",
    "customer_lifecycle_stage",
    "customer_abc_class",
    "customer_rfm_code",
    "customer_tier_id",
)
MODELS = ("res.partner", "sale.order", "crm.lead", "sale.report")


@tagged("post_install", "-at_install")
class TestMixinGroups(SecurityCase):
    def setUp(self):
        super().setUp()
        self.partners = self.model("res.partner", "sales_manager")
        self.domain = [("id", "in", (self.customers - self.dune).ids)]

    # ------------------------------------------------------------------ sorting

    def test_unscored_customers_come_last_both_ways(self):
        """Ebb has an emptied profile, Coral none: neither may push a scored customer down."""
        for name in SORTED_FIELDS:
            for direction in ("", " asc", " desc"):
                ordered = self.partners.search(self.domain, order=f"{name}{direction}, id").mapped("name")
                with self.subTest(order=f"{name}{direction}"):
                    last = {"Coral"} if name in ("customer_revenue", "customer_order_count") else {"Coral", "Ebb"}
                    self.assertEqual(set(ordered[-len(last) :]), last)

    def test_the_order_is_the_order_of_the_values(self):
        best_first = self.partners.search(self.domain, order="customer_revenue desc, id").mapped("name")
        self.assertEqual(best_first[:2], ["Acme", "Pine"])
        bought = [*self.domain, ("customer_order_count", ">", 0)]
        worst_first = self.partners.search(bought, order="customer_revenue, id").mapped("name")
        self.assertEqual(worst_first, ["Pine", "Acme"])
        segments = self.partners.search(self.domain, order="customer_segment_id").mapped("name")
        self.assertEqual(segments[:3], ["Acme", "Pine", "Bolt"], "by the sequence of the segments")
        segments = self.partners.search(self.domain, order="customer_segment_id desc").mapped("name")
        self.assertEqual(segments[:3], ["Bolt", "Pine", "Acme"])

    def test_nulls_can_be_asked_for_first(self):
        ordered = self.partners.search(self.domain, order="customer_abc_class asc nulls first").mapped("name")
        self.assertEqual(set(ordered[:2]), {"Coral", "Ebb"})

    def test_every_model_sorts_by_every_field(self):
        for model in MODELS:
            records = self.model(model, "sales_manager")
            for name in SORTED_FIELDS:
                for direction in ("asc", "desc"):
                    with self.subTest(model=model, order=f"{name} {direction}"):
                        ordered = records.search([], order=f"{name} {direction}")
                        self.assertEqual(ordered.sorted("id"), records.search([]).sorted("id"))

    def test_pages_do_not_overlap(self):
        search = self.partners.search
        pages = [search(self.domain, order="customer_abc_class, id", limit=2, offset=start) for start in (0, 2, 4)]
        self.assertEqual(sum(len(page) for page in pages), len({partner for page in pages for partner in page}))

    # ------------------------------------------------------------------ grouping

    def test_groups_add_up_to_all_records(self):
        for model in MODELS:
            records = self.model(model, "sales_manager")
            for name in SORTED_FIELDS:
                spec = f"{name}:month" if name.endswith("_date") else name
                groups = records._read_group([], [spec], ["__count"])
                with self.subTest(model=model, group=spec):
                    self.assertEqual(sum(count for _value, count in groups), records.search_count([]))

    def test_each_group_opens_to_its_records(self):
        for model in MODELS:
            records = self.model(model, "sales_manager")
            for spec in (*OPENED_FIELDS, "customer_last_order_date:month", "customer_last_order_date:year"):
                for group in records.formatted_read_group([], [spec], ["__count"]):
                    with self.subTest(model=model, group=group[spec]):
                        self.assertEqual(records.search_count(group["__extra_domain"]), group["__count"])

    def test_groups_by_segment(self):
        groups = self.partners._read_group(self.domain, ["customer_segment_id"], ["id:recordset"])
        by_code = {segment.code: set(partners.mapped("name")) for segment, partners in groups}
        expected = {"champions": {"Acme"}, "potential_loyalist": {"Pine"}, "lost": {"Bolt"}, False: {"Coral", "Ebb"}}
        self.assertEqual(by_code, expected)

    def test_groups_through_the_profile(self):
        for model in MODELS:
            records = self.model(model, "sales_manager")
            through = records._read_group([], ["customer_profile_id.segment_id"], ["__count"])
            with self.subTest(model=model):
                self.assertEqual(dict(through), dict(records._read_group([], ["customer_segment_id"], ["__count"])))

    def test_groups_of_two_levels(self):
        groups = self.model("sale.order", "sales_manager")._read_group(
            [("partner_id", "child_of", self.acme.id)], ["customer_abc_class", "state"], ["amount_untaxed:sum"]
        )
        self.assertEqual(groups, [("A", "sale", AMOUNTS["acme_seller"] + AMOUNTS["acme_other"])])

    def test_documents_sum_their_own_amounts_by_segment(self):
        report = self.model("sale.report", "sales_manager")
        groups = report._read_group([("state", "=", "sale")], ["customer_lifecycle_stage"], ["price_subtotal:sum"])
        self.assertEqual(dict(groups), {"new": 8900.0, "active": 300.0, "lost": 40.0})

    def test_numbers_of_customers_are_not_offered_to_be_summed(self):
        """A sum over contacts or orders would count a customer many times."""
        for model in MODELS:
            offered = self.model(model, "sales_manager").fields_get(attributes=["aggregator", "type"])
            for name, field in self.env[model]._fields.items():
                number = name.startswith("customer_") and offered[name]["type"] in ("integer", "float", "monetary")
                if number and (field.related or "").startswith("customer_profile_id"):
                    with self.subTest(model=model, field=name):
                        self.assertFalse(offered[name].get("aggregator"))

    def test_the_best_of_each_group(self):
        [(best,)] = self.partners._read_group(self.domain, [], ["customer_revenue:max"])
        self.assertEqual(best, 10000)
        several = self.partners._read_group(
            self.domain, ["customer_segment_id"], ["__count"], having=[("customer_revenue:max", ">", 500)]
        )
        self.assertEqual({segment.code for segment, _count in several}, {"champions", "potential_loyalist"})

    # ------------------------------------------------------------------ the web client

    def test_kanban_and_list_groups(self):
        for model in MODELS[:3]:
            records = self.model(model, "sales_manager")
            result = records.web_read_group([], ["customer_segment_id"], auto_unfold=True, unfold_read_specification={})
            with self.subTest(model=model):
                self.assertEqual(sum(group["__count"] for group in result["groups"]), records.search_count([]))
                self.assertEqual(result["length"], len(result["groups"]))

    def test_progress_bars(self):
        bars = {"field": "customer_abc_class", "colors": {"A": "success", "B": "warning", "C": "muted"}}
        result = self.partners.read_progress_bar(self.domain, "customer_lifecycle_stage", bars)
        self.assertEqual(result["new"], {"A": 1, "B": 1, "C": 0})
        self.assertEqual(result["lost"], {"A": 0, "B": 0, "C": 1})

    def test_search_panels(self):
        for model, names in (
            ("customer.segmentation.profile", ("segment_id", "abc_class", "company_id", "user_id")),
            ("res.partner", ("customer_segment_id", "customer_abc_class", "customer_lifecycle_stage")),
        ):
            records = self.model(model, "sales_manager")
            for name in names:
                with self.subTest(model=model, field=name):
                    shown = records.search_panel_select_range(name, enable_counters=True, expand=False)
                    self.assertNotIn("error_msg", shown)
                    counted = sum(value.get("__count", 0) for value in shown["values"])
                    self.assertEqual(counted, records.search_count([(name, "!=", False)]))
                    several = records.search_panel_select_multi_range(name, enable_counters=True)
                    self.assertNotIn("error_msg", several)

    def test_groups_of_several_companies(self):
        orders = self.model("sale.order", "both_manager", "south", "north")
        groups = orders._read_group(
            [("partner_id", "child_of", self.acme.id)], ["company_id", "customer_segment_id"], ["__count"]
        )
        shown = {(company.name, segment.code): count for company, segment, count in groups}
        self.assertEqual(shown, {("North", "champions"): 2, ("South", "new"): 1})

    def test_grouping_reads_no_customer_twice(self):
        """One statement, whatever the number of records."""
        self.partners._read_group(self.domain, ["customer_segment_id"], ["__count"])  # what is cached once for all
        with self.assertQueryCount(1):
            self.partners._read_group(self.domain, ["customer_segment_id"], ["__count"])
