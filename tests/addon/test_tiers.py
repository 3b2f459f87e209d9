"""Customer tiers from the ladder a manager defines to the movements, decisions and labels that follow from it."""

from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common import AccountingCase, SegmentationCase, noon

MANAGER = "customer_segmentation.group_manager,base.group_user"
SELLER = "sales_team.group_sale_salesman"

# What the rungs of each preset say.
PRESETS = {
    "vip": [
        (
            "VIP",
            [
                "Frequency score",
                "at least 4",
                "Average order value",
                "in the top 20%",
                "30",
                "Months since the first order",
                "at least 12",
            ],
        ),
        ("Potential", ["Recency score", "Monetary score"]),
        ("Ordinary", ["Orders in the window"]),
        ("Low Value", ["All other customers"]),
    ],
    "value": [
        ("High Value", ["Revenue in the window", "in the top 20%", "25"]),
        ("Medium Value", ["top 50%"]),
        ("Low Value", ["All other customers"]),
    ],
    "monthly": [
        ("Diamond", ["Average monthly revenue", "8,000,000", "6,400,000"]),
        ("Platinum", ["1,000,000", "800,000"]),
        ("Gold", ["300,000"]),
        ("Silver", ["50,000", "40,000"]),
        ("Ordinary", ["All other customers"]),
    ],
    "metals": [("Gold", ["top 10%"]), ("Silver", ["top 40%"]), ("Bronze", ["All other customers"])],
}


class TierCase(SegmentationCase):
    """Gold from 1000 (kept from 800), Silver from 500 (kept from 400), Bronze for all others, of three months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.window_months = 3
        cls.manager = new_test_user(cls.env, "tier_manager", groups=MANAGER)
        cls.seller = new_test_user(cls.env, "tier_seller", groups=SELLER)

    @classmethod
    def rung(cls, name, sequence, *criteria, **values):
        """A command that creates a tier; each criterion is (measure, entry, keep) and its kind if it is another."""
        rows = [
            Command.create(dict(zip(("measure", "entry", "keep", "kind"), criterion, strict=False)))
            for criterion in criteria
        ]
        return Command.create({"name": name, "sequence": sequence, "criterion_ids": rows, **values})

    @classmethod
    def set_ladder(cls, *rungs, policy=None):
        policy = policy or cls.policy
        policy.write({"tier_ids": [Command.clear(), *rungs]})
        return policy.tier_ids.sorted()

    @classmethod
    def metals(cls, policy=None, **values):
        gold, silver = ("revenue", 1000, 800), ("revenue", 500, 400)
        return cls.set_ladder(
            cls.rung("Gold", 1, gold, **values),
            cls.rung("Silver", 2, silver, **values),
            cls.rung("Bronze", 3, **values),
            policy=policy,
        )

    @classmethod
    def buy(cls, partner, day, amount=100.0, **values):
        return cls.order(partner, amount, date_order=noon(day), **values)

    @classmethod
    def review(cls, policy=None):
        """The review that follows the last run, if one is due."""
        while cls.env["customer.tier.review"]._step(policy or cls.policy):
            pass

    def run_of(self, day, policy=None):
        """A recompute as of a day, and the review after it; another recompute finds nothing to do."""
        run = self.recompute(policy, as_of=day)
        self.review(policy)
        self.assertEqual(self.recompute(policy, as_of=day).changed_count, 0, f"the second run of {day}")
        return run

    def tier(self, partner, company=None):
        return self.profile(partner, company).tier_id.name

    def movements(self, partner, company=None):
        """The customer's changes of tier, oldest first: day, new tier, direction."""
        changes = self.profile(partner, company).transition_ids.sorted("id")
        moved = changes.filtered(lambda change: change.from_tier_id != change.to_tier_id)
        return [(str(change.date), change.to_tier_id.name, change.direction) for change in moved]

    @contextmanager
    def on(self, day):
        policy = type(self.env["customer.segmentation.policy"])
        with patch.object(policy, "_today", lambda policy: fields.Date.to_date(day)):
            yield


