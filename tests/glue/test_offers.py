"""What is due and what is no longer bought, as the answers say it: of which documents, to whom, and what never."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import SQL

from ..addon.common import noon
from .offers_common import OffersCase

SELLER = "sales_team.group_sale_salesman"


class TestDue(OffersCase):
    def test_weekly_coffee(self):
        self.buy_every(self.acme, self.coffee, 7, 8, 5, quantity=3)
        (coffee,) = self.answers.due(self.acme.id)
        self.assertEqual(coffee["name"], "Coffee")
        self.assertEqual(coffee["product_tmpl_id"], self.coffee.product_tmpl_id.id)
        self.assertEqual(coffee["product_id"], self.coffee.id)
        self.assertEqual(coffee["reason"], "bought 5 times, about every 7 days, last 8 days ago")
        self.assertEqual((coffee["quantity"], coffee["uom"]), (3, self.coffee.uom_id.name))

    def test_not_yet_and_no_more(self):
        self.buy_every(self.acme, self.coffee, 7, 4, 5)
        self.buy_every(self.acme, self.tea, 7, 16, 5)
        self.assertEqual(self.due(), [])

    def test_best_first_and_at_most(self):
        self.buy_every(self.acme, self.tea, 30, 55, 3)
        self.buy_every(self.acme, self.coffee, 7, 7, 8)
        self.buy_every(self.acme, self.cake, 7, 7, 4)
        self.assertEqual(self.due(), ["Coffee", "Cake", "Tea"])
        self.assertEqual(self.due(limit=2), ["Coffee", "Cake"])

    def test_contacts_of_the_customer_buy_for_it_and_are_told_the_same(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        self.buy(self.acme, self.coffee, 21)
        self.buy(contact, self.coffee, 14)
        self.buy(contact, self.coffee, 7)
        self.assertEqual(self.due(), ["Coffee"])
        self.assertEqual(self.due(contact), ["Coffee"])

    def test_what_was_taken_back_was_not_bought(self):
        *_, last = self.buy_every(self.acme, self.coffee, 7, 7, 3)
        self.credit(self.invoice(last, 6), 5)
        self.assertEqual(self.due(), [])

    def test_a_part_that_was_taken_back_leaves_a_purchase(self):
        *_, last = self.buy_every(self.acme, self.coffee, 7, 7, 3)
        self.credit(self.invoice(last, 6), 5, amount=4)
        self.assertEqual(self.due(), ["Coffee"])

    def test_quotations_and_cancelled_orders_do_not_count(self):
        self.buy_every(self.acme, self.coffee, 7, 14, 2)
        self.buy(self.acme, self.coffee, 7).state = "cancel"
        self.assertEqual(self.due(), [])

    def test_variants_are_one_product_or_several(self):
        attribute = self.env["product.attribute"].create({"name": "Package"})
        small, large = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": attribute.id} for name in ("Small", "Large")]
        )
        line = {"attribute_id": attribute.id, "value_ids": [(6, 0, (small | large).ids)]}
        template = self.env["product.template"].create(
            {"name": "Beans", "type": "consu", "attribute_line_ids": [(0, 0, line)], "taxes_id": False}
        )
        first, second = template.product_variant_ids
        for variant, days_ago in ((first, 21), (first, 14), (second, 7)):
            self.buy(self.acme, variant, days_ago)
        (beans,) = self.answers.due(self.acme.id)
        self.assertEqual((beans["product_tmpl_id"], beans["product_id"]), (template.id, second.id))
        self.policy.offer_level = "variant"
        self.assertEqual(self.answers.due(self.acme.id), [])
        self.buy(self.acme, first, 8)
        self.assertEqual([one["product_id"] for one in self.answers.due(self.acme.id)], [first.id])

    def test_the_variant_that_is_not_there_any_more_is_not_offered(self):
        self.buy_every(self.acme, self.coffee, 7, 8, 5)
        self.coffee.active = False
        self.assertEqual(self.due(), [])

    def test_quantity_in_the_unit_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        for days_ago in (21, 14, 7):
            order = self.buy(self.acme, self.coffee, days_ago)
            order.order_line.product_uom_id = dozen
        self.assertEqual(self.answers.due(self.acme.id)[0]["quantity"], 12)

    def test_closed_days_are_no_silence(self):
        self.buy_every(self.acme, self.coffee, 7, 18, 6)
        self.recompute()
        self.assertEqual(self.due(), [])
        last = self.policy.last_run_id
        today = (self.today - self.today.replace(year=1970, month=1, day=1)).days
        cut_points = dict(last.cut_points)
        cut_points["rhythm"] = cut_points["rhythm"] | {"closed_days": [[today - 12, today - 2]]}
        last.cut_points = cut_points
        self.assertEqual(self.due(), ["Coffee"])


class TestInvoices(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.source = "invoice"

    def test_days_of_invoices_count(self):
        orders = self.buy_every(self.acme, self.coffee, 1, 1, 3)
        self.assertEqual(self.due(), [])
        for order, days_ago in zip(orders, (21, 14, 7), strict=True):
            self.invoice(order, days_ago)
        self.assertEqual(self.due(), ["Coffee"])

    def test_an_invoice_that_was_taken_back(self):
        orders = self.buy_every(self.acme, self.coffee, 1, 1, 3)
        moves = [self.invoice(order, days) for order, days in zip(orders, (21, 14, 7), strict=True)]
        self.credit(moves[1], 3)
        self.assertEqual(self.due(), [])

    def test_taken_back_and_invoiced_anew(self):
        orders = self.buy_every(self.acme, self.coffee, 1, 1, 3)
        moves = [self.invoice(order, days) for order, days in zip(orders, (21, 14, 7), strict=True)]
        self.credit(moves[1], 12)
        self.invoice(orders[1], 11)
        (coffee,) = self.answers.due(self.acme.id)
        self.assertEqual(coffee["times"], 3)


class TestNoLonger(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buy_every(cls.acme, cls.coffee, 7, 40, 6, price=20)
        cls.buy_every(cls.acme, cls.tea, 10, 2, 9)

    def test_coffee(self):
        self.recompute()
        (coffee,) = self.answers.no_longer(self.acme.id)
        self.assertEqual(coffee["name"], "Coffee")
        amount = self.company.currency_id.format(120)
        self.assertEqual(coffee["reason"], f"bought 6 times for {amount}, about every 7 days, not for 40 days")
        self.assertEqual(self.due(), [])

    def test_who_buys_nothing_any_more_is_another_matter(self):
        gone = self.customer("Gone")
        self.buy_every(gone, self.coffee, 7, 300, 6)
        self.buy_every(gone, self.tea, 7, 200, 6)
        self.recompute()
        self.assertIn(self.profile(gone).lifecycle_stage, ("dormant", "lost"))
        self.assertEqual(self.missed(gone), [])

    def test_bought_again(self):
        self.buy(self.acme, self.coffee, 0)
        self.recompute()
        self.assertEqual(self.missed(), [])

    def test_what_is_not_sold_any_more_is_not_missed(self):
        self.recompute()
        self.coffee.sale_ok = False
        self.assertEqual(self.missed(), [])


class TestNeverOffered(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buy_every(cls.acme, cls.coffee, 30, 35, 5)

    def test_archived(self):
        self.coffee.product_tmpl_id.active = False
        self.assertEqual(self.due(), [])

    def test_not_for_sale(self):
        self.coffee.sale_ok = False
        self.assertEqual(self.due(), [])

    def test_of_another_company(self):
        """The root company does not sell what is its branch's."""
        branch = self.branch(self.company)
        self.env.user.company_ids += branch
        own = self.thing("Own", company_id=branch.id)
        self.buy_every(self.acme, own, 30, 35, 5, company=branch)
        self.assertEqual(self.due(), ["Coffee"])
        self.assertEqual(set(self.due(allowed_company_ids=[branch.id, self.company.id])), {"Coffee", "Own"})

    def test_on_an_open_quotation(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.acme.id})
        quotation = self.quote(contact, self.coffee)
        self.assertEqual(self.due(), [])
        quotation.state = "sent"
        self.assertEqual(self.due(), [])
        quotation.state = "cancel"
        self.assertEqual(self.due(), ["Coffee"])

    def test_on_the_quotation_of_somebody_else(self):
        quotation = self.quote(self.customer("Other"), self.coffee)
        self.assertTrue(quotation)
        self.assertEqual(self.due(), ["Coffee"])

    def test_just_delivered(self):
        order = self.env["sale.order"].search([("partner_id", "=", self.acme.id)], order="date_order desc", limit=1)
        self.assertEqual(self.due(), ["Coffee"])
        for days_ago, is_due in ((3, False), (14, False), (16, True)):
            moment = SQL("%s", noon(self.day(days_ago)))
            with self.subTest(days_ago), patch.object(type(order), "_delivered_at_sql", return_value=moment):
                self.assertEqual(self.due(), ["Coffee"] * is_due)

    def test_services(self):
        self.buy_every(self.acme, self.visit, 30, 35, 9)
        self.assertEqual(self.due(), ["Coffee"])

    def test_what_was_a_gift(self):
        self.buy_every(self.acme, self.cake, 30, 35, 5, price=0)
        self.assertEqual(self.due(), ["Coffee"])


