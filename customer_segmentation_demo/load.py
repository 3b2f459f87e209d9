"""Installing the addon fills the database with the shop, in one transaction: all of it or nothing.

The purchases are those of the CDNOW sample where Python finds the package `lifetimes` (`pip install --no-deps
lifetimes` is enough), otherwise made up like them. The shop speaks Chinese when the administrator does, and English
otherwise.
"""

import logging
from datetime import timedelta
from functools import partial

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import config

from .shop import (
    cohort,
    company,
    conversations,
    customers,
    follow_up,
    hints,
    history,
    invoices,
    orders,
    playbooks,
    privacy,
    promises,
    scoring,
    screens,
    session,
    standing,
    tiers,
)
from .shop import words as vocabulary

_logger = logging.getLogger(__name__)

SECONDS = 1800  # enough for the slowest of machines
DOCUMENTS = ("sale.order", "account.move")


def post_init_hook(env):
    """Fill a new database with the shop.

    :raise UserError: when the database is in use, or when Odoo would break off before it is full
    """
    words = vocabulary.of(language(env))
    refuse_used_database(env, words)
    refuse_short_time(env, words, seconds_of_request() if request else 0)
    env["res.lang"]._activate_lang(words.LANGUAGE)
    load(env(context={**session.QUIET, "lang": words.LANGUAGE, "tz": words.TIME_ZONE}), words)


def language(env):
    """The language of the shop: the administrator's, if we know its words."""
    spoken = env.ref("base.user_admin").lang
    return spoken if spoken in vocabulary.LANGUAGES else vocabulary.LANGUAGES[0]


def refuse_used_database(env, words):
    """:raise UserError: where there is something the demo would spoil"""
    logins = [words.MANAGER[0], *(login for login, _name in words.SALESPEOPLE)]
    everything = env(context={"active_test": False})
    users = everything["res.users"].search_count([("login", "in", logins)], limit=1)
    if users or any(everything[model].search_count([], limit=1) for model in DOCUMENTS):
        raise UserError(words.TEXTS["not_empty"].format(logins=", ".join(logins)))


def seconds_of_request():
    """The seconds after which Odoo ends a request that is still at work; 0 for never."""
    limits = [config["limit_time_real"], config["limit_time_cpu"] if config["workers"] else 0]
    return min(filter(None, limits), default=0)


def refuse_short_time(env, words, seconds):
    """:raise UserError: when Odoo would end the installation after these seconds (0: never), with nothing to show"""
    if 0 < seconds < SECONDS:
        raise UserError(words.TEXTS["no_time"].format(seconds=seconds, database=env.cr.dbname))


def purchases():
    """Those of real customers, or made-up ones."""
    file = history.find()
    _logger.info("Purchases: %s", "the CDNOW sample" if file else "made up, for want of the package lifetimes")
    return history.read(file) if file else cohort.purchases()


def load(env, words):
    """Make the shop with its purchases, score its customers, and look whether there is something on every screen."""
    shop = company.build(env, words)
    today = scoring.policy_of(env)._today()
    moved = history.move(purchases(), today - timedelta(days=1))
    sell(env, words, shop, moved, today)
    paying = {purchase.customer for purchase in moved if purchase.cents}  # an order of zero is no purchase
    scoring.score_today(env, today, len(paying) - invoices.returned_everything(env))
    scoring.replay(env)
    session.count_rows(env)
    decide(env, words, shop, today)
    scoring.show_segments(env)
    screens.check(screens.count(env, shop.manager))
    hints.leave(env, words, shop.manager)


def sell(env, words, shop, moved, today):
    """The months up to today: orders, with the scores of each month-end, then invoices and conversations."""
    best_first = standing.best_first(moved, today)
    accounts = customers.create(env, words, standing.salespeople(best_first, company.teams(shop)))
    all_orders = history.orders(moved)
    tiers.use_ladder(env)
    scoring.weigh(env)  # under one version of the rules the months can be compared
    tiers.name_owners(env, shop)
    past_days = scoring.days_of_history(today)
    identifiers = orders.create(env, words, shop, accounts, all_orders, past_days, partial(score_past, today=today))
    tiers.promise(env, words, shop)
    orders.create_quotations(env, words, shop, accounts, standing.buying(moved, today), today)
    invoices.create(env, words, all_orders, identifiers, best_first, today)
    conversations.create(env, words, shop, accounts, moved, today)


def score_past(env, day, today):
    """Score as of the end of a past month, before later orders come in, and hold its review."""
    session.count_rows(env)
    scoring.score(env, day)
    tiers.hold_review(env, today)


def decide(env, words, shop, today):
    """What the manager decided about the customers as they are today."""
    tiers.hold_review(env, today)
    tiers.set_by_hand(env, words, shop.manager)
    follow_up.stop(env, shop.manager)
    privacy.exclude(env, words, shop.manager)
    scoring.close_past(env)
    scoring.check_prediction(env)
    playbooks.start(env, shop.manager)
    promises.make(env, words, shop, today)
