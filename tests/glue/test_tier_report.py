"""The quarterly tier report: every number against an independent computation, in words, printed and exported."""

import base64
import io
import json
from collections import Counter
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pandas  # noqa: F401  loaded while the clock is frozen, it crashes
from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.addons.customer_segmentation.scoring import periods
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..addon.common import noon
from ..addon.test_direction import ChangedRulesCase
from ..addon.test_interactions import InteractionCase

TODAY = date(2026, 8, 20)
QUARTER = START, END = periods.Period(date(2026, 4, 1), date(2026, 6, 30))


class TierReportCase(InteractionCase):
    @classmethod
    def setUpClass(cls):
        frozen = freeze_time(f"{TODAY} 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        super().setUpClass()
        cls.manager = cls.user("report_manager", "sales_team.group_sale_manager", name="Maria")
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.gold, cls.silver, cls.bronze = cls.policy.tier_ids.sorted()[:3]
        cls.rise, cls.fall, cls.steady, cls.fresh, cls.late = (
            cls.customer(name, user_id=user.id)
            for name, user in (
                ("Rise", cls.seller),
                ("Fall", cls.colleague),
                ("Steady", cls.seller),
                ("Fresh", cls.env["res.users"]),
                ("Late", cls.seller),
            )
        )
        cls.purchases = [
            (cls.rise, 500, "2026-02-10"),
            (cls.rise, 4000, "2026-04-01"),
            (cls.rise, -300, "2026-06-30"),
            (cls.rise, 999, "2026-07-01"),
            (cls.fall, 9000, "2025-09-01"),
            (cls.fall, 100, "2026-03-31"),
            (cls.steady, 800, "2026-01-05"),
            (cls.steady, 700, "2026-05-05"),
            (cls.fresh, 250, "2026-06-01"),
            (cls.late, 100, "2026-07-15"),
        ]
        for partner, amount, day in cls.purchases:
            cls.order(partner, amount, (cls.today - date.fromisoformat(day)).days)
        cls.recompute()
        cls._write_history()
        cls._make_contacts()

    @classmethod
    def _write_history(cls):
        """What runs of the past would have left: the first tiers in February, then the moves."""
        cls.env["customer.segmentation.transition"].search([("company_id", "=", cls.company.id)]).unlink()
        moves = [
            (cls.rise, "2026-02-11", None, cls.bronze),
            (cls.rise, "2026-04-02", cls.bronze, cls.gold),
            (cls.rise, "2026-07-05", cls.gold, cls.silver),
            (cls.fall, "2026-02-11", None, cls.gold),
            (cls.fall, "2026-05-01", cls.gold, cls.silver),
            (cls.fall, "2026-06-30", cls.silver, cls.bronze),
            (cls.steady, "2026-02-11", None, cls.silver),
            (cls.steady, "2026-04-09", cls.silver, cls.gold),
            (cls.steady, "2026-05-09", cls.gold, cls.silver),
            (cls.fresh, "2026-06-02", None, cls.bronze),
        ]
        cls.env["customer.segmentation.transition"].create(
            [
                {
                    "profile_id": cls.profile(partner).id,
                    "run_id": cls.policy.last_run_id.id,
                    "date": day,
                    "from_tier_id": before and before.id,
                    "to_tier_id": after.id,
                }
                for partner, day, before, after in moves
            ]
        )

    @classmethod
    def _make_contacts(cls):
        cls.calls = [
            (cls.rise, "2026-04-01"),
            (cls.fall, "2026-04-10"),
            (cls.fall, "2026-05-10"),
            (cls.fall, "2026-06-30"),
            (cls.fall, "2026-07-01"),
            (cls.steady, "2026-03-31"),
            (cls.fresh, "2026-06-20"),
        ]
        for partner, day in cls.calls:
            activity = partner.with_user(cls.seller).activity_schedule("mail.mail_activity_data_call")
            activity.action_feedback()
            activity.date_done = day
        cls.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": noon("2026-05-20"),
                "stop": noon("2026-05-20") + timedelta(hours=1),
                "user_id": cls.seller.id,
                "partner_ids": [Command.set(cls.fall.ids)],
            }
        )

    def wizard(self, quarter=START, user=None, **values):
        wizard = self.env["customer.tier.report"].with_user(user or self.manager)
        return wizard.create({"period": f"quarter:{quarter}", **values})

    def statement(self, **values):
        return self.wizard(**values)._statement()

    def tier(self, statement, tier):
        return next(row for row in statement["tiers"] if row["tier"] == tier)


