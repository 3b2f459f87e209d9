"""`python -m dev.demo_data`: see the package."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic

from dev import cdnow
from dev.terminal import Problem, say

from . import conversations, customers, hints, history, invoices, orders, scoring, session, shop
from . import words as vocabulary


def main():
    options = parse()
    started = monotonic()
    try:
        with session.opened(options.database, options.lang) as env:
            load(env, vocabulary.of(options.lang), cdnow.sample())
            show_hints(env, Path(options.cache) / f"{options.database}.hints.txt")
    except Problem as problem:
        say(f"demo data: {problem}")
        return 1
    say(f"Loaded in {monotonic() - started:.0f} s.")
    return 0


def parse():
    parser = argparse.ArgumentParser(prog="python -m dev.demo_data", description="Fill a fresh database with a shop.")
    parser.add_argument("--database", required=True)
    parser.add_argument("--lang", choices=("en_US", "zh_CN"), default="en_US")
    parser.add_argument("--cache", required=True, help="the folder what to look at first is written to")
    return parser.parse_args()


def load(env, words, path):
    the_shop = shop.build(env, words)
    today = env["customer.segmentation.policy"].search([("company_id", "=", env.company.id)])._today()
    purchases = history.move(history.read(path), today - timedelta(days=1))
    accounts = customers.create(env, words, the_shop, sorted({purchase.customer for purchase in purchases}))
    all_orders = history.orders(purchases)
    scoring.use_ladder(env)
    past_days = scoring.days_of_history(today)
    identifiers = orders.create(env, words, the_shop, accounts, all_orders, past_days, scoring.score)
    orders.create_quotations(env, words, the_shop, accounts, today)
    invoices.create(env, words, all_orders, identifiers, today)
    conversations.create(env, words, the_shop, accounts, today)
    paying = {purchase.customer for purchase in purchases if purchase.cents}  # an order of zero is no purchase
    scoring.score_today(env, today, len(paying))
    scoring.show_segments(env)


def show_hints(env, path):
    """Print what to look at first, and keep it for the next start."""
    lines = [f"  {number}. {text}" for number, text in enumerate(hints.three_things(env), 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
