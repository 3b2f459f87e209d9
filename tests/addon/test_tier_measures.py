"""Measures that are no plain number of the profile: a segment as what a tier asks for."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .test_tiers import MANAGER, TierCase


class SegmentTierCase(TierCase):
    """Gold for Loyal customers and better (kept at Promising), Silver for Need Attention and better."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 12
        cls.scheme = cls.policy.scheme_id
        cls.by_rank = list(cls.scheme.segment_ids.sorted())

    @classmethod
    def segment(cls, name):
        return cls.scheme.segment_ids.filtered(lambda segment: segment.name == name)

    @classmethod
    def asking(cls, name, sequence, entry, keep=None, kind="threshold", **values):
        row = {"measure": "segment", "kind": kind, "entry_segment_id": cls.segment(entry).id}
        if keep:
            row["keep_segment_id"] = cls.segment(keep).id
        return Command.create({"name": name, "sequence": sequence, "criterion_ids": [Command.create(row)], **values})

    @classmethod
    def by_segment(cls):
        return cls.set_ladder(
            cls.asking("Gold", 1, "Loyal", "Promising"),
            cls.asking("Silver", 2, "Need Attention"),
            cls.rung("Bronze", 3),
        )

    def make_customers(self):
        partners = [self.customer(f"Customer {number}") for number in range(12)]
        for number, partner in enumerate(partners):
            for order in range(number // 2 + 1):
                self.order(partner, 100 * (number + 1), 25 * (12 - number) + order)
        return partners


class TestSegmentCriterion(SegmentTierCase):
    def test_ranks(self):
        ranks = [segment.rank for segment in self.by_rank]
        self.assertEqual(ranks, list(range(len(ranks), 0, -1)), "the best has the highest rank")
        self.by_rank[0].sequence = 999
        self.assertEqual((self.by_rank[0].rank, self.by_rank[1].rank), (1, len(ranks)))

    def test_customers_by_segment(self):
        gold, silver, bronze = self.by_segment()
        partners = self.make_customers()
        self.run_of(self.today)
        order = {segment: number for number, segment in enumerate(self.by_rank)}
        reached = set()
        for partner in partners:
            profile = self.profile(partner)
            position = order[profile.segment_id]
            expected = (
                gold
                if position <= order[self.segment("Loyal")]
                else silver
                if position <= order[self.segment("Need Attention")]
                else bronze
            )
            self.assertEqual(profile.tier_id, expected, profile.segment_id.name)
            reached.add(expected)
        self.assertEqual(len(reached), 3, "the history reaches every rung")

    def test_in_words(self):
        gold, silver, bronze = self.by_segment()
        self.assertEqual(gold.rule, "Segment Loyal or better (kept at Promising)")
        self.assertEqual(silver.rule, "Segment Need Attention or better")
        self.assertEqual(bronze.rule, "All other customers")
        self.assertTrue(gold.asks_for_segment)
        self.assertFalse(bronze.asks_for_segment)
        self.set_ladder(self.asking("Gold", 1, "Need Attention", kind="veto"))
        self.assertEqual(self.policy.tier_ids.rule, "Segment never below Need Attention")

    def test_what_is_missing(self):
        self.by_segment()
        partners = self.make_customers()
        self.recompute()
        silver = next(partner for partner in partners if self.tier(partner) == "Silver")
        profile = self.profile(silver).with_user(self.seller)
        self.assertEqual(profile.next_tier_gap, "Segment: Loyal or better")

    def test_kept_between_the_thresholds(self):
        self.by_segment()
        partners = self.make_customers()
        self.recompute()
        gold = next(partner for partner in partners if self.tier(partner) == "Gold")
        profile = self.profile(gold)
        for name, below in (("Promising", False), ("Need Attention", True)):
            values = self.env["customer.segmentation.measure"]._of_profiles({"segment"}, profile)[profile]
            self.assertEqual(values["segment"], profile.segment_id.rank)
            self.env.cr.execute(
                "UPDATE customer_segmentation_profile SET segment_id = %s WHERE id = %s",
                (self.segment(name).id, profile.id),
            )
            self.env.invalidate_all()
            ladder = self.policy.last_run_id.cut_points["tiers"]
            values = self.env["customer.segmentation.measure"]._of_profiles({"segment"}, profile)[profile]
            gap = profile._gap_in_words(ladder[0], "keep", values)
            self.assertEqual(gap, "Segment: Promising or better" if below else "")

    def test_one_customer_after_an_order(self):
        self.by_segment()
        partners = self.make_customers()
        self.recompute()
        last = next(partner for partner in partners if self.tier(partner) == "Bronze")
        for _number in range(6):
            self.order(last, 5000, state="draft").action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.tier(last), "Gold")

    def test_without_a_purchase_no_segment_is_good_enough(self):
        worst = self.by_rank[-1]
        self.set_ladder(self.asking("Anybody", 1, worst.name), self.rung("Nobody", 2))
        prospect, buyer = self.customer("Prospect"), self.customer("Buyer")
        self.order(buyer, 100, 3)
        self.order(prospect, 0, 3)
        self.recompute()
        self.assertEqual(self.tier(buyer), "Anybody")
        self.assertFalse(self.profile(prospect).tier_id)


