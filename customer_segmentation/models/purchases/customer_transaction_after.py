"""Who bought since: what closes an entry of a playbook and ends a stop of the follow-up."""

from odoo import api, models
from odoo.tools import SQL


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"

    @api.model
    def _first_purchases_after(self, company, beginnings):
        """The document of the first purchase each customer made after a moment of its own.

        A document without a time of its own counts from the next day on.

        :param company: a root company
        :param beginnings: a SELECT of `id, partner_id, day, moment`: the moment in UTC, and its day
        :return: {id: document}, without those who bought nothing since
        """
        self.env.flush_all()
        [(customers, since)] = self.env.execute_query(
            SQL("SELECT ARRAY_AGG(DISTINCT partner_id), MIN(day) FROM (%s) beginning", beginnings)
        )
        if not customers:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (beginning.id) beginning.id, purchase.source_model, purchase.source_id
                     FROM (%s) purchase
                     JOIN (%s) beginning ON beginning.partner_id = purchase.partner_id
                      AND CASE WHEN purchase.moment IS NULL THEN purchase.date > beginning.day
                               ELSE purchase.moment >= beginning.moment END
                    ORDER BY beginning.id, purchase.date, purchase.moment, purchase.source_id""",
                self.sudo()._sql_purchases(company, customers, since=since),
                beginnings,
            )
        )
        return {row_id: self.env[model].sudo().browse(document_id) for row_id, model, document_id in rows}


class CustomerPurchaseDocument(models.AbstractModel):
    _inherit = "customer.purchase.document"

    def _purchase_amount(self):
        """What it is worth, untaxed, in its currency."""
        return self.amount_untaxed


class CustomerImportedPurchase(models.Model):
    _inherit = "customer.imported.purchase"

    def _purchase_amount(self):
        return self.amount
