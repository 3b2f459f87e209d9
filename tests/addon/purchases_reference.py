"""What a shop's purchases are, worked out from its documents one by one: slow and plain, and without SQL."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Row(NamedTuple):
    """One purchase or refund; `amount` in cents of the company's currency."""

    customer: str
    day: str
    amount: int
    is_purchase: bool
    is_refund: bool
    problem: str


class Reference:
    def __init__(self, policy, today):
        self.policy, self.env, self.today = policy, policy.env, today
        self.company = policy.company_id
        self.own = self.env["res.company"].search([]).partner_id.commercial_partner_id

    def rows(self):
        """Everything that counts, and everything that is left out with its reason."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_receipt", "out_refund")),
            ]
        )
        moves = moves.sorted("id")
        rows = self._of_orders(moves) if self.policy.source == "sale" else self._of_invoices(moves)
        return sorted(row for row in rows if row.amount)

    # ------------------------------------------------------------------ common

    def _order_of(self, line):
        """The order a line of an invoice belongs to: its own, or that of the document, or of what it reverses."""
        if line.sale_line_ids:
            return line.sale_line_ids[0].order_id
        move = line.move_id
        while move:
            orders = move.invoice_line_ids.sale_line_ids.order_id.sorted("id")
            orders = orders.filtered(lambda order: order.state == "sale") or orders
            if orders:
                return orders[0]
            move = move.reversed_entry_id
        return self.env["sale.order"]

    def _lines(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "product")

    def _cents(self, amount, rate=None):
        value = Decimal(str(round(amount, 6)))
        if rate is not None:
            value /= Decimal(str(rate))
        return int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def _rate_problem(self, currency, rate, day, is_typed=False):
        if currency == self.company.currency_id or is_typed:
            return ""
        known = currency.rate_ids.filtered(lambda known: known.name <= day)
        return "" if known and rate > 0 else "no_rate"

    def _problem(self, customer, day, rate_problem):
        if rate_problem:
            return rate_problem
        if (self.today - day).days > 50 * 366:
            return "implausible_date"
        if day > self.today:
            return "future_date"
        return "own_company" if customer in self.own else ""

    def _row(self, customer, day, amount, is_purchase, problem, is_refund=False):
        return Row(customer.name, str(day), amount, is_purchase and not problem, is_refund or amount < 0, problem)

    # ------------------------------------------------------------------ orders

    def _of_orders(self, moves):
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id), ("state", "=", "sale")])
        by_order = defaultdict(list)
        for move in moves.filtered(lambda move: move.move_type != "out_receipt"):
            for line in self._lines(move):
                by_order[self._order_of(line)].append(line)
        for order in orders:
            yield from self._of_order(order, by_order[order])
        for move in moves.filtered(lambda move: move.move_type == "out_refund"):
            if not any(self._order_of(line) for line in self._lines(move)):
                yield self._row(
                    move.commercial_partner_id,
                    move.invoice_date,
                    self._cents(move.amount_untaxed_signed),
                    False,
                    "unlinked_credit_note",
                    is_refund=True,
                )

    def _of_order(self, order, lines):
        moment = order.first_order_date or order.date_order
        day = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(self.policy.tz)).date()
        customer = order.partner_id.commercial_partner_id
        rate = None if order.currency_id == self.company.currency_id else order.currency_rate
        problem = self._problem(customer, day, self._rate_problem(order.currency_id, order.currency_rate, day))
        taken = self._taken_back(order, lines)
        notes = sorted(taken, key=lambda note: note.id)
        worth, so_far = self._cents(order.amount_untaxed, rate), 0.0
        is_kept = self._cents(sum(taken.values()), rate) < worth or not any(taken.values())
        yield self._row(customer, day, worth, worth > 0 and is_kept, problem)
        for note in notes:
            before, so_far = so_far, so_far + taken[note]
            amount = self._cents(before, rate) - self._cents(so_far, rate)
            yield self._row(customer, note.invoice_date, amount, False, problem, is_refund=True)

    def _taken_back(self, order, lines):
        """What each credit note takes back of the order, in its currency."""
        by_line, taken = defaultdict(list), defaultdict(float)
        for line in lines:
            by_line[line.sale_line_ids[:1]].append(line)
        for order_line, its_lines in by_line.items():
            ordered = order_line.price_subtotal
            signed = [(line.move_id, self._in_currency_of(order, line)) for line in its_lines]
            credited = sum(amount for move, amount in signed if move.move_type == "out_refund")
            invoiced = sum(amount for move, amount in signed if move.move_type == "out_invoice")
            direction = -1 if (ordered or credited) < 0 else 1
            most = max(0, direction * (ordered - (invoiced - credited)))
            open_credits = self._not_replaced(signed, direction)
            all_of_line = min(most, sum(amount for _note, amount in open_credits), max(0, direction * credited))
            seen = given = 0
            for note, amount in self._latest_first(signed, direction):
                seen += amount
                part = min(all_of_line, max(0, seen)) - given
                taken[note] += direction * part
                given += part
        return {note: amount for note, amount in taken.items() if abs(amount) > 1e-9}

    def _in_currency_of(self, order, line):
        if line.currency_id == order.currency_id:
            return line.price_subtotal
        amount = self._valued(line, order)
        return order.currency_rate * (-amount if line.move_id.move_type == "out_refund" else amount)

    def _valued(self, line, order):
        """A line in company currency: money is taken back at the rate at which it came in."""
        base = self._base(line.move_id, order)
        if base.currency_id != line.currency_id or base.invoice_currency_rate == line.move_id.invoice_currency_rate:
            return -line.balance
        return self._cents(-line.amount_currency, base.invoice_currency_rate) / 100

    def _base(self, move, order):
        """The invoice a document takes something back from."""
        reversed_move = self._takes_back(move)
        if reversed_move is None or reversed_move or move.currency_id == self.company.currency_id:
            return reversed_move or self.env["account.move"]
        earlier = order.invoice_ids.filtered(
            lambda one: one.state == "posted" and one.move_type == "out_invoice" and one.id < move.id
        )
        return earlier.sorted("id")[-1:]

    def _not_replaced(self, signed, direction):
        """The credits that no later invoice of the line replaced: an invoice replaces the oldest open ones first."""
        open_credits = []
        for move, amount in signed:
            change = direction * (amount if move.move_type == "out_refund" else -amount)
            if change >= 0:
                open_credits.append([move, change])
                continue
            for entry in open_credits:
                used = min(entry[1], -change)
                entry[1] -= used
                change += used
        return open_credits

    def _latest_first(self, signed, direction):
        credited = defaultdict(float)
        for move, amount in signed:
            if move.move_type == "out_refund":
                credited[move] += direction * amount
        return sorted(credited.items(), key=lambda item: item[0].id, reverse=True)

    # ------------------------------------------------------------------ invoices

    def _of_invoices(self, moves):
        parts = [part for move in moves for part in self._parts(move)]
        purchases, notes = defaultdict(list), []
        for part in parts:
            if self._takes_back(part["move"]) is None:
                purchases[part["unit"], part["move"].invoice_date, part["problem"]].append(part)
            else:
                notes.append(part)
                day = part["move"].invoice_date
                yield self._row(part["customer"], day, part["amount"], False, part["problem"], is_refund=True)
        kept = {key: self._is_kept(key, purchases, notes) for key in purchases}
        for key, its_parts in purchases.items():
            unit, day, problem = key
            amount = sum(part["amount"] for part in its_parts)
            settles = any(part["settles"] for part in its_parts) and any(
                kept[other]
                for other, others in purchases.items()
                if other[0] == unit
                and any(part["pays_down"] for part in others)
                and not any(part["settles"] for part in others)
            )
            is_purchase = amount > 0 and kept[key] and not settles
            yield self._row(its_parts[0]["customer"], day, amount, is_purchase, problem)

    def _is_kept(self, key, purchases, notes):
        """Not reversed in full, nor all that was invoiced of the order."""
        moves = {part["move"] for part in purchases[key]}
        amount = sum(part["worth"] for part in purchases[key])
        all_of_unit = sum(part["worth"] for other in purchases if other[0] == key[0] for part in purchases[other])
        of_unit = [note for note in notes if note["unit"] == key[0]]
        reversals = [note for note in of_unit if self._takes_back(note["move"]) in moves]
        of_moves, of_all = (-sum(note["worth"] for note in found) for found in (reversals, of_unit))
        return not (amount > 0 and ((reversals and of_moves >= amount) or (of_unit and of_all >= all_of_unit)))

    def _worth(self, line, order):
        """A line in ten-thousandths of the currency of its order, or of the invoice of none."""
        move, base = line.move_id, self._base(line.move_id, order)
        judged_by = order or base or move
        if move.currency_id == judged_by.currency_id:
            return round(-line.amount_currency * 10_000)
        rate = order.currency_rate if order else judged_by.invoice_currency_rate
        return round(self._valued(line, order) * rate * 10_000)

    def _takes_back(self, move):
        """The invoice whose money a document changes: of a credit note, and of what takes a credit note back."""
        if "out_refund" not in (move.move_type, move.reversed_entry_id.move_type):
            return None
        invoice = self.env["account.move"]
        while move := move.reversed_entry_id:
            invoice = invoice if move.move_type == "out_refund" else move
        return invoice

    def _parts(self, move):
        """What a document says of each order it is about."""
        by_order = defaultdict(list)
        for line in self._lines(move):
            by_order[self._order_of(line)].append(line)
        for order, lines in by_order.items():
            base = self._base(move, order)
            paid_by = base if base.currency_id == move.currency_id else move
            rate = paid_by.invoice_currency_rate
            down = [line for line in lines if line.sale_line_ids and all(line.sale_line_ids.mapped("is_downpayment"))]
            customer = (order.partner_id or move.partner_id).commercial_partner_id
            rate_problem = self._rate_problem(move.currency_id, rate, paid_by.invoice_date, is_typed=rate != 1)
            yield {
                "move": move,
                "unit": order or self._takes_back(move) or move,
                "customer": customer,
                "amount": sum(self._cents(self._valued(line, order)) for line in lines),
                "worth": sum(self._worth(line, order) for line in lines),
                "settles": any(line.balance > 0 for line in down),
                "pays_down": any(line.balance < 0 for line in down),
                "problem": self._problem(customer, move.invoice_date, rate_problem),
            }
