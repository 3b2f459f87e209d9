"""A salesperson in a real browser: the edge list wide and on a phone."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import ScreensCase


class EdgeScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gold = Command.create({"measure": "revenue", "entry": 100_000, "keep": 80_000})
        cls.policy.write(
            {
                "tier_ids": [
                    Command.clear(),
                    Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [gold]}),
                    Command.create({"name": "Rest", "sequence": 2}),
                ]
            }
        )
        cls.order(cls.customer("Screen Edge"), 90_000, 3)
        cls.recompute()


@tagged("post_install", "-at_install")
class TestEdgeScreens(EdgeScreens):
    def test_read_the_list_and_open_a_customer(self):
        self.start_tour("/odoo/segmentation-edge-list", "edge_list_tour", login="screens_own_seller")


@tagged("post_install", "-at_install")
class TestEdgeScreensOnAPhone(EdgeScreens):
    browser_size = "390x844"
    touch_enabled = True

    def test_read_the_cards(self):
        self.start_tour("/odoo/segmentation-edge-list", "edge_list_phone_tour", login="screens_own_seller")
