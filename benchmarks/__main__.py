"""`bin/bench [--customers N[,N…]] [--json FILE] [--keep]`: build, measure, print the table."""

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path

from dev import environment
from dev.terminal import Problem, say

from . import budget, dataset, large_customer

DEFAULT_CUSTOMERS = 50_000
SMALLEST = 100
# Above this many customers a first recompute is measured once, below the best of three counts.
REPEATED_UP_TO = 200_000
GIBIBYTE = 2**30


def main(arguments=None):
    options = parse(arguments)
    try:
        report = measure_all(options)
    except Problem as problem:
        say(f"bin/bench: {problem}")
        return 1
    if options.json:
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return 0


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the addon against what PostgreSQL needs.")
    parser.add_argument(
        "--customers",
        type=sizes,
        default=[DEFAULT_CUSTOMERS],
        metavar="N[,N…]",
        help=f"how many customers (default {DEFAULT_CUSTOMERS}), each with 10 orders; several sizes show growth",
    )
    parser.add_argument(
        "--large",
        type=int,
        default=large_customer.ORDERS,
        metavar="N",
        help=f"how many orders the large customer has (default {large_customer.ORDERS})",
    )
    parser.add_argument("--json", type=result_file, metavar="FILE", help="write all seconds and ratios to FILE")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and say their names")
    return parser.parse_args(arguments)


def sizes(text):
    """The sizes of `--customers`, ascending."""
    try:
        numbers = sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers like 20000,200000") from None
    if numbers[0] < SMALLEST:
        raise argparse.ArgumentTypeError(f"{numbers[0]} customers are too few: it takes {SMALLEST}")
    return numbers


def result_file(text):
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def measure_all(options):
    prepared = environment.prepare()
    results = []
    for customers in options.customers:
        with dataset.databases(prepared, customers, options.keep) as names:
            result = measure(prepared, names, customers, options.large)
        title = f"\n{customers:,} customers, {result['orders']:,} orders, {result['profiles']:,} profiles"
        print(budget.table(title, result["rows"]), budget.seconds_lines(result), sep="\n", flush=True)
        results.append(result)
    report = {
        "machine": machine(),
        "sizes": results,
        "prediction": prediction(prepared),
        "stake": alone(prepared, "stake", "what lists by what is at stake show", "--json"),
    }
    title = f"\nPrediction alone, {report['prediction']['customers']:,} customers, seconds of CPU"
    print(budget.table(title, report["prediction"]["rows"]))
    title = f"\nAt stake, {report['stake']['customers']:,} customers of CDNOW on {len(report['stake']['by_day'])} days"
    print(budget.table(title, report["stake"]["rows"]))
    if len(results) > 1:
        report["growth"] = growth(results)
        print(budget.table("\nGrowth", report["growth"]["rows"]))
    return report


def measure(prepared, names, customers, large):
    """Everything about one size."""
    # They need Odoo's packages, the arguments do not.
    from . import dashboard, floors, my_day, one_customer, playbooks, preview, screens

    say("Measuring the floor: GROUP BY …")
    floor_a = floors.group_by(names.with_addon)
    say("Measuring recomputes, in a process of their own …")
    runs = recompute(prepared, names.with_addon, customers)
    floor_a = min(floor_a, floors.group_by(names.with_addon))
    floor_b = floor_a + floors.copy_profiles(names.with_addon)
    say("Measuring the lists …")
    seconds = {"floor_a": floor_a, "floor_b": floor_b, **run_seconds(runs), **screens.measure(names.with_addon)}
    say("Measuring single orders …")
    seconds |= one_customer.measure(names.with_addon, names.twin)
    say("Measuring playbooks …")
    seconds |= playbooks.measure(names.with_addon)
    say("Measuring My Day …")
    seconds |= my_day.measure(names.with_addon)
    say("Measuring the preview of changed rules …")
    seconds |= preview.measure(names.with_addon)
    say("Measuring the dashboard …")
    seconds |= dashboard.measure(names.with_addon)
    say(f"Measuring one customer with {large:,} orders …")
    large_customer.generate(prepared, names.with_addon, large)
    seconds |= large_customer.measure(names.with_addon, large)
    return {
        "customers": customers,
        "orders": dataset.ORDERS_PER_CUSTOMER * customers,
        "profiles": runs["first"]["customer_count"],
        "seconds": seconds,
        "memory": runs["memory"],
        "memory_idle": runs["memory_idle"],
        "rows": budget.rows(values(seconds, runs["memory"])),
    }


def prediction(prepared):
    """Fitting and predicting without a database, in a process of its own."""
    measured = alone(prepared, "prediction", "the prediction")
    return measured | {"rows": budget.rows(prediction_values(measured), budget.PREDICTION_BUDGETS)}


