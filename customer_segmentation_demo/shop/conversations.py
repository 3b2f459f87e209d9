"""Talking with customers: leads and opportunities, meetings, messages, activities done."""

from datetime import time, timedelta
from itertools import accumulate
from random import Random

from . import SEED, names, opinions, session, standing

OPPORTUNITIES, LEADS, MEETINGS, MESSAGES, ACTIVITIES_DONE = 120, 45, 160, 2400, 220
BATCH = 200
ACTIVITY_BATCH = 40
CHASING_EMAILS = (3, 11)  # to each who is chased, from and to
STAGE_WEIGHTS = (4, 3, 2, 2)
SHARE_LOST = 0.1


class Talk:
    """One source of chance for all kinds of conversation, so that the same day gives the same ones."""

    def __init__(self, env, words, shop, accounts, purchases, today):
        self.env, self.words, self.shop, self.today = env, words, shop, today
        attention = standing.attention(purchases, today)
        self.accounts = [accounts[number] for number in sorted(attention)]
        self.attention = list(accumulate(attention[number] for number in sorted(attention)))
        self.chased = [accounts[number] for number in standing.chased(purchases, today)]
        self.random = Random(f"{SEED} conversations")

    def someone(self):
        """An account and a person of it."""
        account = self.random.choices(self.accounts, cum_weights=self.attention)[0]
        return account, self.random.choice(account.people())

    def moment(self, days_from_today):
        """A quarter of an hour in the office hours of a day, as Odoo stores it."""
        day = self.today + timedelta(days=days_from_today)
        at = time(self.random.randint(9, 16), self.random.choice((0, 15, 30, 45)))
        return session.stored_moment(day, at, self.words.TIME_ZONE)

    def batches(self, count, what, size=BATCH):
        for numbers in session.batches(self.env, range(count), size, what):
            yield len(numbers)


def create(env, words, shop, accounts, purchases, today):
    talk = Talk(env, words, shop, accounts, purchases, today)
    create_opportunities(talk)
    create_leads(talk)
    create_meetings(talk)
    create_messages(talk)
    chase(talk)
    create_activities_done(talk)
    opinions.create(talk)


# ------------------------------------------------------------------ leads and opportunities


def create_opportunities(talk):
    stages = talk.env["crm.stage"].search([], order="sequence, id").ids
    for count in talk.batches(OPPORTUNITIES, "opportunities"):
        created = talk.env["crm.lead"].create([opportunity_values(talk, stages) for _ in range(count)])
        created.filtered(lambda lead: lead.stage_id.is_won).action_set_won()
        running = created.filtered(lambda lead: lead.won_status == "pending")
        lost = running[: int(count * SHARE_LOST)]
        lost.action_set_lost(lost_reason_id=talk.env["crm.lost.reason"].search([], limit=1).id)


def opportunity_values(talk, stages):
    random = talk.random
    account, person = talk.someone()
    what = random.choice(talk.words.OPPORTUNITIES)
    partner = talk.env["res.partner"].browse(person)
    return {
        "type": "opportunity",
        "name": talk.words.OPPORTUNITY_NAME.format(what=what, who=partner.commercial_partner_id.name),
        "partner_id": person,
        "user_id": account.user,
        "team_id": talk.shop.team_of_user[account.user],
        "stage_id": random.choices(stages, weights=STAGE_WEIGHTS[: len(stages)])[0],
        "expected_revenue": random.randint(2, 60) * 25,
        "date_deadline": talk.today + timedelta(days=random.randint(-10, 75)),
        "priority": random.choice("0012"),
    }


def create_leads(talk):
    """Strangers: no customer is linked."""
    strangers = [customer for customer in names.customers(len(talk.accounts) + LEADS, talk.words) if customer.contacts]
    for count in talk.batches(LEADS, "leads"):
        talk.env["crm.lead"].create([lead_values(talk, strangers.pop()) for _ in range(count)])


def lead_values(talk, stranger):
    user = talk.random.choice((*talk.shop.users, False))
    person = stranger.contacts[0]
    return {
        "type": talk.random.choice(("lead", "lead", "opportunity")),
        "name": talk.words.OPPORTUNITY_NAME.format(what=talk.random.choice(talk.words.LEADS), who=stranger.name),
        "partner_name": stranger.name,
        "contact_name": person.name,
        "email_from": person.email,
        "phone": person.phone,
        "city": talk.words.PLACES[stranger.place].city,
        "user_id": user,
        "team_id": talk.shop.team_of_user.get(user, talk.shop.team_of_user[talk.shop.users[0]]),
    }


