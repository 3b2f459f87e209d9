"""Words put together in the user's language."""

import functools

from odoo.tools.misc import formatLang


def listed(env, parts):
    """ "a, b, c" with the comma of the language: a comma alone is no text that Odoo would translate."""
    parts = list(parts)
    return functools.reduce(
        lambda first, second: env._("%(first)s, %(second)s", first=first, second=second), parts[1:], *parts[:1] or [""]
    )


def plain_number(env, number):
    """A number in the notation of the language, with two decimals where it has any."""
    return formatLang(env, number, digits=0 if float(number).is_integer() else 2)


def in_one_line(words):
    """The words side by side, beginning with a capital letter; False without words."""
    line = " · ".join(words)
    return line[:1].upper() + line[1:] or False
