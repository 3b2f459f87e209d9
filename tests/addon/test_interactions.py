"""What is a contact with a customer, by which channel, on which day, and who may see it."""

from datetime import timedelta

from odoo import fields
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.periods import window_start
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import SegmentationCase, noon


class InteractionCase(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As users work: mail is sent, and what is tracked leaves a message.
        cls.env = cls.env(context={"lang": "en_US"})
        seller = "sales_team.group_sale_salesman"
        cls.seller = cls.user("seller", seller)
        cls.colleague = cls.user("colleague", seller)
        cls.buyer = cls.customer("Buyer", email="buyer@example.com")
        cls.person = cls.customer("Person", is_company=False, parent_id=cls.buyer.id, email="person@example.com")
        cls.now = fields.Datetime.now()

    @classmethod
    def user(cls, login, groups, **values):
        return new_test_user(cls.env, f"contacts_{login}", groups=groups, email=f"{login}@company.example", **values)

    def interactions(self, partner=None, **context):
        self.env.invalidate_all()
        model = self.env["customer.interaction"].with_context(**context)
        return model.search([("partner_id", "=", (partner or self.buyer).id)], order="moment, id")

    def channels(self, partner=None):
        return self.interactions(partner).mapped("channel")

    def write_to(self, document, author=None, recipient=None, **values):
        """An e-mail from the chatter of a document, and its delivery, which waits for the commit."""
        message = document.with_user(author or self.seller).message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(recipient or self.person).ids,
            **values,
        )
        return self.deliver(message)

    def deliver(self, message):
        message = message.sudo()
        message.notification_ids.filtered(
            lambda notification: notification.notification_status == "ready"
        ).notification_status = "sent"
        return message

    def receive_on(self, document, author=None, **values):
        """An e-mail that the mail gateway put on a document."""
        author = self.person if author is None else author
        return document.message_post(
            body="Hello",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email or "somebody@example.com",
            **values,
        )

    def activity(self, document, kind="call", user=None):
        user = user or self.seller
        return document.with_user(user).activity_schedule(f"mail.mail_activity_data_{kind}", user_id=user.id)

    def meeting(self, people, days_ago=1, user=None, **values):
        start = self.now - timedelta(days=days_ago)
        return self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": (user or self.seller).id,
                "partner_ids": [Command.set(people.ids)],
                **values,
            }
        )

    def quotation(self, user=None, **values):
        user = user or self.seller
        return (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.person.id,
                    "user_id": user.id,
                    "order_line": [Command.create({"product_id": self.product.id, "price_unit": 10, "tax_ids": False})],
                    **values,
                }
            )
        )

    def send_quotation(self, order, author=None):
        """As the dialog of the button Send does."""
        return self.write_to(order.with_context(mark_so_as_sent=True), author)


