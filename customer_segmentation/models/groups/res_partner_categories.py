"""The product categories a customer buys: shown on the page Segmentation, and searched by."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date
from odoo.tools.misc import formatLang

from ...tools.periods import EVER, WINDOW
from ...tools.rights import NUMBER

SHOWN = 5
RECENT = 3  # months
# field: how far back it looks
PERIODS = {
    "customer_category_ids": WINDOW,
    "customer_recent_category_ids": RECENT,
    "customer_past_category_ids": EVER,
}


class ResPartner(models.Model):
    _inherit = "res.partner"

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

    # ------------------------------------------------------------------ reading

    @api.model
    def _categories_bought(self, period):
        """What the customers of these contacts bought in the company the user works in: {customer: [Bought]}.

        Those who are excluded from profiling bought nothing that is told.
        """
        company = self.env.company.sudo().root_id
        customer_ids = set(self.sudo().commercial_partner_id._origin.ids)
        customer_ids -= set(self.env["customer.segmentation.exclusion"].sudo()._left_aside(company, list(customer_ids)))
        totals = self.env["customer.transaction"].sudo()._category_totals(company, period, list(customer_ids))
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
                "customer_segmentation.categories_bought",
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

    # ------------------------------------------------------------------ searching

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
            transactions, company = model.env["customer.transaction"].sudo(), model.env.company.sudo().root_id
            return SQL(
                """%s IN (SELECT total.partner_id FROM %s total WHERE total.category_id IS NOT NULL
                          EXCEPT (%s))""",
                model._field_to_sql(alias, "commercial_partner_id", query),
                transactions._category_totals_query(company, period, category_ids),
                model.env["customer.segmentation.exclusion"].sudo()._sql_left_aside(company.id),
            )

        return Domain.custom(to_sql=to_sql)
