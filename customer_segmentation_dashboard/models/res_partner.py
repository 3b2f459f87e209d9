from odoo import fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_segment_answers = fields.Json(
        related="customer_profile_id.segment_answers", string="Customer Segment Explained", groups=NUMBER
    )
