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
    """

    activity_id: int
    day: Any
    entry_id: int | None
    is_promise: bool


class Outcome(NamedTuple):
    """What can come of a call.

    number: where it stands among the others; also the key that chooses it.
    label, icon: as shown.
    follows: name of the method of `customer.desk.outcome` that does what follows: (row, answer) → None.
    days: so many days later it comes back, when nothing else is said; None: it does not.
    asks: "reason" or nothing.
    order_ends: whether an order makes what follows needless.
    """

    number: int
    label: str
    icon: str
    follows: str
    days: int | None = None
    asks: str | None = None
    order_ends: bool = False


class Answer(NamedTuple):
    """What a person says came of it, checked."""

    outcome: str
    channel: str
    note: str
    attitude: str | None
    day: Any  # the day it comes back, None: the usual one
    reason: models.Model  # why the customer buys elsewhere
    wrong_label: bool
