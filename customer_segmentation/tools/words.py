"""Words put together in the user's language."""

import functools


def listed(env, parts):
    """ "a, b, c" with the comma of the language: a comma alone is no text that Odoo would translate."""
    parts = list(parts)
    return functools.reduce(
        lambda first, second: env._("%(first)s, %(second)s", first=first, second=second), parts[1:], *parts[:1] or [""]
    )
