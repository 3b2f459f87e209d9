from odoo import api, models
from odoo.fields import Domain


class CustomerSegmentationRest(models.AbstractModel):
    _inherit = "customer.segmentation.rest"

    @api.model
    def _live_domain(self):
        """Nobody is scored by a draft."""
        return super()._live_domain() & Domain("draft_of_id", "=", False)
