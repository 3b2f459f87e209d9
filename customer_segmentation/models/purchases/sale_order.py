"""Orders as documents of purchases, on the day they were first confirmed."""

from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.purchase.document"]

    _purchase_columns = frozenset(
        {"state", "partner_id", "company_id", "date_order", "amount_untaxed", "currency_id", "currency_rate"}
    )
    _counted_state = "sale"

    first_order_date = fields.Datetime(
        readonly=True,
        engine_only=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The order date before the order was cancelled: once it is confirmed again, still the day of purchase.",
    )

    def _sql_counted_for(self):
        return SQL(
            """SELECT partner_id, company_id, COALESCE(first_order_date, date_order)::date AS since
                 FROM sale_order WHERE id = ANY(%s) AND state = %s""",
            self.ids,
            self._counted_state,
        )

    def _remember_invoices(self):
        """Who else is invoiced with an order that is cancelled, or confirmed again, may have got a part of it."""
        invoices = self.sudo().filtered("first_order_date").invoice_ids
        if invoices:
            self.env["customer.segmentation.queue"]._remember(invoices)

    def write(self, vals):
        """Odoo dates an order anew whenever it is confirmed; a date that is typed later on counts as typed."""
        if "state" in vals and vals["state"] != "sale":
            for order in self.sudo().filtered(lambda order: order.state == "sale" and not order.first_order_date):
                order.first_order_date = order.date_order
        result = super().write(vals)
        if "state" in vals:
            self._remember_invoices()
        if "date_order" in vals and "state" not in vals:
            self.sudo().filtered("first_order_date").first_order_date = False
        return result
