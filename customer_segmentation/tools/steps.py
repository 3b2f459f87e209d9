"""What the steps of a scoring hand on to each other."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from odoo.tools import SQL

from ..scoring import calendar


@dataclass
class Scoring:
    """One scoring of customers on a day: a recompute, a refresh, a month-end of a replay or a preview.

    :param cut_points: filled by the steps of a run and kept with it, as plain JSON values; those of the last run in a
        refresh, which changes nothing about them
    :param refresh: whether a few customers are scored by the cut points of an earlier run
    :param tiers_before: a query of the tier columns of all customers before; default: of their profiles
    :param facts: a DataFrame of one row a customer
    :param scores: another one, with the same index
    :param columns: what is kept, by the names of staged fields, as `on_the_wire` takes it
    """

    policy: Any
    as_of: date
    transactions: Any = None
    cut_points: dict = field(default_factory=dict)
    refresh: bool = False
    tiers_before: SQL | None = None
    facts: Any = None
    scores: Any = None
    columns: dict = field(default_factory=dict)

    @property
    def day(self):
        """The day as days since 1970-01-01."""
        return calendar.day_of(self.as_of)

    @property
    def decimal_places(self):
        return self.policy.currency_id.decimal_places

    @property
    def only_these(self):
        """The few customers that are looked at, None for all: what is read of them is read of nobody else then."""
        return self.facts["partner_id"].tolist() if self.refresh else None

    def keep(self, **columns):
        self.columns |= columns
