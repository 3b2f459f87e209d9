"""CDNOW's purchases made a living shop's: each customer's history is moved in time as a whole."""

from collections import defaultdict
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import NamedTuple

from . import SEED

PACKAGE, FILE = "lifetimes", "datasets/CDNOW_sample.txt"
DAYS_OF_HISTORY = (date(1998, 6, 30) - date(1997, 1, 1)).days  # 18 months


class Purchase(NamedTuple):
    """One row of the file."""

    customer: int
    day: date
    quantity: int
    cents: int


class Order(NamedTuple):
    """What one customer bought on one day."""

    customer: int
    day: date
    purchases: tuple


def find():
    """The path of the file where Python finds the package that brings it, which need not work; None without it."""
    package = find_spec(PACKAGE)
    folders = map(Path, package.submodule_search_locations or ()) if package else ()
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def read(path):
    """The rows of `CDNOW_sample.txt`: customer, customer in the sample, date, number of discs, amount."""
    with open(path, encoding="ascii") as lines:
        return [parse(line.split()) for line in lines if line.strip()]


def parse(columns):
    _, customer, day, quantity, amount = columns
    cents = round(float(amount) * 100)
    return Purchase(int(customer), date(int(day[:4]), int(day[4:6]), int(day[6:])), int(quantity), cents)


def move(purchases, yesterday):
    """Spread the first purchases over the 18 months that end yesterday; what would come later is dropped.

    CDNOW's customers all began in one quarter: unmoved, nobody new would ever come and all would be leaving. The
    first purchase is yesterday at the latest, so nobody is dropped altogether.
    """
    random = Random(SEED)
    moved = []
    for _, rows in sorted(by_customer(purchases).items()):
        first_day = yesterday - timedelta(days=random.randint(0, DAYS_OF_HISTORY))
        delay = first_day - min(row.day for row in rows)
        moved += [row._replace(day=row.day + delay) for row in rows if row.day + delay <= yesterday]
    return moved


def by_customer(purchases):
    grouped = defaultdict(list)
    for purchase in purchases:
        grouped[purchase.customer].append(purchase)
    return grouped


def orders(purchases):
    """One order per customer and day, in the order of time."""

    def order_of(purchase):
        return purchase.day, purchase.customer

    grouped = defaultdict(list)
    for purchase in sorted(purchases, key=order_of):
        grouped[order_of(purchase)].append(purchase)
    return [Order(customer, day, tuple(rows)) for (day, customer), rows in grouped.items()]


def last_days(purchases):
    """The day of each customer's last purchase."""
    return {customer: max(row.day for row in rows) for customer, rows in by_customer(purchases).items()}
