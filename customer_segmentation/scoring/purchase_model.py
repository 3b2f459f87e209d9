"""How many orders a customer will still place: the MBG/NBD model, and BG/NBD to check it against published figures.

A customer buys at random at an own rate (gamma distributed: r, alpha) and after each purchase, with MBG after the first
one too, may quietly stop for good (beta distributed: a, b). BG/NBD: Fader, Hardie, Lee, Marketing Science 24(2), 2005.
MBG/NBD: Batislam, Denizel, Filiztekin, IJRM 24(3), 2007; Hoppe, Wagner, Marketing JRM 3(2), 2007.

What is known of a customer (`History`): x repeat purchase days, t_x from the first to the last, T from the first to the
day of the fit. Times may be in any unit, days in this addon; parameters then are in the same: alpha is a time.

| purchase days  | 0, 20, 50, and today is 80 |   x = 2, t_x = 50, T = 80

SciPy is imported where it is needed: a missing one is an ImportError of `fit`, and of what is expected of many
customers. For the few of a page it is not loaded.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MBG, BG = "mbg_nbd", "bg_nbd"
# The longest history is scaled to this, so that bounds and prior mean the same for everybody.
SCALED_LONGEST = 10.0
# ln of r, alpha (scaled), a, b.
BOUNDS = ((-7.0, 4.0), (-9.0, 12.0), (-7.0, 4.0), (-7.0, 7.0))
PRIOR_SIGMA = 2.0
# Other places to start from when the first one fails.
OTHER_STARTS = ((0.7, 0.7, -0.7, -0.7), (-1.0, -1.0, 0.5, 1.0))
FITTED, FITTED_AGAIN, START_VALUES = "fitted", "fitted_again", "start_values"
# Below this distance from 1, a is moved away: the expectation has a removable hole there.
A_FROM_ONE = 1e-5
# For so many customers, as many as Odoo reads at once, the power series takes less time than loading SciPy.
FEW = 1000
# Terms of the power series: all in all, worked out at once for a customer, and for all that are left.
MOST_TERMS = 100_000
TERMS_AT_ONCE = 256
CELLS_AT_ONCE = 50_000


class History(NamedTuple):
    """Sufficient statistics, float64 arrays of one shape: repeat purchase days, first to last, first to today."""

    repeats: np.ndarray
    last: np.ndarray
    length: np.ndarray


class Parameters(NamedTuple):
    """The four parameters; `alpha` in the unit of time of the histories."""

    r: float
    alpha: float
    a: float
    b: float


class Fit(NamedTuple):
    """`log_likelihood` is without the prior. `outcome`: FITTED, FITTED_AGAIN (another start) or START_VALUES."""

    parameters: Parameters
    log_likelihood: float
    outcome: str


def history(repeats: Sequence[float], last: Sequence[float], length: Sequence[float]) -> History:
    """Checked arrays; `last` is clipped to 0 … `length`, and 0 without repeats.

    >>> history([2, 0], [50, 9], [45, 80]).last.tolist()
    [45.0, 0.0]

    Raises ValueError for NaN, infinite or negative numbers, saying in how many rows.
    """
    arrays = [np.asarray(values, dtype=float) for values in (repeats, last, length)]
    for name, values, lowest in zip(("repeats", "last", "length"), arrays, (0, -np.inf, 0), strict=True):
        wrong = np.count_nonzero(~np.isfinite(values) | (values < lowest))
        if wrong:
            raise ValueError(f"{name} is not a number, or negative ({wrong} of {values.size} customers).")
    repeats, last, length = np.broadcast_arrays(*arrays)
    return History(repeats, np.where(repeats > 0, np.clip(last, 0, length), 0.0), length)


def grouped(histories: History, counts: np.ndarray | None = None) -> tuple[History, np.ndarray]:
    """The distinct histories and how many customers share each, float64: all that a fit looks at.

    >>> rows, counts = grouped(history([1, 0, 1], [30, 0, 30], [60, 60, 60]))
    >>> rows.repeats.tolist(), counts.tolist()
    ([0.0, 1.0], [1.0, 2.0])
    """
    order = np.lexsort((histories.last, histories.length, histories.repeats))
    rows = History(*(values[order] for values in histories))
    new = np.zeros(order.size, dtype=bool)
    new[:1] = True
    for values in rows:
        new[1:] |= values[1:] != values[:-1]
    weights = np.ones(order.size) if counts is None else np.asarray(counts, dtype=float)[order]
    starts = np.flatnonzero(new)
    summed = np.add.reduceat(weights, starts) if starts.size else weights
    return History(*(values[starts] for values in rows)), summed


def start_values(histories: History, counts: np.ndarray) -> Parameters:
    """Where the search starts and what the prior is centred on: the pooled rate, and few who stop.

    >>> start_values(history([1, 0], [10, 0], [30, 30]), np.ones(2))
    Parameters(r=0.6, alpha=36.0, a=0.8, b=2.5)
    """
    rate = float(histories.repeats @ counts) / float(histories.length @ counts)
    return Parameters(0.6, 0.6 / rate, 0.8, 2.5)


def fit(histories: History, counts: np.ndarray | None = None, model: str = MBG, *, prior: bool = True) -> Fit:
    """The parameters that explain the histories best: maximum a posteriori, log-normal prior with sigma 2.

    `counts`: customers per row when the rows are grouped already. `prior`: False for the plain maximum likelihood of
    the literature, which runs away on small data. The search is tried from two other places when it fails; if they fail
    too, the start values are returned and say so: somebody who waits for numbers must not be blocked.

    Raises ValueError when there is nothing to fit (no repeat purchase, or no time passed), ImportError without SciPy.
    """
    rows, weights = grouped(histories, counts)
    if not rows.repeats.any() or not rows.length.any():
        raise ValueError("There is no repeat purchase, or no time has passed: nothing to fit.")
    scale = SCALED_LONGEST / float(rows.length.max())
    scaled = rows._replace(last=rows.last * scale, length=rows.length * scale)
    centre = np.log(start_values(scaled, weights))
    likelihood = _Likelihood(scaled, weights, _from_start(model))
    theta, outcome = _search(likelihood, centre, PRIOR_SIGMA if prior else None)
    found = Parameters(*np.exp(theta).tolist())
    # ln L is a density of points in time: one factor of the unit a repeat purchase.
    value = likelihood(theta)[0] + float(rows.repeats @ weights) * np.log(scale)
    return Fit(found._replace(alpha=found.alpha / scale), float(value), outcome)


def log_likelihood(parameters: Parameters, histories: History, counts: np.ndarray | None = None, model: str = MBG):
    """ln L of the histories, a float (FHL 2005 equation 6; MBG: Batislam et al. 2007). Depends on the unit of time.

    Raises ImportError without SciPy.
    """
    weights = np.ones(histories.repeats.shape) if counts is None else np.asarray(counts, dtype=float)
    return _Likelihood(histories, weights, _from_start(model))(np.log(parameters))[0]


def probability_alive(parameters: Parameters, histories: History, model: str = MBG) -> np.ndarray:
    """How likely each customer has not stopped for good, 0…1, shape of the histories.

    With BG/NBD it is 1 for everybody who bought once, however long ago.

    >>> cdnow = Parameters(0.525, 6.183, 0.891, 1.614)
    >>> probability_alive(cdnow, history([2, 0], [30.43, 0], [38.86, 38.86])).round(3).tolist()
    [0.706, 0.39]
    >>> probability_alive(cdnow, history([0], [0], [38.86]), BG).tolist()
    [1.0]
    """
    return 0.5 * (1 - np.tanh(_log_odds_of_stopped(parameters, histories, _from_start(model)) / 2))


def probability_of_purchase(parameters: Parameters, histories: History, horizon: float, model: str = MBG) -> np.ndarray:
    """How likely each customer buys at least once in the next `horizon`, 0…1: churn risk is 1 minus it.

    P(alive) · (1 - ((alpha + T) / (alpha + T + horizon))^(r + x)): exact, for customers stop at a purchase only.

    >>> cdnow = Parameters(0.525, 6.183, 0.891, 1.614)
    >>> probability_of_purchase(cdnow, history([2, 0], [30.43, 0], [38.86, 38.86]), 39).round(3).tolist()
    [0.56, 0.109]
    """
    r, alpha, _a, _b = parameters
    buys = -np.expm1(-(r + histories.repeats) * np.log1p(horizon / (alpha + histories.length)))
    return probability_alive(parameters, histories, model) * buys


def expected_purchases(
    parameters: Parameters, histories: History, horizons: Sequence[float], model: str = MBG
) -> np.ndarray:
    """Expected number of purchases of each customer within each horizon, shape (horizons, customers), never negative.

    FHL 2005 equation 10 after Euler's transformation of 2F1, which stays finite for hundreds of purchases; held between
    0 and what an undying customer would buy. The costly part depends on x and T alone and is worked out once for each
    pair of them.

    >>> cdnow = Parameters(0.525, 6.183, 0.891, 1.614)
    >>> expected_purchases(cdnow, history([2], [30.43], [38.86]), [0, 39]).round(2).tolist()
    [[0.0], [1.26]]

    Raises ValueError for a negative horizon, ImportError for more than `FEW` customers without SciPy.
    """
    alive = probability_alive(parameters, histories, model)
    if_alive, position = _expected_by_pair(parameters, histories, horizons, model)
    return if_alive[:, position] * alive


def discounted_purchases(
    parameters: Parameters,
    histories: History,
    horizons: Sequence[float],
    discounts: Sequence[float],
    model: str = MBG,
) -> np.ndarray:
    """Sum over consecutive periods of their expected purchases times their discount, shape of the histories.

    `horizons` ascend, the ends of the periods; the first begins now. A discount of 1 for all gives the expected
    purchases within the last horizon.

    >>> cdnow = Parameters(0.525, 6.183, 0.891, 1.614)
    >>> discounted_purchases(cdnow, history([2], [30.43], [38.86]), [20, 39], [1.0, 0.9]).round(2).tolist()
    [1.21]

    Raises ValueError for a negative horizon, ImportError for more than `FEW` customers without SciPy.
    """
    alive = probability_alive(parameters, histories, model)
    if_alive, position = _expected_by_pair(parameters, histories, horizons, model)
    return (np.asarray(discounts, dtype=float) @ np.diff(if_alive, axis=0, prepend=0.0))[position] * alive


class _Likelihood:
    """ln L and its gradient in ln(r, alpha, a, b), from grouped histories.

    The slow functions are evaluated once for each distinct number of repeats and each distinct time.
    """

    def __init__(self, histories: History, weights: np.ndarray, from_start: int):
        self.weights, self.from_start = weights, from_start
        self.repeats, self.repeats_at = np.unique(histories.repeats, return_inverse=True)
        self.last, self.last_at = np.unique(histories.last, return_inverse=True)
        self.length, self.length_at = np.unique(histories.length, return_inverse=True)
        self.by_repeats = np.bincount(self.repeats_at, weights, self.repeats.size)
        # Rows without repeats cannot have stopped after one: BG only.
        self.may_have_stopped = (histories.repeats > 0) | bool(from_start)

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        from scipy.special import digamma, gammaln

        r, alpha, a, b = np.exp(theta)
        x, s = self.repeats, self.from_start
        log_length, log_last = np.log(alpha + self.length), np.log(alpha + self.last)
        stopped_after = np.where(b + x - 1 + s > 0, b + x - 1 + s, 1.0)
        since_last = log_length[self.length_at] - log_last[self.last_at]
        odds = (np.log(a) - np.log(stopped_after))[self.repeats_at] + (r + x)[self.repeats_at] * since_last
        odds[~self.may_have_stopped] = -np.inf
        # softplus and the logistic function, from one exponential
        small = np.exp(-np.abs(odds))
        softplus = np.maximum(odds, 0) + np.log1p(small)
        stopped = np.where(odds > 0, 1.0, small) / (1 + small)

        in_repeats = (
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + gammaln(a + b)
            - gammaln(b)
            + gammaln(b + x + s)
            - gammaln(a + b + x + s)
        )
        order_rate = (r + x)[self.repeats_at]
        rows = softplus - order_rate * log_length[self.length_at]
        value = in_repeats @ self.by_repeats + rows @ self.weights

        weighted = stopped * self.weights
        stopped_by_repeats = np.bincount(self.repeats_at, weighted, x.size)
        by_length = np.bincount(self.length_at, order_rate * (weighted - self.weights), self.length.size)
        by_last = np.bincount(self.last_at, order_rate * weighted, self.last.size)
        lengths = np.bincount(self.length_at, self.weights, self.length.size)
        gradient = np.array(
            [
                (digamma(r + x) - digamma(r) + np.log(alpha)) @ self.by_repeats
                - log_length @ lengths
                + weighted @ since_last,
                r / alpha * self.by_repeats.sum()
                + by_length @ (1 / (alpha + self.length))
                - by_last @ (1 / (alpha + self.last)),
                (digamma(a + b) - digamma(a + b + x + s)) @ self.by_repeats + stopped_by_repeats.sum() / a,
                (digamma(a + b) - digamma(b) + digamma(b + x + s) - digamma(a + b + x + s)) @ self.by_repeats
                - stopped_by_repeats @ (1 / stopped_after),
            ]
        )
        return float(value), gradient * np.array([r, alpha, a, b])


def _search(likelihood: _Likelihood, centre: np.ndarray, sigma: float | None) -> tuple[np.ndarray, str]:
    """The best ln(r, alpha, a, b), and how it was found."""
    from scipy.optimize import minimize

    size = likelihood.weights.sum()

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        # Per customer, so that the search stops at the same accuracy whatever their number.
        value, gradient = likelihood(theta)
        if sigma is None:
            return -value / size, -gradient / size
        off = (theta - centre) / sigma
        return (off @ off / 2 - value) / size, (off / sigma - gradient) / size

    centre = np.clip(centre, *np.transpose(BOUNDS))
    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-8}
    for attempt, shift in enumerate(((0.0, 0.0, 0.0, 0.0), *OTHER_STARTS)):
        start = np.clip(centre + shift, *np.transpose(BOUNDS))
        with np.errstate(all="ignore"):
            result = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options=options)
        if _usable(result):
            return result.x, FITTED_AGAIN if attempt else FITTED
    return centre, START_VALUES


def _usable(result) -> bool:
    """Whether the search found a point; one that stopped for want of numerical progress right at it counts."""
    finite = bool(np.isfinite(result.fun)) and bool(np.isfinite(result.x).all())
    return finite and (bool(result.success) or bool(np.abs(result.jac).max() < 1e-4))


def _from_start(model: str) -> int:
    """s of the formulas: whether a customer may stop right after the first purchase."""
    if model not in (MBG, BG):
        raise ValueError(f"The model is {model!r}; it must be {MBG!r} or {BG!r}.")
    return int(model == MBG)


def _log_odds_of_stopped(parameters: Parameters, histories: History, from_start: int) -> np.ndarray:
    """ln of the odds that a customer has stopped for good: `d` of the likelihood."""
    r, alpha, a, b = parameters
    repeats, last, length = histories
    stopped_after = b + repeats - 1 + from_start
    known = stopped_after > 0 if from_start else repeats > 0
    odds = np.log(a) - np.log(np.where(known, stopped_after, 1.0))
    odds = odds + (r + repeats) * (np.log(alpha + length) - np.log(alpha + last))
    return np.where(known, odds, -np.inf)


def _expected_by_pair(
    parameters: Parameters, histories: History, horizons: Sequence[float], model: str
) -> tuple[np.ndarray, np.ndarray]:
    """Expected purchases of the living for each horizon and distinct (x, T), and the position of each customer's."""
    horizons = np.asarray(horizons, dtype=float)
    if not (horizons >= 0).all():
        raise ValueError("A horizon is not a number, or negative.")
    pairs, position = _distinct_pairs(histories.repeats, histories.length)
    from_start = _from_start(model)
    return np.stack([_expected_if_alive(parameters, *pairs, horizon, from_start) for horizon in horizons]), position


