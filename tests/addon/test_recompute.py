"""One recompute from orders to profiles: values, repetition, failure, interruption, companies."""

from unittest.mock import patch

import psycopg2

from odoo.addons.customer_segmentation.models.run.customer_segmentation_run import CustomerSegmentationRun
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import RecordCapturer, new_test_user
from odoo.tools import mute_logger

from .common import SegmentationCase

RUN_LOG = "odoo.addons.customer_segmentation.models.run.customer_segmentation_run"


class TestRecompute(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # From the best to the worst: the n-th has 10 - n orders of 100 · (10 - n), and bought n · 20 days ago.
        cls.customers = [cls.customer(f"Customer {n}") for n in range(10)]
        for n, partner in enumerate(cls.customers):
            for number in range(10 - n):
                cls.order(partner, 100 * (10 - n), days_ago=20 * n + number)

    def values(self, partner):
        profile = self.profile(partner)
        return profile.rfm_code, profile.segment_id.code, profile.abc_class

    def test_scores_segment_and_class(self):
        run = self.recompute()
        self.assertEqual((run.customer_count, run.changed_count, run.progress), (10, 10, 100))
        self.assertEqual(self.values(self.customers[0]), ("555", "champions", "A"))
        self.assertEqual(self.values(self.customers[4]), ("333", "need_attention", "A"))
        self.assertEqual(self.values(self.customers[9]), ("111", "lost", "C"))
        best = self.profile(self.customers[0])
        self.assertEqual((best.order_count, best.revenue, best.average_order_value), (10, 10_000, 1000))
        self.assertEqual((best.first_order_date, best.last_order_date), (self.day(9), self.today))
        self.assertEqual((best.rfm_score, self.profile(self.customers[9]).rfm_score), (100, 0))
        self.assertEqual(best.segment_since, self.today)
        self.assertEqual(best.changed_run_id, run)

    def test_second_run_without_new_data_writes_nothing(self):
        self.recompute()
        rows = "SELECT p.*, p.xmin::text FROM customer_segmentation_profile p ORDER BY id"
        self.env.cr.execute(rows)
        before = self.env.cr.fetchall()
        transitions = self.env["customer.segmentation.transition"].search_count([])
        self.assertEqual(self.recompute().changed_count, 0)
        self.env.cr.execute(rows)
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(self.env["customer.segmentation.transition"].search_count([]), transitions)
        self.assertFalse(self.env["customer.segmentation.staging"].search_count([]))

    def test_equal_customers_get_equal_scores(self):
        twins = [self.customer(name) for name in ("Twin", "Other Twin")]
        for twin in twins:
            self.order(twin, 300, days_ago=50)
            self.order(twin, 200, days_ago=44)
        self.recompute()
        self.assertEqual(*(self.values(twin) for twin in twins))

    def test_who_stopped_buying_ages_and_leaves_the_window(self):
        quiet = self.customers[9]
        self.recompute()
        self.assertEqual(self.profile(quiet).recency_days, 180)
        self.recompute(as_of=self.day(-250))
        profile = self.profile(quiet)
        self.assertEqual((profile.rfm_code[1:], profile.order_count, profile.revenue), ("11", 0, 0))
        self.assertEqual((profile.lifetime_order_count, profile.lifetime_revenue), (1, 100))

    def test_silent_customers_are_remembered_when_the_policy_says_so(self):
        great = self.customer("Great but silent")
        for number in range(30):
            self.order(great, 500, days_ago=400 + number)
        self.recompute()
        self.assertEqual(self.values(great)[0], "111")
        self.policy.score_silent_customers = True
        self.recompute()
        self.assertEqual(self.values(great), ("155", "cant_lose_them", "C"))
        self.assertEqual(self.profile(great).order_count, 0, "the facts are those of the present window")
        self.recompute(as_of=self.day(-340))
        self.assertEqual(self.values(great)[0], "111", "two windows after the last purchase it is over")

    def test_new_or_promising_by_the_first_purchase_ever(self):
        fresh, returning = self.customer("Fresh"), self.customer("Returning")
        for partner in (fresh, returning):
            self.order(partner, 1)
        self.order(returning, 1, days_ago=800)
        self.recompute()
        self.assertEqual(self.profile(fresh).segment_id.code, "new")
        self.assertEqual(self.profile(returning).segment_id.code, "promising")

    def test_only_refunds_make_no_customer(self):
        refunded = self.customer("Refunded")
        self.order(refunded, -10)
        self.recompute()
        self.assertFalse(self.profile(refunded))

    def test_customer_without_purchase_any_more_is_emptied_and_keeps_the_history(self):
        self.recompute()
        self.env["sale.order"].search([("partner_id", "=", self.customers[9].id)])._action_cancel()
        run = self.recompute()
        profile = self.profile(self.customers[9])
        self.assertEqual(profile.changed_run_id, run)
        self.assertEqual((profile.rfm_code, profile.segment_id.id, profile.abc_class), (False, False, False))
        self.assertEqual(profile.transition_ids.mapped("to_segment_id.code"), ["lost"])
        self.assertEqual(profile.explanation, "Not scored: no purchase that counts.")

    def test_eight_classes_by_the_mean(self):
        self.policy.write(
            {
                "scheme_id": self.env.ref("customer_segmentation.scheme_8_classes").id,
                "bands": 2,
                "recency_banding": "mean",
                "frequency_banding": "mean",
                "monetary_banding": "mean",
            }
        )
        run = self.recompute()
        self.assertEqual(self.values(self.customers[0])[:2], ("222", "important_value"))
        self.assertEqual(self.values(self.customers[9])[:2], ("111", "general_win_back"))
        self.assertEqual(run.cut_points["frequency"], [5.5])

    def test_own_cut_offs(self):
        self.policy.write({"recency_banding": "cut_offs", "recency_cut_offs": "5; 20; 60; 100"})
        self.recompute()
        scores = [self.profile(partner).recency_score for partner in self.customers]
        self.assertEqual(scores, [5, 4, 3, 3, 2, 2, 1, 1, 1, 1])

    def test_no_purchases_at_all(self):
        company = self.other_company()
        run = self.recompute(self.policy_of(company))
        self.assertEqual(run.customer_count, 0)
        self.assertIn("No purchases yet", run.message)

    # ------------------------------------------------------------------ transitions

    def test_first_run_and_changed_rules_leave_processed_changes(self):
        with RecordCapturer(self.env["customer.segmentation.transition"]) as first:
            self.recompute()
        self.assertEqual((len(first.records), set(first.records.mapped("processed"))), (10, {True}))
        self.policy.abc_share_a = 20
        with RecordCapturer(self.env["customer.segmentation.transition"]) as changed:
            self.recompute()
        self.assertTrue(changed.records)
        self.assertEqual(set(changed.records.mapped("processed")), {True})

    def test_a_change_is_kept_with_its_direction_and_waits_for_automation(self):
        self.recompute()
        for _number in range(12):
            self.order(self.customers[9], 5000)
        with RecordCapturer(self.env["customer.segmentation.transition"]) as changes:
            self.recompute()
        risen = changes.records.filtered(lambda change: change.profile_id.partner_id == self.customers[9])
        self.assertRecordValues(
            risen,
            [
                {
                    "from_segment_id": self.env.ref("customer_segmentation.segment_lost").id,
                    "to_segment_id": self.env.ref("customer_segmentation.segment_champions").id,
                    "from_abc_class": "C",
                    "to_abc_class": "A",
                    "direction": "up",
                    "processed": False,
                    "revenue": 60_100,
                }
            ],
        )
        fallen = changes.records - risen
        self.assertTrue(fallen)
        self.assertNotIn("up", fallen.mapped("direction"))
        self.assertEqual(self.profile(self.customers[9]).segment_since, self.today)

    # ------------------------------------------------------------------ asking for a run

    def test_as_of(self):
        self.recompute(as_of=str(self.today))
        with self.assertRaisesRegex(UserError, "2026-01-31"):
            self.policy.recompute("yesterday")

    def test_only_managers_recompute(self):
        user = new_test_user(self.env, "plain_seller", groups="sales_team.group_sale_salesman")
        for method in ("recompute", "action_recompute"):
            with self.assertRaises(AccessError):
                getattr(self.policy.with_user(user), method)()
        manager = new_test_user(self.env, "seg_manager", groups="customer_segmentation.group_manager,base.group_user")
        run = self.policy.with_user(manager).recompute()
        self.assertEqual((run.state, run.customer_count), ("done", 10))

    def test_action_queues_one_run_and_wakes_the_scheduler(self):
        self.env["customer.segmentation.run"].search([]).state = "cancelled"
        cron = self.env.ref("customer_segmentation.ir_cron_recompute")
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as triggers:
            action = self.policy.action_recompute()
            again = self.policy.action_recompute()
        self.assertTrue(triggers.records)
        self.assertEqual(action["res_id"], again["res_id"], "one waiting run is enough")
        self.assertEqual(self.env["customer.segmentation.run"].browse(action["res_id"]).state, "pending")

    # ------------------------------------------------------------------ when something goes wrong

    def test_failure_says_why_and_changes_nothing(self):
        self.recompute()
        stored = [name for name, field in self.env["customer.segmentation.profile"]._fields.items() if field.store]
        before = self.profile(self.customers[0]).read(stored)
        self.order(self.customers[0], 10_000)
        with (
            patch(
                "odoo.addons.customer_segmentation.scoring.pipeline.score_customers",
                side_effect=ValueError("odd facts"),
            ),
            mute_logger(RUN_LOG),
        ):
            run = self.policy.recompute()
        self.assertEqual((run.state, run.message), ("failed", "odd facts"))
        self.assertEqual(self.profile(self.customers[0]).read(stored), before)
        self.assertEqual(self.recompute().state, "done", "the next run completes it")

    def test_failure_while_writing_leaves_each_customer_whole(self):
        written = type(self.env["customer.segmentation.writer"])._write_staged_rows
        calls = []

        def fails_the_second_time(profiles, run, after, limit, **options):
            calls.append(after)
            if len(calls) == 2:
                raise ValueError("disk full")
            return written(profiles, run, after, limit, **options)

        with (
            patch.object(type(self.env["customer.segmentation.writer"]), "_write_staged_rows", fails_the_second_time),
            patch.object(CustomerSegmentationRun, "_chunk_size", 4),
            mute_logger(RUN_LOG),
        ):
            run = self.policy.recompute()
        self.assertEqual((run.state, run.message), ("failed", "disk full"))
        profiles = self.env["customer.segmentation.profile"].search([])
        self.assertEqual(len(profiles), 4)
        self.assertTrue(all(len(profile.transition_ids) == 1 for profile in profiles))
        self.assertFalse(self.env["customer.segmentation.staging"].search_count([]))
        self.assertEqual(self.recompute().changed_count, 6)

    def test_database_conflict_is_tried_again_and_then_reported(self):
        conflict = psycopg2.errors.SerializationFailure("could not serialize")
        written = type(self.env["customer.segmentation.writer"])._write_staged_rows
        for failures, state in ((2, "done"), (3, "failed")):
            attempts = iter([conflict] * failures)

            def sometimes(profiles, *args, attempts=attempts, **options):
                for error in attempts:
                    raise error
                return written(profiles, *args, **options)

            with (
                self.subTest(failures=failures),
                patch.object(type(self.env["customer.segmentation.writer"]), "_write_staged_rows", sometimes),
            ):
                self.assertEqual(self.policy.recompute().state, state)

    def test_busy_company_is_said_so(self):
        runs = type(self.env["customer.segmentation.run"])
        with (
            patch.object(runs, "_lock_company", side_effect=LockError("busy")),
            self.assertRaisesRegex(UserError, "being recomputed"),
        ):
            self.policy.recompute()

    def test_interrupted_run_goes_on_where_it_was(self):
        run = self.policy._queue_run()
        with patch.object(CustomerSegmentationRun, "_chunk_size", 4):
            run._step()
            run._step()
        self.assertEqual((run.state, run.changed_count, run.progress), ("running", 4, 40))
        following = self.recompute()
        self.assertEqual((run.state, run.changed_count, run.progress), ("done", 10, 100))
        self.assertEqual(following.changed_count, 0)

    def test_staged_rows_lost_in_a_crash_are_staged_again(self):
        run = self.policy._queue_run()
        run._step()
        self.env["customer.segmentation.staging"]._drop(run.id)
        while run.state == "running":
            run._step()
        self.assertEqual((run.state, run.changed_count), ("done", 10))

    def test_customer_deleted_between_staging_and_writing(self):
        passing = self.customer("Passing")
        self.env["customer.imported.purchase"].create(
            {"partner_id": passing.id, "date": self.today, "amount": 5, "reference": "1"}
        )
        run = self.policy._queue_run()
        run._step()
        self.env["customer.imported.purchase"].search([]).unlink()
        passing.unlink()
        while run.state == "running":
            run._step()
        self.assertEqual((run.state, run.changed_count), ("done", 10))


class TestCompanies(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro_company = cls.other_company()
        cls.euro_policy = cls.policy_of(cls.euro_company)
        cls.shared = cls.customer("Shared", company_id=False)

    def test_two_companies_two_currencies_two_correct_profiles(self):
        self.order(self.shared, 100, days_ago=3)
        self.order(self.shared, 40, days_ago=1)
        self.order(self.shared, 70, days_ago=9, company=self.euro_company)
        self.recompute()
        self.recompute(self.euro_policy)
        own, other = self.profile(self.shared), self.profile(self.shared, self.euro_company)
        self.assertEqual((own.order_count, own.revenue, own.currency_id), (2, 140, self.company.currency_id))
        self.assertEqual((other.order_count, other.revenue, other.currency_id.name), (1, 70, "EUR"))
        self.assertEqual(self.shared.customer_revenue, 140)
        self.assertEqual(self.shared.with_company(self.euro_company).customer_revenue, 70)

    def test_new_root_company_gets_a_policy_and_a_waiting_run(self):
        self.assertEqual(len(self.euro_policy), 1)
        run = self.env["customer.segmentation.run"].search([("policy_id", "=", self.euro_policy.id)])
        self.assertEqual(run.state, "pending")

    def test_a_failing_company_does_not_stop_the_others(self):
        self.env["customer.segmentation.run"].search([]).unlink()
        self.order(self.shared, company=self.euro_company)
        read = type(self.env["customer.transaction"])._read_transactions

        def fails_for_ours(transactions, policy, *args):
            if policy == self.policy:
                raise ValueError("broken")
            return read(transactions, policy, *args)

        with (
            patch.object(type(self.env["customer.transaction"]), "_read_transactions", fails_for_ours),
            mute_logger(RUN_LOG),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("customer_segmentation.ir_cron_recompute").method_direct_trigger()
        runs = self.env["customer.segmentation.run"].search([])
        states = {run.company_id: run.state for run in runs}
        self.assertEqual(states[self.company], "failed")
        self.assertEqual(states[self.euro_company], "done")
        self.assertTrue(self.profile(self.shared, self.euro_company))
