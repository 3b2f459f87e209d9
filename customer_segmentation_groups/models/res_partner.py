"""The groups a contact belongs to and the product categories it buys: shown on its page, and asked for by whoever
filters contacts, sets an audience or sends a mailing.

customer_group_ids          by conditions or by hand: `customer.segmentation.group`
customer_top_categories     what the page shows
customer_..._category_ids   bought in the policy's window, in the last months, ever: filters
customer_category_bought    the same, of any number of months typed after the category: "Fruit, 5"
"""

import re

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.periods import EVER, WINDOW
from odoo.addons.customer_segmentation.tools.refusals import REFUSALS
from odoo.addons.customer_segmentation.tools.rights import NUMBER
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date
from odoo.tools.misc import formatLang

SHOWN = 5
RECENT = 3  # months
# field: how far back it looks
PERIODS = {
    "customer_category_ids": WINDOW,
    "customer_recent_category_ids": RECENT,
    "customer_past_category_ids": EVER,
}
# "Fruit, 5", "Fruit, 5 months", "水果，5个月": a category may have a comma in its name, but not before a number alone.
TYPED = re.compile(r"\s*(?P<category>.*?)\s*[,，]\s*(?P<months>\d+)\s*(months?|m|个月|月)?\s*", re.IGNORECASE)
MOST_MONTHS = 600
LIKE = ("like", "ilike", "=like", "=ilike")


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_group_ids = fields.Many2many(
        "customer.segmentation.group",
        compute="_compute_customer_group_ids",
        search="_search_customer_group_ids",
        string="Customer Groups",
        groups=NUMBER,
        help="The groups the customer is in, by conditions or by hand. All contacts of a company share them.",
    )
    customer_top_categories = fields.Html(
        compute="_compute_customer_top_categories",
        string="Customer Top Product Categories",
        sanitize=False,
        groups=NUMBER,
        help="What the customer spends most on in the policy's window, less refunds, company-wide.",
    )
    customer_category_ids = fields.Many2many(
        "product.category",
        compute="_compute_customer_category_ids",
        search="_search_customer_category_ids",
        string="Customer Product Categories",
        groups=NUMBER,
        help="Categories the customer bought in the policy's window, with the categories above them. What was given "
        "back as a whole does not count.",
    )
    customer_recent_category_ids = fields.Many2many(
        "product.category",
        compute="_compute_customer_category_ids",
        search="_search_customer_recent_category_ids",
        string="Customer Product Categories of the Last 3 Months",
        groups=NUMBER,
        help="Categories the customer bought in the last three months, with the categories above them.",
    )
    customer_past_category_ids = fields.Many2many(
        "product.category",
        compute="_compute_customer_category_ids",
        search="_search_customer_past_category_ids",
        string="Customer Product Categories Ever",
        groups=NUMBER,
        help="Categories the customer ever bought, with the categories above them.",
    )
    customer_category_bought = fields.Char(
        compute="_compute_customer_category_bought",
        search="_search_customer_category_bought",
        string="Category Bought in N Months (e.g. Fruit, 5)",
        groups=NUMBER,
        help="Filter by a product category and a number of months: “Fruit, 5” finds who bought fruit, or a category "
        "below it, in the last 5 months. Without a number it is the policy's window.",
    )

    # ------------------------------------------------------------------ groups

    @api.model
    def _usable_customer_groups(self, condition=Domain.TRUE):
        """The groups of the company the user works in, and the shared ones."""
        company = Domain("company_id", "in", [False, self.env.company.sudo().root_id.id])
        return self.env["customer.segmentation.group"].search(Domain(condition) & company)

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_customer_group_ids(self):
        self.customer_group_ids = False
        everybody = self.with_context(active_test=False)
        for group in self._usable_customer_groups():
            try:
                with group._tried():
                    found = everybody.search(group._contacts_domain() & Domain("id", "in", self._origin.ids))
            except REFUSALS:
                continue  # the group itself says what is wrong with it
            for partner in self:
                if partner._origin in found:
                    partner.customer_group_ids |= group

    @api.model
    def _search_customer_group_ids(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        self._check_field_access(self._fields["customer_group_ids"], "read")
        if operator != "in":
            return self._in_groups(self._usable_customer_groups(value))
        found = self._in_groups(self._usable_customer_groups([("id", "in", [item for item in value if item])]))
        return found | ~self._in_groups(self._usable_customer_groups()) if False in value else found

    @api.model
    def _in_groups(self, groups):
        return Domain.OR(group._contacts_domain() for group in groups)

    # ------------------------------------------------------------------ categories: reading

    @api.model
    def _categories_bought(self, period):
        """What the customers of these contacts bought in the company the user works in: {customer: [Bought]}.

        Those who are excluded from profiling bought nothing that is told.
        """
        company = self.env.company.sudo().root_id
        customer_ids = set(self.sudo().commercial_partner_id._origin.ids)
        customer_ids -= set(self.env["customer.segmentation.exclusion"].sudo()._left_aside(company, list(customer_ids)))
        totals = self.env["customer.purchase.category"].sudo()._totals(company, period, list(customer_ids))
        bought = {customer: [] for customer in customer_ids}
        for total in totals:
            bought[total.partner_id].append(total)
        return bought

    @api.depends_context("company", "lang")
    @api.depends("commercial_partner_id")
    def _compute_customer_top_categories(self):
        bought = self._categories_bought(WINDOW)
        company = self.env.company.sudo().root_id
        for partner in self:
            totals = bought.get(partner._open_customer_id())
            partner.customer_top_categories = totals and self.env["ir.qweb"]._render(
                "customer_segmentation_groups.categories_bought",
                {"rows": partner._category_rows(totals, company), "others": max(len(totals) - SHOWN, 0)},
            )

    @api.model
    def _category_rows(self, totals, company):
        """The largest categories as a reader expects them."""
        whole = sum(total.amount for total in totals)
        categories = self.env["product.category"].sudo()
        return [
            {
                "name": categories.browse(total.category_id).display_name or self.env._("Without category"),
                "amount": format_amount(self.env, total.amount, company.currency_id),
                "share": formatLang(self.env, 100 * total.amount / whole, digits=0),
                "width": round(100 * total.amount / whole),
                "last_date": format_date(self.env, total.last_date),
            }
            for total in totals[:SHOWN]
        ]

    @api.depends_context("company")
    @api.depends("commercial_partner_id")
    def _compute_customer_category_ids(self):
        for name, period in PERIODS.items():
            bought = self._categories_bought(period)
            categories = self._with_categories_above(bought)
            for partner in self:
                totals = bought.get(partner._open_customer_id(), ())
                partner[name] = list({above for total in totals for above in categories.get(total.category_id, ())})

    @api.model
    def _with_categories_above(self, bought):
        """{category: it and all above it}"""
        ids = {total.category_id for totals in bought.values() for total in totals} - {None}
        paths = self.env["product.category"].sudo().browse(ids)
        return {category.id: [int(part) for part in category.parent_path.split("/") if part] for category in paths}

    # ------------------------------------------------------------------ categories: searching

    @api.model
    def _search_customer_category_ids(self, operator, value):
        return self._search_categories_bought("customer_category_ids", operator, value)

    @api.model
    def _search_customer_recent_category_ids(self, operator, value):
        return self._search_categories_bought("customer_recent_category_ids", operator, value)

    @api.model
    def _search_customer_past_category_ids(self, operator, value):
        return self._search_categories_bought("customer_past_category_ids", operator, value)

    @api.model
    def _search_categories_bought(self, name, operator, value):
        """Contacts of customers who bought one of the categories, or one below it; False finds those without any."""
        if operator not in ("in", "any", "any!", "child_of"):
            return NotImplemented
        self._check_field_access(self._fields[name], "read")
        without = operator == "in" and False in value
        if operator == "in":
            wanted = Domain("id", "in", [item for item in value if item])
        else:
            wanted = Domain("id", "child_of", value) if operator == "child_of" else Domain(value)
        named = self.env["product.category"].sudo(operator == "any!" or self.env.su).search(wanted)
        found = self._bought_domain(PERIODS[name], self._with_categories_below(named))
        return found | ~self._bought_domain(PERIODS[name]) if without else found

    @api.model
    def _with_categories_below(self, categories):
        return self.env["product.category"].sudo().search([("id", "child_of", categories.ids)]).ids

    @api.model
    def _bought_domain(self, period, category_ids=None):
        """Contacts whose customer bought one of the categories in a period; None: anything that has a category.

        Not those who are excluded from profiling.
        """

        def to_sql(model, alias, query):
            model.env.flush_all()
            purchases, company = model.env["customer.purchase.category"].sudo(), model.env.company.sudo().root_id
            return SQL(
                """%s IN (SELECT total.partner_id FROM %s total WHERE total.category_id IS NOT NULL
                          EXCEPT (%s))""",
                model._field_to_sql(alias, "commercial_partner_id", query),
                purchases._totals_query(company, period, category_ids),
                model.env["customer.segmentation.exclusion"].sudo()._sql_left_aside(company.id),
            )

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------ categories: any number of months

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
