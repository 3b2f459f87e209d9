"""What more orders, or none, would make of one customer: plain Python, while a page is read.

The same scores as `pipeline.score_with` gives for the facts with those orders added, by the cut points of a run. Days
are days since 1970-01-01.

    History          purchases and refunds of the customer
      ▼
    facts_on()       what is known of them on a day: what has left the window by then counts no longer
      ▼
    state_on()       scores, segment and ABC class
      ├─ chances()       the fewest orders that lead to a better segment, and until which day they do
      ├─ class_chance()  the revenue that is missing to a better ABC class
      └─ quiet_states()  what happens by itself while nothing is ordered
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from .calendar import months_before
from .knots import abc_class_of
from .rounding import half_up
from .segment_range import SegmentRange, segment_at

if TYPE_CHECKING:  # NumPy is loaded by who looks at a customer, not by every worker
    from .closed_days import ClosedDays
    from .lifecycle import Limits
    from .rhythm import PurchaseDays

MOST_ORDERS = 5


class Rhythm(NamedTuple):
    """By what the last run judged silence: the company's median gap in days, the limits of the stages, closed days."""

    median_gap: float
    limits: "Limits"
    closed: "ClosedDays"


class Rules(NamedTuple):
    """By what the last run scored: `cut_points` as from `pipeline.score_customers`.

    `remembers_silent`: who bought last one to two windows ago is scored by the window that ended with that purchase;
    by own rhythm everybody is who is not gone. `rhythm`: None for a run that judged none, and then nobody is gone.
    """

    cut_points: Mapping
    ranges: Sequence[SegmentRange]
    window_months: int
    decimal_places: int
    remembers_silent: bool = False
    rhythm: Rhythm | None = None

    @property
    def is_by_own_rhythm(self) -> bool:
        """Whether recency is the silence in multiples of the usual gap."""
        return self.cut_points.get("methods", {}).get("recency") == "own_rhythm"

    def window_start(self, day: int) -> int:
        """The last day before the window of a day."""
        return months_before(day, self.window_months)

    def segment(
        self, recency: int, frequency: int, monetary: int, first_inside_window: bool, is_gone: bool = False
    ) -> Hashable | None:
        """The segment three scores lie in."""
        return segment_at(self.ranges, recency, frequency, monetary, first_inside_window, is_gone)


class Facts(NamedTuple):
    """What is known of a customer on a day; frequency and money in the window, as in `facts`."""

    first_day: int
    last_day: int
    recency_days: int
    order_count: int
    revenue: float


class State(NamedTuple):
    """What the facts make of a customer."""

    recency_score: int
    frequency_score: int
    monetary_score: int
    segment: Hashable | None
    abc_class: str


class Chance(NamedTuple):
    """So many orders, the last of them up to `until_day`, put the customer in `segment` on the day of the last."""

    orders: int
    until_day: int
    segment: Hashable


class History:
    """Purchases and refunds of one customer.

    >>> history = History([(100, 50.0, True), (460, 80.0, True), (470, -30.0, False)])
    >>> history.purchase_days, history.purchases(99, 460), history.amount(100, 470, 2), history.refunds(99, 470)
    ([100, 460], 2, 50.0, 1)
    >>> history.usual_amount(400, 500, 2), history.usual_amount(480, 500, 2)
    (80.0, 65.0)
    """

    def __init__(self, transactions: Iterable[tuple[int, float, bool]]):
        """`transactions`: day, amount (refunds negative), whether it is a purchase; in any order.

        What was taken back in full is no purchase, and its amount is positive.
        """
        ordered = sorted(transactions)
        bought = [(day, amount) for day, amount, is_purchase in ordered if is_purchase]
        self.days = [day for day, _amount, _is_purchase in ordered]
        self.refunded_on = [day for day, amount, is_purchase in ordered if not is_purchase and amount < 0]
        self.bought_on = [day for day, _amount in bought]
        self.purchase_days = sorted(set(self.bought_on))
        self._amounts = [0.0, *accumulate(amount for _day, amount, _is_purchase in ordered)]
        self._bought = [0.0, *accumulate(amount for _day, amount in bought)]

    def purchases(self, after_day: int, until_day: int) -> int:
        """How many purchases there were after a day, up to another."""
        return bisect_right(self.bought_on, until_day) - bisect_right(self.bought_on, after_day)

    def refunds(self, after_day: int, until_day: int) -> int:
        """How many refunds there were after a day, up to another."""
        return bisect_right(self.refunded_on, until_day) - bisect_right(self.refunded_on, after_day)

    def amount(self, after_day: int, until_day: int, decimal_places: int) -> float:
        """What purchases less refunds add up to after a day, up to another."""
        begin, end = (bisect_right(self.days, day) for day in (after_day, until_day))
        return half_up(self._amounts[end] - self._amounts[begin], decimal_places)

    def usual_amount(self, window_start_day: int, as_of_day: int, decimal_places: int) -> float:
        """The average purchase in the window, or of all when there is none in it; 0 without any."""
        begin, end = (bisect_right(self.bought_on, day) for day in (window_start_day, as_of_day))
        if begin == end:
            begin = 0
        return half_up((self._bought[end] - self._bought[begin]) / (end - begin), decimal_places) if end else 0.0


