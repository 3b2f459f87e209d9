from odoo import fields, models

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

    def action_confirm(self):
        # Each order keeps its own customer's segment, so it cannot be one of the values common to all orders.
        for order in self.sudo():
            order.segment_at_order_id = order.customer_segment_id
        return super().action_confirm()

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
