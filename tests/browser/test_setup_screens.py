"""The one question after installing: a button above the customers, for managers, until it is answered."""

from odoo.tests import HttpCase, new_test_user, tagged

from ..addon.common import SegmentationCase

CUSTOMERS = "/odoo/segmentation-customers"


class SetupScreens(SegmentationCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.setup_done = False
        cls.manager = new_test_user(cls.env, "setup_manager", groups="sales_team.group_sale_manager")
        cls.rep = new_test_user(cls.env, "setup_rep", groups="sales_team.group_sale_salesman_all_leads")
        cls.order(cls.customer())
        cls.recompute()


@tagged("post_install", "-at_install")
class TestSetupScreens(SetupScreens):
    def test_choose_and_score(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_tour", login="setup_manager")
        self.assertTrue(self.policy.setup_done)
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), ["Gold", "Silver", "Bronze"])
        self.start_tour(CUSTOMERS, "segmentation_setup_not_asked_tour", login="setup_manager")

    def test_administrators_are_offered_the_apps(self):
        self.manager.group_ids += self.env.ref("base.group_system")
        self.start_tour("/odoo/segmentation-my-customers", "segmentation_setup_apps_tour", login="setup_manager")
        self.assertFalse(self.policy.setup_done)

    def test_reps_are_not_asked(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_not_asked_tour", login="setup_rep")


@tagged("post_install", "-at_install")
class TestSetupOnAPhone(SetupScreens):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_button_is_there(self):
        self.start_tour(CUSTOMERS, "segmentation_setup_phone_tour", login="setup_manager")
