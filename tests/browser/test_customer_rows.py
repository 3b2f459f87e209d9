"""A salesperson works from a list: a row opens the page of its customer, the pager walks the list, and plans a call."""

from odoo.tests import tagged

from .common import ScreensCase


@tagged("post_install", "-at_install")
class RowsCase(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        whose = {"user_id": cls.own_seller.id, "phone": "+1 555 0100"}
        cls.mine = cls.env["res.partner"].union(
            *(cls.customer(f"Screen Late {number}", **whose) for number in range(3))
        )
        for number, customer in enumerate(cls.mine):
            for purchase in range(7):
                cls.order(customer, 100 * (number + 1), 25 + 10 * purchase)
        cls.recompute()
        cls.nobody_waits()
        cls.env.flush_all()

    def planned(self):
        self.env.invalidate_all()
        return self.env["mail.activity"].with_context(active_test=False).search([("summary", "like", "Ask for")])


class TestCustomerRows(RowsCase):
    browser_size = "1366x768"

    def test_from_row_to_row(self):
        self.start_tour("/odoo/segmentation-my-customers", "customer_rows_tour", login="screens_own_seller")
        activity = self.planned()
        self.assertEqual(activity.res_model, "res.partner")
        self.assertIn(activity.res_id, self.mine.ids)
        self.assertEqual((activity.summary, activity.active), ("Ask for the summer order", False))


class TestCustomerCardsOnAPhone(RowsCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_from_card_to_page(self):
        self.start_tour("/odoo/segmentation-my-customers", "customer_cards_phone_tour", login="screens_own_seller")
        self.assertEqual(self.planned().res_model, "res.partner")
        self.assertIn(self.planned().res_id, self.mine.ids)
