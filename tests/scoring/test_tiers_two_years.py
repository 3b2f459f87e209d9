"""Two years of tiers, a run every day, then the review: each history with its dated movements, worked out by hand.

Revenue is that of the last 365 days: a purchase of 10 February 2024 is gone on 9 February 2025.
"""

from bisect import bisect_right
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from scoring.calendar import date_of, day_of, review_between, review_days
from scoring.tiers import NEVER, NO_TIER_YET, SAME, Criterion, Rung, Veto, first_downgrade_days, move, resolve

GOLD = Rung("Gold", (Criterion("revenue", 1000, 800, True),), (Veto("days_late", 60, False),), 60, 30)
SILVER = Rung("Silver", (Criterion("revenue", 500, 400, True),), (), 30, 30)
BRONZE = Rung("Bronze")
LADDER = [GOLD, SILVER, BRONZE]
MOVED = ["rank", "since_day", "below_since_day", "kept_rank"]


class History(NamedTuple):
    """`purchases`: amounts by day, negative for refunds; `moves`: what must come of it.

    `late`: days paid late from a day on; `override`: (from, until, rank), set by hand.
    """

    purchases: dict
    moves: list
    late: dict = {}
    override: tuple = ()


def number(text):
    """The day of "24-02-10"."""
    return day_of(date.fromisoformat(f"20{text}"))


def measures_on(day, history):
    bought = [(number(when), amount) for when, amount in history.purchases.items()]
    late = sorted((number(when), days) for when, days in history.late.items())
    position = bisect_right(late, day, key=lambda step: step[0])
    return {
        "revenue": float(sum(amount for when, amount in bought if day - 365 < when <= day)),
        "days_late": late[position - 1][1] if position else 0,
        "last_order_day": max((when for when, amount in bought if when <= day and amount > 0), default=NEVER),
    }


def set_by_hand(standing, histories, day):
    for name, history in histories.items():
        if history.override:
            begin, until, rank = history.override
            standing.loc[name, "locked"] = number(begin) <= day <= number(until)
            if day == number(begin):
                standing.loc[name, ["rank", "since_day", "below_since_day"]] = rank, day, NEVER


def onto(standing, old, new):
    """A changed policy: everybody keeps the tier, where it still exists; without a ladder nobody has one yet."""
    if not old:
        return standing.assign(rank=NO_TIER_YET, since_day=NEVER)
    tiers = [rung.tier for rung in new]
    ranks = [tiers.index(rung.tier) if rung.tier in tiers else NO_TIER_YET for rung in old]
    return standing.assign(rank=standing["rank"].map({NO_TIER_YET: NO_TIER_YET} | dict(enumerate(ranks))))


def due(standing, ladder, rhythm, day):
    """Who may be lowered by the reviews up to a day."""
    graces = np.array([*(rung.grace_days for rung in ladder), 0])[standing["rank"].to_numpy()]
    days = first_downgrade_days(
        standing["below_since_day"].to_numpy(),
        graces,
        standing["lowered_day"].to_numpy(),
        review_days(rhythm, number("23-01-01"), day),
    )
    return (days != NEVER) & ~standing["locked"].to_numpy(dtype=bool)


def lowered(standing, day, review):
    """One rung down, and below it from the same day on unless the fall ends there."""
    still = standing["rank"] + 1 != standing["kept_rank"]
    return standing.assign(
        rank=standing["rank"] + 1,
        since_day=day,
        lowered_day=review,
        below_since_day=still.map({True: day, False: NEVER}),
        kept_rank=standing["kept_rank"].where(still, NEVER),
    )


def simulate(histories, ladders=None, until="25-12-31", rhythm="quarter", approve_after=None):
    """The dated movements of each history; with `approve_after`, downgrades are approved that many days later."""
    ladders = {number(when): ladder for when, ladder in (ladders or {"24-01-01": LADDER}).items()}
    columns = [*MOVED, "last_order_day", "lowered_day"]
    standing = pd.DataFrame(NEVER, list(histories), columns).assign(locked=False)
    found, waiting, ladder = {name: [] for name in histories}, {}, None

    def note(names, day):
        tiers = [*(rung.tier for rung in ladder), None]
        for name in names:
            found[name].append((str(date_of(day))[2:], tiers[standing.at[name, "rank"]]))

    for day in range(number("24-01-01"), number(until) + 1):
        if day in ladders:
            standing = onto(standing, ladder or [], ladders[day])
            ladder = ladders[day]
        set_by_hand(standing, histories, day)
        for name in waiting.pop(day, []):
            if due(standing.loc[[name]], ladder, rhythm, day)[0]:
                standing.loc[[name]] = lowered(standing.loc[[name]], day, day)
                note([name], day)
        measures = pd.DataFrame({name: measures_on(day, history) for name, history in histories.items()}).T
        standing["last_order_day"] = measures["last_order_day"].astype(int)
        result = move(standing, measures, resolve(ladder, measures), day)
        standing = standing.assign(**result[MOVED])
        note(result.index[result["change"] != SAME], day)
        if review_between(rhythm, day - 1, day) == day:
            falling = standing.index[due(standing, ladder, rhythm, day)]
            if approve_after is not None:
                waiting[day + approve_after] = falling
                continue
            standing.loc[falling] = lowered(standing.loc[falling], day, day)
            note(falling, day)
            again = move(standing, measures, resolve(ladder, measures), day)
            assert again[MOVED].equals(standing[MOVED].astype(again[MOVED].dtypes)), "the next run agrees"
    return found


