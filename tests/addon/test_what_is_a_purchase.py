"""Whose a purchase is, what was taken back of it, and what is none: for both sources, by run and refresh alike."""

from datetime import datetime

from odoo.fields import Command

from .common import AccountingCase


class PurchaseCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer, cls.payer = cls.customer("Buyer"), cls.customer("Payer")

    def amounts(self, partner=None):
        return self.transactions(partner or self.buyer).mapped("amount")

    def purchases(self, partner=None):
        return self.transactions(partner or self.buyer, is_purchase=True).mapped("amount")

    def facts(self, partner=None):
        """Revenue and orders ever, by a run and then by a refresh, which must agree."""
        self.recompute()
        by_run = self.stored_facts(partner or self.buyer)
        self.env["customer.segmentation.profile"]._refresh(self.policy, (partner or self.buyer).ids)
        self.env.invalidate_all()
        self.assertEqual(self.stored_facts(partner or self.buyer), by_run)
        return by_run

    def stored_facts(self, partner):
        profile = self.profile(partner)
        return profile.lifetime_revenue, profile.lifetime_order_count

    def refresh_waiting(self):
        self.env.cr.flush()
        self.assertTrue(self.env["customer.segmentation.queue"]._refresh_waiting(self.policy))
        self.env.invalidate_all()

    def typed(self, amount):
        return Command.create({"name": "Typed by hand", "price_unit": amount, "tax_ids": False})

    def pay_down(self, order, amount, days_ago=0):
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids, active_model="sale.order")
        values = {"advance_payment_method": "fixed", "fixed_amount": amount, "sale_order_ids": [Command.set(order.ids)]}
        invoice = wizard.create(values)._create_invoices(order)
        invoice.invoice_date = self.day(days_ago)
        invoice.action_post()
        return invoice


class TestWhoseAPurchaseIs(PurchaseCase):
    def paid_by_another(self):
        order = self.order(self.buyer, 100, days_ago=30, partner_invoice_id=self.payer.id)
        self.credit(self.invoice(order, 29), 20, amount=40)
        self.order(self.buyer, 10, days_ago=5)

    def test_credit_note_to_the_payer_is_taken_from_the_customer_who_ordered(self):
        self.paid_by_another()
        self.assertEqual(self.facts(), (70, 2))
        self.assertFalse(self.transactions(self.payer))

    def test_invoice_to_the_payer_is_counted_for_the_customer_who_ordered(self):
        self.policy.source = "invoice"
        self.paid_by_another()
        self.assertEqual(self.facts(), (60, 1))
        self.assertFalse(self.transactions(self.payer))

    def test_one_credit_note_of_orders_of_two_customers(self):
        other = self.customer("Other")
        to_payer = {"partner_invoice_id": self.payer.id, "partner_shipping_id": self.payer.id}
        orders = [self.order(partner, 100, 30, **to_payer) for partner in (self.buyer, other)]
        invoice = self.invoice(orders[0] | orders[1], 20)
        self.assertEqual(len(invoice), 1)
        self.credit(invoice, 10)
        for source in ("sale", "invoice"):
            self.policy.source = source
            for partner in (self.buyer, other):
                self.assertEqual(self.amounts(partner), [100, -100])

    def test_line_typed_on_a_credit_note_is_of_the_first_order_that_stands(self):
        other = self.customer("Other")
        to_payer = {"partner_invoice_id": self.payer.id, "partner_shipping_id": self.payer.id}
        orders = [self.order(partner, 100, 30, **to_payer) for partner in (self.buyer, other)]
        note = self.invoice(orders[0] | orders[1], 20)._reverse_moves([{"invoice_date": self.day(5)}])
        note.invoice_line_ids = [*(Command.unlink(line.id) for line in note.invoice_line_ids), self.typed(30)]
        note.action_post()
        self.recompute()
        self.assertEqual((self.amounts(), self.amounts(other)), ([100, -30], [100]))
        self.refresh_waiting()
        orders[0]._action_cancel()
        self.refresh_waiting()
        self.assertEqual((self.amounts(), self.amounts(other)), ([], [100, -30]))
        self.assertEqual(self.stored_facts(other), (70, 1), "refreshed by the cancellation of the other order")

    def test_buyer_is_refreshed_when_a_typed_credit_note_to_the_payer_is_taken_back(self):
        order = self.order(self.buyer, 100, 30, partner_invoice_id=self.payer.id)
        note = self.invoice(order, 29)._reverse_moves([{"invoice_date": self.day(5)}])
        note.invoice_line_ids = [Command.unlink(note.invoice_line_ids.id), self.typed(30)]
        note.action_post()
        self.recompute()
        self.refresh_waiting()
        self.assertEqual(self.stored_facts(self.buyer), (70, 1))
        back = note._reverse_moves([{"invoice_date": self.day(2), "date": self.day(2)}])
        back.action_post()
        self.refresh_waiting()
        self.assertEqual(self.stored_facts(self.buyer), (100, 1))
        back.button_draft()
        self.refresh_waiting()
        self.assertEqual(self.stored_facts(self.buyer), (70, 1))

    def test_order_of_a_sister_company_is_listed_and_counts_only_if_wanted(self):
        sister = self.other_company().partner_id
        self.order(sister, 500)
        self.assertEqual(self.transactions(sister).problem, "own_company")
        self.recompute()
        self.assertFalse(self.profile(sister))
        self.policy.count_own_companies = True
        self.assertEqual(self.facts(sister), (500, 1))


