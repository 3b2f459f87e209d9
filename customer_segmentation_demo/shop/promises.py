"""What salespeople promised: mostly to customers who matter, mostly for the days to come, once in a while forgotten."""

from datetime import timedelta
from random import Random

from . import SEED

IMPORTANT = 60  # so many of a salesperson's customers matter most
TO_IMPORTANT, TO_OTHERS = 16, 2
DAYS_LATE = 2  # of the only promise that was not kept in time
DAYS_AHEAD = 14
DAYS_AFTER_DELIVERY = 21
DELIVERY, ASSORTMENT, ORDERS_STOPPED = range(3)  # places in `words.ACTIVITIES`


def make(env, words, shop, today):
    """The to-dos of each salesperson; the first is to call the customer whom the playbooks name first."""
    for user in shop.users:
        random = Random(f"{SEED} promises {shop.users.index(user)}")
        first = first_of_playbooks(env, user)
        promised = first + choose(env, random, user, first, today)
        for profile, day in zip(promised, days(random, len(promised), today), strict=True):
            promise(env, words, random, profile, day, today)


def first_of_playbooks(env, user):
    """The customer with most at stake among those whom playbooks put on a desk."""
    entries = env["customer.playbook.entry"].search([("user_id", "=", user), ("state", "=", "open")])
    return entries.profile_id.sorted(lambda profile: (-profile.at_stake, profile.id))[:1]


def choose(env, random, user, first, today):
    """Customers who still buy, but none with more at stake than the one who is called first."""
    domain = [
        *[("partner_id.user_id", "=", user), ("gone_date", ">", today), ("follow_up_stopped", "=", False)],
        *[("id", "not in", first.ids), ("lifecycle_stage", "not in", ("dormant", "lost"))],
    ]
    found = env["customer.segmentation.profile"].search(domain, order="yearly_value desc, id")
    found = found.filtered(lambda profile: profile.at_stake <= first.at_stake)
    important, others = found[:IMPORTANT], found[IMPORTANT:]
    chosen = random.sample(important.ids, TO_IMPORTANT) + random.sample(others.ids, TO_OTHERS)
    random.shuffle(chosen)
    return found.browse(chosen)


def days(random, count, today):
    """Today, today, late, and the others on days to come."""
    ahead = [random.randint(1, DAYS_AHEAD) for _ in range(count - 3)]
    return [today + timedelta(days=day) for day in (0, 0, -DAYS_LATE, *ahead)]


def promise(env, words, random, profile, day, today):
    summary, _feedback = words.ACTIVITIES[occasion(profile, today)]
    kind = env.ref(random.choice(("mail.mail_activity_data_call", "mail.mail_activity_data_todo")))
    values = {
        "res_model_id": env["ir.model"]._get_id("res.partner"),
        "res_id": profile.partner_id.id,
        "activity_type_id": kind.id,
        "summary": summary,
        "date_deadline": day,
        "user_id": profile.partner_id.user_id.id,
    }
    return env["mail.activity"].create(values)


def occasion(profile, today):
    """What there is to talk about."""
    if profile.recency_days <= DAYS_AFTER_DELIVERY:
        return DELIVERY
    late = profile.expected_next_order_date and profile.expected_next_order_date < today
    return ORDERS_STOPPED if late else ASSORTMENT
