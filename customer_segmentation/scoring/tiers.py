"""Customer tiers: a ladder that rises at once and falls fairly. Days are days since 1970-01-01.

A ladder is a sequence of rungs, best first; a customer's rank is the position of its rung (0 = best), the number of
rungs when it is on none, and -1 while it never had a tier. Entry thresholds let a customer rise, keep thresholds, never
stricter, let it stay: between them nothing moves.

| revenue   |  900 | 1100 |  900 | 700       | 700 at a review, after the grace days |
| Gold from 1000, kept from 800: rank   |
|           |    1 |    0 |    0 | 0, below  | 1                                     |

A standing is a DataFrame of one row a customer; days that are missing are -1:

`rank`                    as above
`since_day`               day of the last movement
`below_since_day`         day since when the rung's keep thresholds do not hold, or a veto does; -1 = all is well
`last_order_day`          a purchase after the last movement lets a customer rise within the minimum stay
`locked`                  bool: the tier was set by hand, nothing changes

A run lets customers rise (`move`) and notes who is below its rung; a review, which is no part of a run, lowers those
whose day has come (`first_downgrade_days`) by one rung.

What a web page or a form needs (`check_ladder`, `gap_to`) is plain Python: NumPy and pandas are imported where arrays
are worked on.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Ranks, and days, that are not there.
NO_TIER_YET = -1
NEVER = -1
# What `move` did to a customer.
FIRST, UP, SAME = 2, 1, 0
THRESHOLDS = ("entry", "keep")
DAY_COLUMNS = ("since_day", "below_since_day", "last_order_day")
STANDING_COLUMNS = ("rank", *DAY_COLUMNS, "locked")


class Criterion(NamedTuple):
    """What a rung asks of one measure: `entry` to rise into it, `keep`, never stricter, to stay.

    `top_share`: both are percentages, "in the top `entry` % of the customers by this measure".
    `among`: a measure that is above 0 for the customers a share is of; nobody else is among the top. None: all.
    """

    measure: str
    entry: float
    keep: float
    higher_is_better: bool
    top_share: bool = False
    among: str | None = None


class Veto(NamedTuple):
    """Nobody belongs on the rung while the measure is worse than `limit`; a missing value vetoes nothing."""

    measure: str
    limit: float
    higher_is_better: bool


class Rung(NamedTuple):
    """One rung: all criteria must hold, no veto may. Without criteria it is for everybody."""

    tier: Hashable
    criteria: tuple[Criterion, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    minimum_stay_days: int = 0
    grace_days: int = 0


class LadderError(ValueError):
    """A ladder that cannot work: `problem` in `tier`, by `measure` and against `other_tier` where that says more.

    `problem`: "duplicate_measure", "share_out_of_range", "impossible", "keep_stricter_than_entry", "negative_days",
    "not_ascending" or "never_reached".
    """

    def __init__(
        self,
        message: str,
        problem: str,
        tier: Hashable,
        measure: str | None = None,
        other_tier: Hashable = None,
    ):
        super().__init__(message)
        self.problem = problem
        self.tier = tier
        self.measure = measure
        self.other_tier = other_tier


def check_ladder(rungs: Sequence[Rung], maximum: Mapping[str, float]) -> None:
    """Refuse a ladder that cannot work with a LadderError, a ValueError.

    `maximum`: the highest value a measure can have, where there is one (a score at most the number of bands).

    >>> gold = Rung("Gold", (Criterion("revenue", 1000, 800, higher_is_better=True),))
    >>> silver = Rung("Silver", (Criterion("revenue", 2000, 400, higher_is_better=True),))
    >>> check_ladder([gold, Rung("Bronze")], {})
    >>> check_ladder([gold, silver], {})
    Traceback (most recent call last):
    scoring.tiers.LadderError: Gold is above Silver but asks less to enter: revenue at least 1000, not at least 2000.
    >>> check_ladder([Rung("Bronze"), gold], {})
    Traceback (most recent call last):
    scoring.tiers.LadderError: Gold can never be reached: who meets its criteria meets those of Bronze above it.
    """
    for rung in rungs:
        _check_rung(rung, maximum)
    for higher, lower in combinations(rungs, 2):
        _check_ascending(higher, lower)
    for higher, lower in combinations(rungs, 2):
        if _implies(lower.criteria, higher.criteria) and _implies(lower.vetoes, higher.vetoes):
            raise LadderError(
                f"{lower.tier} can never be reached: who meets its criteria meets those of {higher.tier} above it.",
                "never_reached",
                lower.tier,
                other_tier=higher.tier,
            )


def resolve(rungs: Sequence[Rung], measures: pd.DataFrame) -> list[dict]:
    """The ladder as plain JSON values, every "top x %" turned into the value it begins at among these customers.

    So one customer can be judged later, without the others. A customer is in the top x % when fewer than x % of the
    customers are strictly better: ties are fair, and the best is always in. Neither missing values are counted nor who
    is not among those the share is of. Each rung has the fields of `Rung`; a criterion has `measure`,
    `higher_is_better`, `entry` and `keep` (None: nobody qualifies, because nobody has a value), `entry_share` and
    `keep_share` (None where no share was asked for), and `among` (None for all, and where no share was asked for).

    | revenue          | 900 | 500 |  500 |  100 |   0 |   0 |
    | orders           |   2 |   1 |    3 |    1 |   0 |   0 |
    | strictly better  | 0 % | 25 % | 25 % | 75 % |           so the top 30 % of who ordered begins at 500

    >>> import pandas as pd
    >>> vip = Rung("VIP", (Criterion("revenue", 20, 30, higher_is_better=True, top_share=True, among="orders"),))
    >>> measures = pd.DataFrame({"revenue": [500, 100, 900, 500, 0, 0], "orders": [1, 1, 2, 3, 0, 0]})
    >>> resolve([vip], measures)[0]["criteria"][0]["keep"]
    500.0

    Raises ValueError for a measure without a column.
    """
    return [
        {
            "tier": rung.tier,
            "criteria": [_resolved_criterion(criterion, measures) for criterion in rung.criteria],
            "vetoes": [veto._asdict() | {"limit": float(veto.limit)} for veto in rung.vetoes],
            "minimum_stay_days": int(rung.minimum_stay_days),
            "grace_days": int(rung.grace_days),
        }
        for rung in rungs
    ]


def asked_measures(resolved: Sequence[Mapping]) -> set[str]:
    """The measures that must be known to judge somebody by a resolved ladder.

    >>> import pandas as pd
    >>> vip = Rung("VIP", (Criterion("revenue", 20, 30, True, True, "orders"),), (Veto("days_late", 60, False),))
    >>> sorted(asked_measures(resolve([vip], pd.DataFrame({"revenue": [5], "orders": [1]}))))
    ['days_late', 'orders', 'revenue']
    """
    rules = [rule for rung in resolved for rule in (*rung["criteria"], *rung["vetoes"])]
    return {name for rule in rules for name in (rule["measure"], rule.get("among")) if name}


def entry_rank(measures: pd.DataFrame, resolved: Sequence[Mapping]) -> np.ndarray:
    """The best rung each customer may enter, int64, shape (customers,); `len(resolved)` for none.

    `resolved` as from `resolve`. A missing or infinite value meets no criterion.

    >>> import pandas as pd
    >>> gold = Rung("Gold", (Criterion("revenue", 1000, 800, True),), (Veto("days_late", 60, False),))
    >>> silver = Rung("Silver", (Criterion("revenue", 500, 400, True),))
    >>> measures = pd.DataFrame({"revenue": [1000, 2000, 900, 450, None], "days_late": [None, 61, 0, 0, 0]})
    >>> entry_rank(measures, resolve([gold, silver], measures)).tolist()
    [0, 1, 1, 2, 2]

    Raises ValueError for a measure without a column.
    """
    import numpy as np

    rank = np.full(len(measures), len(resolved), dtype=np.int64)
    for position in reversed(range(len(resolved))):
        rank[_holds(measures, resolved[position], "entry")] = position
    return rank


def keeps(measures: pd.DataFrame, resolved: Sequence[Mapping]) -> np.ndarray:
    """Whether each customer could stay on each rung, bool, shape (customers, rungs): keep thresholds and vetoes.

    >>> import pandas as pd
    >>> gold = Rung("Gold", (Criterion("revenue", 1000, 800, True),))
    >>> measures = pd.DataFrame({"revenue": [800, 799]})
    >>> keeps(measures, resolve([gold, Rung("Bronze")], measures)).tolist()
    [[True, True], [False, True]]

    Raises ValueError for a measure without a column.
    """
    import numpy as np

    held = np.empty((len(measures), len(resolved)), dtype=bool)
    for position, rung in enumerate(resolved):
        held[:, position] = _holds(measures, rung, "keep")
    return held


def headroom(measures: pd.DataFrame, resolved: Sequence[Mapping], threshold: str = "entry") -> np.ndarray:
    """How far each customer is beyond (positive) or short of (negative) each rung: float, shape (customers, rungs).

    As a share of the threshold (of 1 where that is 0), of the criterion that is met worst: -0.1 is 10 % short. -inf
    where nothing measurable helps: a missing value, a share nobody is in or of others, a veto; inf on a rung without
    criteria.
    `threshold`: "entry" (who can rise) or "keep" (who may drop).

    >>> import pandas as pd
    >>> measures = pd.DataFrame({"revenue": [1100, 900, None]})
    >>> gold = resolve([Rung("Gold", (Criterion("revenue", 1000, 800, True),))], measures)
    >>> headroom(measures, gold).tolist(), headroom(measures, gold, "keep").tolist()
    ([[0.1], [-0.1], [-inf]], [[0.375], [0.125], [-inf]])

    Raises ValueError for a measure without a column, or another threshold.
    """
    import numpy as np

    _check_threshold(threshold)
    room = np.full((len(measures), len(resolved)), np.inf)
    for position, rung in enumerate(resolved):
        for criterion in rung["criteria"]:
            slack = _slack(_values(measures, criterion), criterion, threshold)
            room[:, position] = np.minimum(room[:, position], slack)
        room[_vetoed(measures, rung), position] = -np.inf
    return room


def move(
    standing: pd.DataFrame,
    measures: pd.DataFrame,
    resolved: Sequence[Mapping],
    as_of_day: int,
    propose_up: bool = False,
) -> pd.DataFrame:
    """Where each customer stands after the run of `as_of_day`; run again on the same day, it changes nothing.

    `standing`: all its columns, index as `measures`; `resolved` as from `resolve`. Nobody falls.
    `propose_up`: a rise is not made but proposed, and waits for approval. Who has no tier yet gets one in any case.

    Returns, with the index of `standing`: `rank`, `since_day` and `below_since_day` as above; `kept_rank`, for who is
    below its rung the best rung further down that it keeps (where its fall ends), otherwise -1; `proposed_rank`, the
    rung to rise to, otherwise -1; `change` (int8: `FIRST`, `UP`, `SAME`).

    >>> import pandas as pd
    >>> standing = pd.DataFrame(0, range(3), ["rank", "since_day", "last_order_day"]).assign(
    ...     rank=[-1, 1, 0], below_since_day=-1, locked=False
    ... )
    >>> measures = pd.DataFrame({"revenue": [900, 1000, 700]})
    >>> ladder = resolve([Rung("Gold", (Criterion("revenue", 1000, 800, True),)), Rung("Bronze")], measures)
    >>> print(move(standing, measures, ladder, as_of_day=90).to_string())
       rank  since_day  below_since_day  kept_rank  proposed_rank  change
    0     1         90               -1         -1             -1       2
    1     0         90               -1         -1             -1       1
    2     0          0               90          1             -1       0

    Raises ValueError for a measure or a standing without a column, an index that differs, or a rank beyond the ladder.
    """
    import numpy as np
    import pandas as pd

    _check_standing(standing, measures, len(resolved))
    # On no rung, or without a tier yet (both are the last column), there is nothing to lose.
    kept = np.column_stack([keeps(measures, resolved), np.ones(len(measures), dtype=bool)])
    now, entry = _arrays(standing), entry_rank(measures, resolved)
    return pd.DataFrame(_moved(now, entry, kept, resolved, as_of_day, propose_up), index=standing.index)


def first_downgrade_days(
    below_since_days: np.ndarray, grace_days: np.ndarray, lowered_days: np.ndarray, reviews: Sequence[int]
) -> np.ndarray:
    """The first review day on which each customer may fall; -1 when it is not below, or none is late enough.

    "Keeps Gold until 31 Dec": below since day 50, 30 days of grace. Arrays of shape (customers,); `reviews` ascending.
    `lowered_days`: the review that lowered the customer last, which cannot lower it again.

    >>> import numpy as np
    >>> below, grace, lowered = np.array([50, -1, 50, 50]), np.full(4, 30), np.array([-1, -1, 80, 90])
    >>> first_downgrade_days(below, grace, lowered, [60, 79, 80, 90]).tolist()
    [80, -1, 90, -1]
    """
    import numpy as np

    earliest = np.maximum(below_since_days + grace_days, lowered_days + 1)
    found = np.append(np.asarray(reviews, dtype=np.int64), NEVER)[np.searchsorted(reviews, earliest)]
    return np.where(below_since_days == NEVER, NEVER, found)


def gap_to(rung: Mapping, values: Mapping[str, float | None], threshold: str = "entry") -> list[dict]:
    """What one customer lacks for a resolved rung: the criteria not met and the vetoes in the way, none when it is in.

    `value` is None when missing, `needed` when nobody qualifies; `missing`, never negative, is None with either.
    `veto`: `needed` is the limit of a veto. `threshold`: "entry" to rise, "keep" to stay. Who is not among those a
    share is of first needs 1 of what they have.

    >>> gold = {
    ...     "criteria": [{"measure": "revenue", "entry": 5000.0, "keep": 4000.0, "higher_is_better": True}],
    ...     "vetoes": [{"measure": "days_late", "limit": 60.0, "higher_is_better": False}],
    ... }
    >>> gap_to(gold, {"revenue": 3800.0, "days_late": 20})
    [{'measure': 'revenue', 'value': 3800.0, 'needed': 5000.0, 'missing': 1200.0, 'veto': False}]
    >>> [(gap["missing"], gap["veto"]) for gap in gap_to(gold, {"revenue": 3800.0, "days_late": 75}, "keep")]
    [(200.0, False), (15.0, True)]

    Raises ValueError for another threshold.
    """
    _check_threshold(threshold)
    among = dict.fromkeys(criterion.get("among") for criterion in rung["criteria"])
    asked = [({"measure": name, "higher_is_better": True}, 1.0, False) for name in among if name]
    asked += [(criterion, criterion[threshold], False) for criterion in rung["criteria"]]
    asked += [(veto, veto["limit"], True) for veto in rung["vetoes"]]
    gaps = []
    for rule, needed, veto in asked:
        value = _number(values.get(rule["measure"]))
        known = value is not None and needed is not None
        if not (_reaches(value, needed, rule["higher_is_better"]) if known else veto):
            missing = abs(needed - value) if known else None
            gaps.append(
                {"measure": rule["measure"], "value": value, "needed": needed, "missing": missing, "veto": veto}
            )
    return gaps


def _check_rung(rung: Rung, maximum: Mapping[str, float]) -> None:
    kinds = [(criterion.measure, criterion.top_share) for criterion in rung.criteria]
    for measure, top_share in kinds:
        if kinds.count((measure, top_share)) > 1:
            problem = f"{rung.tier} has two criteria of the same kind on {measure}."
            raise LadderError(problem, "duplicate_measure", rung.tier, measure)
    for criterion in rung.criteria:
        _check_criterion(rung.tier, criterion, maximum)
    for veto in rung.vetoes:
        _check_possible(rung.tier, veto, veto.limit, maximum)
    if min(rung.minimum_stay_days, rung.grace_days) < 0:
        problem = f"{rung.tier}: the minimum stay and the grace period cannot be negative numbers of days."
        raise LadderError(problem, "negative_days", rung.tier)


def _check_criterion(tier: Hashable, criterion: Criterion, maximum: Mapping[str, float]) -> None:
    for threshold in THRESHOLDS:
        value = getattr(criterion, threshold)
        if not criterion.top_share:
            _check_possible(tier, criterion, value, maximum)
        elif not 0 < value <= 100:
            problem = f"{tier}: the share of {criterion.measure} is {value:.15g} %; it must be above 0 and up to 100."
            raise LadderError(problem, "share_out_of_range", tier, criterion.measure)
    if _strictness(criterion, criterion.keep) > _strictness(criterion, criterion.entry):
        raise LadderError(
            f"{tier} asks more to stay than to enter: {criterion.measure} {_bound(criterion, criterion.keep)}, "
            f"not {_bound(criterion, criterion.entry)}.",
            "keep_stricter_than_entry",
            tier,
            criterion.measure,
        )


def _check_possible(tier: Hashable, rule: Criterion | Veto, value: float, maximum: Mapping[str, float]) -> None:
    highest = maximum.get(rule.measure, math.inf)
    if not math.isfinite(value) or (rule.higher_is_better and value > highest):
        problem = f"{tier}: {rule.measure} {_bound(rule, value)} is impossible"
        problem += f"; it is at most {highest:.15g}." if math.isfinite(highest) else "."
        raise LadderError(problem, "impossible", tier, rule.measure)


def _check_ascending(higher: Rung, lower: Rung) -> None:
    for one in higher.criteria:
        for other in filter(lambda criterion: _is_comparable(one, criterion), lower.criteria):
            for threshold, verb in zip(THRESHOLDS, ("enter", "stay"), strict=True):
                value, below = getattr(one, threshold), getattr(other, threshold)
                if _strictness(one, value) < _strictness(other, below):
                    raise LadderError(
                        f"{higher.tier} is above {lower.tier} but asks less to {verb}: "
                        f"{one.measure} {_bound(one, value)}, not {_bound(other, below)}.",
                        "not_ascending",
                        higher.tier,
                        one.measure,
                        lower.tier,
                    )


def _implies(
    strong: Sequence[Criterion] | Sequence[Veto],
    weak: Sequence[Criterion] | Sequence[Veto],
) -> bool:
    """Whether who passes all of `strong` passes all of `weak`: for each there is one at least as strict."""
    return all(any(_is_comparable(one, other) and _demand(other) >= _demand(one) for other in strong) for one in weak)


def _is_comparable(one: Criterion | Veto, other: Criterion | Veto) -> bool:
    """Same measure, direction and kind: the fields beside the thresholds."""
    return (one.measure, *_kind(one)) == (other.measure, *_kind(other))


def _kind(rule: Criterion | Veto) -> tuple[bool, bool]:
    return rule.higher_is_better, getattr(rule, "top_share", False)


def _strictness(rule: Criterion | Veto, value: float) -> float:
    """The threshold such that a greater number is harder to pass."""
    return value if _kind(rule) == (True, False) else -value


def _demand(rule: Criterion | Veto) -> float:
    """The strictness of a veto, or of entering by a criterion."""
    return _strictness(rule, rule.limit if isinstance(rule, Veto) else rule.entry)


def _bound(rule: Criterion | Veto, value: float) -> str:
    higher_is_better, top_share = _kind(rule)
    if top_share:
        return f"in the top {value:.15g} %"
    return f"at {'least' if higher_is_better else 'most'} {value:.15g}"


def _resolved_criterion(criterion: Criterion, measures: pd.DataFrame) -> dict:
    resolved = {
        "measure": criterion.measure,
        "higher_is_better": criterion.higher_is_better,
        "among": criterion.among if criterion.top_share else None,
    }
    values = _values(measures, resolved)
    for threshold in THRESHOLDS:
        value = float(getattr(criterion, threshold))
        resolved[threshold] = _top_limit(values, value, criterion.higher_is_better) if criterion.top_share else value
        resolved[f"{threshold}_share"] = value if criterion.top_share else None
    return resolved


def _top_limit(values: np.ndarray, share: float, higher_is_better: bool) -> float | None:
    """The worst value that fewer than `share` % of the values (NaN left out) are strictly better than."""
    import numpy as np

    values = values[~np.isnan(values)]
    # In whole numbers, from the share as it was typed: 0.29 * 100 is less than 29.
    places = min(math.ceil(Fraction(repr(share)) * values.size / 100), values.size)
    if places <= 0:
        return None
    position = values.size - places if higher_is_better else places - 1
    return float(np.partition(values, position)[position])


def _holds(measures: pd.DataFrame, rung: Mapping, threshold: str) -> np.ndarray:
    """Whose measures pass all criteria and no veto of a resolved rung: bool, shape (customers,)."""
    held = ~_vetoed(measures, rung)
    for criterion in rung["criteria"]:
        limit = criterion[threshold]
        values = _values(measures, criterion)
        held &= _reaches(values, math.nan if limit is None else limit, criterion["higher_is_better"])
    return held


def _vetoed(measures: pd.DataFrame, rung: Mapping) -> np.ndarray:
    import numpy as np

    vetoed = np.zeros(len(measures), dtype=bool)
    for veto in rung["vetoes"]:
        values = _numbers(measures, veto["measure"])
        vetoed |= ~np.isnan(values) & ~_reaches(values, veto["limit"], veto["higher_is_better"])
    return vetoed


def _slack(values: np.ndarray, criterion: Mapping, threshold: str) -> np.ndarray:
    import numpy as np

    limit = criterion[threshold]
    if limit is None:
        return np.full(values.shape, -np.inf)
    beyond = values - limit if criterion["higher_is_better"] else limit - values
    return np.where(np.isnan(beyond), -np.inf, beyond / (abs(limit) or 1.0))


def _moved(
    now: Mapping[str, np.ndarray],
    entry: np.ndarray,
    kept: np.ndarray,
    resolved: Sequence[Mapping],
    as_of_day: int,
    propose_up: bool,
) -> dict[str, np.ndarray]:
    """The columns of `move`, from the standing's, the entry ranks and who keeps which rung (the last column: none)."""
    import numpy as np

    rank, free, customers = now["rank"], ~now["locked"], np.arange(len(entry))
    # Who may enter a better rung, be it after the minimum stay, is not below its own.
    below = free & ~kept[customers, rank] & (entry >= rank)
    began = np.where(now["below_since_day"] == NEVER, as_of_day, now["below_since_day"])
    further_down = kept & (np.arange(kept.shape[1]) > rank[:, None])

    first = free & (rank == NO_TIER_YET)
    rises = free & (entry < rank) & _may_rise(now, resolved, as_of_day)
    up = rises & (not propose_up)
    moved = first | up
    return {
        "rank": np.where(moved, entry, rank),
        "since_day": np.where(moved, as_of_day, now["since_day"]),
        "below_since_day": np.where(free, np.where(below, began, NEVER), now["below_since_day"]),
        "kept_rank": np.where(below, further_down.argmax(axis=1), NEVER),
        "proposed_rank": np.where(rises & ~up, entry, NEVER),
        "change": (FIRST * first + UP * up).astype(np.int8),
    }


