"""What brings a customer into a playbook: what triggers are called, and what one of them says."""

from typing import NamedTuple

# In the order in which they are offered; other addons add theirs.
TRIGGERS = [
    ("segment_enter", "Enters a segment"),
    ("segment_leave", "Leaves a segment"),
    ("segment_stay", "Stays in a segment"),
    ("tier_up", "Rises to a tier"),
    ("tier_down", "Falls from a tier"),
    ("tier_at_risk", "Is due to fall from a tier"),
    ("abc_drop", "ABC class drops"),
    ("periodic", "Every so many days"),
    ("no_contact", "No contact"),
    ("birthday", "Birthday"),
    ("anniversary", "Anniversary of the first order"),
    ("holiday", "Holiday"),
    ("stage_enter", "Enters a lifecycle stage"),
    ("overdue", "Order is overdue"),
]


class Trigger(NamedTuple):
    """One entry of the list.

    kind: "transition" reads changes of profiles, "state" is looked through once a day
    enters: a method of the playbook; of a transition: the condition on `change` and `profile`; of a state: a query of
        `profile_id, cause, reached`, the day on which the state was reached
    holds: a method of the playbook, the condition under which the reason still exists
    gone: why an entry is cancelled when it does not
    least: the days that must be typed at least; None when the trigger takes no days
    own: which of the filters "segment", "tier" and "abc" the trigger reads in its own way
    """

    kind: str
    enters: str
    holds: str
    gone: str
    least: int | None = None
    own: tuple[str, ...] = ()

    @property
    def takes_days(self):
        return self.least is not None

    @property
    def least_days(self):
        return self.least or 0
