"""What the dashboard, its reports and its history share with the rest of the family."""

from collections import defaultdict
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo.addons.customer_segmentation.scoring.periods import period_at
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..addon.common import SegmentationCase
from ..addon.security_common import SecurityCase
from ..addon.security_samples import SamplesCase
from ..addon.test_cdnow import CdnowCase, Reference
from ..addon.test_direction import ChangedRulesCase, silent_pairs
from ..addon.test_exclusion import ExclusionCase
from ..addon.test_jobs import JobsCase
from ..addon.test_retention import RetentionCase
from ..addon.test_security_fields import FieldTests
from .dashboard_common import DashboardMixin

MANAGER = "sales_manager"


class TestDirection(ChangedRulesCase):
    def test_the_dashboard_shows_it_the_same_way(self):
        scheme = self.env.ref("customer_segmentation.scheme_11_segments")
        keys = {str(segment.id) for segment in scheme.segment_ids}
        groups = self.env["customer.segmentation.dashboard"]._groups(self.policy, "segment_id", keys)
        standing = {group["key"]: group["standing"] for group in groups}
        for before, after in silent_pairs(scheme):
            self.assertLess(standing[str(before.id)], standing[str(after.id)], f"{before.name} → {after.name}")

    def test_the_explanation_says_so(self):
        moved = self.edit_and_undo()
        if self.today.day > 1:
            [words] = moved[0].profile_id._changed_rules_in_words(self.today.replace(day=1) - self.day(0).resolution)
            self.assertIn("The rules were changed", words)

    def test_the_dashboard_counts_nobody(self):
        first = self.today.replace(day=1)
        self.changes.create(  # so that the history is known since before the period
            {
                "profile_id": self.scored[0].id,
                "run_id": self.policy.last_run_id.id,
                "date": self.day(60),
                "direction": "same",
            }
        )
        self.edit_and_undo()
        dashboard = self.env["customer.segmentation.dashboard"]
        for grouping in ("segment_id", "tier_id", "abc_class", "lifecycle_stage"):
            movement = dashboard.read_movement(self.company.id, str(first), str(self.today), grouping)
            with self.subTest(grouping=grouping):
                self.assertTrue(movement["known"] and movement["rules_changed"])
                self.assertEqual([c for c in movement["cells"] if c["before"] != c["after"]], [])
                for cell in movement["cells"]:
                    found = self.env["customer.segmentation.profile"].search_count(cell["domain"])
                    self.assertEqual(found, cell["customers"])
        funnel = dashboard.read_funnel(self.company.id, str(first), str(self.today))
        self.assertEqual([line["count"] for line in funnel["lines"] if line["key"] == "raise"], [0])

    def test_the_digest_counts_nobody(self):
        before = self.scored.filtered(lambda profile: profile.lifecycle_stage != "at_risk")[:5]
        self.assertTrue(before)
        self.changes.create(
            [
                {
                    "profile_id": profile.id,
                    "run_id": self.policy.last_run_id.id,
                    "date": self.today,
                    "from_lifecycle_stage": "active",
                    "to_lifecycle_stage": "at_risk",
                    "direction": direction,
                }
                for profile, direction in zip(before, ("rules", "rules", "rules", "down", "rules"), strict=True)
            ]
        )
        digest = self.env["digest.digest"].create({"name": "Digest", "company_id": self.company.id})
        now = datetime.now().replace(microsecond=0)
        digest = digest.with_context(start_datetime=now - timedelta(days=1), end_datetime=now)
        self.assertEqual(digest.kpi_customer_at_risk_value, 1)


class TestExclusion(ExclusionCase):
    def test_snapshots_stay(self):
        snapshots = self.env["customer.segmentation.snapshot"]
        snapshots._write_profiles(self.policy.last_run_id, self.today)
        before = snapshots.search([]).read(["customer_count", "revenue"])
        self.exclude(self.best)
        self.assertEqual(snapshots.search([]).read(["customer_count", "revenue"]), before)


