"""Who stands at an edge of the ladder: close to the rung above, or about to fall from its own.

| Gold from 1000, kept from 800 | revenue |                             |
| Silver, at most 20 % short    |     850 | rises, 85 % met             |
| Gold, falls at a review       |     600 | falls to Silver, 75 % met   |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .tiers import NO_TIER_YET, headroom

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def edges(
    measures: pd.DataFrame,
    resolved: Sequence[Mapping],
    rank: np.ndarray,
    falling: np.ndarray,
    farthest: float,
) -> pd.DataFrame:
    """The customers at an edge, those who fall before those who can rise.

    `measures`, `resolved` and `rank` (int, shape (customers,)) as in `tiers`; `falling`, bool, shape (customers,): a
    review will lower the customer by one rung. `farthest`: the share of a threshold that may be missing at most to
    rise, 0.2 for 20 %; every criterion of the rung above must be as near.

    Columns: `position` in `measures`, `rises` (bool), `to_rank` (`len(resolved)` for none), and `met`, how many percent
    of the threshold that is met worst the customer meets, 0 to 100: of entering the rung above, or of keeping its own.
    Who falls but meets what the own rung asks again is at no edge. A veto counts as 0 %.

    >>> import numpy as np, pandas as pd
    >>> from .tiers import Criterion, Rung, resolve
    >>> measures = pd.DataFrame({"revenue": [850.0, 600.0, 700.0, 900.0]})
    >>> ladder = resolve([Rung("Gold", (Criterion("revenue", 1000, 800, True),)), Rung("Silver")], measures)
    >>> falling = np.array([False, True, False, True])
    >>> print(edges(measures, ladder, np.array([1, 0, 1, 0]), falling, 0.2).to_string(index=False))
     position  rises  to_rank  met
            1  False        1 75.0
            0   True        0 85.0

    Raises ValueError for a measure without a column.
    """
    import numpy as np
    import pandas as pd

    customers, last = np.arange(len(rank)), len(resolved) - 1
    keeping = headroom(measures, resolved, "keep")[customers, np.clip(rank, 0, last)]
    rising = headroom(measures, resolved, "entry")[customers, np.clip(rank - 1, 0, last)]
    falls = falling & (rank <= last) & (rank != NO_TIER_YET) & (keeping < 0)
    rises = (rank > 0) & (rising >= -farthest)
    parts = [
        pd.DataFrame(
            {
                "position": customers[chosen],
                "rises": way == -1,
                "to_rank": rank[chosen] + way,
                "met": np.round(100 * np.clip(1 + room[chosen], 0, 1), 1),
            }
        )
        for chosen, way, room in ((falls, 1, keeping), (rises, -1, rising))
    ]
    return pd.concat(parts, ignore_index=True)
