"""How customers stood at the end of a day in the past, as columns of a list: what a figure about that day counted.

The day is the context key `figures_day`, an ISO text; without it these columns say what is true now. Money and orders
are summed up from the purchases, segments, classes and stages read from the history of changes.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.days import day_given
from odoo.addons.customer_segmentation.tools.labels import ABC_CLASSES, LIFECYCLE_STAGES
from odoo.addons.customer_segmentation.tools.sql import once
from odoo.tools import SQL

# Of each column the one of now, and the sums of `customer.transaction` it is read from.
SUMS = {
    "revenue_then": ("revenue", "_sql_window_sums"),
    "order_count_then": ("order_count", "_sql_window_sums"),
    "lifetime_revenue_then": ("lifetime_revenue", "_sql_lifetime_sums"),
    "last_order_date_then": ("last_order_date", "_sql_lifetime_sums"),
}
LABELS = {
    "segment_then_id": "segment_id",
    "tier_then_id": "tier_id",
    "abc_class_then": "abc_class",
    "lifecycle_stage_then": "lifecycle_stage",
}


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    revenue_then = fields.Monetary(
        compute="_compute_then", help="Untaxed purchases less refunds in the policy's window that ended on the day."
    )
    order_count_then = fields.Integer(
        compute="_compute_then", string="Orders Then", help="Purchases in the policy's window that ended on the day."
    )
    lifetime_revenue_then = fields.Monetary(
        compute="_compute_then", help="All untaxed purchases less refunds up to the day."
    )
    last_order_date_then = fields.Date(compute="_compute_then", string="Last Order Then")
    segment_then_id = fields.Many2one("customer.segment", compute="_compute_then")
    tier_then_id = fields.Many2one("customer.tier", compute="_compute_then")
    abc_class_then = fields.Selection(ABC_CLASSES, compute="_compute_then", string="ABC Class Then")
    lifecycle_stage_then = fields.Selection(LIFECYCLE_STAGES, compute="_compute_then")

    @api.depends("revenue", "order_count", "lifetime_revenue", "last_order_date", *LABELS.values())
    @api.depends_context("figures_day")
    def _compute_then(self):
        names = {name: now for name, (now, _sums) in SUMS.items()} | LABELS
        if not self._figures_day():
            for profile in self:
                profile.update({name: profile[now] for name, now in names.items()})
            return
        found = self._read_then(names)
        for profile in self:
            profile.update(found.get(profile.id) or dict.fromkeys(names))

    def _read_then(self, names):
        """The columns of these profiles on the day of the context, by id."""
        self.env.flush_all()
        few = self.with_context(**by_code(only_customer_ids=self.sudo().partner_id.ids, only_profile_ids=self.ids))
        query = few.sudo()._search([("id", "in", self.ids)])
        terms = [few._field_to_sql(query.table, name, query) for name in names]
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *terms))
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}

    @api.model
    def _figures_day(self):
        return day_given(self.env, self.env.context.get("figures_day"))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Sorted, summed and grouped like columns of the table."""
        if field_expr not in SUMS and field_expr not in LABELS:
            return super()._field_to_sql(alias, field_expr, query)
        day = self._figures_day()
        if field_expr in LABELS:
            return self._sql_label_then(alias, LABELS[field_expr], query, day)
        name, sums = SUMS[field_expr]
        if not day:
            return self._field_to_sql(alias, name, query)
        joined = SQL.identifier(self._join_sums(alias, query, sums, day), name)
        return joined if name == "last_order_date" else SQL("COALESCE(%s, 0)", joined)

    @api.model
    def _join_sums(self, alias, query, sums, day):
        """Join what customers had bought by a day, once in a query."""
        joined = query.make_alias(alias, f"{sums}_{day:%Y%m%d}")
        if joined not in query._joins:
            self.env.flush_all()
            table = getattr(self.env["customer.purchase.sums"].sudo(), sums)(day)
            query.add_join("LEFT JOIN", joined, SQL("(%s)", table), self._same_customer(alias, joined))
        return joined

    @api.model
    def _same_customer(self, alias, other):
        return SQL(
            "(%s, %s) = (%s, %s)",
            *(SQL.identifier(table, name) for table in (alias, other) for name in ("partner_id", "company_id")),
        )

    @api.model
    def _sql_label_then(self, alias, name, query, day):
        """What the first change after the day came from, and without one, what is true now."""
        now = self._field_to_sql(alias, name, query)
        if not day:
            return now
        joined = query.make_alias(alias, f"{name}_{day:%Y%m%d}")
        if joined not in query._joins:
            same = SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(joined, "profile_id"))
            query.add_join("LEFT JOIN", joined, SQL("(%s)", once(self._sql_stood_at(day, name))), same)
        return SQL(
            "CASE WHEN %s IS NULL THEN %s ELSE %s END",
            SQL.identifier(joined, "profile_id"),
            now,
            SQL.identifier(joined, "value"),
        )
