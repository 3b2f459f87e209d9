from odoo import models


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    def _finished(self):
        self.env["customer.product.lost"]._start_job()
        return super()._finished()