def facts_on(history: History, day: int, rules: Rules) -> Facts | None:
    """What is known on a day, None for who had not bought by then.

    >>> rules = Rules({}, [], 12, 2)
    >>> facts_on(History([(100, 50.0, True), (460, 80.0, True), (470, -30.0, False)]), 500, rules)
    Facts(first_day=100, last_day=460, recency_days=40, order_count=1, revenue=50.0)
    """
    bought = bisect_right(history.bought_on, day)
    if not bought:
        return None
    start, last_day = rules.window_start(day), history.bought_on[bought - 1]
    return Facts(
        history.bought_on[0],
        last_day,
        day - last_day,
        history.purchases(start, day),
        history.amount(start, day, rules.decimal_places),
    )


def remembered(history: History, facts: Facts, day: int, rules: Rules) -> Facts:
    """The facts by which a customer is scored: of one that is silent, those of the window up to the last purchase.

    >>> rules = Rules({}, [], 12, 2, remembers_silent=True)
    >>> history = History([(100, 50.0, True), (90, 80.0, True)])
    >>> remembered(history, facts_on(history, 500, rules), 500, rules).order_count
    2
    """
    if facts.last_day > rules.window_start(day) or not _is_remembered(history, facts, day, rules):
        return facts
    start = rules.window_start(facts.last_day)
    return facts._replace(
        order_count=history.purchases(start, day), revenue=history.amount(start, day, rules.decimal_places)
    )


def _is_remembered(history: History, facts: Facts, day: int, rules: Rules) -> bool:
    """Whether one without a purchase in the window is scored by an earlier one."""
    if rules.remembers_silent and facts.last_day > months_before(day, 2 * rules.window_months):
        return True
    return rules.is_by_own_rhythm and not is_gone(history, day, rules)


def is_gone(history: History, day: int, rules: Rules) -> bool:
    """Whether a customer who has bought is in the stage lost.

    >>> from .closed_days import NO_CLOSED_DAYS
    >>> from .lifecycle import Limits
    >>> rules, history = Rules({}, [], 12, 2, rhythm=Rhythm(30.0, Limits(), NO_CLOSED_DAYS)), History([(0, 1.0, True)])
    >>> is_gone(history, 180, rules), is_gone(history, 181, rules)
    (False, True)
    """
    if not rules.rhythm:
        return False
    from .lifecycle import stages

    return stages(_purchase_days(history, day, rules), rules.rhythm.median_gap, day, *rules.rhythm[1:])[0] == "lost"


def _recency_score(history: History, facts: Facts, day: int, rules: Rules) -> int:
    if not rules.is_by_own_rhythm:
        return score("recency", facts.recency_days, rules.cut_points)
    from .lifecycle import silence
    from .own_rhythm import scores

    median, limits, closed = rules.rhythm
    silent = silence(_purchase_days(history, day, rules), median, day, limits, closed)
    points = rules.cut_points
    return int(scores(silent, points["recency"], points["bands"], limits.at_risk_ratio)[0])


