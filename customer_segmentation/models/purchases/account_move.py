"""Invoices and credit notes as documents of purchases."""

from odoo import api, models
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
            "reversed_entry_id",
        }
    )
    _owner_columns = frozenset({"partner_id", "commercial_partner_id", "company_id", "reversed_entry_id"})
    _day_columns = frozenset({"invoice_date", "date"})
    _counted_state = "posted"

    def _sql_counted_for(self):
        """Who is invoiced by the document, by the one it takes back, by what that took back, or by what takes this one
        back; and whose orders they are of, but for the last."""
        return SQL(
            """SELECT invoice.commercial_partner_id, invoice.company_id, invoice.since FROM (%(counted)s) invoice
                UNION ALL
               SELECT other.commercial_partner_id, other.company_id, NULL
                 FROM (%(counted)s) invoice
                 JOIN account_move other ON other.id = ANY(invoice.with_origins) AND other.id <> invoice.id
                UNION ALL
               SELECT other.commercial_partner_id, other.company_id, NULL
                 FROM (%(counted)s) invoice
                 JOIN account_move other ON other.reversed_entry_id = invoice.id
                UNION ALL
               SELECT sale_order.partner_id, sale_order.company_id,
                      CASE WHEN NOT EXISTS (%(credited)s) THEN invoice.since END
                 FROM (%(counted)s) invoice
                 JOIN account_move_line line ON line.move_id = ANY(invoice.with_origins)
                 JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                 JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                 JOIN sale_order ON sale_order.id = order_line.order_id""",
            credited=self._sql_credit_notes_of("sale_order"),
            counted=SQL(
                """SELECT move.id, move.commercial_partner_id, move.company_id,
                          CASE WHEN move.move_type <> 'out_refund' AND origin.id IS NULL
                               THEN COALESCE(move.invoice_date, move.date) END AS since,
                          ARRAY[move.id, move.reversed_entry_id, origin.reversed_entry_id, %s] AS with_origins
                     FROM account_move move LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
                    WHERE move.id = ANY(%s) AND move.state = %s AND move.move_type = ANY(%s)""",
                self.env["customer.purchase.source"]._began_with(SQL("move"), SQL("origin")),
                self.ids,
                self._counted_state,
                CUSTOMER_INVOICES,
            ),
        )

    @api.model
    def _sql_credit_notes_of(self, order):
        """The credit notes of an order: what is invoiced of it anew may be no news of the day of the invoice."""
        return SQL(
            """SELECT FROM sale_order_line own_line
                 JOIN sale_order_line_invoice_rel own_link ON own_link.order_line_id = own_line.id
                 JOIN account_move_line note_line ON note_line.id = own_link.invoice_line_id
                 JOIN account_move note ON note.id = note_line.move_id AND note.move_type = 'out_refund'
                WHERE own_line.order_id = %s""",
            SQL.identifier(order, "id"),
        )
