"""What uninstalling leaves on desks and in queues: nothing, but a word."""

from odoo.addons.customer_segmentation.hooks import _end_open_work
from odoo.tests import RecordCapturer

from .playbook_common import PlaybookCase


class TestUninstall(PlaybookCase):
    def test_open_work_ends_with_a_word(self):
        template = self.env["mail.template"].create(
            {
                "name": "News",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "We miss you",
                "body_html": "<p>Hello</p>",
                "use_default_to": True,
            }
        )
        self.playbook(send_mail=True, mail_template_id=template.id, note="<p>{{ object.revenue }}</p>")
        profile = self.falls(email="buyer@shop.example")
        with RecordCapturer(self.env["mail.mail"], [("subject", "=", "We miss you")]) as queued:
            self.work()
        own = profile.partner_id.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        foreign = self.env["mail.mail"].create({"subject": "Not ours", "email_to": "buyer@shop.example"})
        with RecordCapturer(self.env["mail.message"]) as told:
            _end_open_work(self.env)
        self.assertEqual(self.activities_of(profile), own, "what a person planned stays")
        self.assertEqual((queued.records.state, foreign.state), ("cancel", "outgoing"))
        self.assertTrue(queued.records.failure_reason)
        word = told.records.filtered(lambda message: message.message_type == "user_notification")
        self.assertEqual(word.notified_partner_ids, self.seller.partner_id)
        self.assertIn("1", word.body)