class TestWho(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buy_every(cls.acme, cls.coffee, 7, 8, 5)
        cls.seller = new_test_user(cls.env, "offers_seller", groups=SELLER)
        cls.employee = new_test_user(cls.env, "offers_employee", groups="base.group_user")

    def test_sellers_are_told_of_all_purchases_as_on_the_page(self):
        self.assertEqual([one["name"] for one in self.answers.with_user(self.seller).due(self.acme.id)], ["Coffee"])
        page = self.acme.with_user(self.seller).customer_due_products
        self.assertIn("Coffee", page)
        self.assertIn("bought 5 times, about every 7 days, last 8 days ago", page)

    def test_other_employees_are_not(self):
        for name in ("due", "no_longer"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.answers.with_user(self.employee), name)(self.acme.id)
        with self.assertRaises(AccessError):
            self.acme.with_user(self.employee).customer_due_products  # noqa: B018

    def test_contacts_that_are_hidden(self):
        other = self.other_company()
        self.acme.company_id = other
        with self.assertRaises(AccessError):
            self.answers.with_user(self.seller).due(self.acme.id)

    def test_what_is_asked_has_to_be_plain(self):
        for asked in ("1", [self.acme.id], 1.5, -1, 2**40):
            with self.subTest(asked), self.assertRaises(UserError):
                self.answers.due(asked)
        for limit in (0, -1, "5", None, True):
            with self.subTest(limit), self.assertRaises(UserError):
                self.answers.due(self.acme.id, limit=limit)
        for nobody in (0, False, None, 2**31 - 1):
            with self.subTest(nobody), self.assertRaises(UserError):
                self.answers.due(nobody)

    def test_companies_do_not_mix(self):
        other = self.other_company()
        self.assertEqual(self.due(allowed_company_ids=[other.id]), [])
        self.buy_every(self.acme, self.tea, 7, 8, 5, company=other)
        self.assertEqual(self.due(allowed_company_ids=[other.id]), ["Tea"])
        self.assertEqual(self.due(), ["Coffee"])

    def test_branches_are_their_company(self):
        branch = self.branch(self.company)
        self.env.user.company_ids += branch
        self.buy_every(self.acme, self.tea, 7, 8, 5, company=branch)
        self.assertEqual(set(self.due()), {"Coffee", "Tea"})
        self.assertEqual(set(self.due(allowed_company_ids=[branch.id])), {"Coffee", "Tea"})

    def test_amounts_of_other_currencies_are_in_that_of_the_company(self):
        currency = self.currency("EUR" if self.company.currency_id.name != "EUR" else "USD")
        self.rate(currency, 2.0)
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": currency.id})
        self.buy_every(self.acme, self.tea, 7, 40, 4, price=100, pricelist_id=pricelist.id)
        self.recompute()
        own = (
            self.env["res.currency.rate"].search([("currency_id", "=", self.company.currency_id.id)], limit=1).rate or 1
        )
        (tea,) = self.answers.no_longer(self.acme.id)
        self.assertIn(self.company.currency_id.format(400 / 2 * own), tea["reason"])

    def test_excluded_customers_have_no_habits(self):
        self.env["customer.segmentation.exclusion"].create({"partner_id": self.acme.id, "reason": "objection"})
        self.assertEqual(self.due(), [])
        self.assertFalse(self.acme.customer_due_products)

    def test_companies_that_are_not_scored(self):
        self.policy.active = False
        self.assertEqual(self.due(), [])

    def test_a_new_contact_has_none(self):
        self.assertFalse(self.env["res.partner"].new({"name": "New"}).customer_due_products)
