"""What the rooms and apps tell each other about My Day."""

from typing import Any, NamedTuple

from odoo import models


class Desk(NamedTuple):
    """One person's desk in one root company, on one day there."""

    user: models.Model
    policy: models.Model  # as superuser
    today: Any

    @property
    def company(self):
        return self.policy.company_id


class Reason(NamedTuple):
    """Why a customer is on a desk.

    number: where its sentence stands among those of a row, the lowest first.
    words: name of the method of `customer.desk.reason` that says it: (desk, seen) → {customer id: sentence}.
    purpose: that of the playbooks; who is held back by a control group of it is not told it. None: always told.
    """

    number: int
    words: str
    purpose: str | None = None


class Seen(NamedTuple):
    """What is known of some customers, read at once."""

    customers: models.Model  # contacts
    profiles: dict  # by customer
    planned: dict  # own activities by customer, the earliest first
    quotations: dict  # without an answer, by customer
    entries: dict  # open and waiting entries of playbooks by customer
    held_back: dict  # purposes by customer


class Planned(NamedTuple):
    """An own activity about a customer.

    entry_id: the playbook entry it belongs to.
    is_promise: whether a person meant to do it, and not only a playbook.
    made_at: when it was planned.
    """

    activity_id: int
    day: Any
    entry_id: int | None
    is_promise: bool
    made_at: Any


class Found(NamedTuple):
    """What is known of who could stand on a desk; all by customer identifiers."""

    planned: dict  # own activities, the earliest of each customer first
    quotations: dict  # without an answer, the largest first
    seen: set  # of these customers those whose contact the person may see
    ranked: list  # of these customers those with something at stake, the most first
    at_stake: list  # customers who are late, or on whom a playbook works, those with most at stake first

    def promised(self, today):
        """Customers of promises that are due, those with most at stake first, then of quotations without an answer."""
        due = self.due(today)
        later = {customer for customer, planned in self.planned.items() if is_for_later(planned, today)}
        first = [customer for customer in self.ranked if customer in due]
        asked = [customer for customer in self.quotations if customer not in later]
        return [customer for customer in dict.fromkeys([*first, *due, *asked]) if customer in self.seen]

    def due(self, today):
        """When the latest promise that is due was made: {customer id: moment}."""
        promises = {
            customer: [one.made_at for one in planned if one.is_promise and one.day <= today]
            for customer, planned in self.planned.items()
        }
        return {customer: max(made) for customer, made in promises.items() if made}


class Standing(NamedTuple):
    """Who stands on a desk if it is fixed now, in order."""

    promised: list  # customers of promises and quotations
    at_stake: list
    due: dict  # when the latest promise that is due was made, by customer


def is_for_later(planned, today):
    """Whether a person meant to do something later, and nothing before."""
    meant = [one for one in planned if one.is_promise]
    return bool(meant) and meant[0].day > today


class Outcome(NamedTuple):
    """What can come of a call.

    number: where it stands among the others; also the key that chooses it.
    label, icon: as shown.
    follows: name of the method of `customer.desk.outcome` that does what follows: (row, answer) → None.
    days: so many days later it comes back, when nothing else is said; None: it does not.
    asks: "reason" or nothing.
    order_ends: whether an order makes what follows needless.
    heard: what playbooks hear when it is over: one of the answers of an entry.
    """

    number: int
    label: str
    icon: str
    follows: str
    days: int | None = None
    asks: str | None = None
    order_ends: bool = False
    heard: str | None = None


class Answer(NamedTuple):
    """What a person says came of it, checked."""

    outcome: str
    channel: str
    note: str
    attitude: str | None
    day: Any  # the day it comes back, None: the usual one
    reason: models.Model  # why the customer buys elsewhere
    wrong_label: bool
    entry: models.Model  # of a playbook, that is answered; none at the desk
    activity: models.Model  # of that entry, that is answered
