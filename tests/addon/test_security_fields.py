"""Who may read, search, sort, group, sum and export what the mixin puts on contacts and documents."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .security_common import SecurityCase

# field: a condition most scored customers meet
LABELS = {
    "customer_segment_id": ("!=", False),
    "customer_segment_color": (">=", 0),
    "customer_abc_class": ("in", ["A", "B"]),
    "customer_tier_id": ("!=", False),
    "customer_tier_color": (">=", 0),
    "customer_lifecycle_stage": ("!=", "prospect"),
}
NUMBERS = {
    "customer_profile_id": ("!=", False),
    "customer_rfm_code": ("ilike", "1"),
    "customer_rfm_score": (">", 0),
    "customer_revenue": (">", 0),
    "customer_at_stake": (">=", 0),
    "customer_order_count": (">", 0),
    "customer_next_order_date": (">", "2000-01-01"),
    "customer_last_order_date": (">", "2000-01-01"),
    "customer_currency_id": ("!=", False),
}
NUMBERS_NOT_IN_SQL = {"customer_formerly_top": ("=", True)}
CONTACT_LABELS = {
    "customer_segment_since": (">", "2000-01-01"),
    "customer_segment_advice": ("!=", False),
    "customer_tier_description": ("!=", False),
    "customer_stage_since": (">", "2000-01-01"),
    "customer_birthday": ("=", False),
}
CONTACT_NUMBERS = {
    "customer_first_order_date": (">", "2000-01-01"),
    "customer_lifetime_revenue": (">", 0),
    "customer_tier_since": (">", "2000-01-01"),
}
CONTACT_NUMBERS_NOT_IN_SQL = {
    "customer_explanation": ("!=", False),
    "customer_score_details": ("!=", False),
    "customer_revenue_share": (">", 0),
    "customer_cumulative_share": (">", 0),
    "customer_transition_ids": ("!=", False),
    "customer_playbook_entry_ids": ("=", False),
    "customer_activity_ids": ("=", False),
    "customer_share_in_words": ("!=", False),
    "customer_period": ("!=", False),
    "customer_tier_outlook": ("!=", False),
    "customer_next_tier_id": ("!=", False),
    "customer_next_tier_gap": ("!=", False),
    "customer_is_hot_prospect": ("=", True),
    "customer_rhythm": ("!=", False),
    "customer_stake_in_words": ("!=", False),
    "customer_activity_level": ("!=", False),
    "customer_purchase_timeline": ("!=", False),
    "customer_benefits": ("!=", False),
    "customer_last_contact_date": ("!=", False),
    "customer_contact_count": (">", 0),
    "customer_preferred_channel": ("!=", False),
    "customer_excluded": ("=", True),
    "customer_exclusion_message": ("!=", False),
}
# What Odoo cannot search by at all is a ValueError.
UNREADABLE = (AccessError, ValueError)
MODELS = ("res.partner", "sale.order", "crm.lead", "sale.report")
SEES_LABELS = ("employee", "billing")
SEES_NUMBERS = ("seller", "all_seller", "sales_manager", "scores_user", "scores_manager")
SEES_NOTHING = ("portal", "public")
# May read the model at all, whatever its fields.
READERS = {
    "res.partner": ("employee", "billing", *SEES_NUMBERS),
    "res.users": ("employee", "billing", *SEES_NUMBERS),
    "sale.order": ("billing", "seller", "all_seller", "sales_manager"),
    "crm.lead": ("seller", "all_seller", "sales_manager"),
    "sale.report": ("seller", "all_seller", "sales_manager"),
}


def ways_to_read(records, field):
    """Every way to get the values themselves."""
    return {
        "attribute": lambda: [record[field] for record in records],
        "mapped": lambda: records.mapped(field),
        "read": lambda: records.read([field]),
        "web_read": lambda: records.web_read({field: {}}),
        "export_data": lambda: records.export_data([field]),
        "search_read": lambda: records.search_read([("id", "in", records.ids)], [field]),
        "web_search_read": lambda: records.web_search_read([("id", "in", records.ids)], {field: {}}),
    }


def ways_to_search(model, field, operator, value):
    """Searches whose answer tells something about the value."""
    condition = (field, operator, value)
    return {
        "search": lambda: model.search([condition]),
        "search_count": lambda: model.search_count([condition]),
        "not": lambda: model.search_count(["!", condition]),
        "not in": lambda: model.search_count([(field, "not in", value if isinstance(value, list) else [value])]),
        "is empty": lambda: model.search_count([(field, "=", False)]),
        "is set": lambda: model.search_count([(field, "!=", False)]),
        "any": lambda: model.search_count([("id", "any", [condition])]),
        "within or": lambda: model.search_count(["|", ("id", "=", 0), condition]),
        "name_search": lambda: model.name_search("", domain=[condition]),
        "domain of a group": lambda: model.formatted_read_group([condition], [], ["__count"]),
    }


def ways_to_aggregate(model, field):
    """Sorting, grouping and summing, which go to SQL by the name of the field."""
    spec = f"{field}:month" if model._fields[field].type == "date" else field
    ways = {
        "order": lambda: model.search([], order=field, limit=1),
        "order desc": lambda: model.search_read([], ["id"], order=f"{field} DESC", limit=1),
        "group": lambda: model._read_group([], [spec], ["__count"]),
        "formatted_read_group": lambda: model.formatted_read_group([], [spec], ["__count"]),
        "web_read_group": lambda: model.web_read_group([], [spec]),
        "grouping sets": lambda: model._read_grouping_sets([], [[spec], []], ["__count"]),
        "max": lambda: model._read_group([], [], [f"{field}:max"]),
        "array_agg": lambda: model._read_group([], ["id"], [f"{field}:array_agg"]),
        "having": lambda: model._read_group([], ["id"], [], having=[(f"{field}:count_distinct", ">", 0)]),
        "order of groups": lambda: model._read_group([], ["id"], ["__count"], order=f"{field}:max DESC"),
    }
    if model._fields[field].type in ("integer", "float", "monetary"):
        ways["sum"] = lambda: model._read_group([], [], [f"{field}:sum"])
        ways["avg"] = lambda: model.formatted_read_group([], [], [f"{field}:avg"])
    return ways


class FieldTests:
    """The tests of the fields an addon adds to the four models, and `res.users`, which inherits those of its contact.

    Each of the lists: labels, numbers, and those of each that SQL does not know.
    """

    addon = None
    of_documents = ({}, {}, {}, {})
    of_contacts = ({}, {}, {}, {})  # besides

    def fields_of(self, model):
        if model not in ("res.partner", "res.users"):
            return self.of_documents
        return tuple(both | more for both, more in zip(self.of_documents, self.of_contacts, strict=True))

    def setUp(self):
        super().setUp()
        # What the engine read before must not be found in the cache by those who may not read it.
        for model in MODELS:
            for fields in self.fields_of(model):
                for name in fields:
                    self.records(model).mapped(name)

    def readable(self, model, role):
        records = self.records(model) if role != "public" else self.user["public"].partner_id
        return self.model(model, role).browse(records.ids if model == "res.partner" or role != "public" else [])

    def ways(self, model, role, fields, in_sql):
        """Yield (name, call) of every way for every field."""
        records = self.readable(model, role)
        everything = self.model(model, role)
        for field, condition in fields.items():
            ways = ways_to_read(records, field) | ways_to_search(everything, field, *condition)
            if in_sql:
                ways |= ways_to_aggregate(everything, field)
            for way, call in ways.items():
                yield f"{field}: {way}", call

    def assert_all(self, check, model, roles, fields, in_sql=True, **options):
        for role in roles:
            for way, call in self.ways(model, role, fields, in_sql):
                with self.subTest(role=role, model=model, way=way):
                    check(call, **options)

    def test_every_field_is_tested(self):
        """Also those somebody adds later."""
        for model in MODELS:
            ours = {
                name
                for name, field in self.env[model]._fields.items()
                if name.startswith("customer_") and self.addon in field._modules
            }
            ours.discard("customer_company_id")  # says whose figures a condition means, and shows nothing
            self.assertEqual(ours, {name for fields in self.fields_of(model) for name in fields}, model)

    def test_labels_are_for_every_employee_who_reads_the_record(self):
        for model in MODELS:
            labels, _numbers, _labels_not_in_sql, _numbers_not_in_sql = self.fields_of(model)
            self.assert_all(self.assertGranted, model, READERS[model], labels)

    def test_numbers_are_for_users_of_the_application(self):
        for model in MODELS:
            _labels, numbers, _labels_not_in_sql, not_in_sql = self.fields_of(model)
            roles = [role for role in READERS[model] if role in SEES_NUMBERS]
            self.assert_all(self.assertGranted, model, roles, numbers)
            for role in roles:
                for field in not_in_sql:
                    for way, call in ways_to_read(self.readable(model, role), field).items():
                        with self.subTest(role=role, model=model, way=f"{field}: {way}"):
                            self.assertGranted(call)

    def test_numbers_are_refused_to_other_employees(self):
        for model in ("res.partner", "sale.order"):
            _labels, numbers, _labels_not_in_sql, not_in_sql = self.fields_of(model)
            roles = [role for role in READERS[model] if role in SEES_LABELS]
            self.assert_all(self.assertRefused, model, roles, numbers)
            self.assert_all(self.assertRefused, model, roles, not_in_sql, in_sql=False, errors=UNREADABLE)

    def test_portal_and_public_see_nothing(self):
        for model in ("res.partner", "sale.order"):
            labels, numbers, labels_not_in_sql, numbers_not_in_sql = self.fields_of(model)
            self.assert_all(self.assertRefused, model, ["portal"], labels | numbers)
            not_in_sql = labels_not_in_sql | numbers_not_in_sql
            self.assert_all(self.assertRefused, model, ["portal"], not_in_sql, in_sql=False, errors=UNREADABLE)
        labels, numbers, _labels_not_in_sql, _numbers_not_in_sql = self.fields_of("res.partner")
        # Exporting is refused to the public before any field is looked at.
        self.assert_all(self.assertRefused, "res.partner", ["public"], labels | numbers, errors=UserError)

    def test_fields_are_not_offered_to_those_who_may_not_read_them(self):
        for model in MODELS:
            labels, numbers, labels_not_in_sql, numbers_not_in_sql = self.fields_of(model)
            hidden = {
                "employee": numbers | numbers_not_in_sql,
                "portal": labels | numbers | labels_not_in_sql | numbers_not_in_sql,
            }
            for role, fields in hidden.items():
                with self.subTest(model=model, role=role):
                    offered = self.model(model, role)._fields.keys() & fields.keys()
                    self.assertEqual(offered, fields.keys(), "the test names fields that exist")
                    self.assertFalse(self.model(model, role).sudo(False).fields_get().keys() & fields.keys())

    def test_users_inherit_the_rights_of_their_contact(self):
        labels, numbers, _labels_not_in_sql, _numbers_not_in_sql = self.fields_of("res.users")
        for role in ("employee", "billing"):
            self.assert_all(self.assertRefused, "res.users", [role], numbers)
        self.assert_all(self.assertGranted, "res.users", ["employee", "seller"], labels)
        self.assert_all(self.assertGranted, "res.users", ["seller"], numbers)
        # A portal user reads his own user record, and still not what we think of his company.
        self.assert_all(self.assertRefused, "res.users", ["portal"], labels | numbers)


@tagged("post_install", "-at_install")
class TestSecurityFields(FieldTests, SecurityCase):
    addon = "customer_segmentation"
    of_documents = (LABELS, NUMBERS, {}, NUMBERS_NOT_IN_SQL)
    of_contacts = (CONTACT_LABELS, CONTACT_NUMBERS, {}, CONTACT_NUMBERS_NOT_IN_SQL)
