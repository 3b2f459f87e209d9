"""One customer with very many documents, and the last contacts of a few others: what a click on them takes.

Nothing may grow faster than linearly with the documents of one customer. They are made here, after everything else was
measured: the customer would be part of every other figure.
"""

import time

from dev import process
from dev.terminal import Problem

from .budget import LAST_CONTACTS
from .odoo_session import open_database, transaction

ORDERS = 100_000
REPEATS = 3
USER = 2  # the administrator: record rules apply


def generate(prepared, database, orders):
    """Add the large customer to a database with the addon."""
    script = __file__.replace("large_customer.py", "generate_large_customer.sql")
    command = [prepared.server.programs / "psql", "-X", "-q", "-d", database, "-v", f"orders={orders}", "-f", script]
    process.read(command, "the large customer could not be generated", env=prepared.full_variables())


def measure(database, orders=ORDERS, repeats=REPEATS):
    """Seconds, best of `repeats`: `large_page`, `large_portrait`, `large_refresh`, `last_contact_1` …

    :param orders: how many the large customer must have after the refresh
    """
    registry = open_database(database)
    seconds = {"large_refresh": best(registry, refresh, repeats)}
    check_refreshed(registry, orders)
    seconds |= {"large_page": best(registry, page, repeats), "large_portrait": best(registry, portrait, repeats)}
    for count in LAST_CONTACTS:
        seconds[f"last_contact_{count}"] = best(registry, lambda env, count=count: last_contact(env, count), repeats)
    return seconds


def best(registry, work, repeats):
    return min(once(registry, work) for _ in range(repeats))


def once(registry, work):
    """One reading in a transaction of its own, what it needs first not counted."""
    with transaction(registry, USER) as env:
        read = work(env)
        env.flush_all()
        env.invalidate_all()
        start = time.perf_counter()
        read()
        return time.perf_counter() - start


def large_customer(env):
    return env["res.partner"].search([("ref", "=", "BENCH LARGE")])


def refresh(env):
    """What the job does after an order of the customer."""
    policy = env["customer.segmentation.policy"].sudo().search([], limit=1)
    profiles, customer = env["customer.segmentation.profile"].sudo(), large_customer(env)
    return lambda: profiles._refresh(policy, customer.ids)


def check_refreshed(registry, orders):
    with transaction(registry) as env:
        profile = env["customer.segmentation.profile"].search([("partner_id", "=", large_customer(env).id)])
        if profile.lifetime_order_count != orders:
            raise Problem(f"the large customer has {orders} orders, its profile says {profile.lifetime_order_count}")


def page(env):
    """All fields of the contact's form."""
    customer = large_customer(env)
    fields = env["res.partner"].get_views([(False, "form")])["models"]["res.partner"]["fields"]
    shown = {name: {} for name in fields if name.startswith("customer_")}
    return lambda: customer.web_read(shown)


def portrait(env):
    """The portrait, as far as the template."""
    report, customer = env["report.customer_segmentation_dashboard.contact_portrait"], large_customer(env)
    return lambda: report._get_report_values(customer.ids)


def last_contact(env, count):
    """When some customers were last in contact, and how."""
    customers = env["res.partner"].search([("ref", "=", "BENCH"), ("parent_id", "=", False)], order="id", limit=count)
    return lambda: env["customer.interaction.summary"]._last_by_customer(customers.ids)
