from odoo import models
from odoo.addons.customer_segmentation.tools.profile_fields import ProfileFloat, ProfileMonetary, ProfileSelection
from odoo.addons.customer_segmentation.tools.rights import LABEL, NUMBER


class CustomerSegmentationMixin(models.AbstractModel):
    _inherit = "customer.segmentation.mixin"

    customer_churn_band = ProfileSelection(
        related="customer_profile_id.churn_band",
        string="Customer Churn Risk Level",
        groups=LABEL,
        help="How likely the customer stays away, as a level.",
    )
    customer_churn_risk = ProfileFloat(
        related="customer_profile_id.churn_risk",
        string="Customer Churn Risk",
        groups=NUMBER,
        aggregator=None,
        help="How likely the customer does not order within the policy's churn horizon.",
    )
    customer_clv = ProfileMonetary(
        related="customer_profile_id.predicted_clv",
        string="Customer Predicted Value",
        groups=NUMBER,
        aggregator=None,
        currency_field="customer_currency_id",
        help="What the customer is expected to bring within the policy's value horizon.",
    )
