from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        before = self._posted_customer_documents()
        result = super().write(vals)
        after = self._posted_customer_documents()
        changed = (before | after) - (before & after)
        for company, moves in changed.sudo().grouped("company_id").items():
            orders = moves.invoice_line_ids.sale_line_ids.order_id
            self.env["customer.segmentation.queue"]._enqueue(moves.partner_id | orders.partner_id, company)
        return result

    def _posted_customer_documents(self):
        return self.filtered(lambda move: move.state == "posted" and move.move_type in ("out_invoice", "out_refund"))
