"""Invoices and credit notes as documents of purchases."""

from odoo import models
from odoo.tools import SQL

CUSTOMER_INVOICES = ["out_invoice", "out_refund", "out_receipt"]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "customer.purchase.document"]

    _purchase_columns = frozenset(
        {
            "state",
            "partner_id",
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "date",
            "amount_untaxed",
            "amount_untaxed_signed",
            "invoice_currency_rate",
        }
    )
    _owner_columns = frozenset({"partner_id", "commercial_partner_id", "company_id"})
    _counted_state = "posted"

    def _sql_counted_for(self):
        """Who is invoiced, and whose orders the document, or the one it takes back, is of."""
        return SQL(
            """SELECT invoice.commercial_partner_id, invoice.company_id FROM (%(counted)s) invoice
                UNION ALL
               SELECT sale_order.partner_id, sale_order.company_id
                 FROM (%(counted)s) invoice
                 JOIN account_move_line line ON line.move_id IN (invoice.id, invoice.reversed_entry_id)
                 JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                 JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                 JOIN sale_order ON sale_order.id = order_line.order_id""",
            counted=SQL(
                """SELECT id, reversed_entry_id, commercial_partner_id, company_id FROM account_move
                    WHERE id = ANY(%s) AND state = %s AND move_type = ANY(%s)""",
                self.ids,
                self._counted_state,
                CUSTOMER_INVOICES,
            ),
        )