class TestActivities(InteractionCase):
    def test_only_done_activities_count_and_only_once(self):
        activity = self.activity(self.person)
        self.assertEqual(self.channels(), [])
        activity.action_feedback("Reached")
        row = self.interactions()
        self.assertEqual((row.channel, row.user_id, row.partner_id), ("call", self.seller, self.buyer))
        self.assertEqual((row.source_model, row.source_id), ("res.partner", self.person.id))
        self.assertEqual(row.date, self.today)
        self.assertFalse(row.company_id)

    def test_cancelled_activity_is_no_contact(self):
        self.activity(self.buyer).action_cancel()
        self.assertEqual(self.channels(), [])

    def test_channel_of_an_activity_is_its_type(self):
        for kind in ("todo", "email", "call", "meeting"):
            self.activity(self.buyer, kind).action_feedback()
        self.assertEqual(sorted(self.channels()), ["activity", "activity", "call", "meeting"])

    def test_activities_on_documents_of_the_customer_count(self):
        order = self.quotation()
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.person.id, "user_id": self.seller.id})
        for document in (order, lead):
            self.activity(document).action_feedback()
        found = {(row.source_model, row.source_id, row.company_id) for row in self.interactions()}
        self.assertEqual(found, {("sale.order", order.id, self.company), ("crm.lead", lead.id, lead.company_id)})
        self.assertEqual(self.interactions().salesperson_id, self.seller)

    def test_day_stays_when_an_activity_is_edited_later(self):
        activity = self.activity(self.buyer)
        activity.action_feedback()
        activity.date_done = self.day(40)
        row = self.interactions()
        self.assertEqual((row.date, row.moment), (self.day(40), noon(self.day(40))))

    def test_activity_of_a_meeting_in_the_calendar_counts_once(self):
        for days_ago, expected in ((1, ["meeting"]), (-3, [])):
            partner = self.customer("Met")
            activity = self.activity(partner, "meeting")
            self.meeting(partner | self.seller.partner_id, days_ago, activity_ids=[Command.set(activity.ids)])
            activity.action_feedback()
            self.assertEqual(self.channels(partner), expected)

    def test_activity_of_a_meeting_without_the_customer_counts_itself(self):
        activity = self.activity(self.buyer, "meeting")
        self.meeting(self.seller.partner_id, activity_ids=[Command.set(activity.ids)])
        activity.action_feedback()
        self.assertEqual(self.interactions().source_model, "res.partner")

    def test_whoever_did_an_activity_of_nobody(self):
        activity = self.activity(self.buyer)
        activity.user_id = False
        activity.with_user(self.colleague).action_feedback()
        self.assertEqual(self.interactions().user_id, self.colleague)


class TestMeetings(InteractionCase):
    def test_held_meetings_count_once_however_many_attend(self):
        meeting = self.meeting(self.person | self.buyer | self.seller.partner_id)
        self.meeting(self.person, days_ago=-2)
        row = self.interactions()
        self.assertEqual((row.channel, row.source_model, row.source_id), ("meeting", "calendar.event", meeting.id))
        self.assertEqual((row.user_id, row.moment), (self.seller, meeting.start))

    def test_meeting_with_two_customers_is_a_contact_with_each(self):
        other = self.customer("Other")
        self.meeting(self.person | other)
        rows = self.interactions() | self.interactions(other)
        self.assertEqual(rows.partner_id, self.buyer | other)
        self.assertEqual(len(rows), 2)

    def test_cancelled_or_declined_meeting_was_not_held(self):
        self.meeting(self.person).active = False
        self.meeting(self.person | self.seller.partner_id).attendee_ids.filtered(
            lambda attendee: attendee.partner_id == self.person
        ).do_decline()
        self.assertEqual(self.channels(), [])

    def test_colleagues_are_no_customers(self):
        self.meeting(self.person | self.seller.partner_id | self.colleague.partner_id)
        self.activity(self.colleague.partner_id).action_feedback()
        for colleague in (self.seller, self.colleague):
            self.assertEqual(self.channels(colleague.partner_id.commercial_partner_id), [])

    def test_meeting_stays_when_the_person_is_archived(self):
        self.meeting(self.person)
        self.person.active = False
        self.assertEqual(self.channels(), ["meeting"])


