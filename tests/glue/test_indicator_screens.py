"""A manager in a real browser: indicators weighed side by side in the list, and composed in the dialog."""

from odoo.fields import Command
from odoo.tests import tagged

from ..browser.common import ScreensCase


@tagged("post_install", "-at_install")
class TestIndicatorScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.indicator_ids = [
            Command.clear(),
            Command.create({"name": "Revenue", "weight": 60, "measure": "revenue"}),
            Command.create({"name": "Orders", "weight": 40, "measure": "order_count"}),
            Command.create({"name": "Contacts", "weight": 5, "measure": "contact_count", "active": False}),
        ]

    def test_weights_in_the_list_and_a_field_in_the_dialog(self):
        self.start_tour(
            f"/odoo/action-customer_segmentation.action_policies/{self.policy.id}",
            "indicator_tour",
            login="screens_manager",
        )
        draft = self.policy.draft_ids
        weights = {indicator.name: indicator.weight for indicator in draft._active_indicators()}
        self.assertEqual(weights, {"Revenue": 50, "Orders": 30, "Sales Potential": 20})
        potential = draft.indicator_ids.filtered(lambda indicator: indicator.kind == "field")
        self.assertEqual(potential.partner_field, "customer_potential")
