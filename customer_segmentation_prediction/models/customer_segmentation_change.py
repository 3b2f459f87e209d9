from odoo import models
from odoo.addons.customer_segmentation.tools.profile_fields import ChangedSelection

from ..labels import CHURN_BANDS


class CustomerSegmentationChange(models.AbstractModel):
    _inherit = "customer.segmentation.change"

    from_churn_band = ChangedSelection(CHURN_BANDS, string="From Churn Risk", readonly=True)
    to_churn_band = ChangedSelection(CHURN_BANDS, string="To Churn Risk", readonly=True)
