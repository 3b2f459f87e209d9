"""A seller in a real browser: what is due, added to a quotation."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .offers_common import OffersCase


@tagged("post_install", "-at_install")
class TestOffersScreens(OffersCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "offers_screens", groups="sales_team.group_sale_salesman")
        cls.seller.lang = "en_US"
        cls.acme.user_id = cls.seller
        cls.buy_every(cls.acme, cls.coffee, 7, 8, 5, quantity=3)
        cls.buy_every(cls.acme, cls.tea, 30, 30, 4)
        cls.buy_every(cls.acme, cls.cake, 7, 40, 6, price=20)
        cls.look()
        cls.quotation = cls.env["sale.order"].create(
            {
                "partner_id": cls.acme.id,
                "user_id": cls.seller.id,
                "order_line": [Command.create({"product_id": cls.visit.id})],
            }
        )

    def test_added_to_a_quotation(self):
        self.start_tour(
            f"/odoo/action-sale.action_quotations_with_onboarding/{self.quotation.id}",
            "offers_tour",
            login="offers_screens",
        )
        coffee = self.quotation.order_line.filtered(lambda line: line.product_id == self.coffee)
        self.assertEqual(coffee.product_uom_qty, 3)
        self.assertNotIn(self.tea, self.quotation.order_line.product_id)
