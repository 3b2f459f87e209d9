"""The customer portrait: what it says, to whom, of which company, and in which language."""

import re

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import AccountingCase

PROFILE_REPORT = "customer_segmentation.customer_portrait"
CONTACT_REPORT = "customer_segmentation.contact_portrait"


def said(lines):
    return {line.label: line.value for line in lines}


class PortraitCase(AccountingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "portrait_seller", groups="sales_team.group_sale_salesman", name="Sue")
        cls.colleague = new_test_user(
            cls.env, "portrait_colleague", groups="sales_team.group_sale_salesman", name="Colin"
        )
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls.buyer = cls.customer("Buyer", user_id=cls.seller.id, city="Cork", phone="+353 21 555")
        cls.person = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.buyer.id})
        for days in (10, 40, 70, 100):
            cls.order(cls.buyer, 300, days, user_id=cls.seller.id)
        for number in range(6):
            for days in (5, 30, 60):
                cls.order(cls.customer(f"Other {number}"), 20 + number, days)
        cls.recompute()

    def values(self, records=None, user=None):
        records = records or self.profile(self.buyer)
        name = CONTACT_REPORT if records._name == "res.partner" else PROFILE_REPORT
        self.env.invalidate_all()
        found = self.env[f"report.{name}"].with_user(user or self.seller)._get_report_values(records.ids)
        return found["portraits"]

    def one(self, records=None, user=None):
        (portrait,) = self.values(records, user)
        return portrait

    def words(self, records=None, user=None, lang=None):
        """The page as a reader sees it."""
        records = records or self.profile(self.buyer)
        name = CONTACT_REPORT if records._name == "res.partner" else PROFILE_REPORT
        self.env.invalidate_all()
        report = self.env["ir.actions.report"].with_user(user or self.seller)
        if lang:
            report = report.with_context(lang=lang)
        html, _kind = report._render_qweb_html(name, records.ids)
        html = html.decode() if isinstance(html, bytes) else html
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestWhatItSays(PortraitCase):
    def test_who_numbers_scores_and_outlook(self):
        portrait, profile = self.one(), self.profile(self.buyer).with_user(self.seller)
        who, numbers, outlook = (said(portrait[name]) for name in ("who", "numbers", "outlook"))
        self.assertEqual((who["Salesperson"], who["Place"], who["Phone"]), ("Sue", "Cork", "+353 21 555"))
        self.assertEqual(said(portrait["labels"])["Segment"], profile.segment_id.name)
        self.assertEqual(said(portrait["labels"])["Tier"], profile.tier_id.name)
        self.assertEqual(portrait["explanation"], profile.explanation)
        self.assertEqual(portrait["advice"], profile.segment_id.advice)
        self.assertIn("4 orders", numbers["Purchases"])
        self.assertIn("300.00", numbers["Average Order"])
        self.assertIn("(10 days ago)", numbers["Last Order"])
        self.assertEqual(numbers["RFM Code"], profile.rfm_code)
        self.assertEqual([score["measure"] for score in portrait["scores"]], ["recency", "frequency", "monetary"])
        self.assertEqual(outlook["Rhythm"], profile.rhythm)
        self.assertIn("Next Order Expected", outlook)

    def test_the_page_holds_every_section(self):
        words = self.words()
        for heading in (
            "Buyer",
            "What to do:",
            "Who",
            "Numbers",
            "Scores and What They Mean",
            "Rhythm and Outlook",
            "Last Contacts",
            "Open Leads and Opportunities",
            "Follow-Up under Way",
            "What Changed",
        ):
            self.assertIn(heading, words)

    def test_reliability_stands_beside_the_prediction(self):
        profile = self.profile(self.buyer)
        if profile.prediction_basis == "model":
            self.assertEqual(said(self.one()["outlook"])["Reliability"], profile.prediction_quality)
        self.assertEqual(said(self.one()["outlook"])["Basis"], profile.prediction_reason)

    def test_contacts_leads_follow_ups_and_changes(self):
        self.person.with_user(self.seller).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.seller.id
        ).action_feedback()
        self.buyer.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.seller.id, summary="Send the catalogue"
        )
        self.env["crm.lead"].create(
            [
                {
                    "name": "Bigger deal",
                    "type": "opportunity",
                    "partner_id": self.person.id,
                    "user_id": self.seller.id,
                    "expected_revenue": 900,
                },
                {
                    "name": "Secret deal",
                    "type": "opportunity",
                    "partner_id": self.buyer.id,
                    "user_id": self.colleague.id,
                },
            ]
        )
        portrait = self.one()
        self.assertEqual([(row["channel"], row["by"]) for row in portrait["contacts"]], [("Call", "Sue")])
        self.assertEqual([row["name"] for row in portrait["leads"]], ["Bigger deal"])
        self.assertEqual([row["name"] for row in portrait["follow_ups"]], ["Send the catalogue"])
        self.assertIn("Segment: – →", portrait["changes"][0]["words"])

    def test_open_playbooks(self):
        playbook = self.env["customer.playbook"].create({"name": "Win them", "company_id": self.company.id})
        self.env["customer.playbook.entry"].create(
            {
                "playbook_id": playbook.id,
                "profile_id": self.profile(self.buyer).id,
                "entered_on": self.today,
                "cause": "test",
                "user_id": self.seller.id,
            }
        )
        self.assertEqual([(row["name"], row["by"]) for row in self.one()["follow_ups"]], [("Win them", "Sue")])

    def test_refunds(self):
        invoice = self.invoice(self.env["sale.order"].search([("partner_id", "=", self.buyer.id)], limit=1), 90)
        self.credit(invoice, 5, 100)
        self.env["customer.segmentation.profile"]._refresh(self.policy, self.buyer.ids)
        self.assertIn("100.00", said(self.one()["numbers"])["Refunds"])

    def test_a_customer_without_scores(self):
        nobody = self.customer("Nobody", city="Kerry")
        portrait = self.one(nobody)
        self.assertEqual(portrait["explanation"], "Not scored: no purchase yet.")
        self.assertEqual((portrait["numbers"], portrait["outlook"], portrait["labels"]), ([], [], []))
        self.assertEqual(said(portrait["who"])["Place"], "Kerry")
        self.assertIn("Nobody", self.words(nobody))

    def test_a_prospect(self):
        prospect = self.customer("Prospect")
        self.order(prospect, 10, state="draft")
        self.recompute()
        portrait = self.one(self.profile(prospect))
        self.assertEqual(said(portrait["labels"]), {"Lifecycle Stage": "Prospect"})
        self.assertEqual(portrait["numbers"], [])
        self.assertIn("Prospect", self.words(self.profile(prospect)))


