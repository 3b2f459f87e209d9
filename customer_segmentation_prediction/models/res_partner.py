"""The outlook on the page Segmentation."""

from odoo import fields, models
from odoo.addons.customer_segmentation.tools.profile_fields import ProfileMonetary
from odoo.addons.customer_segmentation.tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_clv_total = ProfileMonetary(
        related="customer_profile_id.clv_total",
        string="Customer Lifetime Value",
        groups=NUMBER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    customer_expected_orders = fields.Float(
        related="customer_profile_id.expected_orders",
        string="Customer Expected Orders",
        groups=NUMBER,
        digits=(8, 1),
        aggregator=None,
    )
    customer_churn_in_words = fields.Char(
        related="customer_profile_id.churn_in_words", string="Customer Churn Risk in Words", groups=NUMBER
    )
    customer_prediction_reason = fields.Char(
        related="customer_profile_id.prediction_reason", string="Customer Prediction Basis", groups=NUMBER
    )
    customer_prediction_quality = fields.Char(
        related="customer_profile_id.prediction_quality", string="Customer Prediction Quality", groups=NUMBER
    )