class TestHistoryThatIsNotKept(DashboardMixin, RetentionCase):
    def test_single_changes_that_stay_are_no_history(self):
        """One is still waited for, the others of those days are deleted: nobody knows where customers stood."""
        waiting, other = self.scored(self.champions), self.scored(self.champions)
        self.change(waiting, self.today - relativedelta(months=20), processed=False)
        for months in (18, 16, 3):
            self.change(other, self.today - relativedelta(months=months))
        period, kept = (period_at("month", self.today - relativedelta(months=months)) for months in (15, 8))
        self.policy.retention_months = 0
        self.env.flush_all()
        self.assertTrue(self.read("movement", period)["known"])
        self.policy.retention_months = 12
        self.assertEqual(self.clean(), 2)
        self.assertFalse(self.read("movement", period)["known"])
        self.assertFalse(self.read("segments", period)["known"])
        self.assertTrue(self.read("movement", kept)["known"])


class TestDays(SegmentationCase):
    def test_days_of_the_dashboard_are_refused_in_words(self):
        dashboard = self.env["customer.segmentation.dashboard"]
        for day in ("2026-13-01", "9999-12-31", "1900-01-01", "soon"):
            with self.subTest(day):
                with self.assertRaisesRegex(UserError, "day|meant"):
                    dashboard.open_dashboard(self.company.id, "month", day)
                with self.assertRaisesRegex(UserError, "day|meant"):
                    dashboard._select(self.company.id, day, str(self.today))


class TestStaging(SegmentationCase):
    def test_a_replay_finds_its_columns(self):
        self.order(self.customer("A"), 100, days_ago=100)
        self.recompute()
        self.env.cr.execute("ALTER TABLE customer_segmentation_staging DROP COLUMN rfm_code")
        run = self.policy._queue_replay().sudo()
        while run.state in ("pending", "running"):
            run._step()
        self.assertEqual((run.state, run.message), ("done", False))

    def test_rows_staged_without_a_column_are_staged_again(self):
        self.order(self.customer("A"), 100)
        run = self.policy._queue_run()
        run._step()
        staging = self.env["customer.segmentation.staging"]
        self.assertTrue(staging._has_rows(run.id))
        self.env.cr.execute("ALTER TABLE customer_segmentation_staging DROP COLUMN rfm_code")
        staging._fit_staging()
        run._execute()
        self.assertEqual(run.state, "done")
        self.assertTrue(self.profile(self.env["res.partner"].search([("name", "=", "A")])).rfm_code)