class TestSegmentCriterionChecks(SegmentTierCase):
    def refused(self, reason, *rungs):
        with self.assertRaisesRegex((ValidationError, UserError), reason), self.env.cr.savepoint():
            self.set_ladder(*rungs)

    def test_the_ladder_ascends_by_segment(self):
        self.refused(
            "Gold is above Silver but asks less", self.asking("Gold", 1, "Promising"), self.asking("Silver", 2, "Loyal")
        )
        self.refused("must not ask more", self.asking("Gold", 1, "Promising", "Loyal"))
        self.refused("can never be reached", self.asking("Gold", 1, "Loyal"), self.asking("Silver", 2, "Loyal"))

    def test_no_top_share_and_no_empty_segment(self):
        self.refused("no top x % of segments", self.asking("Gold", 1, "Loyal", kind="top_share"))
        row = Command.create({"measure": "segment"})
        self.refused("choose the segment", Command.create({"name": "Gold", "sequence": 1, "criterion_ids": [row]}))

    def test_another_scheme(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        self.by_segment()
        change = {"scheme_id": eight.id, "bands": 2}
        change |= {f"{measure}_banding": "mean" for measure in ("recency", "frequency", "monetary")}
        reason = "Gold asks for the segment Loyal, which 8 classes.* does not"
        with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
            self.policy.write(change)
        gold, silver, _bronze = self.policy.tier_ids.sorted()
        best, middle = eight.segment_ids.sorted()[0], eight.segment_ids.sorted()[3]
        tiers = [
            Command.update(
                tier.id,
                {
                    "criterion_ids": [
                        Command.update(
                            tier.criterion_ids.id, {"entry_segment_id": segment.id, "keep_segment_id": segment.id}
                        )
                    ]
                },
            )
            for tier, segment in ((gold, best), (silver, middle))
        ]
        self.policy.write({**change, "tier_ids": tiers})
        self.assertEqual(gold.rule, f"Segment {best.name} or better")
        with self.assertRaisesRegex(ValidationError, "which 8 classes.* does not have"), self.env.cr.savepoint():
            gold.criterion_ids.entry_segment_id = self.segment("Loyal")

    def test_a_segment_a_tier_asks_for_stays(self):
        self.by_segment()
        loyal = self.segment("Loyal")
        reason = "The tier Gold of .* asks for the segment Loyal"
        with self.assertRaisesRegex(UserError, reason), self.env.cr.savepoint():
            loyal.unlink()
        promising = self.segment("Promising")
        with self.assertRaisesRegex(UserError, "asks for the segment Promising"), self.env.cr.savepoint():
            self.scheme.write({"segment_ids": [Command.delete(promising.id)]})

    def test_the_order_of_segments_is_a_rule(self):
        version = self.policy.version
        self.by_rank[-1].sequence += 1
        self.assertEqual(self.policy.version, version, "without a ladder the order is cosmetic")
        self.by_segment()
        version = self.policy.version
        self.env.cr.precommit.clear()  # another transaction
        self.by_rank[-1].sequence = self.by_rank[-2].sequence - 1
        self.assertEqual(self.policy.version, version + 1)
        reason = "Gold is above Silver but asks less"
        with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
            self.segment("Need Attention").sequence = -1
        with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
            rows = [Command.update(self.segment("Need Attention").id, {"sequence": -1})]
            self.scheme.write({"segment_ids": rows})

    def test_the_form(self):
        tier = self.set_ladder(self.rung("Gold", 1, ("revenue", 1000)))
        manager = new_test_user(self.env, "segment_manager", groups=MANAGER)
        with Form(tier.with_user(manager), "customer_segmentation.customer_tier_view_form") as form:
            self.assertFalse(form.asks_for_segment)
            with form.criterion_ids.edit(0) as row:
                row.kind = "top_share"
                row.measure = "segment"
                self.assertEqual(row.kind, "threshold")
                row.entry_segment_id = self.segment("Loyal")
                self.assertEqual(row.keep_segment_id, self.segment("Loyal"))
                row.keep_segment_id = self.segment("Promising")
            self.assertTrue(form.asks_for_segment)
        self.assertEqual(tier.rule, "Segment Loyal or better (kept at Promising)")


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
        self.remove("churn_risk")
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
