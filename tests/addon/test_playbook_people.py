"""Who is responsible, who may do what, and what a manager may type."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .playbook_common import PlaybookCase


class TestResponsible(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader, cls.substitute, cls.manager = (cls.user(name) for name in ("leader", "substitute", "manager"))
        cls.manager.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].create({"name": "Team", "user_id": cls.leader.id})
        cls.env["crm.team.member"].create({"user_id": cls.seller.id, "crm_team_id": cls.team.id})

    def responsible(self, profile, **values):
        playbook = self.playbook(**values)
        playbook.started_by_id = self.manager
        self.move(profile, self.at_risk)
        self.work()
        return self.activities_of(profile).user_id

    def test_salesperson(self):
        self.assertEqual(self.responsible(self.scored(self.champions)), self.seller)

    def test_nobody_then_substitute(self):
        profile = self.scored(self.champions, user_id=False)
        self.assertEqual(self.responsible(profile, fallback_user_id=self.substitute.id), self.substitute)

    def test_nobody_then_who_started_it(self):
        self.assertEqual(self.responsible(self.scored(self.champions, user_id=False)), self.manager)

    def test_archived_salesperson_then_team_leader(self):
        profile = self.scored(self.champions)
        self.seller.action_archive()
        self.assertEqual(self.responsible(profile), self.leader)

    def test_salesperson_of_another_company(self):
        other = self.other_company()
        self.seller.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self.responsible(self.scored(self.champions)), self.leader)

    def test_salesperson_of_a_branch_belongs_to_it(self):
        branch = self.branch(self.company)
        self.seller.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        self.assertEqual(self.responsible(self.scored(self.champions)), self.seller)

    def test_portal_user_is_nobody(self):
        portal = self.user("portal", "base.group_portal")
        profile = self.scored(self.champions, user_id=portal.id)
        self.assertEqual(self.responsible(profile, fallback_user_id=self.substitute.id), self.substitute)

    def test_team_leader(self):
        self.assertEqual(self.responsible(self.scored(self.champions), responsible="team_leader"), self.leader)

    def test_service_contact(self):
        profile = self.scored(self.champions, service_user_id=self.substitute.id)
        self.assertEqual(self.responsible(profile, responsible="service_contact"), self.substitute)

    def test_certain_person(self):
        profile = self.scored(self.champions)
        values = {"responsible": "person", "responsible_user_id": self.substitute.id}
        self.assertEqual(self.responsible(profile, **values), self.substitute)

    def test_even_the_starter_is_gone(self):
        playbook = self.playbook()
        playbook.started_by_id = self.manager
        self.manager.active = False
        profile = self.falls(user_id=False)
        self.work()
        user = self.activities_of(profile).user_id
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("customer_segmentation.group_manager"))

    def test_who_started_it_in_another_company_comes_after_managers_of_the_own(self):
        """Started here by Mary, then in another company by Otto, who may not work here."""
        other = self.other_company()
        groups = "sales_team.group_sale_manager"
        otto = self.user("otto", groups, company_id=other.id, company_ids=[Command.set(other.ids)])
        playbook = self.playbook()
        playbook.started_by_id = otto
        self.falls(user_id=False)
        self.work()
        user = self.entries.search([("playbook_id", "=", playbook.id)]).user_id
        self.assertIn(self.company, user.company_ids)
        self.assertTrue(user.has_group("customer_segmentation.group_manager"))

    def test_start_says_who_the_engine_will_choose(self):
        """Customers without salesperson go to whoever is about to start it."""
        playbook = self.playbook(start=False)
        profile = self.scored(self.at_risk, user_id=False)
        action = playbook.with_user(self.manager).action_start()
        wizard = self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        dialog = wizard.create({"include_now": True})
        self.assertEqual(dialog.by_responsible, f"{self.manager.name}: 1")
        self.assertEqual(playbook.with_user(self.manager).candidates_in_words, f"1 activity: 1 for {self.manager.name}")
        dialog.action_start()
        self.work()
        self.assertEqual(self.activities_of(profile).user_id, self.manager)

    def test_archived_with_an_activity_on_the_desk(self):
        self.playbook(fallback_user_id=self.substitute.id)
        profile = self.falls()
        self.work()
        self.seller.action_archive()
        self.assertEqual(self.entries_of(profile).state, "waiting")
        self.work()
        self.assertEqual(self.activities_of(profile).user_id, self.leader)
        self.assertEqual(self.entries_of(profile).user_id, self.leader)

    def test_archived_without_odoo_deleting_the_activity(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.seller.active = False
        self.work()
        self.assertEqual(self.activities_of(profile).user_id, self.leader)

    def test_waiting_follows_a_new_salesperson(self):
        self.policy.playbook_capacity_person = 1
        self.playbook()
        self.falls(revenue=900)
        profile = self.falls()
        self.work()
        profile.partner_id.user_id = self.substitute
        self.work()
        self.assertEqual(self.activities_of(profile).user_id, self.substitute)

    def test_activity_given_to_somebody_else(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.activities_of(profile).user_id = self.substitute
        self.assertEqual(self.entries_of(profile).user_id, self.substitute)

    def test_texts_in_the_language_of_the_responsible(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.seller.lang = "zh_CN"
        playbook = self.playbook()
        playbook.with_context(lang="zh_CN").summary = "致电 {{ object.partner_id.name }}"
        profile, other = self.falls("Li"), self.falls("Wang", user_id=self.substitute.id)
        self.work()
        self.assertEqual(self.activities_of(profile).summary, "致电 Li")
        self.assertEqual(self.activities_of(other).summary, "Call Wang")


class TestTexts(PlaybookCase):
    def text(self, summary, profile=None, **values):
        playbook = self.playbook(start=False, summary=summary)
        return self.env["customer.playbook.text"]._texts_for(
            playbook, profile or self.scored(self.at_risk, "Ada & Co", **values)
        )[0 or profile.id][0]

    def filled(self, summary, **values):
        profile = self.scored(self.at_risk, "Ada & Co", **values)
        return self.text(summary, profile)

    def test_fields_in_words(self):
        self.assertEqual(self.filled("{{ object.partner_id.name }}"), "Ada & Co")
        self.assertEqual(self.filled("{{ object.segment_id }}"), self.at_risk.name)
        self.assertEqual(self.filled("{{ object.order_count }} orders", order_count=3), "3 orders")
        self.assertEqual(self.filled("{{ object.order_count }} orders"), "0 orders")
        self.assertIn("2,300", self.filled("{{ object.revenue }}", revenue=2300))
        self.assertEqual(self.filled("{{ object.lifecycle_stage }}", lifecycle_stage="at_risk"), "Slipping")
        self.assertEqual(self.filled("{{ object.rfm_score }}", rfm_score=12.5), "12.5")
        self.assertNotIn("-", self.filled("{{ object.last_order_date }}"))

    def test_text_when_there_is_nothing_to_show(self):
        self.assertEqual(self.filled("{{ object.abc_class ||| no class }}"), "no class")
        self.assertEqual(self.filled("{{object.abc_class|||no class}}!", abc_class="B"), "B!")
        self.assertEqual(self.filled("x{{ object.abc_class }}"), "x")

    def test_formatted_text_is_plain_in_a_summary(self):
        profile = self.scored(self.at_risk, "Ada & Co")
        profile.partner_id.comment = "<p>Likes <b>tea</b></p>"
        self.assertEqual(self.text("{{ object.partner_id.comment }}", profile), "Likes *tea*")

    def test_without_summary_the_name(self):
        self.assertEqual(self.filled(False), "Win back")

    def test_note_escapes_what_the_customer_is_called(self):
        playbook = self.playbook(note="<p>Call {{ object.partner_id.<b>name</b> ||| A &lt; B }}</p>")
        profile = self.falls("<script>alert(1)</script><i>x</i>")
        self.work()
        note = self.activities_of(profile).note
        self.assertIn("&lt;script&gt;", note)
        self.assertNotIn("<i>", note)
        self.assertTrue(playbook)

    def test_hostile_or_wrong_placeholders(self):
        for typed in (
            "{{ object.env['res.users'].sudo().unlink() }}",
            "{{ object.sudo() }}",
            "{{ env }}",
            "{{ user.login }}",
            "{{ ().__class__.__bases__ }}",
            "{{ object.partner_id.write({'name': 1}) }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ [x for x in object] }}",
            "{{ object['partner_id'] }}",
            "{{ lambda: 1 }}",
            "{{ f'{object}' }}",
            "{{ __import__('os') }}",
            "{{ object. }}",
            "{{ object }}",
            "{{ round() }}",
            "{{ open('x') }}",
            "{{ object.revenue + 1 }}",
            "{{ object.abc_class or 'A' }}",
            "{{ 1 }}",
            "{{ 'text' }}",
            "{{ object..name }}",
            "{{ object.partner_id.name.upper() }}",
            "{{ objects.name }}",
            "{{ 'A' if object.revenue > 5 else 'B' }}",
        ):
            with self.assertRaisesRegex(ValidationError, "cannot be used as a placeholder", msg=typed):
                self.playbook(start=False, summary=typed)

    def test_fields_that_are_none(self):
        for typed, what in (
            ("{{ object.nonsense }}", "nonsense is not a field of Customer Profile"),
            ("{{ object.transition_ids }}", "transition_ids is not a field"),
            ("{{ object.revenue.name }}", "revenue is not a field"),
            ("{{ object.partner_id.image_1920 }}", "image_1920 is not a field"),
            ("{{ object.partner_id.active }}", "active is not a field"),
            ("{{ object.__class__ }}", "__class__ is not a field"),
        ):
            with self.assertRaisesRegex(ValidationError, what, msg=typed):
                self.playbook(start=False, note=f"<p>{typed}</p>")

    def test_preview_of_what_is_being_typed(self):
        """Says what is wrong before it is saved."""
        self.scored(self.at_risk, "Ada")
        playbook = self.playbooks.new({"name": "New", "segment_ids": self.at_risk.ids, "note": "<p>Hi</p>"})
        for typed, shown in (
            ("Call {{ object.partner_id.name }}", "Call Ada"),
            ("{{ object.nonsense }}", "nonsense is not a field"),
            ("{{ object.revenue + 1 }}", "cannot be used as a placeholder"),
        ):
            playbook.summary = typed
            self.assertIn(shown, playbook.preview_summary)

    def test_fields_the_author_must_not_see(self):
        manager = self.user("manager", "sales_team.group_sale_manager")
        playbook = self.playbook(start=False).with_user(manager)
        for typed in ("{{ object.partner_id.signup_type }}", "{{ object.company_id.partner_id.user_id.totp_secret }}"):
            with self.assertRaisesRegex(ValidationError, "you have no right to see|is not a field", msg=typed):
                playbook.summary = typed
        playbook.summary = "{{ object.revenue }} {{ object.partner_id.user_id.name }}"

    def test_translations_are_checked_too(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        playbook = self.playbook(start=False)
        with self.assertRaises(ValidationError):
            playbook.update_field_translations("summary", {"zh_CN": "{{ object.sudo() }}"})

    @mute_logger("odoo.sql_db", "odoo.domains")
    def test_hostile_or_wrong_audiences(self):
        for typed in (
            "[('nonsense', '=', 1)]",
            "[('name', 'like')]",
            "name = 1",
            "__import__('os').system('x')",
            "[(",
            "5",
            "[('name', 'nonsense', 1)]",
            "[('user_ids', 'any!', [('login', 'like', 'a')])]",
            "[('create_date', '>', 'no day')]",
            "[('id', '=', uid)]",
            "'" + "x" * 20 + "'",
        ):
            with self.assertRaisesRegex(ValidationError, "The conditions of Win back cannot be used", msg=typed):
                self.playbook(start=False, audience_domain=typed)

    def test_audience_of_fields_the_author_must_not_search_by(self):
        manager = self.user("manager", "sales_team.group_sale_manager")
        playbook = self.playbook(start=False).with_user(manager)
        with self.assertRaisesRegex(ValidationError, "cannot be used"):
            playbook.audience_domain = "[('signup_type', '=', 'x')]"
        playbook.audience_domain = "[('create_date', '<', 'today -1m'), ('customer_revenue', '>', 10)]"
        self.assertEqual(playbook.who_would_enter, 0)


class TestChecks(PlaybookCase):
    def test_actions(self):
        template = self.env["mail.template"].create(
            {"name": "x", "model_id": self.env["ir.model"]._get_id("res.users")}
        )
        for values, what in (
            ({"activity_type_id": False}, "Choose the type of the activity"),
            ({"action_kind": "plan"}, "Choose an activity plan"),
            ({"responsible": "person"}, "Choose the person"),
            ({"send_mail": True}, "Choose the template"),
            ({"mail_template_id": template.id}, "made for contacts or profiles"),
            ({"control_share": 51}, "must be 0 to 50"),
            ({"due_days": -1}, "must be 0 to 3650 days"),
            ({"success_days": 0}, "must be 1 to 3650 days"),
        ):
            with self.assertRaisesRegex(ValidationError, what):
                self.playbook(start=False, **values)

    def test_capacity(self):
        with self.assertRaisesRegex(ValidationError, "1 to 10,000"):
            self.policy.playbook_capacity_person = 0

    def test_nothing_to_do_cannot_start(self):
        playbook = self.playbook(start=False, action_kind="none")
        with self.assertRaisesRegex(UserError, "would do nothing"):
            playbook._start(self.company)

    def test_type_of_another_model(self):
        lead_type = self.env["mail.activity.type"].create({"name": "Lead", "res_model": "crm.lead"})
        with self.assertRaisesRegex(ValidationError, "possible on contacts"):
            self.playbook(start=False, activity_type_id=lead_type.id)


class TestCompanies(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company()
        cls.policy_of(cls.other).recompute()

    def test_only_where_it_is_started(self):
        playbook = self.playbook()
        here = self.falls()
        there = self.falls("There", company=self.other)
        self.work()
        self.assertEqual(self.entries_of(here, there).profile_id, here)
        self.assertTrue(there.transition_ids.processed)
        self.assertTrue(playbook.is_started)
        self.assertFalse(playbook.with_company(self.other).is_started)
        self.assertEqual(self.playbooks.search([("is_started", "=", True)]), playbook)
        self.assertFalse(self.playbooks.with_company(self.other).search([("is_started", "=", True)]))
        self.assertEqual(self.playbooks.with_company(self.other).search([("is_started", "=", False)]), playbook)

    def test_each_company_has_its_own_start_and_stop(self):
        playbook = self.playbook()
        playbook._start(self.other)
        self.seller.company_ids += self.other
        here, there = self.falls(), self.falls("There", company=self.other)
        self.work()
        self.assertEqual(self.entries_of(here, there).mapped("state"), ["open", "open"])
        playbook.with_company(self.other).action_stop()
        self.work()
        self.assertEqual(self.entries_of(here).state, "open")
        self.assertEqual(self.entries_of(there).state, "cancelled")
        self.assertEqual(list(playbook.started_dates), [str(self.company.id)])

    def test_made_for_one_company(self):
        with self.assertRaisesRegex(ValidationError, "is made for"):
            self.playbook(company_id=self.company.id, company=self.other)
        with self.assertRaisesRegex(ValidationError, "whole companies"):
            self.playbook(company_id=self.branch(self.company).id, start=False)

    def test_amounts_in_the_currency_of_the_company(self):
        playbook = self.playbook(start=False, summary="{{ object.revenue }}")
        there = self.scored(self.at_risk, company=self.other, revenue=50)
        self.assertIn("€", self.env["customer.playbook.text"]._texts_for(playbook, there)[there.id][0])

    def test_no_policy(self):
        self.env.cr.execute("DELETE FROM customer_segmentation_policy WHERE company_id = %s", [self.other.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has no policy"):
            self.playbook(company=self.other)


class TestRights(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("manager", "sales_team.group_sale_manager,base.group_partner_manager")
        cls.plain = cls.user("plain", "base.group_user")

    def test_manager_writes_and_starts(self):
        playbook = self.playbooks.with_user(self.manager).create(
            {"name": "Mine", "summary": "Call {{ object.partner_id.name }}", "segment_ids": self.at_risk.ids}
        )
        self.scored(self.at_risk)
        wizard = (
            self.env["customer.playbook.start"].with_user(self.manager).with_context(default_playbook_id=playbook.id)
        )
        form = Form(wizard)
        self.assertEqual(form.candidate_count, 1)
        form.include_now = True
        form.save().action_start()
        self.assertEqual(playbook.started_by_id, self.manager)
        self.work()
        self.assertEqual(playbook.open_count, 1)
        playbook.action_stop()
        playbook.unlink()

    def test_seller_reads(self):
        playbook = self.playbook()
        profile = self.falls()
        self.work()
        seen = playbook.with_user(self.seller)
        self.assertEqual((seen.name, seen.open_count, seen.is_started), ("Win back", 1, True))
        self.assertEqual(self.entries.with_user(self.seller).search([]).profile_id, profile)
        for refused in (
            lambda: seen.write({"name": "x"}),
            seen.action_start,
            seen.action_stop,
            seen.unlink,
            lambda: self.entries.with_user(self.seller).search([]).write({"state": "done"}),
            lambda: self.env["customer.playbook.start"].with_user(self.seller).create({"playbook_id": playbook.id}),
        ):
            with self.assertRaises(AccessError):
                refused()

    def test_plain_user_sees_nothing_and_works_on(self):
        self.playbook()
        profile = self.falls(user_id=False)
        self.work()
        activity = self.activities_of(profile)
        with self.assertRaises(AccessError):
            self.playbooks.with_user(self.plain).search([])
        activity.user_id = self.plain
        seen = activity.with_user(self.plain)
        self.assertNotIn("customer_playbook_entry_id", seen.fields_get())
        seen.action_feedback(feedback="Done")
        self.assertEqual(self.entries_of(profile).state, "done")

    def test_other_companies_see_nothing(self):
        other = self.other_company()
        self.playbook(company_id=self.company.id)
        profile = self.falls()
        self.work()
        stranger = self.user("stranger", company_id=other.id, company_ids=[Command.set(other.ids)])
        self.assertFalse(self.entries.with_user(stranger).search([("profile_id", "=", profile.id)]))
        self.assertFalse(self.playbooks.with_user(stranger).search([]))

    def stranger(self):
        """A manager of another company."""
        other = self.other_company()
        return self.user(
            "stranger", "sales_team.group_sale_manager", company_id=other.id, company_ids=[Command.set(other.ids)]
        )

    def test_what_runs_in_a_company_out_of_sight_is_not_changed(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        playbook, off = self.playbook(), self.playbook("Off", start=False)
        profile = self.falls()
        self.work()
        stranger = self.stranger()
        theirs = playbook.with_user(stranger)
        self.assertTrue(theirs.runs_elsewhere)
        self.assertFalse(playbook.with_user(self.manager).runs_elsewhere)
        for refused in (
            lambda: theirs.write({"summary": "Other"}),
            lambda: theirs.write({"active": False}),
            theirs.unlink,
            lambda: theirs.update_field_translations("summary", {"zh_CN": "x"}),
        ):
            with self.assertRaisesRegex(UserError, "Win back also runs in a company in which you may not work. Copy"):
                refused()
        theirs.sequence = 5
        self.assertEqual(self.entries_of(profile).state, "open")
        copy = theirs.copy()
        copy.summary = "Mine"
        copy.unlink()
        off.with_user(stranger).name = "Changed"
        playbook.with_user(self.manager).summary = "Other"

    def test_started_and_stopped_by_a_stranger_for_the_own_company_only(self):
        playbook = self.playbook()
        theirs = playbook.with_user(self.stranger())
        theirs._start(theirs.env.company)
        self.assertEqual(len(playbook.started_company_ids), 2)
        theirs.action_stop()
        self.assertEqual(playbook.started_company_ids, self.company)

    def test_switched_on_and_off_with_the_buttons_only(self):
        playbook = self.playbook(start=False).with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "with Start and Stop"):
            playbook.started_company_ids = [Command.link(self.company.id)]
        with self.assertRaisesRegex(AccessError, "with Start and Stop"):
            playbook.create({"name": "On", "started_company_ids": [Command.link(self.company.id)]})

    def test_user_of_a_branch_sees_those_of_the_root(self):
        branch = self.branch(self.company)
        self.playbook(company_id=self.company.id)
        profile = self.falls()
        self.work()
        local = self.user("local", company_id=branch.id, company_ids=[Command.set(branch.ids)])
        self.assertTrue(self.entries.with_user(local).search([("profile_id", "=", profile.id)]))
        self.assertTrue(self.playbooks.with_user(local).search([]))
