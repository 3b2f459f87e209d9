"""Every scheduled action of ours, in a database with all that can be gone: each runs, says nothing, writes only for
companies that are at work, and speaks to people in their language."""

from contextlib import closing
from unittest.mock import patch

from odoo.addons.customer_segmentation.tools.people import managers_of
from odoo.sql_db import db_connect
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import SegmentationCase

RUN_LOG = "odoo.addons.customer_segmentation.models.run.customer_segmentation_run"
MANAGER = "customer_segmentation.group_manager,sales_team.group_sale_salesman_all_leads"


class JobsCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.south, cls.archived, cls.resting = (cls.other_company(name) for name in ("South", "Archived", "Resting"))
        cls.branch_of_ours = cls.branch(cls.company, "North Branch")
        cls.archived_policy, cls.resting_policy = cls.policy_of(cls.archived), cls.policy_of(cls.resting)
        cls.manager = cls.worker("root_manager", cls.company, lang="zh_CN")
        cls.branch_manager = cls.worker("branch_manager", cls.branch_of_ours)
        cls.south_manager = cls.worker("south_manager", cls.south)
        for company in (cls.company, cls.branch_of_ours, cls.south, cls.archived, cls.resting):
            for number in range(3):
                cls.order(cls.customer(f"{company.name} {number}"), 100, days_ago=40 * number, company=company)
        for policy in (cls.policy, cls.policy_of(cls.south), cls.archived_policy, cls.resting_policy):
            cls.recompute(policy)
        cls.nobody_waits()

    @classmethod
    def worker(cls, login, company, groups=MANAGER, **values):
        values = {"company_id": company.id, "company_ids": company.ids, "notification_type": "inbox", **values}
        return new_test_user(cls.env, login, groups=groups, email=f"{login}@example.com", **values)

    @classmethod
    def take_away(cls):
        """A company and a policy go after their customers were scored."""
        cls.env.user.company_ids -= cls.archived
        cls.archived.active = False
        cls.resting_policy.active = False

    def jobs(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", "customer\\_segmentation%")]
        )
        return self.env["ir.cron"].browse(data.mapped("res_id"))

    def run_all(self):
        jobs = self.jobs()
        self.assertGreaterEqual(len(jobs), 4)
        for job in jobs:
            with self.subTest(job.name), self.assertNoLogs("odoo.addons", "WARNING"):
                with self.enter_registry_test_mode():
                    job.method_direct_trigger()
                self.assertFalse(job.failure_count)
        self.env.invalidate_all()

    def told(self, user):
        return self.env["mail.message"].search([("partner_ids", "in", user.partner_id.ids)], order="id")


