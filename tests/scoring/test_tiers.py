import json
import os
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import scoring
from scoring.tiers import (
    DOWN,
    FIRST,
    NEVER,
    NO_TIER_YET,
    SAME,
    UP,
    Criterion,
    LadderError,
    Rung,
    Veto,
    check_ladder,
    entry_rank,
    first_downgrade_days,
    gap_to,
    headroom,
    keeps,
    lower,
    move,
    resolve,
)

TODAY = 1000
RESULT = ["rank", "since_day", "below_since_day", "moved_down_review_day"]
GOLD = Rung("Gold", (Criterion("revenue", 1000, 800, True),), (), 60, 30)
SILVER = Rung("Silver", (Criterion("revenue", 500, 400, True),), (), 30, 10)
BRONZE = Rung("Bronze")
LADDER = (GOLD, SILVER, BRONZE)


def measures_of(*revenues):
    return pd.DataFrame({"revenue": revenues}, dtype=float)


def standing_of(*ranks, **columns):
    values = dict.fromkeys(("since_day", "below_since_day", "last_order_day", "moved_down_review_day"), NEVER)
    return pd.DataFrame({"rank": ranks, **values, "locked": False, **columns})


def moved(standing, measures, ladder=LADDER, as_of_day=TODAY, **options):
    return move(standing, measures, resolve(ladder, measures), as_of_day, **options)


def summary(result):
    return list(zip(result["rank"].tolist(), result["change"].tolist(), strict=True))


# Few values, so that ties, and thresholds that are met exactly, are common. "late": lower is better.
values = st.one_of(st.none(), st.integers(0, 6), st.sampled_from([0.5, 1.5, 2.5]))
rows = st.lists(st.fixed_dictionaries({"revenue": values, "late": values}), min_size=1, max_size=12)
crowds = rows.map(lambda rows: pd.DataFrame(rows, dtype=float))


@st.composite
def criteria(draw, measure):
    if draw(st.booleans()):
        entry, keep = sorted(draw(st.tuples(*[st.sampled_from([0.5, 10, 25, 100 / 3, 50, 75, 100])] * 2)))
        return Criterion(measure, entry, keep, measure == "revenue", top_share=True)
    keep, entry = sorted(draw(st.tuples(st.integers(0, 6), st.integers(0, 6))))
    return Criterion(measure, entry, keep, True) if measure == "revenue" else Criterion(measure, keep, entry, False)


@st.composite
def ladders(draw, vetoes=True):
    rungs = []
    for number in range(draw(st.integers(1, 4))):
        asked = tuple(draw(criteria(measure)) for measure in ("revenue", "late") if draw(st.booleans()))
        veto = (Veto("late", draw(st.integers(0, 5)), False),) if vetoes and draw(st.booleans()) else ()
        rungs.append(Rung(number, asked, veto, draw(st.sampled_from([0, 5, 60])), draw(st.sampled_from([0, 5, 60]))))
    return rungs


@st.composite
def situations(draw):
    """A ladder, customers and where they stand."""
    ladder, measures = draw(ladders()), draw(crowds)
    days = st.sampled_from([NEVER, TODAY - 70, TODAY - 30, TODAY - 5, TODAY - 1])
    lists = {"rank": st.integers(NO_TIER_YET, len(ladder)), "locked": st.booleans()}
    lists |= dict.fromkeys(("since_day", "below_since_day", "last_order_day", "moved_down_review_day"), days)
    size = len(measures)
    columns = {name: draw(st.lists(of, min_size=size, max_size=size)) for name, of in lists.items()}
    return ladder, measures, pd.DataFrame(columns)


reviews = st.sampled_from([None, TODAY, TODAY - 3])


