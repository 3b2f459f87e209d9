"""What a customer's next order will be worth: the gamma-gamma model, or a plain average where there is too little.

Each order varies around the customer's own mean, and the means vary between customers (p, q, v); what is seen of a
customer counts the more, the more orders there are. Colombo, Jiang, J. Interactive Marketing 13(3), 1999; Fader,
Hardie, Lee, JMR 42(4), 2005; Fader, Hardie, note 025. It takes the amount not to depend on how often somebody orders.

Amounts are in one currency, whichever: means scale with it. SciPy is imported where it is needed: a missing one is an
ImportError of `fit`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

GAMMA_GAMMA, AVERAGE = "gamma_gamma", "average"
MINIMUM_CUSTOMERS = 20
# ln of p, q, v (amounts divided by their geometric mean). At q = 1 the mean of all customers is infinite.
BOUNDS = ((-5.0, 10.0), (np.log(1.05), 10.0), (-10.0, 15.0))
STARTS = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5))


class Spend(NamedTuple):
    """How amounts vary. `mean`: the value of an order of a customer nothing is known of; `v` and it are money.

    `reason`: why only the average is used, "" with the gamma-gamma model: "too_few_customers", "no_amounts",
    "not_fitted", "mean_not_finite", or what the caller gave. With the average p, q, v and the likelihood are NaN.
    `customers`: those with a positive mean amount.
    """

    method: str
    p: float
    q: float
    v: float
    mean: float
    customers: int
    log_likelihood: float
    reason: str


def fit(orders: Sequence[float], mean_amount: Sequence[float]) -> Spend:
    """The spend model of customers with `orders` orders of `mean_amount` each on average, arrays of one shape.

    Customers without orders, or whose mean is not positive, teach nothing. Below 20 customers, or where the search
    fails, it is the average of the customers' means.

    >>> fit([2, 1, 4], [10.0, 40.0, 0.0])[4:]
    (25.0, 2, nan, 'too_few_customers')

    Raises ValueError for NaN or infinite numbers, ImportError without SciPy (never below 20 customers).
    """
    orders, mean_amount = _useful(orders, mean_amount)
    if orders.size < MINIMUM_CUSTOMERS:
        return _average(mean_amount, "too_few_customers" if orders.size else "no_amounts")
    scale = float(np.exp(np.mean(np.log(mean_amount))))
    theta = _search(orders, mean_amount / scale)
    if theta is None:
        return _average(mean_amount, "not_fitted")
    if theta[1] <= BOUNDS[1][0] + 1e-6:
        return _average(mean_amount, "mean_not_finite")
    p, q, v = np.exp(theta).tolist()
    # A mean amount is a density of money: one factor of the unit a customer.
    value = -_objective(theta, orders, mean_amount / scale)[0] * orders.size - orders.size * np.log(scale)
    return Spend(GAMMA_GAMMA, p, q, v * scale, p * v * scale / (q - 1), orders.size, float(value), "")


def average(orders: Sequence[float], mean_amount: Sequence[float], reason: str) -> Spend:
    """The average of the customers' means as the model, without SciPy. Arguments as for `fit`.

    >>> average([2, 1, 4], [10.0, 40.0, 0.0], "no_scipy").mean
    25.0
    """
    return _average(_useful(orders, mean_amount)[1], reason)


def expected_amount(spend: Spend, orders: Sequence[float], mean_amount: Sequence[float]) -> np.ndarray:
    """The expected value of each customer's next order, float64, never negative; NaN where no amount is known at all.

    Between the mean of all and the customer's own: gamma-gamma weighs them (q - 1) to p · orders, the average 1 to
    `orders`. A mean below 0 (refunds) counts as 0.

    >>> cdnow = Spend(GAMMA_GAMMA, 6.25, 3.74, 15.44, 6.25 * 15.44 / 2.74, 946, 0.0, "")
    >>> expected_amount(cdnow, [0, 2, 1], [0.0, 22.35, 50.0]).round(2).tolist()
    [35.22, 24.66, 45.49]
    >>> expected_amount(fit([1, 2], [10, 40]), [3], [5]).tolist()
    [10.0]
    """
    orders = np.asarray(orders, dtype=float)
    own = np.maximum(np.asarray(mean_amount, dtype=float), 0)
    weight_of_all = (spend.q - 1) / spend.p if spend.method == GAMMA_GAMMA else 1.0
    return (weight_of_all * spend.mean + orders * np.where(orders > 0, own, 0)) / (weight_of_all + orders)


def _useful(orders: Sequence[float], mean_amount: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    orders, mean_amount = (np.asarray(values, dtype=float) for values in (orders, mean_amount))
    wrong = np.count_nonzero(~np.isfinite(orders) | ~np.isfinite(mean_amount))
    if wrong:
        raise ValueError(f"Orders or amounts are not a number ({wrong} of {orders.size} customers).")
    useful = (orders > 0) & (mean_amount > 0)
    return orders[useful], mean_amount[useful]


def _average(mean_amount: np.ndarray, reason: str) -> Spend:
    mean = float(mean_amount.mean()) if mean_amount.size else float("nan")
    return Spend(AVERAGE, *[float("nan")] * 3, mean, mean_amount.size, float("nan"), reason)


def _search(orders: np.ndarray, mean_amount: np.ndarray) -> np.ndarray | None:
    """The best ln(p, q, v), None when no start leads to one."""
    from scipy.optimize import minimize

    options = {"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-8}
    for start in STARTS:
        with np.errstate(all="ignore"):
            result = minimize(
                _objective, np.log(start), (orders, mean_amount), "L-BFGS-B", jac=True, bounds=BOUNDS, options=options
            )
        if np.isfinite(result.fun) and np.isfinite(result.x).all():
            if result.success or np.abs(result.jac).max() < 1e-4:
                return result.x
    return None


def _objective(theta: np.ndarray, orders: np.ndarray, mean_amount: np.ndarray) -> tuple[float, np.ndarray]:
    """-ln L per customer and its gradient in ln(p, q, v) (FHL 2005; note 025)."""
    from scipy.special import digamma, gammaln

    p, q, v = np.exp(theta)
    number, at = np.unique(orders, return_inverse=True)
    customers = np.bincount(at)
    log_mean, log_spent = np.log(mean_amount), np.log(orders * mean_amount + v)
    spent_by_number = np.bincount(at, log_spent)
    constants = gammaln(p * number + q) - gammaln(p * number) - gammaln(q) + q * np.log(v) + p * number * np.log(number)
    value = constants @ customers + p * (orders @ log_mean) - log_mean.sum() - (p * number + q) @ spent_by_number
    slope = digamma(p * number + q)
    inverse_by_number = np.bincount(at, 1 / (orders * mean_amount + v))
    gradient = np.array(
        [
            (number * (slope - digamma(p * number) + np.log(number))) @ customers
            + orders @ log_mean
            - number @ spent_by_number,
            (slope - digamma(q) + np.log(v)) @ customers - spent_by_number.sum(),
            q / v * orders.size - (p * number + q) @ inverse_by_number,
        ]
    )
    return -float(value) / orders.size, -gradient * np.array([p, q, v]) / orders.size
