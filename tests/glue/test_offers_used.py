"""Where habits are used: on quotations, on My Day, in texts of playbooks, on the sheets about a customer."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .offers_common import OffersCase


class UsedCase(OffersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "used_seller", groups="sales_team.group_sale_salesman")
        cls.acme.user_id = cls.seller
        cls.buy_every(cls.acme, cls.coffee, 7, 8, 5, quantity=3)
        cls.buy_every(cls.acme, cls.tea, 30, 30, 4)
        cls.buy_every(cls.acme, cls.cake, 7, 40, 6, price=20)
        cls.recompute()
        cls.nobody_waits()


class TestQuotation(UsedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quotation = cls.quote(cls.acme, cls.visit, user_id=cls.seller.id).with_user(cls.seller)

    def dialog(self):
        return (
            self.env["customer.product.offer"]
            .with_user(self.seller)
            .browse(self.quotation.action_offer_products()["res_id"])
        )

    def test_what_is_not_on_it(self):
        self.assertEqual(self.quotation.customer_due_products, "Coffee, Tea")
        self.quotation.order_line = [(0, 0, {"product_id": self.tea.id})]
        self.assertEqual(self.quotation.customer_due_products, "Coffee")

    def test_while_it_is_typed(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            self.assertFalse(form.customer_due_products)
            form.partner_id = self.acme
            self.assertEqual(form.customer_due_products, "Coffee, Tea")
            with form.order_line.new() as line:
                line.product_id = self.coffee
            self.assertEqual(form.customer_due_products, "Tea")

    def test_added_with_the_usual_quantity(self):
        dialog = self.dialog()
        self.assertEqual(dialog.line_ids.mapped("product_id.name"), ["Coffee", "Tea"])
        self.assertEqual(dialog.line_ids[0].reason, "bought 5 times, about every 7 days, last 8 days ago")
        dialog.line_ids[1].is_chosen = False
        dialog.action_add()
        coffee = self.quotation.order_line.filtered(lambda line: line.product_id == self.coffee)
        self.assertEqual(coffee.product_uom_qty, 3)
        self.assertNotIn(self.tea, self.quotation.order_line.product_id)
        self.assertEqual(self.quotation.customer_due_products, "Tea")

    def test_an_order_is_left_as_it_is(self):
        dialog = self.dialog()
        self.quotation.sudo().action_confirm()
        self.assertFalse(self.quotation.customer_due_products)
        with self.assertRaisesRegex(UserError, "no quotation any more"):
            dialog.action_add()

    def test_of_others(self):
        dialog = self.dialog()
        other = new_test_user(self.env, "used_other", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.quotation.with_user(other).action_offer_products()
        with self.assertRaises(AccessError):
            dialog.with_user(other).action_add()


class TestMyDay(UsedCase):
    def reasons(self):
        reasons = self.env["customer.desk.reason"].with_user(self.seller)
        desk = self.env["customer.desk"].with_user(self.seller)._desk()
        return reasons._in_words(desk, reasons._seen(desk, self.acme))[self.acme.id]

    def test_what_to_say(self):
        self.assertIn("Usually buys Coffee every 7 days, not for 8 days", self.reasons())

    def test_nothing_without_a_habit(self):
        self.quote(self.acme, self.coffee, self.tea)
        self.assertFalse([words for words in self.reasons() if "Usually buys" in words])


class TestTexts(UsedCase):
    def note(self, name, reader=None):
        playbook = self.env.ref(f"customer_segmentation.{name}")
        texts = self.env["customer.playbook.text"]._texts_for(playbook, self.profile(self.acme), reader)
        return texts[self.profile(self.acme).id][1]

    def test_cross_sell_and_overdue_name_products(self):
        for name in ("playbook_cross_sell", "playbook_overdue_reorder"):
            with self.subTest(name):
                self.assertIn("Due now: Coffee (every 7 days), Tea (every 30 days)", self.note(name, self.seller))

    def test_others_do_not(self):
        self.assertNotIn("Due now", self.note("playbook_save_cant_lose", self.seller))

    def test_nor_do_they_to_who_sees_no_figures(self):
        employee = new_test_user(self.env, "used_employee", groups="base.group_user")
        self.assertNotIn("Due now", self.note("playbook_cross_sell", employee))


class TestSheets(UsedCase):
    def lines(self, audience):
        sheet = self.env["customer.sheet"]
        (subject,) = sheet._subjects(self.acme, self.company)
        return {line.label: line.value for line in sheet._parts(subject, audience)["outlook"]}

    def test_portrait(self):
        lines = self.lines("firm")
        self.assertEqual(lines["Due Now"], "Coffee (every 7 days), Tea (every 30 days)")
        self.assertEqual(lines["No Longer Buys"], "Cake (every 7 days)")

    def test_privacy_sheet(self):
        lines = self.lines("customer")
        self.assertEqual(lines["Products you usually buy about now"], "Coffee (every 7 days), Tea (every 30 days)")
        self.assertEqual(lines["Products you do not buy any more"], "Cake (every 7 days)")


class TestPage(UsedCase):
    def test_lists(self):
        page = self.acme.with_user(self.seller)
        self.assertIn("Coffee", page.customer_due_products)
        self.assertIn("Cake", page.customer_missed_products)
        self.assertNotIn("Cake", page.customer_due_products)

    def test_names_are_no_html(self):
        self.coffee.name = "<b>Coffee</b>"
        self.assertIn("&lt;b&gt;Coffee&lt;/b&gt;", self.acme.customer_due_products)
