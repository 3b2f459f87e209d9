"""Who is slipping away and what each customer is still worth. Days are days since 1970-01-01.

    fit()       the company's customers → a model card: parameters, counts and how far to trust them, plain JSON values
      ▼
    predict()   a card and any of its customers, one or all → risk, expected orders, value, and what they are based on
      ▼
    stored()    the same at the precision shown, with the band

Basis of a customer's numbers, the first that can be had:

model             MBG/NBD for orders, gamma-gamma for amounts (`purchase_model`, `spend_model`)
rhythm            no model, but 3 own gaps: orders at the typical gap, of the average value, while the customer keeps to
                  it (silent for 2 × the gap at most); a band from the overdue ratio; no risk: there are no odds to give
not_enough_data   nothing
""                never bought, or lost: nothing is predicted

Why there is no model stands in the card (`reason`):

no_customers            nobody has bought
history_too_short       the first purchase is less than 30 days ago
no_repeat_purchases     nobody bought twice
too_few_repeat_buyers   fewer than 5 did
no_scipy                the Python package SciPy is missing (the caller's `fit_without_model`, after `available`)

`low_confidence` lists what makes the numbers of a model doubtful: few_customers (below 30), few_repeat_buyers (below
10), not_fitted (the search failed: start values with the company's pooled rate).
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from . import purchase_model, spend_model
from .purchase_model import History, Parameters
from .rhythm import overdue_ratio
from .rounding import half_up_all
from .spend_model import Spend

DAYS_A_MONTH = 30.44
HORIZON_DAYS = 180
HORIZON_MONTHS = 12
MONTHLY_DISCOUNT = 0.01
MINIMUM_HISTORY_DAYS = 30
MINIMUM_REPEAT_BUYERS = 5
CONFIDENT_CUSTOMERS = 30
CONFIDENT_REPEAT_BUYERS = 10
MINIMUM_OWN_GAPS = 3
MODEL, RHYTHM, NOT_ENOUGH_DATA, NOTHING = "model", "rhythm", "not_enough_data", ""
NO_SCIPY = "no_scipy"
BANDS = ("low", "medium", "high")


class Customers(NamedTuple):
    """What is known of each customer on the day of scoring, arrays of shape (customers,).

    `purchase_days`          days with a purchase; 0 for who never bought, whose days are not looked at
    `first_day`, `last_day`  of them
    `revenue`                net of refunds, over all time
    """

    purchase_days: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    revenue: np.ndarray


class Terms(NamedTuple):
    """What is predicted. `margin` is the share of the net amount that counts as value, one for all or one each."""

    horizon_days: int = HORIZON_DAYS
    horizon_months: int = HORIZON_MONTHS
    monthly_discount: float = MONTHLY_DISCOUNT
    margin: float | np.ndarray = 1.0


class BandLimits(NamedTuple):
    """Where the churn bands begin: by risk (0…1, at or above), without a model by overdue ratio (above)."""

    medium_risk: float = 0.4
    high_risk: float = 0.7
    medium_overdue: float = 2.0
    high_overdue: float = 5.0


DEFAULT_TERMS = Terms()
DEFAULT_LIMITS = BandLimits()


class Prediction(NamedTuple):
    """One entry a customer, shape (customers,); NaN, or "" for text, where nothing is said.

    `churn_risk`         0…1: 1 - P(at least one order within `horizon_days`)
    `probability_alive`  0…1: not gone for good; a status, no warning signal
    `expected_orders`    purchase days within `horizon_months`
    `expected_amount`    value of the next order
    `predicted_clv`      value of the orders within `horizon_months`, discounted monthly
    `overdue_ratio`      only for the basis "rhythm"
    `basis`              "model", "rhythm", "not_enough_data" or ""
    """

    churn_risk: np.ndarray
    probability_alive: np.ndarray
    expected_orders: np.ndarray
    expected_amount: np.ndarray
    predicted_clv: np.ndarray
    overdue_ratio: np.ndarray
    basis: np.ndarray


def available() -> bool:
    """Whether SciPy, needed for the model only, can be imported."""
    try:
        import scipy.optimize
        import scipy.special  # noqa: F401
    except ImportError:
        return False
    return True


def fit(customers: Customers, as_of_day: int) -> dict:
    """The model card of a company, plain JSON values; times in days, money in the currency of `revenue`.

    `as_of_day`      the day it was fitted
    `reason`         why there is no model, "" when there is one
    `low_confidence` list, as above
    `counts`         customers, repeat_buyers, purchase_days, longest_days (the longest history)
    `purchases`      model, r, alpha, a, b, log_likelihood, outcome; None without a model
    `spend`          the fields of `spend_model.Spend`, None for NaN

    >>> card = fit(Customers([1, 1], [0, 5], [0, 5], [10.0, 30.0]), as_of_day=100)
    >>> card["reason"], card["purchases"], card["spend"]["mean"]
    ('no_repeat_purchases', None, 20.0)

    Raises ValueError for a purchase after `as_of_day` or numbers that are none, ImportError without SciPy.
    """
    known, histories = _known(customers, as_of_day)
    reason = _reason_against_model(histories)
    spend = spend_model.fit(known.purchase_days, _mean_amount(known))
    found = None if reason else purchase_model.fit(histories)
    return _card(histories, as_of_day, reason, found, spend)


def fit_without_model(customers: Customers, as_of_day: int, reason: str = NO_SCIPY) -> dict:
    """The card as from `fit` when no model shall be or can be fitted; needs no SciPy.

    A better reason that holds as well (too few repeat buyers) goes first.
    """
    known, histories = _known(customers, as_of_day)
    spend = spend_model.average(known.purchase_days, _mean_amount(known), reason)
    return _card(histories, as_of_day, _reason_against_model(histories) or reason, None, spend)


def predict(
    card: Mapping,
    customers: Customers,
    as_of_day: int,
    *,
    terms: Terms = DEFAULT_TERMS,
    typical_gap_days: Sequence[float] | None = None,
    lost: Sequence[bool] | None = None,
) -> Prediction:
    """What each customer is expected to do after `as_of_day`, by a card of the same company.

    A customer's numbers depend on the card and on that customer alone, so one can be predicted without the others.
    `typical_gap_days` (`rhythm.typical_gap`) is for cards without a model. `lost`: in that stage nothing is predicted.

    >>> facts = Customers([5, 1, 0], [0, 90, 0], [90, 90, 0], [100.0, 30.0, 0.0])
    >>> nothing = predict(fit(facts, 100), facts, 100, typical_gap_days=[25.0, 40.0, 40.0])
    >>> nothing.basis.tolist(), nothing.expected_orders.round(1).tolist(), nothing.predicted_clv.round(1).tolist()
    (['rhythm', 'not_enough_data', ''], [14.6, nan, nan], [285.5, nan, nan])

    Raises ValueError for a purchase after `as_of_day` or numbers that are none; ImportError without SciPy when the card
    has a model, for more customers than a page shows (`purchase_model.FEW`).
    """
    chosen, gaps, open_to = _open_to_prediction(customers, typical_gap_days, lost)
    terms = terms._replace(margin=np.broadcast_to(np.asarray(terms.margin, dtype=float), open_to.shape)[open_to])
    if card["purchases"]:
        found = _predict_by_model(card, chosen, as_of_day, terms)
    else:
        found = _predict_by_rhythm(card, chosen, as_of_day, terms, gaps)
    return Prediction(*(_spread(values, open_to) for values in found))


def expected_orders(
    card: Mapping,
    customers: Customers,
    as_of_day: int,
    *,
    months: int = HORIZON_MONTHS,
    typical_gap_days: Sequence[float] | None = None,
) -> np.ndarray:
    """Of what `predict` says only the `expected_orders`: no profile keeps them, so pages ask for them alone.

    `revenue` is not looked at.

    >>> facts = Customers([5, 1, 0], [0, 90, 0], [90, 90, 0], [100.0, 30.0, 0.0])
    >>> expected_orders(fit(facts, 100), facts, 100, typical_gap_days=[25.0, 40.0, 40.0]).round(1).tolist()
    [14.6, nan, nan]

    Raises the errors of `predict`.
    """
    chosen, gaps, open_to = _open_to_prediction(customers, typical_gap_days)
    if card["purchases"]:
        return _spread(_orders_by_model(card, _histories(chosen, as_of_day), months), open_to)
    return _spread(_orders_by_rhythm(chosen, as_of_day, gaps)[0] * months, open_to)


def churn_bands(
    churn_risk: np.ndarray, overdue_ratio: np.ndarray | None = None, limits: BandLimits = DEFAULT_LIMITS
) -> np.ndarray:
    """The band of each customer, "low", "medium", "high" or "" for neither number, shape of `churn_risk`.

    By the risk as it is shown, in whole percent, so that band and number never contradict each other; where there is
    none, by the overdue ratio.

    >>> churn_bands(np.array([0.394, 0.396, 0.7, np.nan, np.nan]), np.array([9, 9, 9, 5.1, np.nan])).tolist()
    ['low', 'medium', 'high', 'high', '']
    """
    risk = rounded_risk(churn_risk)
    ratio = np.full(risk.shape, np.nan) if overdue_ratio is None else np.asarray(overdue_ratio, dtype=float)
    by_risk, by_ratio = ~np.isnan(risk), ~np.isnan(ratio)
    high = np.where(by_risk, risk >= limits.high_risk, ratio > limits.high_overdue)
    medium = np.where(by_risk, risk >= limits.medium_risk, ratio > limits.medium_overdue)
    return np.select([~by_risk & ~by_ratio, high, medium], ["", "high", "medium"], "low")


def check_band_limits(limits: BandLimits) -> None:
    """Refuse limits that leave no room for a band with a ValueError.

    >>> check_band_limits(BandLimits())
    >>> check_band_limits(BandLimits(medium_risk=0.8))
    Traceback (most recent call last):
    ValueError: Medium churn risk must begin above 0 and before high, which ends at 100 %: not at 80 % and 70 %.
    """
    if not 0 < limits.medium_risk < limits.high_risk <= 1:
        raise ValueError(
            "Medium churn risk must begin above 0 and before high, which ends at 100 %: not at "
            f"{100 * limits.medium_risk:g} % and {100 * limits.high_risk:g} %."
        )
    if not 0 < limits.medium_overdue < limits.high_overdue < math.inf:
        raise ValueError(
            "Medium must begin above 0 times the usual gap and before high: not at "
            f"{limits.medium_overdue:g} and {limits.high_overdue:g}."
        )


def stored(
    prediction: Prediction, revenue: Sequence[float], terms: Terms = DEFAULT_TERMS, limits: BandLimits = DEFAULT_LIMITS
) -> dict[str, np.ndarray]:
    """What a profile keeps, columns by name: risk to the whole percent, value to two significant digits.

    `clv_total` is the value so far, `revenue` times margin, and the predicted one; NaN where nothing is predicted.

    >>> facts = Customers([5], [0], [90], [100.0])
    >>> row = stored(predict(fit(facts, 100), facts, 100, typical_gap_days=[25.0]), facts.revenue)
    >>> [(name, values.tolist()[0]) for name, values in row.items()][1:]
    [('churn_band', 'low'), ('predicted_clv', 270.0), ('clv_total', 370.0), ('prediction_basis', 'rhythm')]
    """
    value = two_digits(prediction.predicted_clv)
    return {
        "churn_risk": rounded_risk(prediction.churn_risk),
        "churn_band": churn_bands(prediction.churn_risk, prediction.overdue_ratio, limits),
        "predicted_clv": value,
        "clv_total": np.asarray(revenue, dtype=float) * terms.margin + value,
        "prediction_basis": prediction.basis,
    }


def rounded_risk(risk: np.ndarray) -> np.ndarray:
    """To the whole percent, halves up; NaN stays.

    >>> rounded_risk(np.array([0.004, 0.125, 0.995, np.nan])).tolist()
    [0.0, 0.13, 1.0, nan]
    """
    return half_up_all(risk, 2)


def two_digits(amount: np.ndarray) -> np.ndarray:
    """To two significant digits; NaN stays.

    >>> two_digits(np.array([0.0, 0.01267, 9.96, 123.0, 98765.0, np.nan])).tolist()
    [0.0, 0.013, 10.0, 120.0, 99000.0, nan]
    """
    amount = np.asarray(amount, dtype=float)
    known = np.isfinite(amount) & (amount != 0)
    digits = np.floor(np.log10(np.abs(amount, where=known, out=np.ones(amount.shape)))) - 1
    # Powers of ten are exact one way only, so small amounts are multiplied up and large ones divided down.
    up, down = 10.0 ** np.maximum(-digits, 0), 10.0 ** np.maximum(digits, 0)
    return np.where(known, half_up_all(amount * up / down) * down / up, amount)


def parameters_of(card: Mapping) -> Parameters:
    """The parameters in a card that has a model."""
    return Parameters(*(card["purchases"][name] for name in Parameters._fields))


def spend_of(card: Mapping) -> Spend:
    """The spend model in a card."""
    return Spend(**{name: math.nan if value is None else value for name, value in card["spend"].items()})


def _known(customers: Customers, as_of_day: int) -> tuple[Customers, History]:
    """The customers who bought, and their histories."""
    known = Customers(*(np.asarray(values, dtype=float) for values in customers))
    known = Customers(*(values[known.purchase_days > 0] for values in known))
    return known, _histories(known, as_of_day)


def _histories(customers: Customers, as_of_day: int) -> History:
    late = np.count_nonzero(customers.last_day > as_of_day)
    if late:
        raise ValueError(f"{late} customers have a purchase after the day of scoring.")
    return purchase_model.history(
        customers.purchase_days - 1, customers.last_day - customers.first_day, as_of_day - customers.first_day
    )


def _mean_amount(customers: Customers) -> np.ndarray:
    return customers.revenue / customers.purchase_days


def _reason_against_model(histories: History) -> str:
    if not histories.length.size:
        return "no_customers"
    repeat_buyers = np.count_nonzero(histories.repeats)
    if histories.length.max() < MINIMUM_HISTORY_DAYS:
        return "history_too_short"
    if not repeat_buyers:
        return "no_repeat_purchases"
    return "too_few_repeat_buyers" if repeat_buyers < MINIMUM_REPEAT_BUYERS else ""


def _card(histories: History, as_of_day: int, reason: str, found: purchase_model.Fit | None, spend: Spend) -> dict:
    customers, repeat_buyers = histories.repeats.size, np.count_nonzero(histories.repeats)
    doubts = {
        "few_customers": customers < CONFIDENT_CUSTOMERS,
        "few_repeat_buyers": repeat_buyers < CONFIDENT_REPEAT_BUYERS,
        "not_fitted": found is not None and found.outcome == purchase_model.START_VALUES,
    }
    purchases = found and {
        "model": purchase_model.MBG,
        **found.parameters._asdict(),
        "log_likelihood": found.log_likelihood,
        "outcome": found.outcome,
    }
    return {
        "as_of_day": int(as_of_day),
        "reason": reason,
        "low_confidence": [doubt for doubt, holds in doubts.items() if found and holds],
        "counts": {
            "customers": int(customers),
            "repeat_buyers": int(repeat_buyers),
            "purchase_days": int(histories.repeats.sum()) + customers,
            "longest_days": int(histories.length.max(initial=0)),
        },
        "purchases": purchases,
        "spend": {name: None if value != value else value for name, value in spend._asdict().items()},
    }


def _open_to_prediction(
    customers: Customers, typical_gap_days: Sequence[float] | None, lost: Sequence[bool] | None = None
) -> tuple[Customers, np.ndarray, np.ndarray]:
    """The customers something is predicted of, their typical gaps (NaN if not known), and which of all they are."""
    open_to = np.asarray(customers.purchase_days) > 0
    if lost is not None:
        open_to = open_to & ~np.asarray(lost, dtype=bool)
    chosen = Customers(*(np.asarray(values, dtype=float)[open_to] for values in customers))
    gaps = np.full(open_to.shape, np.nan) if typical_gap_days is None else np.asarray(typical_gap_days, dtype=float)
    return chosen, gaps[open_to], open_to


def _orders_by_model(card: Mapping, histories: History, months: int) -> np.ndarray:
    return purchase_model.expected_purchases(parameters_of(card), histories, [DAYS_A_MONTH * months])[0]


def _orders_by_rhythm(
    customers: Customers, as_of_day: int, typical_gap_days: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Orders a month, and the overdue ratio; both NaN for who has no rhythm."""
    has_rhythm = (customers.purchase_days > MINIMUM_OWN_GAPS) & (typical_gap_days > 0)
    gap = np.where(has_rhythm, typical_gap_days, np.nan)
    ratio = overdue_ratio(customers.last_day, gap, as_of_day)
    # Who is overdue has left the rhythm: nothing follows from it any more.
    return np.where(ratio <= DEFAULT_LIMITS.medium_overdue, DAYS_A_MONTH / gap, np.nan), ratio


