"""The first question after installing: who is asked, how often, and what the answer does."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
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
        setup = self.env["customer.segmentation.setup"].with_user(user or self.manager)
        company = company or self.company
        return setup.with_context(allowed_company_ids=company.ids).action_question()

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
        question = self.question()
        self.assertEqual(question["res_model"], "customer.segmentation.setup")
        self.assertEqual(question["context"]["default_policy_id"], self.policy.id)
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

    def test_later_is_for_one_user_and_one_company(self):
        other = self.other_company()
        self.manager.company_ids += other
        self.setup_form().save().action_later()
        self.assertFalse(self.question())
        self.assertFalse(self.policy.setup_done)
        self.assertTrue(self.question(company=other))
        self.assertTrue(self.question(self.env.ref("base.user_admin")))
        action = self.policy.with_user(self.manager).action_open_setup()
        self.assertFalse(action["context"]["setup_asked"])
        self.answer()
        self.assertTrue(self.policy.setup_done)

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
            question = self.question(company=place)
            self.assertEqual(question["context"]["default_policy_id"], self.policy_of(company).id)

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
class TestSessionSaysWhomToAsk(SetupCase, HttpCase):
    def asked_of(self, user):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request("/web/session/get_session_info").get("customer_segmentation_setup", False)

    def test_session(self):
        self.assertEqual(
            [self.asked_of(user) for user in (self.manager, self.rep, self.employee)], [True, False, False]
        )
        self.policy.setup_later_user_ids = self.manager
        self.assertFalse(self.asked_of(self.manager))
        self.policy.setup_later_user_ids = False
        self.policy.setup_done = True
        self.assertFalse(self.asked_of(self.manager))
