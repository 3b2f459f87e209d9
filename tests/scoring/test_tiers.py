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
    move,
    resolve,
)

TODAY = 1000
RESULT = ["rank", "since_day", "below_since_day"]
GOLD = Rung("Gold", (Criterion("revenue", 1000, 800, True),), (), 60, 30)
SILVER = Rung("Silver", (Criterion("revenue", 500, 400, True),), (), 30, 10)
BRONZE = Rung("Bronze")
LADDER = (GOLD, SILVER, BRONZE)


def measures_of(*revenues):
    return pd.DataFrame({"revenue": revenues}, dtype=float)


def standing_of(*ranks, **columns):
    values = dict.fromkeys(("since_day", "below_since_day", "last_order_day"), NEVER)
    return pd.DataFrame({"rank": ranks, **values, "locked": False, **columns})


def moved(standing, measures, ladder=LADDER, as_of_day=TODAY, **options):
    return move(standing, measures, resolve(ladder, measures), as_of_day, **options)


def summary(result):
    return list(zip(result["rank"].tolist(), result["change"].tolist(), strict=True))


# Few values, so that ties, and thresholds that are met exactly, are common. "late": lower is better.
values = st.one_of(st.none(), st.integers(0, 6), st.sampled_from([0.5, 1.5, 2.5]))
orders = st.integers(0, 2)
rows = st.lists(st.fixed_dictionaries({"revenue": values, "late": values, "orders": orders}), min_size=1, max_size=12)
crowds = rows.map(lambda rows: pd.DataFrame(rows, dtype=float))


@st.composite
def criteria(draw, measure):
    if draw(st.booleans()):
        entry, keep = sorted(draw(st.tuples(*[st.sampled_from([0.5, 10, 25, 100 / 3, 50, 75, 100])] * 2)))
        among = draw(st.sampled_from([None, "orders"]))
        return Criterion(measure, entry, keep, measure == "revenue", top_share=True, among=among)
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
    lists |= dict.fromkeys(("since_day", "below_since_day", "last_order_day"), days)
    size = len(measures)
    columns = {name: draw(st.lists(of, min_size=size, max_size=size)) for name, of in lists.items()}
    return ladder, measures, pd.DataFrame(columns)


def qualifies_in_the_crowd(rung, position, measures, threshold):
    """By the words of the rule, one customer against all others."""
    for one in rung.criteria:
        value, limit = measures[one.measure][position], getattr(one, threshold)
        if np.isnan(value):
            return False
        sign = 1 if one.higher_is_better else -1
        if one.top_share:
            counted = measures[one.among] > 0 if one.among else measures[one.measure].notna()
            if not counted[position]:
                return False
            present = measures[one.measure][counted].dropna()
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


@given(situations(), st.booleans(), st.randoms())
def test_neither_the_order_nor_the_others_matter(situation, propose_up, random):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    together = move(standing, measures, resolved, TODAY, propose_up)
    order = random.sample(range(len(measures)), len(measures))
    shuffled = measures.iloc[order]
    assert resolve(ladder, shuffled) == resolved
    found = move(standing.iloc[order], shuffled, resolved, TODAY, propose_up)
    assert_frame_equal(found, together.iloc[order])
    one = slice(order[0], order[0] + 1)
    alone = move(standing.iloc[one], measures.iloc[one], resolved, TODAY, propose_up)
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


@given(situations(), st.booleans())
def test_between_keep_and_entry_nothing_moves(situation, propose_up):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    result = move(standing, measures, resolved, TODAY, propose_up)
    rank = standing["rank"].to_numpy()
    kept = np.column_stack([keeps(measures, resolved), np.ones(len(measures), dtype=bool)])
    between = (rank != NO_TIER_YET) & kept[np.arange(len(rank)), rank] & (entry_rank(measures, resolved) >= rank)
    still = result[between]
    assert still[["rank", "since_day"]].equals(standing.loc[between, ["rank", "since_day"]])
    assert (still["change"] == SAME).all() and (still["proposed_rank"] == NEVER).all()
    assert (still["below_since_day"] == NEVER)[~standing.loc[between, "locked"]].all()


@given(situations(), st.booleans())
def test_a_second_run_on_the_same_day_changes_nothing(situation, propose_up):
    ladder, measures, standing = situation
    resolved = resolve(ladder, measures)
    first = move(standing, measures, resolved, TODAY, propose_up)
    second = move(standing.assign(**first[RESULT]), measures, resolved, TODAY, propose_up)
    assert_frame_equal(second, first.assign(change=np.int8(SAME)))


@given(situations(), st.booleans())
def test_a_run_lowers_nobody(situation, propose_up):
    ladder, measures, standing = situation
    result = moved(standing, measures, ladder, propose_up=propose_up)
    had_one = standing["rank"] != NO_TIER_YET
    assert (result["rank"] <= standing["rank"])[had_one].all()


