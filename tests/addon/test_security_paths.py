"""The long way round: values asked for through other records, which must be refused like the direct way."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .security_common import SecurityCase

# model: (who may read the model but no numbers, domain conditions through other records)
NUMBER_CONDITIONS = {
    "res.partner": (
        "employee",
        [
            ("parent_id.customer_revenue", ">", 0),
            ("commercial_partner_id.customer_rfm_code", "ilike", "5"),
            ("child_ids.customer_order_count", ">", 1),
            ("user_ids.customer_revenue", ">", 0),
            ("parent_id", "any", [("customer_revenue", ">", 0)]),
            ("parent_id", "not any", [("customer_revenue", ">", 0)]),
            ("parent_id", "any", ["!", ("customer_rfm_score", "<", 50)]),
            ("parent_id.parent_id.customer_last_order_date", ">", "2000-01-01"),
            ("customer_profile_id", "any", [("revenue", ">", 0)]),
            ("customer_profile_id", "not any", [("revenue", ">", 0)]),
            ("customer_profile_id", "in", [1, False]),
            ("customer_profile_id.revenue", ">", 0),
            ("customer_profile_id.transition_ids.revenue", ">", 0),
            ("customer_profile_id.changed_run_id.changed_count", ">", 0),
            ("parent_id.customer_profile_id.revenue", ">", 0),
            ("customer_currency_id.name", "=", "EUR"),
            ("customer_transition_ids.revenue", ">", 0),
            ("customer_transition_ids", "any", [("revenue", ">", 0)]),
            ("sale_order_ids.customer_revenue", ">", 0),
        ],
    ),
    "res.users": (
        "employee",
        [
            ("customer_revenue", ">", 0),
            ("customer_profile_id.revenue", ">", 0),
            ("partner_id.customer_revenue", ">", 0),
            ("partner_id.parent_id.customer_revenue", ">", 0),
            ("commercial_partner_id.customer_lifetime_revenue", ">", 0),
            ("partner_id", "any", [("customer_profile_id", "any", [("revenue", ">", 0)])]),
        ],
    ),
    "res.company": ("employee", [("partner_id.customer_revenue", ">", 0)]),
    "sale.order": (
        "billing",
        [
            ("partner_id.customer_revenue", ">", 0),
            ("partner_invoice_id.customer_rfm_score", ">", 0),
            ("partner_id.parent_id.customer_revenue", ">", 0),
            ("user_id.customer_revenue", ">", 0),
            ("customer_profile_id.revenue", ">", 0),
            ("customer_profile_id", "any", [("revenue", ">", 0)]),
            ("order_line.order_id.customer_revenue", ">", 0),
        ],
    ),
    "sale.order.line": (
        "billing",
        [("order_id.customer_revenue", ">", 0), ("order_partner_id.customer_revenue", ">", 0)],
    ),
    "account.move": ("billing", [("partner_id.customer_revenue", ">", 0)]),
}
LABEL_CONDITIONS = {
    "res.partner": [
        ("parent_id.customer_segment_id", "!=", False),
        ("parent_id.customer_segment_id.name", "ilike", "a"),
        ("customer_segment_id", "any", [("code", "=", "lost")]),
        ("customer_segment_id", "not any", [("code", "=", "lost")]),
        ("customer_segment_id.code", "=", "lost"),
        ("parent_id", "any", [("customer_abc_class", "=", "A")]),
    ],
    "res.users": [("customer_abc_class", "=", "A"), ("partner_id.customer_abc_class", "=", "A")],
    "sale.order": [("partner_id.customer_abc_class", "=", "A"), ("customer_segment_id.name", "ilike", "a")],
}
GROUPS = {
    "res.partner": [
        "parent_id.customer_revenue",
        "commercial_partner_id.customer_rfm_code",
        "customer_profile_id.segment_id",
        "customer_profile_id.revenue",
        "parent_id.customer_profile_id.abc_class",
        "parent_id.customer_profile_id",
        "parent_id.customer_last_order_date:month",
    ],
    "res.users": ["customer_revenue", "partner_id.customer_revenue", "partner_id.customer_profile_id.abc_class"],
    "sale.order": ["partner_id.customer_revenue", "customer_profile_id.abc_class", "user_id.customer_revenue"],
}
EXPORTS = {
    "res.partner": [
        "parent_id/customer_revenue",
        "parent_id/customer_profile_id/.id",
        "customer_profile_id/revenue",
        "child_ids/customer_revenue",
        "customer_transition_ids/revenue",
        "customer_profile_id/display_name",
    ],
    "res.users": ["customer_revenue", "partner_id/customer_revenue"],
    "sale.order": ["partner_id/customer_revenue", "customer_profile_id/revenue", "customer_currency_id/name"],
}


@tagged("post_install", "-at_install")
class TestSecurityPaths(SecurityCase):
    def test_domains_through_other_records_do_not_tell_numbers(self):
        for model, (role, conditions) in NUMBER_CONDITIONS.items():
            self.assertGranted(self.model(model, role).search_count, [])
            for condition in conditions:
                with self.subTest(model=model, condition=condition):
                    self.assertRefused(self.model(model, role).search_count, [condition])
                    self.assertRefused(self.model(model, role).search, [("id", ">", 0), "!", condition])

    def test_domains_through_other_records_tell_numbers_to_users_of_the_application(self):
        for model, (_role, conditions) in NUMBER_CONDITIONS.items():
            sales_manager = self.model(model, "sales_manager")
            for condition in conditions:
                with self.subTest(model=model, condition=condition):
                    self.assertGranted(sales_manager.search_count, [condition])

    def test_domains_through_other_records_tell_nothing_to_the_portal(self):
        for model, conditions in LABEL_CONDITIONS.items():
            for condition in conditions + NUMBER_CONDITIONS[model][1]:
                with self.subTest(model=model, condition=condition):
                    self.assertRefused(self.model(model, "portal").search_count, [condition])

    def test_labels_are_found_through_other_records(self):
        for model, conditions in LABEL_CONDITIONS.items():
            role = "billing" if model == "sale.order" else "employee"
            for condition in conditions:
                with self.subTest(model=model, condition=condition):
                    self.assertGranted(self.model(model, role).search_count, [condition])

    def test_groups_through_other_records(self):
        for model, groups in GROUPS.items():
            stranger = self.model(model, "billing" if model == "sale.order" else "employee")
            for group in groups:
                for role, records in (("stranger", stranger), ("portal", self.model(model, "portal"))):
                    with self.subTest(model=model, group=group, role=role):
                        self.assertRefused(records._read_group, [], [group], ["__count"])
                        self.assertRefused(records.web_read_group, [], [group])
                with self.subTest(model=model, group=group, role="sales_manager"):
                    self.assertGranted(self.model(model, "sales_manager")._read_group, [], [group], ["__count"])

    def test_order_through_other_records(self):
        """Odoo itself knows no such order; whatever it says, it must not sort."""
        for order in ("parent_id.customer_revenue", "customer_profile_id.revenue", "user_ids.customer_revenue"):
            for role in ("employee", "portal"):
                with self.subTest(order=order, role=role):
                    search = self.model("res.partner", role).search
                    self.assertRefused(search, [], order=order, errors=(AccessError, UserError, ValueError))

    def test_exports_through_other_records(self):
        for model, paths in EXPORTS.items():
            roles = ("billing" if model == "sale.order" else "employee", "portal")
            for role in roles:
                records = self.model(model, role).browse(self.records(model).ids)
                for path in paths:
                    with self.subTest(model=model, path=path, role=role):
                        self.assertRefused(records.export_data, [path])

    def test_a_tree_of_fields(self):
        """What forms and lists ask for: fields of records inside records."""
        pia = self.pia.ids
        specifications = (
            {"parent_id": {"fields": {"customer_revenue": {}}}},
            {"commercial_partner_id": {"fields": {"customer_profile_id": {"fields": {"revenue": {}}}}}},
            {"customer_transition_ids": {"fields": {"revenue": {}}}},
            {"user_ids": {"fields": {"customer_revenue": {}}}},
        )
        for role in ("employee", "portal"):
            for specification in specifications:
                with self.subTest(role=role, specification=specification):
                    self.assertRefused(self.rpc, role, "res.partner", "web_read", pia, specification)
        label = {"parent_id": {"fields": {"customer_segment_id": {"fields": {"display_name": {}}}}}}
        self.assertRefused(self.rpc, "portal", "res.partner", "web_read", pia, label)
        [values] = self.rpc("employee", "res.partner", "web_read", pia, label)
        self.assertEqual(values["parent_id"]["customer_segment_id"]["display_name"], "Potential Loyalist")

    def test_calls_of_the_web_client(self):
        """Searching for a revenue by halves, progress bars, search panels: the client's own methods."""
        bars = {"field": "customer_abc_class", "colors": {"A": "success"}}
        calls = {
            "halves": ("search_count", [("customer_revenue", ">", 450)]),
            "halves of a group": ("formatted_read_group", [("customer_revenue", ">", 450)], [], ["__count"]),
            "sorted": ("search_read", [], ["name"], 0, 1, "customer_revenue desc"),
            "best of each": ("formatted_read_group", [], ["country_id"], ["customer_revenue:max"]),
            "bars by number": ("read_progress_bar", [], "customer_rfm_code", bars),
            "bars among numbers": ("read_progress_bar", [("customer_revenue", ">", 4)], "customer_abc_class", bars),
        }
        for name, (method, *args) in calls.items():
            with self.subTest(call=name):
                self.assertRefused(self.rpc, "employee", "res.partner", method, *args)
                self.assertRefused(self.rpc, "portal", "res.partner", method, *args)
                self.assertGranted(self.rpc, "seller", "res.partner", method, *args)
        panel = ("search_panel_select_range", "customer_abc_class")
        self.assertGranted(self.rpc, "employee", "res.partner", *panel, enable_counters=True)
        hidden = (AccessError, KeyError)  # the panel stumbles over a field it is not told about
        self.assertRefused(self.rpc, "portal", "res.partner", *panel, enable_counters=True, errors=hidden)
        group_by_label = ("read_progress_bar", [], "customer_segment_id", bars)
        self.assertGranted(self.rpc, "employee", "res.partner", *group_by_label)
        self.assertRefused(self.rpc, "portal", "res.partner", *group_by_label)

    def test_odoo_does_not_ask_again_as_superuser(self):
        """Odoo repeats an `any!` that is refused at once, without the rights of whoever asks."""
        for operator in ("any", "any!", "not any!"):
            for role in ("employee", "portal"):
                condition = Domain("customer_profile_id", operator, [("revenue", ">", 0)])
                with self.subTest(operator=operator, role=role):
                    self.assertRefused(self.model("res.partner", role).search_count, condition)

    def test_what_bypasses_rules_cannot_be_asked_from_outside(self):
        for operator in ("any!", "not any!"):
            for field in ("customer_profile_id", "customer_segment_id", "parent_id"):
                condition = (field, operator, [("id", ">", 0)])
                with self.subTest(condition=condition):
                    self.assertRefused(
                        self.rpc, "employee", "res.partner", "search_count", [condition], errors=ValueError
                    )
