"""What customers said: how satisfied they are, and how willing to buy."""

from datetime import timedelta

SATISFACTIONS = 90
RATING_WEIGHTS = (2, 6, 20, 45, 27)  # one to five stars
DAYS_BACK = 150
# One opportunity in so many.
INTENTS = {"interested": 2, "hesitating": 4, "not_now": 6, "never": 12}


def create(talk):
    create_satisfactions(talk)
    give_intents(talk)


def create_satisfactions(talk):
    for count in talk.batches(SATISFACTIONS, "satisfactions"):
        talk.env["customer.satisfaction"].create([satisfaction_values(talk) for _ in range(count)])


def satisfaction_values(talk):
    account, person = talk.someone()
    stars = talk.random.choices(range(1, 6), weights=RATING_WEIGHTS)[0]
    return {
        "partner_id": person,
        "date": talk.today - timedelta(days=talk.random.randrange(DAYS_BACK)),
        "rating": str(stars),
        "comment": talk.random.choice(talk.words.OPINIONS[stars]),
        "user_id": account.user,
    }


def give_intents(talk):
    """Each opportunity under way the intent whose turn it is, the rare ones first."""
    running = talk.env["crm.lead"].search([("type", "=", "opportunity"), ("won_status", "=", "pending")], order="id")
    for number, lead in enumerate(running.filtered("partner_id"), 1):
        intent = next((name for name in reversed(INTENTS) if not number % INTENTS[name]), None)
        if intent:
            lead.write({"customer_intent": intent, **answers(talk, intent)})


def answers(talk, intent):
    """What is asked with an intent."""
    if intent == "not_now":
        return {"intent_purchase_date": talk.today + timedelta(days=talk.random.randint(20, 160))}
    if intent == "never":
        reason = talk.env.ref("customer_segmentation.churn_reason_product")
        return {"intent_reason_id": reason.id, "intent_product_gap": talk.random.choice(talk.words.PRODUCT_GAPS)}
    return {}
