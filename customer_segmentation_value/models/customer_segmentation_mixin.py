from odoo import models
from odoo.addons.customer_segmentation.tools.profile_fields import ProfileInteger, ProfileSelection
from odoo.addons.customer_segmentation.tools.rights import LABEL, NUMBER


class CustomerSegmentationMixin(models.AbstractModel):
    _inherit = "customer.segmentation.mixin"

    customer_value_score = ProfileInteger(
        related="customer_profile_id.value_score",
        string="Customer Value Score",
        groups=NUMBER,
        aggregator=None,
        help="How valuable the customer is, 0 to 100, as the policy weighs it.",
    )
    customer_value_band = ProfileSelection(
        related="customer_profile_id.value_band",
        string="Customer Value Level",
        groups=LABEL,
        help="The value score as a level: high, medium or low value.",
    )
