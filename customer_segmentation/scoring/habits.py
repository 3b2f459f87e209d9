"""Which products a customer buys again and again, which of them are due, and which are no longer bought.

A habit is what is known of one customer and one product: on how many days it was bought, the median gap between them,
how long it has not been bought. Days are days since 1970-01-01; gaps and silence are counted on open days
(`closed_days`). What is due is ranked by how often it was bought, lately above all, never by how late it is: the longer
a product is overdue, the less likely it is bought again.

| gaps silent    | below 0.75 | 0.75 to 2 | above 2, to 3 | above 3                                   |
| is             | supplied   | due       | late          | no longer bought, if the customer is about |
"""

from typing import NamedTuple

import numpy as np

from .closed_days import NO_CLOSED_DAYS, ClosedDays
from .rhythm import COMPANY_WEIGHT, median_by_customer, purchase_days

LEAST_DAYS = 3  # bought on fewer days it is no habit
DUE_FROM, DUE_TO = 0.75, 2.0  # gaps
LOST_AFTER = 3.0  # gaps
HALF_LIFE_DAYS = 120.0
LEAST_SHARE = 1e-6  # less of a line is what rounding leaves of one that was taken back


class Lines(NamedTuple):
    """Purchases and refunds of products, one entry each: arrays of one length.

    `customer`, `product`  int64
    `unit`      int64, what is taken back together: an order, or an invoice of none
    `day`       int64
    `amount`    float64, negative for what is taken back
    `quantity`  float64, in the unit of the product; 0 for what is taken back
    """

    customer: np.ndarray
    product: np.ndarray
    unit: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    quantity: np.ndarray


class Habits(NamedTuple):
    """One entry for each customer and product that was bought and kept, ascending: arrays of one length.

    `times`         days on which it was bought, int64
    `last_day`      float64
    `median_gap`    open days; NaN when bought on one day
    `longest_gap`   open days; 0 when bought on one day
    `silence`       open days since it was bought last
    `others_since`  open days from its last purchase to the customer's last purchase of anything
    `weight`        the days it was bought on, each half as much as one 120 days later
    `amount`        what it brought, refunds taken off
    `quantity`      median of what was bought a day
    """

    customer: np.ndarray
    product: np.ndarray
    times: np.ndarray
    last_day: np.ndarray
    median_gap: np.ndarray
    longest_gap: np.ndarray
    silence: np.ndarray
    others_since: np.ndarray
    weight: np.ndarray
    amount: np.ndarray
    quantity: np.ndarray

    def at(self, chosen: np.ndarray) -> "Habits":
        """Those at positions, or where a mask is true, in that order."""
        return Habits(*(values[chosen] for values in self))


def habits(lines: Lines, as_of_day: int, closed: ClosedDays = NO_CLOSED_DAYS) -> Habits:
    """The habits that follow from purchases and refunds up to a day, in any order.

    >>> bought = lines_of([(7, 1, 10, 0, 50.0, 5.0), (7, 1, 11, 30, 50.0, 5.0), (7, 1, 12, 60, 80.0, 8.0)])
    >>> found = habits(bought, as_of_day=90)
    >>> found.times.tolist(), found.median_gap.tolist(), found.silence.tolist(), found.amount.tolist()
    ([3], [30.0], [30.0], [180.0])
    """
    bought = _by_day(_kept(_picked(lines, lines.day <= as_of_day)))
    first = _begins(bought.customer, bought.product)
    pair, size = np.cumsum(first) - 1, int(first.sum())
    days = purchase_days(pair, bought.day, size, closed)
    weight = np.exp2((bought.day - as_of_day) / HALF_LIFE_DAYS)
    customer = bought.customer[first]
    others_since = closed.open_number(_last_by(customer, days.last_day)) - closed.open_number(days.last_day)
    return Habits(
        customer,
        bought.product[first],
        days.count.astype(np.int64),
        days.last_day,
        days.median_gap,
        _longest_gap(pair, bought.day, size, closed),
        closed.open_number(as_of_day) - closed.open_number(days.last_day),
        others_since,
        np.bincount(pair, weight, minlength=size),
        np.bincount(pair, bought.amount, minlength=size),
        median_by_customer(pair, bought.quantity, size),
    )


