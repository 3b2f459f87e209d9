"""The CDNOW sample as arrays: 2,357 customers of one cohort, calibrated on 39 weeks, held out for 39 weeks."""

import functools
from datetime import date
from typing import NamedTuple

import numpy as np

from dev import cdnow
from scoring.calendar import day_of
from scoring.lifetime_value import Customers
from scoring.purchase_model import history
from scoring.rhythm import purchase_days

CUSTOMERS = 2357
CUT_OFF_DAY = day_of(date(1997, 9, 30))
LAST_DAY = day_of(date(1998, 6, 30))
WEEK = 7


class Purchases(NamedTuple):
    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray


@functools.cache
def purchases():
    """All rows of the file; customers are numbered from 0, the 8 rows of amount 0 are purchases too."""
    rows = [line.split() for line in cdnow.sample().read_text().splitlines()]
    return Purchases(
        np.array([int(row[1]) - 1 for row in rows]),
        np.array([day_of(date.fromisoformat(f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}")) for row in rows]),
        np.array([float(row[4]) for row in rows]),
    )


def until(last_day):
    """The purchases up to a day."""
    everything = purchases()
    return Purchases(*(values[everything.day <= last_day] for values in everything))


def customers(last_day=CUT_OFF_DAY):
    """What is known of each customer at the end of the day."""
    rows = until(last_day)
    days = purchase_days(rows.customer, rows.day, CUSTOMERS)
    return Customers(days.count, days.first_day, days.last_day, np.bincount(rows.customer, rows.amount, CUSTOMERS))


def histories_in_weeks():
    """The calibration period as the literature counts it."""
    known = customers()
    return history(
        known.purchase_days - 1, (known.last_day - known.first_day) / WEEK, (CUT_OFF_DAY - known.first_day) / WEEK
    )


def repeat_spend():
    """Number and mean amount of the repeat purchase days of the calibration period, of who has any."""
    rows, known = until(CUT_OFF_DAY), customers()
    repeated = rows.day > known.first_day[rows.customer]
    spent = np.bincount(rows.customer[repeated], rows.amount[repeated], CUSTOMERS)
    repeats = known.purchase_days - 1
    return repeats, np.divide(spent, repeats, out=np.zeros(CUSTOMERS), where=repeats > 0)


def held_out_orders():
    """Purchase days of each customer after the calibration period."""
    return customers(LAST_DAY).purchase_days - customers().purchase_days
