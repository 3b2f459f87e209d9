"""Who bought a category in the last N months, any N: typed as "Fruit, 5" in a search bar or an editor of conditions."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.periods import WINDOW
from ...tools.rights import NUMBER

# "Fruit, 5", "Fruit, 5 months", "水果，5个月": a category may have a comma in its name, but not before a number alone.
TYPED = re.compile(r"\s*(?P<category>.*?)\s*[,，]\s*(?P<months>\d+)\s*(months?|m|个月|月)?\s*", re.IGNORECASE)
MOST_MONTHS = 600
LIKE = ("like", "ilike", "=like", "=ilike")


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_category_bought = fields.Char(
        compute="_compute_customer_category_bought",
        search="_search_customer_category_bought",
        string="Category Bought in N Months (e.g. Fruit, 5)",
        groups=NUMBER,
        help="Filter by a product category and a number of months: “Fruit, 5” finds who bought fruit, or a category "
        "below it, in the last 5 months. Without a number it is the policy's window.",
    )

    @api.depends("customer_category_ids.display_name")
    @api.depends_context("company", "lang")
    def _compute_customer_category_bought(self):
        """Those of the window: what the filter finds when no number is typed."""
        for partner in self:
            partner.customer_category_bought = "; ".join(
                partner.customer_category_ids.sorted("complete_name").mapped("display_name")
            )

    @api.model
    def _search_customer_category_bought(self, operator, value):
        if operator == "in":
            texts = [text for text in value if text]
        elif operator in LIKE:
            texts = [value.strip("%")]
        else:
            return NotImplemented
        self._check_field_access(self._fields["customer_category_bought"], "read")
        found = Domain.OR(self._typed_category_domain(text) for text in texts)
        return found | ~self._bought_domain(WINDOW) if operator == "in" and False in value else found

    @api.model
    def _typed_category_domain(self, text):
        name, months = self._typed_category(text)
        named = self.env["product.category"].search([("complete_name", "ilike", name)])
        return self._bought_domain(months, self._with_categories_below(named))

    @api.model
    def _typed_category(self, text):
        """The name of the category, and how many months back or the policy's window."""
        typed = TYPED.fullmatch(text)
        if not typed:
            return text.strip(), WINDOW
        months = int(typed["months"])
        if not 1 <= months <= MOST_MONTHS:
            raise UserError(
                self.env._(
                    "“%(typed)s” asks for %(months)s months; type 1 to %(most)s, such as “%(category)s, 5”.",
                    typed=text,
                    months=months,
                    most=MOST_MONTHS,
                    category=typed["category"],
                )
            )
        return typed["category"], months
