"""The monthly and quarterly report: its numbers, its words, printed, exported, and e-mailed once a period."""

import io
import json
from contextlib import suppress
from datetime import date
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pandas  # noqa: F401  loaded while the clock is frozen, it crashes
from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2.errors import UniqueViolation

from odoo.addons.customer_segmentation.scoring import periods
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..addon.common import SegmentationCase

TODAY = date(2026, 8, 20)
JULY = periods.Period(date(2026, 7, 1), date(2026, 7, 31))


class ReportCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        frozen = freeze_time(f"{TODAY} 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "report_manager", groups="sales_team.group_sale_manager", email="boss@example.com", name="Maria"
        )
        cls.seller = new_test_user(
            cls.env, "report_seller", groups="sales_team.group_sale_salesman", email="sue@example.com", name="Sue"
        )
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.old, cls.silent, cls.fresh, cls.late = (
            cls.customer(name, user_id=cls.seller.id) for name in ("Old", "Silent", "Fresh", "Late")
        )
        cls.purchases = [
            (cls.old, 500, "2026-05-10"),
            (cls.old, 400, "2026-06-10"),
            (cls.old, 300, "2026-07-10"),
            (cls.silent, 900, "2025-09-01"),
            (cls.silent, 100, "2026-06-20"),
            (cls.fresh, 250, "2026-07-15"),
            (cls.fresh, 50, "2026-07-20"),
            (cls.late, 700, "2026-08-02"),
        ]
        for partner, amount, day in cls.purchases:
            cls.order(partner, amount, (cls.today - date.fromisoformat(day)).days)
        cls.recompute()
        cls._write_history()

    @classmethod
    def _write_history(cls):
        """What runs of the past would have left: the old ones in May, the others when they came, and who was lost."""
        cls.env["customer.segmentation.transition"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.best, cls.worst = cls.policy.scheme_id.segment_ids.sorted("sequence")[
            0 :: len(cls.policy.scheme_id.segment_ids) - 1
        ][:2]
        gold, silver = cls.policy.tier_ids.sorted()[:2]
        cls.gold, cls.silver = gold, silver
        for partner, day, before, after in (
            (cls.old, "2026-05-11", {}, {"segment": cls.best, "tier": silver, "stage": "active"}),
            (cls.silent, "2026-05-11", {}, {"segment": cls.best, "tier": gold, "stage": "active"}),
            (
                cls.old,
                "2026-07-11",
                {"segment": cls.best, "tier": silver, "stage": "active"},
                {"segment": cls.best, "tier": gold, "stage": "mature"},
            ),
            (
                cls.silent,
                "2026-07-25",
                {"segment": cls.best, "tier": gold, "stage": "active"},
                {"segment": cls.worst, "tier": silver, "stage": "lost"},
            ),
            (cls.fresh, "2026-07-16", {}, {"segment": cls.best, "tier": silver, "stage": "new"}),
            (cls.late, "2026-08-03", {}, {"segment": cls.best, "tier": silver, "stage": "new"}),
            # Where they stood in July is what a later change came from.
            (
                cls.old,
                "2026-08-19",
                {"segment": cls.best, "tier": gold, "stage": "mature"},
                {"segment": cls.best, "tier": gold, "stage": "active"},
            ),
            (
                cls.silent,
                "2026-08-19",
                {"segment": cls.worst, "tier": silver, "stage": "lost"},
                {"segment": cls.worst, "tier": gold, "stage": "lost"},
            ),
            (
                cls.fresh,
                "2026-08-19",
                {"segment": cls.best, "tier": silver, "stage": "new"},
                {"segment": cls.best, "tier": gold, "stage": "active"},
            ),
        ):
            cls._keep_change(partner, day, before, after)

    @classmethod
    def _keep_change(cls, partner, day, before, after):
        cls.env["customer.segmentation.transition"].create(
            {
                "profile_id": cls.profile(partner).id,
                "run_id": cls.policy.last_run_id.id,
                "date": day,
                "revenue": 100,
                **{f"from_{key}_id": before[key].id for key in ("segment", "tier") if key in before},
                **{f"to_{key}_id": after[key].id for key in ("segment", "tier")},
                "from_lifecycle_stage": before.get("stage"),
                "to_lifecycle_stage": after["stage"],
                "from_abc_class": "A" if before else False,
                "to_abc_class": "A",
            }
        )

    def wizard(self, period="month:2026-07-01", user=None, **values):
        return self.env["customer.report"].with_user(user or self.manager).create({"period": period, **values})

    def statement(self, **values):
        self.env.invalidate_all()
        return self.wizard(**values)._statement()

    def page(self, made, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.manager)
        return reports._render_qweb_html(made.report, made.ids)[0].decode()

    def book(self, wizard):
        wizard.action_export()
        return load_workbook(io.BytesIO(wizard._made()._excel().raw))

    def tile(self, statement, key):
        return next(tile for tile in statement["tiles"] if tile["key"] == key)


class TestNumbers(ReportCase):
    def test_figures_are_those_of_the_dashboard(self):
        figures = self.env["customer.segmentation.dashboard"].with_user(self.manager)._figures(self.company, *JULY)
        found = {tile["key"]: tile["value"] for tile in self.statement()["tiles"]}
        self.assertEqual(found, {tile["key"]: tile["value"] for tile in figures["tiles"]})
        self.assertEqual((found["active"], found["new"], found["lost"]), (2, 1, 1))
        self.assertEqual(found["retention"], 0.5, "Old and Silent bought in June, Old again in July")

    def test_gained_are_those_who_bought_first_in_the_period(self):
        self.assertEqual([row["name"] for row in self.statement()["gained"]], ["Fresh"])
        self.assertEqual(self.statement()["gained"][0]["lifetime_revenue"], 300)
        self.assertEqual([row["name"] for row in self.statement(period="month:2026-08-01")["gained"]], ["Late"])
        quarter = self.statement(period="quarter:2026-07-01")
        self.assertEqual([row["name"] for row in quarter["gained"]], ["Late", "Fresh"], "most revenue first")

    def test_lost_are_those_who_were_not_lost_before(self):
        self.assertEqual([row["name"] for row in self.statement()["lost"]], ["Silent"])
        self.assertEqual(self.statement(period="month:2026-08-01")["lost"], [], "it was lost in July")

    def test_who_was_lost_before_is_not_lost_again_in_a_period_that_is_over(self):
        changes = self.profile(self.old).transition_ids.sorted("date")
        changes[0].to_lifecycle_stage = changes[1].from_lifecycle_stage = "lost"
        changes[1].to_lifecycle_stage = changes[2].from_lifecycle_stage = "lost"
        self.assertEqual(self.tile(self.statement(), "lost")["value"], 2)
        self.assertEqual([row["name"] for row in self.statement()["lost"]], ["Silent"])

    def test_nobody_is_called_lost_where_history_is_not_known(self):
        self.assertEqual(self.statement(period="month:2026-05-01")["lost"], [])

    def test_at_risk_are_named_with_what_they_had_brought_by_then(self):
        changes = self.profile(self.old).transition_ids.sorted("date")
        changes[-2].to_lifecycle_stage = changes[-1].from_lifecycle_stage = "at_risk"
        (row,) = self.statement()["at_risk"]
        self.assertEqual((row["name"], row["salesperson"]), ("Old", "Sue"))
        self.assertIsNone(row["at_stake"], "nobody knows what was at stake then")
        self.assertEqual(self.tile(self.statement(), "at_risk")["value"], 1)

    def test_nobody_is_named_by_figures_after_the_period(self):
        changes = self.profile(self.old).transition_ids.sorted("date")
        changes[-2].to_lifecycle_stage = changes[-1].from_lifecycle_stage = "at_risk"
        before = {kind: self.statement()[kind] for kind in ("at_risk", "gained", "lost")}
        self.assertTrue(all(before.values()))
        for partner in (self.old, self.fresh, self.silent):
            self.order(partner, 7777, (TODAY - date(2026, 8, 10)).days)
        with self.env.cr.savepoint():
            written = self.profile(self.old).transition_ids | self.profile(self.silent).transition_ids
            self.recompute()
            self.assertTrue(written.exists())
            self.assertIn(date(2026, 8, 10), self.profile(self.silent).mapped("last_order_date"))
            self.assertEqual({kind: self.statement()[kind] for kind in before}, before)
        for kind, rows in before.items():
            for row in rows:
                self.assertLessEqual(row["last"], JULY.end, kind)

    def test_at_risk_while_the_period_runs_are_named_with_what_is_at_stake(self):
        changes = self.env["customer.segmentation.transition"]
        for customer in self.old | self.silent:
            self.profile(customer).lifecycle_stage = "at_risk"
            changes.search([("profile_id.partner_id", "=", customer.id)], limit=1).to_lifecycle_stage = "at_risk"
        known, gone = self.profile(self.silent), self.profile(self.old)
        known.write({"churn_risk": 0.5, "yearly_value": 10})
        gone.gone_date = self.today
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.statement(period="month:2026-08-01")["at_risk"]
        self.assertEqual([(row["name"], row["at_stake"]) for row in rows], [("Silent", 5), ("Old", None)])
        self.assertEqual(rows[1]["at_stake_in_words"], "–")

    def test_tiers_at_both_ends_and_who_came_and_left(self):
        rows = {row["name"]: row for row in self.statement()["tiers"]}
        gold, silver = rows[self.gold.name], rows[self.silver.name]
        self.assertEqual((gold["before"], gold["after"], gold["came"], gold["left"]), (1, 1, 1, 1))
        self.assertEqual((silver["before"], silver["after"], silver["came"], silver["left"]), (1, 2, 2, 1))
        for row in rows.values():
            self.assertEqual(row["after"] - row["before"], row["came"] - row["left"], row["name"])

    def test_a_company_without_ladder_has_no_tiers(self):
        self.policy.tier_ids.unlink()
        self.assertEqual(self.statement()["tiers"], [])

    def test_movements_are_the_cells_off_the_diagonal(self):
        moves = {(row["before"], row["after"]): row["customers"] for row in self.statement()["moves"]}
        self.assertEqual(moves[self.best.name, self.worst.name], 1)
        self.assertEqual(sum(moves.values()), 2, "Silent fell, Fresh came; Old stayed")

    def test_each_company_its_own(self):
        other = self.other_company()
        self.order(self.fresh, 5, 30, company=other)
        self.recompute(self.policy_of(other))
        self.manager.company_ids += other
        statement = self.statement(company_id=other.id)
        self.assertEqual(statement["company"], other)
        self.assertEqual([row["lifetime_revenue"] for row in statement["gained"]], [5])


class TestWords(ReportCase):
    def test_summary_and_comparison(self):
        statement = self.statement()
        self.assertEqual(statement["title"], "July 2026 (07/01/2026 to 07/31/2026)")
        self.assertEqual(
            statement["summary"],
            [
                "Customers bought for $\xa0600.00, 20.0% more than in the period before ($\xa0500.00); 2 of 3 bought, "
                "1 of them for the first time.",
                "The main reason: new customers (1) brought $\xa0300.00; beside it: customers who had bought in the "
                "period before (1) stayed away, $\xa0100.00 less; who bought in both periods (1) brought $\xa0100.00 "
                "less.",
                "To do: nobody is slipping, so see that new customers order a second time.",
            ],
        )
        self.assertEqual(self.tile(statement, "customers")["change_in_words"], "▲ 50.0%, better")
        self.assertEqual(self.tile(statement, "active")["change_in_words"], "unchanged")
        self.assertEqual(self.tile(statement, "at_stake")["in_words"], "–", "of July nothing was kept")

    def test_shares_change_by_points(self):
        words = self.env["report.customer_segmentation_dashboard.customer_report"]._change_in_words
        tile = {"change": -0.031, "unit": "share", "better": "up"}
        self.assertEqual(words(tile), "▼ 3.1 points, worse")
        self.assertEqual(words({**tile, "better": "down", "unit": "count"}), "▼ 3.1%, better")
        self.assertEqual(words({**tile, "change": None}), "–")

    def test_a_running_period_says_so(self):
        statement = self.statement(period="month:2026-08-01")
        self.assertEqual(statement["end"], TODAY)
        self.assertIn("The period is not over: these are the figures until today.", statement["summary"])

    def test_reliability_is_said(self):
        self.assertEqual(self.statement()["quality"], self.policy._prediction_quality())

    def test_the_page_holds_every_section(self):
        html = self.page(self.wizard()._made())
        for words in (
            "July 2026",
            "Retention",
            "Segments",
            "Movements",
            "Tiers",
            "Slipping: Largest Customers",
            "Fresh",
            "Silent",
            "Reliability of predictions:",
        ):
            self.assertIn(words, html)


class TestSentences(ReportCase):
    """What stands in front is written from the figures, and adds up."""

    def sentences(self, **values):
        return self.statement(**values)["summary"]

    def test_the_parts_are_the_change(self):
        for period in ("month:2026-07-01", "month:2026-06-01", "quarter:2026-04-01", "month:2026-08-01"):
            statement = self.statement(period=period)
            now, before = (
                sum(amount for _partner, amount, day in self.purchases if start <= day <= end)
                for start, end in (
                    (str(statement["start"]), str(statement["end"])),
                    (str(statement["before_start"]), str(statement["before_end"])),
                )
            )
            if period == "month:2026-08-01":  # compared with the same days
                before = 0
                before += sum(amount for _partner, amount, day in self.purchases if "2026-07-01" <= day <= "2026-07-20")
            report = self.env["report.customer_segmentation_dashboard.customer_report"]
            self.assertEqual(report._revenues(statement), (now, before), period)

    def test_a_running_month_is_held_against_the_same_days(self):
        self.assertRegex(
            self.sentences(period="month:2026-08-01")[0], "more than in the same days of the period before"
        )

    def test_less_and_nothing(self):
        self.order(self.old, 2000, (TODAY - date(2026, 6, 11)).days)
        first, second, _third = self.sentences()
        self.assertIn("76.0% less than in the period before ($\xa02,500.00)", first)
        self.assertIn("The main reason: who bought in both periods (1) brought $\xa02,100.00 less", second)
        quiet = self.sentences(period="quarter:2025-04-01")
        self.assertIn("after $\xa00.00 in the period before", quiet[0])
        self.assertEqual(quiet[1], "Nobody bought in either period.")

    def test_salespeople_are_told_whom_to_call_and_no_customer_is_named(self):
        changes = self.profile(self.old).transition_ids.sorted("date")
        changes[-2].to_lifecycle_stage = changes[-1].from_lifecycle_stage = "at_risk"
        sentences = self.sentences()
        self.assertEqual(
            sentences[2], "To do: call who is slipping, the largest customers first: Sue 1 customers ($\xa01,200.00)."
        )
        for name in ("Old", "Silent", "Fresh"):
            self.assertNotIn(name, " ".join(sentences))

    def test_twelve_months_end_with_the_period(self):
        months = self.statement()["months"]
        self.assertEqual([months[0]["label"], months[-1]["label"]], ["August 2025", "July 2026"])
        expected = {"September 2025": 900, "May 2026": 500, "June 2026": 500, "July 2026": 600}
        self.assertEqual({month["label"]: month["revenue"] for month in months if month["revenue"]}, expected)
        self.assertEqual([month["active"] for month in months[-3:]], [1, 2, 2])
        self.assertEqual(self.statement()["chart"][:26], "data:image/svg+xml;base64,")


class TestFrozen(ReportCase):
    """A report says a month later what it said when it was made, to whom it was for, and no erased name."""

    def make(self, **values):
        return self.wizard(**values)._made()

    def a_month_later(self):
        """Names, labels, rules and figures of July as they are known in September."""
        self.fresh.name, self.silent.name = "Renamed", "Called Otherwise"
        self.best.name = "Other Label"
        self.gold.name = "Platinum"
        self.policy.window_months = 6
        self.order(self.fresh, 5000, (TODAY - date(2026, 7, 21)).days)
        self.company.name = "Other Company"
        self.recompute()
        self.env.invalidate_all()

    def test_the_same_a_month_later(self):
        made = self.make()
        page, excel = self.page(made), made._excel().raw
        wizard = self.wizard()
        with freeze_time("2026-09-20 12:00:00"):
            self.a_month_later()
            self.assertEqual(self.page(made), page)
            self.assertEqual(made._excel().raw, excel)
            again = self.wizard()
            self.assertEqual(again._made(), made, "who asks for the month again gets what was made")
            self.assertIn("Made on 8/20/26", again.made_in_words.replace("08/20", "8/20"))
            self.assertIn("by Maria", again.made_in_words)
            again.action_make_anew()
            self.assertNotEqual(again._made(), made)
            self.assertIn("Renamed", self.page(again._made()))
            self.assertIn("Other Label", self.page(again._made()))
        self.assertEqual(self.page(made), page)
        self.assertNotIn("Renamed", page)
        self.assertIn("Fresh", page)
        self.assertTrue(wizard.exists())

    def test_the_tables_of_an_old_report_say_the_same_when_they_are_exported_late(self):
        made, late = self.make(), None
        with freeze_time("2026-09-20 12:00:00"):
            self.a_month_later()
            late = load_workbook(io.BytesIO(made._excel().raw))
        self.assertEqual(late["Customers"]["B2"].value, "Fresh")
        self.assertEqual(late["Customers"]["G2"].value, 300)
        self.assertEqual(late["Customers"]["E2"].value.date(), date(2026, 7, 15))

    def test_what_still_runs_is_made_each_time_it_is_asked_for(self):
        dialog = self.wizard(period="month:2026-08-01")
        made = dialog._made()
        self.assertEqual(dialog._made(), made, "read and printed from one dialog it is one report")
        self.assertFalse(dialog.made_in_words)
        self.order(self.late, 100, 0)
        other = self.wizard(period="month:2026-08-01")._made()
        self.assertNotEqual(other, made)
        dialog.period = "month:2026-07-01"
        self.assertEqual(dialog._made().period_start, date(2026, 7, 1))

    def test_each_language_has_its_own(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        english = self.make()
        chinese = self.wizard().with_context(lang="zh_CN")._made()
        self.assertNotEqual(chinese, english)
        self.assertEqual(chinese.name, "客户分析月报（2026年7月）")
        self.assertIn("zh_CN", chinese.action_show()["url"])
        page = self.page(chinese.with_context(lang="en_US"))
        self.assertIn("销售额", page)
        self.assertNotIn("Key Figure", page, "a Chinese report has no English headings, whoever opens it")

    def test_who_is_erased_is_named_in_no_report(self):
        made, bytes_before = self.make(), None
        bytes_before = made._excel().raw
        figures = [(tile["key"], tile["value"]) for tile in made.statement["tiles"]]
        self.env["customer.segmentation.exclusion"].with_user(self.manager).create({"partner_id": self.fresh.id})
        self.env.invalidate_all()
        self.assertNotIn("Fresh", str(made.statement))
        self.assertNotIn("Fresh", self.page(made))
        self.assertIn("Name removed", self.page(made))
        self.assertIn("Silent", self.page(made))
        self.assertEqual([(tile["key"], tile["value"]) for tile in made.statement["tiles"]], figures)
        self.assertNotEqual(made._excel().raw, bytes_before)
        self.assertEqual(load_workbook(io.BytesIO(made._excel().raw))["Customers"]["B2"].value, "Name removed")

    def test_another_companys_exclusion_leaves_the_report_alone(self):
        made, other = self.make(), self.other_company()
        self.env["customer.segmentation.exclusion"].create({"partner_id": self.fresh.id, "company_id": other.id})
        self.assertIn("Fresh", self.page(made))

    def test_who_was_merged_is_found_to_be_erased(self):
        made, survivor = self.make(), self.customer("Survivor")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.fresh | survivor).ids, survivor, extra_checks=False)
        self.assertIn("Fresh", self.page(made))
        self.env["customer.segmentation.exclusion"].create({"partner_id": survivor.id})
        self.env.invalidate_all()
        self.assertNotIn("Fresh", self.page(made))

    def test_who_is_deleted_is_named_no_more(self):
        made = self.make()
        orders = self.env["sale.order"].search([("partner_id", "=", self.fresh.id)])
        orders._action_cancel()
        orders.unlink()
        self.fresh.unlink()
        self.env.invalidate_all()
        self.assertNotIn("Fresh", str(made.statement))

    def test_only_who_may_read_it(self):
        made = self.make()
        self.assertEqual(self.page(made, self.seller), self.page(made))
        self.assertEqual(self.wizard(user=self.seller)._made(), made)
        with self.assertRaises(AccessError):
            made.with_user(self.seller).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            made.with_user(self.seller).unlink()
        employee = new_test_user(self.env, "frozen_employee", groups="base.group_user")
        other = self.other_company()
        stranger = new_test_user(
            self.env,
            "frozen_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for user in (employee, stranger):
            theirs = made.with_user(user)
            for call in (theirs.action_show, theirs.action_print, theirs.action_export, theirs._statement):
                with self.assertRaises(AccessError):
                    call()
            with self.assertRaises(UserError):
                self.page(made, user)
        with self.assertRaises(AccessError):
            self.env["customer.segmentation.report"].with_user(self.manager).create({"name": "Forged"})

    def test_a_report_of_more_companies_is_not_for_who_sees_fewer(self):
        """Contacts of a branch are hidden from who does not work there."""
        branch = self.branch(self.company)
        self.manager.company_ids += branch
        both = self.wizard().with_context(allowed_company_ids=[self.company.id, branch.id])._made()
        with self.assertRaises(AccessError):
            both.with_user(self.seller)._statement()
        self.assertNotEqual(self.wizard(user=self.seller)._made(), both)


class TestDialog(ReportCase):
    def test_the_last_complete_month_is_proposed(self):
        self.assertEqual(self.env["customer.report"].create({}).period, "month:2026-07-01")
        labels = dict(self.env["customer.report"]._selection_period())
        self.assertEqual(labels["month:2026-08-01"], "August 2026, until today")
        self.assertEqual(labels["quarter:2026-04-01"], "Q2 2026")

    def test_no_month_and_no_quarter(self):
        for wrong in ("month:2026-07-02", "quarter:2026-05-01", "year:2026-01-01", "x", "month:"):
            with self.assertRaisesRegex(ValidationError, "is no period of this report; write it like month:2026-07-01"):
                self.wizard(period=wrong)

    def test_read_print_and_export(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        wizard = self.wizard()
        url = urlsplit(wizard.with_context(lang="fr_FR").action_show()["url"])
        self.assertEqual(url.path, f"/report/html/customer_segmentation_dashboard.customer_report/{wizard.made_id.id}")
        self.assertEqual(json.loads(parse_qs(url.query)["context"][0])["lang"], "fr_FR")
        self.assertEqual(wizard.action_print()["report_name"], "customer_segmentation_dashboard.customer_report")
        self.assertEqual(wizard._made()._excel().name, "Monthly Customer Report (July 2026).xlsx")
        book = self.book(wizard)
        self.assertEqual(book.sheetnames, ["Figures", "Segments", "Movements", "Tiers", "Customers"])
        named = [[cell.value for cell in row] for row in book["Customers"].iter_rows(min_row=2)]
        self.assertEqual([row[:2] for row in named], [["Customer gained", "Fresh"], ["Customer gone", "Silent"]])
        self.assertEqual(self.wizard("quarter:2026-04-01")._file_name(), "Quarterly Customer Report (Q2 2026)")

    def test_names_become_no_formulas(self):
        self.fresh.name = "=1+1"
        book = self.book(self.wizard())
        self.assertEqual(book["Customers"]["B2"].data_type, "s")

    def test_before_the_first_run(self):
        self.policy.last_run_id = False
        for button in ("action_show", "action_print", "action_export"):
            with self.assertRaisesRegex(UserError, "has no scored customers"):
                getattr(self.wizard(), button)()

    def test_roles(self):
        self.assertTrue(self.wizard(user=self.seller)._statement()["tiles"])
        employee = new_test_user(self.env, "report_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.wizard(user=employee)
        report = self.env["report.customer_segmentation_dashboard.customer_report"].with_user(employee)
        with self.assertRaises(AccessError):
            report._statement(self.policy, "month", JULY)
        other = self.other_company()
        with self.assertRaises(AccessError):
            self.env["report.customer_segmentation_dashboard.customer_report"].with_user(self.seller)._statement(
                self.policy_of(other), "month", JULY
            )


class RecipientCase(ReportCase):
    def recipient(self, user=None, frequency="month", **values):
        return (
            self.env["customer.report.recipient"]
            .with_user(self.manager)
            .create({"user_id": (user or self.seller).id, "frequency": frequency, **values})
        )

    def mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Customers of")], order="id")

    def send(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_segmentation_dashboard.ir_cron_customer_report").method_direct_trigger()
        self.env.invalidate_all()


class TestRecipients(RecipientCase):
    def test_nobody_gets_anything_by_itself(self):
        self.assertFalse(self.env["customer.report.recipient"].search([]))
        self.send()
        self.assertFalse(self.mails())

    def test_the_first_report_is_that_of_the_running_period(self):
        recipient = self.recipient()
        self.assertEqual(recipient.sent_until, JULY.end)
        self.assertIn("08/31/2026", recipient.status)
        self.send()
        self.assertFalse(self.mails())

    def test_sent_once_with_an_excel_file_in_the_language_of_the_recipient(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.seller.lang = "zh_CN"
        recipient = self.recipient()
        recipient.sudo().sent_until = date(2026, 6, 30)
        self.send()
        mail = self.mails() or self.env["mail.mail"].search([("email_to", "like", "sue@example.com")])
        self.assertEqual(len(mail), 1)
        self.assertIn("sue@example.com", mail.email_to)
        self.assertIn("2026年7月", mail.subject)
        self.assertIn("客户分析月报（2026年7月）.xlsx", mail.attachment_ids.mapped("name"))
        self.assertIn("Fresh", mail.body_html)
        self.assertIn("/odoo/segmentation-dashboard", mail.body_html)
        self.assertEqual(recipient.sent_until, JULY.end)
        self.send()
        self.assertEqual(len(self.env["mail.mail"].search([("email_to", "like", "sue@example.com")])), 1)

    def test_a_pdf_where_the_server_can_make_one(self):
        reports = self.env.registry["ir.actions.report"]
        self.patch(reports, "get_wkhtmltopdf_state", lambda model: "ok")
        self.recipient().sudo().sent_until = date(2026, 6, 30)
        self.send()
        self.assertEqual(
            sorted(self.mails().attachment_ids.mapped("name")),
            ["Monthly Customer Report (July 2026).pdf", "Monthly Customer Report (July 2026).xlsx"],
        )

    def test_quarters(self):
        recipient = self.recipient(frequency="quarter")
        self.assertEqual(recipient.sent_until, date(2026, 6, 30))
        recipient.sudo().sent_until = date(2026, 3, 31)
        self.send()
        self.assertIn("Q2 2026", self.mails().subject)

    def test_it_waits_until_the_customers_are_scored_after_the_period(self):
        recipient = self.recipient()
        recipient.sudo().sent_until = date(2026, 6, 30)
        self.policy.last_run_id.as_of = JULY.end
        self.send()
        self.assertFalse(self.mails())
        self.policy.last_run_id.as_of = date(2026, 8, 1)
        self.send()
        self.assertEqual(len(self.mails()), 1)

    def test_missed_periods_are_not_made_up_for(self):
        self.recipient().sudo().sent_until = date(2026, 3, 31)
        self.send()
        self.assertEqual(len(self.mails()), 1)

    def test_killed_between_two_recipients_nobody_gets_it_twice(self):
        both = self.recipient() | self.recipient(self.manager)
        both.sudo().sent_until = date(2026, 6, 30)
        recipients = self.env.registry["customer.report.recipient"]
        send = recipients._send

        def killed(recipient, period):
            if recipient == both[1]:
                raise KeyboardInterrupt
            return send(recipient, period)

        with (
            self.enter_registry_test_mode(),
            patch.object(recipients, "_send", killed),
            suppress(KeyboardInterrupt),  # assertRaises would undo what was committed
            self.registry.cursor() as cr,
        ):
            self.env(cr=cr)["customer.report.recipient"]._cron_send()
        self.env.invalidate_all()
        self.assertEqual(both.mapped("sent_until"), [JULY.end, date(2026, 6, 30)])
        self.send()
        self.assertEqual(
            sorted(self.mails().mapped("email_to")), sorted(user.email_formatted for user in both.sudo().user_id)
        )

    def test_one_failing_report_stops_no_other(self):
        both = self.recipient() | self.recipient(self.manager)
        both.sudo().sent_until = date(2026, 6, 30)
        recipients = self.env.registry["customer.report.recipient"]
        values = recipients._mail_values

        def failing(recipient, period):
            if recipient.env.user == self.seller:
                raise ValueError("broken")
            return values(recipient, period)

        self.patch(recipients, "_mail_values", failing)
        with mute_logger("odoo.addons.customer_segmentation_dashboard.models.customer_report_recipient"):
            self.send()
        self.assertEqual(self.mails().mapped("email_to"), [self.manager.email_formatted])
        self.assertEqual(both.mapped("sent_until"), [date(2026, 6, 30), JULY.end])

    def test_who_lost_the_right_or_the_address_gets_nothing(self):
        recipient = self.recipient()
        recipient.sudo().sent_until = date(2026, 6, 30)
        self.seller.email = False
        self.assertIn("no e-mail address", recipient.status)
        self.send()
        self.seller.write(
            {"email": "sue@example.com", "group_ids": [Command.set([self.env.ref("base.group_user").id])]}
        )
        self.env.invalidate_all()
        self.assertIn("may no longer see", recipient.status)
        self.send()
        recipient.active = False
        self.assertEqual(recipient.status, "Switched off")
        self.assertFalse(self.mails())

    def test_only_colleagues_who_may_see_scores_are_chosen(self):
        other = self.other_company()
        for login, groups, company in (
            ("rr_employee", "base.group_user", self.company),
            ("rr_portal", "base.group_portal", self.company),
            ("rr_elsewhere", "sales_team.group_sale_salesman", other),
        ):
            user = new_test_user(
                self.env, login, groups=groups, company_id=company.id, company_ids=[Command.set(company.ids)]
            )
            with self.assertRaisesRegex(UserError, "may not see the scores|does not work in"):
                self.recipient(user)
        branch = self.branch(self.company)
        with self.assertRaises(AccessError):
            self.recipient(company_id=branch.id)
        self.manager.company_ids += branch
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self.recipient(company_id=branch.id)
        self.recipient()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.recipient()

    def test_only_managers_of_the_company_decide(self):
        recipient = self.recipient()
        with self.assertRaises(AccessError):
            recipient.with_user(self.seller).read(["status"])
        other = self.other_company()
        stranger = new_test_user(
            self.env,
            "rr_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["customer.report.recipient"].with_user(stranger).search([]))

    def test_send_the_last_one_now(self):
        recipient = self.recipient()
        self.assertIn("Sue", recipient.action_send_last()["params"]["message"])
        self.assertIn("July 2026", self.mails().subject)
        self.seller.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            recipient.action_send_last()
        self.policy.last_run_id = False
        with self.assertRaisesRegex(UserError, "Nobody is scored"):
            recipient.action_send_last()

    def test_send_now_from_the_dialog(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.seller.lang = "zh_CN"
        (self.recipient() | self.recipient(self.manager) | self.recipient(frequency="quarter"))
        dialog = self.wizard()
        self.assertEqual(sorted(dialog.recipients_in_words.split(", ")), ["Maria", "Sue"])
        self.assertIn("Sue", dialog.action_send()["params"]["message"])
        mails = self.env["mail.mail"].search([("email_to", "ilike", "@example.com")], order="id desc", limit=2)
        files = {mail.email_to.split('"')[1]: mail.attachment_ids.mapped("name") for mail in mails}
        self.assertIn("Monthly Customer Report (July 2026).xlsx", files["Maria"])
        self.assertIn("客户分析月报（2026年7月）.xlsx", files["Sue"])
        made = dialog._made()
        sent = mails.attachment_ids.filtered(lambda file: file.name == f"{made.name}.xlsx")
        self.assertEqual(sent.raw, made._excel().raw, "what is sent is what is printed")

    def test_a_period_that_runs_is_sent_again_when_it_is_over(self):
        recipient = self.recipient()
        self.wizard(period="month:2026-08-01").action_send()
        self.assertEqual(recipient.sent_until, JULY.end)

    def test_send_now_is_for_managers_and_needs_recipients(self):
        with self.assertRaisesRegex(UserError, "Nobody would get this report"):
            self.wizard().action_send()
        self.recipient()
        with self.assertRaises(AccessError):
            self.wizard(user=self.seller).action_send()

    def test_a_branch_user_gets_the_report_of_the_company(self):
        branch = self.branch(self.company)
        user = new_test_user(
            self.env,
            "rr_branch",
            groups="sales_team.group_sale_salesman",
            email="branch@example.com",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        recipient = self.recipient(user)
        recipient.action_send_last()
        self.assertIn("Fresh", self.mails().body_html)