HISTORIES = {
    # Silver falls to nothing on 1 May 2025, as the purchase of a year before is gone.
    "rise and fall": History(
        {"24-02-10": 600, "24-05-01": 500},
        [
            ("24-01-01", "Bronze"),
            ("24-02-10", "Silver"),
            ("24-05-01", "Gold"),
            ("25-03-31", "Silver"),  # 500 since 9 February: 50 days
            ("25-06-30", "Bronze"),  # 0 since 1 May: 60 days
        ],
    ),
    # 0 since 20 March 2025, 11 days before the review.
    "dip within the grace days": History(
        {"24-03-20": 1000, "25-04-15": 850}, [("24-01-01", "Bronze"), ("24-03-20", "Gold")]
    ),
    # 850 is less than it takes to be Gold again.
    "dip beyond the grace days": History(
        {"24-03-20": 1000, "25-07-15": 850},
        [("24-01-01", "Bronze"), ("24-03-20", "Gold"), ("25-06-30", "Silver")],
    ),
    "gone, landing softly": History(
        {"24-03-20": 1000},
        [("24-01-01", "Bronze"), ("24-03-20", "Gold"), ("25-06-30", "Silver"), ("25-09-30", "Bronze")],
    ),
    # Nothing in the window from 30 November to 9 December 2024.
    "buys every December": History({"23-12-01": 1100, "24-12-10": 1100, "25-12-05": 1100}, [("24-01-01", "Gold")]),
    # Gold on 1 March, after 29 days of 30, with a new purchase.
    "refund after the upgrade": History(
        {"24-02-01": 600, "24-03-01": 500, "24-03-10": -400},
        [
            ("24-01-01", "Bronze"),
            ("24-02-01", "Silver"),
            ("24-03-01", "Gold"),
            ("24-06-30", "Silver"),  # 700 since 10 March; on 31 March for 21 days only
            ("25-03-31", "Bronze"),  # 100 since 31 January
        ],
    ),
    "late payer": History(
        {"24-01-20": 1500, "25-01-10": 1500},
        [("24-01-01", "Bronze"), ("24-01-20", "Gold"), ("24-03-31", "Silver"), ("24-08-01", "Gold")],
        late={"24-02-15": 75, "24-08-01": 10},
    ),
    # Nothing in the window since 1 December 2025: 30 days at the review.
    "late payer from the start": History(
        {"23-12-20": 1500, "24-12-01": 1500},
        [("24-01-01", "Silver"), ("25-12-31", "Bronze")],
        late={"23-12-30": 61},
    ),
    # Gold again could be had on 10 April, but for the minimum stay of 30 days since 31 March.
    "minimum stay": History(
        {"24-01-20": 1500, "25-01-10": 1500},
        [("24-01-01", "Bronze"), ("24-01-20", "Gold"), ("24-03-31", "Silver"), ("24-04-30", "Gold")],
        late={"24-02-15": 75, "24-04-10": 10},
    ),
    "minimum stay and a new purchase": History(
        {"24-01-20": 1500, "24-04-15": 10, "25-01-10": 1500},
        [("24-01-01", "Bronze"), ("24-01-20", "Gold"), ("24-03-31", "Silver"), ("24-04-15", "Gold")],
        late={"24-02-15": 75, "24-04-10": 10},
    ),
    # Below since 16 May, 45 days before the review.
    "made Gold by hand, expiring": History(
        {},
        [("24-01-01", "Bronze"), ("24-06-30", "Silver"), ("24-09-30", "Bronze")],
        override=("24-02-01", "24-05-15", 0),
    ),
    "held down by hand, expiring": History(
        {"24-01-20": 1500},
        [
            ("24-01-01", "Bronze"),
            ("24-01-20", "Gold"),
            ("24-05-16", "Gold"),
            ("25-03-31", "Silver"),  # 0 since 19 January
            ("25-06-30", "Bronze"),
        ],
        override=("24-02-01", "24-05-15", 2),
    ),
    "never buys": History({}, [("24-01-01", "Bronze")]),
}


@pytest.fixture(scope="module")
def two_years():
    return simulate(HISTORIES)


@pytest.mark.parametrize("name", HISTORIES)
def test_two_years_day_by_day(two_years, name):
    assert two_years[name] == HISTORIES[name].moves


