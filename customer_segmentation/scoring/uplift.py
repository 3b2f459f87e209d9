"""Whether a playbook earned anything: customers who were treated against customers drawn into the control group.

Two questions, each with a 95 % confidence interval: did a larger share of the treated customers order, and did they
bring more money each? Below `FEWEST_IN_A_GROUP` customers in either group no answer is given: it would be chance. About
money none is given either while fewer than `FEWEST_BUYERS` orders are to be expected in the smaller group.

Money is skewed, most bring nothing and a few bring a lot, and a control group is small: an interval from the normal or
Student's distribution misses the difference two or three times as often as it says. So the distribution of the
difference, in units of its standard error, is taken from the customers themselves: from drawing the groups anew out of
all of them (a studentized permutation). It is exact where the playbook changes nothing, and lends the small group the
shape of the large one.

Plain Python, because the web page that shows the answer computes it; NumPy is loaded where money is compared.

Sources
    Newcombe, R. G. (1998): Interval estimation for the difference between independent proportions: comparison of
        eleven methods. Statistics in Medicine 17, 873-890. Method 10, from two intervals of
    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
    Janssen, A. (1997): Studentized permutation tests for non-i.i.d. hypotheses and the generalized Behrens-Fisher
        problem. Statistics & Probability Letters 36, 9-21.
    Chung, E. and Romano, J. P. (2013): Exact and asymptotically robust permutation tests. Annals of Statistics 41,
        484-507.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

CONFIDENCE = 0.95
FEWEST_IN_A_GROUP = 30
FEWEST_BUYERS = 8
DRAWS = 2000
VALUES_AT_ONCE = 1_000_000  # 8 MB


class Difference(NamedTuple):
    """Treated less control: the estimate, and the limits of its confidence interval."""

    estimate: float
    low: float
    high: float


class Group(NamedTuple):
    """One group of customers: how many of them ordered, and the revenue of each, who did not order included.

    >>> group = Group(1, [0.0, 30.0, 0.0])
    >>> group.customers, group.revenue
    (3, 30.0)
    """

    ordered: int
    revenues: Sequence[float]

    @property
    def customers(self) -> int:
        return len(self.revenues)

    @property
    def revenue(self) -> float:
        return fsum(self.revenues)


class Uplift(NamedTuple):
    """`verdict`: "too_few", "more", "less" or "unclear" (zero lies in the interval of the order rates).

    `rate` is None when a group is empty, `revenue` when nothing can be said about money with this confidence.
    """

    verdict: str
    rate: Difference | None
    revenue: Difference | None


def wilson_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of one proportion (0…1) by Wilson's score method, without continuity correction.

    >>> low, high = wilson_interval(56, 70)
    >>> round(low, 4), round(high, 4)
    (0.6918, 0.877)

    Raises ValueError without trials, for more successes than trials, and for a confidence outside of 0…1.
    """
    _check_counts(successes, trials)
    z = _normal_quantile(confidence)
    proportion = successes / trials
    centre = successes + z * z / 2
    spread = z * sqrt(successes * (1 - proportion) + z * z / 4)
    # Nobody, or everybody: the limit is exact, whatever rounding makes of it.
    low = 0.0 if successes == 0 else (centre - spread) / (trials + z * z)
    high = 1.0 if successes == trials else (centre + spread) / (trials + z * z)
    return low, high


def difference_of_rates(
    treated_ordered: int, treated: int, control_ordered: int, control: int, confidence: float = CONFIDENCE
) -> Difference:
    """Difference of two independent proportions (-1…1) with Newcombe's hybrid score interval, his method 10.

    >>> [round(part, 4) for part in difference_of_rates(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]

    Raises ValueError as `wilson_interval`.
    """
    low_1, high_1 = wilson_interval(treated_ordered, treated, confidence)
    low_2, high_2 = wilson_interval(control_ordered, control, confidence)
    rate_1, rate_2 = treated_ordered / treated, control_ordered / control
    estimate = rate_1 - rate_2
    return Difference(
        estimate,
        estimate - sqrt((rate_1 - low_1) ** 2 + (high_2 - rate_2) ** 2),
        estimate + sqrt((high_1 - rate_1) ** 2 + (rate_2 - low_2) ** 2),
    )


