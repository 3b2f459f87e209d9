from odoo import api, models


class CustomerPortrait(models.AbstractModel):
    _inherit = "report.customer_segmentation.customer_portrait"

    @api.model
    def _follow_ups(self, customer, profile):
        """Of whom nobody calls, that alone."""
        if profile.follow_up_stopped:
            return [{"name": self.env._("Active follow-up is stopped: e-mail only."), "day": "", "by": ""}]
        return super()._follow_ups(customer, profile)
