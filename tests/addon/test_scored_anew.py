"""An addon that scores comes to a company at work, or leaves it: everybody is scored anew, and nobody called for it."""

from odoo.addons.customer_segmentation.hooks import score_anew

from .common import SegmentationCase


class TestScoredAnew(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyers = [cls.customer(f"Buyer {number}") for number in range(6)]
        for number, buyer in enumerate(cls.buyers):
            cls.order(buyer, 100 * (number + 1), days_ago=30 * number + 5)
        cls.recompute()

    def runs(self):
        return self.env["customer.segmentation.run"].search([("policy_id", "=", self.policy.id)])

    def test_next_run_scores_by_other_rules_and_calls_nobody(self):
        version = self.policy.version
        score_anew(self.env)
        self.assertEqual(self.policy.version, version + 1)
        self.assertEqual(self.policy.version_ids[0].number, version + 1)
        waiting = self.runs()[0]
        self.assertEqual(waiting.state, "pending")
        self.order(self.buyers[5], 9000)
        waiting._execute()
        changes = waiting.transition_ids
        self.assertTrue(changes)
        self.assertEqual(set(changes.mapped("direction")), {"rules"})
        self.assertFalse(changes.filtered(lambda change: not change.processed))

    def test_between_two_runs_customers_are_left_to_the_one_that_waits(self):
        score_anew(self.env)
        self.order(self.buyers[5], 9000)
        self.env.cr.flush()
        queue = self.env["customer.segmentation.queue"]
        self.assertFalse(queue._refresh_waiting(self.policy))
        self.runs()[0]._cancel()
        self.assertFalse(queue._refresh_waiting(self.policy))
        self.assertEqual(queue.search([]).run_id, self.runs()[0], "whatever came of that, they wait for a whole run")
        self.assertEqual(self.runs()[0].state, "pending")

    def test_rules_nobody_has_scored_by_are_kept_under_their_number(self):
        company = self.other_company()
        policy = self.policy_of(company)
        version = policy.version_ids
        self.env.cr.execute("UPDATE customer_segmentation_policy_version SET rules = '{}' WHERE id = %s", [version.id])
        version.invalidate_recordset()
        score_anew(self.env)
        self.assertEqual((policy.version, policy.version_ids), (1, version))
        self.assertEqual(version.rules["fields"]["window_months"], policy.window_months)

    def test_what_only_an_addon_asked_that_is_gone_is_no_change_of_the_rules(self):
        version = self.policy.version_ids[0]
        rules = version.rules
        rules["fields"]["gone"] = 5
        rules["children_gone"] = [{"id": 1}]
        version.rules = rules
        self.env["customer.segmentation.rules"]._perhaps_changed(self.policy)
        self.assertEqual(self.policy.version, version.number)

    def test_a_label_that_leaves_takes_the_changes_of_nothing_else_with_it(self):
        changes = self.runs()[0].transition_ids
        tier_kept = changes.search([("reason", "!=", False)])
        self.env.cr.execute(
            """UPDATE customer_segmentation_transition SET to_segment_id = from_segment_id,
                      to_abc_class = from_abc_class, to_tier_id = from_tier_id WHERE id = ANY(%s)""",
            [changes[:2].ids],
        )
        changes.invalidate_recordset()
        changes._forget_labels(["lifecycle_stage"])
        self.assertEqual(changes.exists(), changes[2:])
        self.assertEqual(tier_kept.exists(), tier_kept)
