"""What customers are called, a change of which makes a transition."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL


class Label(NamedTuple):
    """One field of the profile a change of which makes a transition, and what is better in it.

    A selection is ranked by its list, records by an expression that is smaller the better they are.
    """

    order: int  # of several labels that change at once, the first that is better or worse says which way it went
    best_first: bool = True  # whether the list of a selection begins with the best
    table: str | None = None  # of the records it names
    rank: Callable[[SQL], SQL] | None = None  # (alias of a record or of none) → SQL
    judged: SQL | None = None  # of the rows of `changed` that can rise or fall; default all
    is_told: bool = True  # whether the history of a customer on paper speaks of it


def tier_rank(tier):
    """Who is on no tier of a ladder is below all of them."""
    return SQL("(%(tier)s.id IS NULL, %(tier)s.sequence, %(tier)s.id)", tier=tier)


def segment_rank(segment):
    return SQL("%s.standing", segment)
