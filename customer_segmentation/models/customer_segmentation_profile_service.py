"""Who serves a customer beside the salesperson."""

from odoo import models


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    def _service_contact(self):
        """The user dedicated to this customer: the contact's own, else the tier's; an archived user does not count."""
        self.ensure_one()
        profile = self.sudo()
        own = profile.partner_id.service_user_id.filtered("active")
        return (own or profile.tier_id._service_contact()).with_env(self.env)
