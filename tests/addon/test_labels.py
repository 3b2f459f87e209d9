"""What customers are called, a change of which makes a transition: one list, whoever asks."""

from itertools import pairwise

from odoo.tests import tagged
from odoo.tools import SQL

from .common import SegmentationCase

WORSE_AND_BETTER = {"abc_class": ("C", "A"), "lifecycle_stage": ("lost", "mature")}


class LabelCase(SegmentationCase):
    worse_and_better = WORSE_AND_BETTER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["customer.segmentation.profile"]
        segments = cls.policy.scheme_id.segment_ids.sorted("standing")
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.pairs = cls.worse_and_better | {
            "segment_id": (segments[-1].id, segments[0].id),
            "tier_id": (cls.policy.tier_ids.sorted()[-1].id, cls.policy.tier_ids.sorted()[0].id),
        }

    def direction(self, judged="2026-01-01", **changes):
        """What is written on a change of these labels: {name: (before, after)}."""
        columns = []
        for name in self.profiles._labels():
            kind = SQL(self.profiles._fields[name].column_type[0])
            for column, value in zip((f"from_{name}", name), changes.get(name, (None, None)), strict=True):
                columns.append(SQL("%s::%s AS %s", value, kind, SQL.identifier(column)))
        self.env.flush_all()
        [(found,)] = self.env.execute_query(
            SQL(
                "SELECT %s FROM (SELECT %s::date AS from_tier_since, %s) changed %s",
                self.env["customer.segmentation.writer"]._sql_direction(),
                judged,
                SQL(", ").join(columns),
                self.env["customer.segmentation.writer"]._sql_ranked(),
            )
        )
        return found


@tagged("post_install", "-at_install")
class TestLabels(LabelCase):
    def labels(self):
        """Those of the base; another addon is asked for its own."""
        fields = self.profiles._fields
        known = self.profiles._labels().items()
        return {name: label for name, label in known if "customer_segmentation" in fields[name]._modules}

    def test_each_alone_leads_up_or_down(self):
        self.assertEqual(set(self.pairs), set(self.labels()))
        for name, (worse, better) in self.pairs.items():
            with self.subTest(label=name):
                ways = [self.direction(**{name: pair}) for pair in ((worse, better), (better, worse), (better, better))]
                self.assertEqual(ways, ["up", "down", "same"])

    def test_of_several_the_first_in_order_decides(self):
        labels = self.labels()
        in_order = sorted(labels, key=lambda name: labels[name].order)
        self.assertEqual(in_order[0], "tier_id")
        for first, second in pairwise(in_order):
            with self.subTest(first=first, second=second):
                both = {first: self.pairs[first], second: self.pairs[second][::-1]}
                self.assertEqual(self.direction(**both), "up")

    def test_the_first_tier_of_a_customer_is_no_rise(self):
        gold = self.pairs["tier_id"][1]
        self.assertEqual(self.direction(judged=None, tier_id=(None, gold)), "same")
        self.assertEqual(self.direction(tier_id=(None, gold)), "up")
        self.assertEqual(self.direction(tier_id=(gold, None)), "down")

    def test_a_change_has_both_ends_of_each(self):
        found = self.env.registry.descendants(["customer.segmentation.change"], "_inherit")
        changes = [model for model in found if model in self.env.registry]  # it names those of addons that are not here
        self.assertIn("customer.segmentation.transition", changes)
        for model in changes:
            for name in self.profiles._labels():
                here = self.profiles._fields[name]
                for end in ("from", "to"):
                    with self.subTest(model=model, field=f"{end}_{name}"):
                        there = self.env[model]._fields[f"{end}_{name}"]
                        self.assertEqual((there.type, there.comodel_name), (here.type, here.comodel_name))
                        if here.type == "selection":
                            self.assertEqual(there.get_values(self.env), here.get_values(self.env))

    def test_every_label_is_kept_from_one_stand_to_the_next(self):
        """By the run, and by who decides about a tier."""
        partner = self.customer("A")
        self.order(partner, 100)
        self.recompute()
        profile, labels = self.profile(partner), self.profiles._labels()
        self.env["customer.tier.decision"]._set(
            profile, self.policy, self.policy.tier_ids.sorted()[-1], self.today, self.today, "because"
        )
        by_hand, by_run = profile.transition_ids.sorted("id", reverse=True)
        self.assertEqual((by_hand.reason, by_run.reason), ("because", False))
        for name in labels:
            with self.subTest(label=name):
                self.assertEqual(by_run[f"to_{name}"], by_hand[f"from_{name}"])
                self.assertEqual(by_hand[f"to_{name}"], profile[name])
                self.assertFalse(by_run[f"from_{name}"])
        self.assertTrue(by_hand.to_segment_id and by_hand.to_lifecycle_stage)
