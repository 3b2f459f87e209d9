"""What our own code says to itself in the context, and what anybody may say there.

A caller by RPC gives whatever context they like. What switches a check off is therefore a `Told` or a value of a class
of our own, which no JSON makes; what only narrows a query is read by one of the readers below.
"""

from enum import Enum
from numbers import Integral

from odoo.exceptions import UserError
from odoo.tools import SQL

from .days import day_given


class Told(Enum):
    """Said by code, never by a request; compared by identity."""

    BY_CODE = "by code"


def told(env, key):
    """Whether code, and not a request, set a key of the context."""
    return env.context.get(key) is Told.BY_CODE


# ---------------------------------------------------------------------- what anybody may say


def refuse(env, name, value):
    """Say in words that a value is of the wrong kind.

    :raise UserError: always
    """
    raise UserError(env._("“%(value)s” is no value for “%(name)s”.", value=value, name=name))


def whole(env, name, value):
    """An identifier, None when nothing is given.

    :raise UserError: when it is something else
    """
    if value is None or value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, Integral):
        refuse(env, name, value)
    return value


def one_of(env, name, value, choices):
    """A word out of some.

    :raise UserError: when it is none of them
    """
    if not isinstance(value, str) or value not in choices:
        refuse(env, name, value)
    return value


def number_said(env, key):
    """An identifier in the context; None when there is none."""
    return whole(env, key, env.context.get(key))


def numbers_said(env, key):
    """Identifiers in the context, as a list, or our own SQL of an array; None when there are none."""
    value = env.context.get(key)
    if value is None or isinstance(value, SQL):
        return value
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        refuse(env, key, value)
    numbers = list(value)
    if any(isinstance(number, bool) or not isinstance(number, Integral) for number in numbers):
        refuse(env, key, value)
    return numbers


def words_said(env, key):
    """Plain values in the context, such as those a domain asks for; None when there are none."""
    value = env.context.get(key)
    if not value:
        return None
    if not isinstance(value, (list, tuple)) or not all(isinstance(word, (str, int, type(None))) for word in value):
        refuse(env, key, value)
    return value


def day_said(env, key):
    """A day in the context, or our own SQL of one; None when there is none."""
    value = env.context.get(key)
    return value if isinstance(value, SQL) else day_given(env, value)


def days_said(env, key):
    """The first and the last of some days in the context, each perhaps None."""
    value = env.context.get(key)
    if not value:
        return None, None
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        refuse(env, key, value)
    return tuple(day_given(env, day) for day in value)