class TestWhatIsTakenBack(PurchaseCase):
    def test_line_typed_by_hand_on_the_credit_note_of_an_order_is_deducted(self):
        note = self.invoice(self.order(self.buyer, 100, 30), 29)._reverse_moves([{"invoice_date": self.day(5)}])
        note.invoice_line_ids[0].price_unit = 40
        note.invoice_line_ids = [self.typed(5)]
        note.action_post()
        self.assertEqual(self.amounts(), [100, -45])

    def test_credit_note_of_an_order_with_typed_lines_only_is_deducted(self):
        note = self.invoice(self.order(self.buyer, 100, 30), 29)._reverse_moves([{"invoice_date": self.day(5)}])
        note.invoice_line_ids = [Command.unlink(note.invoice_line_ids.id), self.typed(40)]
        note.action_post()
        self.assertEqual(self.amounts(), [100, -40])
        self.assertFalse(self.transactions(self.buyer, problem="unlinked_credit_note"))

    def test_line_typed_on_the_invoice_is_not_taken_from_the_order(self):
        invoice = self.order(self.buyer, 100, 30)._create_invoices()
        invoice.invoice_line_ids = [self.typed(20)]
        invoice.action_post()
        self.credit(invoice)
        self.assertEqual(self.amounts(), [100, -100])

    def test_part_that_was_credited_and_invoiced_anew_is_not_deducted(self):
        order = self.order(self.buyer, 100, 30)
        part = order._create_invoices()
        part.invoice_line_ids.quantity = 0.4
        part.action_post()
        self.credit(part)
        self.assertEqual(self.amounts(), [100, -40])
        again = order._create_invoices()
        again.invoice_line_ids.quantity = 0.4
        again.action_post()
        self.assertEqual(self.amounts(), [100])

    def test_credit_note_that_is_taken_back_takes_nothing(self):
        order = self.order(self.buyer, 100, 30)
        note = self.credit(self.invoice(order, 20), 10)
        self.assertEqual(self.purchases(), [])
        note._reverse_moves([{"invoice_date": self.day(5), "date": self.day(5)}]).action_post()
        self.assertEqual(self.facts(), (100, 1))
        self.policy.source = "invoice"
        self.assertEqual(self.facts(), (100, 1), "no second purchase either")
        self.assertEqual(self.profile(self.buyer).refund_total, 0)

    def test_order_taken_back_in_full_is_no_purchase(self):
        self.order(self.buyer, 80, 100)
        self.credit(self.invoice(self.order(self.buyer, 500, 30), 20), 10)
        for source, expected in (("sale", (80, 1)), ("invoice", (0, 0))):
            self.policy.source = source
            if source == "sale":
                self.assertEqual(self.facts(), expected)
                profile = self.profile(self.buyer)
                self.assertEqual((profile.refund_total, profile.purchase_day_count), (500, 1))
                self.assertEqual(profile.last_order_date, self.day(100))
            else:
                self.assertEqual(self.amounts(), [500, -500])
                self.assertEqual(self.purchases(), [])

    def test_only_order_fully_credited_is_none(self):
        order = self.order(self.buyer, 500, 30)
        self.assertEqual(self.facts(), (500, 1))
        self.credit(self.invoice(order, 20), 10)
        self.recompute()
        profile = self.profile(self.buyer)
        self.assertFalse(profile.lifetime_order_count)
        self.assertFalse(profile.segment_id or profile.typical_gap_days)

    def test_what_is_taken_back_tomorrow_is_a_purchase_today(self):
        self.credit(self.invoice(self.order(self.buyer, 500, 30), 20), -1)
        self.assertEqual(self.purchases(), [500])
        rows, _left_out = self.env["customer.transaction"]._read_transactions(self.policy, self.day(-2))
        self.assertFalse(rows.is_purchase.any())

    def test_parts_in_foreign_currency_add_up_to_the_whole(self):
        euro = self.currency("EUR")
        self.rate(euro, 3, self.day(400))
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})
        order = self.order(self.buyer, 100.01, 30, pricelist_id=pricelist.id)
        invoice = self.invoice(order, 20)
        for amount in (33.33, 33.33, 33.35):
            self.credit(invoice, 10, amount=amount)
        self.assertAlmostEqual(sum(self.amounts()), 0)
        self.assertEqual(self.purchases(), [])


