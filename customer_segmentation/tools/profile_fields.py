"""Fields that show the customer's profile on another document, and search, group and sort by it."""

import operator
from collections.abc import Set

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class OnlyComputed:
    """A field whose value in a record that is not saved is computed, whatever a form sends for it."""

    def __set__(self, records, value):
        if not all(records._ids):
            records = records.filtered(lambda record: record.id or record.env.is_protected(self, record))
        return super().__set__(records, value)


class ProfileValue(OnlyComputed):
    """A related field over the virtual link, searched under the rights of its own `groups`."""

    def determine_domain(self, records, operator, value):
        records._check_field_access(self, "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented  # the ORM asks for the positive operator and inverts the answer
        without_profile = self._is_met_by_nothing(operator, value)
        *path, last = self.related.split(".")[1:]
        condition = Domain(last, operator, value)
        for name in reversed(path):
            condition = Domain(name, "any", condition)
            if without_profile:
                condition |= Domain(name, "=", False)
        return records._profile_domain(condition, without_profile=without_profile)

    def _is_met_by_nothing(self, operator, value):
        """Whether a record without profile, which shows an empty value or zero, meets the condition."""
        if compare := COMPARISONS.get(operator):
            return self.falsy_value is not None and compare(self.falsy_value, value or self.falsy_value)
        values = value if isinstance(value, (list, tuple, Set)) else [value]
        return any(item is False or item is None or item == self.falsy_value for item in values)


class ProfileMany2one(ProfileValue, fields.Many2one):
    pass


class ProfileSelection(ProfileValue, fields.Selection):
    pass


class ProfileChar(ProfileValue, fields.Char):
    pass


class ProfileText(ProfileValue, fields.Text):
    pass


class ProfileInteger(ProfileValue, fields.Integer):
    pass


class ProfileFloat(ProfileValue, fields.Float):
    pass


class ProfileMonetary(ProfileValue, fields.Monetary):
    def determine_domain(self, records, operator, value):
        # Odoo compares amounts as text and so does not see that zero is what an empty one shows.
        if operator == "in" and 0 in value:
            value = [False, *filter(None, value)]
        return super().determine_domain(records, operator, value)


class ProfileDate(ProfileValue, fields.Date):
    pass


class ProfileBoolean(ProfileValue, fields.Boolean):
    pass


class ChangedSelection(fields.Selection):
    """What a customer changes from or to: each choice is called what the label of the profile calls it, also on a model
    of another addon, where Odoo would look for a translation nobody loads."""

    def _description_selection(self, env):
        label = env["customer.segmentation.profile"]._fields[self.name.split("_", 1)[1]]
        return label._description_selection(env)


class ProfileLink(OnlyComputed, fields.Many2one):
    """The virtual Many2one itself: joined on the commercial entity and the root company."""

    def join(self, model, alias, query):
        if self.related:  # of users, who inherit it from their contact
            return super().join(model, alias, query)
        coalias = query.make_alias(alias, self.name)
        if coalias not in query._joins:
            partner, company = model._profile_key_sql(alias, query)
            condition = SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(coalias, "partner_id"),
                partner,
                SQL.identifier(coalias, "company_id"),
                company,
            )
            query.add_join("LEFT JOIN", coalias, "customer_segmentation_profile", condition)
        return model.env[self.comodel_name], coalias


def is_of_profile(field):
    """Whether a field is the link to the profile or read through it, on this model."""
    return isinstance(field, ProfileLink) or (
        field is not None and field.related is not None and field.related.split(".")[0] == "customer_profile_id"
    )
