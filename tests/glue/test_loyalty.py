"""Orders paid by gift card or eWallet, with Odoo's own loyalty programs."""

from odoo.fields import Command

from ..addon.common import AccountingCase


class TestPaidByCard(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer()
        cls.card_product = cls.env["product.product"].create(
            {"name": "Card", "type": "service", "taxes_id": False, "invoice_policy": "order"}
        )

    def reward(self, program_type):
        program = self.env["loyalty.program"].create(
            {
                "name": program_type,
                "program_type": program_type,
                "applies_on": "current" if program_type == "promotion" else "future",
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount": 1, "discount_mode": "per_point"})
                    if program_type != "promotion"
                    else Command.create({"reward_type": "discount", "discount": 10})
                ],
            }
        )
        return program.reward_ids

    def paid_order(self, program_type, price=100, paid=100, days_ago=10):
        order = self.order(self.buyer, price, days_ago)
        line = {"name": "Card", "product_id": self.card_product.id, "price_unit": -paid, "tax_ids": False}
        order.order_line = [Command.create({**line, "reward_id": self.reward(program_type).id, "points_cost": 0})]
        return order

    def rows(self):
        return [(row.amount, row.is_purchase) for row in self.transactions(self.buyer)]

    def test_it_comes_by_itself_with_sale_loyalty(self):
        module = self.env["ir.module.module"].search([("name", "=", "customer_segmentation_loyalty")])
        self.assertEqual((module.state, module.auto_install), ("installed", True))

    def test_order_paid_by_gift_card_is_worth_its_goods(self):
        self.paid_order("gift_card")
        self.assertEqual(self.rows(), [(100, True)])
        self.recompute()
        self.assertEqual(self.profile(self.buyer).revenue, 100)

    def test_order_paid_in_part_by_ewallet_is_worth_its_goods(self):
        self.paid_order("ewallet", paid=30)
        self.assertEqual(self.rows(), [(100, True)])

    def test_discount_of_a_promotion_makes_the_order_cheaper(self):
        self.paid_order("promotion", paid=10)
        self.assertEqual(self.rows(), [(90, True)])

    def test_invoice_of_an_order_paid_by_gift_card_is_worth_its_goods(self):
        self.policy.source = "invoice"
        order = self.paid_order("gift_card", paid=60)
        invoice = self.invoice(order, 5)
        self.assertEqual(self.rows(), [(100, True)])
        self.credit(invoice, 1)
        self.assertEqual(self.rows(), [(100, False), (-100, False)])

    def test_credit_note_of_an_order_paid_by_gift_card_takes_back_its_goods(self):
        self.credit(self.invoice(self.paid_order("gift_card", paid=60), 5), 1)
        self.assertEqual(self.rows(), [(100, False), (-100, False)])

    def test_categories_are_those_of_the_goods(self):
        self.paid_order("gift_card")
        bought = self.env["customer.purchase.category"]._totals(self.company, "ever", self.buyer.ids)
        self.assertEqual([total.amount for total in bought], [100])

    # ------------------------------------------------------------------ selling a card

    def program(self, program_type, **values):
        """A program whose card product fills up cards with what is paid for it."""
        program = self.reward(program_type).program_id
        rule = {"product_ids": self.card_product.ids, "reward_point_mode": "money", "reward_point_amount": 1}
        program.write({"trigger": "auto", "rule_ids": [Command.clear(), Command.create(rule)], **values})
        return program

    def sold_card(self, program_type, price=50):
        """An order of goods for 100 and of a card, confirmed as salespeople do."""
        self.program(program_type)
        return self.order_with_card(price)

    def order_with_card(self, price=50, **values):
        order = self.order(self.buyer, 100, 10, state="draft", **values)
        line = {"product_id": self.card_product.id, "price_unit": price, "tax_ids": False}
        order.order_line = [Command.create(line)]
        order.action_confirm()
        order.date_order = self.day(10)
        return order

    def test_a_card_that_is_sold_is_money_paid_in_advance(self):
        for program_type in ("gift_card", "ewallet"):
            with self.subTest(program_type=program_type):
                order = self.sold_card(program_type)
                order.order_line[0].product_uom_qty = 0
                self.assertEqual(order.amount_untaxed, 50)
                self.assertFalse(self.rows(), "what it buys will count")
                order._action_cancel()

    def test_goods_bought_with_a_card_count_without_it(self):
        order = self.sold_card("gift_card")
        self.assertEqual(self.rows(), [(100, True)])
        self.credit(self.invoice(order, 5), 1)
        self.assertEqual(self.rows(), [(100, False), (-100, False)])

    def test_a_product_of_another_program_is_bought(self):
        self.sold_card("promotion")
        self.assertEqual(self.rows(), [(150, True)])

    def test_a_card_product_is_bought_where_no_card_was_filled(self):
        """Sold before there was a program, or in a company the program is not for: nobody else's rules decide."""
        other = self.other_company()
        self.program("gift_card", company_id=other.id)
        self.order_with_card()
        self.program("gift_card")
        self.program("ewallet", active=False)
        self.assertEqual(self.rows(), [(150, True)])
