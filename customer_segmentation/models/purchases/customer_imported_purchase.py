from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .customer_purchase_import_source import OLDEST_IMPORTED_YEARS


class CustomerImportedPurchase(models.Model):
    """One purchase from before Odoo, brought in with Odoo's own import."""

    _name = "customer.imported.purchase"
    _inherit = ["customer.guarded", "customer.purchase.document"]
    _description = "Imported Purchase"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _check_company_auto = True
    _customer_path = "partner_id"
    _days_are_meant = False  # older ones are meant here than elsewhere
    _purchase_columns = frozenset({"partner_id", "company_id", "date", "amount", "currency_id"})
    _day_columns = frozenset({"date"})

    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, check_company=True, ondelete="restrict"
    )
    date = fields.Date(required=True, help="The day of the purchase.")
    amount = fields.Monetary(
        required=True, help="Untaxed amount in the currency beside it. A negative amount is a refund."
    )
    currency_id = fields.Many2one("res.currency", required=True, default=lambda self: self.env.company.currency_id)
    reference = fields.Char(
        required=True,
        help="The number of the purchase in the system it comes from. Importing the same number again is refused.",
    )

    _reference_unique = models.Constraint(
        "UNIQUE(company_id, reference)", "This company already has an imported purchase with this reference."
    )

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        oldest = today - relativedelta(years=OLDEST_IMPORTED_YEARS)
        for purchase in self:
            if purchase.date < oldest:
                raise ValidationError(
                    self.env._(
                        "Imported purchase %(reference)s is dated %(date)s, more than %(years)s years ago. Such old "
                        "purchases are not counted: correct the date, or leave it out.",
                        reference=purchase.reference,
                        date=purchase.date,
                        years=OLDEST_IMPORTED_YEARS,
                    )
                )
            if purchase.date > today:
                raise ValidationError(
                    self.env._(
                        "Imported purchase %(reference)s is dated %(date)s, which is in the future. "
                        "Imported purchases are past purchases: correct the date.",
                        reference=purchase.reference,
                        date=purchase.date,
                    )
                )

    def _sql_counted_for(self):
        return SQL("SELECT partner_id, company_id, date FROM customer_imported_purchase WHERE id = ANY(%s)", self.ids)

    def _purchase_amount(self):
        return self.amount
