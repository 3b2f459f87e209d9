from odoo import api, models
from odoo.tools.misc import formatLang


class CustomerReportWords(models.AbstractModel):
    """Numbers as our reports write them, in the reader's language."""

    _name = "customer.report.words"
    _description = "Words of Customer Reports"

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    @api.model
    def _percent(self, share):
        return formatLang(self.env, share, digits=1)

    @api.model
    def _count(self, count):
        return formatLang(self.env, count, digits=0)
