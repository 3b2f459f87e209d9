"""Lines of orders, which say by which invoices they are invoiced."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _remember_invoices(self):
        invoices = self.sudo().invoice_lines.move_id
        self.env["customer.segmentation.queue"]._remember(invoices, leaving=invoices)

    def write(self, vals):
        """What is linked from this side counts for others before and afterwards."""
        if "invoice_lines" not in vals:
            return super().write(vals)
        self._remember_invoices()
        result = super().write(vals)
        self._remember_invoices()
        return result

    def unlink(self):
        self._remember_invoices()
        return super().unlink()
