"""Invoices of some orders: paid, overdue, and some credited in part or wholly."""

from datetime import timedelta
from random import Random

from . import SEED, session

BATCH = 10
PAID, OVERDUE, CREDITED = 60, 45, 40
DAYS_TO_PAY = 30
OVERDUE_AGES = range(40, 150)  # days since the order
OTHER_AGES = range(12, 330)


def create(env, words, orders, identifiers, today):
    """Invoice some of the orders, whose identifiers are given in the same order."""
    random = Random(f"{SEED} invoices")
    overdue = choose(random, orders, identifiers, today, OVERDUE_AGES, OVERDUE, set())
    credited = choose(random, orders, identifiers, today, OTHER_AGES, CREDITED, {chosen for chosen, _ in overdue})
    taken = {chosen for chosen, _ in overdue + credited}
    paid = choose(random, orders, identifiers, today, OTHER_AGES, PAID, taken)
    for batch in session.batches(env, overdue, BATCH, "overdue invoices"):
        post(env, batch)
    for batch in session.batches(env, paid, BATCH, "paid invoices"):
        pay(env, post(env, batch))
    for batch in session.batches(env, credited, BATCH, "credit notes"):
        invoices = post(env, batch)
        for number, invoice in enumerate(invoices):
            credit(env, invoice, random.choice(words.CREDIT_REASONS), today, wholly=number % 3 == 0)
        pay(env, invoices.filtered("amount_residual"))


def choose(random, orders, identifiers, today, ages, count, taken):
    """Orders of an age that somebody paid for: (identifier, day)."""
    possible = [
        (identifier, order.day)
        for order, identifier in zip(orders, identifiers, strict=True)
        if (today - order.day).days in ages and identifier not in taken and sum(row.cents for row in order.purchases)
    ]
    return random.sample(possible, min(count, len(possible)))


def post(env, chosen):
    """Posted invoices, dated the day after the order."""
    invoices = env["account.move"]
    for identifier, day in chosen:
        invoice = env["sale.order"].browse(identifier)._create_invoices()
        issued = day + timedelta(days=1)
        invoice.write({"invoice_date": issued, "invoice_date_due": issued + timedelta(days=DAYS_TO_PAY)})
        invoices += invoice
    invoices.action_post()
    return invoices


def pay(env, invoices):
    for invoice in invoices:
        selected = {"active_model": "account.move", "active_ids": invoice.ids}
        wizard = env["account.payment.register"].with_context(**selected)
        wizard.create({"payment_date": invoice.invoice_date + timedelta(days=9)}).action_create_payments()


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