def qualifies_in_the_crowd(rung, position, measures, threshold):
    """By the words of the rule, one customer against all others."""
    for one in rung.criteria:
        value, limit = measures[one.measure][position], getattr(one, threshold)
        if np.isnan(value):
            return False
        sign = 1 if one.higher_is_better else -1
        if one.top_share:
            present = measures[one.measure].dropna()
            better = sum(sign * other > sign * value for other in present)
            if not Fraction(better, len(present)) < Fraction(repr(float(limit))) / 100:
                return False
        elif sign * value < sign * limit:
            return False
    return not any(measures[veto.measure][position] > veto.limit for veto in rung.vetoes)


@given(ladders(), crowds)
def test_judging_with_limits_is_judging_against_the_crowd(ladder, measures):
    resolved = json.loads(json.dumps(resolve(ladder, measures), allow_nan=False))
    kept, rank = keeps(measures, resolved), entry_rank(measures, resolved)
    for position in range(len(measures)):
        enters = [qualifies_in_the_crowd(rung, position, measures, "entry") for rung in ladder]
        stays = [qualifies_in_the_crowd(rung, position, measures, "keep") for rung in ladder]
        assert rank[position] == (enters.index(True) if any(enters) else len(ladder))
        assert kept[position].tolist() == stays


@given(situations(), reviews, st.booleans(), st.randoms())
def test_neither_the_order_nor_the_others_matter(situation, review_day, apply_down, random):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    together = move(standing, measures, resolved, TODAY, review_day, apply_down)
    order = random.sample(range(len(measures)), len(measures))
    shuffled = measures.iloc[order]
    assert resolve(ladder, shuffled) == resolved
    found = move(standing.iloc[order], shuffled, resolved, TODAY, review_day, apply_down)
    assert_frame_equal(found, together.iloc[order])
    one = slice(order[0], order[0] + 1)
    alone = move(standing.iloc[one], measures.iloc[one], resolved, TODAY, review_day, apply_down)
    assert_frame_equal(alone, together.iloc[one])


@given(ladders(), crowds)
def test_equal_customers_have_equal_tiers(ladder, measures):
    ranks = pd.Series(entry_rank(measures, resolve(ladder, measures)))
    assert (ranks.groupby([measures["revenue"], measures["late"]], dropna=False).nunique() == 1).all()


@given(ladders(vetoes=False), crowds, st.integers(0, 4), st.integers(0, 4))
def test_better_measures_never_make_a_worse_tier(ladder, measures, more, sooner):
    resolved = resolve(ladder, measures)
    better = measures.assign(revenue=measures["revenue"] + more, late=measures["late"] - sooner)
    assert (entry_rank(better, resolved) <= entry_rank(measures, resolved)).all()


@given(situations())
def test_who_may_enter_may_stay(situation):
    ladder, measures, _ = situation
    resolved = resolve(ladder, measures)
    kept = np.column_stack([keeps(measures, resolved), np.ones(len(measures), dtype=bool)])
    assert kept[np.arange(len(measures)), entry_rank(measures, resolved)].all()


@given(situations(), reviews, st.booleans())
def test_between_keep_and_entry_nothing_moves(situation, review_day, apply_down):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    result = move(standing, measures, resolved, TODAY, review_day, apply_down)
    rank = standing["rank"].to_numpy()
    kept = np.column_stack([keeps(measures, resolved), np.ones(len(measures), dtype=bool)])
    between = (rank != NO_TIER_YET) & kept[np.arange(len(rank)), rank] & (entry_rank(measures, resolved) >= rank)
    still = result[between]
    assert still[["rank", "since_day"]].equals(standing.loc[between, ["rank", "since_day"]])
    assert (still["change"] == SAME).all() and not still["due_down"].any()
    assert (still["below_since_day"] == NEVER)[~standing.loc[between, "locked"]].all()


@given(situations(), reviews, st.booleans())
def test_a_second_run_on_the_same_day_changes_nothing(situation, review_day, apply_down):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    first = move(standing, measures, resolved, TODAY, review_day, apply_down)
    second = move(standing.assign(**first[RESULT]), measures, resolved, TODAY, review_day, apply_down)
    assert_frame_equal(second, first.assign(change=np.int8(SAME)))


