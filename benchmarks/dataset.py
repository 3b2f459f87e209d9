"""The databases a size is measured in: one with the addon, and its twin without."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from dev import cache, database, environment, odoo_command, process
from dev.terminal import say

ORDERS_PER_CUSTOMER = 10
ADDONS = ["customer_segmentation", *(f"customer_segmentation_{app}" for app in ("dashboard", "preview", "value"))]
SCRIPT = Path(__file__).with_name("generate_orders.sql")


class Databases(NamedTuple):
    with_addon: str
    twin: str


@contextlib.contextmanager
def databases(prepared, customers, keep):
    """Build both, and drop them in the end unless they shall be kept."""
    prefix = f"customer_segmentation_bench_{environment.checkout_key()}_"
    database.drop_left_behind(prepared, prefix)
    database.drop_left_behind(prepared, f"{prefix}twin_")
    suffix = f"kept_{customers}" if keep else os.getpid()
    names = Databases(f"{prefix}{suffix}", f"{prefix}twin_{suffix}")
    try:
        build(prepared, names, customers)
        yield names
    finally:
        if keep:
            say(f"Kept: {', '.join(names)}")
        else:
            for name in names:
                database.drop(prepared, name)


def build(prepared, names, customers):
    database.create_from_template(names.with_addon, prepared=prepared)
    say(f"Generating {customers:,} customers and {ORDERS_PER_CUSTOMER * customers:,} orders …")
    generate(prepared, names.with_addon, customers)
    database.drop(prepared, names.twin)
    database.copy(prepared, names.with_addon, names.twin)
    say("Installing the addon …")
    log = cache.root() / "logs" / f"{names.with_addon}.log"
    odoo_command.install(prepared, names.with_addon, ADDONS, [], log)
    for name in names:
        database.run_sql(prepared, "VACUUM ANALYZE", name)


def generate(prepared, name, customers):
    command = [prepared.server.programs / "psql", "-X", "-q", "-d", name, "-f", SCRIPT]
    command += ["-v", f"customers={customers}", "-v", f"orders={ORDERS_PER_CUSTOMER * customers}"]
    process.read(command, "the orders could not be generated", env=prepared.full_variables())
