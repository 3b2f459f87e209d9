from odoo import models

from .customer_segmentation_mixin import (
    LABEL,
    NUMBER,
    ProfileDate,
    ProfileFloat,
    ProfileMonetary,
    ProfileSelection,
)


class CustomerSegmentationMixin(models.AbstractModel):
    _inherit = "customer.segmentation.mixin"

    customer_lifecycle_stage = ProfileSelection(
        related="customer_profile_id.lifecycle_stage", string="Customer Lifecycle Stage", groups=LABEL,
        help="Where the customer stands, held against its own rhythm.",
    )  # fmt: skip
    customer_churn_band = ProfileSelection(
        related="customer_profile_id.churn_band", string="Customer Churn Risk Level", groups=LABEL,
        help="How likely the customer does not order again soon, as a level.",
    )  # fmt: skip
    customer_churn_risk = ProfileFloat(
        related="customer_profile_id.churn_risk", string="Customer Churn Risk", groups=NUMBER, aggregator=None,
        digits=(3, 2),
    )  # fmt: skip
    customer_clv = ProfileMonetary(
        related="customer_profile_id.clv_total", string="Customer Lifetime Value", groups=NUMBER, aggregator=None,
        currency_field="customer_currency_id",
    )  # fmt: skip
    customer_next_order_date = ProfileDate(
        related="customer_profile_id.expected_next_order_date", string="Customer Next Order Expected", groups=NUMBER,
        help="When the customer's next order is due by its own rhythm; in the past: it should have ordered by now.",
    )  # fmt: skip
    customer_revenue_at_risk = ProfileMonetary(
        related="customer_profile_id.revenue_at_risk", string="Customer Revenue at Risk", groups=NUMBER,
        aggregator=None, currency_field="customer_currency_id",
        help="Predicted value × churn risk of the customer: what is lost when nobody acts.",
    )  # fmt: skip