@given(situations(), st.lists(st.tuples(crowds, st.booleans()), min_size=1, max_size=4))
def test_one_review_lowers_nobody_twice_and_nobody_by_more_than_one(situation, later):
    ladder, measures, standing = situation
    resolved, review_day, lowered = resolve(ladder, measures), TODAY, 0
    for extra, (other, approve) in enumerate(later):
        judged = other.reindex(measures.index)
        result = move(standing, judged, resolved, TODAY + extra, review_day, apply_down=not approve)
        now = standing.assign(**result[RESULT])
        if approve:
            due = result["due_down"]
            now = pd.concat([now[~due], lower(now[due], TODAY + extra, review_day)]).sort_index()
        falls = (now["rank"] > standing["rank"]) & (standing["rank"] != NO_TIER_YET)
        assert (now["rank"] - standing["rank"])[falls].eq(1).all()
        lowered, standing = lowered + falls, now
    assert (lowered <= 1).all()


@given(situations(), st.booleans())
def test_without_a_review_nobody_falls(situation, apply_down):
    ladder, measures, standing = situation
    result = moved(standing, measures, ladder, apply_down=apply_down)
    assert not result["due_down"].any()
    assert not (result["change"] == DOWN).any()


@given(situations(), reviews, st.booleans())
def test_a_tier_set_by_hand_stays(situation, review_day, apply_down):
    ladder, measures, standing = situation
    result = moved(standing.assign(locked=True), measures, ladder, review_day=review_day, apply_down=apply_down)
    assert result[RESULT].equals(standing[RESULT])
    assert not result["due_down"].any() and (result["change"] == SAME).all()


@given(ladders(), rows)
def test_a_web_page_and_the_run_agree(ladder, rows):
    measures = pd.DataFrame(rows, dtype=float)
    resolved = resolve(ladder, measures)
    kept, enter, stay = keeps(measures, resolved), headroom(measures, resolved), headroom(measures, resolved, "keep")
    for position, row in enumerate(rows):
        gaps = [bool(gap_to(rung, row)) for rung in resolved]
        assert entry_rank(measures, resolved)[position] == (gaps.index(False) if False in gaps else len(ladder))
        assert [not gap_to(rung, row, "keep") for rung in resolved] == kept[position].tolist()
        assert (enter[position] < 0).tolist() == gaps
        assert (stay[position] >= 0).tolist() == kept[position].tolist()


def test_the_top_share_with_ties_and_missing_values():
    top = [Rung("VIP", (Criterion("revenue", 20, 25, True, top_share=True),))]
    # 0 and 1 of 5 strictly better, out of 20 %: only fewer counts.
    assert entry_rank(measures_of(9, 8, 7, 6, 5), resolve(top, measures_of(9, 8, 7, 6, 5))).tolist() == [0, 1, 1, 1, 1]
    tied = measures_of(9, 9, 9, 6, 5, None, np.inf)
    assert entry_rank(tied, resolve(top, tied)).tolist() == [0, 0, 0, 1, 1, 1, 1]
    for nobody in (measures_of(), measures_of(None)):
        [criterion] = resolve(top, nobody)[0]["criteria"]
        assert (criterion["entry"], criterion["keep"]) == (None, None)
        assert entry_rank(measures_of(9), resolve(top, nobody)).tolist() == [1]
        assert headroom(measures_of(9), resolve(top, nobody)).tolist() == [[-np.inf]]
        assert gap_to(resolve(top, nobody)[0], {"revenue": 9}) == [
            {"measure": "revenue", "value": 9.0, "needed": None, "missing": None, "veto": False}
        ]


def test_a_share_is_taken_as_it_was_typed():
    # 7 of 10,000 are the top 0.07 %, and 0.07 * 100 is 7.000000000000001.
    vip = Rung("VIP", (Criterion("revenue", 0.07, 14, True, top_share=True),))
    [criterion] = resolve([vip], measures_of(*range(10_000)))[0]["criteria"]
    assert (criterion["entry"], criterion["keep"]) == (9_993, 8_600)
    assert (criterion["entry_share"], criterion["keep_share"]) == (0.07, 14)