def _may_rise(now: Mapping[str, np.ndarray], resolved: Sequence[Mapping], as_of_day: int) -> np.ndarray:
    """Whose minimum stay is over, or who bought since the last movement."""
    stayed = as_of_day - now["since_day"] >= _days_of_rung(resolved, "minimum_stay_days", now["rank"])
    return stayed | (now["last_order_day"] > now["since_day"])


def _days_of_rung(resolved: Sequence[Mapping], field: str, rank: np.ndarray) -> np.ndarray:
    """A number of days of each customer's rung, 0 on no rung or without a tier yet."""
    import numpy as np

    return np.array([*(rung[field] for rung in resolved), 0], dtype=np.int64)[rank]


def _check_standing(standing: pd.DataFrame, measures: pd.DataFrame, rungs: int) -> None:
    missing = [column for column in STANDING_COLUMNS if column not in standing.columns]
    if missing:
        raise ValueError(f"The standing has no column {', '.join(missing)}.")
    if not standing.index.equals(measures.index):
        raise ValueError("The standing and the measures are not of the same customers in the same order.")
    beyond = (~standing["rank"].between(NO_TIER_YET, rungs)).sum()
    if beyond:
        raise ValueError(f"{beyond} ranks lie outside a ladder of {rungs} rungs.")


