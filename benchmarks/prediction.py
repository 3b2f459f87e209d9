"""`python -m benchmarks.prediction [CUSTOMERS]`: the prediction alone, without a database, in a process of its own.

Prints one JSON object: seconds of this process (of its CPU: others on the machine do not matter) to fit a company's
model card, to predict all its customers and round, and for their stages; and the peak memory. Customers are drawn from
the model itself, with histories of up to four years.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from dev import environment

sys.path.insert(0, str(environment.REPOSITORY_ROOT / "customer_segmentation"))

from scoring import lifecycle, lifetime_value, rhythm

DEFAULT_CUSTOMERS = 1_000_000
TODAY = 20_000
LONGEST_DAYS = 1500
MOST_PURCHASES = 60


def main(customers=DEFAULT_CUSTOMERS):
    lifetime_value.available()  # SciPy is loaded, as in a worker that fitted the day before
    buyers, days = company(customers)
    seconds = {}
    card = timed(seconds, "fit", lambda: lifetime_value.fit(buyers, TODAY))
    timed(seconds, "predict", lambda: stored(card, buyers))
    timed(seconds, "stages", lambda: lifecycle.stages(days, rhythm.company_median_gap(days.median_gap), TODAY))
    print(json.dumps({"customers": customers, "seconds": seconds, "resident_memory": resident_memory()}))


def stored(card, buyers):
    return lifetime_value.stored(lifetime_value.predict(card, buyers, TODAY), buyers.revenue)


def timed(seconds, name, work):
    start = time.process_time()
    result = work()
    seconds[name] = time.process_time() - start
    return result


def company(size):
    """What is known of customers who buy at their own rates until they stop."""
    random = np.random.default_rng(1)
    length = random.integers(0, LONGEST_DAYS, size).astype(float)
    gap, stops = 1 / random.gamma(0.6, 1 / 60, size), random.beta(0.9, 1.6, size)
    repeats, last, previous, now = (np.zeros(size) for _ in range(4))
    alive = random.random(size) >= stops
    for _ in range(MOST_PURCHASES):
        now = now + np.ceil(random.exponential(gap))
        alive &= now <= length
        repeats += alive
        previous, last = np.where(alive, last, previous), np.where(alive, now, last)
        alive &= random.random(size) >= stops
    revenue = ((repeats + 1) * np.exp(random.normal(4, 0.8, size))).round(2)
    first = TODAY - length
    median = np.divide(last, repeats, out=np.full(size, np.nan), where=repeats > 0)
    before = np.divide(previous, repeats - 1, out=np.full(size, np.nan), where=repeats > 1)
    previous_day = np.where(repeats > 0, first + previous, np.nan)
    days = rhythm.PurchaseDays(repeats + 1, first, first + last, median, previous_day, before)
    return lifetime_value.Customers(repeats + 1, first, first + last, revenue), days


def resident_memory():
    """The peak of this process in bytes."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
