from odoo import api, models


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    @api.model
    def _names_of_jobs(self):
        return super()._names_of_jobs() | {
            "replay": self.env._("Replaying past months"),
            "report": self.env._("E-mailing reports"),
        }