def _arrays(standing: pd.DataFrame) -> dict[str, np.ndarray]:
    arrays = {column: standing[column].to_numpy(dtype="int64", na_value=NEVER) for column in ("rank", *DAY_COLUMNS)}
    return arrays | {"locked": standing["locked"].to_numpy(dtype=bool)}


def _numbers(measures: pd.DataFrame, measure: str) -> np.ndarray:
    """One measure as float64; missing and infinite values are NaN."""
    import numpy as np

    if measure not in measures.columns:
        raise ValueError(f"The ladder asks for {measure}, but there is no such measure.")
    values = measures[measure].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isinf(values), np.nan, values)


def _values(measures: pd.DataFrame, criterion: Mapping) -> np.ndarray:
    """The measure of a resolved criterion as float64; NaN for who is not among those its share is of."""
    import numpy as np

    values = _numbers(measures, criterion["measure"])
    among = criterion.get("among")
    return np.where(_numbers(measures, among) > 0, values, np.nan) if among else values


def _number(value: float | None) -> float | None:
    """`_numbers` for one value: missing and infinite are None."""
    return float(value) if value is not None and math.isfinite(value) else None


def _reaches(value, limit: float, higher_is_better: bool):
    """Whether a value, or each of an array, is at the limit or better; NaN never is."""
    return value >= limit if higher_is_better else value <= limit


def _check_threshold(threshold: str) -> None:
    if threshold not in THRESHOLDS:
        raise ValueError(f"The threshold is {threshold!r}; it must be one of {', '.join(THRESHOLDS)}.")
