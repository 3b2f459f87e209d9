"""A survey in the activities of a playbook, with Odoo's own surveys."""

import re

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..addon.playbook_common import PlaybookCase

LINK = re.compile(r'href="([^"]+)"')


@tagged("post_install", "-at_install")
class TestSurvey(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        question = Command.create({"title": "Would you recommend us?", "question_type": "char_box"})
        cls.survey = cls.env["survey.survey"].create(
            {"title": "How are we doing?", "access_mode": "public", "question_and_page_ids": [question]}
        )

    def answers(self):
        return self.survey.user_input_ids

    def test_it_comes_by_itself_with_survey(self):
        module = self.env["ir.module.module"].search([("name", "=", "customer_segmentation_survey")])
        self.assertEqual((module.state, module.auto_install), ("installed", True))
        self.assertEqual(set(module.dependencies_id.mapped("name")), {"customer_segmentation_value", "survey"})

    def test_each_customer_has_a_link_of_the_own(self):
        playbook = self.playbook(survey_id=self.survey.id, note="<p>Ask how it goes.</p>")
        first, second = self.falls("First"), self.falls("Second")
        self.work()
        notes = [self.activities_of(profile).note for profile in (first, second)]
        links = [LINK.search(note)[1] for note in notes]
        self.assertEqual(len(set(links)), 2)
        self.assertTrue(all("Ask how it goes." in note and "How are we doing?" in note for note in notes))
        self.assertEqual(self.answers().partner_id, (first + second).partner_id)
        for link, profile in zip(links, (first, second), strict=True):
            [answer] = self.answers().filtered(lambda answer, partner=profile.partner_id: answer.partner_id == partner)
            self.assertIn(f"{self.survey.access_token}?answer_token={answer.access_token}", link)
            self.assertTrue(link.startswith("http"))
        self.assertEqual(playbook.what_in_words, "To-Do for the salesperson, due in 3 days; survey “How are we doing?”")

    def test_without_survey_nothing_changes(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.assertNotIn("survey", str(self.activities_of(profile).note))
        self.assertFalse(self.answers())

    def test_plan_offers_it_once(self):
        steps = [Command.create({"summary": name, "delay_count": 3}) for name in ("Introduce", "Check")]
        plan = self.env["mail.activity.plan"].create(
            {"name": "Welcome", "res_model": "res.partner", "company_id": False, "template_ids": steps}
        )
        self.playbook(action_kind="plan", plan_id=plan.id, survey_id=self.survey.id)
        profile = self.falls()
        self.work()
        with_link = self.activities_of(profile).filtered(lambda activity: LINK.search(str(activity.note)))
        self.assertEqual(with_link.mapped("summary"), ["Introduce"])
        self.assertEqual(len(self.answers()), 1)

    def test_survey_that_cannot_be_answered_stops_nobody(self):
        playbook = self.playbook(survey_id=self.survey.id)
        for values in ({"active": False}, {"active": True, "users_login_required": True}):
            self.survey.write(values)
            profile = self.falls()
            self.work()
            self.assertEqual(self.entries_of(profile).state, "open")
            self.assertFalse(LINK.search(str(self.activities_of(profile).note)), values)
        self.assertFalse(playbook.problem)
        self.survey.unlink()
        self.assertFalse(playbook.survey_id)

    def test_survey_without_questions_cannot_start(self):
        self.survey.question_and_page_ids.unlink()
        playbook = self.playbook(start=False, survey_id=self.survey.id)
        with self.assertRaisesRegex(UserError, "no questions"):
            playbook._start(self.company)

    def test_nobody_needs_rights_on_surveys(self):
        playbook = self.playbook(survey_id=self.survey.id)
        profile = self.falls()
        self.work()
        self.assertIn("How are we doing?", self.activities_of(profile).with_user(self.seller).note)
        seen = playbook.with_user(self.seller)
        self.assertIn("How are we doing?", seen.what_in_words)
        self.assertNotIn("survey_id", seen.fields_get())
        manager = new_test_user(self.env, "survey_less_manager", "sales_team.group_sale_manager")
        playbook.with_user(manager).web_read({"name": {}, "survey_id": {"fields": {"display_name": {}}}})
        playbook.with_user(manager).copy()
