"""The indicators of the value score in versions of the rules."""

from odoo.fields import Command

from ..addon.test_policy_versions import VersionCase
from .test_value_score import ValueCase


class WeighedCase(ValueCase, VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.by_revenue_and_potential()
        cls.policy.abc_basis = "value_score"
        cls.recompute()
        cls.env.flush_all()
        cls.env.cr.precommit.clear()

    @property
    def turnover(self):
        return self.policy._active_indicators()[0]

    def weights(self, policy=None):
        return {indicator.name: indicator.weight for indicator in (policy or self.policy)._active_indicators()}

    def reweigh(self, policy, first, second):
        one, other = policy._active_indicators()
        policy.write(
            {"indicator_ids": [Command.update(one.id, {"weight": first}), Command.update(other.id, {"weight": second})]}
        )


class TestValueRules(WeighedCase):
    def test_a_version_says_what_is_weighed_otherwise(self):
        self.reweigh(self.policy, 60, 40)
        self.assertEqual(
            self.said(),
            [
                "Indicator Turnover: 75%: Revenue in the window; more is better; if unknown: Not at all → "
                "60%: Revenue in the window; more is better; if unknown: Not at all",
                "Indicator Potential: 25%: Sales Potential; more is better; if unknown: As the middle → "
                "40%: Sales Potential; more is better; if unknown: As the middle",
            ],
        )

    def test_added_and_removed(self):
        one, other = self.policy._active_indicators()
        self.policy.write(
            {
                "indicator_ids": [
                    Command.delete(other.id),
                    Command.create({"name": "Orders", "measure": "order_count", "weight": 25}),
                ]
            }
        )
        self.assertIn("Indicator Potential removed", self.said())
        added = [line for line in self.said() if line.startswith("Indicator Orders added: 25%")]
        self.assertEqual(len(added), 1)
        self.assertTrue(one.exists())

    def test_what_was_deleted_is_restored(self):
        kept, scored = self.latest, self.scores()
        one, other = self.policy._active_indicators()
        one.with_context(lang="en_US").update_field_translations("name", {"en_US": "Turnover"})
        self.policy.write(
            {
                "abc_basis": "revenue",
                "indicator_ids": [Command.delete(one.id), Command.delete(other.id)],
            }
        )
        self.commit()
        self.assertEqual(self.weights(), {})
        kept.action_restore()
        self.assertEqual(self.weights(), {"Turnover": 75, "Potential": 25})
        self.assertEqual(self.policy.abc_basis, "value_score")
        self.recompute()
        self.assertEqual(self.scores(), scored)

    def test_restoring_takes_away_what_came_later(self):
        kept = self.latest
        one, other = self.policy._active_indicators()
        self.policy.write(
            {
                "indicator_ids": [
                    Command.update(one.id, {"weight": 50}),
                    Command.create({"name": "Orders", "measure": "order_count", "weight": 25}),
                ]
            }
        )
        self.commit()
        kept.action_restore()
        self.assertEqual(self.policy._active_indicators(), one + other)
        self.assertEqual(self.weights(), {"Turnover": 75, "Potential": 25})

    def test_rules_from_before_the_value_score_leave_it_alone(self):
        rules = self.env["customer.segmentation.rules"]._of(self.policy)
        del rules["indicators"]
        self.env["customer.segmentation.rules"]._set(
            self.policy, rules | {"fields": rules["fields"] | {"window_months": 9}}
        )
        self.assertEqual((self.policy.window_months, len(self.weights())), (9, 2))
