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

    def _prepare_confirmation_values(self):
        """Each order keeps its customer's segment: with the other values when all have the same, as one order has."""
        values = super()._prepare_confirmation_values()
        segment_ids = self._current_segment_ids()
        if len(set(segment_ids.values())) == 1:
            return dict(values, segment_at_order_id=segment_ids.popitem()[1])
        for order in self.sudo():
            order.segment_at_order_id = segment_ids[order.id]
        return values

    def _current_segment_ids(self):
        """The segment of each order's customer, in one query: confirming shall not become slower."""
        orders = self.sudo()
        query = orders._as_query(ordered=False)
        segment = orders._field_to_sql(query.table, "customer_segment_id", query)
        return dict(self.env.execute_query(query.select(SQL.identifier(query.table, "id"), segment)))

    def write(self, vals):
        if vals.get("state") == "draft":
            vals = dict(vals, segment_at_order_id=False)
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
