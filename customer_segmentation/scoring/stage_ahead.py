"""Which lifecycle stage one customer is in, and when silence changes it: plain Python, while a page is read.

What `lifecycle.stages` says of everybody on the days to come. Days are days since 1970-01-01.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from .calendar import months_before

COMPANY_WEIGHT = 2


def next_stage(
    purchase_days: Sequence[int], company_median: float, as_of_day: int, limits: Mapping[str, float]
) -> tuple[int, str] | None:
    """The first day after `as_of_day` on which a customer that stays silent is in another stage, and that stage.

    `purchase_days`: distinct, ascending, up to `as_of_day`; `limits`: those of `lifecycle.Limits` by name.

    >>> limits = {"new_days": 90, "lost_ratio": 6, "lost_months": 24, "dormant_ratio": 4, "at_risk_ratio": 2,
    ...           "at_risk_minimum_days": 30, "mature_months": 12, "mature_purchase_days": 5}
    >>> monthly = [0, 30, 60, 90, 120, 150]
    >>> next_stage(monthly, 30.0, 150, limits), next_stage(monthly, 30.0, 331, limits)
    ((211, 'at_risk'), None)
    """
    milestones = _milestones(purchase_days, company_median, limits)
    now = _stage(milestones, as_of_day)
    for day in sorted(milestones[name] for name in ("new_until", "at_risk", "dormant", "lost", "mature")):
        if as_of_day < day < math.inf and (stage := _stage(milestones, day)) != now:
            return int(day), stage
    return None


def _milestones(purchase_days: Sequence[int], company_median: float, limits: Mapping[str, float]) -> dict:
    """The first day of each state while the customer stays silent; infinite for never."""
    if not purchase_days:
        return dict.fromkeys(("new_until", "at_risk", "dormant", "lost", "mature"), math.inf) | {"bought": False}
    now = _silence(purchase_days, company_median, limits)
    before = _silence(purchase_days[:-1], company_median, limits) if len(purchase_days) > 1 else None
    eve = purchase_days[-1] - 1
    came_back = before and eve >= before["new_until"] and (eve >= before["dormant"] or eve >= before["lost"])
    return now | {"bought": True, "came_back": bool(came_back)}


def _silence(purchase_days: Sequence[int], company_median: float, limits: Mapping[str, float]) -> dict[str, float]:
    """What happens when on the last day a silence begins."""
    first, last = purchase_days[0], purchase_days[-1]
    gaps = [later - day for day, later in pairwise(purchase_days)]
    own = median(gaps) if gaps else 0.0
    gap = (len(gaps) * own + COMPANY_WEIGHT * company_median) / (len(gaps) + COMPANY_WEIGHT)
    after = {
        name: last + max(math.floor(limits[f"{name}_ratio"] * gap) + 1, limits["at_risk_minimum_days"])
        for name in ("at_risk", "dormant", "lost")
    }
    is_frequent = len(purchase_days) >= limits["mature_purchase_days"]
    return after | {
        "lost": min(after["lost"], months_before(last, -limits["lost_months"]) + 1),
        "new_until": first + limits["new_days"] + 1,
        "mature": months_before(first, -limits["mature_months"]) if is_frequent else math.inf,
    }


def _stage(milestones: Mapping, day: int) -> str:
    if not milestones["bought"]:
        return "prospect"
    if day < milestones["new_until"]:
        return "new"
    for stage in ("lost", "dormant", "at_risk"):
        if day >= milestones[stage]:
            return stage
    if milestones["came_back"]:
        return "returning"
    return "mature" if day >= milestones["mature"] else "active"
