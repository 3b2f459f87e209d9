"""A shop of random orders, invoices and credit notes, made with Odoo's own documents, for the property test."""

from datetime import datetime, time, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command

# How often each turn is taken in the life of an order; those that cannot be taken pass.
TURNS = {
    "change_line": 2,
    "add_line": 1,
    "invoice": 6,
    "invoice_part": 3,
    "pay_down": 2,
    "credit": 4,
    "credit_part": 3,
    "credit_with_typed_line": 2,
    "credit_by_typed_line": 2,
    "take_credit_note_back": 2,
    "credit_again": 2,
    "cancel": 1,
    "cancel_and_confirm_again": 1,
}


class Shop:
    """Customers with a history; every choice is made by one random generator."""

    def __init__(self, case, generator):
        self.case, self.env, self.random = case, case.env, generator
        self.today = case.today
        self.buyers = self._buyers()
        self.payer = case.customer("Payer")
        self.pricelists = self._pricelists()
        self.tax = self.env["account.tax"].create({"name": "Twenty", "amount": 20})
        self.rounding = self._cash_rounding()
        self.products = case.product + self.env["product.product"].create(
            {"name": "Other", "type": "service", "taxes_id": False, "invoice_policy": "order"}
        )

    def fill(self, orders):
        """A number of orders, each with a life of its own, and some documents of no order."""
        for number in range(orders):
            self._live(self._order(), number)
        for buyer in self.random.sample(self.buyers, 3):
            self._documents_of_no_order(buyer)
        self.env.flush_all()

    # ------------------------------------------------------------------ what is there from the start

    def _buyers(self):
        companies = [self.case.customer(f"Buyer {number}") for number in range(6)]
        people = [self.case.customer("Person", is_company=False, parent_id=companies[0].id)]
        return companies + people + [self.case.other_company("Sister").partner_id]

    def _pricelists(self):
        euro, pound = self.case.currency("EUR"), self.case.currency("GBP")
        self.case.rate(euro, 0.87, self.case.day(900))
        for days_ago, rate in ((47, 0.7), (38, 0.4), (30, 0.8), (20, 0.2)):  # so that credit notes meet another one
            self.case.rate(euro, rate, self.case.day(days_ago))
        self.case.rate(pound, 3.0, self.case.day(5))
        pricelists = self.env["product.pricelist"]
        return [
            pricelists.create({"name": currency.name, "currency_id": currency.id})
            for currency in (self.case.company.currency_id, euro, pound)
        ]

    def _cash_rounding(self):
        account = self.env["account.account"].search([("account_type", "=", "income")], limit=1)
        return self.env["account.cash.rounding"].create(
            {
                "name": "Five",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )

    # ------------------------------------------------------------------ an order and its life

    def _order(self):
        odd = self.random.random()
        days_ago = self.random.randint(60, 800)
        day = datetime.combine(self.case.day(days_ago), time(self.random.randint(0, 23)))
        if odd < 0.04:
            day = datetime(1926, 1, 5, 12)
        elif odd < 0.08:
            day = datetime(self.today.year + 180, 1, 5, 12)
        values = {
            "partner_id": self.random.choice(self.buyers).id,
            "date_order": day,
            "state": "sale",
            "pricelist_id": self.random.choices(self.pricelists, [6, 3, 1])[0].id,
            "order_line": [Command.create(self._line()) for _number in range(self.random.randint(1, 3))],
        }
        if self.random.random() < 0.2:
            values["partner_invoice_id"] = self.payer.id
        return self.env["sale.order"].create(values)

    def _line(self):
        price = self.random.choice([0, 10, 33.33, 99.99, 120, -15]) or self.random.choice([0, 7.77])
        return {
            "product_id": self.random.choice(self.products).id,
            "price_unit": price,
            "product_uom_qty": self.random.choice([1, 1, 2, 3]),
            "discount": self.random.choice([0, 0, 12.5]),
            "tax_ids": [Command.set(self.tax.ids if self.random.random() < 0.3 else [])],
        }

    def _live(self, order, number):
        age = self.random.randint(40, 55)
        for _turn in range(self.random.randint(0, 6)):
            age -= self.random.randint(0, 8)
            turn = self.random.choices(list(TURNS), list(TURNS.values()))[0]
            try:
                with self.env.cr.savepoint():
                    getattr(self, f"_{turn}")(order, self.case.day(max(age, 0)))
            except UserError:
                continue  # there was nothing to invoice, say
        del number

    def _change_line(self, order, _day):
        line = self.random.choice(order.order_line.filtered(lambda line: not line.is_downpayment))
        line.product_uom_qty = self.random.choice([0, 1, 2, 4])

    def _add_line(self, order, _day):
        order.order_line = [Command.create(self._line())]

    def _invoice(self, order, day):
        moves = order._create_invoices(final=True)
        if self.random.random() < 0.1:  # in another currency than it was ordered
            moves.currency_id = self.random.choice(self.pricelists).currency_id
        self._post(moves, day)

    def _invoice_part(self, order, day):
        moves = order._create_invoices()
        for line in moves.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            line.quantity = line.quantity * self.random.choice([0.5, 1, 0.25])
        if self.random.random() < 0.3:
            moves[0].invoice_line_ids = [Command.create({"name": "Typed", "price_unit": 5.5, "tax_ids": False})]
        self._post(moves, day)

    def _pay_down(self, order, day):
        method = self.random.choice(["percentage", "fixed"])
        values = {"advance_payment_method": method, "amount": 30, "fixed_amount": 12.34}
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids, active_model="sale.order")
        self._post(wizard.create({**values, "sale_order_ids": [Command.set(order.ids)]})._create_invoices(order), day)

    def _credit(self, order, day):
        self._post(self._reversed(order, day), day)

    def _credit_part(self, order, day):
        note = self._reversed(order, day)
        line = self.random.choice(self._products(note))
        line.quantity = line.quantity * 0.5
        if self.random.random() < 0.1:  # in another currency than it was invoiced
            note.currency_id = self.random.choice(self.pricelists).currency_id
        self._post(note, day)

    def _credit_with_typed_line(self, order, day):
        note = self._reversed(order, day)
        price = self.random.choice([4.44, -3])
        note.invoice_line_ids = [Command.create({"name": "Typed", "price_unit": price, "tax_ids": False})]
        self._post(note, day)

    def _credit_by_typed_line(self, order, day):
        note = self._reversed(order, day)
        gone = [Command.unlink(line.id) for line in note.invoice_line_ids]
        typed = Command.create({"name": "Typed", "price_unit": 8.88, "tax_ids": False})
        note.invoice_line_ids = [*gone, typed]
        self._post(note, day)

    def _take_credit_note_back(self, order, day):
        self._post(self._reversed(order, day, "out_refund"), day)

    def _credit_again(self, order, day):
        moves = order.invoice_ids.filtered(lambda move: move.state == "posted" and move.reversed_entry_id)
        if not moves:
            raise UserError("Nothing was taken back")
        self._post(moves.sorted("id")[-1]._reverse_moves([{"invoice_date": day, "date": day}]), day)

    def _cancel(self, order, _day):
        order._action_cancel()

    def _cancel_and_confirm_again(self, order, _day):
        order._action_cancel()
        order.action_draft()
        order.action_confirm()

    # ------------------------------------------------------------------ documents

    def _reversed(self, order, day, move_type="out_invoice"):
        moves = order.invoice_ids.filtered(lambda move: move.state == "posted" and move.move_type == move_type)
        if not moves:
            raise UserError("Nothing to reverse")
        return self.random.choice(moves.sorted("id"))._reverse_moves([{"invoice_date": day, "date": day}])

    def _products(self, move):
        return move.invoice_line_ids.filtered(lambda line: line.display_type == "product").sorted("id")

    def _post(self, moves, day):
        for move in moves:
            move.invoice_date = day
            if self.random.random() < 0.2:
                move.invoice_cash_rounding_id = self.rounding
        moves.action_post()

    def _documents_of_no_order(self, buyer):
        day = self.random.choice([self.random.randint(5, 60), self.random.randint(5, 500)])
        currency = self.random.choice(self.pricelists).currency_id
        invoice = self.case.move(buyer, self.random.choice([50, 77.7]), day, currency_id=currency.id)
        self.case.move(buyer, 19.99, day - 1, "out_receipt")
        self.case.move(buyer, 4.5, day - 2, "out_refund")
        note = self.case.credit(invoice, self.random.randint(0, day - 3), self.random.choice([None, None, 20]))
        if self.random.random() < 0.5:
            again = note._reverse_moves([{}])
            self._post(again, self.today - timedelta(days=day - 4))
            if self.random.random() < 0.5:
                self._post(again._reverse_moves([{}]), self.today - timedelta(days=day - 5))
