"""What to look at first, with names out of the database: kept for `bin/demo`, and sent to those who lead the shop."""

import re

from markupsafe import Markup, escape

from . import scoring, tiers

SOME_ORDERS = 5
PARAMETER = "customer_segmentation_demo.hints"
ADDRESS = re.compile(r"/odoo/[\w/-]+")


def leave(env, words, manager):
    """Keep what to look at first as a system parameter, and put it into the inbox of administrator and manager."""
    lines = things(env, words.TEXTS)
    text = "\n".join(f"  {number}. {line}" for number, line in enumerate(lines, 1))
    parameter = env["ir.config_parameter"].create({"key": PARAMETER, "value": text})
    # named, so that it goes with the addon
    env["ir.model.data"]._update_xmlids([{"xml_id": PARAMETER, "record": parameter, "noupdate": True}])
    people = env.ref("base.user_admin") + env["res.users"].browse(manager)
    items = Markup().join(Markup("<li>%s</li>") % linked(line) for line in lines)
    env["mail.thread"].message_notify(
        partner_ids=people.partner_id.ids, subject=words.TEXTS["subject"], body=Markup("<ol>%s</ol>") % items
    )


def linked(line):
    """A line whose addresses can be clicked."""
    return Markup(ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', str(escape(line))))


def things(env, texts):
    """Sentences in the language of the shop, each with the address of a page."""
    first = first_of_the_day(env, "rep")
    champion = best_customer(env, ("champions", "loyal"))
    profiles = env["customer.segmentation.profile"]
    return [
        describe(texts["call"], first, action_address(env, "action_my_day")),
        describe(texts["explain"], champion, contact_address(champion)),
        texts["segments"].format(
            count=profiles.search_count([("lifetime_order_count", ">", 0)]),
            class_a=profiles.search_count([("abc_class", "=", "A")]),
            address=action_address(env, "action_segments", "action_customers"),
        ),
        texts["dashboard"].format(address=action_address(env, "customer_segmentation_dashboard.action_dashboard")),
        texts["tiers"].format(
            due=len(tiers.due(env, scoring.policy_of(env)._today())),
            address=action_address(env, "action_tier_review"),
            allocation=action_address(env, "customer_segmentation_coverage.action_allocation"),
        ),
        describe_quotation(env, texts["benefit"]),
    ]


def first_of_the_day(env, login):
    """The customer in the first row of a salesperson's My Day, which is not opened by looking."""
    person = env["res.users"].search([("login", "=", login)])
    desks = env["customer.desk"].with_user(person)
    desk = desks._desk(env.company)
    profiles, domain = env["customer.segmentation.profile"], [("company_id", "=", desk.company.id)]
    customers = desks._first_customers(desk, desks._standing(desk))
    return profiles.search([*domain, ("partner_id", "in", customers[:1])])


def describe_quotation(env, text):
    """An open quotation that the customer's tier gave a pricelist."""
    order = env["sale.order"].search(
        [("pricelist_tier_id", "!=", False)], order="pricelist_tier_id, amount_untaxed desc, id", limit=1
    )
    return text.format(
        order=order.name,
        tier=order.pricelist_tier_id.name,
        name=order.partner_id.commercial_partner_id.name,
        address=f"/odoo/sales/{order.id}",
    )


def best_customer(env, codes):
    """The customer of the first segment that has any, with the highest revenue of all time and not by one order."""
    domain = [("lifetime_order_count", ">=", SOME_ORDERS)]
    profiles = env["customer.segmentation.profile"]
    for code in codes:
        found = profiles.search([*domain, ("segment_id.code", "=", code)], order="lifetime_revenue desc", limit=1)
        if found:
            return found
    return profiles.search(domain, order="lifetime_revenue desc", limit=1)


def describe(text, profile, address):
    return text.format(
        name=profile.partner_id.name,
        segment=profile.segment_id.name,
        orders=profile.lifetime_order_count,
        days=profile.recency_days,
        phone=profile.phone,
        address=address,
    )


def contact_address(profile):
    return f"/odoo/contacts/{profile.partner_id.id}"


def action_address(env, *names):
    """The address of the first of our actions that there is, or of the contacts."""
    for name in names:
        action = env.ref(name if "." in name else f"customer_segmentation.{name}", raise_if_not_found=False)
        if action:
            return f"/odoo/{action.path or f'action-{action.id}'}"
    return "/odoo/contacts"
