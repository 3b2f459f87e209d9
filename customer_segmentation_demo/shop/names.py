"""Who the customers are: companies with their contacts, and individuals, out of the words of a language."""

import re
import unicodedata
from random import Random
from typing import NamedTuple

from . import SEED

SHARE_OF_COMPANIES = 0.7
CONTACTS = (1, 1, 1, 2, 2, 3)
ATTEMPTS = 1000


class Person(NamedTuple):
    name: str
    function: str
    email: str
    phone: str


class Customer(NamedTuple):
    """`place` is the number of the place in the words; individuals have neither contacts nor industry."""

    name: str
    is_company: bool
    place: int
    street: str
    phone: str
    email: str
    industry: str
    contacts: tuple
    tags: tuple


def customers(count, words):
    """The same customers every time."""
    random = Random(f"{SEED} {words.LANGUAGE}")
    used = set()
    return [customer(random, words, used) for _ in range(count)]


def customer(random, words, used):
    weights = [place.weight for place in words.PLACES]
    number = random.choices(range(len(words.PLACES)), weights=weights)[0]
    place = words.PLACES[number]
    make = company if random.random() < SHARE_OF_COMPANIES else individual
    name, email, industry, contacts = make(random, words, used, place)
    tags = tuple(tag for tag in range(len(words.TAGS)) if random.random() < 0.08)
    street = random.choice(words.STREETS[place.country]).format(random.randint(1, 180))
    return Customer(name, make is company, number, street, phone(random, place), email, industry, contacts, tags)


def individual(random, words, used, place):
    name, mailbox = unused(used, lambda: person_name(random, words, place.country))
    return name, f"{mailbox}@example.com", "", ()


def company(random, words, used, place):
    def any_company():
        word = random.choice(words.COMPANY_WORDS[place.country])
        trade = random.choice(words.TRADES[place.country])
        name = trade.pattern.format(word=word, city=place.city)
        domain = words.DOMAIN.format(word=latin(word, words), city=latin(place.city, words), tag=trade.tag)
        return name, domain, trade.industry

    name, domain, industry = unused(used, any_company)
    contacts = tuple(contact(random, words, place, domain) for _ in range(random.choice(CONTACTS)))
    return name, f"info@{domain}.example.com", industry, contacts


def contact(random, words, place, domain):
    name, mailbox = person_name(random, words, place.country)
    return Person(name, random.choice(words.FUNCTIONS), f"{mailbox}@{domain}.example.com", phone(random, place))


def person_name(random, words, country):
    first_names, last_names = words.PEOPLE[country]
    first, last = random.choice(first_names), random.choice(last_names)
    return words.FULL_NAME.format(first=first, last=last), f"{latin(first, words)}.{latin(last, words)}"


def unused(used, make):
    """The first of `make`'s results whose name nobody has yet."""
    for _ in range(ATTEMPTS):
        made = make()
        if made[0] not in used:
            break
    used.add(made[0])
    return made


def phone(random, place):
    """A number that can never ring: each # is any digit."""
    return re.sub("#", lambda _: str(random.randint(0, 9)), place.phone)


def latin(text, words):
    """How a word is spelt in an address: pinyin from the words, or letters without their accents."""
    spelt = words.LATIN.get(text) or unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", "", spelt.lower())
