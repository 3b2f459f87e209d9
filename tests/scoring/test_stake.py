"""What is at stake: the chances of a company against a plain count, and the rules they keep whatever was bought."""

import statistics
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import stake
from scoring.closed_days import NO_CLOSED_DAYS
from scoring.lifecycle import Limits
from scoring.transactions import ordered

AS_OF = 1000
COMPANY_DEFAULT, COMPANY_WEIGHT, DEFAULT_WEIGHT = 90, 2, 5


@st.composite
def histories(draw, least=30, most=60):
    """(customer, day, amount) of some customers, each with a rhythm of its own, some of whom stop."""
    rows = []
    for customer in range(draw(st.integers(least, most))):
        gap, start = draw(st.sampled_from((5, 20, 60, 150))), draw(st.integers(0, 700))
        days = range(start, start + gap * draw(st.integers(1, 12)), gap)
        rows += [(10 + 3 * customer, day, draw(st.integers(1, 500))) for day in days]
    return [row for row in rows if row[1] <= AS_OF]


def transactions(rows):
    customer, day, amount = np.array(rows).T if rows else (np.array([]),) * 3
    return ordered(customer, day, amount.astype(float), np.ones(len(rows), dtype=bool))


def gap_of(days, company):
    gaps = [later - earlier for earlier, later in pairwise(days)]
    own = statistics.median(gaps) if gaps else 0
    return (len(gaps) * own + COMPANY_WEIGHT * company) / (len(gaps) + COMPANY_WEIGHT)


def median_of_company(known):
    own = [statistics.median(later - earlier for earlier, later in pairwise(days)) for days in known if len(days) > 1]
    median = statistics.median(own) if own else COMPANY_DEFAULT
    return (len(own) * median + DEFAULT_WEIGHT * COMPANY_DEFAULT) / (len(own) + DEFAULT_WEIGHT)


def is_gone(days, gap, then, limits):
    """By rhythm only: no history here is as long as 24 months of silence."""
    silence = then - days[-1]
    is_new = then - days[0] <= limits.new_days
    floor = limits.at_risk_minimum_days
    if len(days) > 6:
        floor = min(floor, max(7, 3 * gap))
    return not is_new and silence >= floor and silence > limits.lost_ratio * max(gap, 7)


def step(value, begins):
    return max(number for number, begin in enumerate(begins) if value >= begin)


def counted_plainly(rows, limits):
    """Of each day of the past by kind and ratio: [what was at stake, what of it was lost], a mean customer's is 1."""
    found = []
    for months in range(12):
        then = AS_OF - 180 - 30 * months
        known = {}
        for customer, day, _amount in sorted(rows):
            if day <= then:
                days = known.setdefault(customer, [])
                days.extend([] if day in days else [day])
        if not known:
            break
        company, cells, there = median_of_company(known.values()), {}, []
        for customer, days in known.items():
            gap = gap_of(days, company)
            if is_gone(days, gap, then, limits):
                continue
            value = sum(amount for who, day, amount in rows if who == customer and days[-1] - 365 < day <= then)
            away = not any(who == customer and then < day <= then + 180 for who, day, _amount in rows)
            there.append((step(len(days), stake.KINDS), step((then - days[-1]) / gap, stake.RATIOS), value, away))
        mean = statistics.fmean(value for *_place, value, _away in there) if there else 1
        for kind, ratio, value, away in there:
            cell = cells.setdefault((kind, ratio), [0, 0])
            cell[0] += value / mean
            cell[1] += away * value / mean
        found.append((len(there), cells))
    return found


