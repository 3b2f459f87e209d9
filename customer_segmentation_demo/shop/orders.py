"""Confirmed sale orders of the purchases, on their days, and quotations that are still open."""

from bisect import bisect_right
from datetime import time, timedelta
from itertools import pairwise
from operator import attrgetter
from random import Random

from . import SEED, products, session

BATCH = 150
SHARE_ORDERED_BY_A_CONTACT = 0.45
OFFICE_HOURS = (time(9, 20), time(11, 45), time(14, 10), time(16, 30))
QUOTATIONS, QUOTATIONS_OF_BEST = 55, 15
BEST = 120  # so many of the best customers to choose from
DAYS_QUOTATIONS_STAY_OPEN = 28
UNANSWERED = 3  # every third was sent, the others are drafts


def create(env, words, shop, accounts, orders, days, after_day):
    """Create and confirm the orders; returns the identifiers, in the order of `orders`.

    :param days: some days, ascending, after which the world must be as it was then
    :param after_day: what to do after all orders up to each of these days
    """
    waiting, identifiers = list(days), []
    for batch in session.counted(env, in_periods(orders, days), "orders"):
        while waiting and batch[0].day > waiting[0]:
            after_day(env, waiting.pop(0))
        created = env["sale.order"].create([order_values(shop, accounts[order.customer], order) for order in batch])
        created.action_confirm()
        date_back(created, [moment(order.day, number, words.TIME_ZONE) for number, order in enumerate(batch)])
        identifiers += created.ids
    return identifiers


def in_periods(orders, days):
    """Batches of orders, each wholly before or after any of the days."""
    limits = [0, *(bisect_right(orders, day, key=attrgetter("day")) for day in days), len(orders)]
    return [batch for start, end in pairwise(limits) for batch in session.slices(orders[start:end], BATCH)]


def moment(day, number, time_zone):
    """When the order with this number was placed on its day."""
    return session.stored_moment(day, OFFICE_HOURS[number % len(OFFICE_HOURS)], time_zone)


def date_back(orders, moments):
    """Confirming sets the date to now: set it back, all orders of a moment at once."""
    by_moment = {}
    for order, day in zip(orders, moments, strict=True):
        by_moment[day] = by_moment.get(day, orders.browse()) + order
    for day, together in by_moment.items():
        together.date_order = day


def order_values(shop, account, order):
    lines = products.order_lines(order, shop.prices)
    values = [line_values(shop, line) for line in lines]
    random = Random(f"{SEED} who orders {order.customer} {order.day}")
    return document_values(shop, account, who_orders(account, random), values)


def who_orders(account, random):
    by_contact = account.contacts and random.random() < SHARE_ORDERED_BY_A_CONTACT
    return random.choice(account.contacts) if by_contact else account.partner


def document_values(shop, account, partner, lines):
    return {
        "partner_id": partner,
        "partner_invoice_id": account.partner,
        "partner_shipping_id": account.partner,
        "user_id": account.user,
        "team_id": shop.team_of_user[account.user],
        "order_line": [(0, 0, line) for line in lines],
    }


def line_values(shop, line):
    category, number = line.product
    return {
        "product_id": shop.products[category][number],
        "product_uom_qty": line.quantity,
        "price_unit": line.unit_cents / 100,
        "tax_ids": False,
    }


def create_quotations(env, words, shop, accounts, best_first, today):
    """Open quotations of the last weeks, about a third of them sent and not answered yet; some for the best customers,
    whose tier shows.

    :param best_first: customers who still buy
    """
    random = Random(f"{SEED} quotations")
    numbers = random.sample(best_first[:BEST], QUOTATIONS_OF_BEST) + random.sample(best_first[BEST:], QUOTATIONS)
    chosen = [accounts[number] for number in numbers]
    for batch in session.batches(env, chosen, len(chosen), "quotations"):
        values = [quotation_values(shop, account, random) for account in batch]
        created = env["sale.order"].create(values)
        days = [today - timedelta(days=random.randint(1, DAYS_QUOTATIONS_STAY_OPEN)) for _ in batch]
        date_back(created, [moment(day, number, words.TIME_ZONE) for number, day in enumerate(days)])
        created[::UNANSWERED].write({"state": "sent"})


def quotation_values(shop, account, random):
    """Without prices: those of the pricelist."""
    chosen = random.sample([product for category in shop.products for product in category], random.randint(1, 4))
    lines = [{"product_id": product, "product_uom_qty": random.randint(1, 12)} for product in chosen]
    return document_values(shop, account, random.choice(account.people()), lines)
