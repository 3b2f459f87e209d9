from odoo import api, models


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"

    @api.model
    def _past_changed(self, company):
        self.env["customer.segmentation.policy"].sudo()._of_company(company)._count_activity_again()
        return super()._past_changed(company)