class TestMessages(InteractionCase):
    def test_e_mails_of_both_directions_on_the_contact(self):
        self.receive_on(self.person)
        self.write_to(self.person)
        received, sent = self.interactions()
        self.assertEqual((received.channel, sent.channel), ("email_in", "email_out"))
        self.assertEqual(sent.user_id, self.seller)
        self.assertEqual(received.user_id, self.person.user_id, "nobody looks after this contact yet")

    def test_what_the_customer_wrote_is_the_salespersons(self):
        self.person.user_id = self.colleague
        self.receive_on(self.person)
        self.assertEqual(self.interactions().user_id, self.colleague)

    def test_automatic_notifications_and_notes_do_not_count(self):
        seller = self.person.with_user(self.seller)
        seller.message_post(body="Note", subtype_xmlid="mail.mt_note")
        seller._message_log(body="Log")
        for kind in ("notification", "auto_comment", "user_notification"):
            if kind == "user_notification":
                seller.message_notify(body="Ping", partner_ids=self.person.ids)
            else:
                self.write_auto(kind)
        self.write_to(self.person, author=self.env.ref("base.user_root"))
        self.person.with_user(self.seller).sudo().write({"email": "new@example.com"})
        self.assertEqual(self.channels(), [])

    def write_auto(self, kind):
        message = self.person.with_user(self.seller).message_post(
            body="Automatic", message_type=kind, subtype_xmlid="mail.mt_comment", partner_ids=self.person.ids
        )
        self.assertTrue(self.deliver(message).notification_ids)

    def test_comment_that_reached_nobody_of_the_customer_does_not_count(self):
        third = self.customer("Third", email="third@example.com")
        message = self.write_to(self.buyer, recipient=self.colleague.partner_id | third)
        self.assertIn(third, message.notified_partner_ids)
        self.assertEqual(self.channels(), [])

    def test_e_mail_that_failed_does_not_count(self):
        message = self.write_to(self.person)
        self.assertEqual(self.channels(), ["email_out"])
        for status in ("exception", "bounce", "canceled", "ready"):
            message.notification_ids.notification_status = status
            self.assertEqual(self.channels(), [], status)

    def test_outgoing_e_mail_counts_once_it_left(self):
        mail = self.env["mail.mail"].create(
            {
                "model": "res.partner",
                "res_id": self.person.id,
                "body_html": "Offer",
                "email_to": self.person.email,
                "author_id": self.seller.partner_id.id,
                "auto_delete": False,
            }
        )
        self.assertEqual((mail.message_type, self.channels()), ("email_outgoing", []))
        mail.state = "exception"
        self.assertEqual(self.channels(), [])
        mail.state = "sent"
        self.assertEqual(self.channels(), ["email_out"])

    def test_e_mails_on_orders_leads_and_invoices(self):
        order = self.quotation()
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.person.id, "user_id": self.seller.id})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.person.id,
                "invoice_user_id": self.seller.id,
            }
        )
        bill = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.person.id})
        for document in (order, lead, invoice, bill):
            self.receive_on(document)
        rows = self.interactions()
        self.assertEqual(sorted(rows.mapped("source_model")), ["account.move", "crm.lead", "sale.order"])
        self.assertEqual(rows.user_id, self.seller)
        self.assertEqual(len(set(rows.ids)), 3)

    def test_incoming_e_mail_of_an_unknown_sender_or_a_third_party(self):
        third = self.customer("Third", email="third@example.com")
        self.receive_on(self.person, author=self.env["res.partner"])
        self.receive_on(self.person, author=third)
        self.assertEqual(self.channels(), ["email_in"])

    def test_portal_message_of_the_customer_is_received(self):
        order = self.quotation()
        order.message_post(
            body="When?", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=self.person.id
        )
        self.assertEqual(self.channels(), ["email_in"])

    def test_reply_by_an_employee_through_the_mail_gateway_is_sent(self):
        self.receive_on(self.person, author=self.seller.partner_id)
        self.assertEqual(self.channels(), [], "nobody got it")
        self.deliver(self.receive_on(self.person, author=self.seller.partner_id, partner_ids=self.person.ids))
        self.assertEqual(self.channels(), ["email_out"])

    def test_customer_of_no_document_is_nobodys(self):
        lead = self.env["crm.lead"].create({"name": "Stranger", "email_from": "x@example.com"})
        self.receive_on(lead, author=self.env["res.partner"])
        self.assertFalse(self.env["customer.interaction"].search([("source_id", "=", lead.id)]))


