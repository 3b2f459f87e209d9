"""Rhythm and lifecycle on the page Segmentation."""

from odoo import fields, models

from ...tools.profile_fields import ProfileBoolean, ProfileDate
from ...tools.rights import LABEL, NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_stage_since = ProfileDate(
        related="customer_profile_id.stage_since", string="In Customer Stage Since", groups=LABEL
    )
    customer_rhythm = fields.Char(
        related="customer_profile_id.rhythm", string="Customer Rhythm in Words", groups=NUMBER
    )
    customer_activity_level = fields.Selection(
        related="customer_profile_id.activity_level", string="Customer Activity Level", groups=NUMBER
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
