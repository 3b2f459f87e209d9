"""A rep works through My Day with mouse, keyboard and thumb; a manager looks at the desks of the team."""

from odoo.tests import tagged

from .common import ScreensCase

ROWS = 15


class DeskScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        call = "mail.mail_activity_data_call"
        for number in range(1, ROWS + 1):
            customer = cls.customer(
                f"Desk Works {number:02}", user_id=cls.own_seller.id, phone=f"+1 202 555 01{number:02}"
            )
            customer.activity_schedule(call, cls.today, user_id=cls.own_seller.id, summary="Ask about the spring order")

    def told(self):
        return self.env["customer.desk.row"].search([("user_id", "=", self.own_seller.id), ("outcome", "!=", False)])


@tagged("post_install", "-at_install")
class TestMyDay(DeskScreens):
    browser_size = "1366x768"

    def test_a_call_and_what_came_of_it(self):
        self.start_tour("/odoo/my-day", "my_day_call_tour", login="screens_own_seller")
        self.assertEqual(self.told().mapped("outcome"), ["will_order", "elsewhere"])
        self.assertEqual(self.told()[1].note, "Too dear")

    def test_the_page_of_a_customer(self):
        self.start_tour("/odoo/my-day", "my_day_page_tour", login="screens_own_seller")

    def test_fifteen_rows_by_keyboard(self):
        self.start_tour("/odoo/my-day", "my_day_keyboard_tour", login="screens_own_seller")
        self.assertEqual(self.told().mapped("outcome"), ["not_reached"] * ROWS)

    def test_a_manager_looks_at_the_team(self):
        self.start_tour("/odoo/my-day", "my_day_team_tour", login="screens_manager")


@tagged("post_install", "-at_install")
class TestMyDayOnAPhone(DeskScreens):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_call_and_what_came_of_it(self):
        self.start_tour("/odoo/my-day", "my_day_call_tour", login="screens_own_seller")
        self.assertEqual(len(self.told()), 2)
