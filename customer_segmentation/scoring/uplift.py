"""Whether a playbook earned anything: customers who were treated against customers drawn into the control group.

Two questions, each with a 95 % confidence interval: did a larger share of the treated customers order, and did they
bring more money each? Below `FEWEST_IN_A_GROUP` customers in either group no answer is given: it would be chance.

Plain Python, because the web page that shows the answer computes it from counts and sums.

Sources
    Newcombe, R. G. (1998): Interval estimation for the difference between independent proportions: comparison of
        eleven methods. Statistics in Medicine 17, 873-890. Method 10, from two intervals of
    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
    Welch, B. L. (1947): The generalization of "Student's" problem when several different population variances are
        involved. Biometrika 34, 28-35.
    Abramowitz, M. and Stegun, I. A. (1964): Handbook of Mathematical Functions, 26.7.5 (the quantile of Student's t).
"""

from collections.abc import Sequence
from math import fsum, inf, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
FEWEST_IN_A_GROUP = 30


class Difference(NamedTuple):
    """Treated less control: the estimate, and the limits of its confidence interval."""

    estimate: float
    low: float
    high: float


class Group(NamedTuple):
    """One group of customers: how many, how many of them ordered, and their revenue and squared revenue summed up."""

    customers: int
    ordered: int
    revenue: float
    revenue_squares: float


class Uplift(NamedTuple):
    """`verdict`: "too_few", "more", "less" or "unclear" (zero lies in the interval of the order rates).

    `rate` and `revenue` are None when a group is empty or, of revenue, too small to have a variance.
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
    mean_1: float,
    variance_1: float,
    size_1: int,
    mean_2: float,
    variance_2: float,
    size_2: int,
    confidence: float = CONFIDENCE,
) -> Difference:
    """Difference of two means with Welch's interval: the variances (n - 1 in the denominator) may differ.

    >>> [round(part, 2) for part in difference_of_means(0.75, 3.200556, 10, 2.33, 4.009, 10)]
    [-1.58, -3.37, 0.21]

    Raises ValueError for a group of less than two or a negative variance.
    """
    if min(size_1, size_2) < 2:
        raise ValueError(f"A variance needs at least two values in each group, not {size_1} and {size_2}.")
    if min(variance_1, variance_2) < 0:
        raise ValueError(f"A variance is not negative: {variance_1}, {variance_2}.")
    part_1, part_2 = variance_1 / size_1, variance_2 / size_2
    estimate, total = mean_1 - mean_2, part_1 + part_2
    if not total:
        return Difference(estimate, estimate, estimate)
    # As shares of their sum, so that tiny variances do not vanish when squared.
    share_1, share_2 = part_1 / total, part_2 / total
    freedom = 1 / (share_1**2 / (size_1 - 1) + share_2**2 / (size_2 - 1))
    margin = student_quantile(freedom, confidence) * sqrt(total)
    return Difference(estimate, estimate - margin, estimate + margin)


def student_quantile(freedom: float, confidence: float = CONFIDENCE) -> float:
    """The value Student's t stays within, either way, with this confidence; `freedom` in degrees, at least 1.

    By the expansion around the normal quantile: within 0.002 from 5 degrees of freedom on at 95 %, which is more than
    a group of `FEWEST_IN_A_GROUP` ever needs; below that it is too small.

    >>> round(student_quantile(29), 3), round(student_quantile(17.776), 3), round(student_quantile(float("inf")), 3)
    (2.045, 2.103, 1.96)
    """
    if not freedom >= 1:
        raise ValueError(f"{freedom} degrees of freedom: at least 1 is needed.")
    z = _normal_quantile(confidence)
    if freedom == inf:
        return z
    terms = (
        (z**3 + z) / (4 * freedom),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3),
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4),
    )
    return fsum((z, *terms))


def group_of(revenues: Sequence[float]) -> Group:
    """The group of customers with these revenues; who brought nothing did not order.

    >>> group_of([0, 30, 40])
    Group(customers=3, ordered=2, revenue=70.0, revenue_squares=2500.0)
    """
    squares = fsum(revenue * revenue for revenue in revenues)
    return Group(len(revenues), sum(revenue > 0 for revenue in revenues), fsum(revenues), squares)


def uplift(treated: Group, control: Group, confidence: float = CONFIDENCE) -> Uplift:
    """What treating customers changed, and whether that can be told from chance.

    >>> few = group_of([0, 10])
    >>> uplift(few, few).verdict
    'too_few'
    >>> answer = uplift(Group(70, 56, 5600, 500000), Group(80, 48, 4800, 310000))
    >>> answer.verdict, round(answer.rate.low, 4), round(answer.revenue.estimate, 2)
    ('more', 0.0524, 20.0)
    """
    rate = revenue = None
    if treated.customers and control.customers:
        rate = difference_of_rates(treated.ordered, treated.customers, control.ordered, control.customers, confidence)
    if min(treated.customers, control.customers) > 1:
        revenue = difference_of_means(
            *_mean_and_variance(treated), treated.customers, *_mean_and_variance(control), control.customers, confidence
        )
    return Uplift(_verdict(treated, control, rate), rate, revenue)


def _verdict(treated, control, rate):
    if min(treated.customers, control.customers) < FEWEST_IN_A_GROUP:
        return "too_few"
    if rate.low > 0:
        return "more"
    return "less" if rate.high < 0 else "unclear"


def _mean_and_variance(group):
    mean = group.revenue / group.customers
    # Rounding may leave a little less than nothing where all are equal.
    variance = max((group.revenue_squares - group.revenue * mean) / (group.customers - 1), 0.0)
    return mean, variance


def _normal_quantile(confidence):
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _check_counts(successes, trials):
    if trials < 1:
        raise ValueError(f"A rate of {trials} customers cannot be told: at least 1 is needed.")
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} customers: as many as none, at most all of them.")
