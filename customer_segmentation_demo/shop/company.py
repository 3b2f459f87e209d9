"""The shop itself: its company, who sells for it, and what it sells."""

import logging
from typing import NamedTuple

_logger = logging.getLogger(__name__)


class Shop(NamedTuple):
    """What the other parts of the demo need of it. Only numbers: they outlive a commit."""

    company: int
    manager: int
    team_of_user: dict
    users: tuple
    products: list  # by category: the number of each product
    prices: list  # by category: the list price of each product, in cents


def build(env, words):
    _logger.info("Loading company, people and products")
    set_up_company(env, words)
    manager = create_manager(env, words)
    team_of_user = create_teams(env, words, manager)
    products, prices = create_products(env, words)
    return Shop(env.company.id, manager.id, team_of_user, tuple(team_of_user), products, prices)


def teams(shop):
    """The salespeople of each team."""
    members = {}
    for user, team in shop.team_of_user.items():
        members.setdefault(team, []).append(user)
    return list(members.values())


def set_up_company(env, words):
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write({**words.COMPANY, "country_id": country(env, words.COMPANY_COUNTRY).id, "logo": False})
    set_currency(env, env.ref(f"base.{words.CURRENCY}"))
    company.partner_id.write({"lang": words.LANGUAGE, "tz": words.TIME_ZONE})
    administrator = {
        "lang": words.LANGUAGE,
        "tz": words.TIME_ZONE,
        "notification_type": "inbox",
        "odoobot_state": "disabled",
    }
    env.ref("base.user_admin").write(administrator)
    env["ir.default"].set("res.partner", "lang", words.LANGUAGE)
    policies = env["customer.segmentation.policy"].search([("company_id", "=", company.id)])
    policies.tz = words.TIME_ZONE
    env["mail.activity.plan"]._speak_language_of_database()  # the app was installed before the language was chosen
    # Leads besides opportunities, as a shop at trade fairs has them.
    env.ref("base.group_user").implied_ids += env.ref("crm.group_use_lead")


def set_currency(env, currency):
    """One currency for everything: orders take theirs from the price list."""
    former = env.company.currency_id
    currency.active = True
    env.company.currency_id = currency
    env["product.pricelist"].search([]).currency_id = currency
    (former - currency).active = False


def country(env, code):
    return env["res.country"].search([("code", "=", code)])


def create_manager(env, words):
    login, name = words.MANAGER
    groups = ["sales_team.group_sale_manager", "customer_segmentation.group_manager", "account.group_account_invoice"]
    return create_user(env, words, login, name, groups)


def create_teams(env, words, manager):
    """Two teams of two; the team of each user by number."""
    own_documents, all_documents = "sales_team.group_sale_salesman", "sales_team.group_sale_salesman_all_leads"
    first = env.ref("sales_team.team_sales_department")
    teams = first + env["crm.team"].create({"name": words.TEAMS[1]})
    team_of_user = {}
    for number, team in enumerate(teams):
        group = (own_documents, all_documents)[number]
        people = words.SALESPEOPLE[2 * number : 2 * number + 2]
        users = [create_user(env, words, login, name, [group]) for login, name in people]
        ids = [user.id for user in users]
        team.with_context(lang="en_US").name = words.TEAMS[number]  # Odoo's own team has a name in each language
        team.write({"name": words.TEAMS[number], "user_id": manager.id, "use_leads": True, "member_ids": [(6, 0, ids)]})
        team_of_user.update(dict.fromkeys(ids, team.id))
    return team_of_user


def create_user(env, words, login, name, groups):
    domain = words.COMPANY["email"].split("@")[1]
    names = ["base.group_user", "base.group_partner_manager", *groups]
    values = {
        "name": name,
        "login": login,
        "password": login,
        "email": f"{login}@{domain}",
        "lang": words.LANGUAGE,
        "tz": words.TIME_ZONE,
        "notification_type": "inbox",  # the demo sends no e-mail
        "odoobot_state": "disabled",  # its greeting would cover the screen of a phone
        "group_ids": [(6, 0, [env.ref(group).id for group in names])],
    }
    return env["res.users"].create(values)


def create_products(env, words):
    products, prices = [], []
    for category_name, articles in words.PRODUCTS.items():
        category = env["product.category"].create({"name": category_name})
        created = env["product.product"].create([product_values(category, *article) for article in articles])
        products.append(created.ids)
        prices.append([round(price * 100) for _, price in articles])
    return products, prices


def product_values(category, name, price):
    return {
        "name": name,
        "categ_id": category.id,
        "type": "consu",
        "list_price": price,
        "standard_price": round(price * 0.6, 2),
        # no taxes: what the customer pays is what the file says
        "taxes_id": False,
        "supplier_taxes_id": False,
        "invoice_policy": "order",
    }
