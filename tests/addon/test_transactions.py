"""What is a purchase, on which day, of whom, and how much: customer.transaction for policies that score orders."""

from datetime import datetime

from odoo.fields import Command

from .common import AccountingCase, SegmentationCase


class TestOrders(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer()

    def assertAmounts(self, expected, partner=None):
        self.assertEqual(self.transactions(partner or self.buyer).mapped("amount"), expected)

    def test_only_confirmed_orders_count(self):
        for state in ("draft", "sent", "cancel"):
            self.order(self.buyer, state=state)
        self.assertAmounts([])
        self.order(self.buyer, 70)
        self.assertAmounts([70])

    def test_amount_is_untaxed_and_after_discount_and_includes_services(self):
        tax = self.env["account.tax"].create({"name": "20%", "amount": 20})
        second_tax = self.env["account.tax"].create({"name": "5%", "amount": 5})
        service = self.env["product.product"].create({"name": "Service", "type": "service"})
        self.order(
            self.buyer,
            order_line=[
                Command.create(
                    {
                        "product_id": self.product.id,
                        "product_uom_qty": 2,
                        "price_unit": 50,
                        "discount": 10,
                        "tax_ids": [Command.set((tax + second_tax).ids)],
                    }
                ),
                Command.create({"product_id": service.id, "price_unit": 30, "tax_ids": [Command.set(tax.ids)]}),
            ],
        )
        self.assertAmounts([120])

    def test_customer_is_the_commercial_entity_through_any_depth(self):
        person = self.customer("Person", is_company=False, parent_id=self.buyer.id)
        assistant = self.customer("Assistant", is_company=False, parent_id=person.id, type="other")
        self.order(person, 10)
        self.order(assistant, 20)
        self.assertAmounts([10, 20])
        self.assertAmounts([], person)

    def test_day_is_that_of_the_policy_time_zone(self):
        self.policy.tz = "Asia/Shanghai"
        self.order(self.buyer, date_order=datetime(2026, 3, 10, 17, 0))
        self.assertEqual(str(self.transactions(self.buyer).date), "2026-03-11")
        self.policy.tz = "America/New_York"
        self.order(self.buyer, date_order=datetime(2026, 7, 1, 3, 59))
        self.assertEqual(
            [str(day) for day in self.transactions(self.buyer).mapped("date")], ["2026-03-10", "2026-06-30"]
        )

    def test_foreign_currency_at_the_rate_of_the_order(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, self.day(400))
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})
        order = self.order(self.buyer, 100, days_ago=300, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        self.rate(euro, 0.8, self.day(100))
        self.order(self.buyer, 100, days_ago=10, pricelist_id=pricelist.id)
        self.assertAmounts([200, 125])
        self.assertEqual(self.transactions(self.buyer).currency_id, self.company.currency_id)

    def test_order_without_usable_rate_is_left_out_with_the_reason(self):
        euro = self.currency("EUR")
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})
        order = self.order(self.buyer, days_ago=50, pricelist_id=pricelist.id)
        self.assertEqual(self.transactions(self.buyer).problem, "no_rate")
        self.rate(euro, 0.5, self.day(40))
        self.assertEqual(self.transactions(self.buyer).problem, "no_rate", "the rate is younger than the order")
        self.rate(euro, 0.5, self.day(60))
        self.assertFalse(self.transactions(self.buyer).problem)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET currency_rate = 0 WHERE id = %s", [order.id])
        self.assertEqual(self.transactions(self.buyer).problem, "zero_rate")

    def test_future_order_is_left_out_and_counts_when_its_day_has_come(self):
        self.order(self.buyer, 50, days_ago=-2)
        self.order(self.buyer, 60)
        self.assertEqual(self.transactions(self.buyer).mapped("problem"), [False, "future_date"])
        run = self.recompute()
        self.assertEqual(run.left_out_count, 1)
        self.assertEqual(self.profile(self.buyer).revenue, 60)
        self.assertEqual(self.recompute(as_of=self.day(-2)).left_out_count, 0)
        self.assertEqual(self.profile(self.buyer).revenue, 110)

    def test_amount_that_is_no_number_is_left_out(self):
        order = self.order(self.buyer)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET amount_untaxed = 'NaN' WHERE id = %s", [order.id])
        self.assertEqual(self.transactions(self.buyer).problem, "not_a_number")
        self.order(self.buyer, 40)
        self.recompute()
        self.assertEqual(self.profile(self.buyer).revenue, 40)

    def test_zero_orders_count_only_when_the_policy_says_so(self):
        self.order(self.buyer, 0)
        self.assertAmounts([])
        self.policy.count_zero_orders = True
        self.assertEqual(self.transactions(self.buyer).kind, "purchase")

    def test_negative_order_is_a_refund(self):
        self.order(self.buyer, 100, days_ago=5)
        self.order(self.buyer, -30, days_ago=1)
        self.assertEqual(self.transactions(self.buyer).mapped("kind"), ["purchase", "refund"])
        self.recompute()
        profile = self.profile(self.buyer)
        self.assertEqual((profile.order_count, profile.revenue, profile.refund_total), (1, 70, 30))
        self.assertEqual(profile.last_order_date, self.day(5))

    def test_branch_belongs_to_its_root_company(self):
        branch = self.branch(self.company)
        self.assertFalse(self.policy_of(branch), "a branch makes no policy")
        self.order(self.buyer, 25, company=branch)
        row = self.transactions(self.buyer)
        self.assertEqual((row.company_id, row.branch_id, row.amount), (self.company, branch, 25))

    def test_document_behind_a_row_opens(self):
        order = self.order(self.buyer)
        action = self.transactions(self.buyer).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))


