"""Recency by own rhythm in the addon: default of new companies, closed days, refresh, and no contradiction anywhere."""

from datetime import datetime, time, timedelta
from random import Random

from odoo.addons.customer_segmentation.scoring.calendar import day_of
from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import SegmentationCase

SLIPPING = {"at_risk", "cant_lose_them", "hibernating"}
SHOWN = ("recency_score", "frequency_score", "monetary_score", "segment_id", "lifecycle_stage", "abc_class")
KEPT = (*SHOWN, "typical_gap_days", "expected_next_order_date", "purchase_day_count")


class OwnRhythmCase(SegmentationCase):
    by_own_rhythm = True

    @classmethod
    def shop(cls, customers=24, days=600, seed=3):
        """Customers of many rhythms, some of whom stopped: partner and the days ago of each order."""
        random, bought = Random(seed), {}
        for number in range(customers):
            partner, gap = cls.customer(f"Shop {number}"), random.choice([3, 8, 15, 30, 45, 90, 200])
            stop, day = random.choice([0, 0, 0, 20, 45, 100, 260]), days - random.randint(0, 90)
            while day > stop:
                bought.setdefault(partner, []).append(day)
                day -= max(1, round(gap * random.uniform(0.8, 1.2)))
        return bought

    @classmethod
    def sell(cls, bought):
        for number, (partner, days) in enumerate(bought.items()):
            for days_ago in sorted(set(days)):
                cls.order(partner, 50 + 10 * number, days_ago)

    def shown(self, names=SHOWN):
        self.env.invalidate_all()
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        return {profile.partner_id: [profile[name] for name in names] for profile in profiles}

    @classmethod
    def time_off(cls, first, last):
        """Time off of the whole company, from a day ago to another."""
        begin, end = cls.day(first), cls.day(last)
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": cls.company.resource_calendar_id.id,
                "date_from": datetime.combine(begin, time(0)),
                "date_to": datetime.combine(end, time(23, 59)),
            }
        )