def _purchase_days(history: History, day: int, rules: Rules) -> "PurchaseDays":
    from .rhythm import purchase_days

    known = history.purchase_days[: bisect_right(history.purchase_days, day)]
    return purchase_days([0] * len(known), known, 1, rules.rhythm.closed)


def state_on(history: History, day: int, rules: Rules) -> State | None:
    """Scores, segment and class on a day, None for who had not bought by then.

    Two bands, R x F only; bought 20 days ago for the first time:

    >>> ranges = [SegmentRange("New", (2, 2), *[(1, 2)] * 3), SegmentRange("Gone", (1, 1), *[(1, 2)] * 3)]
    >>> points = {"bands": 2, "methods": dict.fromkeys(("recency", "frequency", "monetary"), "quantile"),
    ...           "recency": [30.0], "frequency": [1.0], "monetary": [40.0], "abc": {"a": 100.0, "b": 50.0}}
    >>> rules, history = Rules(points, ranges, 12, 2), History([(980, 50.0, True)])
    >>> state_on(history, 1000, rules)
    State(recency_score=2, frequency_score=1, monetary_score=2, segment='New', abc_class='B')
    >>> [(day, state.segment) for day, state in quiet_states(history, 1000, 2000, rules)]
    [(1011, 'Gone'), (1345, 'Gone')]
    """
    facts = facts_on(history, day, rules)
    if not facts:
        return None
    recency = _recency_score(history, facts, day, rules)
    return _state(facts, remembered(history, facts, day, rules), day, recency, is_gone(history, day, rules), rules)


def chances(
    history: History, as_of_day: int, until_day: int, amount: float, ranks: Mapping[Hashable, int], rules: Rules
) -> list[Chance]:
    """The fewest orders of an amount that lead to each better segment, from one order to `MOST_ORDERS`.

    On whatever days from `as_of_day` to `until_day` of the chance they are placed: on the day of the last of them the
    customer is in the segment. `ranks`: the higher, the better; what is not in it is worst.
    """
    now, found = state_on(history, as_of_day, rules), []
    best = ranks.get(now.segment, 0) if now else 0
    facts = {day: facts_on(history, day, rules) for day in _order_days(as_of_day, until_day, rules)}
    for orders in range(1, MOST_ORDERS + 1):
        segments = {day: _ordered(facts[day], day, orders, amount, rules).segment for day in facts}
        segment = segments[as_of_day]
        if ranks.get(segment, 0) > best:
            best = ranks[segment]
            ends = next((day for day in facts if segments[day] != segment), until_day + 1)
            found.append(Chance(orders, min(ends, max(facts) + 1) - 1, segment))
    return found


