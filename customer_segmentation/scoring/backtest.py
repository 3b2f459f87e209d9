"""How good the predictions would have been: fitted on the past up to a day, held against what happened after it.

    purchases │ up to the cut-off day: fit, predict │ the horizon: what really happened │ today

Numbers only; what they mean in words is said where they are shown. Totals are the weak side of these models, for they
know no season; the order of the customers and each one's odds are the strong one, and the grade goes by them.

Grades, the best whose limits all hold (`GradeLimits`):

A, B, C        area under the curve at least 0.75, 0.70, 0.60; expected orders at most 30 %, 50 %, 100 % off; A and B
               only when the mean error is not above the baseline's and the model is not of low confidence
not_usable     none of them, or too little to judge: 30 customers, 10 of them buying and 10 not, is the least

The baseline is naive: everybody goes on at the rate seen so far, repeat purchases ÷ time since the first.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from . import lifecycle, lifetime_value, purchase_model
from .lifetime_value import HORIZON_DAYS, BandLimits, Customers
from .rhythm import PurchaseDays, company_median_gap, purchase_days

NOT_USABLE = "not_usable"
# "The best fifth": how much of it is found, and how much it really brought.
TOP_SHARE = 0.2


class GradeLimits(NamedTuple):
    """What a grade asks for, (A, B, C) each."""

    area_under_curve: tuple[float, float, float] = (0.75, 0.70, 0.60)
    orders_off: tuple[float, float, float] = (0.3, 0.5, 1.0)
    minimum_customers: int = 30
    minimum_each: int = 10


DEFAULT_GRADE_LIMITS = GradeLimits()


def backtest(
    customer: Sequence[int],
    day: Sequence[int],
    amount: Sequence[float],
    as_of_day: int,
    *,
    horizon_days: int = HORIZON_DAYS,
    bands: BandLimits = lifetime_value.DEFAULT_LIMITS,
    stages: lifecycle.Limits | None = None,
    grades: GradeLimits = DEFAULT_GRADE_LIMITS,
    is_purchase: Sequence[bool] | None = None,
) -> dict:
    """Fit up to `as_of_day - horizon_days`, predict the horizon, compare: plain JSON values, None where undefined.

    `customer` (whole numbers from 0), `day` and `amount` have one entry a purchase or, below 0, a refund: it takes
    money back on its day and is no purchase; `is_purchase`, if given, says which of them were not taken back in full
    either. Entries after `as_of_day` are left out. With `stages`, customers who were
    lost on the cut-off day are left out of the comparison, as they are shown no prediction; the fit knows them.

    `cut_off_day`, `horizon_days`, `reason`, `low_confidence`  as in the card of `lifetime_value.fit`
    `customers`, `lost`                          compared; left out because lost
    `bought`                                     of the compared, within the horizon
    `flagged`, `flagged_did_not_buy`             of high churn risk then, and rightly so
    `flagged_expected`                           how many of them should not buy, by their risks
    `expected_orders`, `actual_orders`, `naive_orders`       sums; so `…_revenue`
    `mean_error`, `naive_mean_error`             orders a customer, absolute
    `root_mean_square_error`, `brier_score`      of the orders; of the odds
    `area_under_curve`, `naive_area_under_curve` how often who bought had got better odds than who did not; 0.5 is luck
    `top_found`, `top_captured`                  the fifth predicted best by revenue: its share of the real best fifth,
                                                 and of all revenue
    `grade`, `grade_reasons`                     A, B, C, not_usable; what kept it from a better grade

    >>> backtest([0, 0, 1], [0, 40, 20], [9.0, 9.0, 9.0], as_of_day=300)["grade_reasons"]
    ['too_few_repeat_buyers']

    Raises ValueError as `rhythm.purchase_days` and for a horizon below one day, ImportError without SciPy.
    """
    if horizon_days < 1:
        raise ValueError(f"The horizon is {horizon_days} days; it must be 1 at least.")
    past = _Ledger(customer, day, amount, is_purchase)
    cut_off_day = as_of_day - horizon_days
    card = lifetime_value.fit(past.until(cut_off_day).customers, cut_off_day)
    result = {"cut_off_day": int(cut_off_day), "horizon_days": int(horizon_days)}
    result |= {"reason": card["reason"], "low_confidence": card["low_confidence"]}
    if not card["purchases"]:
        return result | {"grade": NOT_USABLE, "grade_reasons": [card["reason"]]}
    result |= _held_against_what_happened(past, card, cut_off_day, as_of_day, bands, stages)
    grade, reasons = grade_of(result, grades)
    return result | {"grade": grade, "grade_reasons": reasons}


def _held_against_what_happened(past, card, cut_off_day, as_of_day, bands, stages) -> dict:
    """What a card predicts of the customers of its day, compared with the days since."""
    known = past.until(cut_off_day)
    lost = _lost(known.days, cut_off_day, stages)
    compared = (known.days.count > 0) & ~lost
    expected = _expected(card, known.customers, cut_off_day, as_of_day - cut_off_day, compared)
    actual = past.until(as_of_day).minus(known, compared)
    counts = {"customers": int(compared.sum()), "lost": int(lost.sum())}
    return counts | _comparison(expected, actual, bands)


def grade_of(result: dict, limits: GradeLimits = DEFAULT_GRADE_LIMITS) -> tuple[str, list[str]]:
    """The grade of the numbers of a back-test, and what kept it from a better one.

    Reasons: too_few_customers, too_few_buyers, too_few_non_buyers, ranking, totals, baseline, low_confidence.

    >>> numbers = {"customers": 900, "bought": 300, "area_under_curve": 0.76, "expected_orders": 650.0,
    ...     "actual_orders": 1000, "mean_error": 0.7, "naive_mean_error": 0.9, "low_confidence": []}
    >>> grade_of(numbers)
    ('B', ['totals'])
    >>> grade_of(numbers | {"customers": 20, "bought": 15})
    ('not_usable', ['too_few_customers', 'too_few_non_buyers'])
    """
    others = result["customers"] - result["bought"]
    too_few = {
        "too_few_customers": result["customers"] < limits.minimum_customers,
        "too_few_buyers": result["bought"] < limits.minimum_each,
        "too_few_non_buyers": others < limits.minimum_each,
    }
    reasons = [reason for reason, holds in too_few.items() if holds]
    if reasons:
        return NOT_USABLE, reasons
    off = abs(result["expected_orders"] - result["actual_orders"])
    doubts = {
        "baseline": result["mean_error"] > result["naive_mean_error"],
        "low_confidence": bool(result["low_confidence"]),
    }
    for position, grade in enumerate("ABC"):
        against = {
            "ranking": result["area_under_curve"] < limits.area_under_curve[position],
            "totals": off > limits.orders_off[position] * result["actual_orders"],
            **(doubts if grade != "C" else {}),
        }
        failed = [reason for reason, holds in against.items() if holds]
        if not failed:
            return grade, reasons
        reasons = failed
    return NOT_USABLE, reasons


def area_under_curve(score: Sequence[float], positive: Sequence[bool]) -> float:
    """How often a positive scores higher than a negative, ties half: 0…1; NaN when one of them is missing.

    >>> area_under_curve([0.9, 0.4, 0.4, 0.1], [True, True, False, False])
    0.875
    """
    positive = np.asarray(positive, dtype=bool)
    positives, negatives = np.count_nonzero(positive), np.count_nonzero(~positive)
    if not positives or not negatives:
        return float("nan")
    _values, position, count = np.unique(score, return_inverse=True, return_counts=True)
    # The ranks 1 … n, equal scores sharing the mean of theirs.
    rank = (np.cumsum(count) - (count - 1) / 2)[position]
    return float((rank[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


class _Outcome(NamedTuple):
    """Per compared customer: what was bought within the horizon."""

    orders: np.ndarray
    revenue: np.ndarray


class _Expected(NamedTuple):
    """Per compared customer: what was predicted for the horizon, by the model and by the naive rate."""

    churn_risk: np.ndarray
    orders: np.ndarray
    amount: np.ndarray
    naive_orders: np.ndarray
    naive_amount: np.ndarray


class _Known(NamedTuple):
    """What was known on a day."""

    days: PurchaseDays
    customers: Customers

    def minus(self, earlier: "_Known", chosen: np.ndarray) -> _Outcome:
        """What the chosen customers did since the earlier day."""
        return _Outcome(
            (self.days.count - earlier.days.count)[chosen], (self.customers.revenue - earlier.customers.revenue)[chosen]
        )


class _Ledger:
    """All purchases and refunds up to the day of the test."""

    def __init__(
        self,
        customer: Sequence[int],
        day: Sequence[int],
        amount: Sequence[float],
        is_purchase: Sequence[bool] | None = None,
    ):
        customer, day = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
        amount = np.asarray(amount, dtype=float)
        if not customer.shape == day.shape == amount.shape:
            raise ValueError("Customers, days and amounts must have one entry a purchase each.")
        wrong = np.count_nonzero(~np.isfinite(amount))
        if wrong:
            raise ValueError(f"{wrong} of {amount.size} amounts are not a number.")
        self.size = int(customer.max(initial=-1)) + 1
        self.customer, self.day, self.amount = customer, day, amount
        self.is_purchase = amount >= 0 if is_purchase is None else np.asarray(is_purchase, dtype=bool)

    def until(self, last_day: int) -> _Known:
        there = self.day <= last_day
        customer, amount = self.customer[there], self.amount[there]
        bought = self.is_purchase[there]
        days = purchase_days(customer[bought], self.day[there][bought], self.size)
        revenue = np.bincount(customer, amount, self.size)
        return _Known(days, Customers(days.count, days.first_day, days.last_day, revenue))


def _lost(days: PurchaseDays, day: int, limits: lifecycle.Limits | None) -> np.ndarray:
    if limits is None:
        return np.zeros(days.count.shape, dtype=bool)
    return lifecycle.stages(days, company_median_gap(days.median_gap), day, limits) == "lost"


def _expected(card: dict, customers: Customers, cut_off_day: int, horizon_days: int, compared: np.ndarray) -> _Expected:
    chosen = Customers(*(values[compared] for values in customers))
    terms = lifetime_value.Terms(horizon_days=horizon_days)
    prediction = lifetime_value.predict(card, chosen, cut_off_day, terms=terms)
    repeats, length = chosen.purchase_days - 1, cut_off_day - chosen.first_day
    histories = purchase_model.history(repeats, chosen.last_day - chosen.first_day, length)
    orders = purchase_model.expected_purchases(lifetime_value.parameters_of(card), histories, [horizon_days])[0]
    naive = np.divide(repeats, length, out=np.zeros(length.shape), where=length > 0) * horizon_days
    own_amount = np.maximum(chosen.revenue / chosen.purchase_days, 0)
    return _Expected(prediction.churn_risk, orders, prediction.expected_amount, naive, own_amount)


def _comparison(expected: _Expected, actual: _Outcome, bands: BandLimits) -> dict:
    bought = actual.orders > 0
    odds = 1 - expected.churn_risk
    flagged = lifetime_value.churn_bands(expected.churn_risk, limits=bands) == "high"
    error = expected.orders - actual.orders
    found, captured = _top(expected.orders * expected.amount, actual.revenue)
    numbers = {
        "expected_orders": expected.orders.sum(),
        "naive_orders": expected.naive_orders.sum(),
        "expected_revenue": (expected.orders * expected.amount).sum(),
        "actual_revenue": actual.revenue.sum(),
        "naive_revenue": (expected.naive_orders * expected.naive_amount).sum(),
        "flagged_expected": expected.churn_risk[flagged].sum(),
        "mean_error": _mean(np.abs(error)),
        "naive_mean_error": _mean(np.abs(expected.naive_orders - actual.orders)),
        "root_mean_square_error": np.sqrt(_mean(error**2)),
        "brier_score": _mean((odds - bought) ** 2),
        "area_under_curve": area_under_curve(odds, bought),
        "naive_area_under_curve": area_under_curve(expected.naive_orders, bought),
        "top_found": found,
        "top_captured": captured,
    }
    counts = {
        "bought": np.count_nonzero(bought),
        "flagged": np.count_nonzero(flagged),
        "flagged_did_not_buy": np.count_nonzero(flagged & ~bought),
        "actual_orders": actual.orders.sum(),
    }
    rounded = {name: float(value) if np.isfinite(value) else None for name, value in numbers.items()}
    return rounded | {name: int(value) for name, value in counts.items()}


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _top(predicted: np.ndarray, actual: np.ndarray) -> tuple[float, float]:
    """Of the fifth predicted best: the share that is in the real best fifth, and its share of all revenue."""
    size = int(TOP_SHARE * actual.size)
    chosen, best = (np.argsort(-values, kind="stable")[:size] for values in (predicted, actual))
    if not size or actual.sum() <= 0:
        return float("nan"), float("nan")
    return float(np.intersect1d(chosen, best).size / size), float(actual[chosen].sum() / actual.sum())
