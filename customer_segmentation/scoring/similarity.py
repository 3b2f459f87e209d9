"""How alike customers are: distances between standardised log facts, and who is nearest to a group.

Facts about customers lie on very different scales and are skewed: a few buy very much. So each is taken as log(1 + x),
less the mean of all customers, divided by their standard deviation. The distance of two customers is the root mean
square of the differences: 1 means one standard deviation apart in the average fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

FACTS = ("recency_days", "order_count", "revenue", "average_order", "tenure_days")
NEIGHBOURS = 3  # members a customer is compared with; one alone may be an odd one


def standardised(facts: pd.DataFrame) -> np.ndarray:
    """The facts as comparable numbers: float64, shape (customers, len(FACTS)).

    `facts`: one row a customer, columns `FACTS`: days, purchases and money, each at least 0 (a negative revenue, more
    given back than bought, counts as 0). A fact that is the same for all is 0 for all.

    >>> import pandas as pd
    >>> facts = pd.DataFrame(dict.fromkeys(FACTS, [0.0, 0.0]) | {"revenue": [-5.0, 9.0]})
    >>> standardised(facts).tolist()
    [[0.0, 0.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0]]

    Raises ValueError for a missing column or a value that is not finite.
    """
    missing = [name for name in FACTS if name not in facts.columns]
    if missing:
        raise ValueError(f"Customers cannot be compared: no column {', '.join(missing)}.")
    values = facts[list(FACTS)].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(values).all():
        raise ValueError("Customers cannot be compared: a fact is missing or not a number.")
    logs = np.log1p(np.clip(values, 0, None))
    spread = logs.std(axis=0) if len(logs) else np.ones(len(FACTS))
    varies = spread > 1e-9
    centred = logs - logs.mean(axis=0) if len(logs) else logs
    return np.where(varies, centred / np.where(varies, spread, 1), 0)


def look_alikes(facts: pd.DataFrame, members: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """The customers nearest to a group who are not in it, the nearest first: positions in `facts`, and closeness.

    `members`: bool, shape (customers,), at least one true. Compared is with the mean distance to the `NEIGHBOURS`
    nearest members, so a group of several kinds of customers has look-alikes of each kind. Closeness in percent is
    100 / (1 + distance): 100 for the same facts, 50 for one standard deviation apart. Of equally near ones the first
    in `facts` comes first. At most `limit` rows.

    >>> import pandas as pd
    >>> facts = pd.DataFrame(dict.fromkeys(FACTS, [10.0, 10.0, 500.0]))
    >>> position, closeness = look_alikes(facts, np.array([True, False, False]), limit=5)
    >>> position.tolist(), closeness.round(1).tolist()
    ([1, 2], [100.0, 32.0])

    Raises ValueError for a group without members, and as `standardised`.
    """
    from scipy.spatial import cKDTree

    members = np.asarray(members, dtype=bool)
    points = standardised(facts)
    if not members.any():
        raise ValueError("The group has no member to be compared with.")
    others = np.flatnonzero(~members)
    nearest = min(NEIGHBOURS, int(members.sum()))
    distances, _found = cKDTree(points[members]).query(points[others], k=[*range(1, nearest + 1)])
    distance = distances.mean(axis=1) / np.sqrt(len(FACTS))
    order = np.argsort(np.round(distance, 9), kind="stable")[:limit]
    return others[order], 100 / (1 + distance[order])