class TestTierMeasures(TierCase, AccountingCase):
    def measured(self, policy):
        """By customer: the measures as the run has them and as the page reads them."""
        day, measures = policy._today(), self.env["customer.segmentation.measure"]
        names = list(measures._declared())
        transactions, _left_out_count = self.env["customer.transaction"]._read_transactions(policy, day)
        scoring = self.env["customer.segmentation.engine"]._score(policy, transactions, day)
        frame = measures._frame(names, scoring)
        self.recompute(policy)
        for position, partner_id in enumerate(scoring.facts["partner_id"]):
            partner = self.env["res.partner"].browse(int(partner_id))
            profile = self.profile(partner, policy.company_id)
            yield partner, frame.iloc[position].to_dict(), measures._of_profiles(names, profile)[profile]

    def make_customers(self, company):
        names = ("Regular", "Refunded", "Silent", "Young", "Credited", "Tiny", "Whale")
        partners = {name: self.customer(name) for name in names}
        for number in range(7):
            self.order(partners["Regular"], 100.1 + number, 40 * number, company=company)
        self.order(partners["Refunded"], 333.33, 200, company=company)
        self.order(partners["Refunded"], -111.11, 20, company=company)
        self.order(partners["Silent"], 700, 800, company=company)
        self.order(partners["Young"], 55.55, 0, company=company)
        self.order(partners["Credited"], 70, 50, company=company)
        self.order(partners["Credited"], -170, 2, company=company)
        self.order(partners["Tiny"], 0.01, 10, company=company)
        for number in range(3):
            self.order(partners["Whale"], 9999.99, 31 * number + 1, company=company)
        return partners

    def assert_same_everywhere(self, policy, customer_count=7):
        count = 0
        for partner, of_run, of_profile in self.measured(policy):
            for name, value in of_run.items():
                with self.subTest(customer=partner.name, measure=name):
                    self.assertAlmostEqual(of_profile[name], value, places=6)
                    count += 1
        self.assertEqual(count, customer_count * len(self.env["customer.segmentation.measure"]._declared()))

    def test_a_page_reads_what_the_run_decided_by(self):
        self.policy.write({"window_months": 12, "weight_recency": 3, "weight_frequency": 2})
        partners = self.make_customers(self.company)
        self.assert_same_everywhere(self.policy)
        shown = self.profile(partners["Refunded"])
        self.assertEqual((shown.revenue, shown.order_count, shown.average_order_value), (222.22, 1, 222.22))

    def test_a_currency_without_decimals(self):
        company = self.other_company(currency="JPY")
        policy = self.policy_of(company)
        self.make_customers(company)
        self.assert_same_everywhere(policy, 6)  # a hundredth is nothing

    def test_silent_customers_keep_their_scores(self):
        self.policy.write({"window_months": 12, "score_silent_customers": True})
        self.make_customers(self.company)
        self.assert_same_everywhere(self.policy)

    def test_every_measure_has_a_label_and_every_label_a_measure(self):
        declared = self.env["customer.segmentation.measure"]._declared()
        offered = dict(self.env["customer.tier.criterion"]._fields["measure"]._description_selection(self.env))
        self.assertEqual(offered.keys(), declared.keys())
        self.assertFalse(declared["months_since_last_order"].higher_is_better)

    def monthly(self, partner):
        return self.profile(partner).average_monthly_revenue

    def test_twelve_months_to_the_day_are_twelve(self):
        just, almost = self.customer("Just"), self.customer("Almost")
        first = self.today - relativedelta(months=12)
        self.order(just, 10, (self.today - first).days)
        self.order(almost, 10, (self.today - first).days - 1)
        measured = {
            partner: (of_run["tenure_months"], of_profile["tenure_months"])
            for partner, of_run, of_profile in self.measured(self.policy)
        }
        self.assertEqual((measured[just], measured[almost]), ((12, 12), (11, 11)))

    def test_monthly_average_of_complete_months(self):
        old, young, half, fresh = (self.customer(name) for name in ("Old", "Young", "Half", "Fresh"))
        for day, amount in (("2023-05-31", 1000), ("2023-06-01", 120), ("2024-05-31", 240), ("2024-06-01", 5000)):
            self.buy(old, day, amount)
        for day, amount in (("2024-04-20", 300), ("2024-05-10", 300), ("2024-06-10", 900)):
            self.buy(young, day, amount)
        for day, amount in (("2024-01-31", 500), ("2024-03-10", 100), ("2024-05-10", -50)):
            self.buy(half, day, amount)
        self.buy(fresh, "2024-06-14", 900)
        self.recompute(as_of="2024-06-15")
        self.assertEqual(self.monthly(old), 30, "360 in twelve months")
        self.assertEqual(self.monthly(young), 200, "600 in at least three months")
        self.assertEqual(self.monthly(half), 110, "550 in five months")
        self.assertEqual(self.monthly(fresh), 0, "no month is complete")
        self.recompute(as_of="2024-06-30")
        self.assertEqual(self.monthly(old), 30, "the last day does not complete the month")
        self.recompute(as_of="2024-07-01")
        self.assertEqual(self.monthly(old), 436.67, "(240 + 5000) in twelve months")
        self.assertEqual(self.monthly(young), 500)
        self.assertEqual(self.monthly(fresh), 300)

    def test_monthly_average_borders_are_those_of_the_time_zone(self):
        self.policy.tz = "Asia/Shanghai"
        last, first, march = (self.customer(name) for name in ("Last minute", "First minute", "March"))
        self.order(last, 300, date_order=datetime(2024, 5, 31, 15, 59))
        self.order(first, 300, date_order=datetime(2024, 5, 31, 16, 0))
        # 1 February in Shanghai: four months before June, five before 2024-02 were January.
        self.order(march, 400, date_order=datetime(2024, 1, 31, 20, 0))
        self.recompute(as_of="2024-06-15")
        self.assertEqual([self.monthly(partner) for partner in (last, first, march)], [100, 0, 100])

    def test_monthly_average_of_invoices_and_imports(self):
        self.policy.source = "invoice"
        billed, imported = self.customer("Billed"), self.customer("Imported")
        self.move(billed, 600, invoice_date="2024-03-05")
        self.move(billed, 60, move_type="out_refund", invoice_date="2024-05-31")
        self.move(billed, 5000, invoice_date="2024-06-01")
        for number, (day, amount) in enumerate((("2022-01-01", 1), ("2023-06-01", 1200), ("2024-06-01", 77))):
            self.env["customer.imported.purchase"].create(
                {"partner_id": imported.id, "date": day, "amount": amount, "reference": f"old {number}"}
            )
        self.recompute(as_of="2024-06-15")
        self.assertEqual(self.monthly(billed), 180, "540 in three months")
        self.assertEqual(self.monthly(imported), 100)


