"""`python -m benchmarks.stake [FILE] [--json]`: whether the rows at the top of a rep's list are those worth a call.

On several days of a history customers are dealt to four reps, and each rep's list is sorted in some ways by what was
known on the day. Counted is, of the first 20 rows of each list, the yearly value of the customers who then really
stayed away for 180 days: a list is worth as much as it shows of what is about to be lost.

FILE has a line for each purchase, `customer,YYYY-MM-DD,amount`, without a heading; default: the whole CDNOW history.
Its sample is too small a measure: a tenth of the customers leaves a rep some 300 to 500 who are not gone, of whom 20
rows are no top, and a handful of them decide.

The bars are in `budget.py`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dev import cdnow, environment

sys.path.insert(0, str(environment.REPOSITORY_ROOT / "customer_segmentation"))

from scoring import lifecycle, lifetime_value, rhythm, stake
from scoring.calendar import date_of, day_of, months_before
from scoring.transactions import Transactions, last_window, ordered, revenue_between

from . import budget

REPS = 4
ROWS = 20
WINDOW_MONTHS = 12
DAYS_BETWEEN = 30
MOST_DAYS = 12
DECIMAL_PLACES = 2

LISTS = AT_STAKE, WITHOUT_PREDICTION, BY_REVENUE, BY_OVERDUE = (
    "at_stake",
    "without_prediction",
    "by_revenue",
    "by_overdue",
)


class Purchases(NamedTuple):
    """One entry a purchase: who (whole numbers), on which day (since 1970-01-01), for how much."""

    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray


class Known(NamedTuple):
    """What is known of the customers on a day, and what became of them; arrays of shape (customers,)."""

    customer: np.ndarray
    yearly_value: np.ndarray
    lists: dict[str, np.ndarray]  # by what each list is sorted, the largest first
    stayed_away: np.ndarray


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stake", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="purchases; default CDNOW")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    measured = backtest(*(read(options.file) if options.file else cdnow_purchases()))
    rows = budget.rows(ratios(measured), budget.STAKE_BUDGETS)
    print(json.dumps(measured | {"rows": rows}) if options.json else table(measured, rows))


def table(measured: dict, rows: list[dict]) -> str:
    """What the lists show of what was then lost, by day, and the ratios."""
    lines = [
        f"{measured['customers']:,} customers, {REPS} reps, yearly value in the first {ROWS} rows that was then lost"
    ]
    lines.append(f"  {'day':<12}" + "".join(f"{name:>20}" for name in LISTS))
    for row in measured["by_day"]:
        figures = "".join(f"{row[name]:>20,.0f}" for name in LISTS)
        lines.append(f"  {date_of(row['day'])!s:<12}{figures}")
    return "\n".join([*lines, f"  {'mean':<12}" + "".join(f"{measured['lost'][name]:>20,.0f}" for name in LISTS)]) + (
        "\n" + budget.table("", rows)
    )


def ratios(measured: dict) -> dict[str, float]:
    """How many times as much the list by what is at stake shows of what is then lost."""
    lost = measured["lost"]
    return {
        "stake_by_revenue": lost[AT_STAKE] / lost[BY_REVENUE],
        "stake_by_overdue": lost[AT_STAKE] / lost[BY_OVERDUE],
        "stake_without_prediction": lost[WITHOUT_PREDICTION] / lost[BY_REVENUE],
    }


def backtest(
    customer: Sequence[int],
    day: Sequence[int],
    amount: Sequence[float],
    days: Sequence[int] | None = None,
    *,
    reps: int = REPS,
    rows: int = ROWS,
) -> dict:
    """What the lists show on average of what was then lost, from any purchases in any order: plain JSON values.

    `days`: on which to look; default `days_to_look`. Who is gone by then stands on no list.

    `customers`  all of them
    `by_day`     of each day, and of each list the yearly value in the first rows that then stayed away, a rep's mean
    `lost`       by list, on average over the days
    """
    bought = ordered(np.asarray(customer), np.asarray(day), np.asarray(amount), np.ones(len(day), dtype=bool))
    days = days_to_look(bought) if days is None else list(days)
    by_day = []
    for as_of_day in days:
        known = known_on(bought, as_of_day)
        lost = [lost_in_first_rows(known, known.customer % reps == rep, rows) for rep in range(reps)]
        by_day.append({"day": int(as_of_day), **{name: _mean(of_rep[name] for of_rep in lost) for name in LISTS}})
    return {
        "customers": int(np.unique(bought.partner_id).size),
        "by_day": by_day,
        "lost": {name: _mean(row[name] for row in by_day) for name in LISTS},
    }


def _mean(values) -> float:
    return float(np.mean(list(values)))


def days_to_look(bought: Transactions) -> list[int]:
    """Up to twelve days, a month apart: the last with 180 days after it, the first with as many before it."""
    last, first = bought.day.max() - stake.HORIZON_DAYS, bought.day.min() + stake.HORIZON_DAYS
    return [int(day) for day in range(last, first - 1, -DAYS_BETWEEN)][:MOST_DAYS][::-1]


def lost_in_first_rows(known: Known, of_rep: np.ndarray, rows: int) -> dict[str, float]:
    """By list, the yearly value of those in a rep's first rows who then stayed away."""
    lost = np.where(known.stayed_away, np.maximum(known.yearly_value, 0), 0)[of_rep]
    return {
        name: float(lost[np.argsort(-values[of_rep], kind="stable")[:rows]].sum())
        for name, values in known.lists.items()
    }


