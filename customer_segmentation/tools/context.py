"""What our own code says to itself in the context, and what anybody may say there.

A caller by RPC gives whatever context they like. What switches a check off is therefore a `Told` or a value of a class
of our own, which no JSON makes; what only narrows a query is read by one of the readers below.
"""

from enum import Enum


class Told(Enum):
    """Said by code, never by a request; compared by identity."""

    BY_CODE = "by code"


def told(env, key):
    """Whether code, and not a request, set a key of the context."""
    return env.context.get(key) is Told.BY_CODE