class TestTierLadder(TierCase):
    def criterion(self, name):
        return self.policy.tier_ids.filtered(lambda tier: tier.name == name).criterion_ids

    def test_presets(self):
        partners = [self.customer(f"Customer {number}") for number in range(10)]
        for number, partner in enumerate(partners):
            self.order(partner, 100 * number + 1, 3 * number)
        for ladder, rungs in PRESETS.items():
            with self.subTest(ladder=ladder):
                version = self.policy.version
                self.policy.with_user(self.manager).with_context(ladder=ladder).action_use_ladder()
                self.assertGreater(self.policy.version, version)
                tiers = self.policy.tier_ids.sorted()
                self.assertEqual(tiers.mapped("name"), [name for name, _words in rungs])
                for tier, (_name, words) in zip(tiers, rungs, strict=True):
                    for word in words:
                        self.assertIn(word, tier.rule)
                self.env["customer.tier.ladder"]._check(self.policy)
                self.recompute()
                self.assertNotIn(None, [self.tier(partner) or None for partner in partners])
        self.assertEqual([self.tier(partner) for partner in partners[5:]], ["Bronze"] + 3 * ["Silver"] + ["Gold"])

    def test_presets_fit_a_policy_with_two_bands(self):
        self.policy.write(
            {
                "scheme_id": self.env.ref("customer_segmentation.scheme_8_classes").id,
                "bands": 2,
                "recency_banding": "mean",
                "frequency_banding": "mean",
                "monetary_banding": "mean",
            }
        )
        for ladder in ("vip", "value", "monthly", "metals"):
            self.policy.with_context(ladder=ladder).action_use_ladder()
        self.policy.with_context(ladder="vip").action_use_ladder()
        self.assertIn("Frequency score at least 2", self.policy.tier_ids.sorted()[0].rule)

    def test_only_managers_choose_a_ladder(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.seller).with_context(ladder="metals").action_use_ladder()

    def refused(self, reason, change, *args):
        version = self.policy.version
        with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
            change(*args)
        self.env.invalidate_all()
        self.assertEqual(self.policy.version, version)

    def test_refused_by_the_criterion(self):
        self.metals()
        gold, silver = self.criterion("Gold"), self.criterion("Silver")
        self.refused("Gold.*must not ask more", gold.write, {"keep": 1001})
        self.refused("Gold is above Silver.*must ascend", silver.write, {"entry": 1001})
        self.refused("Gold is above Silver.*must ascend", gold.write, {"keep": 300})
        self.refused("above 0 and at most 100", gold.write, {"kind": "top_share", "entry": 101, "keep": 101})
        self.refused("above 0 and at most 100", gold.write, {"kind": "top_share", "entry": 0, "keep": 10})
        self.refused("no customer can ever", gold.write, {"measure": "frequency_score", "entry": 6, "keep": 5})
        self.refused("no customer can ever", gold.write, {"measure": "revenue_share", "entry": 101, "keep": 5})
        self.refused("Silver can never be reached.*Gold", gold.unlink)
        create = self.env["customer.tier.criterion"].create
        self.refused("twice", create, {"tier_id": gold.tier_id.id, "measure": "revenue", "entry": 2000, "keep": 900})
        impossible = {"tier_id": gold.tier_id.id, "measure": "abc_rank", "entry": 4, "keep": 3}
        self.refused("no customer can ever", create, impossible)

    def test_refused_by_the_tier(self):
        gold, _silver, bronze = self.metals()
        self.refused("days must not be negative", gold.write, {"grace_days": -1})
        self.refused("days must not be negative", bronze.write, {"minimum_stay_days": -1})
        self.refused("Gold can never be reached.*Bronze", bronze.write, {"sequence": 0})
        self.refused("Silver is above Gold.*must ascend", gold.write, {"sequence": 9})
        worse = {"policy_id": self.policy.id, "name": "Tin", "sequence": 9}
        self.refused("Tin can never be reached.*Bronze", self.env["customer.tier"].create, worse)
        criteria = [Command.update(gold.criterion_ids.id, {"keep": 2000})]
        self.refused("Gold.*must not ask more", gold.write, {"criterion_ids": criteria})
        self.refused("Silver can never be reached", gold.write, {"criterion_ids": [Command.clear()]})

    def test_refused_by_the_policy(self):
        gold, _silver, bronze = self.metals()
        self.refused("negative", self.policy.write, {"tier_ids": [Command.update(gold.id, {"grace_days": -1})]})
        tin = [self.rung("Tin", 9, ("revenue", 100, 100))]
        self.refused("Tin can never be reached", self.policy.write, {"tier_ids": tin})
        swapped = [Command.update(bronze.id, {"sequence": 0})]
        self.refused("Gold can never be reached", self.policy.write, {"tier_ids": swapped})

    def test_refused_because_of_the_bands(self):
        self.set_ladder(self.rung("Best", 1, ("frequency_score", 4, 3)), self.rung("Rest", 2))
        eight = {
            "scheme_id": self.env.ref("customer_segmentation.scheme_8_classes").id,
            "bands": 2,
            "recency_banding": "mean",
            "frequency_banding": "mean",
            "monetary_banding": "mean",
        }
        self.refused("Best, Frequency score: no customer can ever", self.policy.write, eight)
        change = Command.update(self.criterion("Best").id, {"entry": 2, "keep": 2})
        best = self.policy.tier_ids.sorted()[0]
        self.policy.write({**eight, "tier_ids": [Command.update(best.id, {"criterion_ids": [change]})]})
        self.assertEqual((self.policy.bands, self.criterion("Best").entry), (2, 2))

    def test_several_changes_in_one_save(self):
        gold, silver, _bronze = self.metals()
        raised = {"entry": 5000, "keep": 4000}
        self.refused("must ascend", silver.criterion_ids.write, raised)
        self.policy.write(
            {
                "tier_ids": [
                    Command.update(silver.id, {"criterion_ids": [Command.update(silver.criterion_ids.id, raised)]}),
                    Command.update(
                        gold.id,
                        {"criterion_ids": [Command.update(gold.criterion_ids.id, {"entry": 9000, "keep": 8000})]},
                    ),
                    self.rung("Platinum", 0, ("revenue", 20_000, 15_000)),
                ],
            }
        )
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), ["Platinum", "Gold", "Silver", "Bronze"])
        self.assertEqual((gold.criterion_ids.entry, silver.criterion_ids.entry), (9000, 5000))

    def test_a_changed_ladder_is_a_changed_rule(self):
        gold, silver, bronze = self.metals()
        self.recompute()
        changes = [
            (gold.criterion_ids.write, {"entry": 1100}),
            (silver.write, {"grace_days": 3}),
            (
                self.env["customer.tier.criterion"].create,
                {
                    "tier_id": gold.id,
                    "measure": "tenure_months",
                    "entry": 1,
                    "keep": 1,
                },
            ),
            (lambda _values: bronze.unlink(), None),
            (self.env["customer.tier"].create, {"policy_id": self.policy.id, "name": "Tin", "sequence": 8}),
            (self.policy.write, {"tier_ids": [Command.update(silver.id, {"minimum_stay_days": 4})]}),
        ]
        for change, values in changes:
            version = self.policy.version
            self.env.cr.precommit.clear()  # each change is a transaction of its own
            change(values)
            self.assertGreater(self.policy.version, version)
            self.assertTrue(self.policy.rules_changed)
        version = self.policy.version
        gold.write({"name": "Gold!", "color": 3})
        self.assertEqual(self.policy.version, version, "a name is no rule")

    def test_keep_is_entry_until_said_otherwise(self):
        gold = self.metals()[0]
        with Form(gold.criterion_ids) as form:
            form.keep = 900
        self.assertEqual(gold.criterion_ids.keep, 900)
        tier = self.set_ladder(self.rung("Only", 1, ("revenue", 70)))
        self.assertEqual(tier.criterion_ids.keep, 70)

    def test_vetoes(self):
        self.set_ladder(
            self.rung("Gold", 1, ("revenue", 1000, 800), ("months_since_last_order", 2, 2, "veto")),
            self.rung("Rest", 2),
        )
        self.assertIn("never above 2", self.policy.tier_ids.sorted()[0].rule)
        self.policy.window_months = 12
        slow, prompt = self.customer("Slow"), self.customer("Prompt")
        self.order(slow, 5000, 100)
        self.order(prompt, 5000, 80)
        self.recompute()
        self.assertEqual((self.tier(slow), self.tier(prompt)), ("Rest", "Gold"))

    def test_without_a_ladder(self):
        partner = self.customer()
        self.buy(partner, "2024-01-10", 5000)
        for day in ("2024-01-15", "2024-03-31", "2024-07-01"):
            self.run_of(day)
        profile = self.profile(partner)
        empty = ("tier_id", "tier_since", "tier_below_since", "tier_review_date", "next_tier_id", "next_tier_gap")
        self.assertEqual([name for name in empty if profile[name]], [])
        self.assertFalse(profile.tier_outlook)
        self.assertFalse(partner.customer_tier_id)
        self.assertEqual(self.movements(partner), [])
        self.assertEqual(partner.customer_segment_id, profile.segment_id)

    def test_a_ladder_without_customers(self):
        company = self.other_company()
        policy = self.policy_of(company)
        policy.with_context(ladder="vip").action_use_ladder()
        self.assertEqual(self.recompute(policy).customer_count, 0)

    def test_removing_the_ladder(self):
        partner = self.customer()
        self.buy(partner, "2024-01-10", 5000)
        tiers = self.metals()
        self.run_of("2024-01-15")
        self.run_of("2024-04-15")
        self.assertTrue(self.profile(partner).tier_review_date)
        self.policy.write({"tier_ids": [Command.clear()]})
        self.assertFalse(tiers.exists())
        self.run_of("2024-04-16")
        profile = self.profile(partner)
        self.assertEqual([profile.tier_id.id, profile.tier_since, profile.tier_review_date], 3 * [False])

    def test_a_deleted_tier(self):
        partner, other = self.customer(), self.customer("Other")
        self.buy(partner, "2024-01-10", 5000)
        self.buy(other, "2024-01-10", 600)
        gold = self.metals()[0]
        self.run_of("2024-01-15")
        self.assertEqual(self.profile(other).next_tier_id, gold)
        gold.unlink()
        self.assertFalse(self.tier(partner))
        self.env.invalidate_all()
        told = self.profile(other).web_read({"next_tier_id": {"fields": {"display_name": {}}}, "next_tier_gap": {}})
        self.assertFalse(told[0]["next_tier_id"] or told[0]["next_tier_gap"])
        self.run_of("2024-01-16")
        self.assertEqual((self.tier(partner), self.tier(other)), ("Silver", "Silver"))
        self.assertEqual(self.profile(other).tier_since, fields.Date.to_date("2024-01-15"))


