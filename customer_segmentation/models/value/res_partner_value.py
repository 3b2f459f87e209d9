"""The value score on the page Segmentation."""

from odoo import fields, models

from ...tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_value_details = fields.Json(
        related="customer_profile_id.value_details", string="Customer Value Details", groups=NUMBER
    )
    customer_value_in_words = fields.Char(
        related="customer_profile_id.value_in_words", string="Customer Value in Words", groups=NUMBER
    )
