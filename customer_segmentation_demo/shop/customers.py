"""The customers as contacts in Odoo."""

from datetime import date
from typing import NamedTuple

from . import names, session

BATCH = 250
BIRTHDAY_KNOWN_OF = 3  # every third person
POTENTIAL_KNOWN_OF = 4  # every fourth customer
REFERRED = 40  # every fortieth customer was brought by another one


class Account(NamedTuple):
    """A customer in Odoo: numbers of the records."""

    partner: int
    contacts: tuple
    user: int

    def people(self):
        """With whom one speaks: the contacts, or the individual."""
        return self.contacts or (self.partner,)


def create(env, words, salespeople):
    """One customer for each of CDNOW's numbers; returns the accounts by number.

    :param salespeople: user by number
    """
    places = [place_values(env, place) for place in words.PLACES]
    industries = {letter: env.ref(f"base.res_partner_industry_{letter}").id for letter in "GIJPRS"}
    tags = env["res.partner.category"].create([{"name": name} for name in words.TAGS]).ids
    numbers = sorted(salespeople)
    users = [salespeople[number] for number in numbers]
    people = list(zip(names.customers(len(numbers), words), users, strict=True))
    accounts = []
    for batch in session.batches(env, people, BATCH, "customers"):
        values = [
            {
                **customer_values(customer, places, tags, words),
                **known_of(place, customer),
                "industry_id": industries.get(customer.industry, False),
                "user_id": user,
            }
            for place, (customer, user) in enumerate(batch, len(accounts))
        ]
        accounts += create_batch(env, batch, values, words)
    refer(env, accounts)
    return dict(zip(numbers, accounts, strict=True))


def known_of(place, customer):
    """What somebody noted of some customers: how much they could buy, and the birthdays of people."""
    values = {}
    if place % POTENTIAL_KNOWN_OF == 0:
        values["customer_potential"] = str(1 + place // POTENTIAL_KNOWN_OF % 5)
    if not customer.is_company:
        values["customer_birthday"] = birthday(place)
    return values


def birthday(place):
    """Of every third person, spread over the year."""
    if place % BIRTHDAY_KNOWN_OF:
        return False
    return date(1955 + place % 45, 1 + place % 12, 1 + 7 * place % 28)


def refer(env, accounts):
    """Some customers were brought by another one."""
    for place in range(REFERRED, len(accounts), REFERRED):
        env["res.partner"].browse(accounts[place].partner).customer_referred_by_id = accounts[place // 7].partner


def place_values(env, place):
    country = env["res.country"].search([("code", "=", place.country)])
    state = env["res.country.state"].search([("country_id", "=", country.id), ("code", "=", place.state)])
    return {"city": place.city, "zip": place.zip, "state_id": state.id, "country_id": country.id}


def customer_values(customer, places, tags, words):
    return {
        **places[customer.place],
        "name": customer.name,
        "is_company": customer.is_company,
        "street": customer.street,
        "phone": customer.phone,
        "email": customer.email,
        "category_id": [(6, 0, [tags[tag] for tag in customer.tags])],
        "lang": words.LANGUAGE,
    }


def create_batch(env, batch, values, words):
    partners = env["res.partner"].create(values)
    contact_values = [
        {
            **person._asdict(),
            "parent_id": partner.id,
            "type": "contact",
            "lang": words.LANGUAGE,
            "user_id": user,
            "customer_birthday": birthday(partner.id + place),
        }
        for partner, (customer, user) in zip(partners, batch, strict=True)
        for place, person in enumerate(customer.contacts)
    ]
    contacts = iter(env["res.partner"].create(contact_values).ids)
    return [
        Account(partner, tuple(next(contacts) for _ in customer.contacts), user)
        for partner, (customer, user) in zip(partners.ids, batch, strict=True)
    ]