class TestTierMovement(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()

    def shown(self):
        """Tier and the day of the downgrade in waiting."""
        profile = self.profile(self.partner)
        return profile.tier_id.name, str(profile.tier_review_date or "")

    def approve(self, day, user=None):
        with self.on(day):
            self.profile(self.partner).with_user(user or self.manager).action_approve_tier()
        self.env.flush_all()

    def gold_until_april(self, **values):
        """Gold from 15 January on; of the three months to 10 April nothing is left."""
        self.metals(**values)
        self.buy(self.partner, "2024-01-10", 1200)
        self.run_of("2024-01-15")
        self.assertEqual(self.shown(), ("Gold", ""))

    def test_rises_on_the_run_that_finds_it(self):
        self.metals()
        self.buy(self.partner, "2024-01-10", 499)
        self.run_of("2024-01-15")
        self.buy(self.partner, "2024-01-16", 1)
        self.run_of("2024-01-16")
        self.buy(self.partner, "2024-01-20", 500)
        self.run_of("2024-01-19")
        self.assertEqual(self.tier(self.partner), "Silver")
        self.run_of("2024-01-20")
        self.assertEqual(self.profile(self.partner).tier_since, fields.Date.to_date("2024-01-20"))
        self.assertEqual(
            [day for day, *_rest in self.movements(self.partner)], ["2024-01-15", "2024-01-16", "2024-01-20"]
        )
        self.assertEqual(
            self.movements(self.partner)[1:], [("2024-01-16", "Silver", "up"), ("2024-01-20", "Gold", "up")]
        )
        processed = self.profile(self.partner).transition_ids.sorted("id").mapped("processed")
        self.assertEqual((processed[0], set(processed[1:])), (True, {False}))

    def test_a_share_is_of_the_customers_with_an_order_in_the_window(self):
        """Twelve of twenty are silent: they neither make the top share larger nor are in it."""
        self.set_ladder(
            self.rung("Gold", 1, ("average_order_value", 25, 25, "top_share")),
            self.rung("Silver", 2, ("revenue", 50, 100, "top_share")),
            self.rung("Once Great", 3, ("lifetime_revenue", 5, 5, "top_share")),
            self.rung("Bronze", 4),
        )
        buyers = [self.customer(f"Buyer {number}") for number in range(8)]
        silent = [self.customer(f"Silent {number}") for number in range(12)]
        for number, partner in enumerate(buyers):
            self.order(partner, 10 * (number + 1), 5)
        for number, partner in enumerate(silent):
            self.order(partner, 1000 + number, 400)
        self.recompute()
        self.assertEqual([self.tier(partner) for partner in buyers], ["Bronze"] * 4 + ["Silver"] * 2 + ["Gold"] * 2)
        self.assertEqual([self.tier(partner) for partner in silent], ["Bronze"] * 11 + ["Once Great"])
        profile = self.profile(silent[0])
        self.assertIn("Lifetime revenue: $\xa011.00 more", profile.next_tier_gap)
        outlook = self.env["customer.tier.outlook"]
        rung = outlook._ladders(profile)[self.company][1]
        silver = outlook._gap_in_words(profile, rung, "entry", {"order_count": 0, "revenue": 0})
        self.assertEqual(silver, "Orders in the window: 1 more, Revenue in the window: $\xa050.00 more")

    def test_two_rungs_at_once(self):
        self.metals()
        self.buy(self.partner, "2024-01-10", 10)
        self.run_of("2024-01-15")
        self.buy(self.partner, "2024-01-16", 3000)
        self.run_of("2024-01-16")
        self.assertEqual(self.movements(self.partner)[1:], [("2024-01-16", "Gold", "up")])

    def test_dip_within_grace(self):
        self.gold_until_april(grace_days=30)
        self.run_of("2024-04-10")
        self.assertEqual(self.shown(), ("Gold", "2024-06-30"))
        self.buy(self.partner, "2024-04-25", 800)
        self.run_of("2024-04-25")
        self.assertEqual(self.shown(), ("Gold", ""))
        self.run_of("2024-07-01")
        self.assertEqual(self.shown(), ("Gold", ""))
        self.assertEqual(len(self.movements(self.partner)), 1)

    def test_grace_must_be_over_by_the_review(self):
        self.policy.tier_review_by_hand = False
        self.gold_until_april(grace_days=82)
        self.run_of("2024-04-10")
        self.assertEqual(self.shown(), ("Gold", "2024-09-30"))
        self.run_of("2024-07-01")
        self.run_of("2024-09-29")
        self.assertEqual(self.shown(), ("Gold", "2024-09-30"))
        self.run_of("2024-09-30")
        self.assertEqual(self.tier(self.partner), "Silver")

    def test_dip_beyond_grace_waits_for_approval(self):
        self.gold_until_april(grace_days=30)
        self.run_of("2024-04-10")
        profile = self.profile(self.partner)
        with self.on("2024-04-10"):
            self.assertIn("Gold", profile.tier_outlook)
            self.assertRegex(profile.tier_outlook, "^Keeps Gold until.*800")
        with self.on("2024-07-02"):
            profile.invalidate_recordset()
            self.assertRegex(profile.tier_outlook, "^Due for a downgrade since.*approval")
        with self.assertRaisesRegex(UserError, "due"):
            self.approve("2024-06-29")
        for day in ("2024-06-29", "2024-06-30", "2024-07-05"):
            self.run_of(day)
            self.assertEqual(self.shown(), ("Gold", "2024-06-30"))
        self.assertEqual(len(self.movements(self.partner)), 1)
        with self.assertRaises(AccessError):
            self.approve("2024-07-05", self.seller)
        self.approve("2024-07-05")
        self.assertEqual(self.movements(self.partner)[1:], [("2024-07-05", "Silver", "down")])
        self.assertEqual(profile.tier_since, fields.Date.to_date("2024-07-05"))
        with self.assertRaisesRegex(UserError, "due"):
            self.approve("2024-07-05")
        self.run_of("2024-07-05")
        self.assertEqual(self.shown(), ("Silver", "2024-09-30"))
        self.run_of("2024-10-01")
        self.approve("2024-10-01")
        self.assertEqual(self.tier(self.partner), "Bronze")
        self.run_of("2024-10-01")
        self.assertEqual(self.shown(), ("Bronze", ""))

    def test_who_recovers_after_the_review_is_no_longer_due(self):
        self.gold_until_april()
        self.run_of("2024-04-10")
        self.run_of("2024-07-01")
        self.buy(self.partner, "2024-07-02", 900)
        self.run_of("2024-07-02")
        with self.assertRaisesRegex(UserError, "due"):
            self.approve("2024-07-02")

    def test_approving_some_of_many(self):
        others = [self.customer(f"Customer {number}") for number in range(3)]
        for partner in others:
            self.buy(partner, "2024-01-10", 1200)
        self.buy(others[2], "2024-04-01", 1200)
        self.gold_until_april()
        self.run_of("2024-04-10")
        self.run_of("2024-06-30")
        chosen = self.profile(others[0]) | self.profile(others[1]) | self.profile(others[2])
        with self.on("2024-06-30"):
            chosen.with_user(self.manager).action_approve_tier()
        self.assertEqual(chosen.mapped("tier_id.name"), ["Silver", "Gold"])
        self.assertEqual(self.tier(others[2]), "Gold", "not due")
        self.assertEqual(self.tier(self.partner), "Gold", "not chosen")

    def test_automatic_review_lowers_one_rung_at_a_time(self):
        self.policy.tier_review_by_hand = False
        self.gold_until_april()
        for day in ("2024-04-10", "2024-06-29", "2024-06-30", "2024-07-01", "2024-09-29", "2024-09-30", "2024-12-31"):
            self.run_of(day)
        self.assertEqual(
            self.movements(self.partner)[1:], [("2024-06-30", "Silver", "down"), ("2024-09-30", "Bronze", "down")]
        )
        self.assertEqual(self.policy.tier_last_review_date, fields.Date.to_date("2024-12-31"))

    def test_after_a_long_pause_there_is_one_review(self):
        self.policy.tier_review_by_hand = False
        self.gold_until_april()
        self.run_of("2024-04-10")
        self.run_of("2025-01-15")
        self.assertEqual(self.movements(self.partner)[1:], [("2025-01-15", "Silver", "down")])
        self.assertEqual(self.profile(self.partner).tier_lowered_date, fields.Date.to_date("2024-12-31"))
        self.run_of("2025-03-30")
        self.assertEqual(self.tier(self.partner), "Silver")

    def test_review_at_every_run(self):
        self.policy.write({"tier_review": "every_run", "tier_review_by_hand": False})
        self.gold_until_april()
        for day in ("2024-04-10", "2024-04-11", "2024-04-12"):
            self.run_of(day)
        self.assertEqual(
            [tier for _day, tier, _direction in self.movements(self.partner)], ["Gold", "Silver", "Bronze"]
        )

    def test_between_the_thresholds_nothing_moves(self):
        self.policy.write({"tier_review": "month", "tier_review_by_hand": False})
        self.gold_until_april()
        self.buy(self.partner, "2024-03-10", 800)
        self.run_of("2024-05-31")
        self.assertEqual(self.shown(), ("Gold", ""))
        new = self.customer("New")
        self.buy(new, "2024-05-30", 999)
        self.run_of("2024-06-01")
        self.assertEqual(self.tier(new), "Silver")

    def test_minimum_stay(self):
        self.set_ladder(
            self.rung("Gold", 1, ("tenure_months", 2, 2)),
            self.rung("Silver", 2, ("lifetime_revenue", 1, 1), minimum_stay_days=90),
        )
        buyer = self.customer("Buyer")
        for partner in (self.partner, buyer):
            self.buy(partner, "2024-01-10")
        self.run_of("2024-01-15")
        self.run_of("2024-03-20")
        self.assertEqual((self.tier(self.partner), self.tier(buyer)), ("Silver", "Silver"))
        self.buy(buyer, "2024-03-21")
        for day in ("2024-03-21", "2024-04-13", "2024-04-14"):
            self.run_of(day)
        self.assertEqual(self.movements(buyer)[1:], [("2024-03-21", "Gold", "up")])
        self.assertEqual(self.movements(self.partner)[1:], [("2024-04-14", "Gold", "up")])

    def test_off_the_ladder_and_on_it_again(self):
        """A ladder without a rung for everybody."""
        self.policy.write({"tier_review": "month", "tier_review_by_hand": False})
        self.set_ladder(self.rung("Club", 1, ("revenue", 1000, 800)))
        self.buy(self.partner, "2024-01-10", 1200)
        for day in ("2024-01-15", "2024-04-10", "2024-04-30"):
            self.run_of(day)
        self.buy(self.partner, "2024-05-02", 1200)
        self.run_of("2024-05-02")
        self.assertEqual(
            self.movements(self.partner)[1:], [("2024-04-30", False, "down"), ("2024-05-02", "Club", "up")]
        )

    def test_tiers_of_the_same_sequence(self):
        """Tiers typed one after the other, never dragged."""
        self.policy.tier_review = "month"
        values = [{"policy_id": self.policy.id, "name": name} for name in ("Gold", "Silver", "Bronze")]
        for value, entry in zip(values, (1000, 500, 1), strict=True):
            value["criterion_ids"] = [Command.create({"measure": "lifetime_revenue", "entry": entry, "keep": entry})]
        self.env["customer.tier"].create(values)
        self.buy(self.partner, "2024-01-10", 600)
        self.run_of("2024-01-15")
        self.buy(self.partner, "2024-01-16", 400)
        self.run_of("2024-01-16")
        self.buy(self.partner, "2024-01-17", -600)
        self.run_of("2024-01-17")
        self.run_of("2024-01-31")
        self.approve("2024-01-31")
        self.assertEqual(
            self.movements(self.partner)[1:], [("2024-01-16", "Gold", "up"), ("2024-01-31", "Silver", "down")]
        )

    def test_a_customer_whose_last_purchase_is_gone_has_no_tier(self):
        self.gold_until_april()
        self.env["sale.order"].search([("partner_id", "=", self.partner.id)])._action_cancel()
        self.run_of("2024-01-16")
        self.assertEqual(self.shown(), (False, ""))

    def test_the_tier_above_and_what_is_missing(self):
        self.metals()
        self.order(self.partner, 600, 5)
        self.recompute()
        profile = self.profile(self.partner)
        self.assertEqual(profile.next_tier_id.name, "Gold")
        self.assertRegex(profile.next_tier_gap, "Revenue in the window.*400")
        self.assertFalse(profile.tier_outlook)
        self.order(self.partner, 600, 5)
        self.recompute()
        self.env.invalidate_all()
        self.assertFalse(profile.next_tier_id or profile.next_tier_gap)

    def test_an_order_lifts_at_once(self):
        self.policy.tier_review = "every_run"
        self.policy.tier_review_by_hand = False
        self.metals()
        falling = self.customer("Falling")
        self.order(self.partner, 100, 5)
        self.order(falling, 1200, 1)
        self.recompute()
        self.order(falling, -900, 0)
        self.env["customer.segmentation.queue"]._enqueue(falling, self.company)
        self.order(self.partner, 5000, state="draft").action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.tier(self.partner), "Gold")
        self.assertEqual(self.movements(self.partner)[1:], [(str(self.today), "Gold", "up")])
        self.assertFalse(self.profile(self.partner).transition_ids.sorted("id")[-1].processed)
        self.assertEqual(self.tier(falling), "Gold", "nobody falls between two runs")
        self.assertEqual(self.profile(falling).tier_below_since, self.today)


