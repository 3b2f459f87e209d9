"""Words put together in the user's language."""

import functools
import math

from babel.dates import format_skeleton

from odoo import fields
from odoo.tools.misc import babel_locale_parse, formatLang, get_lang

PERIODS = {"month": "yMMMM", "quarter": "yQQQ", "year": "y"}


def listed(env, parts):
    """ "a, b, c" with the comma of the language: a comma alone is no text that Odoo would translate."""
    parts = list(parts)
    return functools.reduce(
        lambda first, second: env._("%(first)s, %(second)s", first=first, second=second), parts[1:], *parts[:1] or [""]
    )


def joined(env, parts):
    """ "a; b" with the semicolon of the language."""
    parts = list(parts)
    return functools.reduce(
        lambda first, second: env._("%(first)s; %(second)s", first=first, second=second), parts[1:], *parts[:1] or [""]
    )


def headed(env, parts):
    """ "a: b" with the colon of the language."""
    parts = list(parts)
    return functools.reduce(
        lambda first, second: env._("%(first)s: %(second)s", first=first, second=second), parts[1:], *parts[:1] or [""]
    )


def some_of(env, parts, most):
    """ "a, b, c …": the first of them."""
    words = listed(env, parts[:most])
    return f"{words} …" if len(parts) > most else words


def plain_number(env, number):
    """A number in the notation of the language, with two decimals where it has any."""
    return formatLang(env, number, digits=0 if float(number).is_integer() else 2)


def in_one_line(words):
    """The words side by side, beginning with a capital letter; False without words."""
    line = " · ".join(words)
    return line[:1].upper() + line[1:] or False


def number(env, value):
    """A number in the notation of the language, with one decimal where it has any."""
    return formatLang(env, value, digits=0 if float(value).is_integer() else 1)


def days_in_words(env, days):
    """ "1 day", "12 days"."""
    return env._("1 day") if days == 1 else env._("%s days", number(env, days))


def orders_in_words(env, orders):
    """ "1 order", "12 orders"."""
    return env._("1 order") if orders == 1 else env._("%s orders", number(env, orders))


def percentage(env, share):
    """The whole percentage that is reached: never more than it is, and 100 for everybody only."""
    # 100 · 0.29 is 28.999999999999996
    return percent(env, math.floor(100 * share + 1e-9))


def percent(env, number):
    """A number, or how it is written, with the sign and the blank of the language."""
    return env._("%(share)s%%", share=number)


def share_in_words(env, share):
    """A share in words where it would be rounded to nobody or everybody."""
    if 0 < share < 0.01:
        return env._("less than 1%")
    if 0.99 < share < 1:
        return env._("more than 99%")
    return percentage(env, share)


def period_in_words(env, kind, start):
    """ "May 2026", "Q2 2026" or "2026": the period of a kind that begins on a day."""
    return format_skeleton(PERIODS[kind], start, locale=babel_locale_parse(get_lang(env).code))


def weekday_in_words(env, day):
    """ "Sunday, November 29, 2026", as the language writes it."""
    return format_skeleton("yMMMMEEEEd", day, locale=babel_locale_parse(get_lang(env).code))


def day_in_words(env, day):
    """ "Nov 20", of another year "Nov 20, 2025": as the date fields beside it are written."""
    skeleton = "MMMd" if day.year == fields.Date.context_today(env["base"]).year else "yMMMd"
    return format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(env).code))


def window_in_words(env, months):
    """So many months as the end of a sentence."""
    return env._("in the last month") if months == 1 else env._("in the last %s months", months)


def amount_in_words(profile, amount):
    """An amount of money in the currency of the profile, in the reader's language."""
    return formatLang(profile.env, amount, currency_obj=profile.sudo().currency_id)
