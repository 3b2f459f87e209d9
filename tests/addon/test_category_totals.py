"""What customers buy by product category: the same numbers as hand-computed ones."""

from datetime import datetime, time

from odoo.fields import Command

from .common import AccountingCase


class CategoryCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        create = cls.env["product.category"].create
        cls.food = create({"name": "Food"})
        cls.fruit, cls.bread = create([{"name": name, "parent_id": cls.food.id} for name in ("Fruit", "Bread")])
        cls.tools = create({"name": "Tools"})
        cls.thing = {
            category: cls.env["product.product"].create(
                {"name": category.name, "categ_id": category.id, "taxes_id": False, "invoice_policy": "order"}
            )
            for category in cls.food | cls.fruit | cls.bread | cls.tools
        }
        cls.acme = cls.customer("Acme")

    @classmethod
    def buy(cls, partner, days_ago=0, company=None, currency=None, **amounts):
        """A confirmed order with a line for each category."""
        company = company or cls.company
        values = {"pricelist_id": currency.id} if currency else {}
        lines = [
            Command.create({"product_id": cls.thing[getattr(cls, name)].id, "price_unit": amount, "tax_ids": False})
            for name, amount in amounts.items()
        ]
        return (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "state": "sale",
                    "order_line": lines,
                    "date_order": datetime.combine(cls.day(days_ago), time(12)),
                    **values,
                }
            )
        )

    def bought(self, partner, company=None, period="window"):
        """{category: (amount, last date)}, the largest first"""
        totals = self.env["customer.purchase.category"]._totals(company or self.company, period, partner.ids)
        names = self.env["product.category"]
        return {names.browse(total.category_id).name: (round(total.amount, 2), total.last_date) for total in totals}


class TestTotals(CategoryCase):
    def test_net_amounts_of_the_window(self):
        self.buy(self.acme, 5, fruit=100, tools=60)
        self.buy(self.acme, 40, fruit=50)
        self.buy(self.acme, 800, bread=999)
        self.assertEqual(self.bought(self.acme), {"Fruit": (150, self.day(5)), "Tools": (60, self.day(5))})
        self.assertEqual(list(self.bought(self.acme, period="ever")), ["Bread", "Fruit", "Tools"])
        self.assertEqual(self.bought(self.acme, period=1), {"Fruit": (100, self.day(5)), "Tools": (60, self.day(5))})

    def test_window_starts_as_for_the_scores(self):
        from dateutil.relativedelta import relativedelta

        first_day = self.today - relativedelta(months=12)
        self.buy(self.acme, (self.today - first_day).days, fruit=100)
        self.assertEqual(self.bought(self.acme), {})
        self.buy(self.acme, (self.today - first_day).days - 1, tools=100)
        self.assertEqual(list(self.bought(self.acme)), ["Tools"])

    def test_quotations_and_cancelled_orders_do_not_count(self):
        self.buy(self.acme, fruit=100).state = "cancel"
        self.buy(self.acme, fruit=100).state = "sent"
        self.assertEqual(self.bought(self.acme), {})

    def test_refunds_reduce_their_category(self):
        order = self.buy(self.acme, 9, fruit=100, tools=60)
        self.credit(self.invoice(order, 8), 3, amount=40)  # the first line in part, the second as a whole
        self.assertEqual(self.bought(self.acme), {"Fruit": (60, self.day(9))})
        self.assertEqual(sum(self.transactions(self.acme).mapped("amount")), 60)

    def test_contacts_and_branches_belong_to_the_customer_and_company(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        branch = self.branch(self.company)
        self.buy(contact, 2, fruit=100)
        self.buy(self.acme, 1, company=branch, fruit=30)
        self.assertEqual(self.bought(self.acme), {"Fruit": (130, self.day(1))})

    def test_companies_do_not_mix(self):
        other = self.other_company()
        self.buy(self.acme, fruit=100)
        self.buy(self.acme, company=other, tools=50)
        self.assertEqual(list(self.bought(self.acme)), ["Fruit"])
        self.assertEqual(list(self.bought(self.acme, other)), ["Tools"])

    def test_foreign_currency_and_missing_rates(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5)
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})
        order = self.buy(self.acme, 1, currency=pricelist, fruit=100)
        self.assertEqual(self.bought(self.acme), {"Fruit": (200, self.day(1))})
        euro.rate_ids.unlink()
        order.invalidate_recordset()
        self.assertEqual(self.bought(self.acme), {}, "left out of the scores, so left out here")

    def test_invoices_when_the_policy_counts_them(self):
        self.policy.source = "invoice"
        order = self.buy(self.acme, 9, fruit=100, tools=60)
        self.assertEqual(self.bought(self.acme), {})
        self.credit(self.invoice(order, 8), 3, amount=40)
        self.assertEqual(self.bought(self.acme), {"Fruit": (60, self.day(8))})
        self.move(self.acme, 25, 2)
        self.assertEqual(len(self.bought(self.acme)), 2, "a product without a category of its own")

    def test_products_without_category(self):
        self.thing[self.fruit].categ_id = False
        self.buy(self.acme, fruit=100)
        self.assertEqual(list(self.bought(self.acme)), [False])
