"""What the sheets about one customer are made of."""

from typing import Any, NamedTuple

FIRM, CUSTOMER = "firm", "customer"


class Subject(NamedTuple):
    """Whom a sheet is about: the customer, its profile, which may be empty, and the policy it follows."""

    customer: Any
    profile: Any
    policy: Any


class Section(NamedTuple):
    """Lines of one part of a sheet; lines of one part stand in the order of their numbers."""

    number: int
    part: str
    lines: Any


class Line(NamedTuple):
    """One thing that is known: what it is, what it says of this customer, and, for the customer, what that means."""

    label: str
    value: str
    meaning: str = ""
