"""The one question after installing: to whom it is offered, what is proposed, and what the answer does."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.sql import table_columns

from .common import SegmentationCase

LADDERS = {
    "vip": ["VIP", "Potential", "Ordinary", "Low Value"],
    "value": ["High Value", "Medium Value", "Low Value"],
    "monthly": ["Diamond", "Platinum", "Gold", "Silver", "Ordinary"],
    "metals": ["Gold", "Silver", "Bronze"],
}


class SetupCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "setup_manager", groups="sales_team.group_sale_manager")
        cls.rep = new_test_user(cls.env, "setup_rep", groups="sales_team.group_sale_salesman_all_leads")
        cls.employee = new_test_user(cls.env, "setup_employee", groups="base.group_user")
        cls.policy.write({"setup_done": False, "tier_ids": [Command.clear()]})
        cls.policy.setup_done = False
        cls.eight = cls.env.ref("customer_segmentation.scheme_8_classes")
        cls.eleven = cls.env.ref("customer_segmentation.scheme_11_segments")

    def question(self, user=None, company=None):
        """Whether the button stands above the customers of a user."""
        setup = self.env["customer.segmentation.setup"].with_user(user or self.manager)
        company = company or self.company
        return setup.with_context(allowed_company_ids=company.ids).action_offers()["question"]

    def setup_form(self, user=None, policy=None):
        setup = self.env["customer.segmentation.setup"].with_user(user or self.manager)
        return Form(setup.with_context(default_policy_id=(policy or self.policy).id))

    def answer(self, **values):
        form = self.setup_form()
        for name, value in values.items():
            form[name] = value
        return form.save().action_apply()

    def pending_runs(self):
        return self.env["customer.segmentation.run"].search(
            [("policy_id", "=", self.policy.id), ("state", "=", "pending")]
        )


@tagged("post_install", "-at_install")
class TestWhoIsAsked(SetupCase):
    def test_managers_only(self):
        self.assertTrue(self.question())
        self.assertFalse(self.question(self.rep))
        self.assertFalse(self.question(self.employee))

    def test_others_cannot_answer(self):
        for user in (self.rep, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["customer.segmentation.setup"].with_user(user).create({"policy_id": self.policy.id})
        self.assertFalse(self.policy.setup_done)

    def test_nobody_is_asked_again_after_the_answer(self):
        self.answer()
        self.assertFalse(self.question())
        self.assertFalse(self.question(self.env.ref("base.user_admin")))

    def test_it_can_be_answered_again(self):
        self.answer()
        action = self.policy.with_user(self.manager).action_open_setup()
        self.assertEqual(action["res_model"], "customer.segmentation.setup")
        self.assertEqual(action["context"], {"default_policy_id": self.policy.id})

    def test_empty_screens_offer_it_as_well(self):
        self.env["customer.segmentation.profile"].search([]).unlink()
        self.policy.last_run_id = False

        def said(user):
            return str(self.env["customer.segmentation.profile"].with_user(user).get_empty_list_help("later"))

        self.assertIn("customer_segmentation.action_setup", said(self.manager))
        self.assertNotIn("customer_segmentation.action_setup", said(self.rep))
        self.answer()
        self.assertNotIn("customer_segmentation.action_setup", said(self.manager))
        self.recompute()
        self.assertIn("segmentation-imported-purchases", said(self.manager))
        self.assertNotIn("segmentation-imported-purchases", said(self.rep), "which the rep may not open")
        self.assertIn("confirm a sales order", said(self.rep))

    def test_changing_the_rules_by_hand_answers(self):
        self.policy.window_months = 6
        self.assertTrue(self.question())
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.assertFalse(self.question())
        self.policy.setup_done = False
        self.policy.write({"scheme_id": self.eight.id, **self.eight._banding(self.policy.bands)})
        self.assertFalse(self.question())

    def test_new_root_companies_are_asked_and_branches_are_their_roots(self):
        self.policy.setup_done = True
        company = self.other_company()
        branch = self.branch(company)
        self.manager.company_ids += company + branch
        self.assertFalse(self.question())
        for place in (company, branch):
            self.assertTrue(self.question(company=place))
            setup = self.env["customer.segmentation.setup"].with_user(self.manager)
            opened = setup.with_context(allowed_company_ids=place.ids).create({})
            self.assertEqual(opened.policy_id, self.policy_of(company))

    def test_databases_from_before_are_not_asked(self):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE customer_segmentation_policy DROP COLUMN setup_done")
        policies = self.env["customer.segmentation.policy"]
        policies._fields["setup_done"].update_db(policies, table_columns(self.env.cr, policies._table))
        self.env.invalidate_all()
        self.assertTrue(self.policy.setup_done)
        self.assertFalse(self.question())

    def test_a_company_without_policy_asks_nothing(self):
        self.policy.active = False
        self.assertFalse(self.question())


@tagged("post_install", "-at_install")
class TestAnswer(SetupCase):
    def test_every_ladder_with_every_scheme(self):
        for scheme in (self.eleven, self.eight):
            for ladder, names in LADDERS.items():
                with self.subTest(scheme=scheme.name, ladder=ladder):
                    self.answer(scheme_id=scheme, ladder=ladder)
                    self.assertEqual(self.policy.scheme_id, scheme)
                    self.assertEqual(self.policy.bands, scheme.bands)
                    self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), names)
        self.assertEqual(self.policy.recency_banding, "mean")
        self.assertEqual(self.recompute().policy_version, self.policy.version)

    def test_a_run_is_queued_and_its_progress_shown(self):
        self.pending_runs().unlink()
        action = self.answer(ladder="metals", source="invoice")
        self.assertEqual((action["res_model"], action["res_id"]), ("customer.segmentation.run", self.pending_runs().id))
        self.assertEqual(self.policy.source, "invoice")
        self.assertTrue(self.policy.setup_done)

    def test_as_it_is_changes_no_rule(self):
        version = self.policy.version
        form = self.setup_form()
        self.assertEqual(
            (form.scheme_id, form.source, form.ladder), (self.policy.scheme_id, self.policy.source, "none")
        )
        form.save().action_apply()
        self.assertEqual(self.policy.version, version)
        self.assertFalse(self.policy.tier_ids)

    def test_each_ladder_prints_its_rules(self):
        form = self.setup_form()
        self.assertIn("no tier", form.ladder_rules)
        for ladder, names in LADDERS.items():
            form.ladder = ladder
            for name in names:
                self.assertIn(name, form.ladder_rules)
            self.assertIn("All other customers" if ladder != "vip" else "Frequency score at least 4", form.ladder_rules)
        form.ladder = "vip"
        self.assertIn("(kept at 3)", form.ladder_rules)
        form.scheme_id = self.eight
        self.assertNotIn("at least 4", form.ladder_rules, "only two scores")
        self.assertEqual(form.scheme_description, self.eight.description)

    def test_printed_rules_are_those_of_the_ladder(self):
        form = self.setup_form()
        for ladder in LADDERS:
            form.ladder = ladder
            printed = form.ladder_rules
            self.answer(ladder=ladder)
            for tier in self.policy.tier_ids:
                self.assertIn(tier.rule, printed.replace("&lt;", "<").replace("&gt;", ">"))

    def test_present_tiers_are_shown_and_kept(self):
        self.policy.tier_ids = [Command.create({"name": "Everybody", "sequence": 1})]
        form = self.setup_form()
        self.assertIn("Everybody", form.ladder_rules)
        form.save().action_apply()
        self.assertEqual(self.policy.tier_ids.name, "Everybody")

    def test_a_ladder_made_for_more_scores_is_replaced_with_its_scheme(self):
        self.answer(ladder="vip")
        self.answer(scheme_id=self.eight, ladder="metals")
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), LADDERS["metals"])

    def test_each_company_its_own_answer(self):
        other = self.other_company()
        self.manager.company_ids += other
        self.answer(ladder="metals")
        self.assertFalse(self.policy_of(other).tier_ids)
        self.assertFalse(self.policy_of(other).setup_done)


@tagged("post_install", "-at_install")
class TestPlaybooks(SetupCase):
    def test_calls_about_who_is_late_are_proposed_and_started(self):
        setup = self.setup_form().save()
        proposed = self.env.ref("customer_segmentation.playbook_save_cant_lose") | self.env.ref(
            "customer_segmentation.playbook_overdue_reorder"
        )
        self.assertEqual(setup.playbook_ids, proposed)
        setup.action_apply()
        started = self.env["customer.playbook"].search([("is_started", "=", True)])
        self.assertEqual(started, proposed)
        self.assertFalse(proposed.entry_ids, "what happens from now on, not what is")
        self.assertFalse(self.setup_form().save().playbook_ids, "a manager has chosen")

    def test_left_out_ones_stay_off(self):
        setup = self.setup_form().save()
        setup.playbook_ids = False
        setup.action_apply()
        self.assertFalse(self.env["customer.playbook"].search([("is_started", "=", True)]))

    def test_nothing_is_sent_whatever_the_request_says(self):
        setup = self.setup_form().save()
        setup.playbook_ids = self.env.ref("customer_segmentation.playbook_newsletter")
        setup.action_apply()
        self.assertFalse(self.env["customer.playbook"].search([("is_started", "=", True)]))


@tagged("post_install", "-at_install")
class TestApps(SetupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env, "setup_administrator", groups="sales_team.group_sale_manager,base.group_system"
        )
        there = [("name", "=like", "customer_segmentation_%"), ("state", "=", "uninstalled")]
        cls.there = set(cls.env["ir.module.module"].search(there).mapped("name"))

    def installed_by(self, setup):
        """What answering would install."""
        asked = []
        modules = self.env.registry["ir.module.module"]
        self.patch(modules, "button_immediate_install", lambda these: asked.extend(these.mapped("name")))
        return setup.action_apply(), asked

    def test_administrators_choose_and_are_told_what_leaving_out_means(self):
        setup = self.setup_form(self.administrator).save()
        offered = self.env["res.config.settings"]._apps_to_choose()
        self.assertEqual(set(setup.app_ids.mapped("name")), set(offered))
        self.assertLessEqual(set(offered), self.there)
        for app in setup.app_ids:
            self.assertEqual((app.label, app.without), offered[app.name])
            self.assertTrue(app.label and app.without)
            self.assertFalse(app.chosen)

    def test_nobody_else_does(self):
        arch = self.setup_form()._view["tree"]
        self.assertFalse(arch.findall(".//field[@name='app_ids']"))
        setup = self.setup_form().save()
        self.assertFalse(setup.app_ids)
        with self.assertRaises(AccessError):
            setup.app_ids = [Command.create({"name": next(iter(self.there), "website"), "chosen": True})]
        with self.assertRaises(AccessError):
            self.env["customer.segmentation.setup.app"].with_user(self.manager).create({"name": "base"})

    def test_the_chosen_ones_are_installed(self):
        setup = self.setup_form(self.administrator).save()
        if not setup.app_ids:
            self.assertFalse(self.there - {"customer_segmentation_demo"}, "all are installed here")
            return
        setup.app_ids[0].chosen = True
        action, asked = self.installed_by(setup)
        self.assertEqual(asked, [setup.app_ids[0].name])
        self.assertEqual(action["url"], "/odoo/my-day", "the page is loaded anew: the menu of the app is another one")
        self.assertTrue(self.policy.setup_done)

    def test_only_what_is_offered_is_installed(self):
        setup = self.setup_form(self.administrator).save()
        setup.app_ids = [Command.create({"name": "website", "chosen": True})]
        action, asked = self.installed_by(setup)
        self.assertFalse(asked)
        self.assertEqual(action["res_model"], "customer.segmentation.run")


@tagged("post_install", "-at_install")
class TestFirstWord(SetupCase):
    def told(self):
        """What managers are told after installing: {login: text}."""
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.env["customer.segmentation.setup"]._tell_managers()
        messages = self.env["mail.message"].search([("id", ">", before)])
        return {
            user.login: messages.filtered(lambda message, user=user: user.partner_id in message.partner_ids)
            for user in self.manager | self.rep | self.employee
        }

    def test_every_manager_is_told_once_and_nobody_else(self):
        told = self.told()
        self.assertEqual([len(told[login]) for login in ("setup_manager", "setup_rep", "setup_employee")], [1, 0, 0])
        self.assertIn("/odoo/segmentation-my-customers", told["setup_manager"].body)

    def test_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.lang = "zh_CN"
        message = self.told()["setup_manager"]
        self.assertEqual(message.subject, "客户分群已就绪")
        self.assertIn(">我的客户</a>", message.body)

    def test_without_purchases_it_says_what_to_do(self):
        self.order(self.customer())
        self.assertIn("being scored", self.told()["setup_manager"].body)
        self.env["sale.order"].search([("state", "=", "sale")])._action_cancel()
        self.assertFalse(self.env["customer.transaction"].search_count([], limit=1))
        self.assertIn("confirm a sales order", self.told()["setup_manager"].body)
