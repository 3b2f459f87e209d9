"""A day somebody gives by hand or by another program."""

from odoo import fields
from odoo.exceptions import UserError

YEARS = range(1950, 2200)


def day_given(env, given):
    """The day, from a date or its ISO text; None when nothing is given.

    :raise UserError: when it is no day, or one that cannot be meant
    """
    if not given:
        return None
    try:
        day = fields.Date.to_date(given)
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise UserError(env._("“%s” is not a day; write it like 2026-01-31.", given)) from error
    if day.year not in YEARS:
        raise UserError(env._("“%s” cannot be meant: look at its year.", given))
    return day