def _expected_if_alive(
    parameters: Parameters, repeats: np.ndarray, length: np.ndarray, horizon: float, from_start: int
) -> np.ndarray:
    """Expected purchases of a customer who has not stopped."""
    r, alpha, a, b = parameters
    if abs(a - 1) < A_FROM_ONE:
        a = 1 + A_FROM_ONE
    part = horizon / (alpha + length + horizon)
    third = a + b + repeats - 1 + from_start
    series = _hypergeometric(a + b - 1 + from_start - r, a - 1, third, part)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = third / (a - 1) * -np.expm1((a - 1) * np.log1p(-part) + np.log(series))
    if (series <= 0).any():  # BG only: x = 0 and a + b < 1
        expected = np.where(series > 0, expected, third / (a - 1) * (1 - (1 - part) ** (a - 1) * series))
    return np.clip(expected, 0, (r + repeats) * horizon / (alpha + length))


def _hypergeometric(first: float, second: float, third: np.ndarray, argument: np.ndarray) -> np.ndarray:
    """Gauss's 2F1 at 0 <= argument < 1.

    SciPy has no value where r - a is a whole number, x in the hundreds and the argument near 1; its power series, which
    then needs a few dozen terms, has.
    """
    found = np.full(third.shape, np.nan)
    if third.size > FEW:
        from scipy.special import hyp2f1

        found = hyp2f1(first, second, third, argument)
    missing = np.flatnonzero(~np.isfinite(found))
    found[missing] = _power_series(first, second, third[missing], argument[missing])
    return found


