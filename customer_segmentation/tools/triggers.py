"""What brings a customer into a playbook: what triggers are called, what one of them says, and SQL they share."""

from typing import NamedTuple

from odoo.tools import SQL

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
    enters: a method of `customer.playbook.trigger`; of a transition, called with the playbook and the policy: the
        condition on `change` and `profile`; of a state, called with the day and `now`, too: a query of `profile_id,
        cause, reached`, the day on which the state was reached
    holds: a method called with the playbook and the policy, the condition under which the reason still exists
    gone: why an entry is cancelled when it does not
    least: the days that must be typed at least; None when the trigger takes no days
    own: which of the filters "segment", "tier" and "abc" the trigger reads in its own way
    about: which of these filters it is about, so that they stand beside it
    lasts: of a transition that leads to a state which lasts: a method, the condition on `profile` of who is in it
    """

    kind: str
    enters: str
    holds: str
    gone: str
    least: int | None = None
    own: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    lasts: str = ""

    @property
    def takes_days(self):
        return self.least is not None

    @property
    def least_days(self):
        return self.least or 0


def one_of(column, chosen):
    """Whether a column is one of the chosen values; None stands for all of them."""
    if chosen is None:
        return SQL("%s IS NOT NULL", column)
    return SQL("COALESCE(%s = ANY(%s), FALSE)", column, list(chosen))


def next_yearly(column, today):
    """The next return of a day, today included; 29 February is kept on the 28th of the other years."""
    years = SQL("(EXTRACT(year FROM %s::date) - EXTRACT(year FROM %s))::int", today, column)
    return SQL(
        """CASE WHEN (%(day)s + make_interval(years => %(years)s))::date >= %(today)s::date
                THEN (%(day)s + make_interval(years => %(years)s))::date
                ELSE (%(day)s + make_interval(years => %(years)s + 1))::date END""",
        day=column,
        years=years,
        today=today,
    )


def coming_days(source, today, days):
    """From a query of `profile_id, day`: those whose day is today or within the next days."""
    return SQL(
        """SELECT profile_id, 'date:' || MIN(day) AS cause, MIN(day) - %(days)s AS reached
             FROM (%(source)s) dated
            WHERE day BETWEEN %(today)s::date AND %(today)s::date + %(days)s
            GROUP BY profile_id""",
        source=source,
        today=today,
        days=days,
    )
