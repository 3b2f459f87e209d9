"""How customers are scored: steps by their numbers, one object that goes through them."""

from copy import deepcopy

import numpy as np

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import SegmentationCase


@tagged("post_install", "-at_install")
class TestEngine(SegmentationCase):
    def setUp(self):
        super().setUp()
        self.engine = self.env["customer.segmentation.engine"]
        self.partner = self.customer("A")
        self.order(self.partner, 100, days_ago=40)
        self.order(self.partner, 100, days_ago=10)

    def with_step(self, number, step):
        """A step as another addon adds it, whatever order addons are loaded in."""
        known, kind = self.engine._steps(), type(self.engine)
        self.patch(kind, "_steps", lambda engine: [(number, "_added"), *known])
        kind._added = lambda engine, scoring: step(scoring)
        self.addCleanup(delattr, kind, "_added")

    def test_steps_are_told_apart_by_their_numbers(self):
        numbers = [number for number, _name in self.engine._steps()]
        self.assertEqual(len(set(numbers)), len(numbers))

    def test_a_step_of_another_addon_takes_its_turn(self):
        seen = []
        self.with_step(25, lambda scoring: seen.append(sorted(scoring.scores)))
        self.recompute()
        [columns] = seen
        self.assertIn("lifecycle_stage", columns)
        self.assertNotIn("segment", columns)

    def test_what_a_step_keeps_is_written(self):
        self.with_step(90, lambda scoring: scoring.keep(typical_gap_days=np.full(len(scoring.facts), 12.5)))
        self.recompute()
        self.assertEqual(self.profile(self.partner).typical_gap_days, 12.5)

    def test_a_step_that_fails_stops_the_run(self):
        def fail(scoring):
            raise ValueError("out of order")

        self.with_step(35, fail)
        with self.assertLogs("odoo.addons.customer_segmentation", "WARNING"):
            run = self.policy._queue_run().sudo()
            run._step()
        self.assertEqual((run.state, run.message), ("failed", "out of order"))

    def test_a_refresh_leaves_the_cut_points_alone(self):
        self.policy.with_context(ladder="value").action_use_ladder()
        run = self.recompute()
        before = deepcopy(run.cut_points)
        self.order(self.partner, 900)
        self.env["customer.segmentation.profile"]._refresh(self.policy, self.partner.ids)
        self.assertEqual(run.cut_points, before)
        self.assertEqual(self.profile(self.partner).lifetime_revenue, 1100)

    def test_cut_points_that_are_not_enough_ask_for_a_run(self):
        cut_points = self.recompute().cut_points
        self.assertTrue(self.engine._can_refresh_by(cut_points))
        for known in ({}, cut_points | {"window_customer_count": 0}):
            self.assertFalse(self.engine._can_refresh_by(known), sorted(known))

    def test_a_few_customers_are_read_alone(self):
        self.order(self.customer("B"), 100)
        run = self.recompute()
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(
            self.policy, self.today, self.partner.ids
        )
        few = self.engine._score(self.policy, transactions, self.today, run.cut_points)
        everybody = self.engine._score(self.policy, transactions, self.today)
        self.assertEqual((few.only_these, everybody.only_these), (self.partner.ids, None))

    def test_where_they_stood_may_be_told(self):
        """A month-end of a replay is judged by the one before, and nobody waits for an approval."""
        self.policy.tier_rise_by_hand = True
        asked = [Command.create({"measure": "order_count", "entry": 1, "keep": 1})]
        self.policy.tier_ids = [
            Command.create({"name": "High", "sequence": 1, "criterion_ids": asked}),
            Command.create({"name": "Low", "sequence": 2}),
        ]
        high, low = self.policy.tier_ids.sorted().ids
        stood = SQL(
            """SELECT %s AS partner_id, %s AS tier_id, DATE '2020-01-01' AS tier_since, NULL::date AS tier_below_since,
                      NULL::date AS tier_lowered_date, NULL::date AS tier_locked_until""",
            self.partner.id,
            low,
        )
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(self.policy, self.today)
        replayed = self.engine._score(self.policy, transactions, self.today, tiers_before=stood).columns
        self.recompute()
        self.env.cr.execute(
            "UPDATE customer_segmentation_profile SET tier_id = %s, tier_since = '2020-01-01' WHERE partner_id = %s",
            [low, self.partner.id],
        )
        seen = self.engine._score(self.policy, transactions, self.today).columns
        self.assertEqual((replayed["tier_id"].tolist(), replayed["tier_proposed_id"].tolist()), ([high], [0]))
        self.assertEqual((seen["tier_id"].tolist(), seen["tier_proposed_id"].tolist()), ([low], [high]))