@given(situations())
def test_what_is_proposed_is_what_would_be_done(situation):
    ladder, measures, standing = situation
    done, proposed = (moved(standing, measures, ladder, propose_up=by_hand) for by_hand in (False, True))
    rises = done["change"] == UP
    assert (proposed["proposed_rank"] == done["rank"].where(rises, NEVER)).all()
    assert (proposed["rank"] == standing["rank"])[rises].all() and not (proposed["change"] == UP).any()
    assert (done["proposed_rank"] == NEVER).all()
    columns = ["rank", *RESULT[1:], "kept_rank"]
    assert done.loc[~rises, columns].equals(proposed.loc[~rises, columns])


@given(situations())
def test_a_fall_ends_where_the_customer_keeps_a_rung(situation):
    ladder, measures, standing = situation
    result, resolved = moved(standing, measures, ladder), resolve(ladder, measures)
    kept = np.column_stack([keeps(measures, resolved), np.ones(len(measures), dtype=bool)])
    below = (result["below_since_day"] != NEVER) & ~standing["locked"]
    assert (result["kept_rank"] == NEVER)[~below].all()
    for position in np.flatnonzero(below):
        rank, landed = result["rank"][position], result["kept_rank"][position]
        assert kept[position, landed] and not kept[position, rank:landed].any()


@given(situations(), st.booleans())
def test_a_tier_set_by_hand_stays(situation, propose_up):
    ladder, measures, standing = situation
    result = moved(standing.assign(locked=True), measures, ladder, propose_up=propose_up)
    assert result[RESULT].equals(standing[RESULT])
    assert (result[["kept_rank", "proposed_rank"]] == NEVER).all(axis=None) and (result["change"] == SAME).all()


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


@pytest.mark.parametrize(("share", "members"), [(20, 1), (40, 2), (60, 3), (100, 4)])
def test_a_share_is_of_those_it_is_among_and_nobody_else_holds_it(share, members):
    """Six of ten bought nothing: without them the top 40 % are two customers, and a refund pulls nobody else in."""
    measures = pd.DataFrame({"revenue": [9.0, 8, 7, -1] + [0.0] * 6, "orders": [3, 1, 1, 1] + [0] * 6})
    top = [Rung("Silver", (Criterion("revenue", share, share, True, top_share=True, among="orders"),))]
    resolved = resolve(top, measures)
    assert (entry_rank(measures, resolved) == 0).tolist() == [True] * members + [False] * (10 - members)
    assert keeps(measures, resolved)[:, 0].tolist() == (entry_rank(measures, resolved) == 0).tolist()
    assert (headroom(measures, resolved)[4:] == -np.inf).all()
    missing = [(gap["measure"], gap["needed"]) for gap in gap_to(resolved[0], {"revenue": 0, "orders": 0})]
    assert missing[0] == ("orders", 1.0)


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


def test_recovering_ends_the_grace():
    standing = standing_of(0, 0, below_since_day=TODAY - 100)
    assert moved(standing, measures_of(800, 799))["below_since_day"].tolist() == [NEVER, TODAY - 100]


def test_who_waits_for_a_better_rung_is_not_below_its_own():
    orders = Rung("Buyer", (Criterion("orders", 5, 5, True),), (), 60, 0)
    standing = standing_of(1, since_day=TODAY - 10)
    measures = measures_of(1000).assign(orders=1)
    result = moved(standing, measures, [GOLD, orders, BRONZE])
    assert summary(result) == [(1, SAME)]
    assert (result["below_since_day"].tolist(), result["proposed_rank"].tolist()) == ([NEVER], [NEVER])


def test_below_since_the_first_run_that_finds_it():
    result = moved(standing_of(0, 0, below_since_day=[NEVER, TODAY - 40]), measures_of(799, 400))
    assert summary(result) == [(0, SAME), (0, SAME)]
    assert result["below_since_day"].tolist() == [TODAY, TODAY - 40]


def test_where_a_fall_ends():
    result = moved(standing_of(0, 0, 0, 1), measures_of(800, 400, 399, 0))
    assert result["kept_rank"].tolist() == [NEVER, 1, 2, 2]
    assert moved(standing_of(1, 2), measures_of(0, 0), [GOLD, SILVER])["kept_rank"].tolist() == [2, NEVER]


def test_without_a_rung_there_is_nothing_to_lose():
    assert summary(moved(standing_of(NO_TIER_YET, 0), measures_of(0, 0), [])) == [(0, FIRST), (0, SAME)]
    assert moved(standing_of(2), measures_of(0), [GOLD, SILVER])["below_since_day"].tolist() == [NEVER]


def test_a_rise_is_only_proposed_the_first_tier_is_given():
    result = moved(standing_of(NO_TIER_YET, 2, 2, 3), measures_of(500, 1000, 100, 999), propose_up=True)
    assert summary(result) == [(1, FIRST), (2, SAME), (2, SAME), (3, SAME)]
    assert result["proposed_rank"].tolist() == [NEVER, 0, NEVER, 1]


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
