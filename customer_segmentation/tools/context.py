"""What our own code says to itself in the context, and what anybody may say there.

A caller by RPC gives whatever context they like. What changes what code does is therefore a `Told` or a value of our
own class, which no JSON makes: `by_code` says it and `said` reads it; to a request's own value it is deaf. What a
button says is one word out of some. Who begins what others see begins it with a `plain` context.
"""

from dataclasses import dataclass
from enum import Enum
from numbers import Integral
from typing import Any

from odoo.exceptions import UserError

# What a request may say of whoever speaks: their language, their time and where they work.
SPEAKER = ("lang", "tz", "uid", "allowed_company_ids")
LARGEST = 2**31 - 1  # an identifier is at most


class Told(Enum):
    """Said by code, never by a request; compared by identity."""

    BY_CODE = "by code"


@dataclass(frozen=True)
class Said:
    """A value said by code, never by a request."""

    value: Any


def told(env, key):
    """Whether code, and not a request, set a key of the context."""
    return env.context.get(key) is Told.BY_CODE


def by_code(**values):
    """Keys of a context that only code can set."""
    return {key: Said(value) for key, value in values.items()}


def said(env, key):
    """What code said under a key of the context; None when it said nothing, whatever a request says there."""
    found = env.context.get(key)
    return found.value if isinstance(found, Said) else None


def plain(records):
    """The records without what a request's context adds: archived rows, defaults, messages that are left out.

    What is computed for everybody must not depend on who asks for it, nor on how.
    """
    kept = {
        key: value for key, value in records.env.context.items() if key in SPEAKER or isinstance(value, (Told, Said))
    }
    return records.with_env(records.env(context=kept))


# ---------------------------------------------------------------------- what anybody may say


def refuse(env, name, value):
    """Say in words that a value is of the wrong kind.

    :raise UserError: always
    """
    raise UserError(env._("“%(value)s” is no value for “%(name)s”.", value=value, name=name))


def whole(env, name, value):
    """An identifier, None when nothing is given.

    :raise UserError: when it is something else, or no column could hold it
    """
    if value is None or value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, Integral) or not 0 <= value <= LARGEST:
        refuse(env, name, value)
    return value


def one_of(env, name, value, choices):
    """A word out of some.

    :raise UserError: when it is none of them
    """
    if not isinstance(value, str) or value not in choices:
        refuse(env, name, value)
    return value
