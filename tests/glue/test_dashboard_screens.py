"""The dashboard in a real browser: as rep and manager, in English and Chinese, wide and on a phone."""

from odoo.tests import tagged

from ..browser import test_chinese_screens
from ..browser.common import ScreensCase

PATH = "/odoo/segmentation-dashboard"
READY = "!!document.querySelector('.o_dashboard_cohorts table') && !!document.querySelector('[data-tile=lost]')"


class DashboardScreens(ScreensCase):
    """With a run at the end of last month, so that customers can have moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order(cls.customers[1], 100, 0)
        cls.env["customer.segmentation.profile"].search([]).unlink()
        cls.policy.last_run_id = False
        cls.recompute(as_of=cls.day(cls.today.day))
        cls.recompute()
        for customer in cls.customers:
            customer.user_id = cls.own_seller


@tagged("post_install", "-at_install")
class TestDashboardScreens(DashboardScreens):
    browser_size = "1400x1000"

    def test_every_block_opens_its_customers(self):
        for login in ("screens_own_seller", "screens_manager"):
            with self.subTest(login=login):
                self.start_tour(PATH, "dashboard_numbers_tour", login=login)

    def test_every_block_opens_its_customers_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        manager = self.users["screens_manager"]
        manager.lang = "zh_CN"
        self.start_tour(PATH, "dashboard_numbers_tour", login=manager.login)

    def test_one_tab_stop_for_the_numbers_of_a_block(self):
        self.start_tour(PATH, "dashboard_keyboard_tour", login="screens_manager")

    def test_whose_customers(self):
        self.start_tour(PATH, "dashboard_scope_tour", login="screens_manager")

    def test_choices(self):
        self.start_tour(PATH, "dashboard_choices_tour", login="screens_manager")


@tagged("post_install", "-at_install")
class TestDashboardOnAPhone(DashboardScreens):
    browser_size = "390x844"
    touch_enabled = True

    def test_read_it(self):
        self.start_tour(PATH, "dashboard_phone_tour", login="screens_own_seller")


@tagged("post_install", "-at_install")
class TestDashboardInChinese(DashboardScreens):
    look = test_chinese_screens.TestChineseScreens.look

    def test_no_english_is_left(self):
        self.seller.lang = "zh_CN"
        self.look(
            PATH,
            ".o_dashboard_cohorts table",
            [".o_content", ".o_control_panel"],
            "客群迁移",
        )


@tagged("post_install", "-at_install")
class TestContactAnswers(ScreensCase):
    """Why this segment, what changed and what would change it, on the page of a contact."""

    def test_read_the_page(self):
        path = f"/odoo/contacts/{self.customers[13].id}"
        self.start_tour(path, "contact_answers_tour", login="screens_seller")

    def test_not_scored(self):
        path = f"/odoo/contacts/{self.newcomer.id}"
        self.start_tour(path, "contact_answers_not_scored_tour", login="screens_seller")


@tagged("post_install", "-at_install")
class TestContactAnswersOnAPhone(ScreensCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_read_the_page(self):
        path = f"/odoo/contacts/{self.contact.id}"
        self.start_tour(path, "contact_answers_phone_tour", login="screens_own_seller")
