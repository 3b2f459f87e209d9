import json

import pytest
from hypothesis import given

from scoring.explanation import customer_parts, measure_parts
from scoring.pipeline import score_customers

from .builders import bandings, customer, facts, facts_of, never_bought, parameters

PROFILE_VALUES = ("recency_days", "order_count", "revenue")


def explained(rows, chosen):
    """The parts for each customer, read from cut points that went through the database as JSON."""
    result, cut_points = score_customers(rows, chosen)
    profiles = result.join(rows[list(PROFILE_VALUES)]).to_dict("records")
    stored = json.loads(json.dumps(cut_points, allow_nan=False))
    return profiles, [customer_parts(profile, stored) for profile in profiles]


def test_the_sentence_of_a_customer():
    # Five bought inside the window; 12 orders are the most, 94 days the longest.
    rows = facts_of(
        customer(94, 12, 8450.0),
        customer(60, 1, 100.0),
        customer(40, 1, 90.0),
        customer(20, 2, 80.0),
        customer(10, 1, 70.0),
        customer(500, 0, 0.0),
        never_bought(),
    )
    _, parts = explained(rows, parameters())
    first = parts[0]
    assert (first["recency_days"], first["longer_than"]) == (94, 0.8)
    assert (first["window"], first["order_count"], first["revenue"]) == ("purchases", 12, 8450.0)
    assert first["top"] == 0.2
    assert first["top_share"] == pytest.approx(0.2)
    assert parts[4]["longer_than"] == 0
    assert parts[4]["top"] is None
    assert (parts[5]["longer_than"], parts[5]["window"], parts[5]["top"]) == (1, "none", None)
    assert parts[6] == {"scored": False}


@pytest.mark.parametrize(
    ("count", "top"), [(100, 0.01), (99, 0.05), (20, 0.05), (10, 0.1), (5, 0.2), (4, 0.5), (1, None)]
)
def test_the_best_of_some_customers_is_in_the_top_of_them(count, top):
    rows = facts_of(*(customer(10, number, 5.0 * number) for number in range(1, count + 1)))
    _, parts = explained(rows, parameters())
    assert parts[-1]["top"] == top
    assert parts[0]["top"] is None


def test_many_small_orders_are_not_called_top():
    others = [customer(10, number, 100.0 * number) for number in range(1, 10)]
    _, parts = explained(facts_of(customer(10, 50, 1.0), *others), parameters())
    assert parts[0]["top"] is None
    assert parts[0]["top_share"] == 1


def test_why_two_orders_can_be_the_best_frequency_but_one():
    rows = facts_of(*(customer(10, orders, 5.0) for orders in (1, 1, 1, 1, 1, 1, 2, 2, 3, 9)))
    _, parts = explained(rows, parameters())
    frequency = parts[6]["measures"]["frequency"]
    assert (frequency["value"], frequency["score"]) == (2, 4)
    assert frequency["cut_points"] == [1, 2]
    assert frequency["empty_scores"] == [2, 3]
    assert frequency["share_below"] == 0.6
    assert frequency["share_above"] == pytest.approx(0.2)


@given(facts, bandings)
def test_empty_scores_are_those_nobody_has(rows, method):
    profiles, parts = explained(rows, parameters(method))
    for measure in ("recency", "frequency", "monetary"):
        found = {profile[f"{measure}_score"] for profile in profiles}
        for part in parts:
            if part["scored"]:
                assert not found & set(part["measures"][measure]["empty_scores"])


@pytest.mark.parametrize("measure", ["recency", "frequency"])
def test_all_equal_leaves_one_score_to_the_window(measure):
    parts = measure_parts(measure, 3, 1, 5, [3, 3, 3, 3], [[3, 0.0]], "quantile")
    # Recency 1 is left to those who bought nothing inside the window.
    assert parts["empty_scores"] == ([2, 3, 4] if measure == "recency" else [2, 3, 4, 5])


def test_own_cut_offs_and_the_mean_leave_no_score_empty_by_ties():
    for method in ("cut_offs", "mean"):
        assert measure_parts("frequency", 3, 1, 2, [3], [[3, 0.0]], method)["empty_scores"] == []


def test_without_any_purchase_inside_the_window():
    _, parts = explained(facts_of(customer(500, 0, 0.0)), parameters())
    assert (parts[0]["window"], parts[0]["longer_than"], parts[0]["top"]) == ("none", 0, None)
