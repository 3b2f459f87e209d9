"""An order is confirmed: how much slower that is with the addon, and how long its customer's refresh takes.

The same quotations are confirmed in two databases in turn, one with the addon and its twin without: same rows, same
process, same minute, each in a transaction of its own with its commit, as a click does it.
"""

import statistics
import time

from dev.terminal import Problem

from .odoo_session import open_database, transaction

WARM_UP = 5
CONFIRMATIONS = 60
LINES = 3
SALESPERSON = 2  # the administrator: record rules apply


def measure(database, twin):
    """Medians in seconds: `confirm`, `confirm_without_addon`, `refresh_one_customer`."""
    with_addon, without = open_database(database), open_database(twin)
    quotations, twins = (create_quotations(registry) for registry in (with_addon, without))
    orders_before = scored_orders(with_addon)
    confirmed, plain, refreshed = [], [], []
    for turn, (order_id, twin_id) in enumerate(zip(quotations, twins, strict=True)):
        if turn % 2:
            plain.append(confirm(without, twin_id))
        confirmed.append(confirm(with_addon, order_id))
        if not turn % 2:
            plain.append(confirm(without, twin_id))
        refreshed.append(refresh(with_addon))
    check_refreshed(scored_orders(with_addon) - orders_before, len(quotations))
    return {
        "confirm": statistics.median(confirmed[WARM_UP:]),
        "confirm_without_addon": statistics.median(plain[WARM_UP:]),
        "refresh_one_customer": statistics.median(refreshed[WARM_UP:]),
    }


def create_quotations(registry):
    """Quotations of `LINES` lines, one a customer, of the customers with the lowest identifiers."""
    with transaction(registry, SALESPERSON) as env:
        product = env["product.product"].create({"name": "Benchmark product", "type": "service", "list_price": 100})
        customers = env["res.partner"].search(
            [("ref", "=", "BENCH"), ("parent_id", "=", False)], order="id", limit=WARM_UP + CONFIRMATIONS
        )
        line = (0, 0, {"product_id": product.id, "product_uom_qty": 1})
        orders = env["sale.order"].create(
            [{"partner_id": customer.id, "order_line": [line] * LINES} for customer in customers]
        )
        return orders.ids


def confirm(registry, order_id):
    start = time.perf_counter()
    with transaction(registry, SALESPERSON) as env:
        env["sale.order"].browse(order_id).action_confirm()
    return time.perf_counter() - start


def refresh(registry):
    """The job's part of it: one batch with one customer in it, committed."""
    with transaction(registry) as env:
        policy = env["customer.segmentation.policy"].search([], limit=1)
        start = time.perf_counter()
        taken = env["customer.segmentation.queue"]._refresh_batch(policy)
        env.cr.commit()
        elapsed = time.perf_counter() - start
    if taken != 1:
        raise Problem(f"confirming one order queued {taken} customers, not one")
    return elapsed


def scored_orders(registry):
    with transaction(registry) as env:
        env.cr.execute("SELECT SUM(lifetime_order_count) FROM customer_segmentation_profile")
        return env.cr.fetchone()[0]


def check_refreshed(scored, confirmed):
    if scored != confirmed:
        raise Problem(f"{confirmed} orders were confirmed, but the profiles count {scored} more")