def quiet_states(history: History, as_of_day: int, until_day: int, rules: Rules) -> Iterator[tuple[int, State]]:
    """The days after `as_of_day`, up to another, on which silence may change something, and the state from then on.

    Between two of these days nothing changes.
    """
    last_day = history.bought_on[bisect_right(history.bought_on, as_of_day) - 1]
    changes = set(_days_of_silence(history, as_of_day, rules))
    if not rules.is_by_own_rhythm:
        changes |= {last_day + int(limit // 1) + 1 for limit in rules.cut_points["recency"]}
    known = {day for day in history.days if day <= as_of_day}
    changes |= {_first_day_outside(day, rules.window_months) for day in known}
    if rules.remembers_silent:
        changes.add(_first_day_outside(last_day, 2 * rules.window_months))
    for day in sorted(changes):
        if as_of_day < day <= until_day:
            yield day, state_on(history, day, rules)


def _days_of_silence(history: History, as_of_day: int, rules: Rules) -> Iterator[int]:
    """The days on which silence changes recency by own rhythm, or makes a customer gone."""
    if not rules.rhythm:
        return
    from .lifecycle import turning_days

    ratios = rules.cut_points["recency"] if rules.is_by_own_rhythm else []
    bought = _purchase_days(history, as_of_day, rules)
    for days in turning_days(bought, rules.rhythm.median_gap, as_of_day, ratios, *rules.rhythm[1:]):
        yield int(days[0])


class ClassChance(NamedTuple):
    """So much more revenue on any day up to `until_day` leads to the next better ABC class."""

    abc_class: str
    missing: float
    until_day: int


def class_chance(history: History, as_of_day: int, until_day: int, rules: Rules) -> ClassChance | None:
    """What is missing to the next better ABC class, None when there is none or nothing was ever bought.

    It is enough as long as no revenue leaves the window.

    >>> rules = Rules({"abc": {"a": 300.0, "b": 100.0}}, [], 12, 2)
    >>> class_chance(History([(900, 20.0, True), (700, 100.5, True)]), 1000, 1100, rules)
    ClassChance(abc_class='A', missing=179.5, until_day=1065)
    """
    facts = facts_on(history, as_of_day, rules)
    name = {"C": "b", "B": "a"}.get(facts and abc_class_of(facts.revenue, rules.cut_points["abc"]))
    limit = name and rules.cut_points["abc"][name]
    if limit is None:
        return None
    days = _order_days(as_of_day, until_day, rules)
    less = next((day for day in days if facts_on(history, day, rules).revenue < facts.revenue), days[-1] + 1)
    return ClassChance(name.upper(), half_up(limit - facts.revenue, rules.decimal_places), less - 1)


def score(measure: str, value: float, cut_points: Mapping) -> int:
    """The score of one value by the cut points of a run, as `bands.scores`.

    >>> points = {"bands": 5, "recency": [1, 1, 1, 2], "frequency": [1, 1, 1, 2],
    ...           "methods": {"recency": "quantile", "frequency": "quantile"}}
    >>> [score("frequency", value, points) for value in (1, 2, 3)], score("recency", 2, points)
    ([1, 4, 5], 2)
    """
    limits = cut_points[measure]
    if not limits:
        return 1
    if measure == "recency":
        return cut_points["bands"] - bisect_left(limits, value)
    side = bisect_right if cut_points["methods"][measure] == "mean" else bisect_left
    return 1 + side(limits, value)


def _state(facts: Facts, scored: Facts, day: int, recency: int, gone: bool, rules: Rules) -> State:
    """`scored`: the facts frequency and money are judged by."""
    frequency = monetary = 1
    if scored.order_count:
        frequency = score("frequency", scored.order_count, rules.cut_points)
        monetary = score("monetary", scored.revenue, rules.cut_points)
    inside = facts.first_day > rules.window_start(day)
    segment = rules.segment(recency, frequency, monetary, inside, gone)
    return State(recency, frequency, monetary, segment, abc_class_of(facts.revenue, rules.cut_points["abc"]))


def _ordered(facts: Facts | None, day: int, orders: int, amount: float, rules: Rules) -> State:
    """The state on the day of the last of so many new orders, all of them in the window."""
    facts = facts or Facts(day, day, 0, 0, 0.0)
    revenue = half_up(facts.revenue + orders * amount, rules.decimal_places)
    facts = facts._replace(last_day=day, recency_days=0, order_count=facts.order_count + orders, revenue=revenue)
    # Who has just ordered is on time by any rhythm.
    best = rules.cut_points["bands"] if rules.is_by_own_rhythm else score("recency", 0, rules.cut_points)
    return _state(facts, facts, day, best, False, rules)


def _order_days(as_of_day: int, until_day: int, rules: Rules) -> list[int]:
    """The days on which an order of `as_of_day` is still in the window; the first of them always is."""
    days = range(as_of_day, max(as_of_day, until_day) + 1)
    return [day for day in days if rules.window_start(day) < as_of_day]


def _first_day_outside(day: int, months: int) -> int:
    """The first day whose window of so many months a purchase of `day` has left.

    >>> from scoring.calendar import date_of, day_of
    >>> from datetime import date
    >>> str(date_of(_first_day_outside(day_of(date(2024, 3, 31)), 1)))
    '2024-05-01'
    """
    outside = months_before(day, -months)
    while months_before(outside, months) < day:
        outside += 1
    return outside