class TestRatesThatChange(PurchaseCase):
    """An invoice of 100 euro was worth 250; when it is taken back the rate is another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.source = "invoice"
        cls.euro = cls.currency("EUR")
        for days_ago, rate in ((60, 0.4), (10, 0.8), (3, 0.2)):
            cls.rate(cls.euro, rate, cls.day(days_ago))
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Euro", "currency_id": cls.euro.id})

    def invoiced(self, of_order):
        if not of_order:
            return self.move(self.buyer, 100, 40, currency_id=self.euro.id)
        return self.invoice(self.order(self.buyer, 100, days_ago=50, pricelist_id=self.pricelist.id), 40)

    def test_all_that_is_taken_back_is_no_purchase_and_no_money(self):
        for of_order in (True, False):
            for days_ago in (39, 5, 1):
                with self.subTest(of_order=of_order, days_ago=days_ago), self.env.cr.savepoint() as savepoint:
                    self.credit(self.invoiced(of_order), days_ago)
                    self.assertEqual(self.amounts(), [250, -250])
                    self.assertEqual(self.facts(), (0, 0))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_half_of_it_stays_a_purchase(self):
        for of_order in (True, False):
            for days_ago in (5, 1):
                with self.subTest(of_order=of_order, days_ago=days_ago), self.env.cr.savepoint() as savepoint:
                    self.credit(self.invoiced(of_order), days_ago, amount=50)
                    self.assertEqual(self.facts(), (125, 1))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_taken_back_in_other_money_is_compared_in_that_of_the_invoice(self):
        for amount, kept in ((250, (0, 0)), (100, (150, 1))):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                note = self.invoiced(of_order=False)._reverse_moves([{"invoice_date": self.day(1)}])
                note.currency_id = self.company.currency_id
                note.invoice_line_ids.price_unit = amount
                note.action_post()
                self.assertEqual(self.facts(), kept)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_credit_note_of_the_order_alone_takes_back_what_the_order_was_invoiced_for(self):
        invoice = self.invoiced(of_order=True)
        order = invoice.invoice_line_ids.sale_line_ids.order_id
        order.order_line.product_uom_qty = 0
        note = order._create_invoices(final=True)
        note.invoice_date = self.day(1)
        note.action_post()
        self.assertEqual((note.move_type, note.reversed_entry_id.id), ("out_refund", False))
        self.assertEqual(self.facts(), (0, 0))

    def test_a_credit_note_that_is_taken_back_brings_the_money_back(self):
        note = self.credit(self.invoiced(of_order=False), 5)
        again = note._reverse_moves([{"invoice_date": self.day(1)}])
        again.action_post()
        self.assertEqual(self.amounts(), [250, -250, 250])
        self.assertEqual(self.facts(), (250, 1))

    def test_what_is_credited_taken_back_and_credited_again_is_gone_whatever_was_ordered(self):
        for of_order in (True, False):
            for typed in (False, True):
                with self.subTest(of_order=of_order, typed=typed), self.env.cr.savepoint() as savepoint:
                    note = self.reversed(self.invoiced(of_order), 37, typed)
                    again = self.reversed(note, 30, typed)
                    self.assertEqual(self.facts(), (250, 1))
                    self.env["customer.segmentation.profile"]._refresh(self.policy, self.buyer.ids)
                    note = self.reversed(again, 5, typed)
                    self.assertEqual(self.amounts(), [250, -250, 250, -250])
                    self.assertEqual(self.facts(), (0, 0))
                    self.reversed(note, 1, typed)
                    self.assertEqual(self.facts(), (250, 1))
                    savepoint.rollback()
                self.env.invalidate_all()

    def reversed(self, move, days_ago, typed):
        """What takes back a document: with its lines, or with one typed by hand."""
        reversal = move._reverse_moves([{"invoice_date": self.day(days_ago)}])
        if typed:
            amount = sum(reversal.invoice_line_ids.mapped("price_subtotal"))
            line = Command.create({"name": "Typed", "price_unit": amount, "tax_ids": False})
            reversal.invoice_line_ids = [*(Command.unlink(line.id) for line in reversal.invoice_line_ids), line]
        reversal.action_post()
        return reversal

    def test_an_order_invoiced_in_other_money_is_given_back_as_it_was_invoiced(self):
        self.policy.source = "sale"
        order = self.order(self.buyer, 100, days_ago=50)
        invoice = order._create_invoices()
        invoice.write({"currency_id": self.euro.id, "invoice_date": self.day(40)})
        invoice.invoice_line_ids.price_unit = 40
        invoice.action_post()
        self.credit(invoice, 5)
        self.assertEqual(self.facts(), (0, 0))


class TestWhatElseIsCounted(PurchaseCase):
    def test_invoice_and_full_credit_note_add_up_to_nothing_whatever_its_lines(self):
        self.policy.source = "invoice"
        account = self.env["account.account"].search([("account_type", "=", "income")], limit=1)
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        tax = self.env["account.tax"].create(
            {"name": "Included", "amount": 7.7, "price_include_override": "tax_included"}
        )
        line = {"product_id": self.product.id, "price_unit": 10.03, "tax_ids": [Command.set(tax.ids)]}
        section = {"display_type": "line_section", "name": "Section"}
        invoice = self.move(
            self.buyer,
            0,
            20,
            invoice_cash_rounding_id=rounding.id,
            invoice_line_ids=[Command.create(line), Command.create(section), self.typed(3.33)],
        )
        self.assertIn("rounding", invoice.line_ids.mapped("display_type"))
        self.credit(invoice, 10)
        bought, returned = self.amounts()
        self.assertEqual(bought, -returned)
        self.assertFalse(self.purchases())

    def test_line_typed_on_the_invoice_of_an_order_is_part_of_that_purchase(self):
        self.policy.source = "invoice"
        invoice = self.order(self.buyer, 100, 30)._create_invoices()
        invoice.invoice_line_ids = [self.typed(20)]
        invoice.action_post()
        self.assertEqual(self.purchases(), [120])

    def test_sales_receipt_counts(self):
        self.policy.source = "invoice"
        receipt = self.move(self.buyer, 30, 20, "out_receipt")
        self.assertEqual(self.facts(), (30, 1))
        self.credit(receipt, 10)
        self.assertEqual(self.purchases(), [])

    def test_down_payment_and_the_rest_are_the_order_once(self):
        order = self.order(self.buyer, 100, 30)
        self.pay_down(order, 30, 25)
        self.assertEqual(self.facts(), (100, 1))
        self.invoice(order, 10)
        self.assertEqual(self.facts(), (100, 1))
        self.policy.source = "invoice"
        self.assertEqual(self.amounts(), [30, 70])
        self.assertEqual(self.facts(), (100, 1))

    def test_down_payment_that_is_given_back_takes_nothing_from_the_order(self):
        order = self.order(self.buyer, 100, 30)
        self.credit(self.pay_down(order, 30, 25), 20)
        self.assertEqual(self.facts(), (100, 1))
        self.policy.source = "invoice"
        self.assertEqual((self.amounts(), self.purchases()), ([30, -30], []))

    def test_currency_of_reference_needs_no_rate(self):
        pound = self.currency("GBP")
        pricelist = self.env["product.pricelist"].create({"name": "GBP", "currency_id": pound.id})
        self.company.currency_id.rate_ids.unlink()
        self.rate(self.company.currency_id, 4, self.day(400))
        self.order(self.buyer, 100, 30, pricelist_id=pricelist.id)
        self.assertEqual(self.amounts(), [400])
        self.assertEqual(self.facts(), (400, 1))

    def test_slip_of_the_key_in_a_date_is_left_out_and_listed(self):
        self.order(self.buyer, 100, 30)
        self.order(self.buyer, 50, date_order=datetime(1206, 5, 1, 12))
        self.order(self.buyer, 60, date_order=datetime(2206, 5, 1, 12))
        problems = {row.amount: row.problem for row in self.transactions(self.buyer)}
        self.assertEqual(problems, {100: False, 50: "implausible_date", 60: "future_date"})
        run = self.recompute()
        self.assertEqual((run.left_out_count, self.profile(self.buyer).lifetime_revenue), (2, 100))

    def test_refund_of_an_order_that_is_left_out_is_left_out_with_it(self):
        order = self.order(self.buyer, 50, date_order=datetime(1906, 5, 1, 12))
        self.credit(self.invoice(order, 20), 10, amount=20)
        self.assertEqual(self.transactions(self.buyer).mapped("problem"), ["implausible_date"] * 2)

    def test_order_confirmed_again_keeps_its_first_day(self):
        order = self.order(self.buyer, 100, 300)
        order._action_cancel()
        self.assertFalse(self.transactions(self.buyer))
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.date_order.date(), self.today)
        self.assertEqual(self.transactions(self.buyer).date, self.day(300))
        buyers = self.env["customer.transaction"]._sql_purchases(self.company, since=self.day(301), until=self.day(299))
        self.assertEqual([row[0] for row in self.env.execute_query(buyers)], self.buyer.ids)
        order.date_order = datetime(2020, 3, 4, 12)
        self.assertEqual(str(self.transactions(self.buyer).date), "2020-03-04", "typed afterwards")

    def test_purchases_since_a_day_are_asked_for_in_one_place(self):
        self.order(self.buyer, 100, 30)
        self.order(self.buyer, -20, 4)
        self.order(self.buyer, 0, 3)
        self.credit(self.invoice(self.order(self.buyer, 55, 5), 4), 3)
        late = self.order(self.buyer, 10, 2)
        query = self.env["customer.transaction"]._sql_purchases(self.company, self.buyer.ids, since=self.day(10))
        self.env.flush_all()
        rows = self.env.execute_query(query)
        expected = (self.buyer.id, self.company.id, self.day(2), late.date_order, "sale.order", late.id)
        self.assertEqual(rows, [expected])