class TestQuotations(InteractionCase):
    def test_quotation_sent_by_e_mail_is_one_row(self):
        order = self.quotation()
        self.send_quotation(order)
        self.assertEqual(order.state, "sent")
        row = self.interactions()
        self.assertEqual((row.channel, row.user_id, row.company_id), ("quotation", self.seller, self.company))
        self.assertEqual((row.source_model, row.source_id), ("sale.order", order.id))
        self.write_to(order)
        self.receive_on(order)
        self.assertEqual(sorted(self.channels()), ["email_in", "email_out", "quotation"])

    def test_quotation_marked_as_sent(self):
        order = self.quotation()
        self.env.cr.flush()  # what is created and changed at once is not tracked
        order.action_quotation_sent()
        self.env.cr.flush()  # tracking
        self.assertEqual(self.channels(), ["quotation"])
        self.assertIn(self.env.ref("sale.mt_order_sent"), order.message_ids.subtype_id)

    def test_quotation_without_any_message(self):
        order = self.quotation(date_order=noon(self.day(9)))
        order.with_context(tracking_disable=True).state = "sent"
        row = self.interactions()
        self.assertEqual((row.channel, row.date, row.user_id), ("quotation", self.day(9), self.seller))

    def test_quotation_stays_one_after_confirmation(self):
        order = self.quotation()
        self.send_quotation(order)
        order.action_confirm()
        order.date_order = fields.Datetime.now() + timedelta(minutes=1)
        self.assertEqual(self.channels(), ["quotation"])

    def test_order_that_was_never_sent_is_no_contact(self):
        self.quotation()
        self.quotation().action_confirm()
        self.assertEqual(self.channels(), [])

    def test_e_mail_after_confirmation_is_no_quotation(self):
        order = self.quotation()
        order.action_confirm()
        order.date_order = self.now - timedelta(days=2)
        self.write_to(order)
        self.assertEqual(self.channels(), ["email_out"])

    def test_question_on_a_draft_is_an_e_mail(self):
        self.write_to(self.quotation())
        self.assertEqual(self.channels(), ["email_out"])


class TestWhoseAndWhen(InteractionCase):
    def test_day_is_that_of_the_policy(self):
        self.policy.tz = "Asia/Shanghai"
        for document in (self.person, self.quotation()):
            message = self.receive_on(document)
            message.date = noon(self.day(5)).replace(hour=20)
        self.assertEqual(self.interactions().mapped("date"), [self.day(4), self.day(4)])

    def test_only_the_asked_customers_are_read(self):
        other = self.customer("Other", email="other@example.com")
        for partner in (self.person, other):
            self.receive_on(partner, author=partner)
            self.activity(partner).action_feedback()
            self.meeting(partner)
        scoped = self.env["customer.interaction"].with_context(**by_code(only_customer_ids=other.ids))
        self.assertEqual(scoped.search([]).partner_id, other)
        self.assertEqual(scoped.search([]).ids, self.interactions(other)[::-1].sorted("id").sorted("moment", True).ids)
        self.assertFalse(self.env["customer.interaction"].with_context(**by_code(only_customer_ids=[])).search([]))

    def test_contact_of_a_company_belongs_to_it(self):
        other = self.other_company()
        self.person.company_id = self.branch(other)
        self.receive_on(self.person)
        row = self.interactions()
        self.assertEqual((row.company_id, row.branch_id.parent_id), (other, other))
        last = self.env["customer.interaction.summary"]._last_by_customer
        self.assertFalse(last(self.buyer.ids))
        self.assertEqual(last(self.buyer.ids, other)[self.buyer.id].count, 1)

    def test_merged_into_another_commercial_entity(self):
        self.receive_on(self.person)
        parent = self.customer("New Parent")
        self.person.parent_id = parent
        self.assertEqual((self.channels(), self.channels(parent)), ([], ["email_in"]))

    def test_document_behind_a_row_opens(self):
        meeting = self.meeting(self.person)
        action = self.interactions().action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("calendar.event", meeting.id))


