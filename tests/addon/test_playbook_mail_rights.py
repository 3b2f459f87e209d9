"""What a playbook writes is filled in with the rights of who chose it, whoever rewrote it since."""

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import RecordCapturer
from odoo.tools import mute_logger

from .playbook_common import PlaybookCase

EDITOR = "sales_team.group_sale_manager,mail.group_mail_template_editor"


class TestPlaybookMailRights(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls.user("editor", EDITOR)
        cls.far = cls.other_company("Far Away")
        cls.far_order = cls.order(cls.customer("Far Customer"), 4_711, company=cls.far)
        cls.template = cls.env["mail.template"].create(
            {
                "name": "News",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "We miss you",
                "body_html": "<p>Hello</p>",
                "use_default_to": True,
            }
        )

    def chosen_by(self, user):
        playbook = self.playbook(start=False)
        playbook.with_user(user).write({"send_mail": True, "mail_template_id": self.template.id})
        playbook.with_user(user)._start(self.company)
        return playbook

    def sent(self, body):
        """The e-mail after the template was rewritten by the editor, once the playbook was started."""
        self.template.with_user(self.editor).body_html = body
        self.profile = self.falls("Zz Victim", email="a@example.com")
        mails = self.env["mail.mail"].with_context(active_test=False)
        with RecordCapturer(mails, [("subject", "=", "We miss you")]) as captured:
            self.work()
        return captured.records

    def test_a_template_reads_what_its_author_reads_in_the_company(self):
        own = self.order(self.customer("Near Customer"), 1_234)
        playbook = self.chosen_by(self.editor)
        self.assertEqual(playbook.author_id, self.editor)
        mail = self.sent("""<p t-out="object.env['sale.order'].search([]).mapped('name')"/>""")
        self.assertIn(own.name, mail.body_html)
        self.assertNotIn(self.far_order.name, mail.body_html.replace(own.name, ""))
        self.assertEqual(mail.recipient_ids, self.profile.partner_id)
        self.assertFalse(playbook.problem)

    def test_an_author_of_both_companies_writes_of_one_only(self):
        self.editor.company_ids = [Command.link(self.far.id)]
        self.chosen_by(self.editor)
        self.order(self.customer("Near Customer"), 1_234)
        mail = self.sent("""<p t-out="object.env['sale.order'].search([]).company_id.mapped('name')"/>""")
        self.assertIn(self.company.name, mail.body_html)
        self.assertNotIn("Far Away", mail.body_html)

    def test_a_template_does_nothing_its_author_may_not_do_and_the_playbook_says_why(self):
        playbook = self.chosen_by(self.editor)
        # Odoo tries a template on one contact when it is saved: not on this one.
        name = f"object.env['res.users'].browse({self.seller.id}).write(dict(name='Taken'))"
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            mails = self.sent(f"""<t t-if="object.name == 'Zz Victim'"><p t-out="{name}"/></t>""")
        self.assertFalse(mails)
        self.assertNotEqual(self.seller.name, "Taken")
        self.assertIn("with the rights of", playbook.problem)
        self.assertIn(self.editor.name, playbook.problem)
        self.assertEqual(self.entries_of(self.profile).state, "waiting")

    def test_what_came_with_a_module_is_filled_in_for_whoever_started_it(self):
        playbook = self.playbook(start=False, send_mail=True, mail_template_id=self.template.id)
        playbook.with_user(self.editor)._start(self.company)
        self.assertEqual(playbook.author_id, self.env.ref("base.user_root"))
        mail = self.sent("""<p t-out="object.env.user.login"/>""")
        self.assertIn(self.editor.login, mail.body_html)

    def test_without_its_author_it_pauses(self):
        playbook = self.chosen_by(self.user("leaves", EDITOR))
        playbook.author_id.active = False
        self.assertFalse(self.sent("<p>Hello</p>"))
        self.assertIn("does not work here any more", playbook.problem)
        playbook.with_user(self.editor).action_take_over_conditions()
        self.work()
        self.assertTrue(self.entries_of(self.profile).mailed_on)

    def test_texts_show_what_their_author_reads(self):
        """A contact of another company is not told; what is not told shows the words for nothing."""
        playbook = self.playbook(start=False)
        playbook.with_user(self.editor).summary = "Call {{ object.partner_id.name ||| somebody }}"
        playbook.with_user(self.editor)._start(self.company)
        near, far = self.falls("Near"), self.falls("Far", partner=self.customer("Far", company_id=self.far.id))
        self.work()
        self.assertEqual(self.activities_of(near).summary, "Call Near")
        self.assertEqual(self.activities_of(far).summary, "Call somebody")

    def test_who_types_a_text_must_be_able_to_ask_for_the_audience(self):
        playbook = self.playbook(start=False, audience_domain="[('sale_order_ids.amount_total', '>', 5)]")
        plain = self.user("plain", "base.group_user,customer_segmentation.group_manager")
        with self.assertRaises(ValidationError):
            playbook.with_user(plain).summary = "Call"