def test_up_at_once_and_by_more_than_one_rung():
    result = moved(standing_of(NO_TIER_YET, 2, 1, 3), measures_of(500, 1000, 999, 0))
    assert summary(result) == [(1, FIRST), (0, UP), (1, SAME), (2, UP)]
    assert result["since_day"].tolist() == [TODAY, TODAY, NEVER, TODAY]


@pytest.mark.parametrize(
    ("since", "last_order", "rank"),
    [(29, 29, 1), (29, 30, 1), (29, 28, 0), (30, 30, 0), (30, 40, 0)],
)
def test_within_the_minimum_stay_only_a_new_purchase_lifts(since, last_order, rank):
    standing = standing_of(1, since_day=TODAY - since, last_order_day=TODAY - last_order)
    assert moved(standing, measures_of(1000))["rank"].tolist() == [rank]


@pytest.mark.parametrize(("below", "due"), [(29, False), (30, True), (31, True), (0, False)])
def test_down_only_after_the_grace_days(below, due):
    standing = standing_of(0, below_since_day=TODAY - below)
    result = moved(standing, measures_of(799), review_day=TODAY)
    assert (result["rank"].tolist(), result["due_down"].tolist()) == ([0], [due])
    result = moved(standing, measures_of(799), review_day=TODAY, apply_down=True)
    assert summary(result) == [(1, DOWN)] if due else [(0, SAME)]
    assert result["due_down"].tolist() == [False]


def test_the_grace_ends_before_the_review_not_before_a_late_run():
    standing = standing_of(0, below_since_day=TODAY - 30)
    assert moved(standing, measures_of(799), review_day=TODAY - 1)["due_down"].tolist() == [False]
    graceless = [GOLD._replace(grace_days=0), BRONZE]
    assert moved(standing_of(0), measures_of(799), graceless, review_day=TODAY - 1)["due_down"].tolist() == [False]
    assert moved(standing_of(0), measures_of(799), graceless, review_day=TODAY)["due_down"].tolist() == [True]


def test_recovering_ends_the_grace():
    standing = standing_of(0, 0, below_since_day=TODAY - 100)
    assert moved(standing, measures_of(800, 799))["below_since_day"].tolist() == [NEVER, TODAY - 100]


def test_who_waits_for_a_better_rung_is_not_below_its_own():
    orders = Rung("Buyer", (Criterion("orders", 5, 5, True),), (), 60, 0)
    standing = standing_of(1, since_day=TODAY - 10)
    measures = measures_of(1000).assign(orders=1)
    result = moved(standing, measures, [GOLD, orders, BRONZE], review_day=TODAY)
    assert summary(result) == [(1, SAME)]
    assert (result["below_since_day"].tolist(), result["due_down"].tolist()) == ([NEVER], [False])


def test_who_lands_is_judged_by_the_new_rung():
    standing = standing_of(0, 0, below_since_day=TODAY - 40)
    result = moved(standing, measures_of(400, 399), review_day=TODAY, apply_down=True)
    assert result["rank"].tolist() == [1, 1]
    assert result["below_since_day"].tolist() == [NEVER, TODAY]
    assert result["moved_down_review_day"].tolist() == [TODAY, TODAY]


def test_below_the_last_rung_there_is_none():
    standing = standing_of(1, 2, below_since_day=TODAY - 40)
    result = moved(standing, measures_of(0, 0), [GOLD, SILVER], review_day=TODAY, apply_down=True)
    assert summary(result) == [(2, DOWN), (2, SAME)]
    assert result["below_since_day"].tolist() == [NEVER, NEVER]
    assert summary(moved(standing_of(NO_TIER_YET, 0), measures_of(0, 0), [])) == [(0, FIRST), (0, SAME)]