class TestCurves:
    @given(histories())
    @settings(max_examples=25, deadline=None)
    def test_what_was_counted_is_what_a_plain_count_finds(self, rows):
        limits = Limits()
        expected = counted_plainly(rows, limits)
        past = list(stake._past(stake._some(transactions(rows)), AS_OF, limits, NO_CLOSED_DAYS))
        assert [silences.ratio.size for silences in past] == [size for size, _cells in expected]
        for silences, (_size, cells) in zip(past, expected, strict=True):
            found = stake._by_step(silences)
            for kind in range(len(stake.KINDS)):
                for ratio in range(len(stake.RATIOS)):
                    assert found[:, kind, ratio] == pytest.approx(cells.get((kind, ratio), [0, 0]), abs=1e-9)

    @given(histories(least=1))
    @settings(max_examples=60, deadline=None)
    def test_chances_never_fall_with_the_silence_and_are_whole_percents(self, rows):
        found = stake.curves(transactions(rows), AS_OF)
        for chances in found["chances"]:
            assert len(chances) == len(found["ratios"])
            assert all(0 <= chance <= 1 and round(100 * chance) / 100 == chance for chance in chances)
            assert all(earlier <= later for earlier, later in pairwise(chances))
        assert found["ratios"][0] == 0
        assert found["purchase_days"][0] == 1

    @given(histories(), st.randoms())
    @settings(max_examples=20, deadline=None)
    def test_neither_order_nor_currency_nor_the_future_matters(self, rows, random):
        found = stake.curves(transactions(rows), AS_OF)
        shuffled = rows[:]
        random.shuffle(shuffled)
        assert stake.curves(transactions(shuffled), AS_OF) == found
        assert stake.curves(transactions([(who, day, 8 * amount) for who, day, amount in rows]), AS_OF) == found
        assert stake.curves(transactions([*rows, *((who, AS_OF + 5, 900) for who, *_rest in rows)]), AS_OF) == found

    def test_with_too_little_history_the_chances_are_the_fixed_ones(self):
        rows = [(customer, day, 10) for customer in range(29) for day in (100, 700)]
        for history in ([], rows, [(customer, AS_OF - 10, 10) for customer in range(500)]):
            assert stake.curves(transactions(history), AS_OF) == stake.fixed_curves()
        assert stake.curves(transactions([*rows, (99, 700, 10)]), AS_OF)["customers"] == 30

    def test_who_comes_back_lowers_the_chances_and_who_stays_away_raises_them(self):
        back = [(customer, day, 10) for customer in range(200) for day in range(customer % 30, AS_OF, 30)]
        away = [(who, day, amount) for who, day, amount in back if day < 700]
        low, fixed, high = (
            stake.chance_at(np.array([0.5, 3.5]), np.array([9, 9]), found)
            for found in (
                stake.curves(transactions(back), AS_OF),
                stake.fixed_curves(),
                stake.curves(transactions(away), AS_OF),
            )
        )
        assert low[0] < 0.05 < fixed[0]
        assert fixed[1] < 0.9 < high[1]

    def test_large_customers_weigh_more(self):
        """Half of the customers, who bring a tenth of the revenue, stop."""
        rows = [
            (customer, day, 90 if customer % 2 else 10)
            for customer in range(200)
            for day in range(customer % 30, AS_OF, 30)
            if customer % 2 or day < 600
        ]
        chance = stake.chance_at(np.array([0.9]), np.array([9]), stake.curves(transactions(rows), 780))
        equal = [(who, day, 10) for who, day, _amount in rows]
        assert chance < stake.chance_at(np.array([0.9]), np.array([9]), stake.curves(transactions(equal), 780))

    def test_of_very_many_customers_some_are_enough(self):
        rows = [(customer, day, 10) for customer in range(12_000) for day in (100, 600 + customer % 200)]
        found = stake.curves(transactions(rows), AS_OF)
        assert 5000 <= found["customers"] <= 10_000

    def test_refunds_lower_the_value_and_are_no_purchase(self):
        rows = [(customer, day, 10) for customer in range(60) for day in range(customer % 30, 700, 30)]
        bought = transactions(rows)
        refunds = np.array([(customer, 720, -5) for customer in range(60)]).T
        both = ordered(
            np.append(bought.partner_id, refunds[0]),
            np.append(bought.day, refunds[1]),
            np.append(bought.amount, refunds[2]),
            np.append(bought.is_purchase, np.zeros(60, dtype=bool)),
        )
        assert stake.curves(both, AS_OF) == stake.curves(bought, AS_OF)  # all of them lose the same part


class TestRising:
    @given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 50)), min_size=1, max_size=20))
    def test_never_falls_and_keeps_the_sum(self, pairs):
        values, weights = np.array(pairs).T
        found = stake.rising(values, weights)
        assert (np.diff(found) >= -1e-12).all()
        assert float(found @ weights) == pytest.approx(float(values @ weights))
        assert stake.rising(found, weights) == pytest.approx(found)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
    def test_what_rises_stays(self, values):
        values = sorted(values)
        assert stake.rising(np.array(values), np.ones(len(values))) == pytest.approx(values)


class TestAtStake:
    @given(st.floats(-1e6, 1e6), st.floats(0, 1), st.booleans())
    def test_is_nothing_of_who_is_gone_and_never_more_than_the_year(self, value, chance, gone):
        (found,) = stake.at_stake(np.array([value]), np.array([chance]), np.array([gone]))
        assert found == (0 if gone or value < 0 else value * chance)
        assert 0 <= found <= max(value, 0)

    @given(st.floats(0, 40), st.integers(1, 40))
    def test_the_chance_is_that_of_the_last_step_begun(self, ratio, count):
        found = stake.fixed_curves()
        found["chances"] = [[(100 * kind + number) / 1000 for number in range(12)] for kind in range(3)]
        expected = (100 * step(count, stake.KINDS) + step(ratio, stake.RATIOS)) / 1000
        assert stake.chance_at(np.array([ratio]), np.array([count]), found).tolist() == [expected]
