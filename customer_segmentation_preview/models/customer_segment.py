from odoo import fields, models


class CustomerSegment(models.Model):
    _inherit = "customer.segment"

    is_in_force = fields.Boolean(related="scheme_id.is_in_force")
