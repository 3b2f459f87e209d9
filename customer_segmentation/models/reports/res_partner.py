from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_from_reports(self):
        """Who is deleted is named nowhere any more."""
        self.env["customer.segmentation.report"]._forget_customers(self)
