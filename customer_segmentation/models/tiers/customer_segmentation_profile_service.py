"""What a customer gets beside the goods: by the tier, and by who serves it."""

from odoo import api, fields, models

from .customer_tier_benefits import in_one_line


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    benefits = fields.Char(compute="_compute_benefits", help="What the customer gets, in words.")

    def _service_contact(self):
        """The user dedicated to this customer: the contact's own, else the tier's; an archived user does not count."""
        self.ensure_one()
        profile = self.sudo()
        own = profile.partner_id.service_user_id.filtered("active")
        return (own or profile.tier_id._service_contact()).with_env(self.env)

    def _visit_days(self):
        """Every how many days this customer is visited; 0 without such a benefit."""
        self.ensure_one()
        return self.sudo().tier_id._visit_days()

    @api.depends("tier_id.benefits", "partner_id.service_user_id")
    @api.depends_context("lang")
    def _compute_benefits(self):
        for profile in self.sudo():
            words = profile.tier_id._on_documents_in_words() if profile.tier_id else []
            profile.benefits = in_one_line(words + profile._service_in_words())

    def _service_in_words(self):
        """What salespeople do for this customer."""
        words = self.tier_id._service_in_words()
        contact = self._service_contact()
        return words + ([self.tier_id._served_in_words(contact)] if contact else [])
