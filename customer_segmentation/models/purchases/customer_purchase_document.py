"""Documents purchases are made of, and who is to be refreshed because one of them changed.

It is asked where rows are written, not where buttons are: an order's amount is a computed field, whoever changed a line
of it. What changed is remembered until the transaction ends; then all its customers are queued at once.

    _write_multi()  a row is about to change: of the customer and the day that may lose it, the moment before
    create(), unlink()
        ▼
    customer.segmentation.queue._remember()     identifiers, and customers who lost a document
        ▼   before the commit
    _sql_counted_for()                          the customers of the documents as they are now
"""

from odoo import api, models


class CustomerPurchaseDocument(models.AbstractModel):
    _name = "customer.purchase.document"
    _description = "Document of Purchases"

    # Columns that make it another purchase, and among them those that may take it away from its customer, or from its
    # day: that, too, is to be counted again without it.
    _purchase_columns = frozenset()
    _owner_columns = frozenset({"partner_id", "company_id"})
    _day_columns = frozenset()
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
            leaving = [id_ for id_, vals in zip(self._ids, vals_list, strict=True) if self._may_leave(vals)]
            self.env["customer.segmentation.queue"]._remember(changed, leaving=self.browse(leaving))
        return super()._write_multi(vals_list)

    def unlink(self):
        self.env["customer.segmentation.queue"]._remember(self.browse(), leaving=self)
        return super().unlink()

    @api.model
    def _may_leave(self, vals):
        return not (self._owner_columns | self._day_columns).isdisjoint(vals) or (
            self._counted_state and vals.get("state", self._counted_state) != self._counted_state
        )

    def _sql_counted_for(self):
        """Contact, company and first day whose purchases they may change of each customer the documents count for.

        A SELECT of what the database has; an empty day stands for any.
        """
        raise NotImplementedError

    def _purchase_amount(self):
        """What it is worth, untaxed, in its currency."""
        return self.amount_untaxed
