from odoo import models


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    def _abc_limit(self, limit):
        if self.cut_points.get("abc_basis") != "value_score":
            return super()._abc_limit(limit)
        return self.env._("%s points", self._number(limit))
