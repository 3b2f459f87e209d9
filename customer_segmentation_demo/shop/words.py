"""The words of a language, and the shape of what its module lists."""

import importlib
from typing import NamedTuple

LANGUAGES = ("en_US", "zh_CN")


class Place(NamedTuple):
    """`phone`: a number of a range kept free of real subscribers, # is any digit; `state`: Odoo's code or empty."""

    city: str
    zip: str
    state: str
    country: str
    phone: str
    weight: int = 1


class Trade(NamedTuple):
    """How companies are called, the letter of their industry, and a word for their address on the net."""

    pattern: str
    industry: str
    tag: str


def of(language):
    return importlib.import_module(f".words_{language[:2]}", __package__)
