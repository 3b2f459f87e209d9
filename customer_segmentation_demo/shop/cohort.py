"""Made-up purchases like CDNOW's, for a demo without the file: what its published models say, drawn at random; pure."""

from datetime import date, timedelta
from random import Random

from . import SEED
from .history import Purchase

CUSTOMERS = 2357  # as many as the sample has
FIRST_DAY, DAYS_OF_FILE = date(1997, 1, 1), 546
DAYS_OF_FIRST_PURCHASES = 84
# How often customers buy and how soon they leave (MBG/NBD), and what they spend (Gamma-Gamma), as fitted to CDNOW.
SHAPE, RATE_IN_WEEKS, LEAVE, STAY = 0.525, 6.183, 0.891, 1.614
SPEND_SHAPE, CUSTOMER_SHAPE, CUSTOMER_RATE = 6.25, 3.74, 15.44
CENTS_OF_A_DISC = 1500
NEVER = 1e-9  # purchases a day: a gap longer than any file
SHARE_FREE = 0.001  # of the purchases, as in the file


def purchases():
    """The same rows every time."""
    random = Random(f"{SEED} cohort")
    return [row for customer in range(1, CUSTOMERS + 1) for row in rows_of(random, customer)]


def rows_of(random, customer):
    """The purchases of one customer until it leaves or the file ends."""
    per_day = max(random.gammavariate(SHAPE, 1 / RATE_IN_WEEKS) / 7, NEVER)
    leaves = random.betavariate(LEAVE, STAY)
    spends = CUSTOMER_RATE / random.gammavariate(CUSTOMER_SHAPE, 1)
    days, rows = random.random() * DAYS_OF_FIRST_PURCHASES, []
    while days < DAYS_OF_FILE:
        rows.append(purchase(random, customer, FIRST_DAY + timedelta(days=int(days)), spends))
        if random.random() < leaves:
            break
        days += random.expovariate(per_day)
    return rows


def purchase(random, customer, day, spends):
    """What one purchase came to; a few are gifts of the shop."""
    cents = round(100 * spends * random.gammavariate(SPEND_SHAPE, 1))
    if random.random() < SHARE_FREE:
        cents = 0
    return Purchase(customer, day, max(1, round(cents / CENTS_OF_A_DISC)), cents)
