from odoo import models

from ...tools.profile_fields import ProfileDate, ProfileMonetary
from ...tools.rights import NUMBER


class CustomerSegmentationMixin(models.AbstractModel):
    _inherit = "customer.segmentation.mixin"

    customer_next_order_date = ProfileDate(
        related="customer_profile_id.expected_next_order_date",
        string="Customer Next Order Expected",
        groups=NUMBER,
        help="When the customer's next order is due by its own rhythm; in the past: it should have ordered by now.",
    )
    customer_revenue_at_risk = ProfileMonetary(
        related="customer_profile_id.revenue_at_risk",
        string="Customer Revenue at Risk",
        groups=NUMBER,
        aggregator=None,
        currency_field="customer_currency_id",
        help="Predicted value × churn risk of the customer: what is lost when nobody acts.",
    )
