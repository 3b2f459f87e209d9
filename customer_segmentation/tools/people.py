"""The language somebody is spoken to."""

from odoo.tools import get_lang


def language_of(env, *people):
    """The language of the first of these users or contacts who has one that is installed; else the environment's.

    A language may be switched off while somebody who was archived then still has it.
    """
    installed = dict(env["res.lang"].get_installed())
    return next((person.lang for person in people if person.lang in installed), None) or get_lang(env).code
