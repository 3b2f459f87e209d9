"""The pure parts of the demo's data: moved histories, order lines, names."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from string import Formatter
from types import SimpleNamespace as Namespace

import pytest

from shop import (
    Incomplete,
    cohort,
    history,
    invoices,
    names,
    orders,
    products,
    promises,
    screens,
    standing,
    tiers,
    words,
)

YESTERDAY = date(2026, 3, 14)
TODAY = YESTERDAY + timedelta(days=1)
EIGHTEEN_MONTHS = timedelta(days=history.DAYS_OF_HISTORY)
LANGUAGES = ("en_US", "zh_CN")


def row(customer, day, quantity=1, cents=1499):
    return history.Purchase(customer, day, quantity, cents)


@pytest.fixture(scope="module")
def purchases():
    """A cohort like CDNOW's: everybody begins in the first quarter."""
    random = Random(7)
    rows = []
    for customer in range(1, 601):
        first = date(1997, 1, 1) + timedelta(days=random.randrange(84))
        days = [first] + [first + timedelta(days=random.randrange(460)) for _ in range(random.randrange(5))]
        rows += [row(customer, day, random.randrange(1, 9), random.randrange(9000)) for day in days]
    return rows


@pytest.fixture(scope="module")
def moved(purchases):
    return history.move(purchases, YESTERDAY)


def test_a_row_of_the_file():
    parsed = history.parse(["00004", "0001", "19970118", "2", "29.73"])
    assert parsed == history.Purchase(1, date(1997, 1, 18), 2, 2973)


def test_the_file_is_found_where_python_finds_the_package_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / history.PACKAGE).mkdir()
    (tmp_path / history.PACKAGE / "__init__.py").write_text("raise ImportError('what the package needs is missing')")
    assert history.find() is None
    file = tmp_path / history.PACKAGE / history.FILE
    file.parent.mkdir()
    file.write_text("00004 0001 19970101 1 11.77\n")
    assert history.find() == file


def test_made_up_purchases_are_like_those_of_the_file():
    """The file: 2,357 customers, 6,919 purchases, 1,205 customers with one purchase, 35.28 for each."""
    made = cohort.purchases()
    assert made == cohort.purchases()
    bought = Counter(purchase.customer for purchase in made)
    assert len(bought) == 2357
    assert 6000 < len(made) < 8000
    assert 1100 < sum(times == 1 for times in bought.values()) < 1350
    assert 30 < sum(purchase.cents for purchase in made) / len(made) / 100 < 40
    days = [purchase.day for purchase in made]
    assert min(days) >= date(1997, 1, 1) and date(1998, 6, 25) < max(days) <= date(1998, 6, 30)
    assert max(min(row.day for row in rows) for rows in history.by_customer(made).values()) < date(1997, 4, 1)
    assert all(purchase.quantity >= 1 and purchase.cents >= 0 for purchase in made)


def test_moving_loses_no_customer_and_invents_nothing(purchases, moved):
    assert {row.customer for row in moved} == {row.customer for row in purchases}
    contents = Counter((row.customer, row.quantity, row.cents) for row in purchases)
    assert not Counter((row.customer, row.quantity, row.cents) for row in moved) - contents


def test_nothing_happens_after_yesterday(moved):
    assert max(row.day for row in moved) == YESTERDAY
    assert min(row.day for row in moved) >= YESTERDAY - EIGHTEEN_MONTHS


