from odoo import api, models
from odoo.fields import Domain

from .customer_segmentation_profile import HIGH_POTENTIALS


class CustomerSegmentationPotential(models.AbstractModel):
    _inherit = "customer.segmentation.potential"

    @api.model
    def _reasons(self, profile, limits, window):
        return [profile._typed_potential_in_words(), *super()._reasons(profile, limits, window)]

    @api.model
    def _domain(self):
        return Domain("partner_id.customer_potential", "in", HIGH_POTENTIALS) | super()._domain()
