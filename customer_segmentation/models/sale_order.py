from odoo import fields, models
from odoo.tools import SQL

# A confirmed order whose value or customer changes is another purchase than before.
PURCHASE_FIELDS = {"state", "partner_id", "company_id", "date_order", "order_line"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.segmentation.mixin"]

    segment_at_order_id = fields.Many2one(
        "customer.segment", string="Segment at Order", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null", groups="base.group_user",
        help="The segment of the customer when the order was confirmed.",
    )  # fmt: skip

    tier_at_order_id = fields.Many2one(
        "customer.tier", string="Tier at Order", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null", groups="base.group_user",
        help="The tier of the customer when the order was confirmed.",
    )  # fmt: skip

    def _prepare_confirmation_values(self):
        """Each order keeps its customer's labels: with the other values when all have the same, as one order has."""
        values = super()._prepare_confirmation_values()
        labels = self._current_labels()
        if len(set(labels.values())) == 1:
            segment_id, tier_id = labels.popitem()[1]
            return dict(values, segment_at_order_id=segment_id, tier_at_order_id=tier_id)
        for order in self.sudo():
            order.segment_at_order_id, order.tier_at_order_id = labels[order.id]
        return values

    def _current_labels(self):
        """Segment and tier of each order's customer, in one query: confirming shall not become slower."""
        orders = self.sudo()
        query = orders._as_query(ordered=False)
        columns = [
            orders._field_to_sql(query.table, name, query) for name in ("customer_segment_id", "customer_tier_id")
        ]
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *columns))
        return {order_id: tuple(labels) for order_id, *labels in rows}

    def write(self, vals):
        if vals.get("state") == "draft":
            vals = dict(vals, segment_at_order_id=False, tier_at_order_id=False)
        if not vals.keys() & PURCHASE_FIELDS:
            return super().write(vals)
        before = self._customers_of_purchases()
        result = super().write(vals)
        self._queue_customers(before, self._customers_of_purchases())
        return result

    def _customers_of_purchases(self):
        """The customers of the confirmed orders, by company."""
        confirmed = self.sudo().filtered(lambda order: order.state == "sale")
        return {company: orders.partner_id for company, orders in confirmed.grouped("company_id").items()}

    def _queue_customers(self, *customers_by_company):
        queued = {}
        for by_company in customers_by_company:
            for company, partners in by_company.items():
                queued[company] = queued.get(company, partners) | partners
        for company, partners in queued.items():
            self.env["customer.segmentation.queue"]._enqueue(partners, company)
