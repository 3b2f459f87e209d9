from odoo import api, models

from ...tools.sheet import FIRM, Section


class CustomerSheet(models.AbstractModel):
    """The tier, why, and what comes with it."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        told = self._tier_outlook if audience == FIRM else self._tier_and_its_benefits
        return [*super()._sections(subject, audience), Section(70, "standing", told(subject.profile))]

    @api.model
    def _tier_outlook(self, profile):
        return self._lines(
            (self.env._("Tier Outlook"), profile.tier_outlook),
            (self.env._("Missing to the Next Tier"), profile.next_tier_gap),
            (self.env._("Benefits"), profile.benefits),
        )

    @api.model
    def _tier_and_its_benefits(self, profile):
        if not profile.tier_id:
            return []
        return self._lines(
            (
                self.env._("Customer tier"),
                profile.tier_id.name,
                self.env._("Set by one of our people: %s", profile.tier_lock_reason)
                if profile.tier_lock_reason
                else self.env._("From the rules of our tiers: %s", profile.tier_id.rule or profile.tier_id.name),
            ),
            (self.env._("Benefits of the tier"), profile.benefits, self.env._("What you get because of the tier.")),
        )
