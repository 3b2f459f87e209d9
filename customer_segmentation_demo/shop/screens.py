"""What the screens of a demo have to show: counted once at the end, so that none is empty when somebody opens it."""

import logging

from . import Incomplete, hints, promises, scoring, tiers

_logger = logging.getLogger(__name__)


def count(env, manager):
    """How much each screen shows to the manager, by what it is; nothing stays behind."""
    with env.cr.savepoint() as before:
        found = counted(env(user=manager))
        before.rollback()
    env.invalidate_all()
    return found


def counted(env):
    profiles, ladder = env["customer.segmentation.profile"], env["customer.tier"].search([])
    edges = env["customer.tier.edge"].action_open()
    review = env["customer.follow.up.review"].create({}).action_show()
    allocations = env["customer.segmentation.allocation"]
    allocation = allocations.browse(allocations.action_start()["res_id"])
    return {
        "tiers with benefits": len(ladder.filtered("benefits")),
        "customers on the edge list": env[edges["res_model"]].search_count(edges["domain"]),
        "customers due in Tier Review": len(tiers.due(env, scoring.policy_of(env)._today())),
        "customers whose tier was set by hand": profiles.search_count([("tier_locked_until", "!=", False)]),
        "customers in the public pool": profiles.search_count([("follow_up_stopped", "=", True)]),
        "candidates for the end of follow-up": env[review["res_model"]].search_count(review["domain"]),
        "customers who would get another salesperson": allocation.line_count,
        "customers who take much effort for little revenue": mismatches(env, "too_much"),
        "customers who bring much revenue for little effort": mismatches(env, "too_little"),
        "customers who pay late": len(late_payers(env)),
        "customers on somebody's desk by a playbook": entries(env, "open"),
        "customers waiting for a place": entries(env, "waiting"),
        "salespeople whom My Day and the playbooks name the same customer first": len(told_alike(env)),
        "customers whose order is overdue": profiles.search_count([("expected_next_order_date", "<", "today")]),
        "checks of the prediction": env["customer.segmentation.model.card"].search_count([("state", "=", "done")]),
        "customers of high value": profiles.search_count([("value_band", "=", "high")]),
        "small customers with large potential": profiles.search_count([("large_potential", "=", True)]),
        "birthdays": env["res.partner"].search_count([("customer_birthday", "!=", False)]),
        "customers brought by others": env["res.partner"].search_count([("customer_referred_by_id", "!=", False)]),
        "customers who bought once": profiles.search_count([("lifetime_order_count", "=", 1)]),
        "reasons why a customer is not scored": env["customer.not.scored"].search_count([]),
        "customers excluded from profiling": env["customer.segmentation.exclusion"].search_count([]),
        "satisfactions": env["customer.satisfaction"].search_count([]),
        "opportunities with an intent": env["crm.lead"].search_count([("customer_intent", "!=", False)]),
        "product gaps": env["crm.lead"].search_count([("intent_product_gap", "!=", False)]),
        "month-ends in the history": len(env["customer.segmentation.snapshot"]._read_group([], ["date:day"])),
        "customers of high churn risk": profiles.search_count([("churn_band", "=", "high")]),
        "quotations with the prices of a tier": env["sale.order"].search_count([("pricelist_tier_id", "!=", False)]),
    }


def entries(env, state):
    return env["customer.playbook.entry"].search_count([("state", "=", state)])


def told_alike(env):
    """Salespeople whose My Day begins with the customer with most at stake of their playbooks."""
    sellers = env["res.users"].search([("login", "=", "rep")])
    return sellers.filtered(
        lambda user: hints.first_of_the_day(env, user.login) == promises.first_of_playbooks(env, user.id)
    )


def mismatches(env, kind):
    return env["customer.segmentation.effort"].search_count([("mismatch", "=", kind)])


def late_payers(env):
    """Customers whose invoices were on average paid late, or are overdue."""
    policy = scoring.policy_of(env)
    behaviour = env["customer.payment.behaviour"].sudo()._read(policy, policy._today())
    return [customer for customer, pays in behaviour.items() if pays.days_late]


def check(counts):
    """Say what there is.

    :raise Incomplete: when a screen would be empty
    """
    for what, number in counts.items():
        _logger.info("%5d  %s", number, what)
    empty = [what for what, number in counts.items() if not number]
    if empty:
        raise Incomplete(f"the demo has no {', no '.join(empty)}")
