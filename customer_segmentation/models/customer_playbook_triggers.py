"""What brings a customer into a playbook: an open list, extended by overriding `_triggers`."""

from typing import NamedTuple

from odoo import api, models


class Trigger(NamedTuple):
    """One entry of the list.

    kind: "transition" reads changes of profiles, "state" is looked through once a day
    enters: name of the method that says, in SQL, who comes in
    holds: name of the method that says, in SQL, for whom the reason still exists
    gone: why an entry is cancelled when it does not
    least_days: what must be typed at least; None when the trigger takes no days
    """

    label: str
    kind: str
    enters: str
    holds: str
    gone: str
    least: int | None = None

    @property
    def takes_days(self):
        return self.least is not None

    @property
    def least_days(self):
        return self.least or 0


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    @api.model
    def _triggers(self):
        """All triggers by name."""
        left = self.env._("The customer is no longer in this state.")
        over = self.env._("The day is over.")
        return {
            "segment_enter": Trigger(self.env._("Enters a segment"), "transition", "_sql_entered_segment",
                                     "_sql_in_segment", self.env._("The customer left the segment.")),
            "segment_leave": Trigger(self.env._("Leaves a segment"), "transition", "_sql_left_segment",
                                     "_sql_out_of_segment", self.env._("The customer is back in the segment.")),
            "segment_stay": Trigger(self.env._("Stays in a segment"), "state", "_sql_stayed_in_segment",
                                    "_sql_in_segment", self.env._("The customer left the segment."), 1),
            "tier_up": Trigger(self.env._("Rises to a tier"), "transition", "_sql_tier_rose", "_sql_on_risen_tier",
                               self.env._("The customer is no longer on the tier.")),
            "tier_down": Trigger(self.env._("Falls from a tier"), "transition", "_sql_tier_fell",
                                 "_sql_below_fallen_tier", self.env._("The customer rose to the tier again.")),
            "tier_at_risk": Trigger(self.env._("Is due to fall from a tier"), "state", "_sql_tier_at_risk",
                                    "_sql_holds_tier_at_risk", self.env._("The tier is no longer at risk."), 0),
            "abc_drop": Trigger(self.env._("ABC class drops"), "transition", "_sql_abc_dropped",
                                "_sql_below_dropped_class", self.env._("The customer is back in the class.")),
            "periodic": Trigger(self.env._("Every so many days"), "state", "_sql_periodic", "_sql_in_state", left, 1),
            "no_contact": Trigger(self.env._("No contact"), "state", "_sql_no_contact", "_sql_no_contact_since",
                                  self.env._("The customer was contacted."), 1),
            "birthday": Trigger(self.env._("Birthday"), "state", "_sql_birthday", "_sql_day_not_over", over, 0),
            "anniversary": Trigger(self.env._("Anniversary of the first order"), "state", "_sql_anniversary",
                                   "_sql_day_not_over", over, 0),
            "holiday": Trigger(self.env._("Holiday"), "state", "_sql_holiday", "_sql_day_not_over", over, 0),
        }  # fmt: skip

    @api.model
    def _selection_trigger(self):
        return [(name, trigger.label) for name, trigger in self._triggers().items()]

    @api.depends("trigger")
    @api.depends_context("company")
    def _compute_who_would_enter(self):
        for playbook in self:
            playbook.who_would_enter = len(playbook._candidates_now())

    def _candidates_now(self):
        """The profiles of the company the user works in that are in this state now and could come in."""
        return self.env["customer.segmentation.profile"]
