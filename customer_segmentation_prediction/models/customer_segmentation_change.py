from odoo import fields, models

from ..labels import CHURN_BANDS


class CustomerSegmentationChange(models.AbstractModel):
    _inherit = "customer.segmentation.change"

    from_churn_band = fields.Selection(CHURN_BANDS, string="From Churn Risk", readonly=True)
    to_churn_band = fields.Selection(CHURN_BANDS, string="To Churn Risk", readonly=True)
