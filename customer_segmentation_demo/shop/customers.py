"""The customers as contacts in Odoo."""

from typing import NamedTuple

from . import names, session

BATCH = 250


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
                "industry_id": industries.get(customer.industry, False),
                "user_id": user,
            }
            for customer, user in batch
        ]
        accounts += create_batch(env, batch, values, words)
    return dict(zip(numbers, accounts, strict=True))


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
        {**person._asdict(), "parent_id": partner.id, "type": "contact", "lang": words.LANGUAGE, "user_id": user}
        for partner, (customer, user) in zip(partners, batch, strict=True)
        for person in customer.contacts
    ]
    contacts = iter(env["res.partner"].create(contact_values).ids)
    return [
        Account(partner, tuple(next(contacts) for _ in customer.contacts), user)
        for partner, (customer, user) in zip(partners.ids, batch, strict=True)
    ]