def test_downgrades_approved_ten_days_later():
    names = ("rise and fall", "gone, landing softly", "dip beyond the grace days")
    found = simulate({name: HISTORIES[name] for name in names}, approve_after=10)
    # A downgrade begins a new grace: below Silver since the approval at the earliest.
    assert found["rise and fall"][3:] == [("25-04-10", "Silver"), ("25-07-10", "Bronze")]
    assert found["gone, landing softly"][2:] == [("25-07-10", "Silver"), ("25-10-10", "Bronze")]
    assert found["dip beyond the grace days"][2:] == [("25-07-10", "Silver")]


def test_who_recovers_before_the_approval_stays():
    history = History({"24-03-20": 1000, "25-07-05": 850}, [])
    assert simulate({"one": history}, approve_after=10)["one"][1:] == [("24-03-20", "Gold")]


# 1010 on the 5th of every month with a purchase, 790 on the 20th with a refund.
HOVERING = {"24-01-02": 990, "24-02-05": 20, "24-02-20": -220}
HOVERING |= {f"24-{month:02}-05": 220 for month in range(3, 13)} | {f"24-{month:02}-20": -220 for month in range(3, 13)}


def test_hovering_at_a_threshold_moves_nothing_within_the_grace_days():
    found = simulate({"one": History(HOVERING, [])}, until="24-12-31")
    assert found["one"] == [("24-01-01", "Bronze"), ("24-01-02", "Silver"), ("24-02-05", "Gold")]


def test_hovering_without_grace_is_lowered_once_a_review():
    graceless = [GOLD._replace(grace_days=0), SILVER, BRONZE]
    found = simulate({"one": History(HOVERING, [])}, {"24-01-01": graceless}, until="24-12-31")
    assert found["one"][2:] == [
        ("24-02-05", "Gold"),
        ("24-03-31", "Silver"),
        ("24-04-05", "Gold"),
        ("24-06-30", "Silver"),
        ("24-07-05", "Gold"),
        ("24-09-30", "Silver"),
        ("24-10-05", "Gold"),
        ("24-12-31", "Silver"),
    ]


def test_hovering_without_purchases_rises_after_the_minimum_stay_only():
    # Above the veto's limit from the 20th to the 5th, reviewed at every run, without grace.
    late = {f"24-{month:02}-05": 10 for month in range(1, 13)} | {f"24-{month:02}-20": 70 for month in range(1, 13)}
    stay = [GOLD._replace(grace_days=0), SILVER._replace(minimum_stay_days=60), BRONZE]
    found = simulate({"one": History({"24-01-02": 1500}, [], late)}, {"24-01-01": stay}, "24-12-31", "every_run")
    assert found["one"] == [
        ("24-01-01", "Bronze"),
        ("24-01-02", "Gold"),
        ("24-01-20", "Silver"),
        ("24-04-05", "Gold"),  # 60 days are over on 20 March, within a late spell
        ("24-04-20", "Silver"),
        ("24-06-19", "Gold"),  # the 60th day
        ("24-06-20", "Silver"),
        ("24-08-19", "Gold"),
        ("24-08-20", "Silver"),
        ("24-10-19", "Gold"),
        ("24-10-20", "Silver"),
        ("24-12-19", "Gold"),
        ("24-12-20", "Silver"),
    ]


def test_a_policy_changed_mid_way():
    platinum = Rung("Platinum", (Criterion("revenue", 2000, 1500, True),), (), 60, 30)
    histories = {
        "silver": History({"24-02-10": 600}, []),
        "gold": History({"24-02-10": 1500, "24-08-01": 600}, []),
        "big": History({"24-02-10": 2500}, []),
    }
    found = simulate(histories, {"24-01-01": LADDER, "24-07-01": [platinum, GOLD, BRONZE]})
    assert found["silver"] == [("24-01-01", "Bronze"), ("24-02-10", "Silver"), ("24-07-01", "Bronze")]
    assert found["gold"][1:] == [
        ("24-02-10", "Gold"),
        ("24-08-01", "Platinum"),
        ("25-03-31", "Gold"),  # 600 since 9 February
        ("25-06-30", "Bronze"),
    ]
    assert found["big"][1:] == [
        ("24-02-10", "Gold"),
        ("24-07-01", "Platinum"),
        ("25-03-31", "Gold"),
        ("25-06-30", "Bronze"),
    ]


def test_a_company_without_a_ladder_moves_nobody_and_one_that_gets_a_ladder_begins_with_it():
    histories = {"one": History({"24-02-10": 600, "24-05-01": 500}, [])}
    assert simulate(histories, {"24-01-01": []}) == {"one": [("24-01-01", None)]}
    assert simulate(histories, {"24-01-01": [], "24-07-01": LADDER})["one"][1:] == [
        ("24-07-01", "Gold"),
        ("25-03-31", "Silver"),
        ("25-06-30", "Bronze"),
    ]
