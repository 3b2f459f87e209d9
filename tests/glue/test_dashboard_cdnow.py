"""The dashboard on real purchases against a computation of its own, which knows only the file and the definitions."""

from collections import Counter, defaultdict

import pandas as pd
from dateutil.relativedelta import relativedelta

from odoo.addons.customer_segmentation.scoring.periods import compared_with, previous, up_to

from ..addon.test_cdnow import CdnowCase, Reference
from .dashboard_common import BLOCKS, DashboardMixin

KINDS = ("month", "quarter", "year")


class TestDashboardCdnow(DashboardMixin, CdnowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame = pd.DataFrame(
            [(cls.partners[key].id, day, cents) for key, day, cents in cls.rows if cents],
            columns=["customer", "day", "cents"],
        )
        cls.profiles = cls.env["customer.segmentation.profile"]
        cls.month_end = cls.today.replace(day=1) - relativedelta(days=1)
        cls.earlier = cls.month_end.replace(day=1) - relativedelta(days=1)
        cls.stages = {}
        for day in (cls.earlier, cls.month_end, cls.today):
            run = cls.recompute(as_of=day)
            cls.stages[day] = dict(cls.profiles._read_group([], ["lifecycle_stage"], ["__count"]))
            if day != cls.today:
                cls.env["customer.segmentation.snapshot"]._write_profiles(run, day)

    # ------------------------------------------------------------------ the reference

    def bought(self, period):
        days = self.frame["day"]
        return set(self.frame.loc[(days >= period.start) & (days <= period.end), "customer"])

    def first_days(self):
        return self.frame.groupby("customer")["day"].min()

    def reference(self, day):
        """Segment and class of each customer on a day."""
        purchases = defaultdict(list)
        for customer, bought, cents in self.frame.itertuples(index=False):
            if bought <= day:
                purchases[customer].append((bought, cents))
        reference = Reference(purchases, day)
        scores = dict(reference.scores())
        return {
            "scores": scores,
            "monetary": reference.monetary,
            "classes": reference.classes(),
            "segments": {key: reference.segment(key, of_key) for key, of_key in scores.items()},
        }

    # ------------------------------------------------------------------ tiles

    def test_tiles_of_purchases(self):
        for kind in KINDS:
            for period in (self.running(kind), self.closed(kind)):
                with self.subTest(period=period.text):
                    self.check_purchase_tiles(period)

    def check_purchase_tiles(self, period):
        tiles = self.tiles(period)
        passed, before, compared = up_to(period, self.today), previous(period), compared_with(period, self.today)
        first = self.first_days()
        self.assertEqual(tiles["customers"]["value"], (first <= passed.end).sum())
        self.assertEqual(tiles["customers"]["previous"], (first <= before.end).sum())
        for name, span in (("value", passed), ("previous", compared)):
            self.assertEqual(tiles["active"][name], len(self.bought(span)))
            self.assertEqual(tiles["new"][name], ((first >= span.start) & (first <= span.end)).sum())
        base, again = self.bought(compared), self.bought(compared) & self.bought(passed)
        self.assertEqual((tiles["retention"]["part"], tiles["retention"]["base"]), (len(again), len(base)))
        self.assertEqual(tiles["retention"]["base"], tiles["active"]["previous"], "the same days, the same basis")
        self.assertEqual(tiles["retention"]["value"], len(again) / len(base) if base else None)
        earlier = self.bought(compared_with(before, compared.end))
        share = len(earlier & self.bought(compared)) / len(earlier) if earlier else None
        self.assertEqual(tiles["retention"]["previous"], share)

    def test_live_and_counted_by_the_run_are_the_same(self):
        counted = self.tiles(self.closed("quarter"))
        self.policy.last_run_id.figures = False
        self.assertEqual(self.tiles(self.closed("quarter")), counted)
        self.assertFalse(self.read("cohorts", self.running())["known"])

    def test_tiles_of_stages(self):
        running, closed = self.tiles(self.running()), self.tiles(self.closed())
        for stage in ("at_risk", "lost"):
            self.assertEqual(running[stage]["value"], self.stages[self.today][stage])
            self.assertEqual(running[stage]["previous"], self.stages[self.month_end][stage])
            self.assertEqual(closed[stage]["value"], self.stages[self.month_end][stage])
            self.assertEqual(closed[stage]["previous"], self.stages[self.earlier][stage])
        year = self.tiles(previous(self.closed("year")))
        self.assertIsNone(year["lost"]["value"], "the history begins later")

    def test_at_stake(self):
        tile = self.tiles(self.running())["at_stake"]
        found = self.opened_list(tile["domain"], tile["opens"], self.profiles)
        self.assertAlmostEqual(tile["value"], sum(one.churn_risk * one.yearly_value for one in found), 2)
        self.assertEqual({one.churn_risk > 0 and one.lifecycle_stage != "lost" for one in found}, {True})
        kept = self.env["customer.segmentation.snapshot"].search([("date", "=", self.month_end)])
        self.assertAlmostEqual(tile["previous"], sum(kept.mapped("at_stake")), 2)
        self.assertNotIn("previous_domain", tile, "a month-end keeps the sum, but nobody's part of it")
        closed = self.tiles(self.closed())["at_stake"]
        self.assertEqual(closed["value"], tile["previous"])
        self.assertNotIn("domain", closed)

    def test_high_churn_risk_is_the_same_everywhere_and_nobody_who_is_gone(self):
        limit = self.policy.high_churn_percent / 100
        expected = self.profiles.search([]).filtered(
            lambda one: one.lifecycle_stage != "lost" and one.prediction_basis and one.churn_risk >= limit
        )
        self.assertTrue(expected)
        answer = self.read("at_stake", self.running())
        self.assertEqual((answer["high"], self.profiles.search(answer["high_domain"])), (len(expected), expected))
        playbook = self.env["customer.playbook"].create({"name": "Call", "trigger": "churn_rise", "churn_band": "high"})
        self.nobody_waits()
        self.env.flush_all()
        entrance = self.env["customer.playbook.entrance"]
        self.env.cr.execute(entrance._query_candidates_now(playbook, self.policy, self.today))
        found = {row[0] for row in self.env.cr.fetchall()}
        called = expected.filtered(self.worth_a_call())
        self.assertTrue(called)
        self.assertLess(len(called), len(expected), "not each of them is")
        self.assertEqual(found, set(called.ids))

    def worth_a_call(self):
        """A check of one customer: among the best tenth by what was ever bought, or still to be had back."""
        worth = sorted(self.profiles.search([]).mapped("lifetime_revenue"), reverse=True)
        all_but_best = worth[len(worth) // 10]

        def check(one):
            gone = one.lifecycle_stage == "lost" or (one.gone_date and one.gone_date <= self.today)
            return one.lifetime_revenue > all_but_best or not (gone or one.segment_id.worth_a_call == "formerly_top")

        return check

    # ------------------------------------------------------------------ where customers stand

    def test_segments(self):
        now, before = self.reference(self.today), self.reference(self.month_end)
        counts, earlier = Counter(now["segments"].values()), Counter(before["segments"].values())
        money = Counter()
        for key, segment in now["segments"].items():
            money[segment] += now["monetary"][key]
        rows = self.read("segments", self.running())["segments"]
        codes = {row["id"]: self.env["customer.segment"].browse(row["id"]).code for row in rows}
        self.assertEqual({codes[row["id"]]: row["customers"] for row in rows if row["customers"]}, dict(counts))
        self.assertEqual({codes[row["id"]]: row["previous"] for row in rows if row["previous"]}, dict(earlier))
        self.assertEqual(
            {codes[row["id"]]: round(100 * row["revenue"]) for row in rows},
            {code: money[code] for code in codes.values()},
        )
        self.assertAlmostEqual(sum(row["share"] for row in rows), 1)
        everybody = self.read("segments", self.running())["domain"]
        self.assertEqual(self.profiles.search_count(everybody), sum(row["customers"] for row in rows))
        closed = self.read("segments", self.closed())["segments"]
        self.assertEqual({codes[row["id"]]: row["customers"] for row in closed if row["customers"]}, dict(earlier))
        total = sum(before["monetary"].values())
        self.assertEqual(round(100 * sum(row["revenue"] for row in closed)), total, "of the window that ended then")
        orders, window_start = Counter(), self.month_end - relativedelta(months=self.policy.window_months)
        for key, day, _cents in self.frame.itertuples(index=False):
            orders[before["segments"].get(key)] += window_start < day <= self.month_end
        for row in closed:
            count = orders[codes[row["id"]]]
            self.assertEqual(row["average"], row["revenue"] / count if count else None, codes[row["id"]])

    def test_heat_map(self):
        now = self.reference(self.today)
        expected = defaultdict(lambda: [0, 0])
        for key, (recency, frequency, monetary) in now["scores"].items():
            cell = expected[recency, (frequency + monetary + 1) // 2]
            cell[0] += 1
            cell[1] += now["monetary"][key]
        answer = self.read("heat_map", self.running())
        found = {
            (cell["recency"], cell["fm"]): [cell["customers"], round(100 * cell["revenue"])] for cell in answer["cells"]
        }
        self.assertEqual(found, dict(expected))
        self.assertEqual(answer["bands"], 5)

    def test_movement_between_segments_and_classes(self):
        now, before = self.reference(self.today), self.reference(self.month_end)
        for grouping, what in (("segment_id", "segments"), ("abc_class", "classes")):
            with self.subTest(grouping=grouping):
                expected = Counter((before[what].get(key, "none"), value) for key, value in now[what].items())
                table = self.read("movement", self.running(), grouping)
                keys = {group["key"]: group["key"] for group in table["groups"]}
                if grouping == "segment_id":
                    keys = {
                        key: self.env["customer.segment"].browse(int(key)).code if key.isdigit() else key
                        for key in keys
                    }
                found = {(keys[cell["before"]], keys[cell["after"]]): cell["customers"] for cell in table["cells"]}
                self.assertEqual(found, dict(expected))

    def test_rows_and_columns_add_up_to_the_customers_at_both_days(self):
        first = self.first_days()
        for period in (self.running(), self.closed()):
            for grouping in ("segment_id", "tier_id", "abc_class", "lifecycle_stage"):
                with self.subTest(period=period.text, grouping=grouping):
                    table = self.read("movement", period, grouping)
                    rows = sum(cell["customers"] for cell in table["cells"] if cell["before"] != "none")
                    columns = sum(cell["customers"] for cell in table["cells"] if cell["after"] != "none")
                    self.assertEqual(rows, (first <= previous(period).end).sum())
                    self.assertEqual(columns, (first <= up_to(period, self.today).end).sum())
                    self.assertEqual(rows, self.profiles.search_count(table["before_domain"]))
                    self.assertEqual(columns, self.profiles.search_count(table["after_domain"]))
                    self.check_sums(table)

    def check_sums(self, table):
        for side in ("before", "after"):
            for key, domain in table[f"{side}_domains"].items():
                count = sum(cell["customers"] for cell in table["cells"] if cell[side] == key)
                self.assertEqual(self.profiles.search_count(domain), count, (side, key))

    def test_revenue_moved_is_that_of_these_customers_on_both_days(self):
        days = {self.running(): (self.month_end, self.today), self.closed(): (self.earlier, self.month_end)}
        references = {day: self.reference(day) for day in (self.earlier, self.month_end, self.today)}
        codes = {str(segment.id): segment.code for segment in self.policy.scheme_id.segment_ids}
        for period, (first, last) in days.items():
            with self.subTest(period=period.text):
                then, now = references[first], references[last]
                expected = defaultdict(lambda: [0, 0])
                for key, segment in now["segments"].items():
                    cell = expected[then["segments"].get(key, "none"), segment]
                    cell[0] += then["monetary"].get(key, 0)
                    cell[1] += now["monetary"][key]
                table = self.read("movement", period, "segment_id", "revenue")
                found = {
                    (codes.get(cell["before"], "none"), codes[cell["after"]]): [
                        round(100 * cell["revenue_before"]),
                        round(100 * cell["revenue"]),
                    ]
                    for cell in table["cells"]
                }
                self.assertEqual(found, dict(expected))
                self.check_revenues(table, self.read("segments", period)["segments"])

    def check_revenues(self, table, segments):
        """Totals are those of the segments of the same day, and of the lists they open."""
        for row in segments:
            moved = sum(cell["revenue"] for cell in table["cells"] if cell["after"] == row["key"])
            self.assertAlmostEqual(moved, row["revenue"], 2)
        for side, opens, revenue in (("before", "before_opens", "revenue_before"), ("after", "opens", "revenue")):
            totals = table[f"{side}_domains"] | {None: table[f"{side}_domain"]}
            for key, domain in totals.items():
                cells = [cell for cell in table["cells"] if cell[side] == key or (key is None and cell[side] != "none")]
                count, total = self.opened(domain, table[opens], self.profiles)
                self.assertEqual(count, sum(cell["customers"] for cell in cells), (side, key))
                self.assertAlmostEqual(total, sum(cell[revenue] for cell in cells), 2, (side, key))

    def test_before_opens_who_was_counted_then_as_they_were_then(self):
        then = self.reference(self.month_end)
        answer = self.read("segments", self.running())
        for row in answer["segments"]:
            found = self.opened_list(row["previous_domain"], answer["previous_opens"], self.profiles)
            expected = {key for key, code in then["segments"].items() if code == self.code(row["id"])}
            self.assertEqual(set(found.partner_id.ids), expected)
            for profile in found[:20]:
                key = profile.partner_id.id
                self.assertEqual(profile.segment_then_id.id, row["id"])
                self.assertEqual(profile.abc_class_then, then["classes"][key])
                self.assertEqual(round(100 * profile.revenue_then), then["monetary"][key])
                bought = self.frame.loc[(self.frame["customer"] == key) & (self.frame["day"] <= self.month_end)]
                self.assertEqual(profile.last_order_date_then, bought["day"].max())
                self.assertEqual(round(100 * profile.lifetime_revenue_then), bought["cents"].sum())

    def code(self, segment_id):
        return self.env["customer.segment"].browse(segment_id).code

    def test_before_the_history_nothing_is_known(self):
        table = self.read("movement", previous(self.closed()), "segment_id")
        self.assertFalse(table["known"])
        self.assertFalse(table["cells"])
        self.assertTrue(table["since"])

    # ------------------------------------------------------------------ value

    def test_pareto(self):
        now = self.reference(self.today)
        counts, amounts = Counter(now["classes"].values()), Counter()
        for key, letter in now["classes"].items():
            amounts[letter] += now["monetary"][key]
        answer = self.read("pareto", self.running())
        self.assertEqual({row["abc_class"]: row["customers"] for row in answer["classes"]}, dict(counts))
        self.assertEqual({row["abc_class"]: round(100 * row["revenue"]) for row in answer["classes"]}, dict(amounts))
        money = pd.Series(now["monetary"]).sort_values(ascending=False)
        shares = money.cumsum() / money.sum()
        self.assertGreater(len(answer["points"]), 50)
        for point in answer["points"]:
            self.assertAlmostEqual(point["revenue_share"], shares.iloc[point["customers"] - 1])
            self.assertAlmostEqual(point["customer_share"], point["customers"] / len(money))

    def test_cohorts(self):
        months = pd.PeriodIndex(pd.to_datetime(self.frame["day"]), freq="M")
        frame = self.frame.assign(month=months)
        frame["first"] = frame.groupby("customer")["month"].transform("min")
        last = pd.Period(self.month_end, freq="M")
        table = frame[frame["month"] <= last].groupby(["first", "month"])["customer"].nunique()
        answer = self.read("cohorts", self.running())
        self.assertEqual(len(answer["rows"]), 12)
        for number, row in enumerate(answer["rows"]):
            first = last - 11 + number
            expected = [int(table.get((first, first + later), 0)) for later in range(12 - number)]
            self.assertEqual([cell["customers"] for cell in row["cells"]], expected)
            self.assertEqual(row["customers"], expected[0])

    def test_lifecycle(self):
        for period, day in ((self.running(), self.today), (self.closed(), self.month_end)):
            counts = {line["key"]: line["count"] for line in self.read("funnel", period)["lines"]}
            stages = Counter(self.stages[day])
            expected = {
                "identify": stages["prospect"],
                "acquire": stages["new"],
                "classify": sum(stages.values()) - stages["prospect"],
                "maintain": stages["active"] + stages["mature"],
                "win_back": sum(stages[name] for name in ("at_risk", "dormant", "lost", "returning")),
            }
            rose = self.env["customer.segmentation.transition"].search(
                [("direction", "=", "up"), ("date", ">=", period.start), ("date", "<=", period.end)]
            )
            self.assertEqual(counts, {**expected, "raise": len(rose.profile_id)})
            self.assertEqual(list(counts), ["identify", "acquire", "classify", "maintain", "raise", "win_back"])

    # ------------------------------------------------------------------ what is behind the numbers

    def test_every_number_opens_its_records(self):
        """Every figure the dashboard offers: count and sum of the list are those of the figure."""
        checked = Counter()
        for period in (self.running(), self.closed()):
            for block in BLOCKS:
                further = ("segment_id", "revenue") if block == "movement" else ()
                checked[block] += self.check_numbers(self.read(block, period, *further), self.profiles)
        for kind in KINDS:
            for period in (self.running(kind), self.closed(kind)):
                checked["tiles"] += self.check_numbers(list(self.tiles(period).values()), self.profiles)
        self.assertTrue(all(checked[block] >= 8 for block in ("tiles", *BLOCKS)), checked)

    def test_lists_show_the_column_of_the_tile(self):
        for period in (self.running(), self.closed()):
            for tile in self.tiles(period).values():
                for prefix in ("", "previous_"):
                    if f"{prefix}domain" in tile:
                        with self.subTest(tile=tile["key"], prefix=prefix, period=period.text):
                            self.opened_list(tile[f"{prefix}domain"], tile[f"{prefix}opens"], self.profiles)

    def test_excluded_after_the_run_are_counted_no_more(self):
        """What the run counted is corrected at once, to what the next run counts."""
        frame = self.frame.assign(month=pd.PeriodIndex(pd.to_datetime(self.frame["day"]), freq="M"))
        months = frame.groupby("customer")["month"].nunique().sort_values()
        gone = self.env["res.partner"].browse(int(key) for key in (*months.index[:2], *months.index[-2:]))
        counted = self.policy.last_run_id.figures
        self.env["customer.segmentation.exclusion"].create([{"partner_id": partner.id} for partner in gone])
        corrected = self.policy.last_run_id.figures
        self.assertNotEqual(corrected, counted)
        for period in (self.closed(), self.closed("quarter"), self.closed("year")):
            self.check_numbers(list(self.tiles(period).values()), self.profiles)
        self.check_numbers(self.read("cohorts", self.closed()), self.profiles)
        self.assertEqual(self.recompute().figures, corrected)

    def test_again_changes_nothing_and_counts_the_same(self):
        figures = self.policy.last_run_id.figures
        run = self.recompute()
        self.assertEqual((run.changed_count, run.figures), (0, figures))
