from odoo import models


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    def _finished(self):
        self.env["customer.segmentation.model.card"]._trigger_first_check(self.policy_id)
        return super()._finished()