# ------------------------------------------------------------------ meetings


def create_meetings(talk):
    for count in talk.batches(MEETINGS, "meetings"):
        talk.env["calendar.event"].create([meeting_values(talk) for _ in range(count)])


def meeting_values(talk):
    account, person = talk.someone()
    user = talk.env["res.users"].browse(account.user)
    days = talk.random.choice((*range(-150, 0, 3), *range(1, 30)))
    start = talk.moment(days)
    return {
        "name": talk.random.choice(talk.words.MEETINGS),
        "start": start,
        "stop": start + timedelta(hours=1),
        "user_id": account.user,
        "partner_ids": [(6, 0, [person, user.partner_id.id])],
        "alarm_ids": False,
    }


# ------------------------------------------------------------------ messages


def create_messages(talk):
    for count in talk.batches(MESSAGES, "e-mails and notes"):
        talk.env["mail.message"].create([message_values(talk) for _ in range(count)])


def chase(talk):
    """E-mails, one after the other, to customers who left long ago."""
    accounts = [account for account in talk.chased for _ in range(talk.random.randint(*CHASING_EMAILS))]
    for batch in session.batches(talk.env, accounts, BATCH, "e-mails to customers who left"):
        people = [(account, talk.random.choice(account.people())) for account in batch]
        talk.env["mail.message"].create([written(talk, *someone, e_mail_out) for someone in people])


def message_values(talk):
    return written(talk, *talk.someone(), talk.random.choice((e_mail_in, e_mail_out, e_mail_out, note)))


def written(talk, account, person, kind):
    """The values of a message of one of the kinds."""
    salesperson = talk.env["res.users"].browse(account.user).partner_id
    customer = talk.env["res.partner"].browse(person)
    return {
        **kind(talk, customer, salesperson),
        "model": "res.partner",
        "res_id": account.partner,
        "date": talk.moment(-talk.random.randint(1, 240)),
        "reply_to": False,
    }


def e_mail_in(talk, customer, salesperson):
    subject, body = talk.random.choice(talk.words.EMAILS_IN)
    return e_mail("email", subject, body, customer, talk.env)


def e_mail_out(talk, customer, salesperson):
    """With the proof that it reached the customer, which Odoo keeps when it sends."""
    subject, body = talk.random.choice(talk.words.EMAILS_OUT)
    delivered = {"res_partner_id": customer.id, "notification_type": "email", "notification_status": "sent"}
    return {
        **e_mail("comment", subject, body, salesperson, talk.env),
        "partner_ids": [(6, 0, customer.ids)],
        "notification_ids": [(0, 0, delivered)],
    }


def e_mail(message_type, subject, body, author, env):
    return {
        "message_type": message_type,
        "subtype_id": env.ref("mail.mt_comment").id,
        "subject": subject,
        "body": body,
        "author_id": author.id,
        "email_from": author.email_formatted,
    }


def note(talk, customer, salesperson):
    return {
        "message_type": "comment",
        "subtype_id": talk.env.ref("mail.mt_note").id,
        "body": talk.random.choice(talk.words.NOTES),
        "author_id": salesperson.id,
        "email_from": salesperson.email_formatted,
    }


# ------------------------------------------------------------------ activities


def create_activities_done(talk):
    """Done by the salesperson, whose message about it is dated back to the day."""
    for count in talk.batches(ACTIVITIES_DONE, "activities done", ACTIVITY_BATCH):
        for _ in range(count):
            summary, feedback = talk.random.choice(talk.words.ACTIVITIES)
            done_at = talk.moment(-talk.random.randint(1, 200))
            activity = create_activity(talk, summary, done_at.date())
            messages, _next = activity.with_user(activity.user_id)._action_done(feedback=feedback)
            messages.sudo().date = done_at
            activity.sudo().date_done = done_at.date()


def create_activity(talk, summary, deadline):
    account, _person = talk.someone()
    kind = talk.env.ref(talk.random.choice(("mail.mail_activity_data_call", "mail.mail_activity_data_todo")))
    values = {
        "res_model_id": talk.env["ir.model"]._get_id("res.partner"),
        "res_id": account.partner,
        "activity_type_id": kind.id,
        "summary": summary,
        "date_deadline": deadline,
        "user_id": account.user,
    }
    return talk.env["mail.activity"].create(values)
