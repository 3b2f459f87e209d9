"""`python -m dev.demo_data`: see the package."""

import argparse
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic

from dev import cdnow
from dev.terminal import Problem, say

from . import (
    conversations,
    customers,
    follow_up,
    hints,
    history,
    invoices,
    orders,
    playbooks,
    privacy,
    scoring,
    screens,
    session,
    shop,
    standing,
    tiers,
)
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
    best_first = standing.best_first(purchases, today)
    accounts = customers.create(env, words, standing.salespeople(best_first, shop.teams(the_shop)))
    all_orders = history.orders(purchases)
    tiers.use_ladder(env)
    tiers.name_owners(env, the_shop)
    past_days = scoring.days_of_history(today)
    identifiers = orders.create(env, words, the_shop, accounts, all_orders, past_days, partial(score_past, today=today))
    tiers.promise(env, words, the_shop)
    orders.create_quotations(env, words, the_shop, accounts, best_first, today)
    invoices.create(env, words, all_orders, identifiers, best_first, today)
    conversations.create(env, words, the_shop, accounts, purchases, today)
    paying = {purchase.customer for purchase in purchases if purchase.cents}  # an order of zero is no purchase
    scoring.weigh(env)
    scoring.score_today(env, today, len(paying))
    scoring.replay(env)
    decide(env, words, the_shop, today)
    scoring.show_segments(env)
    screens.check(screens.count(env, the_shop.manager))


def score_past(env, day, today):
    scoring.score(env, day)
    tiers.hold_review(env, today)


def decide(env, words, the_shop, today):
    """What the manager decided about the customers as they are today."""
    tiers.hold_review(env, today)
    tiers.set_by_hand(env, words, the_shop.manager)
    follow_up.stop(env, the_shop.manager)
    privacy.exclude(env, words, the_shop.manager)
    scoring.close_past(env)
    scoring.check_prediction(env)
    playbooks.start(env, the_shop.manager)


def show_hints(env, path):
    """Print what to look at first, and keep it for the next start."""
    lines = [f"  {number}. {text}" for number, text in enumerate(hints.things(env), 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
