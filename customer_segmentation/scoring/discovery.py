"""Natural groups of customers: k-means on standardised log facts.

Facts are made comparable as in `similarity`. k-means (Lloyd) is SciPy's, started by k-means++ (Arthur and Vassilvitskii
2007). How many groups: the number with the highest mean silhouette (Rousseeuw 1987) on a sample; by Kaufman and
Rousseeuw (1990) a silhouette above 0.5 is a reasonable structure, one below 0.25 is none to speak of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .similarity import FACTS, standardised

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CUSTOMERS = 50
GROUP_COUNTS = range(2, 9)
SAMPLE = 1500  # customers whose distances to each other are looked at
STARTS = 6
ITERATIONS = 25
REMARKABLE = 1.25  # times the average, or the average so many times it


class Groups(NamedTuple):
    """`label`: int, shape (customers,), 0 for the group with the highest revenue a customer; `silhouette`: -1 to 1."""

    label: np.ndarray
    silhouette: float


def discover(facts: pd.DataFrame, seed: int) -> Groups:
    """The natural groups of customers; the same facts and seed give the same groups.

    `facts`: one row a customer, columns as in `similarity.FACTS`.

    Raises ValueError for fewer than `FEWEST_CUSTOMERS` rows, for customers who are all the same, and as `standardised`.
    """
    if len(facts) < FEWEST_CUSTOMERS:
        raise ValueError(f"{len(facts)} customers are too few for groups; {FEWEST_CUSTOMERS} are needed.")
    points = standardised(facts)
    random = np.random.default_rng(seed)
    sample = points[random.permutation(len(points))[:SAMPLE]]
    kinds = len(np.unique(sample, axis=0))
    if kinds < 2:
        raise ValueError("All customers are the same, so there are no groups.")
    silhouette, centres = _best_centres(sample, [k for k in GROUP_COUNTS if k <= kinds], random)
    label = _clustered(points, centres)[1]
    return Groups(_by_revenue(label, facts["revenue"].to_numpy(dtype=float)), silhouette)


def describe(facts: pd.DataFrame, label: np.ndarray) -> list[list[tuple[str, float]]]:
    """What is remarkable about each group: its facts against the average of all, the most remarkable first.

    For each label from 0 up a list of (fact, ratio): ratio 2 means twice the average customer. Ratios between
    1 / `REMARKABLE` and `REMARKABLE` are left out, as are facts that are 0 on average.

    >>> import pandas as pd
    >>> facts = pd.DataFrame(dict.fromkeys(FACTS, [4.0, 4.0]) | {"revenue": [30.0, 10.0], "order_count": [1.0, 3.0]})
    >>> describe(facts, np.array([0, 1]))
    [[('order_count', 0.5), ('revenue', 1.5)], [('revenue', 0.5), ('order_count', 1.5)]]
    """
    values = np.clip(facts[list(FACTS)].to_numpy(dtype=float), 0, None)
    average = values.mean(axis=0)
    described = []
    for group in range(int(label.max()) + 1):
        own = values[label == group].mean(axis=0)
        ratios = [(name, float(own[i] / average[i])) for i, name in enumerate(FACTS) if average[i] > 0]
        remarkable = [(name, ratio) for name, ratio in ratios if not 1 / REMARKABLE < ratio < REMARKABLE]
        described.append(sorted(remarkable, key=lambda pair: -_strength(pair[1])))
    return described


def _strength(ratio: float) -> float:
    return abs(np.log(max(ratio, 0.01)))


def _best_centres(sample: np.ndarray, counts: list[int], random: np.random.Generator) -> tuple[float, np.ndarray]:
    """The centres of the number of groups with the highest silhouette; of equally good ones the fewest."""
    from scipy.spatial.distance import cdist

    distances = cdist(sample, sample)
    tried = []
    for count in counts:
        starts = (_clustered(sample, _start(sample, count, random)) for _ in range(STARTS))
        centres, label = min(starts, key=lambda found: ((sample - found[0][found[1]]) ** 2).sum())
        tried.append((_silhouette(distances, label), centres))
    return max(tried, key=lambda found: round(found[0], 6))


def _start(points: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Centres by k-means++: each next one drawn with the squared distance to the nearest so far as weight."""
    chosen = [points[random.integers(len(points))]]
    nearest = ((points - chosen[0]) ** 2).sum(axis=1)
    while len(chosen) < count and nearest.sum() > 0:
        chosen.append(points[random.choice(len(points), p=nearest / nearest.sum())])
        nearest = np.minimum(nearest, ((points - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def _clustered(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres and labels after k-means from these centres; groups that lost all their customers are gone."""
    import warnings

    from scipy.cluster.vq import kmeans2, vq

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an empty group, which is dropped below
        centres, label = kmeans2(points, centres, iter=ITERATIONS, minit="matrix")
    kept = np.unique(label)
    return centres[kept], vq(points, centres[kept])[0]


def _silhouette(distances: np.ndarray, label: np.ndarray) -> float:
    """The mean silhouette of labelled points; a point alone in its group counts 0, one group alone -1.

    `distances`: float64, shape (points, points).
    """
    groups, own = np.unique(label, return_inverse=True)
    if len(groups) < 2:
        return -1.0
    member = np.equal.outer(own, np.arange(len(groups))).astype(float)
    size, point = member.sum(axis=0), np.arange(len(own))
    to_group = distances @ member
    alone = size[own] == 1
    inside = to_group[point, own] / np.where(alone, 1, size[own] - 1)
    means = to_group / size
    means[point, own] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(inside, outside)
    return float(np.where(alone | (widest == 0), 0, (outside - inside) / np.where(widest == 0, 1, widest)).mean())


def _by_revenue(label: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """The labels renumbered, 0 for the group whose customers bring most on average."""
    groups, own = np.unique(label, return_inverse=True)
    average = np.bincount(own, weights=revenue) / np.bincount(own)
    rank = np.empty(len(groups), dtype="int64")
    rank[np.argsort(-average, kind="stable")] = np.arange(len(groups))
    return rank[own]
