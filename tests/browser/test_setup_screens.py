"""The first question after installing, on the manager's first visit to one of our screens."""

from odoo.tests import HttpCase, new_test_user, tagged

from ..addon.common import SegmentationCase

CUSTOMERS = "/odoo/segmentation-customers"


@tagged("post_install", "-at_install")
class TestSetupScreens(SegmentationCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.setup_done = False
        cls.manager = new_test_user(cls.env, "setup_manager", groups="sales_team.group_sale_manager")
        cls.rep = new_test_user(cls.env, "setup_rep", groups="sales_team.group_sale_salesman_all_leads")
        cls.order(cls.customer())
        cls.recompute()

    def test_choose_and_score(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_tour", login="setup_manager")
        self.assertTrue(self.policy.setup_done)
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), ["Gold", "Silver", "Bronze"])
        self.start_tour(CUSTOMERS, "segmentation_setup_not_asked_tour", login="setup_manager")

    def test_decide_later(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_later_tour", login="setup_manager")
        self.assertFalse(self.policy.setup_done)
        self.start_tour(CUSTOMERS, "segmentation_setup_not_asked_tour", login="setup_manager")

    def test_reps_are_not_asked(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_not_asked_tour", login="setup_rep")
