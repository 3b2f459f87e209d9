"""A day somebody gives by hand or by another program, and the time zones days belong to."""

import psycopg2

from odoo import fields
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import UserError
from odoo.tools import SQL

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


def knows_time_zone(env, name):
    """Whether both Odoo and the database know a time zone."""
    if name not in dict(_tz_get(env["res.partner"])):
        return False
    try:
        with env.cr.savepoint(flush=False):
            env.cr.execute(SQL("SELECT now() AT TIME ZONE %s", name), log_exceptions=False)
    except psycopg2.errors.InvalidParameterValue:
        return False
    return True
