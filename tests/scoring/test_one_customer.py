"""What is predicted of a customer, in a run or on a page, is what the formulas, written out for one, say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.lifetime_value import Customers, Terms, expected_orders, fit, predict

from . import one_customer
from .cdnow_purchases import CUT_OFF_DAY, customers

TODAY = 10_000


def test_every_customer_of_cdnow():
    known = customers()
    card = fit(known, CUT_OFF_DAY)
    for day in (CUT_OFF_DAY, CUT_OFF_DAY + 300):
        together = predict(card, known, day)
        np.testing.assert_array_equal(expected_orders(card, known, day), together.expected_orders)
        for number in range(0, 2357, 9):
            facts = (*(int(values[number]) for values in known[:3]), day)
            alone = one_customer.expected_orders(card, *facts)
            assert alone == pytest.approx(together.expected_orders[number], rel=1e-9)
            assert one_customer.probability_alive(card, *facts) == pytest.approx(together.probability_alive[number])


@given(
    st.tuples(st.floats(0.05, 20), st.floats(1, 500), st.floats(0.05, 20) | st.just(1.0), st.floats(0.05, 20)),
    st.integers(1, 300),
    st.integers(0, 1500),
    st.floats(0, 1),
    st.integers(1, 24),
)
def test_any_parameters(values, purchase_days, length, share, months):
    found = dict(zip(("r", "alpha", "a", "b"), values, strict=True))
    spend = {
        "method": "average",
        "p": None,
        "q": None,
        "v": None,
        "mean": 1.0,
        "customers": 9,
        "log_likelihood": None,
        "reason": "too_few_customers",
    }
    card, first = {"purchases": found, "spend": spend}, TODAY - length
    last = first + int(share * length) if purchase_days > 1 else first
    one = Customers(*np.array([[purchase_days], [first], [last], [10.0]]))
    bulk = predict(card, one, TODAY, terms=Terms(horizon_months=months))
    assert expected_orders(card, one, TODAY, months=months) == bulk.expected_orders
    alone = one_customer.expected_orders(card, purchase_days, first, last, TODAY, months=months)
    assert alone == pytest.approx(bulk.expected_orders[0], rel=1e-4, abs=1e-9)
    assert one_customer.probability_alive(card, purchase_days, first, last, TODAY) == pytest.approx(
        bulk.probability_alive[0], abs=1e-12
    )


@pytest.mark.parametrize("silence", [0, 50, 51])
@pytest.mark.parametrize("purchase_days", [0, 1, 3, 4])
def test_without_a_model(purchase_days, silence):
    known = Customers(*np.array([[purchase_days], [0], [900], [90.0]]))
    card = fit(known, 900 + silence)
    bulk = predict(card, known, 900 + silence, typical_gap_days=[25.0]).expected_orders[0]
    page = expected_orders(card, known, 900 + silence, typical_gap_days=[25.0])
    np.testing.assert_array_equal(page, [bulk])
    alone = one_customer.expected_orders(card, purchase_days, 0, 900, 900 + silence, typical_gap_days=25.0)
    assert alone is None if math.isnan(bulk) else alone == pytest.approx(bulk)
    assert one_customer.probability_alive(card, purchase_days, 0, 900, 900 + silence) is None
