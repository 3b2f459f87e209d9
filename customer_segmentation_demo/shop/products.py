"""Which products a purchase may have been: its quantity and its amount stay as they are, to the cent."""

from random import Random
from typing import NamedTuple

from . import SEED

MAXIMUM_LINES = 3
# How often a customer buys from the favourite category, the second, and so on.
PREFERENCE = (55, 22, 9, 6, 4, 2, 2)


class Line(NamedTuple):
    """An order line; the product is (number of the category, number in it)."""

    product: tuple
    quantity: int
    unit_cents: int


def order_lines(order, prices):
    """The lines of one order.

    :param prices: list prices in cents, a list for each category
    """
    categories = favourites(order.customer, len(prices))
    random = Random(f"{SEED} {order.customer} {order.day}")
    return [line for purchase in order.purchases for line in purchase_lines(purchase, prices, categories, random)]


def favourites(customer, count):
    """The categories as a customer likes them, the favourite first."""
    return Random(f"{SEED} {customer}").sample(range(count), count)


def purchase_lines(purchase, prices, categories, random):
    """Split one purchase into products whose list prices are near what was paid for a piece.

    The last line has one piece: whatever cents the others leave can be its price.
    """
    pieces = max(purchase.quantity, 1)
    quantities = split(pieces, random)
    category = random.choices(categories, weights=PREFERENCE[: len(categories)])[0]
    products = nearest(prices[category], purchase.cents / pieces, len(quantities), random)
    listed = [prices[category][product] for product in products]
    ratio = purchase.cents / sum(quantity * price for quantity, price in zip(quantities, listed, strict=True))
    unit_prices = [int(price * ratio) for price in listed[:-1]]
    unit_prices.append(purchase.cents - sum(q * price for q, price in zip(quantities, unit_prices, strict=False)))
    chosen = zip(products, quantities, unit_prices, strict=True)
    return [Line((category, product), quantity, price) for product, quantity, price in chosen]


def split(pieces, random):
    """Pieces in each line, the last one 1."""
    count = min(pieces, random.randint(2, MAXIMUM_LINES))
    quantities = [1] * count
    for _ in range(pieces - count):
        quantities[random.randrange(count - 1)] += 1
    return quantities


def nearest(prices, price, count, random):
    """Different products of a category, among those whose list price comes nearest to `price`."""
    ordered = sorted(range(len(prices)), key=lambda product: abs(prices[product] - price))
    return random.sample(ordered[: count + 2], count)
