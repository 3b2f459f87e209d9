from odoo import api, models
from odoo.tools.misc import formatLang

from ...tools.sheet import FIRM, Section


class CustomerSheet(models.AbstractModel):
    """How often the customer buys, and when it should buy next."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        told = self._outlook if audience == FIRM else self._usual_rhythm
        return [*super()._sections(subject, audience), Section(50, "outlook", told(subject.profile))]

    @api.model
    def _outlook(self, profile):
        if not profile.lifetime_order_count:
            return []
        return self._lines(
            (self.env._("Rhythm"), profile.rhythm),
            (self.env._("Next Order Expected"), self._day(profile.expected_next_order_date)),
            (self.env._("Activity Level"), self._label(profile, "activity_level")),
            (self.env._("At Stake"), profile.at_stake and self._money(profile, "at_stake")),
        )

    @api.model
    def _usual_rhythm(self, profile):
        return self._lines(
            (
                self.env._("Rhythm"),
                profile.typical_gap_days and self._about_every(profile),
                self.env._("From the days between your orders; with few orders also from those of other customers."),
            )
        )

    @api.model
    def _about_every(self, profile):
        days = formatLang(self.env, profile.typical_gap_days, digits=0)
        if not profile.expected_next_order_date:
            return self.env._("an order about every %s days", days)
        return self.env._(
            "an order about every %(days)s days, the next one expected around %(day)s",
            days=days,
            day=self._day(profile.expected_next_order_date),
        )