class TestOwnRhythm(OwnRhythmCase):
    def test_new_companies_judge_recency_by_own_rhythm(self):
        policy = self.policy_of(self.other_company())
        self.assertEqual(policy.recency_banding, "own_rhythm")
        self.assertEqual((policy.frequency_banding, policy.monetary_banding), ("quantile", "quantile"))
        self.assertEqual(policy.scheme_id, self.env.ref("customer_segmentation.scheme_own_rhythm"))
        self.assertFalse(policy.recency_cut_offs)

    def test_a_segment_never_contradicts_the_stage(self):
        self.sell(self.shop())
        self.recompute()
        seen = set()
        for partner, (recency, _f, _m, segment, stage, _class) in self.shown().items():
            with self.subTest(partner.name):
                self.assertEqual(segment.code == "lost", stage == "lost")
                self.assertEqual(segment.code in SLIPPING, stage in ("at_risk", "dormant"))
                if stage != "lost":
                    self.assertEqual(recency < 3, stage in ("at_risk", "dormant"))
            seen.add(stage)
        self.assertLess({"lost", "at_risk", "mature"}, seen)

    def test_a_refresh_is_a_run(self):
        self.sell(self.shop())
        self.recompute()
        before = self.shown(KEPT)
        ids = [partner.id for partner in before]
        self.env["customer.segmentation.profile"]._refresh(self.policy, ids)
        self.assertEqual(self.shown(KEPT), before)
        self.recompute()
        self.assertEqual(self.shown(KEPT), before)

    def test_three_weeks_off_change_nothing(self):
        self.sell(self.shop(12))
        self.recompute()
        before = self.shown()
        self.assertEqual(len(before), 12)
        self.time_off(-1, -21)
        self.recompute(as_of=self.day(-21))
        self.assertEqual(self.shown(), before)
        self.assertIn("Closed days", self.policy.own_rhythm)

    def test_the_next_order_is_expected_after_the_time_off(self):
        partner = self.customer()
        for days_ago in range(30, 330, 30):
            self.order(partner, 100, days_ago)
        self.recompute()
        expected = self.profile(partner).expected_next_order_date
        self.time_off(20, 11)
        self.recompute()
        profile = self.profile(partner)
        self.assertEqual(profile.expected_next_order_date, expected + timedelta(days=10))
        self.assertAlmostEqual(profile.overdue_ratio, 20 / profile.typical_gap_days, 1)

    def test_who_is_late_by_a_playbook_is_late_in_open_days(self):
        from odoo.addons.customer_segmentation.scoring.closed_days import closed_days
        from odoo.addons.customer_segmentation.tools.sql import SQL, open_days_later

        runs = [[100, 120], [130, 130], [200, 260]]
        for day in range(90, 270, 7):
            for days in (1, 5, 10, 50, 90):
                date = SQL("DATE '1970-01-01' + %s", day)
                reached = self.env.execute_query(
                    SQL("SELECT %s - DATE '1970-01-01'", open_days_later(date, SQL("%s", days), runs))
                )[0][0]
                self.assertEqual(reached, closed_days(runs).later(day, days), (day, days))

    def test_a_day_off_is_one_day_by_the_clock_of_its_calendar(self):
        rhythm, day = self.env["customer.segmentation.rhythm"], self.day(10)
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        leave = self.time_off(10, 10)
        leave.date_from = datetime.combine(day, time(0)) - timedelta(hours=8)
        leave.date_to = datetime.combine(day, time(23, 59)) - timedelta(hours=8)
        for zone in ("UTC", "America/New_York", "Asia/Shanghai"):
            self.policy.tz = zone
            for calendar in (self.company.resource_calendar_id, self.env["resource.calendar"]):
                leave.calendar_id = calendar
                self.assertEqual(rhythm._time_off(self.policy), [(day_of(day), day_of(day))])

    def test_time_off_of_one_person_or_a_morning_closes_nothing(self):
        rhythm = self.env["customer.segmentation.rhythm"]
        leave = self.time_off(20, 10)
        self.assertEqual(len(rhythm._time_off(self.policy)), 1)
        leave.date_to = leave.date_from + timedelta(hours=4)
        self.assertEqual(rhythm._time_off(self.policy), [])
        other = self.time_off(20, 10)
        other.calendar_id = self.other_company().resource_calendar_id
        self.assertEqual(rhythm._time_off(self.policy), [])

    def test_money_of_a_slow_buyer_is_remembered_until_the_customer_is_gone(self):
        self.sell(self.shop(10))
        partner = self.customer("Every 400 days")
        for days_ago in (380, 780, 1180, 1580, 1980):
            self.order(partner, 90000, days_ago)
        self.recompute()
        profile = self.profile(partner)
        self.assertEqual((profile.order_count, profile.monetary_score, profile.recency_score), (0, 5, 4))
        self.assertFalse(self.policy.score_silent_customers)
        self.recompute(as_of=self.day(-400))
        self.assertEqual((profile.lifecycle_stage, profile.segment_id.code), ("lost", "lost"))
        self.assertEqual(profile.monetary_score, 1)

    def test_typed_limits_are_multiples_of_the_gap(self):
        partner = self.customer()
        for days_ago in range(60, 660, 60):
            self.order(partner, 100, days_ago)
        self.recompute()
        self.assertEqual(self.profile(partner).recency_score, 5)
        self.policy.recency_cut_offs = "0.5; 0.7; 2; 4"
        self.recompute()
        self.assertEqual(self.profile(partner).recency_score, 3)
        with self.assertRaisesRegex(ValidationError, "Type 4 numbers"):
            self.policy.recency_cut_offs = "1; 2"
        with self.assertRaisesRegex(ValidationError, "these limits cannot be used"):
            self.policy.recency_cut_offs = "0; 1; 2; 4"

    def test_the_page_says_by_which_days(self):
        partner = self.customer()
        for days_ago in range(40, 640, 40):
            self.order(partner, 100, days_ago)
        self.recompute()
        recency = self.profile(partner).score_details[0]
        gap = self.profile(partner).typical_gap_days
        self.assertIn("× the usual gap of", recency["reason"])
        self.assertIn(f"{int(gap)} days", recency["band"])
        self.assertIn("own rhythm", recency["limits"])
        self.assertNotIn("of your customers", self.profile(partner).explanation.split(";")[0], "it is not compared")

    def test_the_policy_says_what_own_rhythm_means(self):
        self.sell(self.shop(8))
        self.recompute()
        words = self.policy.own_rhythm
        self.assertIn("5 up to 1 ×, 4 up to 1.50 ×, 3 up to 2 ×, 2 up to 4 ×, 1 above", words)
        self.assertIn("Quantiles would give: R5", words)
        self.assertNotIn("one day only", words)
        self.policy.recency_banding = "quantile"
        self.assertFalse(self.policy.own_rhythm)

    def test_where_few_repeat_quantiles_are_proposed(self):
        for days_ago in range(1, 9):
            self.order(self.customer(), 100, days_ago)
        self.recompute()
        self.assertIn("Quantiles may tell you more", self.policy.own_rhythm)

    def test_own_rhythm_comes_and_goes_with_its_scheme(self):
        with Form(self.policy) as form:
            form.scheme_id = self.env.ref("customer_segmentation.scheme_11_segments")
            self.assertEqual(form.recency_banding, "quantile")
            form.scheme_id = self.env.ref("customer_segmentation.scheme_own_rhythm")
            self.assertEqual(form.recency_banding, "own_rhythm")
            form.scheme_id = self.env.ref("customer_segmentation.scheme_8_classes")
            self.assertEqual((form.recency_banding, form.bands), ("mean", 2))

    def test_two_bands_by_own_rhythm_tell_who_is_slipping(self):
        scheme = self.env.ref("customer_segmentation.scheme_8_classes")
        self.policy.write({"scheme_id": scheme.id, **scheme._banding(5), "recency_banding": "own_rhythm"})
        self.sell(self.shop())
        self.recompute()
        for recency, _f, _m, _segment, stage, _class in self.shown().values():
            self.assertTrue(stage == "lost" or (recency == 1) == (stage in ("at_risk", "dormant")))
