from odoo import api, models


class CustomerSegmentationExclusion(models.Model):
    _inherit = "customer.segmentation.exclusion"

    @api.model
    def _labels_of_orders(self):
        return (*super()._labels_of_orders(), "loyalty_profile_id", "loyalty_tier_id", "loyalty_segment_id")
