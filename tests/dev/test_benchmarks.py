"""The benchmark's arguments, figures and table; the measuring itself is `bin/bench --customers 300`."""

import json
import subprocess
import sys

import pytest

from benchmarks import __main__ as bench
from benchmarks import budget, indicators, stake
from dev.environment import REPOSITORY_ROOT

GIBIBYTE = 2**30
SECONDS = {
    "floor_a": 0.2,
    "floor_b": 0.25,
    "first_recompute": 0.5,
    "unchanged_recompute": 1.0,
    "first_parts": dict.fromkeys(budget.PARTS, 0.1),
    "unchanged_parts": dict.fromkeys(budget.PARTS, 0.2),
    "unchanged_with_ladder": 1.2,
    "unchanged_with_indicators": 2.5,
    "review": 1.0,
    "refresh_one_customer": 0.03,
    "confirm": 0.0208,
    "confirm_without_addon": 0.020,
    "group_by_country": 0.02,
    "group_by_segment": 0.03,
    "count_one_segment": 0.01,
    "page_by_score": 0.02,
    "page_my_customers": 0.04,
    "playbook_in_bulk": 0.002,
    "playbook_one_by_one": 0.02,
    "my_day_first": 0.4,
    "my_day_again": 0.6,
    "preview": 1.5,
    "preview_changed": 700,
    "dashboard_month": 0.1,
    "dashboard_year": 0.8,
    "large_page": 0.9,
    "large_portrait": 1.1,
    "large_refresh": 0.5,
    "last_contact_1": 0.02,
    "last_contact_15": 0.06,
    "last_contact_80": 0.03,
}


def values(**changed):
    return bench.values(SECONDS | changed, {"resident": GIBIBYTE, "virtual": 3 * GIBIBYTE})


def test_without_arguments_fifty_thousand_customers_are_measured():
    options = bench.parse([])
    assert (options.customers, options.json, options.keep) == ([50_000], None, False)
    assert options.large == 100_000


