"""What customers bought in a period of the past, as a column of a list and as a search.

The period is that of the context keys `figures_since` and `figures_until`, ISO texts.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.days import day_given
from odoo.tools import SQL


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    period_revenue = fields.Monetary(
        compute="_compute_period_revenue", help="Untaxed purchases less refunds in the period the list is about."
    )
    dealt_between = fields.Char(
        store=False,
        search="_search_dealt_between",
        string="Bought or Gave Back Between",
        help="Finds who bought or gave something back between two days, both included: 2026-01-01/2026-03-31.",
    )

    @api.depends("revenue")
    @api.depends_context("figures_since", "figures_until")
    def _compute_period_revenue(self):
        few = self.with_context(**by_code(only_customer_ids=self.sudo().partner_id.ids)).sudo()
        query = few._search([("id", "in", self.ids)])
        term = few._field_to_sql(query.table, "period_revenue", query)
        found = dict(self.env.execute_query(query.select(SQL.identifier(query.table, "id"), term)))
        for profile in self:
            profile.period_revenue = found.get(profile.id, 0)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Sorted and summed like a column of the table."""
        if field_expr != "period_revenue":
            return super()._field_to_sql(alias, field_expr, query)
        since = day_given(self.env, self.env.context.get("figures_since"))
        until = day_given(self.env, self.env.context.get("figures_until"))
        if not since or not until or since > until:
            return SQL("0")
        joined = query.make_alias(alias, f"period_sums_{since:%Y%m%d}_{until:%Y%m%d}")
        if joined not in query._joins:
            self.env.flush_all()
            table = self.env["customer.purchase.sums"].sudo()._sql_period_sums(since, until)
            query.add_join("LEFT JOIN", joined, SQL("(%s)", table), self._same_customer(alias, joined))
        return SQL("COALESCE(%s, 0)", SQL.identifier(joined, "period_revenue"))

    @api.model
    def _search_dealt_between(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._any_of_all(value, self._parse_days, self._sql_dealt)

    @api.model
    def _sql_dealt(self, alias, first, last):
        return SQL(
            "(%s, %s) IN (SELECT partner_id, company_id FROM (%s) dealt)",
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
            self.env["customer.purchase.sums"].sudo()._sql_period_sums(first, last),
        )