def _predict_by_model(card: Mapping, customers: Customers, as_of_day: int, terms: Terms) -> Prediction:
    parameters, histories = parameters_of(card), _histories(customers, as_of_day)
    months = DAYS_A_MONTH * np.arange(1, terms.horizon_months + 1)
    orders = _orders_by_model(card, histories, terms.horizon_months)
    discounted = purchase_model.discounted_purchases(parameters, histories, months, _discounts(terms))
    amount = spend_model.expected_amount(spend_of(card), customers.purchase_days, _mean_amount(customers))
    return Prediction(
        churn_risk=1 - purchase_model.probability_of_purchase(parameters, histories, terms.horizon_days),
        probability_alive=purchase_model.probability_alive(parameters, histories),
        expected_orders=orders,
        expected_amount=amount,
        predicted_clv=discounted * amount * terms.margin,
        overdue_ratio=np.full(orders.shape, np.nan),
        basis=np.full(orders.shape, MODEL, dtype=object),
    )


def _predict_by_rhythm(
    card: Mapping, customers: Customers, as_of_day: int, terms: Terms, typical_gap_days: np.ndarray
) -> Prediction:
    monthly_orders, ratio = _orders_by_rhythm(customers, as_of_day, typical_gap_days)
    has_rhythm = ~np.isnan(ratio)
    amount = spend_model.expected_amount(spend_of(card), customers.purchase_days, _mean_amount(customers))
    nothing = np.full(ratio.shape, np.nan)
    return Prediction(
        churn_risk=nothing,
        probability_alive=nothing,
        expected_orders=monthly_orders * terms.horizon_months,
        expected_amount=np.where(has_rhythm, amount, np.nan),
        predicted_clv=monthly_orders * _discounts(terms).sum() * amount * terms.margin,
        overdue_ratio=ratio,
        basis=np.where(has_rhythm, RHYTHM, NOT_ENOUGH_DATA).astype(object),
    )


def _discounts(terms: Terms) -> np.ndarray:
    """What money of each month is worth today."""
    return (1 + terms.monthly_discount) ** -np.arange(1.0, terms.horizon_months + 1)


def _spread(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The values at the places that are `there`; NaN, or "" of text, elsewhere."""
    spread = np.full(there.shape, NOTHING if values.dtype == object else np.nan, dtype=values.dtype)
    spread[there] = values
    return spread
