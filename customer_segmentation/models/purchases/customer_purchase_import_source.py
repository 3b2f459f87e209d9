"""Purchases from before Odoo, brought in with Odoo's own import."""

from odoo import api, models
from odoo.tools import SQL

OLDEST_IMPORTED_YEARS = 100  # history from before Odoo is older on purpose


class CustomerPurchaseImportSource(models.AbstractModel):
    _name = "customer.purchase.import.source"
    _inherit = ["customer.purchase.source"]
    _description = "Imported Purchases as Purchases"

    @api.model
    def _select_imported_purchases(self):
        """Purchases from before Odoo, up to the policy's cut-over date; negative amounts are refunds."""
        date, partner = SQL("document.date"), SQL("partner.commercial_partner_id")
        amount = SQL(
            """CASE WHEN document.currency_id = scope.currency_id THEN document.amount
                    ELSE %s END""",
            self._rounded(
                SQL(
                    "document.amount / %s * %s",
                    self._rate_of_day(SQL("document.currency_id"), date),
                    self._rate_of_day(SQL("scope.currency_id"), date),
                )
            ),
        )
        return SQL(
            """%s FROM customer_imported_purchase document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  LEFT JOIN res_partner partner ON partner.id = document.partner_id
                 WHERE (scope.import_cutover_date IS NULL OR document.date <= scope.import_cutover_date)
                   AND (document.amount <> 0 OR scope.count_zero_orders) AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 6),
                partner=partner,
                user=SQL("NULL::int"),
                date=date,
                amount=amount,
                reference=SQL("document.reference"),
                model="customer.imported.purchase",
                document_id=SQL("document.id"),
                problem=self._problem(
                    partner=partner,
                    date=date,
                    amount=SQL("document.amount"),
                    currency=SQL("document.currency_id"),
                    oldest_years=OLDEST_IMPORTED_YEARS,
                ),
            ),
            self._scope(),
            self._only_customers(partner),
        )