def alone(prepared, name, what, *arguments):
    """What a module measures without a database, in a process of its own."""
    say(f"Measuring {what} …")
    command = [str(prepared.python), "-m", f"benchmarks.{name}", *arguments]
    finished = subprocess.run(command, env=prepared.full_variables(), stdout=subprocess.PIPE, text=True)
    if finished.returncode:
        raise Problem(f"{what} could not be measured: see above")
    return json.loads(finished.stdout)


def prediction_values(measured):
    """Its measures in the units of their bars."""
    return measured["seconds"] | {"resident_memory": measured["resident_memory"] / GIBIBYTE}


def recompute(prepared, database, customers):
    repeats = 3 if customers <= REPEATED_UP_TO else 1
    command = [str(prepared.python), "-m", "benchmarks.recompute", database, str(repeats)]
    finished = subprocess.run(command, env=prepared.full_variables(), stdout=subprocess.PIPE, text=True)
    if finished.returncode:
        raise Problem("the recompute could not be measured: see above")
    runs = json.loads(finished.stdout)
    check_nothing_written(runs)
    check_lowered(runs)
    check_weighed(runs)
    return runs


def check_nothing_written(runs):
    changed, written = runs["changed_count_unchanged"], runs["tuples_written_unchanged"]
    if changed or written:
        raise Problem(f"a recompute with nothing changed counted {changed} changes and wrote {written} rows")


def check_lowered(runs):
    if not runs["review"]["lowered"] or runs["unchanged_with_ladder"]["changed_count"]:
        raise Problem("the review of tiers lowered nobody, or the recompute before it changed somebody")


def check_weighed(runs):
    if runs["indicators_skipped"] or runs["unchanged_with_indicators"]["changed_count"]:
        raise Problem(
            f"indicators were skipped, or the recompute before changed customers: {runs['indicators_skipped']}"
        )


def run_seconds(runs):
    return {
        "first_recompute": runs["first"]["seconds"],
        "first_parts": runs["first"]["parts"],
        "unchanged_recompute": runs["unchanged"]["seconds"],
        "unchanged_parts": runs["unchanged"]["parts"],
        "unchanged_with_ladder": runs["unchanged_with_ladder"]["seconds"],
        "review": runs["review"]["seconds"],
        "unchanged_with_indicators": runs["unchanged_with_indicators"]["seconds"],
    }


def values(seconds, memory):
    """The measures in the units of their bars."""
    country = seconds["group_by_country"]
    return {
        "first_recompute": seconds["first_recompute"] / seconds["floor_b"],
        "unchanged_recompute": seconds["unchanged_recompute"] / seconds["floor_a"],
        "unchanged_with_ladder": seconds["unchanged_with_ladder"] / seconds["unchanged_recompute"],
        "unchanged_with_indicators": seconds["unchanged_with_indicators"] / seconds["unchanged_recompute"],
        "review": seconds["review"] / seconds["floor_b"],
        "refresh_one_customer": 1000 * seconds["refresh_one_customer"],
        "confirm_slowdown": 100 * (seconds["confirm"] / seconds["confirm_without_addon"] - 1),
        "group_by_segment": seconds["group_by_segment"] / country,
        "count_one_segment": seconds["count_one_segment"] / country,
        "page_by_score": seconds["page_by_score"] / country,
        "page_my_customers": seconds["page_my_customers"] / country,
        "my_day_first": seconds["my_day_first"],
        "my_day_again": seconds["my_day_again"],
        "dashboard_month": seconds["dashboard_month"] / seconds["floor_a"],
        "dashboard_year": seconds["dashboard_year"] / seconds["floor_a"],
        "playbook_bulk": seconds["playbook_in_bulk"] / seconds["playbook_one_by_one"],
        "preview": seconds["preview"] / seconds["floor_a"],
        "large_page": seconds["large_page"],
        "large_portrait": seconds["large_portrait"],
        "large_refresh": seconds["large_refresh"],
        "last_contact": 1000 * max(seconds[f"last_contact_{count}"] for count in budget.LAST_CONTACTS),
        "resident_memory": memory["resident"] / GIBIBYTE,
        "virtual_memory": memory["virtual"] / GIBIBYTE,
    }


def growth(results):
    """How much longer one customer takes in the largest database than in the smallest."""
    smallest, largest = results[0], results[-1]
    times = {
        name: [result["seconds"][name] / result["customers"] for result in (smallest, largest)]
        for name in ("first_recompute", "unchanged_recompute")
    }
    labels = {"first_recompute": "first recompute", "unchanged_recompute": "again"}
    lines = [
        budget.row(budget.GROWTH._replace(key=name, label=f"{labels[name]}: {budget.GROWTH.label}"), after / before)
        for name, (before, after) in times.items()
    ]
    return {"smallest": smallest["customers"], "largest": largest["customers"], "rows": lines}


def machine():
    return {"system": platform.platform(), "python": platform.python_version()}


if __name__ == "__main__":
    sys.exit(main())