def test_approving_lowers_who_is_still_below():
    standing = standing_of(0, 0, 0, below_since_day=[TODAY - 40, NEVER, TODAY - 40], locked=[False, False, True])
    result = lower(standing, TODAY)
    assert result["rank"].tolist() == [1, 0, 0]
    assert result["since_day"].tolist() == [TODAY, NEVER, NEVER]
    assert result["below_since_day"].tolist() == [NEVER, NEVER, TODAY - 40]
    assert result["moved_down_review_day"].tolist() == [TODAY, NEVER, NEVER]
    again = moved(result, measures_of(0, 0, 0), [GOLD, SILVER._replace(grace_days=0)], review_day=TODAY)
    assert again["due_down"].tolist() == [False, False, False]


def test_missing_columns_other_customers_and_wrong_ranks_are_refused():
    with pytest.raises(ValueError, match=r"The ladder asks for revenue, but there is no such measure\."):
        entry_rank(pd.DataFrame({"orders": [1]}), resolve(LADDER, measures_of(1)))
    with pytest.raises(ValueError, match="no column since_day, locked"):
        moved(standing_of(0).drop(columns=["since_day", "locked"]), measures_of(1))
    with pytest.raises(ValueError, match="not of the same customers"):
        moved(standing_of(0, 1), measures_of(1, 2).iloc[::-1])
    with pytest.raises(ValueError, match="1 ranks lie outside a ladder of 3 rungs"):
        moved(standing_of(4, 3), measures_of(1, 2))
    with pytest.raises(ValueError, match="must be one of entry, keep"):
        gap_to(resolve(LADDER, measures_of(1))[0], {}, "stay")


def test_nullable_columns_are_read():
    standing = standing_of(0, 1).astype({"since_day": "Int64", "last_order_day": float, "locked": "boolean"})
    standing.loc[0, ["since_day", "last_order_day"]] = None
    measures = measures_of(900, 900).astype("Float64")
    assert summary(moved(standing, measures)) == [(0, SAME), (1, SAME)]


def test_the_first_downgrade_days():
    quarters = [90, 181, 273]
    below, grace = np.array([60, 61, 100, 260, NEVER]), np.array([30, 30, 0, 30, 0])
    never_lowered = np.full(5, NEVER)
    assert first_downgrade_days(below, grace, never_lowered, quarters).tolist() == [90, 181, 181, NEVER, NEVER]
    lowered = np.full(5, 181)
    assert first_downgrade_days(below, grace, lowered, quarters).tolist() == [273, 273, 273, NEVER, NEVER]


def asks(measure, entry, keep=None, higher_is_better=True, top_share=False):
    return Criterion(measure, entry, entry if keep is None else keep, higher_is_better, top_share)


