"""Which days can be scored, and when the nightly run comes."""

from odoo.exceptions import UserError, ValidationError

from .common import SegmentationCase


class TestDays(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_of_ours = cls.customer()
        cls.order(cls.customer_of_ours, 100, days_ago=3)

    def runs_of_today(self):
        return self.env["customer.segmentation.run"].search(
            [("policy_id", "=", self.policy.id), ("kind", "=", "live"), ("as_of", "=", self.today)]
        )

    def test_a_day_that_cannot_be_is_refused_in_words(self):
        self.recompute()
        tomorrow = str(self.day(-1))
        for day in (tomorrow, "2200-01-01", "9999-12-31", "1900-01-01", "2026-13-01", "soon", 20260101, [1], True):
            with self.subTest(day), self.assertRaisesRegex(UserError, "day|scored|meant"):
                self.policy.recompute(day)
        self.assertEqual(self.profile(self.customer_of_ours).changed_run_id.as_of, self.today)

    def test_a_run_of_a_future_day_is_refused_whoever_makes_it(self):
        run = self.recompute()
        with self.assertRaises(UserError):
            run.create({"policy_id": self.policy.id, "as_of": self.day(-1)})
        with self.assertRaises(UserError):
            run.as_of = self.day(-30)

    def test_recompute_is_a_recompute_even_after_a_run_dated_ahead(self):
        """As one is when the time zone of the company changes to one further west."""
        run = self.recompute()
        self.env.cr.execute("UPDATE customer_segmentation_run SET as_of = %s WHERE id = %s", [self.day(-1), run.id])
        run.invalidate_recordset()
        self.assertEqual(self.recompute().kind, "live")
        self.assertEqual(self.policy.recompute(str(self.today)).kind, "live")

    def test_the_nightly_run_comes_whatever_was_run_by_hand(self):
        runs = self.env["customer.segmentation.run"]
        self.recompute()
        self.recompute()
        before = self.runs_of_today()
        runs._queue_due_runs()
        nightly = self.runs_of_today() - before
        self.assertEqual((len(nightly), nightly.state, nightly.nightly), (1, "pending", True))
        nightly._execute()
        runs._queue_due_runs()
        self.assertEqual(self.runs_of_today(), before | nightly, "once a day")

    def test_a_run_dated_ahead_does_not_keep_the_nightly_run_away(self):
        run = self.recompute()
        self.env.cr.execute("UPDATE customer_segmentation_run SET as_of = '2200-01-01' WHERE id = %s", [run.id])
        run.invalidate_recordset()
        self.env["customer.segmentation.run"]._queue_due_runs()
        self.assertTrue(self.runs_of_today().filtered("nightly"))

    def test_time_zones_that_do_not_exist_are_refused(self):
        for zone in ("Mars/Phobos", "UTC; DROP TABLE", ""):
            with self.subTest(zone), self.assertRaises(ValidationError):
                self.policy.tz = zone
        self.policy.tz = "Asia/Shanghai"

    def test_a_cut_over_day_that_cannot_be_meant_is_refused(self):
        for day in ("1206-05-01", "1900-01-01", "2206-05-01", "9999-12-31"):
            with self.subTest(day), self.assertRaises(ValidationError):
                self.policy.import_cutover_date = day
        self.policy.import_cutover_date = self.day(-10)