class TestNumbers(TierReportCase):
    def test_numbers_of_each_tier_equal_an_independent_computation(self):
        tiers = {self.rise: self.gold, self.fall: self.bronze, self.steady: self.silver, self.fresh: self.bronze}
        revenue, calls = Counter(), Counter()
        for partner, amount, day in self.purchases:
            if START <= date.fromisoformat(day) <= END:
                revenue[partner] += amount
        for partner, day in self.calls:
            if START <= date.fromisoformat(day) <= END:
                calls[partner] += 1
        effort = calls + Counter({self.fall: 3})
        contacts = calls + Counter({self.fall: 1})
        statement = self.statement()
        self.assertEqual(statement["customers"], 4, "Late bought after the quarter")
        self.assertEqual([row["tier"] for row in statement["tiers"]], [self.gold, self.silver, self.bronze])
        for tier in self.gold | self.silver | self.bronze:
            members = [partner for partner, own in tiers.items() if own == tier]
            row = self.tier(statement, tier)
            self.assertEqual(row["customers"], len(members))
            self.assertAlmostEqual(row["customer_share"], 100 * len(members) / 4)
            self.assertAlmostEqual(row["revenue"], sum(revenue[one] for one in members))
            self.assertEqual(row["contacts"], sum(contacts[one] for one in members))
            self.assertAlmostEqual(row["effort"], sum(effort[one] for one in members))
            self.assertAlmostEqual(row["revenue_share"], 100 * sum(revenue[one] for one in members) / revenue.total())
            self.assertAlmostEqual(row["effort_share"], 100 * sum(effort[one] for one in members) / effort.total())
        self.assertEqual(statement["revenue"], revenue.total())
        self.assertEqual((statement["contacts"], statement["effort"]), (contacts.total(), effort.total()))

    def test_who_moved_is_the_difference_between_both_ends(self):
        moved = [(one["kind"], one["name"], one["from_name"], one["to_name"]) for one in self.statement()["movements"]]
        names = [tier.name for tier in (self.gold, self.silver, self.bronze)]
        self.assertEqual(
            moved,
            [
                ("down", "Fall", names[0], names[2]),
                ("up", "Rise", names[2], names[0]),
                ("first", "Fresh", "No tier", names[2]),
            ],
        )

    def test_who_moved_is_ranked_by_revenue_in_each_direction(self):
        """By the window before or after, whichever is more: who falls has often bought nothing in the quarter."""
        more = [self.customer(f"Fall {number}") for number in range(12)]
        bought = {partner: 100 * (number // 2 + 1) for number, partner in enumerate(more)}
        for partner, amount in bought.items():
            self.order(partner, amount, (TODAY - date(2025, 12, 1)).days)
        self.recompute()
        self.env["customer.segmentation.transition"].search(
            [("profile_id.partner_id", "in", self.ids_of(more))]
        ).unlink()
        self._move(more, "2026-05-01", self.gold, self.silver)
        statement = self.statement()
        rows = [row for row in statement["movements"] if row["kind"] == "down"]
        worth = {row["name"]: max(row["customer"].revenue_before, row["customer"].revenue_after) for row in rows}
        self.assertEqual(worth, {"Fall": 9100, **{partner.name: amount for partner, amount in bought.items()}})
        for row in rows:
            self.assertEqual(row["rank"], 1 + sum(other > worth[row["name"]] for other in worth.values()))
        self.assertEqual([row["rank"] for row in rows], sorted(row["rank"] for row in rows))
        printed = {title: (len(shown), count) for title, _sign, shown, count in statement["moved"]}
        self.assertEqual(printed, {"Down": (11, 13), "Up": (1, 1), "First tier": (1, 1)}, "two share the tenth rank")
        rise = next(row["customer"] for row in statement["movements"] if row["name"] == "Rise")
        self.assertEqual((rise.revenue_before, rise.revenue_after), (500, 4200))

    def ids_of(self, partners):
        return [partner.id for partner in partners]

    def _move(self, partners, day, before, after):
        run = self.policy.last_run_id.id
        self.env["customer.segmentation.transition"].create(
            [
                {
                    "profile_id": self.profile(partner).id,
                    "run_id": run,
                    "date": day,
                    "from_tier_id": before.id,
                    "to_tier_id": after.id,
                }
                for partner in partners
            ]
        )

    def test_quarters_join_up(self):
        """Who ended a quarter on a tier starts the next one there."""
        report, found = self.env["report.customer_segmentation_coverage.tier_report"], {}
        for start in (date(2026, 1, 1), START, date(2026, 7, 1)):
            end = start + timedelta(days=89)
            found[start] = {row.partner_id: row for row in report._read_customers(self.policy, start, end)}
        ends = {row.partner_id: row.tier for row in report._read_customers(self.policy, START, END)}
        for partner_id, row in found[date(2026, 7, 1)].items():
            if partner_id in ends:
                self.assertEqual(row.from_tier, ends[partner_id])

    def test_running_quarter_ends_today(self):
        statement = self.statement(quarter=date(2026, 7, 1))
        self.assertEqual((statement["start"], statement["end"]), (date(2026, 7, 1), TODAY))
        self.assertEqual((statement["revenue"], statement["contacts"]), (1099, 1))

    def test_mismatches_by_name(self):
        statement = self.statement()
        self.assertEqual([row["name"] for row in statement["too_much"]], ["Fall", "Fresh"])
        self.assertEqual([row["name"] for row in statement["too_little"]], ["Rise", "Steady"])
        fall = statement["too_much"][0]
        self.assertEqual((fall["rank"], fall["contacts"], fall["revenue_share"]), (1, 4, 0))
        self.assertAlmostEqual(fall["effort_share"], 75)

    def test_purchases_and_contacts_of_other_companies_do_not_count(self):
        other = self.other_company()
        self.order(self.rise, 5000, 100, company=other)
        self.recompute(self.policy_of(other))
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.rise.id, "company_id": other.id, "user_id": False, "team_id": False}
        )
        self.receive_on(lead).write({"date": noon("2026-05-01"), "message_type": "comment"})
        before = self.statement()
        self.assertEqual((before["customers"], before["revenue"], before["contacts"]), (4, 4650, 6))
        report = self.env["report.customer_segmentation_coverage.tier_report"]
        there = report._statement(self.policy_of(other), "quarter", QUARTER)
        self.assertEqual((there["customers"], there["revenue"], there["has_ladder"]), (1, 5000, False))
        self.assertEqual(there["contacts"], 6 - 5, "what belongs to no company counts in each")
        self.assertEqual(there["currency"].name, "EUR")

    def test_invoice_amounts_in_foreign_currency_are_those_of_the_company(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, date(2020, 1, 1))
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": euro.id})
        self.order(self.steady, 100, (TODAY - date(2026, 5, 6)).days, pricelist_id=pricelist.id)
        self.assertEqual(self.tier(self.statement(), self.silver)["revenue"], 900)