late = Veto("late", 60, False)
KEEP_STRICTER = "keep_stricter_than_entry"
wrong_ladders = [
    ([Rung("A", (asks("revenue", 5, 6),))], KEEP_STRICTER, "A", None, "revenue", "at least 6, not at least 5"),
    ([Rung("A", (asks("age", 5, 4, False),))], KEEP_STRICTER, "A", None, "age", "at most 4, not at most 5"),
    ([Rung("A", (asks("age", 20, 10, False, True),))], KEEP_STRICTER, "A", None, "age", "the top 10 %, not"),
    ([Rung("A", (asks("r", 4),)), Rung("B", (asks("r", 5, 3),))], "not_ascending", "A", "B", "r", "less to enter"),
    ([Rung("A", (asks("r", 6, 3),)), Rung("B", (asks("r", 5, 4),))], "not_ascending", "A", "B", "r", "less to stay"),
    (
        [Rung("A", (asks("d", 9, 9, False),)), Rung("X"), Rung("B", (asks("d", 5, 9, False),))],
        "not_ascending",
        "A",
        "B",
        "d",
        "at most 9, not at most 5",
    ),
    (
        [Rung("A", (asks("r", 20, 20, True, True),)), Rung("B", (asks("r", 10, 20, True, True),))],
        "not_ascending",
        "A",
        "B",
        "r",
        "in the top 20 %, not in the top 10 %",
    ),
    ([Rung("A"), Rung("B", (asks("r", 5),))], "never_reached", "B", "A", None, "those of A above it"),
    ([Rung("A", (asks("r", 5),)), Rung("B", (asks("r", 5), asks("d", 1)))], "never_reached", "B", "A", None, "B can"),
    ([Rung("A", (), (late,)), Rung("B", (), (late._replace(limit=30),))], "never_reached", "B", "A", None, "B can"),
    ([Rung("A", (asks("score", 6),))], "impossible", "A", None, "score", "6 is impossible; it is at most 5."),
    ([Rung("A", (asks("r", float("inf")),))], "impossible", "A", None, "r", "at least inf is impossible."),
    ([Rung("A", (), (Veto("score", 6, True),))], "impossible", "A", None, "score", "at least 6 is impossible"),
    ([Rung("A", (asks("r", 0, 10, True, True),))], "share_out_of_range", "A", None, "r", "of r is 0 %; it must be"),
    ([Rung("A", (asks("r", 10, 101, True, True),))], "share_out_of_range", "A", None, "r", "of r is 101 %; it must be"),
    (
        [Rung("A", (asks("r", float("nan"), 9, True, True),))],
        "share_out_of_range",
        "A",
        None,
        "r",
        "of r is nan %; it must be",
    ),
    ([Rung("A", (asks("r", 1), asks("r", 2)))], "duplicate_measure", "A", None, "r", "same kind on r."),
    ([Rung("A", minimum_stay_days=-1)], "negative_days", "A", None, None, "cannot be negative"),
]


@pytest.mark.parametrize(("ladder", "problem", "tier", "other_tier", "measure", "words"), wrong_ladders)
def test_wrong_ladders_are_refused_saying_why(ladder, problem, tier, other_tier, measure, words):
    with pytest.raises(LadderError) as refused:
        check_ladder(ladder, {"score": 5})
    error = refused.value
    assert (error.problem, error.tier, error.other_tier, error.measure) == (problem, tier, other_tier, measure)
    assert words in str(error)


@pytest.mark.parametrize(
    "ladder",
    [
        [],
        LADDER,
        [Rung("A", (asks("score", 5), asks("r", 1))), Rung("B", (asks("score", 5, 4),)), BRONZE],
        [Rung("A", (asks("r", 5), asks("r", 20, 30, True, True)), (late,)), Rung("B", (asks("r", 5),)), BRONZE],
        [Rung("A", (asks("age", 30, 60, False),)), Rung("B", (asks("age", 60, 90, False),)), BRONZE],
        [Rung("A", (), (late,)), BRONZE],
        [Rung("A", (), (late,)), Rung("B", (), (late._replace(limit=90),)), BRONZE],
        [Rung("A", (asks("r", 9),)), Rung("B", (asks("late", 9, 9, False),)), BRONZE],
    ],
)
def test_right_ladders_pass(ladder):
    assert check_ladder(ladder, {"score": 5}) is None


@given(ladders(), crowds)
def test_who_passes_the_check_has_no_rung_that_another_swallows(ladder, measures):
    try:
        check_ladder(ladder, {})
    except LadderError as error:
        if error.problem != "never_reached":
            return
        resolved = resolve(ladder, measures)
        assert error.tier not in entry_rank(measures, resolved)
    else:
        assert all(rung.criteria or rung.vetoes for rung, _ in pairwise(ladder))


@pytest.mark.parametrize("name", ["scoring.tiers", "scoring.calendar"])
def test_a_web_page_loads_neither_numpy_nor_pandas(name):
    program = f"import sys, {name}; print(*sorted({{'numpy', 'pandas', 'scipy', 'odoo'}} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(Path(scoring.__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
