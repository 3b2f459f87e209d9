"""Who serves a customer, and how: by the tier, and by what was agreed with the contact itself."""

from odoo import api, models


class CustomerTierService(models.AbstractModel):
    _name = "customer.tier.service"
    _description = "Service of a Customer"

    @api.model
    def _contact_of(self, profile):
        """The user dedicated to this customer: the contact's own, else the tier's; an archived user does not count."""
        profile.ensure_one()
        given, profile = profile.env, profile.sudo()
        own = profile.partner_id.service_user_id.filtered("active")
        return (own or profile.tier_id._service_contact()).with_env(given)

    @api.model
    def _visit_days_of(self, profile):
        """Every how many days this customer is visited; 0 without such a benefit."""
        profile.ensure_one()
        return profile.sudo().tier_id._visit_days()

    @api.model
    def _in_words(self, profile):
        """What salespeople do for this customer."""
        words = profile.tier_id._service_in_words()
        contact = self._contact_of(profile)
        return words + ([profile.tier_id._served_in_words(contact)] if contact else [])
