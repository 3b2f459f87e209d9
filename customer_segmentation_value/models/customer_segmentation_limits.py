from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import number


class CustomerSegmentationLimits(models.AbstractModel):
    _inherit = "customer.segmentation.limits"

    @api.model
    def _abc_limit(self, run, limit):
        if run.cut_points.get("abc_basis") != "value_score":
            return super()._abc_limit(run, limit)
        return self.env._("%s points", number(self.env, limit))
