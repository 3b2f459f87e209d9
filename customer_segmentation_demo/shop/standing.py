"""What the purchases say about customers before Odoo scores them: who looks after them, who is chased in vain; pure."""

from collections import defaultdict
from datetime import timedelta
from random import Random

from . import SEED, history

YEAR, HALF_YEAR = timedelta(days=365), timedelta(days=182)
KEY_ACCOUNTS = 0.5  # share of the customers, the best ones, whom the first team looks after
SHARE_ELSEWHERE = 0.05  # of whom the other team looks after: what an allocation of customers would change
CHASED = 36
LONG_GONE = timedelta(days=385)
BEST, ATTENTION_OF_BEST, ATTENTION_OF_LEAVERS = 0.15, 2, 0.3  # beside 1 for all others who bought within a year


def best_first(purchases, today):
    """All customers, by what they paid within a year and then by their number."""
    paid = defaultdict(int)
    for purchase in purchases:
        paid[purchase.customer] += purchase.cents if purchase.day > today - YEAR else 0
    return sorted(paid, key=lambda customer: (-paid[customer], customer))


def buying(purchases, today):
    """Those who bought within half a year, the best first."""
    last_days = history.last_days(purchases)
    return [customer for customer in best_first(purchases, today) if last_days[customer] > today - HALF_YEAR]


def salespeople(best_first, teams):
    """The salesperson of each customer.

    :param teams: the salespeople of the team for the best customers, and of the team for all others
    """
    random = Random(f"{SEED} salespeople")
    key_accounts = round(KEY_ACCOUNTS * len(best_first))
    chosen = {}
    for place, customer in enumerate(best_first):
        is_elsewhere = random.random() < SHARE_ELSEWHERE
        chosen[customer] = random.choice(teams[(place >= key_accounts) != is_elsewhere])
    return chosen


def chased(purchases, today):
    """Some who bought once, little and long ago, and are called again and again nevertheless."""
    once = [rows[0] for rows in history.by_customer(purchases).values() if len(rows) == 1]
    gone = sorted(row.customer for row in once if 0 < row.cents < 3000 and row.day <= today - LONG_GONE)
    return Random(f"{SEED} chased").sample(gone, min(CHASED, len(gone)))


def attention(purchases, today):
    """How often one talks with each customer, beside others."""
    ordered = best_first(purchases, today)
    best = ordered[: round(BEST * len(ordered))]
    last_days = history.last_days(purchases)
    leavers = [customer for customer in ordered if last_days[customer] <= today - YEAR]
    return {
        **dict.fromkeys(ordered, 1),
        **dict.fromkeys(best, ATTENTION_OF_BEST),
        **dict.fromkeys(leavers, ATTENTION_OF_LEAVERS),
    }
