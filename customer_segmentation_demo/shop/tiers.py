"""The ladder of tiers: what it asks and gives, who owns the customers, and the reviews held while the months pass."""

from . import scoring

LATEST_PAYER = 30  # days paid late on average: whoever pays later never is on the best tier
LEFT_TO_APPROVE = 8  # of the last review; some of them buy before anybody looks
VISITS, REPLIES = (30, 90), (24, 48)  # days between visits, hours to an answer, of the best tier and the next
DISCOUNTS = (8, 3)  # percent
TEAMS = (0, 0, 1)  # who owns the customers of Gold, Silver and Bronze


def use_ladder(env):
    """Gold, Silver and Bronze by revenue, from the first scoring on, so that tiers have a history as well."""
    policy = scoring.policy_of(env)
    policy.with_context(ladder="metals").action_use_ladder()
    policy.tier_review = "month"  # in a history of 18 months hardly anybody falls at the end of a quarter
    veto = {"measure": "days_paid_late", "kind": "veto", "entry": LATEST_PAYER, "keep": LATEST_PAYER}
    policy.tier_ids.sorted()[0].criterion_ids = [(0, 0, veto)]


def due(env, day):
    """Who falls by one tier when the manager approves, the best customers first."""
    domain = [("tier_id", "!=", False), ("tier_review_date", "<=", day)]
    return env["customer.segmentation.profile"].search(domain, order="revenue desc, id")


def hold_review(env, today):
    """Lower those whose review has come; of the last review up to today, leave some for the manager to approve."""
    policy, reviews = scoring.policy_of(env), env["customer.tier.review"]
    if reviews._to_hold(policy) is None:
        return
    day = policy.last_run_id.as_of
    review = reviews._latest_day(policy, day)
    waiting = due(env, review)
    lowered = waiting[LEFT_TO_APPROVE:] if review == reviews._latest_day(policy, today) else waiting
    env["customer.tier.decision"]._lower_due(policy, day, review, review, only=lowered.ids)
    reviews._step(policy)  # tells the managers of who is left, and counts the review as held


def name_owners(env, shop):
    """The teams own the customers of their tiers."""
    teams = list(dict.fromkeys(shop.team_of_user.values()))
    for tier, team in zip(scoring.policy_of(env).tier_ids.sorted(), TEAMS, strict=True):
        tier.owner_team_id = teams[team]


def promise(env, words, shop):
    """What customers of the two upper tiers get; after the past orders, which had none of it."""
    env.ref("base.group_user").implied_ids += env.ref("sale.group_discount_per_so_line")
    pricelists = create_pricelists(env, words)
    upper = scoring.policy_of(env).tier_ids.sorted()[: len(pricelists)]
    for number, tier in enumerate(upper):
        tier.write(
            {
                **{"has_pricelist": True, "pricelist_id": pricelists[number].id},
                **{"has_visits": True, "visit_days": VISITS[number]},
                **{"has_reply_time": True, "reply_hours": REPLIES[number]},
                **{"has_benefit_text": True, "benefit_text": words.BENEFITS[number]},
                "description": words.TIER_DESCRIPTIONS[number],
            }
        )
    payment_term = env.ref("account.account_payment_term_45days").id
    service_user = shop.users[1]
    upper[0].write({"has_payment_term": True, "payment_term_id": payment_term})
    upper[0].write({"has_service_contact": True, "service_user_id": service_user})


def create_pricelists(env, words):
    """One for each of the upper tiers, after the company's own, so that all others keep the list prices."""
    return env["product.pricelist"].create(
        [
            {
                "name": name,
                "sequence": 100,
                "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": discount})],
            }
            for name, discount in zip(words.PRICELISTS, DISCOUNTS, strict=True)
        ]
    )


def set_by_hand(env, words, manager):
    """One good customer of the second tier whom the manager put on the best one."""
    best, second = scoring.policy_of(env).tier_ids.sorted()[:2]
    profile = env["customer.segmentation.profile"].search(
        [("tier_id", "=", second.id), ("tier_review_date", "=", False)], order="revenue desc, id", limit=1
    )
    values = {"profile_ids": [(6, 0, profile.ids)], "tier_id": best.id, "reason": words.TIER_SET_BY_HAND}
    env["customer.tier.override"].with_user(manager).create(values).action_apply()
