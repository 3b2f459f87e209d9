from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_draft_customer_segmentation_policy(self):
        """Change the rules of the company the user works in, in a draft."""
        return self.env["customer.segmentation.policy"].action_draft_company()