def known_on(bought: Transactions, as_of_day: int) -> Known:
    """The customers who are not gone on a day, in the ways in which a list can be sorted."""
    before = Transactions(*(values[bought.day <= as_of_day] for values in bought))
    value = last_window(before, as_of_day, stake.VALUE_MONTHS, DECIMAL_PLACES)["revenue"]
    customers = value.index.to_numpy()
    who = np.searchsorted(customers, before.partner_id)
    days = rhythm.purchase_days(who, before.day, customers.size)
    median = rhythm.company_median_gap(days.median_gap)
    gone = lifecycle.stages(days, median, as_of_day) == "lost"
    ratio = rhythm.overdue_ratio(days.last_day, rhythm.typical_gap(days.count, days.median_gap, median), as_of_day)
    without = stake.chance_at(ratio, days.count, stake.curves(before, as_of_day))
    start = months_before(as_of_day, WINDOW_MONTHS)
    after = bought.partner_id[(bought.day > as_of_day) & (bought.day <= as_of_day + stake.HORIZON_DAYS)]
    lists = {
        AT_STAKE: stake.at_stake(value.to_numpy(), churn_risk(before, who, days, as_of_day, without), gone),
        WITHOUT_PREDICTION: stake.at_stake(value.to_numpy(), without, gone),
        BY_REVENUE: revenue_between(before, customers, start, as_of_day, DECIMAL_PLACES),
        BY_OVERDUE: ratio,
    }
    return Known(
        customers[~gone],
        value.to_numpy()[~gone],
        {name: values[~gone] for name, values in lists.items()},
        ~np.isin(customers, after)[~gone],
    )


def churn_risk(before: Transactions, who, days, as_of_day: int, without: np.ndarray) -> np.ndarray:
    """As prediction says it, to the whole percent; where it says nothing, the share `without` it."""
    revenue = np.bincount(who, before.amount, days.count.size)
    facts = lifetime_value.Customers(days.count, days.first_day, days.last_day, revenue)
    predicted = lifetime_value.predict(
        lifetime_value.fit(facts, as_of_day), facts, as_of_day, typical_gap_days=days.median_gap
    )
    risk = lifetime_value.rounded_risk(predicted.churn_risk)
    return np.where(np.isnan(risk), without, risk)


def cdnow_purchases() -> Purchases:
    _heading, *lines = cdnow.whole().read_text().splitlines()
    rows = [line.split() for line in lines]
    when = [date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}") for _name, day, _discs, _amount in rows]
    return _purchases([row[0] for row in rows], when, [row[3] for row in rows])


def read(path: Path) -> Purchases:
    """The purchases in a file."""
    rows = [line.split(",") for line in path.read_text().splitlines() if line.strip()]
    return _purchases(
        [row[0].strip() for row in rows], [date.fromisoformat(row[1].strip()) for row in rows], [row[2] for row in rows]
    )


def _purchases(names, when, amounts) -> Purchases:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return Purchases(
        np.array([numbers[name] for name in names]), np.array([day_of(day) for day in when]), np.array(amounts, float)
    )


if __name__ == "__main__":
    main()