class TestRefundsOfOrders(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer()
        cls.sale = cls.order(cls.buyer, 100, days_ago=30)

    def refunds(self):
        return self.transactions(self.buyer, kind="refund")

    def test_credit_note_counts_on_its_own_day(self):
        self.credit(self.invoice(self.sale, 29), 3, amount=40)
        refund = self.refunds()
        self.assertEqual((refund.amount, refund.date, refund.source_model), (-40, self.day(3), "account.move"))

    def test_draft_credit_note_does_not_count(self):
        self.invoice(self.sale)._reverse_moves([{}])
        self.assertFalse(self.refunds())

    def test_reverse_and_create_invoice_takes_nothing_back(self):
        invoice = self.invoice(self.sale)
        self.credit(invoice)
        self.invoice(self.sale)
        self.assertFalse(self.refunds())

    def test_quantity_lowered_on_the_order_is_not_deducted_twice(self):
        self.sale.order_line.write({"product_uom_qty": 10, "price_unit": 100})
        invoice = self.invoice(self.sale)
        self.sale.order_line.write({"product_uom_qty": 8, "price_unit": 100})
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        note.invoice_line_ids.quantity = 2
        note.action_post()
        self.assertEqual(self.transactions(self.buyer).mapped("amount"), [800])

    def test_several_credit_notes_each_on_its_day(self):
        invoice = self.invoice(self.sale)
        self.credit(invoice, 9, amount=50)
        self.credit(invoice, 2, amount=30)
        refunds = [(row.date, row.amount) for row in self.refunds()]
        self.assertEqual(refunds, [(self.day(9), -50), (self.day(2), -30)])

    def test_part_credited_and_part_invoiced_again(self):
        invoice = self.invoice(self.sale)
        self.credit(invoice, 9)
        again = self.sale._create_invoices()
        again.invoice_line_ids.price_unit = 60
        again.action_post()
        self.assertEqual(self.refunds().mapped("amount"), [-40], "ordered 100, in the end invoiced 60")

    def test_full_refund_with_a_discount_line(self):
        self.sale.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": -10, "tax_ids": False, "name": "Discount"})
        ]
        self.credit(self.invoice(self.sale))
        self.assertEqual(self.transactions(self.buyer).mapped("amount"), [90, -90])

    def test_refund_of_a_cancelled_order_vanishes_with_it(self):
        self.credit(self.invoice(self.sale))
        self.sale._action_cancel()
        self.assertFalse(self.transactions(self.buyer))

    def test_credit_note_of_no_order_is_left_out_and_listed(self):
        note = self.move(self.buyer, 15, move_type="out_refund")
        self.move(self.buyer, 0, move_type="out_refund")  # takes nothing back, so nothing is left out with it
        row = self.transactions(self.buyer, problem="unlinked_credit_note")
        self.assertEqual((row.source_id, row.amount), (note.id, -15))
        run = self.recompute()
        self.assertEqual((run.left_out_count, self.profile(self.buyer).revenue), (1, 100))
        listed = self.env["customer.transaction"].search(run.action_open_left_out()["domain"])
        self.assertEqual(listed.source_id, note.id)

    def test_refund_in_foreign_currency_at_the_rate_of_the_order(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, self.day(400))
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})
        order = self.order(self.buyer, 100, days_ago=20, pricelist_id=pricelist.id)
        self.rate(euro, 0.8, self.day(10))
        self.credit(self.invoice(order, 5), 5)
        self.assertEqual(self.transactions(self.buyer).mapped("amount"), [100, 200, -200])


class TestInvoices(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.source = "invoice"
        cls.buyer = cls.customer()

    def rows(self):
        return [(str(row.date), row.amount, row.kind) for row in self.transactions(self.buyer)]

    def test_orders_do_not_count(self):
        self.order(self.buyer)
        self.assertFalse(self.rows())

    def test_posted_invoice_and_credit_note(self):
        invoice = self.move(self.buyer, 80, 20)
        self.credit(invoice, 4, amount=30)
        self.assertEqual(self.rows(), [(str(self.day(20)), 80, "purchase"), (str(self.day(4)), -30, "refund")])

    def test_draft_invoice_does_not_count(self):
        self.move(self.buyer, 80).button_draft()
        self.assertFalse(self.rows())

    def order_of_two_lines(self):
        lines = [
            Command.create({"product_id": self.product.id, "price_unit": price, "tax_ids": False}) for price in (60, 40)
        ]
        return self.order(self.buyer, 100, order_line=lines)

    def invoice_first_line(self, order, days_ago):
        first = self.invoice(order, days_ago)
        first.button_draft()
        first.invoice_line_ids[1].unlink()
        first.action_post()

    def test_invoices_of_one_order_and_one_day_are_one_purchase(self):
        order = self.order_of_two_lines()
        self.invoice_first_line(order, 30)
        self.invoice(order, 30)
        self.assertEqual(self.rows(), [(str(self.day(30)), 100, "purchase")])

    def test_an_order_invoiced_month_by_month_is_a_purchase_on_each_day(self):
        order = self.order_of_two_lines()
        self.invoice_first_line(order, 30)
        self.invoice(order, 10)
        self.assertEqual(self.rows(), [(str(self.day(30)), 60, "purchase"), (str(self.day(10)), 40, "purchase")])
        self.recompute()
        self.assertEqual(self.profile(self.buyer).last_order_date, self.day(10))

    def test_foreign_invoice_at_its_own_rate(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, self.day(400))
        self.move(self.buyer, 100, 20, currency_id=euro.id)
        self.assertEqual(self.rows(), [(str(self.day(20)), 200, "purchase")])