class TestWhoseItIs(PortraitCase):
    def test_a_person_shows_the_company_it_belongs_to(self):
        self.assertEqual(self.one(self.person)["customer"], self.buyer)
        self.assertEqual(len(self.values(self.person | self.buyer)), 1, "one page for both")

    def test_both_ways_lead_to_the_same_page(self):
        by_profile, by_contact = self.one(), self.one(self.buyer)
        self.assertEqual(by_profile["numbers"], by_contact["numbers"])
        self.assertEqual(by_profile["changes"], by_contact["changes"])

    def test_several_customers_have_a_page_each(self):
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)], limit=3)
        self.assertEqual(len(self.values(profiles)), 3)

    def test_each_company_has_its_own_portrait(self):
        other = self.other_company()
        self.order(self.buyer, 70, 10, company=other)
        self.recompute(self.policy_of(other))
        boss = new_test_user(
            self.env,
            "portrait_boss",
            groups="sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[Command.set([self.company.id, other.id])],
        )
        portrait = self.one(self.profile(self.buyer, other), boss)
        self.assertEqual(portrait["company"], other)
        self.assertIn("70.00", said(portrait["numbers"])["Average Order"])
        self.assertIn("300.00", said(self.one(self.buyer, boss)["numbers"])["Average Order"])
        with self.assertRaises(AccessError):
            self.values(self.profile(self.buyer, other), self.seller)

    def test_a_branch_user_reads_the_portrait_of_the_root_company(self):
        branch = self.branch(self.company)
        user = new_test_user(
            self.env,
            "portrait_branch",
            groups="sales_team.group_sale_salesman",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        self.assertIn("4 orders", said(self.one(self.buyer, user)["numbers"])["Purchases"])
        self.assertIn("Buyer", self.words(self.profile(self.buyer), user))

    def test_nobody_without_the_right_reads_it(self):
        for login, groups in (("po_employee", "base.group_user"), ("po_portal", "base.group_portal")):
            user = new_test_user(self.env, login, groups=groups)
            for records in (self.profile(self.buyer), self.buyer):
                with self.assertRaises(AccessError, msg=login):
                    self.values(records, user)

    def test_print_is_offered_on_contacts_and_customers_to_users_of_scores(self):
        group = self.env.ref("customer_segmentation.group_user")
        for name, model in (("customer", "customer.segmentation.profile"), ("contact", "res.partner")):
            action = self.env.ref(f"customer_segmentation.action_print_{name}_portrait")
            self.assertEqual((action.model, action.binding_type, action.group_ids), (model, "report", group))
            record = self.buyer if model == "res.partner" else self.profile(self.buyer)
            self.assertEqual(
                self.env["ir.actions.report"]._get_report_from_name(action.report_name), action, record.display_name
            )

    def test_in_the_reader_s_language(self):
        self.assertIn("Order", self.words())
        self.env["res.lang"]._activate_lang("zh_CN")
        labels = self.env["customer.sheet"].with_context(lang="zh_CN")
        profile = self.profile(self.buyer).with_context(lang="zh_CN")
        stages = dict(
            self.env["customer.segmentation.profile"]
            .with_context(lang="zh_CN")
            ._fields["lifecycle_stage"]
            ._description_selection(labels.env)
        )
        self.assertEqual(labels._label(profile, "lifecycle_stage"), stages[profile.lifecycle_stage])
        self.assertNotEqual(stages["active"], "Active")