class TestCdnow(CdnowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recompute()

    def test_replayed_month_ends(self):
        """How many customers with how much revenue were in each segment and class at the ends of past months."""
        self.policy.write({"replay_months": 4, "retention_months": 0})
        self.policy._queue_replay()._execute()
        groups = self.env["customer.segmentation.snapshot"].search([("company_id", "=", self.company.id)])
        by_day = groups.grouped("date")
        self.assertEqual(len(by_day), 4)
        for day, kept in by_day.items():
            purchases = defaultdict(list)
            for customer, bought, cents in self.rows:
                if cents and bought <= day:
                    purchases[customer].append((bought, cents))
            reference = Reference(purchases, day)
            classes, expected = reference.classes(), defaultdict(lambda: [0, 0])
            for key, scores in reference.scores():
                expected[reference.segment(key, scores), classes[key]][0] += 1
                expected[reference.segment(key, scores), classes[key]][1] += reference.monetary[key]
            found = defaultdict(lambda: [0, 0])
            for group in kept:
                found[group.segment_id.code, group.abc_class][0] += group.customer_count
                found[group.segment_id.code, group.abc_class][1] += round(group.revenue * 100)
            self.assertEqual(found, expected)


class TestJobs(JobsCase):
    """Reports go to who is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        gone = cls.worker("gone", cls.company)
        for user in (cls.manager, cls.branch_manager, gone):
            cls.env["customer.report.recipient"].create({"user_id": user.id, "company_id": cls.company.id})
        cls.env["customer.report.recipient"].search([]).sent_until = cls.day(100)
        cls.take_away()
        gone.action_archive()

    def test_reports_go_to_who_is_there_in_their_language(self):
        self.run_all()
        recipients = self.env["customer.report.recipient"].search([])
        self.assertEqual(set(recipients.mapped("sent_until")), {self.day(100), self.day(self.today.day)})
        mails = self.env["mail.mail"].sudo().search([("subject", "!=", False)])
        by_address = {mail.email_to: mail.subject for mail in mails if mail.email_to}
        self.assertNotIn("gone@example.com", str(by_address))
        speaking = {address: subject for address, subject in by_address.items() if "_manager@" in address}
        self.assertEqual(len(speaking), 2, by_address)
        for address, subject in speaking.items():
            self.assertEqual("Customers of" in subject, "branch_manager" in address, subject)


@tagged("post_install", "-at_install")
class TestBadInput(SamplesCase):
    """What nobody can mean is refused in words."""

    def test_months_to_replay(self):
        policy = self.model("customer.segmentation.policy", MANAGER).browse(self.policy[self.company["north"]].id)
        with self.assertRaises(ValidationError):
            policy.replay_months = 10**12

    def test_days_somebody_stood_at(self):
        past = self.model("customer.segmentation.profile", MANAGER)
        domain = [("stood_at", "=", f"{self.policy[self.company['north']]._today()}:customer")]
        found = past.search(domain)
        for narrowed in (5, [], found[:1].ids, "x"):
            self.assertEqual(past.with_context(only_profile_ids=narrowed).search(domain), found)

    def test_public_methods_refuse_in_words(self):
        board = self.model("customer.segmentation.dashboard", MANAGER)
        company, days = self.company["north"].id, ("2026-01-01", "2026-01-31")
        calls = [
            (board.open_dashboard, None, []),
            (board.open_dashboard, "x"),
            (board.read_movement, company, *days, []),
            (board.read_pareto, 1.5, *days),
            (board.read_pareto, True, *days),
            (board.figure_action, "Customers", [], "abc"),
            (board.figure_action, "Customers", [], {"column": []}),
        ]
        for call, *arguments in calls:
            with self.subTest(call=call.__name__, arguments=arguments):
                self.assertRefused(call, *arguments, errors=UserError)

    def test_a_period_to_come_shows_no_figures(self):
        company = self.company["north"].id
        with self.assertRaisesRegex(UserError, "still to come"):
            self.model("customer.segmentation.dashboard", MANAGER).read_tiles(
                company, "2190-01-01", "2190-01-31", "states"
            )

    def test_a_default_is_a_reference_however_it_is_told(self):
        forged = {"default_company_id": {"id": self.company["south"].id}}
        form = self.model("customer.report", MANAGER).with_context(**forged)
        asked = {"company_id": {"fields": {"display_name": {}}}}
        self.assertRefused(form.onchange, {}, [], asked, errors=(UserError, ValidationError))


@tagged("post_install", "-at_install")
class TestMonthEndsOfCompanies(SamplesCase):
    def test_month_ends_are_read_in_their_company(self):
        snapshots = self.env["customer.segmentation.snapshot"]
        policy = self.policy[self.company["north"]]
        snapshots._write_profiles(policy.last_run_id, "2020-01-31")
        kept = snapshots.search([("company_id", "=", policy.company_id.id), ("date", "=", "2020-01-31")])
        self.assertTrue(kept)
        for role in ("sales_manager", "scores_manager", "seller"):
            self.assertGranted(self.model(kept._name, role).browse(kept.ids).read, ["revenue"])
        theirs = self.model(kept._name, "south_manager")
        self.assertFalse(theirs.search([("id", "in", kept.ids)]))
        self.assertRefused(theirs.browse(kept.ids).read, ["revenue"])


@tagged("post_install", "-at_install")
class TestFieldsOfContacts(FieldTests, SecurityCase):
    addon = "customer_segmentation_dashboard"
    of_contacts = ({}, {}, {}, {"customer_segment_answers": ("!=", False)})
