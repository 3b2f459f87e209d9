"""The printed sheet of what is computed about a customer: complete, in the customer's language, for our people only."""

import re
from html import unescape

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import html2plaintext

from .common import SegmentationCase
from .playbook_common import PlaybookCase
from .security_common import SecurityCase

REPORT = "customer_segmentation.privacy_sheet"


def words(page):
    """The text of a page, in one line."""
    return re.sub(r"\s+", " ", unescape(html2plaintext(re.sub(r"<img[^>]*>", "", page)).replace("*", "")))


class SheetCase(SegmentationCase):
    @classmethod
    def page(cls, *partners, env=None):
        ids = [partner.id for partner in partners]
        return (env or cls.env)["ir.actions.report"]._render_qweb_html(REPORT, ids)[0].decode()

    @classmethod
    def sheet(cls, partner, env=None):
        return words(cls.page(partner, env=env))


class TestSheet(SheetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.policy.tier_ids.write({"has_benefit_text": True, "benefit_text": "Free samples"})
        cls.customers = [cls.customer(f"Customer {number}") for number in range(8)]
        for number, partner in enumerate(cls.customers):
            for purchase in range(1 + number % 3):
                cls.order(partner, 1000 * (8 - number), days_ago=10 * number + 40 * purchase + 5)
        cls.recompute()
        cls.best = cls.customers[0]
        cls.company.write({"email": "privacy@example.com", "phone": "+1 555 0100"})

    def test_every_score_with_value_and_meaning(self):
        page, profile = self.sheet(self.best), self.profile(self.best)
        for value in (profile.segment_id.name, profile.abc_class, profile.tier_id.name, "1 order", "Free samples"):
            self.assertIn(value, page)
        for label in (
            "Purchases",
            "Recency",
            "Frequency",
            "Monetary",
            "RFM score",
            "Segment",
            "ABC class",
            "Lifecycle stage",
            "Rhythm",
            "Customer tier",
            "Benefits of the tier",
        ):
            self.assertIn(label, page)
        for score in profile.score_details:
            self.assertIn(f"{score['score']} of {score['bands']}", page)
        self.assertIn("Your orders and what credit notes took back", page)
        self.assertIn("nothing is decided about you automatically", page)
        self.assertIn("36 months", page)
        self.assertIn("Tell us if you object", page)
        self.assertIn("privacy@example.com", page)

    def test_says_what_the_profile_says(self):
        sheet = self.env[f"report.{REPORT}"]._sheet(self.customers[2])
        profile = self.profile(self.customers[2])
        lines = {line.label: line for line in sheet["computed"]}
        self.assertEqual(lines["Purchases"].value, profile.purchases_in_words)
        self.assertEqual(lines["Segment"].value, profile.segment_id.name)
        self.assertIn(
            f"about every {round(profile.typical_gap_days)} days, the next one expected around", lines["Rhythm"].value
        )
        self.assertEqual(lines["RFM score"].value, f"{profile.rfm_score:.1f} of 100")
        self.assertTrue(all(line.value and line.meaning for line in sheet["computed"]))

    def test_prediction_with_how_it_is_made(self):
        profile = self.profile(self.best)
        self.env.cr.execute(
            """UPDATE customer_segmentation_profile SET churn_risk = 0.37, churn_band = 'medium', predicted_clv = 1200,
                      prediction_basis = 'model' WHERE id = %s""",
            [profile.id],
        )
        self.env.invalidate_all()
        page = self.sheet(self.best)
        self.assertIn("37 % (Medium)", page)
        self.assertIn("within 180 days", page)
        self.assertIn(profile.prediction_reason, page)
        self.assertIn("1,200", page)
        self.assertIn("It is an estimate", page)

    def test_no_prediction_without_data(self):
        self.env.cr.execute("UPDATE customer_segmentation_profile SET prediction_basis = NULL, churn_band = NULL")
        self.env.invalidate_all()
        page = self.sheet(self.best)
        self.assertNotIn("Expected purchases", page)
        self.assertNotIn("Risk that you stay away", page)

    def test_tier_by_rule_and_by_hand(self):
        profile = self.profile(self.best)
        self.assertIn(f"From the rules of our tiers: {profile.tier_id.rule}", self.sheet(self.best))
        profile._set_tier(self.policy, self.policy.tier_ids[0], self.today, self.day(-30), "An old friend")
        self.assertIn("Set by one of our people: An old friend", self.sheet(self.best))
        self.policy.tier_ids.unlink()
        self.recompute()
        self.assertNotIn("Customer tier", self.sheet(self.best))

    def test_contacts_and_what_people_noted(self):
        page = self.sheet(self.best)
        self.assertNotIn("What Our People Noted", page)
        self.assertNotIn("Contacts with us", page)
        self.best.customer_birthday = "1980-05-03"
        self.best.activity_schedule("mail.mail_activity_data_call").action_feedback()
        self.env.invalidate_all()
        page = self.sheet(self.best)
        self.assertIn("05/03/1980", page)
        self.assertIn("Contacts with us", page)

    def test_a_contact_shows_its_company(self):
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        self.assertIn("Customer 0, ", self.sheet(person))

    def test_several_customers(self):
        page = words(self.page(self.best, self.customers[1]))
        self.assertIn("Customer 0, ", page)
        self.assertIn("Customer 1, ", page)

    def test_excluded(self):
        self.env["customer.segmentation.exclusion"].create({"partner_id": self.best.id, "date": "2026-01-31"})
        page = self.sheet(self.best)
        self.assertIn("excluded from profiling since 01/31/2026", page)
        self.assertIn("nothing has been computed since", page)
        self.assertIn("You are excluded. Tell us", page)
        for absent in ("What Is Computed", "RFM score", "Tell us if you object"):
            self.assertNotIn(absent, page)

    def test_never_bought(self):
        page = self.sheet(self.customer("Newcomer"))
        self.assertIn("Nothing is computed about you at present", page)
        self.assertNotIn("What Is Computed", page)

    def test_a_prospect(self):
        asking = self.customer("Asking")
        self.env["sale.order"].create({"partner_id": asking.id})
        self.recompute()
        page = self.sheet(asking)
        self.assertIn("Prospect", page)
        self.assertNotIn("All your purchases", page)

    def test_archived(self):
        self.best.active = False
        self.recompute()
        page = self.sheet(self.best)
        self.assertIn("Your record is archived", page)
        self.assertNotIn("What Is Computed", page)

    def test_kept_for_ever(self):
        self.policy.retention_months = 0
        self.assertIn("kept as long as your record is", self.sheet(self.best))

    def test_invoices_as_source(self):
        self.policy.source = "invoice"
        self.assertIn("Your invoices and credit notes", self.sheet(self.best))

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("fr_FR")
        profile = self.profile(self.best)
        profile.segment_id.with_context(lang="zh_CN").name = "核心客户"
        profile.tier_id.with_context(lang="zh_CN").name = "金牌"
        view = self.env.ref(f"{REPORT}_document")
        title = {"What We Compute About You and Why": "我们计算了您的哪些信息以及原因"}
        view.update_field_translations("arch_db", {"zh_CN": title})
        self.best.lang = "zh_CN"
        page = self.sheet(self.best, env=self.env(context={**self.env.context, "lang": "fr_FR"}))
        for translated in ("我们计算了您的哪些信息以及原因", "核心客户", "金牌", f"{self.today.year}/"):
            self.assertIn(translated, page)
        self.assertNotIn("What We Compute", page)
        mixed = words(self.page(self.best, self.customers[1]))
        self.assertIn("我们计算了您的哪些信息以及原因", mixed)
        self.assertIn("What We Compute About You and Why", mixed)

    def test_a_language_that_was_switched_off(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.best.lang = "zh_CN"
        self.env.cr.execute("UPDATE res_lang SET active = FALSE WHERE code = 'zh_CN'")
        self.env.registry.clear_cache("stable")
        self.env.invalidate_all()
        self.assertIn("What We Compute About You and Why", self.sheet(self.best))

    def test_pdf_and_buttons(self):
        """Without wkhtmltopdf Odoo renders the same page."""
        report = self.env.ref("customer_segmentation.action_print_privacy_sheet")
        content, _kind = report._render_qweb_pdf(report.report_name, self.best.ids)
        self.assertIn(b"What We Compute About You and Why", content)
        self.assertEqual(report.binding_model_id.model, "res.partner")
        person = self.customer("Person", is_company=False, parent_id=self.best.id)
        self.assertEqual(person.action_open_privacy_sheet()["url"], f"/report/html/{REPORT}/{self.best.id}")

    def test_another_company(self):
        south = self.other_company()
        self.order(self.best, 40, company=south)
        self.recompute(self.policy_of(south))
        env = self.env(context={**self.env.context, "allowed_company_ids": [south.id]})
        page = self.sheet(self.best, env=env)
        self.assertIn("40.00", page)
        self.assertNotIn("8,000", page)
        branch = self.branch(self.company)
        env = self.env(context={**self.env.context, "allowed_company_ids": [branch.id]})
        self.assertIn("8,000", self.sheet(self.best, env=env))


class TestFollowUps(SheetCase, PlaybookCase):
    def test_what_was_done(self):
        self.playbook()
        profile = self.falls()
        self.assertNotIn("What Was Done", self.sheet(profile.partner_id))
        self.work()
        page = self.sheet(profile.partner_id)
        self.assertIn("reminded to contact you: 1; the last time on", page)


@tagged("post_install", "-at_install")
class TestRights(SecurityCase):
    def render(self, role, partner):
        reports = self.model("ir.actions.report", role)
        return reports._render_qweb_html(REPORT, partner.ids)[0].decode()

    def test_our_people_only(self):
        for role in ("seller", "scores_user", "sales_manager", "branch_seller"):
            with self.subTest(role=role):
                self.assertIn("10,000", self.render(role, self.acme))
                self.assertTrue(self.model("res.partner", role).browse(self.acme.id).action_open_privacy_sheet())
        for role in ("public", "portal", "employee", "billing"):
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.render(role, self.pine)
                with self.assertRaises(AccessError):
                    self.model("res.partner", role).browse(self.pine.id).action_open_privacy_sheet()

    def test_the_numbers_of_the_own_company(self):
        page = self.render("south_manager", self.acme)
        self.assertIn("700", page)
        self.assertNotIn("10,000", page)


@tagged("post_install", "-at_install")
class TestPortal(HttpCase):
    def test_the_portal_does_not_get_the_page(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "sheet_portal",
                "password": "sheet_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate("sheet_portal", "sheet_portal")
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.url_open(f"/report/html/{REPORT}/{portal.partner_id.id}")
        self.assertNotIn("What We Compute", answer.text)
        self.assertNotEqual(answer.status_code, 200)