class TestWords(TierReportCase):
    def test_sentences_a_manager_can_forward(self):
        statement = self.statement()
        self.assertEqual(statement["title"], "Q2 2026 (04/01/2026 to 06/30/2026)")
        self.assertEqual(statement["summary"][1], "Moved up: 1. Moved down: 1. On a tier for the first time: 1.")
        self.assertRegex(self.tier(statement, self.gold)["sentence"], r"^Customers: 1 .* only 15.7% of the effort")
        self.assertRegex(self.tier(statement, self.bronze)["sentence"], r"16.3 times the effort")
        self.assertRegex(self.tier(statement, self.silver)["sentence"], r"revenue without any effort\.$")

    def test_recommended_owner_owns_most_of_the_revenue(self):
        statement = self.statement()
        self.assertIn(self.seller.name, self.tier(statement, self.gold)["owners_in_words"])
        self.assertIn("100.0%", self.tier(statement, self.gold)["owners_in_words"])
        self.assertEqual(self.tier(statement, self.bronze)["owners_in_words"], "Nobody yet: choose a salesperson")

    def test_recommended_cadence_shares_the_contacts_out_as_the_revenue(self):
        statement = self.statement()
        gold = self.tier(statement, self.gold)
        deserved = 6 * 3700 / 4650  # all contacts of the quarter times the tier's share of revenue
        self.assertEqual(gold["cadence_by_value"], round(91 / deserved))
        self.assertEqual(gold["cadence_in_words"], f"every {round(91 / deserved)} days; this quarter: every 91 days")
        self.assertIn("this quarter: no contact", self.tier(statement, self.silver)["cadence_in_words"])

    def test_cadence_in_words(self):
        words = self.env["report.customer_segmentation_coverage.tier_report"]._every_in_words
        self.assertEqual([words(1), words(2), words(365)], ["every day", "every 2 days", "every 365 days"])
        self.assertEqual(words(366), "less than once a year")

    def test_what_the_tier_says_wins(self):
        tier = type(self.gold)
        self.patch(tier, "_visit_days", lambda tier: 14)
        self.patch(tier, "_owners_in_words", lambda tier: "team Key Accounts")
        gold = self.tier(self.statement(), self.gold)
        self.assertEqual(gold["cadence_in_words"], "every 14 days, as the tier promises; this quarter: every 91 days")
        self.assertEqual(gold["owners_in_words"], "team Key Accounts, as the tier says")

    def test_nothing_recorded_is_said(self):
        self.env["calendar.event"].search([("partner_ids", "in", self.fall.ids)]).unlink()
        self.env["mail.activity"].with_context(active_test=False).search([("date_done", "!=", False)]).unlink()
        statement = self.statement()
        self.assertIn("No contact is recorded", statement["summary"][2])
        self.assertRegex(self.tier(statement, self.gold)["sentence"], "no effort is recorded")
        self.assertEqual((statement["too_much"], statement["too_little"]), ([], []))

    def test_company_without_ladder(self):
        self.policy.tier_ids.unlink()
        statement = self.statement()
        self.assertEqual([row["name"] for row in statement["tiers"]], ["No tier"])
        self.assertFalse(statement["movements"])
        self.assertIn(b"This company has no tiers", self.html(self.wizard()))

    def html(self, wizard, lang=None):
        report = self.env["ir.actions.report"].with_user(self.manager).with_context(lang=lang or self.env.lang)
        made = wizard.with_context(lang=lang or self.env.lang)._made()
        return report._render_qweb_html("customer_segmentation_coverage.tier_report", made.ids)[0]

    def test_printed_page_says_the_same(self):
        page = self.html(self.wizard()).decode()
        for row in self.statement()["tiers"]:
            for text in (row["name"], row["sentence"], row["owners_in_words"], row["cadence_in_words"]):
                self.assertIn(text, page)
        for name in ("Rise", "Fall", "Fresh", "Who Moved", "Much Effort, Little Revenue", "16.3 times"):
            self.assertIn(name, page)
        self.assertEqual(self.wizard().action_print()["report_name"], "customer_segmentation_coverage.tier_report")

    def test_the_page_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertIn("等级变动", self.html(self.wizard(), lang="zh_CN").decode())

    def test_the_page_is_in_the_language_of_the_user_not_of_the_browser(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        url = urlsplit(self.wizard().with_context(lang="fr_FR").action_show()["url"])
        self.assertIn("/report/html/", url.path)
        self.assertEqual(json.loads(parse_qs(url.query)["context"][0]), {"lang": "fr_FR"})

    def test_exported_workbook_says_the_same(self):
        self.rise.name = "=1+1"
        wizard = self.wizard()
        action = wizard.action_export()
        file = wizard._made()._excel()
        self.assertIn(f"/web/content/{file.id}?", action["url"])
        self.assertEqual(file.name, "Quarterly Tier Report (Q2 2026).xlsx")
        book = load_workbook(io.BytesIO(file.raw))
        sheets = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
        statement = wizard._statement()
        header = next(number for number, row in enumerate(sheets[0]) if row[0] == "Tier")
        for row, cells in zip(statement["tiers"], sheets[0][header + 1 :], strict=True):
            self.assertEqual(cells[:2], [row["name"], row["customers"]])
            self.assertAlmostEqual(cells[3], row["revenue"])
            self.assertAlmostEqual(cells[7], row["effort_share"])
            self.assertEqual(cells[10], row["sentence"])
        self.assertEqual([row[2] for row in sheets[1][1:]], ["Fall", "=1+1", "Fresh"])
        self.assertEqual(book.worksheets[1]["C3"].data_type, "s", "a name is no formula")
        self.assertEqual([row[2] for row in sheets[2][1:]], ["Fall", "Fresh", "=1+1", "Steady"])


class TestChangedRules(ChangedRulesCase):
    def test_the_tier_report_moves_nobody(self):
        before = {profile.id: profile.tier_id for profile in self.scored}
        self.edit_and_undo()
        report = self.env["report.customer_segmentation_coverage.tier_report"]
        rows = report._read_customers(self.policy, self.day(80), self.today)
        self.assertTrue(before)
        self.assertEqual([row for row in rows if row[2] != row[3]], [])


class TestRights(TierReportCase):
    # ------------------------------------------------------------------ sending

    def mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "like", "Tiers of")], order="id")

    def test_it_is_sent_to_the_managers_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.email = "maria@example.com"
        chinese = self.user("report_chinese", "sales_team.group_sale_manager", name="Wei")
        chinese.write({"email": "wei@example.com", "lang": "zh_CN"})
        self.user("report_silent", "sales_team.group_sale_manager", name="Silent").email = False
        dialog = self.wizard()
        for name in ("Maria", "Wei"):
            self.assertIn(name, dialog.recipients_in_words)
        self.assertNotIn("Silent", dialog.recipients_in_words)
        before = self.mails()
        message = dialog.action_send()["params"]["message"]
        self.assertIn("Maria", message)
        sent = {mail.email_to: mail for mail in self.env["mail.mail"].sudo().search([]) if mail.attachment_ids}
        english = next(mail for to, mail in sent.items() if "maria@" in to)
        self.assertIn(english, self.mails() - before)
        self.assertIn("All customers", english.body_html)
        self.assertIn("To do:", english.body_html)
        self.assertTrue(english.attachment_ids.filtered(lambda file: file.name.endswith(".xlsx")))
        chinese_mail = next(mail for to, mail in sent.items() if "wei@" in to)
        self.assertNotIn("All customers", chinese_mail.body_html)

    def test_nobody_to_send_it_to(self):
        managers = self.env.ref("customer_segmentation.group_manager").all_user_ids
        managers.sudo().partner_id.email = False
        with self.assertRaisesRegex(UserError, "no manager of the company has an e-mail address"):
            self.wizard().action_send()
        with self.assertRaises(AccessError):
            self.wizard(user=self.seller).action_send()

    def test_the_chart_shows_what_each_tier_brought(self):
        statement = self.statement()
        svg = base64.b64decode(statement["chart"].partition(",")[2]).decode()
        for row in statement["tiers"]:
            self.assertIn(f">{row['name']}<", svg)
        self.assertEqual(svg.count("<rect"), len(statement["tiers"]))
        self.assertEqual(statement["chart_title"], f"Revenue by Tier ({self.company.currency_id.name})")

    def test_only_managers_read_it_and_only_of_their_companies(self):
        for groups in ("base.group_user", "base.group_portal", "sales_team.group_sale_salesman_all_leads"):
            user = new_test_user(self.env, f"report_{groups[-5:]}", groups=groups)
            with self.assertRaises(AccessError):
                self.wizard(user=user)
            report = self.env["report.customer_segmentation_coverage.tier_report"].with_user(user)
            with self.assertRaises(AccessError):
                report._statement(self.policy.with_user(user), "quarter", QUARTER)
        other = self.other_company()
        self.order(self.rise, 5000, 100, company=other)
        self.recompute(self.policy_of(other))
        with self.assertRaisesRegex(AccessError, "do not work in this company"):
            self.wizard(company_id=other.id)

    def test_a_report_shows_what_its_reader_may_see(self):
        wizard = self.wizard()
        other = self.other_company()
        elsewhere = self.user(
            "elsewhere", "sales_team.group_sale_manager", company_id=other.id, company_ids=[Command.set(other.ids)]
        )
        with self.assertRaises(UserError):
            self.env["ir.actions.report"].with_user(elsewhere)._render_qweb_html(
                "customer_segmentation_coverage.tier_report", wizard._made().ids
            )

    def test_before_the_first_run(self):
        empty = self.other_company("Empty")
        self.manager.company_ids += empty
        wizard = self.wizard(company_id=empty.id)
        for button in (wizard.action_print, wizard.action_show, wizard.action_export):
            with self.assertRaisesRegex(UserError, "Recompute the policy"):
                button()

    def test_quarters_offered(self):
        offered = self.env["customer.tier.report"].fields_get(["period"])["period"]["selection"]
        self.assertEqual(
            offered[:2], [("quarter:2026-07-01", "Q3 2026, until today"), ("quarter:2026-04-01", "Q2 2026")]
        )
        dialog = self.env["customer.tier.report"].with_user(self.manager)
        self.assertEqual(dialog.create({}).period, "quarter:2026-04-01")
        self.assertEqual(len(offered), len(dict(offered)))
        for wrong in ("quarter:2026-04-02", "quarter:2026-05-01", "month:2026-04-01", "2026-04-01", "soon"):
            with self.assertRaisesRegex(ValidationError, "write it like quarter:2026-04-01"):
                dialog.create({"period": wrong})

    def test_branch_manager_reads_the_report_of_the_root(self):
        branch = self.branch(self.company)
        user = self.user(
            "branch_report",
            "sales_team.group_sale_manager",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        found = self.env["customer.tier.report"].with_user(user).create({"period": f"quarter:{START}"})
        self.assertEqual(found._statement()["customers"], 4)