def _power_series(first: float, second: float, third: np.ndarray, argument: np.ndarray) -> np.ndarray:
    """The same, term by term; each term is the one before times a ratio, and many of them are had at once."""
    found, term = np.ones(third.size), np.ones(third.size)
    unfinished, done = np.arange(third.size), 0
    while unfinished.size and done < MOST_TERMS:
        at_once = min(max(CELLS_AT_ONCE // unfinished.size, 8), TERMS_AT_ONCE)
        k = np.arange(done, done + at_once, dtype=float)
        ratios = (first + k) * (second + k) / (k + 1) / (third[unfinished, None] + k) * argument[unfinished, None]
        terms = term[:, None] * np.cumprod(ratios, axis=1)
        found[unfinished] += terms.sum(axis=1)
        counts = np.abs(terms[:, -1]) > 1e-16 * np.abs(found[unfinished])
        unfinished, term, done = unfinished[counts], terms[counts, -1], done + at_once
    return found


def _distinct_pairs(first: np.ndarray, second: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """The distinct pairs of two arrays, and the position of each element's pair."""
    first_values, first_at = np.unique(first, return_inverse=True)
    second_values, second_at = np.unique(second, return_inverse=True)
    size = max(second_values.size, 1)
    pairs, position = np.unique(first_at * size + second_at, return_inverse=True)
    return (first_values[pairs // size], second_values[pairs % size]), position
