"""Activities of playbooks on a contact of two companies: each company reads, finds and changes its own."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import RecordCapturer, tagged

from .security_common import SecurityCase

MARK = "4,711"


@tagged("post_install", "-at_install")
class TestSecurityActivities(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["customer.playbook"].search([]).unlink()
        cls.activity = {company: cls._make_activity(company) for company in ("north", "south")}
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _make_activity(cls, company):
        """An open activity of a playbook about Acme as one company knows it, with an amount in its texts."""
        user = cls.user["seller" if company == "north" else "south_manager"]
        playbook = cls.env["customer.playbook"].create({"name": company, "summary": f"Call, {MARK} {company}"})
        profile = cls.env["customer.segmentation.profile"].search(
            [("partner_id", "=", cls.acme.id), ("company_id", "=", cls.company[company].id)]
        )
        entry = cls.env["customer.playbook.entry"].create(
            {
                "playbook_id": playbook.id,
                "profile_id": profile.id,
                "cause": "test",
                "user_id": user.id,
                "entered_on": fields.Date.today(),
            }
        )
        here = playbook.with_context(allowed_company_ids=cls.company[company].ids)
        action = here.env["customer.playbook.action"]
        action._act(here, cls.policy[cls.company[company]], entry.with_env(here.env))
        return entry.activity_ids

    def mine(self, role, company="south"):
        return self.activity[company].with_env(self.model("mail.activity", role).env)

    def test_the_company_is_kept_when_the_playbook_is_deleted(self):
        activity = self.activity["south"]
        self.assertEqual(activity.customer_playbook_company_id, self.company["south"])
        activity.action_feedback(feedback="Called")
        self.env["customer.playbook"].search([]).unlink()
        self.assertFalse(activity.customer_playbook_entry_id)
        self.assertRefused(self.mine("sales_manager").read, ["note"])

    def test_each_company_reads_its_own(self):
        for role, company in (("south_manager", "south"), ("sales_manager", "north"), ("both_manager", "south")):
            self.assertIn(MARK, self.mine(role, company).read(["summary"])[0]["summary"], role)
        self.assertIn(MARK, self.mine("branch_seller", "north").read(["summary"])[0]["summary"])

    def test_the_other_company_reads_none_whichever_way(self):
        for role in ("seller", "all_seller", "sales_manager", "scores_manager", "branch_seller", "employee"):
            with self.subTest(role=role):
                activity = self.mine(role)
                self.assertRefused(activity.read, ["summary", "note"])
                self.assertRefused(activity.web_read, {"summary": {}})
                self.assertRefused(lambda activity=activity: activity.export_data(["summary"]))
                self.assertFalse(activity.search([("id", "=", activity.id)]))
                contact = self.acme.with_env(activity.env)
                self.assertNotIn(activity, contact.activity_ids)
                shown = contact.web_read({"activity_ids": {"fields": {"summary": {}}}, "activity_summary": {}})
                self.assertNotIn("south", str(shown))

    def test_fields_of_the_contact_say_nothing_of_hidden_ones_however_they_are_asked(self):
        """Asked alone: what Odoo follows as superuser is only right where the activities were read before."""
        self.activity["north"].sudo().unlink()
        for role in ("employee", "billing", "seller", "sales_manager", "scores_manager", "branch_seller"):
            contact = self.acme.with_env(self.model("res.partner", role).env)
            for name in sorted(contact._fields):
                if not name.startswith("activity_") or not contact._has_field_access(contact._fields[name], "read"):
                    continue
                roads = (
                    lambda one, name=name: one.read([name])[0][name],
                    lambda one, name=name: one.web_read({name: {}})[0][name],
                    lambda one, name=name: one.search_read([("id", "=", one.id)], [name])[0][name],
                    lambda one, name=name: one[name],
                )
                for number, road in enumerate(roads):
                    self.env.invalidate_all()
                    with self.subTest(role=role, field=name, road=number):
                        self.assertFalse(road(contact))
        self.env.invalidate_all()
        shown = self.acme.with_env(self.model("res.partner", "south_manager").env)
        self.assertIn(MARK, shown.read(["activity_summary"])[0]["activity_summary"])

    def test_customers_are_neither_found_nor_counted_by_hidden_ones(self):
        self.activity["north"].sudo().unlink()
        self.env.flush_all()
        here = [("id", "=", self.acme.id)]
        bars = {"field": "activity_state", "colors": {"planned": "success", "today": "warning", "overdue": "danger"}}
        for role, count in (("employee", 0), ("sales_manager", 0), ("branch_seller", 0), ("south_manager", 1)):
            contacts = self.model("res.partner", role)
            with self.subTest(role=role):
                for domain in (
                    [("activity_state", "in", ("planned", "today", "overdue"))],
                    [("activity_state", "!=", False)],
                    [("activity_user_id", "=", self.user["south_manager"].id)],
                    [("activity_user_id", "!=", False)],
                    [("activity_ids", "!=", False)],
                    [("activity_ids", "in", self.activity["south"].ids)],
                    [("activity_date_deadline", "!=", False)],
                    [("activity_type_id", "!=", False)],
                ):
                    self.assertEqual(contacts.search_count(here + domain), count, domain)
                for name in ("activity_state", "activity_ids"):
                    self.assertEqual(contacts.search_count([*here, (name, "=", False)]), 1 - count, name)
                self.assertEqual(contacts.search_count([*here, ("activity_ids", "in", [False, 1])]), 1 - count)
                groups = contacts.formatted_read_group(here, ["activity_state"], ["__count"])
                self.assertEqual([bool(group["activity_state"]) for group in groups], [bool(count)])
                progress = contacts.read_progress_bar(here, "name", bars)
                self.assertEqual(sum(sum(of_one.values()) for of_one in progress.values()), count)

    def found(self, role, domain):
        return self.acme in self.model("res.partner", role).search(domain)

    def test_contacts_are_found_by_texts_their_finder_reads(self):
        for path in ("activity_ids.summary", "activity_summary", "child_ids.parent_id.activity_ids.summary"):
            for role, company, found in (
                ("south_manager", "south", True),
                ("sales_manager", "north", True),
                ("sales_manager", "south", False),
                ("branch_seller", "south", False),
                ("employee", "south", False),
                ("employee", "north", False),
                ("billing", "north", False),
            ):
                with self.subTest(path=path, role=role, company=company):
                    self.assertEqual(self.found(role, [(path, "like", f"{MARK} {company}")]), found)
        self.assertFalse(self.found("employee", [("activity_ids", "any", [("summary", "like", MARK)])]))

    def test_the_other_company_changes_nothing(self):
        for role in ("sales_manager", "all_seller", "employee"):
            for call in (
                lambda one: one.write({"user_id": one.env.uid}),
                lambda one: one.write({"summary": "Mine"}),
                lambda one: one.action_feedback(feedback="Done"),
                lambda one: one.action_done(),
                lambda one: one.unlink(),
            ):
                self.assertRefused(call, self.mine(role))
        entry = self.activity["south"].sudo().customer_playbook_entry_id
        self.assertEqual((entry.state, entry.user_id), ("open", self.user["south_manager"]))

    def test_it_is_handed_over_within_the_company(self):
        activity = self.mine("south_manager")
        with self.assertRaises(UserError):
            activity.user_id = self.user["seller"].id
        activity.user_id = self.user["both_manager"].id
        entry = self.activity["south"].customer_playbook_entry_id
        self.assertEqual(entry.user_id, self.user["both_manager"])

    def test_whoever_gets_it_is_told_without_the_amounts(self):
        activity = self.activity["north"]
        activity.customer_playbook_entry_id.playbook_id.summary = "Call: {{ object.revenue }}"
        activity.summary = "Call: 98,765"
        with RecordCapturer(self.env["mail.message"], [("model", "=", "res.partner")]) as captured:
            self.mine("seller", "north").user_id = self.user["employee"].id
        told = " ".join(f"{message.subject} {message.body}" for message in captured.records)
        self.assertIn("Call: …", told)
        self.assertNotIn("98,765", told)
        self.assertIn("Call: …", self.mine("employee", "north").read(["summary"])[0]["summary"])