def test_sizes_are_measured_from_small_to_large():
    assert bench.parse(["--customers", "200000,20000"]).customers == [20_000, 200_000]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--customers", "many"], "'many' is no list of whole numbers"),
        (["--customers", "20000,"], "'20000,' is no list of whole numbers"),
        (["--customers", "5"], "5 customers are too few: it takes 100"),
        (["--json", "/no/such/folder/result.json"], "there is no folder /no/such/folder"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_a_bad_argument_is_named(arguments, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        bench.parse(arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_ratios_are_held_against_their_bars():
    verdicts = {line["key"]: (line["value"], line["verdict"]) for line in budget.rows(values())}
    assert verdicts["first_recompute"] == (2.0, "ok")
    assert verdicts["unchanged_recompute"] == (5.0, "ok")
    assert verdicts["unchanged_with_ladder"] == (1.2, "ok")
    assert verdicts["unchanged_with_indicators"] == (2.5, "over")
    assert verdicts["review"] == (4.0, "over")
    assert verdicts["refresh_one_customer"] == (30.0, "ok")
    assert verdicts["confirm_slowdown"] == (pytest.approx(4.0), "ok")
    assert verdicts["group_by_segment"] == (1.5, "ok")
    assert verdicts["count_one_segment"] == (0.5, "")
    assert verdicts["dashboard_month"] == (0.5, "ok")
    assert verdicts["dashboard_year"] == (4.0, "over")
    assert verdicts["large_page"] == (0.9, "ok")
    assert verdicts["large_portrait"] == (1.1, "over")
    assert verdicts["last_contact"] == (60.0, "over"), "the slowest of the three"
    assert verdicts["resident_memory"] == (1.0, "ok")
    assert verdicts["virtual_memory"] == (3.0, "over")


def test_a_value_at_the_bar_is_inside():
    assert budget.verdict(budget.GROWTH, 1.3) == "ok"
    assert budget.verdict(budget.GROWTH, 1.3001) == "over"


def test_the_prediction_is_held_against_bars_of_its_own():
    measured = {"seconds": {"fit": 10.1, "predict": 0.5, "stages": 1.0}, "resident_memory": GIBIBYTE}
    lines = budget.rows(bench.prediction_values(measured), budget.PREDICTION_BUDGETS)
    assert [(line["key"], line["verdict"]) for line in lines] == [
        ("fit", "over"),
        ("predict", "ok"),
        ("stages", "ok"),
        ("resident_memory", "ok"),
    ]


@pytest.mark.parametrize("customers", [1, 2000])
def test_the_prediction_is_measured_in_a_process_of_its_own(customers):
    command = [sys.executable, "-m", "benchmarks.prediction", str(customers)]
    measured = json.loads(subprocess.run(command, cwd=REPOSITORY_ROOT, capture_output=True, check=True).stdout)
    assert measured["customers"] == customers
    assert len(budget.rows(bench.prediction_values(measured), budget.PREDICTION_BUDGETS)) == 4


def test_a_recompute_with_nothing_changed_must_not_write():
    bench.check_nothing_written({"changed_count_unchanged": 0, "tuples_written_unchanged": 0})
    with pytest.raises(bench.Problem, match="counted 0 changes and wrote 3 rows"):
        bench.check_nothing_written({"changed_count_unchanged": 0, "tuples_written_unchanged": 3})


@pytest.mark.parametrize(("lowered", "changed"), [(0, 0), (5, 1)])
def test_a_review_must_lower_somebody_and_a_ladder_at_rest_nobody(lowered, changed):
    runs = {"review": {"lowered": 5}, "unchanged_with_ladder": {"changed_count": 0}}
    bench.check_lowered(runs)
    runs = {"review": {"lowered": lowered}, "unchanged_with_ladder": {"changed_count": changed}}
    with pytest.raises(bench.Problem, match="lowered nobody"):
        bench.check_lowered(runs)


@pytest.mark.parametrize(("skipped", "changed"), [(["Orders"], 0), ([], 1)])
def test_all_indicators_must_be_read_and_nobody_change(skipped, changed):
    bench.check_weighed({"indicators_skipped": [], "unchanged_with_indicators": {"changed_count": 0}})
    with pytest.raises(bench.Problem, match="indicators were skipped"):
        bench.check_weighed({"indicators_skipped": skipped, "unchanged_with_indicators": {"changed_count": changed}})


def test_twenty_indicators_of_every_kind_add_up():
    rows = indicators.rows()
    assert len(rows) == 20
    assert sum(row["weight"] for row in rows) == 100
    assert {row["kind"] for row in rows} == {"measure", "field", "records"}


def test_the_large_customer_can_be_small():
    assert bench.parse(["--large", "50"]).large == 50


def test_growth_is_the_time_per_customer_of_the_largest_to_the_smallest():
    small = {"customers": 20_000, "seconds": SECONDS}
    large = {"customers": 200_000, "seconds": SECONDS | {"first_recompute": 6.0, "unchanged_recompute": 15.0}}
    found = {line["key"]: (line["value"], line["verdict"]) for line in bench.growth([small, large])["rows"]}
    assert found["first_recompute"] == (pytest.approx(1.2), "ok")
    assert found["unchanged_recompute"] == (pytest.approx(1.5), "over")


def test_the_table_shows_value_bar_and_verdict_in_columns():
    lines = budget.table("Title", budget.rows(values(first_recompute=1.0))).splitlines()
    assert lines[0] == "Title"
    assert lines[1].split() == ["first", "recompute", "÷", "B", "4.00", "×", "≤", "3", "×", "over"]
    assert len({line.index("≤") for line in lines[1:] if "≤" in line}) == 1


def test_the_raw_seconds_are_shown_by_part():
    text = budget.seconds_lines({"seconds": SECONDS})
    assert "A = 0.200 s, B = 0.250 s" in text
    assert "again           1.000 s: facts 0.200" in text
    assert "again with a ladder of tiers 1.200 s, tier review 1.000 s, with 20 indicators 2.500 s" in text
    assert "last contact of 1: 20.0 ms, 15: 60.0 ms, 80: 30.0 ms" in text
    assert "confirming an order 20.8 ms, without the addon 20.0 ms" in text


# ---------------------------------------------------------------------- at stake


def test_a_bar_to_be_reached_is_reached_from_it_on():
    by_revenue = budget.STAKE_BUDGETS[0]
    assert [budget.verdict(by_revenue, value) for value in (1.49, 1.5, 2)] == ["below", "ok", "ok"]
    assert "≥ 1.5" in budget.table("", budget.rows({by_revenue.key: 2.0}, budget.STAKE_BUDGETS))


def shop():
    """Two large customers who stop, and many small ones who go on: (customer, day, amount)."""
    rows = [(customer, day, 10.0) for customer in range(60) for day in range(customer % 30, 900, 30)]
    return [*rows, *((60 + number, day, 500.0) for number in range(2) for day in range(number, 560, 20))]


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_back_test_counts_what_was_lost_of_the_first_rows(shuffled):
    rows = shop()
    measured = stake.backtest(*zip(*(rows[::-1] if shuffled else rows), strict=True), [600], reps=1, rows=2)
    # Each of them brought 18 or 19 orders in its last year.
    assert measured["lost"][stake.AT_STAKE] == measured["by_day"][0][stake.WITHOUT_PREDICTION] == 2 * 9500
    assert measured["customers"] == 62


def test_days_have_a_past_to_learn_from_and_a_future_to_be_held_against():
    rows = [(0, day, 1.0) for day in (0, 1000)]
    measured = stake.backtest(*zip(*rows, strict=True), reps=1)
    days = [row["day"] for row in measured["by_day"]]
    assert (len(days), days[-1], days[-1] - days[-2]) == (12, 820, 30)
    assert all(180 <= day <= 820 for day in days)


def test_purchases_are_read_from_a_file(tmp_path):
    (tmp_path / "purchases.csv").write_text("B-7,1970-01-03,2.50\nA-1,1970-01-02,1\nB-7,1970-01-04,3\n")
    found = stake.read(tmp_path / "purchases.csv")
    assert [values.tolist() for values in found] == [[0, 1, 0], [2, 1, 3], [2.5, 1.0, 3.0]]


def test_the_bars_of_what_is_at_stake_are_reached_on_real_purchases():
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.stake", "--json"], cwd=REPOSITORY_ROOT, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    assert [row["verdict"] for row in json.loads(finished.stdout)["rows"]] == ["ok"] * 3
