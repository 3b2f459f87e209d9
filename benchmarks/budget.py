"""The bars of the benchmark, and the table that holds the measured values against them."""

from typing import NamedTuple


class Budget(NamedTuple):
    key: str
    label: str
    unit: str
    bar: float | None = None  # None: shown for information
    at_least: bool = False  # more is better


BUDGETS = (
    Budget("first_recompute", "first recompute ÷ B", "×", 3),
    Budget("unchanged_recompute", "again, nothing changed ÷ A", "×", 8),
    Budget("unchanged_with_ladder", "again with a ladder of tiers ÷ without", "×", 1.5),
    Budget("unchanged_with_indicators", "again with 20 indicators ÷ without", "×", 2),
    Budget("review", "tier review that lowers all it can ÷ B", "×", 3),
    Budget("refresh_one_customer", "one customer after one order", "ms", 50),
    Budget("confirm_slowdown", "confirming an order is slower by", "%", 5),
    Budget("group_by_segment", "contacts grouped by segment ÷ by country", "×", 4),
    Budget("count_one_segment", "contacts of one segment, counted ÷ by country", "×"),
    Budget("page_by_score", "first 80 contacts by RFM score ÷ by country", "×"),
    Budget("page_my_customers", "first 80 of My customers ÷ by country", "×"),
    Budget("my_day_first", "My Day of 2,000 customers and 500 reasons, opened first", "s", 0.5),
    Budget("my_day_again", "the same, opened again", "s", 0.5),
    Budget("dashboard_month", "slowest block of the dashboard, a month ÷ A", "×", 1.5),
    Budget("dashboard_year", "slowest block of the dashboard, a year ÷ A", "×", 3),
    Budget("playbook_bulk", "customers entering a playbook: in bulk ÷ one by one", "×", 0.5),
    Budget("preview", "preview of changed rules ÷ A", "×", 16),
    Budget("large_page", "contact page of a customer with 100,000 orders", "s", 1),
    Budget("large_portrait", "its portrait", "s", 1),
    Budget("large_refresh", "its refresh", "s", 1),
    Budget("last_contact", "last contact of 1, 15 or 80 customers, the slowest", "ms", 50),
    Budget("resident_memory", "recompute, peak resident memory", "GiB", 1.5),
    Budget("virtual_memory", "recompute, peak virtual memory", "GiB", 2.5),
)
GROWTH = Budget("growth", "time per customer, largest ÷ smallest", "×", 1.3)
PREDICTION_BUDGETS = (
    Budget("fit", "fit the models", "s", 10),
    Budget("predict", "predict every customer", "s", 5),
    Budget("stages", "find every customer's stage", "s", 5),
    Budget("resident_memory", "peak resident memory", "GiB", 1.5),
)
# What the first rows of a list show of what is then lost, times as much as those of another list; more is better.
STAKE_BUDGETS = (
    Budget("stake_by_revenue", "first 20 rows by at stake ÷ by revenue", "×", 1.5, at_least=True),
    Budget("stake_by_overdue", "first 20 rows by at stake ÷ by overdue ratio", "×", 4, at_least=True),
    Budget("stake_without_prediction", "the same without prediction ÷ by revenue", "×", 1.2, at_least=True),
)
LAST_CONTACTS = (1, 15, 80)  # of so many customers
PARTS = ("facts", "scoring", "staging", "write", "rest")


def verdict(budget, value):
    """`ok` up to and including the bar, `over` above it, where more is better `below`; nothing to say without a bar."""
    if budget.bar is None:
        return ""
    if budget.at_least:
        return "ok" if value >= budget.bar else "below"
    return "ok" if value <= budget.bar else "over"


def row(budget, value):
    """One measure as a dictionary, as it goes into the JSON file."""
    return {**budget._asdict(), "value": value, "verdict": verdict(budget, value)}


def rows(values, budgets=BUDGETS):
    """The measures that were taken, in the order of the table.

    >>> [(line["key"], line["verdict"]) for line in rows({"confirm_slowdown": 7.5, "first_recompute": 3.0})]
    [('first_recompute', 'ok'), ('confirm_slowdown', 'over')]
    """
    return [row(budget, values[budget.key]) for budget in budgets if budget.key in values]


def table(title, lines):
    """The measures as text, one a line: label, value, bar, verdict."""
    width = max(len(line["label"]) for line in lines)
    return "\n".join([title, *(f"  {line['label']:<{width}} {_figures(line)}".rstrip() for line in lines)])


def _figures(line):
    sign = "≥" if line["at_least"] else "≤"
    bar = "" if line["bar"] is None else f"{sign} {line['bar']:g} {line['unit']}"
    return f"{line['value']:>9.2f} {line['unit']:<3}  {bar:<9}  {line['verdict']}"


def seconds_lines(result):
    """The raw times behind the ratios, as text."""
    seconds = result["seconds"]
    parts = ", ".join(f"{name} {seconds['first_parts'][name]:.3f}" for name in PARTS)
    again = ", ".join(f"{name} {seconds['unchanged_parts'][name]:.3f}" for name in PARTS)
    return "\n".join(
        [
            f"  A = {seconds['floor_a']:.3f} s, B = {seconds['floor_b']:.3f} s",
            f"  first recompute {seconds['first_recompute']:.3f} s: {parts}",
            f"  again           {seconds['unchanged_recompute']:.3f} s: {again}",
            f"  again with a ladder of tiers {seconds['unchanged_with_ladder']:.3f} s, "
            f"tier review {seconds['review']:.3f} s, with 20 indicators {seconds['unchanged_with_indicators']:.3f} s",
            f"  confirming an order {1000 * seconds['confirm']:.1f} ms, without the addon "
            f"{1000 * seconds['confirm_without_addon']:.1f} ms",
            f"  one customer entering a playbook {1000 * seconds['playbook_in_bulk']:.2f} ms in bulk, "
            f"{1000 * seconds['playbook_one_by_one']:.2f} ms one by one",
            f"  preview of changed rules {seconds['preview']:.3f} s, {seconds['preview_changed']:,} customers change",
            f"  slowest block of the dashboard {seconds['dashboard_month']:.3f} s for a month, "
            f"{seconds['dashboard_year']:.3f} s for a year",
            "  last contact of "
            + ", ".join(f"{count}: {1000 * seconds[f'last_contact_{count}']:.1f} ms" for count in LAST_CONTACTS),
            f"  contacts grouped by country {seconds['group_by_country']:.3f} s, by segment "
            f"{seconds['group_by_segment']:.3f} s",
        ]
    )