class TestTierOverride(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()
        cls.gold, cls.silver, cls.bronze = cls.metals()
        cls.policy.tier_review = "month"
        cls.policy.tier_review_by_hand = False
        cls.buy(cls.partner, "2024-01-10", 100)
        cls.recompute(as_of="2024-01-15")

    def override(self, profiles, tier, day="2024-01-20", until="2024-05-31", user=None, reason="Strategic"):
        with self.on(day):
            profiles = profiles.with_user(user or self.manager)
            action = profiles.action_set_tier()
            wizard = profiles.env[action["res_model"]].with_context(**action["context"])
            wizard.create({"tier_id": tier.id, "reason": reason, "locked_until": until}).action_apply()
        self.env.flush_all()

    def test_a_run_leaves_it_and_the_rule_takes_over_on_expiry(self):
        self.override(self.profile(self.partner), self.gold)
        profile = self.profile(self.partner)
        self.assertEqual((profile.tier_id, profile.tier_lock_reason), (self.gold, "Strategic"))
        for day in ("2024-01-31", "2024-02-29", "2024-05-31"):
            self.run_of(day)
            self.assertEqual(self.tier(self.partner), "Gold", day)
        self.assertFalse(profile.tier_review_date)
        for day in ("2024-06-01", "2024-06-30", "2024-07-31"):
            self.run_of(day)
        self.assertEqual(
            self.movements(self.partner)[1:],
            [
                ("2024-01-20", "Gold", "up"),
                ("2024-06-30", "Silver", "down"),
                ("2024-07-31", "Bronze", "down"),
            ],
        )

    def test_the_reasons_stay_in_the_history(self):
        profile = self.profile(self.partner)
        self.override(profile, self.gold)
        self.override(profile, self.gold, day="2024-01-21", reason="Still strategic")
        profile.with_user(self.manager).action_release_tier()
        kept = profile.transition_ids.filtered("reason").sorted("date")
        self.assertEqual(kept.mapped("reason"), ["Strategic", "Still strategic"])
        self.assertEqual(kept.mapped("direction"), ["up", "same"])

    def test_a_lower_tier_by_hand_rises_on_expiry_only(self):
        rich = self.customer("Rich")
        self.buy(rich, "2024-01-17", 5000)
        self.run_of("2024-01-17")
        self.override(self.profile(rich), self.bronze, until="2024-01-31")
        self.buy(rich, "2024-01-25", 5000)
        self.run_of("2024-01-31")
        self.assertEqual(self.tier(rich), "Bronze")
        self.run_of("2024-02-01")
        self.assertEqual(self.movements(rich)[1:], [("2024-01-20", "Bronze", "down"), ("2024-02-01", "Gold", "up")])

    def test_the_page_says_so(self):
        self.override(self.profile(self.partner), self.gold, day=self.today, until=self.day(-30))
        self.assertIn("Strategic", self.profile(self.partner).tier_outlook)

    def test_release(self):
        profile = self.profile(self.partner)
        self.override(profile, self.gold)
        with self.assertRaises(AccessError):
            profile.with_user(self.seller).action_release_tier()
        profile.with_user(self.manager).action_release_tier()
        self.assertFalse(profile.tier_locked_until or profile.tier_lock_reason)
        self.run_of("2024-01-30")
        self.assertEqual(profile.tier_below_since, fields.Date.to_date("2024-01-30"))
        self.run_of("2024-01-31")
        self.assertEqual(self.tier(self.partner), "Silver")

    def test_in_bulk(self):
        others = [self.customer(f"Customer {number}") for number in range(3)]
        for partner in others:
            self.buy(partner, "2024-01-12", 600)
        self.run_of("2024-01-16")
        profiles = self.env["customer.segmentation.profile"].union(*map(self.profile, [self.partner, *others]))
        self.override(profiles, self.silver)
        self.assertEqual(profiles.tier_id, self.silver)
        self.assertEqual(set(profiles.mapped("tier_lock_reason")), {"Strategic"})
        self.assertEqual(self.movements(self.partner)[1:], [("2024-01-20", "Silver", "up")])
        self.assertEqual(len(self.movements(others[0])), 1, "no movement")
        self.assertEqual(self.profile(others[0]).tier_since, fields.Date.to_date("2024-01-16"), "silver since then")

    def test_refused(self):
        company = self.other_company()
        theirs = self.metals(policy=self.policy_of(company))[0]
        profile = self.profile(self.partner)
        with self.assertRaisesRegex(UserError, "another company"):
            self.override(profile, theirs, user=self.env.user)
        with self.assertRaises(AccessError):
            self.override(profile, theirs)
        with self.assertRaisesRegex(UserError, "past"):
            self.override(profile, self.gold, until="2024-01-19")
        with self.assertRaises(AccessError):
            self.override(profile, self.gold, user=self.seller)
        with self.assertRaises(AccessError):
            self.env["customer.tier.override"].with_user(self.seller).create(
                {"profile_ids": profile.ids, "tier_id": self.gold.id, "reason": "x", "locked_until": self.today}
            )
        self.assertEqual(self.tier(self.partner), "Bronze")
        self.override(profile, self.gold, until="2024-01-20")
        self.assertEqual(self.tier(self.partner), "Gold", "until today is not past")

    def test_without_purchases(self):
        self.override(self.profile(self.partner), self.gold)
        self.env["sale.order"].search([("partner_id", "=", self.partner.id)])._action_cancel()
        self.run_of("2024-02-01")
        profile = self.profile(self.partner)
        self.assertEqual((profile.tier_id, profile.lifetime_order_count), (self.gold, 0))
        self.assertEqual(profile.tier_since, fields.Date.to_date("2024-01-20"))
        self.run_of("2024-05-31")
        self.assertEqual(profile.tier_id, self.gold)
        self.run_of("2024-06-01")
        self.assertFalse(profile.tier_id, "on expiry the rule takes over, also without a purchase")

    def test_a_lock_on_a_deleted_tier(self):
        self.override(self.profile(self.partner), self.gold)
        self.gold.unlink()
        self.run_of("2024-02-01")
        self.assertEqual(self.tier(self.partner), "Bronze", "what was set is gone: the rule decides")


class TestTierLabels(TierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rich, cls.poor, cls.unknown = (cls.customer(name) for name in ("Rich", "Poor", "Unknown"))
        cls.gold, cls.silver, cls.bronze = cls.metals()
        cls.order(cls.rich, 5000, 5)
        cls.order(cls.poor, 50, 5)
        cls.recompute()

    def test_tier_at_order(self):
        orders = self.order(self.rich, state="draft") | self.order(self.poor, state="draft")
        orders |= self.order(self.unknown, state="draft")
        self.assertFalse(orders.tier_at_order_id)
        orders.action_confirm()
        self.assertEqual([order.tier_at_order_id.id for order in orders], [self.gold.id, self.bronze.id, False])
        single = self.order(self.rich, state="draft")
        single.action_confirm()
        self.assertEqual(single.tier_at_order_id, self.gold)
        self.assertFalse(single.copy().tier_at_order_id)
        self.env["customer.tier.decision"]._set(
            self.profile(self.rich), self.policy, self.silver, self.today, self.today, "Agreed"
        )
        self.env.invalidate_all()
        self.assertEqual((single.tier_at_order_id, single.customer_tier_id), (self.gold, self.silver))
        single._action_cancel()
        self.assertEqual(single.tier_at_order_id, self.gold)
        single.action_draft()
        self.assertFalse(single.tier_at_order_id)

    def test_a_deleted_tier_leaves_the_order(self):
        order = self.order(self.rich, state="draft")
        order.action_confirm()
        self.gold.unlink()
        self.env.invalidate_all()
        self.assertFalse(order.tier_at_order_id)
        self.assertEqual(order.state, "sale")

    def test_two_companies_two_ladders(self):
        company = self.other_company()
        policy = self.policy_of(company)
        policy.with_context(ladder="value").action_use_ladder()
        self.order(self.poor, 9000, 3, company=company)
        self.order(self.rich, 1, 3, company=company)
        self.recompute(policy)
        self.assertEqual((self.tier(self.poor), self.tier(self.poor, company)), ("Bronze", "High Value"))
        self.assertEqual(self.poor.with_company(company).customer_tier_id.name, "High Value")
        self.assertEqual(self.poor.customer_tier_id, self.bronze)
        order = self.order(self.poor, 1, company=company, state="draft")
        order.action_confirm()
        self.assertEqual(order.tier_at_order_id.name, "High Value")
        self.policy.write({"tier_ids": [Command.clear()]})
        self.recompute()
        self.assertEqual(self.tier(self.poor, company), "High Value")

    def test_other_companies_ladders_are_not_seen(self):
        company = self.other_company()
        theirs = self.metals(policy=self.policy_of(company))
        for model, records in (("customer.tier", theirs), ("customer.tier.criterion", theirs.criterion_ids)):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(self.manager).search([("id", "in", records.ids)]))
                change = {"grace_days": 5} if model == "customer.tier" else {"entry": 2000}
                with self.assertRaises(AccessError):
                    records[0].with_user(self.manager).write(change)
                with self.assertRaises(AccessError):
                    records[0].with_user(self.manager).read(["display_name"])
        self.assertTrue(self.gold.with_user(self.manager).name)

    def test_a_seller_sees_the_label_and_the_portal_nothing(self):
        seen = self.rich.with_user(self.seller)
        self.assertEqual((seen.customer_tier_id.name, seen.customer_tier_color), ("Gold", self.gold.color))
        found = seen.search([("customer_tier_id", "=", self.gold.id)])
        self.assertEqual(found, self.rich)
        portal = new_test_user(self.env, "tier_portal", groups="base.group_portal")
        own = portal.partner_id.with_user(portal)
        for name in ("customer_tier_id", "customer_tier_color"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])
        for model in ("customer.tier", "customer.tier.criterion", "customer.tier.override"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])

    def test_only_managers_change_the_ladder(self):
        criterion = self.gold.criterion_ids
        create = {"policy_id": self.policy.id, "name": "Platinum", "sequence": 0}
        create["criterion_ids"] = [Command.create({"measure": "revenue", "entry": 9000, "keep": 9000})]
        employee = new_test_user(self.env, "tier_employee", groups="base.group_user")
        for user in (self.seller, employee):
            tier, rule = self.gold.with_user(user), criterion.with_user(user)
            changes = [
                lambda tier=tier: tier.write({"name": "x"}),
                lambda tier=tier: tier.unlink(),
                lambda tier=tier: tier.create(create),
                lambda rule=rule: rule.write({"entry": 1100}),
                lambda rule=rule: rule.unlink(),
                lambda rule=rule: rule.create({"tier_id": self.gold.id, "measure": "abc_rank", "entry": 1}),
                lambda user=user: self.policy.with_user(user).write({"tier_review": "year"}),
            ]
            for number, change in enumerate(changes):
                with self.subTest(user=user.login, change=number), self.assertRaises(AccessError):
                    change()
            self.assertTrue(tier.name and rule.measure)
        self.gold.with_user(self.manager).create(create)
        criterion.with_user(self.manager).write({"entry": 1100})
        self.policy.with_user(self.manager).write({"tier_ids": [Command.update(self.silver.id, {"grace_days": 9})]})
        self.silver.with_user(self.manager).unlink()
        self.assertEqual(self.policy.tier_ids.sorted().mapped("name"), ["Platinum", "Gold", "Bronze"])

    def test_nobody_writes_the_tier_of_a_customer(self):
        with self.assertRaisesRegex(UserError, "cannot be set"):
            self.rich.customer_tier_id = self.silver
        with self.assertRaises(AccessError):
            self.profile(self.rich).with_user(self.manager).write({"tier_id": self.silver.id})

    def test_the_customers_of_a_tier(self):
        self.assertEqual(self.gold.with_user(self.manager).customer_count, 1)
        domain = self.gold.with_user(self.manager).action_open_customers()["domain"]
        self.assertEqual(self.env["customer.segmentation.profile"].search(domain), self.profile(self.rich))

    def test_grouped_by_tier(self):
        partners = self.rich | self.poor | self.unknown
        groups = partners._read_group([("id", "in", partners.ids)], ["customer_tier_id"], ["__count"])
        expected = {(self.gold, 1), (self.bronze, 1), (self.env["customer.tier"], 1)}
        self.assertEqual({(tier, count) for tier, count in groups}, expected)