def test_first_purchases_spread_over_the_eighteen_months(moved):
    first_days = [min(row.day for row in rows) for rows in history.by_customer(moved).values()]
    quarters = Counter((YESTERDAY - day).days // 91 for day in first_days)
    assert sorted(quarters) == list(range(6))
    assert min(quarters.values()) > 60 and max(quarters.values()) < 140


def test_a_history_is_moved_as_a_whole(purchases, moved):
    before, after = history.by_customer(purchases), history.by_customer(moved)
    for customer, rows in after.items():
        delay = min(row.day for row in rows) - min(row.day for row in before[customer])
        expected = [row._replace(day=row.day + delay) for row in before[customer] if row.day + delay <= YESTERDAY]
        assert sorted(rows) == sorted(expected)


def test_the_same_day_gives_the_same_history(purchases, moved):
    assert history.move(purchases, YESTERDAY) == moved
    next_day = history.move(purchases, YESTERDAY + timedelta(days=1))
    assert min(next_day).day == min(moved).day + timedelta(days=1)


def test_rows_of_one_day_are_one_order():
    day = date(2026, 1, 5)
    rows = [row(2, day), row(1, day + timedelta(days=1)), row(2, day, cents=0), row(1, day)]
    made = history.orders(rows)
    assert [(order.customer, order.day, len(order.purchases)) for order in made] == [
        (1, day, 1),
        (2, day, 2),
        (1, day + timedelta(days=1), 1),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_order_lines_keep_quantity_and_amount(language, moved):
    prices = [[round(price * 100) for _, price in articles] for articles in words.of(language).PRODUCTS.values()]
    for order in history.orders([*moved, row(9999, YESTERDAY, 40, 17), row(9998, YESTERDAY, 3, 0)]):
        lines = products.order_lines(order, prices)
        assert lines == products.order_lines(order, prices)
        assert sum(line.quantity for line in lines) == sum(row.quantity for row in order.purchases)
        assert sum(line.quantity * line.unit_cents for line in lines) == sum(row.cents for row in order.purchases)
        assert all(line.quantity > 0 and line.unit_cents >= 0 for line in lines)


def test_customers_have_favourite_categories():
    bought = Counter()
    for number in range(300):
        order = history.Order(5, YESTERDAY - timedelta(days=number), (row(5, YESTERDAY),))
        bought[products.order_lines(order, [[1499] * 6] * 7)[0].product[0]] += 1
    assert bought.most_common(1)[0][0] == products.favourites(5, 7)[0]
    assert 120 < bought.most_common(1)[0][1] < 210


def test_orders_are_scored_between_the_months():
    days = [YESTERDAY - timedelta(days=age) for age in range(400, 0, -1)]
    made = [history.Order(number, day, ()) for number, day in enumerate(days)]
    batches = orders.in_periods(made, [days[100], days[250]])
    assert [order for batch in batches for order in batch] == made
    ends = {batch[-1].day for batch in batches}
    assert {days[100], days[250]} <= ends


def test_the_best_customers_paid_most_within_a_year():
    long_ago = TODAY - timedelta(days=365)
    rows = [row(1, YESTERDAY, cents=500), row(2, long_ago, cents=9000), row(3, YESTERDAY, cents=300)]
    rows += [row(3, long_ago + timedelta(days=1), cents=300), row(4, YESTERDAY, cents=500)]
    assert standing.best_first(rows, TODAY) == [3, 1, 4, 2]


def test_who_still_buys_bought_within_half_a_year(moved):
    last_days, buying = history.last_days(moved), standing.buying(moved, TODAY)
    assert buying == [one for one in standing.best_first(moved, TODAY) if (TODAY - last_days[one]).days < 182]
    assert 0 < len(buying) < len(last_days)


def test_promises_are_mostly_kept():
    made = promises.days(Random(3), 19, TODAY)
    assert len(made) == 19 and made.count(TODAY) == 2 and sum(day < TODAY for day in made) == 1
    assert max(made) <= TODAY + timedelta(days=promises.DAYS_AHEAD)


@pytest.mark.parametrize(
    ("days_silent", "expected", "talk"),
    [(5, 9, "delivery"), (40, 9, "assortment"), (40, -9, "stopped"), (5, -1, "delivery")],
)
def test_there_is_something_to_talk_about(days_silent, expected, talk):
    profile = Namespace(recency_days=days_silent, expected_next_order_date=TODAY + timedelta(days=expected))
    summary, _feedback = words.of("en_US").ACTIVITIES[promises.occasion(profile, TODAY)]
    assert talk in summary


def test_few_customers_have_a_salesperson_of_the_other_team(moved):
    best_first = standing.best_first(moved, TODAY)
    salespeople = standing.salespeople(best_first, [["rep", "lea"], ["jon", "mia"]])
    assert salespeople == standing.salespeople(best_first, [["rep", "lea"], ["jon", "mia"]])
    assert set(salespeople) == set(best_first)
    half = len(best_first) // 2
    teams = Counter(
        (place < half, salespeople[customer] in ("rep", "lea")) for place, customer in enumerate(best_first)
    )
    assert 0 < teams[True, False] < half / 8 and 0 < teams[False, True] < half / 8
    customers = Counter(salespeople.values())
    assert max(customers.values()) < 1.25 * min(customers.values())


def test_who_is_chased_in_vain_bought_once_and_long_ago(moved):
    chased = standing.chased(moved, TODAY)
    assert chased == standing.chased(moved, TODAY)
    assert 10 < len(set(chased)) == len(chased) <= standing.CHASED
    for customer in chased:
        (only,) = history.by_customer(moved)[customer]
        assert TODAY - only.day >= timedelta(days=385) and 0 < only.cents < 3000


def test_the_best_customers_get_most_attention_and_those_who_left_least(moved):
    attention = standing.attention(moved, TODAY)
    last_days = history.last_days(moved)
    assert set(attention) == set(last_days)
    assert attention[standing.best_first(moved, TODAY)[0]] == 2
    left = [customer for customer, day in last_days.items() if day <= TODAY - timedelta(days=365)]
    assert {attention[customer] for customer in left} == {0.3}
    assert Counter(attention.values())[2] == round(0.15 * len(attention))


def test_each_order_has_one_invoice_and_some_are_of_the_best_customers(moved):
    waiting = list(enumerate(history.orders([*moved, row(9998, YESTERDAY - timedelta(days=50), cents=0)])))
    best = set(standing.best_first(moved, TODAY)[:60])
    ages = range(12, 330)
    of_best = invoices.choose(Random(1), waiting, TODAY, ages, 20, best)
    others = invoices.choose(Random(1), waiting, TODAY, ages, 10_000)
    assert len(of_best) == 20 and {order.customer for _, order in of_best} <= best
    assert not {identifier for identifier, _ in of_best} & {identifier for identifier, _ in others}
    for _, order in of_best + others:
        assert (TODAY - order.day).days in ages and order.customer != 9998
    assert not {identifier for identifier, _ in others} & {identifier for identifier, _ in waiting}


def test_customers_pay_by_habit_and_some_of_them_late(moved):
    days = {}
    for order in history.orders(moved):
        due, paid = invoices.issue_day(order) + timedelta(days=30), invoices.payment_day(order, TODAY)
        assert paid <= YESTERDAY
        if paid < YESTERDAY:
            days.setdefault(order.customer, set()).add((paid - due).days)
    assert all(len(of_customer) == 1 for of_customer in days.values())
    late = sum(max(of_customer) > 0 for of_customer in days.values())
    assert 0.15 < late / len(days) < 0.5


def test_a_demo_with_an_empty_screen_is_refused():
    screens.check({"customers on the edge list": 3, "customers in the public pool": 1})
    with pytest.raises(Incomplete, match=r"no customers in the public pool$"):
        screens.check({"customers on the edge list": 3, "customers in the public pool": 0})


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_the_same_every_time_and_of_one_customer_only(language):
    made = names.customers(800, words.of(language))
    assert made == names.customers(800, words.of(language))
    assert len({customer.name for customer in made}) == 800
    assert 0.6 < sum(customer.is_company for customer in made) / 800 < 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_companies_have_contacts_and_nobody_can_be_reached(language):
    for customer in names.customers(400, words.of(language)):
        assert len(customer.contacts) in ((1, 2, 3) if customer.is_company else (0,))
        for email in (customer.email, *(person.email for person in customer.contacts)):
            assert email.isascii() and email.endswith(("@example.com", ".example.com")), email
        assert "#" not in customer.phone


def test_the_languages_offer_the_same():
    english, chinese = map(words.of, LANGUAGES)
    constants = {name for name in vars(english) if name.isupper() and not name.startswith("ENGLISH")}
    assert constants <= set(vars(chinese))
    assert [len(articles) for articles in english.PRODUCTS.values()] == [
        len(articles) for articles in chinese.PRODUCTS.values()
    ]
    assert len(english.TEAMS) == len(chinese.TEAMS) and len(english.SALESPEOPLE) == len(chinese.SALESPEOPLE)
    assert english.TEXTS.keys() == chinese.TEXTS.keys()
    for key, text in english.TEXTS.items():
        assert fields_of(text) == fields_of(chinese.TEXTS[key]), key
    for name in ("PRICELISTS", "BENEFITS", "TIER_DESCRIPTIONS"):
        assert len(getattr(english, name)) == len(getattr(chinese, name)) == len(tiers.DISCOUNTS)


def fields_of(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}
