"""The spend model: published figures of CDNOW, and what holds for any amounts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import spend_model
from scoring.spend_model import AVERAGE, GAMMA_GAMMA, average, expected_amount, fit

from .cdnow_purchases import customers, repeat_spend


@pytest.fixture(scope="module")
def cdnow():
    return fit(*repeat_spend())


def test_published_parameters(cdnow):
    """Fader, Hardie, Lee, JMR 42(4), 2005, and note 025; from the 946 repeaters and their repeat orders."""
    assert cdnow.customers == 946
    assert [round(value, 2) for value in cdnow[1:4]] == [6.25, 3.74, 15.44]
    assert [round(value, 4) for value in cdnow[1:4]] == [6.2496, 3.7442, 15.4435]
    assert round(cdnow.log_likelihood, 2) == -4055.92
    assert (cdnow.method, cdnow.reason) == (GAMMA_GAMMA, "")


def test_published_repeat_spend():
    repeats, amount = repeat_spend()
    seen = amount[repeats > 0]
    found = [seen.mean(), seen.std(ddof=1), seen.min(), np.median(seen), seen.max()]
    assert [round(value) for value in found] == [35, 30, 3, 27, 300]
    assert np.round(found, 2).tolist() == [35.08, 30.28, 2.99, 27.50, 299.63]


def test_published_expected_amounts_of_the_first_ten_customers(cdnow):
    """Sheet of note 025."""
    repeats, amount = repeat_spend()
    expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert expected_amount(cdnow, repeats[:10], amount[:10]).round(2).tolist() == expected


def test_all_orders_teach_more_than_the_repeat_orders():
    known = customers()
    found = fit(known.purchase_days, known.revenue / known.purchase_days)
    assert found.customers == 2349  # the 8 without any amount teach nothing
    assert found.method == GAMMA_GAMMA


def test_the_gradient_is_that_of_the_function():
    repeats, amount = repeat_spend()
    data, theta, step = (repeats[repeats > 0], amount[repeats > 0]), np.log([6.0, 4.0, 15.0]), 1e-6
    slopes = [
        (spend_model._objective(theta + shift, *data)[0] - spend_model._objective(theta - shift, *data)[0]) / (2 * step)
        for shift in np.eye(3) * step
    ]
    assert spend_model._objective(theta, *data)[1] == pytest.approx(slopes, rel=1e-5)


@pytest.mark.parametrize("rate", [0.01, 7.2, 150.0])
def test_another_currency_scales_everything_that_is_money(cdnow, rate):
    repeats, amount = repeat_spend()
    found = fit(repeats, amount * rate)
    assert (found.p, found.q) == pytest.approx((cdnow.p, cdnow.q), rel=1e-6)
    assert (found.v, found.mean) == pytest.approx((cdnow.v * rate, cdnow.mean * rate), rel=1e-6)
    np.testing.assert_allclose(
        expected_amount(found, repeats, amount * rate), rate * expected_amount(cdnow, repeats, amount), rtol=1e-6
    )


class TestTooLittle:
    def test_below_twenty_customers_the_average_counts_as_one_order(self):
        found = fit(np.full(19, 3), np.arange(1.0, 20))
        assert (found.method, found.reason, found.mean, found.customers) == (AVERAGE, "too_few_customers", 10.0, 19)
        assert expected_amount(found, [0, 1, 3, 3], [0, 20, 20, -5]).tolist() == [10, 15, 17.5, 2.5]

    def test_twenty_are_enough(self):
        assert fit(np.full(20, 3), np.arange(1.0, 21)).method == GAMMA_GAMMA

    def test_without_any_amount_nothing_is_said(self):
        found = fit(np.full(30, 3), np.zeros(30))
        assert (found.reason, math.isnan(found.mean)) == ("no_amounts", True)
        assert np.isnan(expected_amount(found, [3], [0])).all()

    def test_a_mean_that_is_infinite_gives_way_to_the_average(self):
        """Means with a tail so heavy that q runs to 1."""
        amounts = 1 / np.random.default_rng(3).gamma(0.3, 1, 60)
        found = fit(np.full(60, 50), amounts)
        assert (found.method, found.reason) == (AVERAGE, "mean_not_finite")
        assert found.mean == pytest.approx(amounts.mean())

    def test_a_search_that_fails_gives_way_to_the_average(self, monkeypatch):
        import scipy.optimize

        real = scipy.optimize.minimize
        monkeypatch.setattr(
            scipy.optimize, "minimize", lambda *a, **k: scipy.optimize.OptimizeResult(real(*a, **k), fun=np.nan)
        )
        assert fit(*repeat_spend()).reason == "not_fitted"

    def test_everybody_pays_the_same(self):
        found = fit(np.full(40, 5), np.full(40, 99.0))
        assert expected_amount(found, [5, 0], [99.0, 0.0]) == pytest.approx([99, 99], rel=0.02)

    @pytest.mark.parametrize("wrong", [np.nan, np.inf])
    def test_numbers_that_are_none_are_refused(self, wrong):
        for function in (fit, lambda *rows: average(*rows, "no_scipy")):
            with pytest.raises(ValueError, match=r"not a number \(1 of 2 customers"):
                function([1, 1], [5.0, wrong])


@given(st.integers(0, 500), st.floats(-100, 1e6))
def test_the_expected_amount_lies_between_the_own_mean_and_that_of_all(orders, amount):
    found = spend_model.Spend(GAMMA_GAMMA, 6.25, 3.74, 15.44, 35.2, 946, 0.0, "")
    expected = expected_amount(found, [orders], [amount])[0]
    own = max(amount, 0) if orders else found.mean
    assert min(own, found.mean) * (1 - 1e-9) <= expected <= max(own, found.mean) * (1 + 1e-9)
