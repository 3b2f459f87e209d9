from odoo import models


class CustomerSegmentationPolicyVersion(models.Model):
    _inherit = "customer.segmentation.policy.version"

    def action_restore(self):
        """A version that was in force once needs no draft."""
        versions = self.env["customer.segmentation.rules"]._as_a_whole(self)
        return super(CustomerSegmentationPolicyVersion, versions).action_restore()
