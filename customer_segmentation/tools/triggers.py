"""One entry of the list of triggers of a playbook."""

from typing import NamedTuple


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

    label: str
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
