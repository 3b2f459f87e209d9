"""A measure leaves with the addon that declares it."""

from odoo.fields import Command

from ..addon.test_tiers import TierCase


class TestMeasureThatGoes(TierCase):
    """The addon that declares a measure is uninstalled: ladders go on without what asks for it."""

    def remove(self, *measures):
        choices = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "customer.tier.criterion"),
                ("field_id.name", "=", "measure"),
                ("value", "in", measures),
            ]
        )
        self.assertEqual(len(choices), len(measures))
        choices._process_ondelete()

    def test_only_what_asks_for_it_goes_and_it_is_said_once(self):
        self.set_ladder(
            self.rung("Gold", 1, ("revenue", 100, 50), ("clv_total", 500, 400)),
            self.rung("Silver", 2, ("revenue", 10, 5), ("churn_risk", 80, 80, "veto")),
            self.rung("Bronze", 3),
        )
        partner = self.customer("A")
        self.order(partner, 200)
        self.recompute()
        version = self.policy.version
        self.remove("churn_risk", "predicted_clv", "clv_total")
        self.assertEqual(
            {tier.name: tier.criterion_ids.mapped("measure") for tier in self.policy.tier_ids},
            {"Gold": ["revenue"], "Silver": ["revenue"], "Bronze": []},
        )
        self.assertEqual(self.policy.version, version + 1)
        said = self.policy.version_ids.sorted("number")[-1]
        self.assertEqual(said.number, version + 1)
        self.assertIn("Gold", said.difference)
        self.assertIn("Silver", said.difference)
        self.recompute()
        self.assertEqual(self.tier(partner), "Gold")

    def test_a_tier_with_nothing_left_to_ask_does_not_take_in_everybody(self):
        self.set_ladder(
            self.rung("Dear", 1, ("clv_total", 10**6, 10**6), ("revenue", 1, 1, "veto")),
            self.rung("Good", 2, ("revenue", 100, 50)),
            self.rung("Other", 3),
        )
        partner = self.customer("A")
        self.order(partner, 50)
        self.remove("clv_total")
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), ["Good", "Other"])
        self.recompute()
        self.assertEqual(self.tier(partner), "Other")

    def test_ladders_without_it_are_the_same_rules(self):
        self.set_ladder(self.rung("Good", 1, ("revenue", 100, 50)), self.rung("Other", 2))
        version = self.policy.version
        self.remove("churn_risk", "days_paid_late", "value_score")
        self.assertEqual((self.policy.version, len(self.policy.tier_ids)), (version, 2))

    def test_a_ladder_that_is_out_of_order_without_it_stops_nothing(self):
        self.set_ladder(
            self.rung("Gold", 1, ("churn_risk", 10, 20), ("order_count", 1, 1)),
            self.rung("Silver", 2, ("order_count", 1, 1), ("revenue", 100, 100)),
            self.rung("Bronze", 3),
        )
        self.remove("churn_risk")
        self.assertEqual(self.policy.tier_ids.sorted()[0].criterion_ids.mapped("measure"), ["order_count"])
        partner = self.customer("A")
        self.order(partner, 200)
        self.assertEqual(self.recompute().state, "done")

    def test_the_value_score_says_what_it_goes_on_without(self):
        measures = type(self.env["customer.segmentation.measure"])
        declared = measures._declared
        self.policy.indicator_ids = [
            Command.create({"name": "Risk", "measure": "churn_risk", "weight": 40}),
            Command.create({"name": "Revenue", "measure": "revenue", "weight": 60}),
        ]
        self.order(self.customer("A"), 100)
        self.assertFalse(self.recompute().message)
        self.patch(measures, "_declared", lambda self: {k: m for k, m in declared(self).items() if k != "churn_risk"})
        self.assertIn("Risk", self.recompute().message)
