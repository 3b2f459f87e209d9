"""Our menu with every addon of the family."""

from ..browser import test_menu as menu

SELLER = {
    "menu_my_day": [],
    "menu_of_customers": ["menu_my_customers", "menu_customers"],
    "menu_segments": ["menu_segments_beside_groups", "menu_groups"],
    "menu_public_pool": [],
    "menu_tiers": [],
}
MANAGER = {
    "menu_my_day": [],
    "menu_of_customers": ["menu_my_customers", "menu_customers"],
    "menu_segments": ["menu_segments_beside_groups", "menu_groups"],
    "menu_public_pool": ["menu_public_pool_of_managers", "menu_follow_up_stops", "menu_follow_up_review"],
    "menu_tiers": ["menu_tiers_of_managers", "menu_tier_review", "menu_allocation"],
    "menu_playbooks_root": ["menu_playbooks", "menu_playbook_results", "menu_churn_analysis"],
    "menu_of_reports": [
        "menu_dashboard",
        "menu_customer_report",
        "menu_reports_made",
        "menu_tier_report",
        "menu_effort",
        "menu_interactions",
        "menu_lost_products",
        "menu_model_cards",
    ],
    "menu_configuration": [
        "menu_policies",
        "menu_imported_purchases",
        "menu_schemes",
        "menu_churn_reasons",
        "menu_holidays",
        "menu_intent_steps",
        "menu_customer_report_recipients",
        "menu_not_scored",
        "menu_exclusions",
        "menu_left_out",
        "menu_runs",
    ],
}


class TestMenu(menu.TestMenu):
    SELLER, MANAGER = SELLER, MANAGER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.env["customer.segmentation.policy"]._of_company(cls.env.company)
        policy.tier_ids.owner_user_ids = cls.seller  # an allocation asks for owners first

    def test_what_belongs_to_other_apps_stands_there(self):
        for name, parent in (
            ("customer_segmentation_value.menu_credit_classes", "account.account_reports_partners_reports_menu"),
            ("customer_segmentation_intent.menu_product_gaps", "crm.crm_menu_report"),
        ):
            self.assertEqual(self.env.ref(name).parent_id, self.env.ref(parent))
        self.users["screens_manager"].group_ids += self.env.ref("account.group_account_readonly")
        self.assertIn(self.env.ref("customer_segmentation_value.menu_credit_classes"), self.visible("screens_manager"))


class TestMenuOnTheScreen(menu.TestMenuOnTheScreen):
    pass
