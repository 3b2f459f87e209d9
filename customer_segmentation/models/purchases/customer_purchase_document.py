"""Documents purchases are made of, and who is to be refreshed because one of them changed.

It is asked where rows are written, not where buttons are: an order's amount is a computed field, whoever changed a line
of it. What changed is remembered until the transaction ends; then all its customers are queued at once.

    _write_multi()  a row is about to change: from customers who may lose it, the moment before
    create(), unlink()
        ▼
    customer.segmentation.queue._remember()     identifiers, and customers who lost a document
        ▼   before the commit
    _sql_counted_for()                          the customers of the documents as they are now
"""

from odoo import api, models
from odoo.tools import SQL

CUSTOMER_INVOICES = ["out_invoice", "out_refund", "out_receipt"]


class CustomerPurchaseDocument(models.AbstractModel):
    _name = "customer.purchase.document"
    _description = "Document of Purchases"

    # Columns that make it another purchase, and among them those that may take it away from its customer.
    _purchase_columns = frozenset()
    _owner_columns = frozenset({"partner_id", "company_id"})
    _counted_state = None  # the state in which it counts; None: always

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env["customer.segmentation.queue"]._remember(documents)
        return documents

    def _write_multi(self, vals_list):
        changed = self.browse(
            id_ for id_, vals in zip(self._ids, vals_list, strict=True) if not self._purchase_columns.isdisjoint(vals)
        )
        if changed:
            leaving = [
                id_ for id_, vals in zip(self._ids, vals_list, strict=True) if self._may_leave_its_customer(vals)
            ]
            self.env["customer.segmentation.queue"]._remember(changed, leaving=self.browse(leaving))
        return super()._write_multi(vals_list)

    def unlink(self):
        self.env["customer.segmentation.queue"]._remember(self.browse(), leaving=self)
        return super().unlink()

    @api.model
    def _may_leave_its_customer(self, vals):
        return not self._owner_columns.isdisjoint(vals) or (
            self._counted_state and vals.get("state", self._counted_state) != self._counted_state
        )

    def _sql_counted_for(self):
        """A SELECT of contact and company of each customer these documents are counted for, as the database has it."""
        raise NotImplementedError


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.purchase.document"]

    _purchase_columns = frozenset(
        {"state", "partner_id", "company_id", "date_order", "amount_untaxed", "currency_id", "currency_rate"}
    )
    _counted_state = "sale"

    def _sql_counted_for(self):
        return SQL(
            "SELECT partner_id, company_id FROM sale_order WHERE id = ANY(%s) AND state = %s",
            self.ids,
            self._counted_state,
        )


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
