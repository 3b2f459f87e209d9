"""Invoices of some orders: paid in time or late, overdue, and some credited in part or wholly."""

from datetime import timedelta
from random import Random

from . import SEED, session

BATCH = 10
PAID, PAID_BY_BEST, OVERDUE, CREDITED = 45, 30, 40, 40
BEST = 120  # so many of the best customers to choose from
DAYS_TO_PAY = 30
OVERDUE_AGES = range(40, 150)  # days since the order
OTHER_AGES = range(12, 330)
DAYS_UNTIL_PAID = (8, 11, 15, 22, 29, 37, 52, 85)  # each customer has its habit; above 30 is late


def create(env, words, orders, identifiers, best_first, today):
    """Invoice some of the orders, whose identifiers are given in the same order."""
    random = Random(f"{SEED} invoices")
    waiting = list(zip(identifiers, orders, strict=True))
    overdue = choose(random, waiting, today, OVERDUE_AGES, OVERDUE)
    credited = choose(random, waiting, today, OTHER_AGES, CREDITED)
    paid = choose(random, waiting, today, OTHER_AGES, PAID_BY_BEST, set(best_first[:BEST]))
    paid += choose(random, waiting, today, OTHER_AGES, PAID)
    for batch in session.batches(env, overdue, BATCH, "overdue invoices"):
        post(env, batch)
    for batch in session.batches(env, paid, BATCH, "paid invoices"):
        pay(env, post(env, batch), [payment_day(order, today) for _, order in batch])
    for batch in session.batches(env, credited, BATCH, "credit notes"):
        invoices = post(env, batch)
        for number, invoice in enumerate(invoices):
            credit(env, invoice, random.choice(words.CREDIT_REASONS), today, wholly=number % 3 == 0)
        rest = invoices.filtered("amount_residual")
        pay(env, rest, [invoice.invoice_date + timedelta(days=9) for invoice in rest])


def choose(random, waiting, today, ages, count, customers=None):
    """Take orders of an age that somebody paid for, of some customers or of any: (identifier, order)."""
    possible = [
        (identifier, order)
        for identifier, order in waiting
        if (today - order.day).days in ages
        and (customers is None or order.customer in customers)
        and sum(row.cents for row in order.purchases)
    ]
    chosen = random.sample(possible, min(count, len(possible)))
    taken = {identifier for identifier, _ in chosen}
    waiting[:] = [one for one in waiting if one[0] not in taken]
    return chosen


def post(env, chosen):
    """Posted invoices, dated the day after the order."""
    invoices = env["account.move"]
    for identifier, order in chosen:
        invoice = env["sale.order"].browse(identifier)._create_invoices()
        issued = issue_day(order)
        invoice.write({"invoice_date": issued, "invoice_date_due": issued + timedelta(days=DAYS_TO_PAY)})
        invoices += invoice
    invoices.action_post()
    return invoices


def issue_day(order):
    return order.day + timedelta(days=1)


def payment_day(order, today):
    """When the customer pays, as it always does."""
    habit = Random(f"{SEED} pays {order.customer}").choice(DAYS_UNTIL_PAID)
    return min(issue_day(order) + timedelta(days=habit), today - timedelta(days=1))


def pay(env, invoices, days):
    for invoice, day in zip(invoices, days, strict=True):
        selected = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = env["account.payment.register"].with_context(**selected)
        wizard.create({"payment_date": day}).action_create_payments()


def credit(env, invoice, reason, today, wholly):
    """Reverse an invoice, wholly or but for one piece of its first line."""
    selected = {"active_model": "account.move", "active_ids": invoice.ids}
    day = min(invoice.invoice_date + timedelta(days=8), today - timedelta(days=1))
    values = {"reason": reason, "journal_id": invoice.journal_id.id, "date": day}
    wizard = env["account.move.reversal"].with_context(**selected).create(values)
    wizard.refund_moves()
    credit_note = wizard.new_move_ids
    if not wholly:
        lines = credit_note.invoice_line_ids
        first = lines.filtered("price_subtotal")[:1]
        credit_note.invoice_line_ids = [(2, line.id) for line in lines - first] + [(1, first.id, {"quantity": 1})]
    credit_note.action_post()


def returned_everything(env):
    """How many customers took back all they paid for: without a purchase left, they are not scored."""
    bought = env["sale.order"].search([("state", "=", "sale"), ("amount_untaxed", ">", 0)])
    returned = bought.filtered(is_taken_back)
    customer = "partner_id.commercial_partner_id"
    return len(returned.mapped(customer) - (bought - returned).mapped(customer))


def is_taken_back(order):
    """Whether credit notes leave nothing of what was invoiced."""
    amounts = order.invoice_ids.mapped("amount_untaxed_signed")
    return bool(amounts) and order.currency_id.is_zero(sum(amounts))
