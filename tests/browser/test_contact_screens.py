"""A salesperson in a real browser: filter, group and sort contacts, and read why a customer is where it is."""

from odoo.tests import tagged

from .common import ScreensCase

AT_RISK = "Screen Works 13"


@tagged("post_install", "-at_install")
class TestContactScreens(ScreensCase):
    def test_filter_group_and_read_the_page(self):
        self.assertEqual(self.customers[13].customer_segment_id.code, "at_risk")
        self.start_tour("/odoo/contacts?view_type=kanban", "contact_segmentation_tour", login="screens_seller")

    def test_sort_by_score(self):
        self.start_tour("/odoo/contacts?view_type=list", "contact_segmentation_sort_tour", login="screens_own_seller")

    def test_not_scored_says_why(self):
        self.start_tour(
            f"/odoo/contacts/{self.newcomer.id}", "contact_segmentation_not_scored_tour", login="screens_seller"
        )

    def test_quotation_and_pipeline(self):
        self.start_tour(f"/odoo/sales/{self.quotation.id}", "order_segmentation_tour", login="screens_own_seller")
        self.start_tour("/odoo/crm", "lead_segmentation_tour", login="screens_own_seller")


@tagged("post_install", "-at_install")
class TestContactScreensOnAPhone(ScreensCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_page_of_a_contact(self):
        self.start_tour(
            f"/odoo/contacts/{self.contact.id}", "contact_segmentation_phone_tour", login="screens_own_seller"
        )
