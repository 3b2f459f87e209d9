"""Who may not read amounts reads none in the activities of playbooks, whichever way."""

from odoo.exceptions import AccessError

from .playbook_common import PlaybookCase


class TestActivityAmounts(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.user("employee", "base.group_user")
        cls.playbook(
            "Amounts",
            summary="{{ object.partner_id.name }}: {{ object.revenue }}",
            note="<p>Segment {{ object.segment_id.name }}, {{ object.revenue ||| a lot }}, "
            "{{ object.explanation }}</p>",
        )

    def activity(self, user):
        profile = self.falls("Amounts Ltd", revenue=98_765.0, user_id=user.id)
        self.work()
        return self.activities_of(profile)

    def test_the_salesperson_reads_them(self):
        activity = self.activity(self.seller)
        for user in (self.seller, self.user("colleague")):
            values = activity.with_user(user).read(["summary", "note"])[0]
            self.assertIn("98,765", values["summary"])
            self.assertIn("98,765", values["note"])

    def test_an_employee_reads_none_of_a_colleagues_activity(self):
        activity = self.activity(self.seller)
        mine = self.env["mail.activity"].with_user(self.employee)
        self.assertFalse(mine.search([("id", "in", activity.ids)]))
        self.assertFalse(mine.search([("note", "ilike", "98,765")]))
        with self.assertRaises(AccessError):
            activity.with_user(self.employee).read(["note"])
        contact = self.env["res.partner"].with_user(self.employee).browse(activity.res_id)
        self.assertNotIn(activity, contact.activity_ids)
        self.assertFalse(contact.read(["activity_state", "activity_summary"])[0]["activity_summary"])

    def test_an_employee_who_is_responsible_reads_the_words_without_them(self):
        activity = self.activity(self.employee)
        self.assertEqual(activity.user_id, self.employee)
        values = activity.with_user(self.employee).read(["summary", "note"])[0]
        self.assertEqual(values["summary"], "Amounts Ltd: …")
        self.assertIn("Segment At Risk, a lot, …", values["note"])

    def test_handed_over_to_an_employee_they_go(self):
        activity = self.activity(self.seller)
        activity.with_user(self.seller).user_id = self.employee
        self.assertNotIn("98,765", activity.summary + activity.note)

    def test_an_order_that_ends_it_shows_no_amount_on_the_contact(self):
        self.playbooks.search([]).closes_on_order = True
        activity = self.activity(self.seller)
        partner = self.env["res.partner"].browse(activity.res_id)
        entry = activity.customer_playbook_entry_id
        order = self.order(partner, 54_321)
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s::timestamp + interval '1 second' WHERE id = %s",
            [entry.entered_at, order.id],
        )
        order.invalidate_recordset()
        self.work()
        self.assertIn("54,321", entry.closing_reason)
        texts = " ".join(partner.message_ids.mapped("body"))
        self.assertIn("done", texts)
        self.assertNotIn("54,321", texts)
