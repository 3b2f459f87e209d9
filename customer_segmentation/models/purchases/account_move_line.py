"""Lines of invoices, which say of which order they are."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """Lines of posted documents, too, are linked to another order, or to none."""
        if "sale_line_ids" in vals:
            invoices = self.sudo().move_id
            self.env["customer.segmentation.queue"]._remember(invoices, leaving=invoices)
        return super().write(vals)
