from odoo import models


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    def action_draft_company(self):
        """Begin a draft of the ladder of the company the user works in."""
        return self.env["customer.segmentation.policy"].action_draft_company()
