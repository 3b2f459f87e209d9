"""What the page Segmentation answers: why this segment, what changed since last month, what would change it.

What it foretells is made to come true: the orders are made, or nobody orders until the day, and the customer is scored
anew by the same limits.
"""

from datetime import date, timedelta

import pandas  # noqa: F401  (cannot be loaded once time is frozen)
from freezegun import freeze_time

from odoo.addons.customer_segmentation.scoring import calendar, lifecycle, rhythm, what_if
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..addon.common import SegmentationCase

TODAY = date(2031, 5, 20)
QUARTER_END = date(2031, 6, 30)
# Customer number: how many orders, every so many days, the last so many days ago, of so much.
HABITS = [
    (9, 30, 3, 900),
    (7, 14, 40, 500),
    (6, 45, 90, 700),
    (5, 60, 150, 300),
    (4, 30, 15, 120),
    (3, 90, 200, 450),
    (2, 100, 60, 80),
    (1, 0, 8, 60),
    (1, 0, 330, 400),
    (2, 30, 420, 950),
    (5, 20, 500, 800),
    (1, 0, 800, 30),
]


@tagged("post_install", "-at_install")
class ExplainCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        frozen = freeze_time(f"{TODAY} 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        super().setUpClass()
        cls.customers = [cls.customer(f"Explained {number}") for number in range(len(HABITS))]
        for partner, (orders, gap, ago, amount) in zip(cls.customers, HABITS, strict=True):
            for number in range(orders):
                cls.order(partner, amount + 10 * number, ago + gap * number)

    def answers(self, partner, **context):
        self.env.invalidate_all()
        return self.profile(partner).with_context(**context).segment_answers

    def score_anew(self, partner, day):
        """Score one customer on a day by the limits of the last run, as a refresh does."""
        with freeze_time(f"{day} 12:00:00"):
            self.env["customer.segmentation.profile"]._refresh(self.policy, partner.ids)
            self.env.invalidate_all()
        return self.profile(partner)


class TestForetold(ExplainCase):
    def foretold(self, partner):
        """The profile, its purchases, the rules and today as a number."""
        self.env.invalidate_all()
        profile = self.profile(partner)
        return profile, profile._purchase_history(self.policy), self.policy._what_if_rules(), calendar.day_of(TODAY)

    def in_savepoint(self, method, *args):
        savepoint = self.env.cr.savepoint()
        try:
            method(*args)
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def assert_foretold(self, partners):
        """Everything the pages of these customers say comes true; how much was said."""
        self.recompute()
        said = {"orders": 0, "silence": 0, "class": 0, "stage": 0}
        for partner in partners:
            for kind, check in self.checks(partner):
                with self.subTest(customer=partner.name, kind=kind):
                    self.in_savepoint(*check)
                    said[kind] += 1
        return said

    def checks(self, partner):
        profile, history, rules, today = self.foretold(partner)
        outlook = profile.segment_answers["outlook"]
        ranks = {segment.id: segment.rank for segment in self.policy.scheme_id.segment_ids}
        until = calendar.day_of(QUARTER_END)
        amount = history.usual_amount(rules.window_start(today), today, 2)
        chances = what_if.chances(history, today, until, amount, ranks, rules)
        words = [profile._chance_in_words(self.policy, chance, amount) for chance in chances]
        self.assertEqual([said for said in outlook["orders"] if "segment" not in said][: len(words[:1])], words[:1])
        for chance in chances:
            yield "orders", (self.check_orders, partner, chance, amount)
        now = what_if.state_on(history, today, rules)
        self.assertEqual(now.segment, profile.segment_id.id)
        for day, state in what_if.quiet_states(history, today, today + 365, rules):
            if state.segment != now.segment:
                segment = self.env["customer.segment"].browse(state.segment)
                on = profile._day_in_words(day)
                self.assertIn(f"Without an order: {segment.name} from {on} on.", outlook["silence"])
                yield "silence", (self.check_silence, partner, calendar.date_of(day), "segment_id", segment)
                break
        gain = what_if.class_chance(history, today, until, rules)
        if gain:
            yield "class", (self.check_class, partner, gain)
        bought = rhythm.purchase_days([0] * len(history.purchase_days), history.purchase_days, 1)
        median, limits = rules.cut_points["rhythm"]["median_gap"], self.policy._lifecycle_limits()
        (day,), (stage,) = lifecycle.next_stages(bought, median, today, limits)
        if stage:
            yield "stage", (self.check_silence, partner, calendar.date_of(int(day)), "lifecycle_stage", stage)

    def check_orders(self, partner, chance, amount):
        last = calendar.date_of(chance.until_day)
        self.assertLessEqual(last, QUARTER_END)
        days = [TODAY + (last - TODAY) * number / max(chance.orders - 1, 1) for number in range(chance.orders)]
        days = [*days[:-1], last]
        with freeze_time(f"{last} 12:00:00"):
            for day in days:
                self.order(partner, amount, (self.today - day).days)
        self.assertEqual(self.score_anew(partner, last).segment_id.id, chance.segment)

    def check_silence(self, partner, day, name, value):
        self.assertNotEqual(self.score_anew(partner, day - timedelta(days=1))[name], value)
        self.assertEqual(self.score_anew(partner, day)[name], value)

    def check_class(self, partner, gain):
        last = calendar.date_of(gain.until_day)
        with freeze_time(f"{last} 12:00:00"):
            self.order(partner, gain.missing, (self.today - last).days)
        self.assertEqual(self.score_anew(partner, last).abc_class, gain.abc_class)

    def test_eleven_segments(self):
        said = self.assert_foretold(self.customers)
        self.assertGreaterEqual(min(said.values()), 6, said)

    def test_eight_classes(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        means = {f"{measure}_banding": "mean" for measure in ("recency", "frequency", "monetary")}
        self.policy.write({"scheme_id": eight.id, "bands": 2, **means})
        said = self.assert_foretold(self.customers[::3])
        self.assertGreaterEqual(min(said.values()), 2, said)

    def test_own_cut_offs_and_a_short_window(self):
        self.policy.write(
            {
                "recency_banding": "cut_offs",
                "recency_cut_offs": "30; 90; 180; 365",
                "window_months": 6,
                "frequency_banding": "cut_offs",
                "frequency_cut_offs": "1; 2; 4; 6",
            }
        )
        said = self.assert_foretold(self.customers[1::3])
        self.assertGreaterEqual(min(said.values()), 2, said)

    def test_remembered_silent_customers(self):
        self.policy.score_silent_customers = True
        said = self.assert_foretold(self.customers[8:])
        self.assertGreaterEqual(min(said["orders"], said["silence"], said["class"]), 2, said)
        # The great customer who fell silent is judged by the window up to the last order.
        silent = self.customers[10]
        self.assertGreater(self.profile(silent).frequency_score, 1)
        rule = self.answers(silent)["rule"]
        self.assertIn("(orders: 5, revenue: $\xa04,100.00)", rule[0])
        self.assertIn("No order within 12 months", rule[0])


class TestWhy(ExplainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recompute()

    def grid(self, partner, **context):
        return self.answers(partner, **context)["grid"]

    def own_cells(self, grid):
        return [
            (row["label"], column, cell["name"])
            for row in grid["rows"]
            for column, cell in zip(grid["columns"], row["cells"], strict=True)
            if cell["own"]
        ]

    def test_the_cell_of_each_customer_holds_its_segment(self):
        for partner in self.customers:
            profile, grid = self.profile(partner), self.grid(partner)
            fm = (profile.frequency_score + profile.monetary_score + 1) // 2
            with self.subTest(customer=partner.name):
                self.assertEqual(self.own_cells(grid), [(profile.recency_score, fm, profile.segment_id.name)])
                same = {cell["name"] for row in grid["rows"] for cell in row["cells"] if cell["same"]}
                self.assertEqual(same, {profile.segment_id.name})
                self.assertEqual([row["label"] for row in grid["rows"]], [5, 4, 3, 2, 1])

    def test_a_new_customer_sees_new_where_others_see_promising(self):
        young, old = self.customers[7], self.customers[0]
        self.assertEqual(self.grid(young)["rows"][0]["cells"][0]["name"], "New")
        self.order(old, 5, 900)
        self.recompute()
        self.assertEqual(self.grid(old)["rows"][0]["cells"][0]["name"], "Promising")

    def test_eight_classes_are_shown_as_eight_cells(self):
        eight = self.env.ref("customer_segmentation.scheme_8_classes")
        means = {f"{measure}_banding": "mean" for measure in ("recency", "frequency", "monetary")}
        self.policy.write({"scheme_id": eight.id, "bands": 2, **means})
        self.recompute()
        for partner in self.customers:
            grid, profile = self.grid(partner), self.profile(partner)
            self.assertEqual([len(row["cells"]) for row in grid["rows"]], [2, 2, 2, 2])
            ((label, column, name),) = self.own_cells(grid)
            self.assertEqual(name, profile.segment_id.name)
            self.assertEqual(column == "Last order recent", profile.recency_score == 2)
            self.assertEqual(label.startswith("Many"), profile.frequency_score == 2)
            self.assertEqual("high" in label, profile.monetary_score == 2)

    def test_a_scheme_that_asks_for_frequency_shows_a_slice(self):
        scheme = self.env["customer.segment.scheme"].create(
            {
                "name": "Three bands",
                "bands": 3,
                "segment_ids": [
                    Command.create(
                        {
                            "name": name,
                            "code": name,
                            "range_ids": [Command.create({"frequency_min": low, "frequency_max": high})],
                        }
                    )
                    for name, low, high in (("often", 3, 3), ("rarely", 1, 2))
                ],
            }
        )
        self.policy.write({"scheme_id": scheme.id, "bands": 3})
        self.recompute()
        profile, grid = self.profile(self.customers[0]), self.grid(self.customers[0])
        self.assertEqual(
            self.own_cells(grid), [(profile.frequency_score, profile.monetary_score, profile.segment_id.name)]
        )
        self.assertIn(f"At recency {profile.recency_score}", grid["caption"])

    def test_bands_in_words(self):
        bands = {detail["measure"]: detail["band"] for detail in self.profile(self.customers[1]).score_details}
        run = self.policy.last_run_id.cut_points
        profile = self.profile(self.customers[1])
        score, low, high = profile.recency_score, *run["recency"][5 - profile.recency_score - 1 :][:2]
        self.assertEqual(bands["recency"], f"Score {score}: from {low + 1:.0f} to {high:.0f} days")
        self.assertRegex(bands["frequency"], r"^Score \d: ")
        self.assertIn("$\xa0", bands["monetary"])

    def test_bands_at_both_ends_and_by_the_mean(self):
        profile = self.profile(self.customers[0])

        def band(measure, score, band, rule="quantile"):
            show = self.env["customer.segmentation.explanation"]._shown_as(profile, measure)
            return self.env["customer.segmentation.explanation"]._band(
                profile, measure, {"score": score, "band": band, "band_rule": rule}, show
            )

        for said, *asked in (
            ("Score 5: up to 1 day", "recency", 5, (None, 1.0)),
            ("Score 1: 31 days or more", "recency", 1, (30.0, None)),
            ("Score 3: 2 orders", "frequency", 3, (1.0, 2.0)),
            ("Score 5: 1 order or more", "frequency", 5, (0.0, None)),
            ("Score 2: from 2 to 4 orders", "frequency", 2, (1.0, 4.0)),
            ("Score 1: up to $\xa00.00", "monetary", 1, (None, 0.0)),
            ("Score 5: more than $\xa09.50", "monetary", 5, (9.5, None)),
            ("", "monetary", 1, (None, None)),
            ("Score 2: 3.5 orders or more", "frequency", 2, (3.5, None), "mean"),
            ("Score 1: less than 3.5 orders", "frequency", 1, (None, 3.5), "mean"),
            ("Score 2: up to 40.5 days", "recency", 2, (None, 40.5), "mean"),
            ("Score 1: more than 40.5 days", "recency", 1, (40.5, None), "mean"),
        ):
            self.assertEqual(band(*asked), said)
        silent = self.profile(self.customers[11])
        self.assertEqual([detail["band"] for detail in silent.score_details][1:], ["", ""])

    def test_rule_run_and_version(self):
        rule = self.answers(self.customers[0])["rule"]
        self.assertEqual(
            rule,
            [
                "Champions: R 5, FM 4–5.",
                f"Limits between the scores: from the recompute of May 20, by version {self.policy.version} of the "
                "rules.",
            ],
        )


class TestChanged(ExplainCase):
    """A run a month before, one today."""

    def recompute_then_and_now(self):
        with freeze_time("2031-04-10 12:00:00"):
            self.recompute()
        self.recompute()

    def changes(self, partner):
        return self.answers(partner)["changes"]

    def rows(self, partner):
        return {row["label"]: (row["before"], row["now"]) for row in self.changes(partner)["rows"]}

    def test_new_orders_and_orders_that_left_the_window(self):
        partner = self.customer("Mover")
        self.order(partner, 100, 370)  # in the window at the end of April, no longer today
        self.order(partner, 100, 60)
        self.recompute_then_and_now()
        self.order(partner, 700, 2)
        self.order(partner, 700, 1)
        self.score_anew(partner, TODAY)
        rows, changes = self.rows(partner), self.changes(partner)
        self.assertEqual((changes["since"], changes["today"]), ("Apr 30", "May 20"))
        self.assertEqual(rows["Orders within 12 months"], (2, 3))
        self.assertEqual(rows["Revenue within 12 months"], ("$\xa0200.00", "$\xa01,500.00"))
        self.assertEqual(rows["Days since the last order"], (40, 1))
        self.assertEqual(rows["Segment"][1], self.profile(partner).segment_id.name)
        self.assertNotEqual(*rows["Segment"])
        self.assertEqual(
            changes["sentences"],
            ["2 new orders.", "1 order is older than 12 months now and no longer counts."],
        )

    def test_segment_of_the_end_of_last_month_is_what_it_was_then(self):
        partner = self.customers[3]
        with freeze_time("2031-04-20 12:00:00"):
            self.recompute()
            then = self.profile(partner).segment_id
        with freeze_time("2031-05-02 12:00:00"):
            self.order(partner, 5000, 20)
            self.recompute()
        self.order(partner, 5000, 1)
        self.recompute()
        self.assertEqual(self.rows(partner)["Segment"], (then.name, self.profile(partner).segment_id.name))
        self.assertNotEqual(then, self.profile(partner).segment_id)

    def test_nothing_changed(self):
        self.recompute_then_and_now()
        changes = self.changes(self.customers[11])
        self.assertEqual(changes["rows"], [])
        self.assertEqual(
            changes["sentences"], ["Nothing changed since Apr 30: same segment, same orders, same revenue."]
        )

    def test_silence_alone(self):
        """No order came or went: the days since the last one say why the segment is another."""
        partner = self.customers[4]
        with freeze_time("2031-05-31 12:00:00"):
            self.recompute()
            then = self.profile(partner).segment_id
        now = self.score_anew(partner, "2031-06-29").segment_id
        with freeze_time("2031-06-29 12:00:00"):
            rows, changes = self.rows(partner), self.changes(partner)
        self.assertNotEqual(then, now)
        self.assertEqual(rows["Segment"], (then.name, now.name))
        self.assertEqual(rows["Days since the last order"], (26, 55))
        self.assertFalse({"Orders within 12 months", "Revenue within 12 months"} & rows.keys())
        self.assertEqual(changes["sentences"], [])

    def test_new_this_month_and_scored_for_the_first_time(self):
        newcomer = self.customer("Newcomer")
        self.order(newcomer, 100, 5)
        self.recompute()
        changes = self.changes(newcomer)
        self.assertEqual(
            (changes["rows"], changes["sentences"]), ([], ["New this month: the first order came on May 15."])
        )
        known = self.changes(self.customers[11])
        self.assertEqual(known["rows"], [])
        self.assertEqual(known["sentences"], ["Scored for the first time this month; the segment before is not known."])

    def test_a_change_of_the_tier_alone_says_nothing_of_stage_and_risk(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.recompute_then_and_now()
        partner = self.customers[0]
        profile = self.profile(partner)
        before, after = profile.tier_id, self.policy.tier_ids.sorted()[-1]
        self.env["customer.tier.decision"]._set(
            profile, self.policy, after, TODAY, TODAY + timedelta(days=30), "A favour"
        )
        rows = self.rows(partner)
        self.assertEqual(rows["Tier"], (before.name, after.name))
        self.assertNotIn("Lifecycle Stage", rows)
        self.assertNotIn("Churn Risk", rows)

    def test_refunds(self):
        partner = self.customer("Returner")
        self.order(partner, 500, 60)
        self.recompute_then_and_now()
        self.env["customer.imported.purchase"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": self.day(3),
                "amount": -80,
                "reference": "back",
            }
        )
        self.score_anew(partner, TODAY)
        self.assertEqual(self.rows(partner)["Revenue within 12 months"], ("$\xa0500.00", "$\xa0420.00"))
        self.assertIn("Refunds took revenue back.", self.changes(partner)["sentences"])


class TestOutlook(ExplainCase):
    def outlook(self, partner, **context):
        return self.answers(partner, **context)["outlook"]

    def test_sentences(self):
        self.policy.write(
            {
                f"{measure}_{what}": value
                for measure, limits in (
                    ("recency", "30; 60; 90; 180"),
                    ("frequency", "1; 2; 3; 4"),
                    ("monetary", "100; 200; 300; 400"),
                )
                for what, value in (("banding", "cut_offs"), ("cut_offs", limits))
            }
        )
        partner = self.customer("Told")
        self.order(partner, 110, 70)
        self.recompute()
        self.assertEqual(self.profile(partner).rfm_code, "312")
        outlook = self.outlook(partner)
        self.assertEqual(outlook["standing"], [])
        self.assertEqual(
            outlook["orders"][:2],
            [
                "1 more order of $\xa0110.00 by Jun 30 leads to Potential Loyalist.",
                "2 more orders of $\xa0110.00 each by Jun 30 lead to Champions.",
            ],
        )
        self.assertEqual(outlook["silence"][0], "Without an order: Hibernating from Jun 10 on.")
        self.assertIn("stay as they were on May 20", outlook["condition"])

    def test_the_best_and_the_hopeless(self):
        self.recompute()
        best = self.outlook(self.customers[0])
        self.assertEqual(best["standing"], ["Champions: there is no better segment."])
        self.policy.write(
            {
                "monetary_banding": "cut_offs",
                "monetary_cut_offs": "1; 2; 3; 90000",
                "frequency_banding": "cut_offs",
                "frequency_cut_offs": "90; 91; 92; 93",
            }
        )
        promising = self.customers[7]
        self.order(promising, 60, 1)
        self.recompute()
        self.assertIn(
            "Up to 5 more orders of $\xa060.00 each do not lead to a better segment.",
            self.outlook(promising)["standing"],
        )

    def test_tier_and_class(self):
        self.policy.with_context(ladder="metals").action_use_ladder()
        self.recompute()
        said = [sentence for partner in self.customers for sentence in self.outlook(partner)["orders"]]
        self.assertTrue(any(sentence.startswith("Still missing for the tier Gold: ") for sentence in said), said)
        self.assertTrue(any("leads to ABC class" in sentence for sentence in said), said)

    def test_a_day_later_before_the_recompute(self):
        self.recompute()
        partner, profile = self.customers[4], self.profile(self.customers[4])
        change = next(said for said in self.outlook(partner)["silence"] if said.startswith("Without an order: "))
        with freeze_time("2031-08-20 12:00:00"):
            later = self.outlook(partner)["standing"]
        self.assertEqual(len(later), 1, change)
        self.assertRegex(later[0], "^The next update of the scores moves this customer to ")
        self.assertNotIn(profile.segment_id.name, later[0])

    def test_changed_rules_ask_for_a_recompute_first(self):
        self.recompute()
        self.policy.window_months = 6
        answers = self.answers(self.customers[0])
        self.assertEqual((answers["grid"], answers["outlook"]), (False, False))
        self.assertIn("The rules were changed after the recompute of May 20.", answers["outdated"])
        self.recompute()
        self.assertFalse(self.answers(self.customers[0])["outdated"])

    def test_who_has_nothing_to_explain(self):
        prospect = self.customer("Prospect")
        self.env["sale.order"].create({"partner_id": prospect.id})
        self.assertFalse(self.env["customer.segmentation.profile"].new({}).segment_answers)
        self.recompute()
        self.assertTrue(self.profile(prospect))
        self.assertFalse(self.answers(prospect))
        self.policy.last_run_id = False
        self.assertFalse(self.answers(self.customers[0]))

    def test_the_only_purchase_was_cancelled_a_moment_ago(self):
        partner = self.customer("Gone")
        order = self.order(partner, 100, 3)
        self.recompute()
        order._action_cancel()
        answers = self.answers(partner)
        self.assertFalse(answers["outlook"])
        self.assertEqual((answers["changes"]["rows"], answers["changes"]["sentences"]), ([], []))

    def test_nobody_bought_in_the_window(self):
        company = self.other_company()
        partner = self.customer("Sleeper")
        self.order(partner, 100, 500, company=company)
        self.recompute(self.policy_of(company))
        answers = self.profile(partner, company).segment_answers
        self.assertIn("Without an order, the segment stays the same for a year.", answers["outlook"]["silence"])

    def test_foreign_company_and_currency(self):
        company = self.other_company(currency="CHF")
        for number, partner in enumerate(self.customers[:6]):
            for days in range(10 * number + 1, 200, 40 + 5 * number):
                self.order(partner, 70, days, company=company)
        self.recompute()
        self.recompute(self.policy_of(company))
        said = self.profile(self.customers[5], company).segment_answers["outlook"]["orders"]
        self.assertIn("CHF", said[0])
        shown = self.customers[5].with_company(company).customer_segment_answers["outlook"]["orders"]
        self.assertEqual(shown, said)
        self.assertNotEqual(self.customers[5].customer_segment_answers["outlook"]["orders"], said)

    def test_roles(self):
        self.recompute()
        partner = self.customers[1]
        roles = {
            "explain_seller": ("sales_team.group_sale_salesman", True),
            "explain_manager": ("sales_team.group_sale_manager", True),
            "explain_employee": ("base.group_user,base.group_partner_manager", False),
        }
        for login, (groups, sees) in roles.items():
            user = new_test_user(self.env, login, groups=groups)
            contact = partner.with_user(user)
            with self.subTest(role=login):
                self.assertEqual("customer_segment_answers" in Form(contact)._view["fields"], sees)
                self.assertTrue(contact.customer_segment_id, "labels are for everybody")
                if sees:
                    self.assertEqual(contact.customer_segment_answers, self.profile(partner).segment_answers)
                else:
                    with self.assertRaises(AccessError):
                        contact.customer_segment_answers  # noqa: B018

    def test_in_the_readers_language(self):
        self.recompute()
        self.env["res.lang"]._activate_lang("zh_CN")
        outlook = self.outlook(self.customers[6], lang="zh_CN")
        segments = self.policy.with_context(lang="zh_CN").scheme_id.segment_ids.mapped("name")
        english = self.policy.with_context(lang="en_US").scheme_id.segment_ids.mapped("name")
        said = " ".join([*outlook["orders"], *outlook["silence"]])
        self.assertTrue(any(name in said for name in segments), said)
        self.assertFalse(any(name in said for name in english), said)
        self.assertIn("6月30日", said)

    def test_one_page_costs_few_queries(self):
        self.recompute()
        partner = self.customers[0]
        for number in range(60):
            self.order(partner, 10, number)
        self.recompute()
        self.answers(partner)
        self.env.invalidate_all()
        profile = self.profile(partner)
        self.env.flush_all()
        with self.assertQueryCount(30):
            self.assertTrue(profile.segment_answers)
