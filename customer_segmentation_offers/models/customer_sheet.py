from odoo import api, models
from odoo.addons.customer_segmentation.tools.sheet import FIRM, Section
from odoo.addons.customer_segmentation.tools.words import listed

NAMED = 5


class CustomerSheet(models.AbstractModel):
    """What is due, and what is no longer bought."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        told = self._habits if audience == FIRM else self._habits_and_their_basis
        return [*super()._sections(subject, audience), Section(65, "outlook", told(subject))]

    @api.model
    def _habits(self, subject):
        due, missed = self._products(subject)
        return self._lines((self.env._("Due Now"), due), (self.env._("No Longer Buys"), missed))

    @api.model
    def _habits_and_their_basis(self, subject):
        due, missed = self._products(subject)
        return self._lines(
            (
                self.env._("Products you usually buy about now"),
                due,
                self.env._("By when and how often you bought them."),
            ),
            (
                self.env._("Products you do not buy any more"),
                missed,
                self.env._("You bought them regularly, and not for more than three times the usual gap."),
            ),
        )

    @api.model
    def _products(self, subject):
        """What is due and what is missed, in words; nothing of who is not profiled."""
        if not subject.profile.lifetime_order_count:
            return "", ""
        habits, words = self.env["customer.product.habit"], self.env["customer.product.habit.words"]
        return [
            listed(self.env, (words._name_and_gap(habit) for habit in found.get(subject.customer.id, [])))
            for found in (
                habits._due(subject.policy, subject.customer, NAMED),
                habits._lost(subject.policy, subject.customer, NAMED),
            )
        ]