class TestLastContact(InteractionCase):
    def last(self):
        return self.env["customer.interaction.summary"]._last_by_customer(self.buyer.ids).get(self.buyer.id)

    def received(self, days_ago):
        self.receive_on(self.person).date = noon(self.day(days_ago))

    def test_nobody_ever(self):
        self.assertIsNone(self.last())

    def test_count_and_channel_are_those_of_the_window(self):
        for days_ago in (500, 450, 400):
            self.received(days_ago)
        last = self.last()
        self.assertEqual((last.date, last.count, last.channel), (self.day(400), 0, None))
        self.meeting(self.person, 10)
        self.assertEqual(self.last()[1:], (1, "meeting"))

    def test_most_frequent_channel_and_of_equals_the_most_recent(self):
        self.received(3)
        self.meeting(self.person, 10)
        self.assertEqual(self.last()[1:], (2, "email_in"))
        self.meeting(self.person, 2)
        self.received(1)
        self.assertEqual(self.last()[1:], (4, "email_in"))
        self.meeting(self.person, 30)
        self.assertEqual(self.last()[1:], (5, "meeting"))

    def test_first_day_of_the_window(self):
        start = window_start(self.policy, self.today)
        for day, count in ((start, 0), (start + timedelta(days=1), 1)):
            self.receive_on(self.person).date = noon(day)
            self.assertEqual(self.last().count, count)

    def test_page_shows_it_and_opens_the_contacts(self):
        self.order(self.buyer, 100, days_ago=9)
        self.recompute()
        self.meeting(self.person, 4)
        self.write_to(self.person).date = noon(self.day(2))
        for partner in (self.buyer, self.person):
            shown = partner.with_user(self.seller)
            self.assertEqual(shown.customer_last_contact_date, self.day(2))
            self.assertEqual((shown.customer_contact_count, shown.customer_preferred_channel), (2, "email_out"))
        action = self.person.with_user(self.seller).action_open_customer_interactions()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.interactions().sorted("moment", True))

    def test_profiles_of_two_companies(self):
        other = self.other_company()
        for company in (self.company, other):
            self.order(self.buyer, 100, days_ago=9, company=company)
            self.recompute(self.policy_of(company))
        self.meeting(self.person, 4)
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.person.id, "company_id": other.id, "user_id": False, "team_id": False}
        )
        self.receive_on(lead).date = noon(self.day(1))
        here, there = self.profile(self.buyer), self.profile(self.buyer, other)
        self.assertEqual((here | there).mapped("contact_count"), [1, 2])
        self.assertEqual((here.last_contact_date, there.last_contact_date), (self.day(4), self.day(1)))
        self.assertEqual((here.preferred_channel, there.preferred_channel), ("meeting", "email_in"))


class TestRoles(InteractionCase):
    def seen_by(self, user, **context):
        model = self.env["customer.interaction"].with_user(user).with_context(**context)
        return model.search([("partner_id", "=", self.buyer.id)])

    def test_documents_of_colleagues_are_seen_by_those_who_see_all(self):
        self.receive_on(self.quotation(self.colleague))
        self.receive_on(self.quotation(self.seller))
        self.receive_on(self.person)
        everything = self.user("all", "sales_team.group_sale_salesman_all_leads")
        manager = self.user("manager", "base.group_user,customer_segmentation.group_manager")
        self.assertEqual(len(self.seen_by(self.seller)), 2)
        self.assertNotIn(self.colleague, self.seen_by(self.seller).salesperson_id)
        for user in (everything, manager):
            self.assertEqual(len(self.seen_by(user)), 3)

    def test_what_i_did_on_a_colleagues_document_is_mine(self):
        order = self.quotation(self.colleague)
        self.write_to(order.sudo(), self.env.ref("base.user_admin"))
        self.assertFalse(self.seen_by(self.seller))
        self.assertEqual(len(self.seen_by(self.env.ref("base.user_admin"))), 1)
        self.assertEqual(len(self.seen_by(self.colleague)), 1)

    def test_other_companies_are_closed(self):
        other = self.other_company()
        self.receive_on(self.quotation(self.env.user, company_id=other.id, user_id=False))
        self.receive_on(self.person)
        manager = self.user("here", "sales_team.group_sale_manager")
        both = self.user("both", "sales_team.group_sale_manager", company_ids=[Command.set((self.company | other).ids)])
        self.assertEqual(len(self.seen_by(manager)), 1)
        self.assertEqual(len(self.seen_by(both, allowed_company_ids=(self.company | other).ids)), 2)
        self.assertEqual(len(self.seen_by(both, allowed_company_ids=self.company.ids)), 1)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_without_rights_nothing(self):
        self.receive_on(self.person)
        for groups in ("base.group_user", "base.group_portal"):
            user = self.user(groups[-6:], groups)
            with self.assertRaises(AccessError):
                self.seen_by(user)
            with self.assertRaises(AccessError):
                self.buyer.with_user(user).read(["customer_last_contact_date"])