class TestEveryScheduledAction(JobsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gone_user = cls.worker("gone", cls.company)
        cls.playbook = cls.env["customer.playbook"].create(
            {
                "name": "Call",
                "trigger": "periodic",
                "trigger_days": 30,
                "responsible": "person",
                "responsible_user_id": gone_user.id,
                "due_days": 3,
            }
        )
        for company in (cls.company, cls.south, cls.archived, cls.resting):
            cls.playbook._start(company, include_now=True)
        list(cls.env["customer.playbook.engine"]._batches())
        cls.take_away()
        gone_user.action_archive()

    def test_each_runs_and_writes_only_for_companies_at_work(self):
        models = ("customer.segmentation.run",)
        last = {model: self.env[model].search([], order="id desc", limit=1).id or 0 for model in models}
        for _time in range(5):  # a slow machine leaves steps to the next call
            self.run_all()
            if not self.env["customer.segmentation.run"]._open_runs():
                break
        for model in models:
            new = self.env[model].search([("id", ">", last[model])])
            self.assertEqual(new.company_id, self.company | self.south, model)
        runs = self.env["customer.segmentation.run"].search([("id", ">", last[models[0]])])
        self.assertEqual(set(runs.mapped("state")), {"done"})
        entries = self.env["customer.playbook.entry"].with_context(active_test=False).search([])
        opened = entries.filtered(lambda entry: entry.state in ("open", "waiting"))
        self.assertEqual(opened.company_id, self.company | self.south)
        self.assertTrue(all(opened.mapped("user_id.active")), "nothing lies on the desk of somebody who left")
        closed = entries - opened
        self.assertEqual(closed.company_id, self.archived | self.resting)
        self.assertEqual(set(closed.mapped("state")), {"cancelled"})
        self.assertFalse(closed.activity_ids)


class TestLocks(SegmentationCase):
    def test_a_run_that_meets_a_lock_leaves_and_comes_back(self):
        partner = self.customer()
        self.order(partner, 100)
        run = self.policy._queue_run()
        self.assertTrue(run._step(), "staged")
        with (
            patch("odoo.addons.customer_segmentation.tools.locks.LONGEST_WAIT", "200ms"),
            closing(db_connect(self.env.cr.dbname).cursor()) as somebody,
            mute_logger("odoo.sql_db"),
        ):
            somebody.execute("LOCK TABLE customer_segmentation_transition IN SHARE MODE")
            self.assertFalse(run._step())
            self.assertFalse(run._step())
            self.assertEqual((run.state, run.attempts), ("running", 0))
            somebody.rollback()
        run._execute()
        self.assertEqual(run.state, "done")
        self.assertTrue(self.profile(partner))


class TestWhoIsTold(JobsCase):
    def test_who_works_in_a_branch_is_told_as_who_works_in_the_root(self):
        self.assertLessEqual(self.manager | self.branch_manager, managers_of(self.env, self.policy.company_id))
        self.assertNotIn(self.south_manager, managers_of(self.env, self.policy.company_id))
        self.env["customer.tier.review"]._tell_managers(self.policy, self.today, 3, 0)
        for user, words in ((self.manager, "等级"), (self.branch_manager, "Tier review")):
            self.assertIn(words, self.told(user)[-1].subject)
        self.assertFalse(self.told(self.south_manager))

    def fail(self):
        read = type(self.env["customer.transaction"])._read_transactions

        def broken(transactions, policy, *args):
            if policy == self.policy:
                raise ValueError("no such table")
            return read(transactions, policy, *args)

        with patch.object(type(self.env["customer.transaction"]), "_read_transactions", broken), mute_logger(RUN_LOG):
            self.assertEqual(self.policy.recompute().state, "failed")

    def test_failing_run_is_told_once_until_it_works_again(self):
        administrator = self.worker("settings", self.company, groups="base.group_system")
        people = (self.manager, self.branch_manager, administrator)
        self.fail()
        self.fail()
        for user in people:
            self.assertEqual(len(self.told(user)), 1)
            self.assertIn("no such table", self.told(user).body)
        self.assertFalse(self.told(self.south_manager))
        self.recompute()
        self.fail()
        self.assertEqual([len(self.told(user)) for user in people], [2, 2, 2])

    def test_language_that_is_switched_off_does_not_stop_a_message(self):
        self.manager.partner_id.lang = "zh_CN"
        self.env.cr.execute("UPDATE res_lang SET active = FALSE WHERE code = 'zh_CN'")
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        self.env["customer.tier.review"]._tell_managers(self.policy, self.today, 3, 0)
        self.assertIn("Tier review", self.told(self.manager).subject)


class TestPoliciesAtRest(JobsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.take_away()

    def test_screens_stay_open(self):
        profiles = self.env["customer.segmentation.profile"].search([])
        self.assertLessEqual(self.resting, profiles.company_id)
        profiles.read()
        profiles._read_group([], ["last_order_age"], ["__count"])
        profiles.search([("last_order_age", "=", "000_030")])
        for company in (self.resting, self.company):
            for model in ("res.partner", "sale.order", "crm.lead"):
                records = self.env[model].with_company(company).search([], limit=50)
                names = [name for name, field in records._fields.items() if name.startswith("customer_")]
                records.read(names)
                records.search([("customer_segment_id", "!=", False)])
        resting = profiles.filtered(lambda profile: profile.company_id == self.resting)
        self.assertTrue(resting[0].explanation)

    def test_without_any_policy_at_work(self):
        self.env["customer.segmentation.policy"].search([]).active = False
        profiles = self.env["customer.segmentation.profile"].search([])
        profiles.read()
        profiles._read_group([], ["last_order_age"], ["__count"])

    def test_what_runs_stops_and_a_run_comes_when_it_is_back(self):
        runs = self.env["customer.segmentation.run"]
        of_south = [("company_id", "=", self.south.id), ("state", "=", "pending")]
        self.policy_of(self.south)._queue_run()
        self.policy_of(self.south).active = False
        self.assertFalse(runs.search(of_south))
        self.resting_policy.active = True
        self.assertTrue(runs.search([("company_id", "=", self.resting.id), ("state", "=", "pending")]))
        self.archived.active = True
        self.assertTrue(runs.search([("company_id", "=", self.archived.id), ("state", "=", "pending")]))

    def test_archived_currency_of_an_order_still_counts(self):
        currency = self.currency("CHF")
        self.rate(currency, 2)
        pricelist = self.env["product.pricelist"].create({"name": "CHF", "currency_id": currency.id})
        partner = self.customer("Swiss")
        self.order(partner, 100, pricelist_id=pricelist.id)
        self.recompute()
        before = self.profile(partner).revenue
        currency.active = False
        self.recompute()
        self.assertEqual(self.profile(partner).revenue, before)

    def test_branch_that_is_deleted_leaves_nothing_behind(self):
        branch = self.branch(self.company, "For a day")
        self.env["customer.segmentation.queue"]._enqueue(self.customer(), branch)
        self.env.cr.precommit.run()  # what Odoo does for a new company
        branch.unlink()
        self.recompute()
