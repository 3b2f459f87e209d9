"""Rhythm, lifecycle and prediction on the page Segmentation."""

from odoo import fields, models

from ...tools.profile_fields import ProfileBoolean, ProfileDate, ProfileMonetary
from ...tools.rights import LABEL, NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_stage_since = ProfileDate(
        related="customer_profile_id.stage_since", string="In Customer Stage Since", groups=LABEL
    )
    customer_clv_total = ProfileMonetary(
        related="customer_profile_id.clv_total",
        string="Customer Lifetime Value",
        groups=NUMBER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    customer_rhythm = fields.Char(
        related="customer_profile_id.rhythm", string="Customer Rhythm in Words", groups=NUMBER
    )
    customer_activity_level = fields.Selection(
        related="customer_profile_id.activity_level", string="Customer Activity Level", groups=NUMBER
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
    customer_is_hot_prospect = ProfileBoolean(
        related="customer_profile_id.is_hot_prospect",
        string="Customer Is a Hot Prospect",
        groups=NUMBER,
        help="Has not bought yet, and a quotation is open.",
    )
    customer_purchase_timeline = fields.Json(
        related="customer_profile_id.purchase_timeline", string="Customer Purchase Timeline", groups=NUMBER
    )
