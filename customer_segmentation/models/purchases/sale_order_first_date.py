from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    first_order_date = fields.Datetime(
        readonly=True,
        engine_only=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The order date before the order was cancelled: once it is confirmed again, still the day of purchase.",
    )

    def write(self, vals):
        """Odoo dates an order anew whenever it is confirmed; a date that is typed later on counts as typed."""
        if "state" in vals and vals["state"] != "sale":
            for order in self.sudo().filtered(lambda order: order.state == "sale" and not order.first_order_date):
                order.first_order_date = order.date_order
        result = super().write(vals)
        if "date_order" in vals and "state" not in vals:
            self.sudo().filtered("first_order_date").first_order_date = False
        return result