def difference_of_means(
    one: Sequence[float], other: Sequence[float], confidence: float = CONFIDENCE, draws: int = DRAWS
) -> Difference:
    """Difference of the means of two groups with the interval of the studentized permutation.

    The same values give the same interval, in whatever order they come: what is drawn is seeded.

    >>> [round(part, 1) for part in difference_of_means([0, 0, 0, 20, 30, 40] * 50, [0, 0, 0, 0, 20, 30] * 10)]
    [6.7, 3.0, 10.0]

    Raises ValueError for a group of less than two, and for a confidence outside of 0…1.
    """
    import numpy as np

    sizes = len(one), len(other)
    if min(sizes) < 2:
        raise ValueError(f"A variance needs at least two values in each group, not {sizes[0]} and {sizes[1]}.")
    _check_confidence(confidence)
    pooled = np.sort(np.concatenate([one, other]).astype(float))
    # Around their mean, so that tiny variances of large values do not drown in rounding.
    centre = pooled.mean()
    observed = [np.asarray(values, dtype=float) - centre for values in (one, other)]
    estimate, error = _mean_difference(
        *(part for values in observed for part in (values.sum(), values @ values, values.size))
    )
    ratios = _drawn_ratios(pooled - centre, *sizes, draws)
    below, above = np.quantile(ratios, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Difference(*map(float, (estimate, estimate - above * error, estimate - below * error)))


def total(differences: Sequence[tuple[Difference, int]]) -> Difference | None:
    """What several differences per customer, each times so many customers, come to; None without any.

    The limits are those of a sum of independent estimates that lie each in an interval of its own (the method of
    variance estimates recovery).

    >>> total([(Difference(5.0, 2.0, 8.0), 10), (Difference(-1.0, -5.0, 3.0), 10)])
    Difference(estimate=40.0, low=-10.0, high=90.0)

    Source
        Zou, G. Y. and Donner, A. (2008): Construction of confidence limits about effect measures: a general approach.
            Statistics in Medicine 27, 1693-1702.
    """
    if not differences:
        return None
    estimate = fsum(count * one.estimate for one, count in differences)
    below = sqrt(fsum((count * (one.estimate - one.low)) ** 2 for one, count in differences))
    above = sqrt(fsum((count * (one.high - one.estimate)) ** 2 for one, count in differences))
    return Difference(estimate, estimate - below, estimate + above)


def uplift(treated: Group, control: Group, confidence: float = CONFIDENCE, draws: int = DRAWS) -> Uplift:
    """What treating customers changed, and whether that can be told from chance.

    >>> few = Group(1, [0, 10])
    >>> uplift(few, few).verdict
    'too_few'
    >>> answer = uplift(Group(56, [100] * 56 + [0] * 14), Group(48, [100] * 48 + [0] * 32))
    >>> answer.verdict, round(answer.rate.low, 4), round(answer.revenue.estimate, 2)
    ('more', 0.0524, 20.0)
    """
    rate = revenue = None
    if treated.customers and control.customers:
        rate = difference_of_rates(treated.ordered, treated.customers, control.ordered, control.customers, confidence)
    if _money_can_be_told(treated, control):
        revenue = difference_of_means(treated.revenues, control.revenues, confidence, draws)
    return Uplift(_verdict(treated, control, rate), rate, revenue)


def _money_can_be_told(treated: Group, control: Group) -> bool:
    """Whether the interval about money holds what it says.

    Asked of both groups together: were it asked of the orders of each, the answer would depend on the very difference.
    """
    fewest = min(treated.customers, control.customers)
    if fewest < FEWEST_IN_A_GROUP:
        return False
    return (treated.ordered + control.ordered) * fewest >= FEWEST_BUYERS * (treated.customers + control.customers)


def _verdict(treated, control, rate):
    if min(treated.customers, control.customers) < FEWEST_IN_A_GROUP:
        return "too_few"
    if rate.low > 0:
        return "more"
    return "less" if rate.high < 0 else "unclear"


def _drawn_ratios(pooled: np.ndarray, size: int, other_size: int, draws: int) -> np.ndarray:
    """Difference of means in standard errors, of `draws` or a few more divisions of `pooled` into groups of two sizes.

    Shuffled once, the values give as many small groups as find room side by side; the large group is all the others.
    """
    import numpy as np

    generator, small = np.random.default_rng(0), min(size, other_size)
    groups = pooled.size // small
    shuffles, at_once = -(-draws // groups), max(VALUES_AT_ONCE // pooled.size, 1)
    sums, squares = [], []
    for start in range(0, shuffles, at_once):
        shuffled = generator.permuted(np.tile(pooled, (min(at_once, shuffles - start), 1)), axis=1)
        drawn = shuffled[:, : groups * small].reshape(-1, small)
        sums.append(drawn.sum(axis=1))
        squares.append(np.einsum("ij,ij->i", drawn, drawn))
    sums, squares = np.concatenate(sums), np.concatenate(squares)
    drawn, rest = (sums, squares, small), (pooled.sum() - sums, pooled @ pooled - squares, pooled.size - small)
    difference, error = _mean_difference(*drawn, *rest) if small == size else _mean_difference(*rest, *drawn)
    return np.divide(difference, error, out=np.zeros(difference.shape), where=error > 0)


def _mean_difference(sum_1, squares_1, size_1, sum_2, squares_2, size_2):
    """Difference of means and its standard error, the variances being different; numbers or arrays."""
    import numpy as np

    def variance_of_mean(total, squares, size):
        # Rounding may leave a little less than nothing where all are equal.
        return np.maximum(squares - total * total / size, 0.0) / (size - 1) / size

    error = np.sqrt(variance_of_mean(sum_1, squares_1, size_1) + variance_of_mean(sum_2, squares_2, size_2))
    return sum_1 / size_1 - sum_2 / size_2, error


def _normal_quantile(confidence):
    _check_confidence(confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _check_confidence(confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")


def _check_counts(successes, trials):
    if trials < 1:
        raise ValueError(f"A rate of {trials} customers cannot be told: at least 1 is needed.")
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} customers: as many as none, at most all of them.")
