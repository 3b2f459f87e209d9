"""Rows about a customer are for who may see the contact, in every model and on every road."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .security_common import SecurityCase

ROLES = ("seller", "all_seller", "sales_manager", "scores_user", "scores_manager")


@tagged("post_install", "-at_install")
class TestSecurityContacts(SecurityCase):
    """Bolt and Coral have moved to a branch, Ebb to the other company; North scored or excluded them before."""

    at_least = {
        "customer.segmentation.profile",
        "customer.segmentation.transition",
        "customer.playbook.entry",
        "customer.playbook.result",
        "customer.transaction",
        "customer.imported.purchase",
        "customer.segmentation.exclusion",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = {"harbour": cls.bolt, "south": cls.ebb}
        cls.entry = {place: cls._make_entry(contact) for place, contact in cls.hidden.items()}
        for place, contact in cls.hidden.items():
            purchase = {"reference": place, "date": "2020-01-01", "amount": 7, "partner_id": contact.id}
            cls.env["customer.imported.purchase"].create({**purchase, "company_id": cls.company["north"].id})
            contact.write({"company_id": cls.company[place].id, "email": f"{place}@secret.example", "phone": "0815"})
        note = {"partner_id": cls.coral.id, "company_id": cls.company["north"].id, "note": "A letter"}
        cls.env["customer.segmentation.exclusion"].create(note)
        cls.coral.company_id = cls.company["harbour"]
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _make_entry(cls, contact):
        profile = cls.env["customer.segmentation.profile"].search([("partner_id", "=", contact.id)])
        playbook = cls.env["customer.playbook"].create({"name": "Ours", "company_id": cls.company["north"].id})
        return cls.env["customer.playbook.entry"].create(
            {
                "playbook_id": playbook.id,
                "profile_id": profile.id,
                "entered_on": fields.Date.today(),
                "cause": "test",
                "state": "open",
                "user_id": cls.user["seller"].id,
            }
        )

    def models_about_customers(self):
        """Those of this family that keep a row about one customer, with the fields that lead to it."""
        about = {"res.partner"}
        while True:
            found = {
                name: [field for field in model._fields.values() if self._leads_to(field, about)]
                for name, model in self.env.items()
                if not model._abstract and (model._original_module or "").startswith("customer_segmentation")
            }
            found = {name: leading for name, leading in found.items() if leading}
            if about >= found.keys():
                return found
            about |= found.keys()

    @staticmethod
    def _leads_to(field, about):
        return field.type == "many2one" and field.store and field.comodel_name in about

    def test_every_model_about_a_customer_says_where_it_keeps_the_contact(self):
        found = self.models_about_customers()
        self.assertGreaterEqual(len(found), 10)
        for name in found:
            with self.subTest(model=name):
                self.assertTrue(getattr(self.env[name], "_customer_path", None))

    def test_no_row_about_a_hidden_contact_is_found(self):
        seen = set()
        for name in sorted(self.models_about_customers()):
            path = self.env[name]._customer_path
            for contact in (self.bolt, self.ebb, self.coral):
                rows = self.env[name].with_context(active_test=False).search([(path, "=", contact.id)])
                seen |= {name} if rows else set()
                for role in ROLES:
                    mine = self.model(name, role)
                    if not rows or not mine.has_access("read"):
                        continue
                    with self.subTest(model=name, role=role, contact=contact.name):
                        self.assertFalse(mine.with_context(active_test=False).search([(path, "=", contact.id)]))
                        self.assertFalse(mine.search_count([(path, "like", contact.name)]))
                        self.assertRefused(rows[:1].with_env(mine.env).read)
        self.assertGreaterEqual(seen, self.at_least)

    def test_nothing_of_the_contact_is_read_or_guessed_through_the_profile(self):
        profile = self.profile(self.ebb)
        for role in ROLES:
            mine = self.model("customer.segmentation.profile", role)
            self.assertRefused(profile.with_env(mine.env).web_read, {"email": {}, "phone": {}, "partner_id": {}})
            self.assertFalse(mine.search([("email", "like", "secret")]))
            self.assertFalse(mine.name_search("Ebb"))
            groups = mine.formatted_read_group([], ["partner_id"], ["__count"])
            self.assertNotIn("Ebb", str(groups))

    def test_who_may_see_the_contact_sees_the_rows(self):
        self.assertTrue(self.profile(self.bolt).with_env(self.model("res.partner", "branch_seller").env).read())
        both = self.model("customer.segmentation.profile", "both_manager", "north", "south")
        self.assertTrue(self.profile(self.ebb).with_env(both.env).read())
        self.assertTrue(both.search([("partner_id", "=", self.ebb.id)]))

    def test_a_company_made_now_is_out_of_sight_at_once(self):
        mine = self.model("customer.segmentation.profile", "sales_manager")
        acme = [("partner_id", "=", self.acme.id)]
        self.assertTrue(mine.search(acme))
        self.acme.company_id = self.env["res.company"].create({"name": "West"})
        self.assertFalse(mine.search(acme))

    def test_nobody_decides_about_a_contact_out_of_sight(self):
        tier = self.policy[self.company["north"]].tier_ids[:1]
        profile = self.profile(self.bolt)
        mine = profile.with_env(self.model("res.partner", "sales_manager").env)
        for call in (mine.action_set_tier, mine.action_release_tier, mine.action_approve_tier):
            self.assertRefused(call)
        values = {"profile_ids": profile.ids, "tier_id": tier.id, "reason": "Mine"}
        override = self.model("customer.tier.override", "sales_manager")
        self.assertRefused(lambda: override.create({**values, "profile_ids": [(6, 0, profile.ids)]}).action_apply())
        self.assertFalse(profile.tier_lock_reason)

    def test_a_wizard_made_before_the_contact_moved_decides_nothing(self):
        profile, mine = self.profile(self.acme), self.model("customer.tier.override", "sales_manager")
        tier = self.policy[self.company["north"]].tier_ids[:1]
        override = mine.create({"profile_ids": [(6, 0, profile.ids)], "tier_id": tier.id, "reason": "Mine"})
        self.acme.company_id = self.company["south"]
        self.env.flush_all()
        self.env.invalidate_all()
        override.action_apply()
        self.env.invalidate_all()
        self.assertFalse(profile.tier_lock_reason)

    def test_nobody_answers_an_entry_about_a_contact_out_of_sight(self):
        for place, entry in self.entry.items():
            for role in ("seller", "all_seller", "sales_manager"):  # the first is responsible
                with self.subTest(place=place, role=role):
                    mine = entry.with_env(self.model("customer.playbook.entry", role).env)
                    self.assertRefused(mine.action_answer)
                    self.assertRefused(lambda mine=mine: mine.action_tell("helped"))
            self.assertFalse(entry.answer)

    def test_a_contact_out_of_sight_breaks_no_form(self):
        """Hidden by its company, or by a rule the database has of its own."""
        everybody = self.env["customer.segmentation.profile"].search([]).partner_id
        rule = {"name": "Own", "model_id": self.env["ir.model"]._get_id("res.partner")}
        for hidden in (self.bolt | self.ebb, everybody):
            self.env["ir.rule"].create({**rule, "domain_force": [("id", "not in", hidden.ids)]})
            playbooks = self.env["customer.playbook"].search([])
            playbooks.write({"summary": "Call {{ object.partner_id.name }}"})
            self.env.flush_all()
            for name in ("customer.playbook", *sorted(self.models_about_customers())):
                for role in ("seller", "sales_manager", "scores_manager"):
                    rows = self.model(name, role)
                    if not rows.has_access("read"):
                        continue
                    with self.subTest(model=name, role=role, hidden=len(hidden)):
                        self.env.invalidate_all()
                        rows.search([]).read([field for field in rows.fields_get() if field != "display_name"])

    def test_birthdays_name_whom_everybody_sees_who_sees_the_customer(self):
        coming = fields.Date.today() + timedelta(days=2)
        for customer, seen in ((self.acme, {"", "north"}), (self.bolt, {"", "north", "harbour"})):
            for place in ("", "north", "south", "harbour"):
                company = self.company[place].id if place else False
                self.env["res.partner"].create(
                    {
                        "name": f"Kim{place}",
                        "parent_id": customer.id,
                        "company_id": company,
                        "customer_birthday": coming.replace(year=1992),
                    }
                )
            self.env.invalidate_all()
            for role in ("branch_seller", "sales_manager", "both_manager"):
                profile = self.profile(customer).with_env(self.model("customer.segmentation.profile", role).env)
                if not profile.has_access("read"):
                    continue
                with self.subTest(customer=customer.name, role=role):
                    self.env.invalidate_all()
                    words = profile.birthdays_in_words
                    self.assertEqual({p for p in ("north", "south", "harbour") if f"Kim{p}" in words}, seen - {""})
