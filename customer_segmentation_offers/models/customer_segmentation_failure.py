from odoo import api, models


class CustomerSegmentationFailure(models.Model):
    _inherit = "customer.segmentation.failure"

    @api.model
    def _names_of_jobs(self):
        return super()._names_of_jobs() | {"habits": self.env._("Looking for products no longer bought")}
