"""Orders as documents of purchases, on the day they were first confirmed."""

from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.purchase.document"]

    _purchase_columns = frozenset(
        {
            "state",
            "partner_id",
            "company_id",
            "date_order",
            "first_order_date",
            "amount_untaxed",
            "currency_id",
            "currency_rate",
        }
    )
    _day_columns = frozenset({"date_order", "first_order_date"})
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
        """On the day in the time zone of the policy."""
        return SQL(
            """SELECT document.partner_id, document.company_id,
                      (COALESCE(document.first_order_date, document.date_order)
                       AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(policy.tz, 'UTC'))::date AS since
                 FROM sale_order document
                 JOIN res_company branch ON branch.id = document.company_id
                 LEFT JOIN customer_segmentation_policy policy
                   ON policy.company_id = split_part(branch.parent_path, '/', 1)::int AND policy.active
                WHERE document.id = ANY(%s) AND document.state = %s""",
            self.ids,
            self._counted_state,
        )

    def _remember_invoices(self):
        """An invoice counts for whose the order is: of an order that is cancelled, confirmed again, given to somebody
        else or deleted, a part may become another customer's."""
        invoices = self.sudo().order_line.invoice_lines.move_id
        self.env["customer.segmentation.queue"]._remember(invoices, leaving=invoices)

    def unlink(self):
        self._remember_invoices()
        return super().unlink()

    def write(self, vals):
        """Odoo dates an order anew whenever it is confirmed; a date that is typed later on counts as typed."""
        if "state" in vals and vals["state"] != "sale":
            for order in self.sudo().filtered(lambda order: order.state == "sale" and not order.first_order_date):
                order.first_order_date = order.date_order
        if "partner_id" in vals:
            self._remember_invoices()
        elif "state" in vals:
            self.sudo().filtered("first_order_date")._remember_invoices()
        result = super().write(vals)
        if "date_order" in vals and "state" not in vals:
            self.sudo().filtered("first_order_date").first_order_date = False
        return result