def lines_of(rows) -> Lines:
    """Lines from rows of (customer, product, unit, day, amount, quantity)."""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    kinds = (np.int64, np.int64, np.int64, np.int64, float, float)
    return Lines(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def product_gaps(found: Habits) -> tuple[np.ndarray, np.ndarray]:
    """Products that are bought again by somebody, ascending, and the usual gap of each in open days.

    That is the median of the gaps of the customers whose habit it is.
    """
    regular = found.times >= LEAST_DAYS
    product, position = np.unique(found.product[regular], return_inverse=True)
    return product, median_by_customer(position, found.median_gap[regular], product.size)


def usual_gap(found: Habits, gap_of_product: np.ndarray) -> np.ndarray:
    """Open days the customer usually lets pass: the own median, drawn to that of the product while there are few gaps.

    (k · own median + 2 · product's median) / (k + 2), k own gaps. NaN for what was bought on one day.

    :param gap_of_product: that of the product of each habit; NaN where none is known
    """
    gaps = found.times - 1
    of_product = np.where(np.isnan(gap_of_product), found.median_gap, gap_of_product)
    return (gaps * found.median_gap + COMPANY_WEIGHT * of_product) / (gaps + COMPANY_WEIGHT)


def due(found: Habits, gap: np.ndarray) -> np.ndarray:
    """The positions of what is due, best first.

    :param gap: what `usual_gap` says
    """
    ratio = found.silence / gap
    chosen = np.flatnonzero((found.times >= LEAST_DAYS) & (ratio >= DUE_FROM) & (ratio <= DUE_TO))
    return _ranked(chosen, found.weight, found.product)


def no_longer(found: Habits, gap: np.ndarray, about: np.ndarray) -> np.ndarray:
    """The positions of what was bought regularly and is no longer, what brought most first.

    It is silent for more than three gaps, longer than ever between two purchases, and the customer came in the
    meantime, after the product would have been due: who buys nothing any more is another matter.

    :param gap: what `usual_gap` says
    :param about: of each habit whether the customer is one at all, neither silent nor gone
    """
    silent = (found.silence > LOST_AFTER * gap) & (found.silence > found.longest_gap)
    chosen = np.flatnonzero((found.times >= LEAST_DAYS) & silent & (found.others_since > gap) & about)
    return _ranked(chosen, found.amount, found.product)


def lost_day(found: Habits, gap: np.ndarray, closed: ClosedDays = NO_CLOSED_DAYS) -> np.ndarray:
    """The day from which on a product is no longer bought if it is not bought meanwhile, float64 of whole numbers.

    >>> found = habits(lines_of((1, 2, day, day, 9.0, 1.0) for day in (0, 7, 14)), as_of_day=20)
    >>> lost_day(found, usual_gap(found, np.array([np.nan]))).tolist()
    [36.0]
    """
    return closed.later(found.last_day, np.floor(np.maximum(LOST_AFTER * gap, found.longest_gap)) + 1)


def _ranked(chosen: np.ndarray, by: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The highest first; equal ones in the order of their products, whatever order they came in."""
    return chosen[np.lexsort((product[chosen], -by[chosen]))]


def _kept(lines: Lines) -> Lines:
    """The purchases without what was taken back of them, the latest of a unit first."""
    order = np.lexsort((lines.day, lines.unit, lines.product, lines.customer))
    lines = _picked(lines, order)
    unit = np.cumsum(_begins(lines.customer, lines.product, lines.unit)) - 1
    size = int(unit[-1]) + 1 if unit.size else 0
    paid, back = np.maximum(lines.amount, 0), np.maximum(-lines.amount, 0)
    total, taken = (np.bincount(unit, values, minlength=size) for values in (paid, back))
    before = np.cumsum(paid) - paid
    from_here = total[unit] - (before - (np.cumsum(total) - total)[unit])  # paid on this line and the later ones
    kept = np.clip(from_here - taken[unit], 0, paid)
    there = kept > LEAST_SHARE * paid
    return _picked(lines._replace(amount=kept), there)


def _picked(lines: Lines, there: np.ndarray) -> Lines:
    """Those where a mask is true, or at positions."""
    return Lines(*(values[there] for values in lines))


def _by_day(lines: Lines) -> Lines:
    """One entry for each customer, product and day, ascending; of several units any."""
    order = np.lexsort((lines.day, lines.product, lines.customer))
    lines = _picked(lines, order)
    first = _begins(lines.customer, lines.product, lines.day)
    place, size = np.cumsum(first) - 1, int(first.sum())
    summed = _picked(lines, first)
    return summed._replace(
        amount=np.bincount(place, lines.amount, minlength=size),
        quantity=np.bincount(place, lines.quantity, minlength=size),
    )


def _begins(*keys: np.ndarray) -> np.ndarray:
    """Where the first of equal entries stands, in arrays sorted by these keys."""
    different = np.ones(keys[0].size, dtype=bool)
    if different.size:
        different[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return different


def _last_by(customer: np.ndarray, last_day: np.ndarray) -> np.ndarray:
    """Of each entry the latest day of its customer; customers are ascending."""
    first = _begins(customer)
    if not first.any():
        return last_day
    return np.maximum.reduceat(last_day, np.flatnonzero(first))[np.cumsum(first) - 1]


def _longest_gap(pair: np.ndarray, day: np.ndarray, size: int, closed: ClosedDays) -> np.ndarray:
    """Of each pair the longest gap between two of its days, which are ascending and apart."""
    longest = np.zeros(size)
    own = pair[1:] == pair[:-1]
    np.maximum.at(longest, pair[1:][own], np.maximum(np.diff(closed.open_number(day)), 1)[own])
    return longest
