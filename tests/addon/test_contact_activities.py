"""What is planned with a customer, on the rows about it: read, found, and kept on the contact."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import SegmentationCase

STATES = ["overdue", "today", "planned", False]


@tagged("post_install", "-at_install")
class TestContactActivities(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "rows_seller", "sales_team.group_sale_salesman_all_leads")
        names = ("Late", "Due", "Ahead", "Through Contact", "Free")
        cls.late, cls.due, cls.ahead, cls.through, cls.free = (cls.customer(name) for name in names)
        cls.contact = cls.customer("Desk", parent_id=cls.through.id, is_company=False)
        cls.customers = cls.late | cls.due | cls.ahead | cls.through | cls.free
        for customer in cls.customers:
            cls.order(customer, days_ago=30)
        cls.recompute()
        cls.nobody_waits()
        for contact, days in ((cls.late, -2), (cls.late, 5), (cls.due, 0), (cls.ahead, 3), (cls.contact, -1)):
            cls.plan(contact, days)
        cls.plan(cls.free, -5).action_feedback(feedback="Done")
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def plan(cls, contact, days, **values):
        return contact.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.context_today(contact) + timedelta(days=days),
            summary=f"Call {contact.name} in {days}",
            user_id=cls.seller.id,
            **values,
        )

    def rows(self, domain=()):
        rows = self.env["customer.segmentation.profile"].with_user(self.seller)
        return rows.search([("partner_id", "in", self.customers.ids), *domain], order="id")

    def test_a_row_says_what_comes_next(self):
        shown = {row.partner_id: (row.next_activity_state, row.next_activity_summary) for row in self.rows()}
        self.assertEqual(
            shown,
            {
                self.late: ("overdue", "Call Late in -2"),
                self.due: ("today", "Call Due in 0"),
                self.ahead: ("planned", "Call Ahead in 3"),
                self.through: ("overdue", "Call Desk in -1"),
                self.free: (False, False),
            },
        )
        late = self.rows([("partner_id", "=", self.late.id)])
        self.assertEqual(late.next_activity_ids.mapped("summary"), ["Call Late in -2", "Call Late in 5"])

    def test_filters_find_what_rows_show(self):
        for state in STATES:
            with self.subTest(state=state):
                expected = self.rows().filtered(lambda row, state=state: row.next_activity_state == state)
                self.assertTrue(expected)
                self.assertEqual(self.rows([("next_activity_state", "=", state)]), expected)
                self.assertEqual(self.rows([("next_activity_state", "!=", state)]), self.rows() - expected)
        mixed = self.rows([("next_activity_state", "in", ["overdue", False])])
        self.assertEqual(mixed.partner_id, self.late | self.through | self.free)

    def test_a_filter_asks_once_however_many_rows(self):
        self.rows([("next_activity_state", "=", "overdue")])
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.rows([("next_activity_state", "=", False)])
        few = self.env.cr.sql_log_count - before
        for number in range(20):
            self.plan(self.customers[number % len(self.customers)], number)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.rows([("next_activity_state", "=", False)])
        self.assertEqual(self.env.cr.sql_log_count - before, few)

    def test_reading_rows_does_not_ask_for_each(self):
        def queries(rows):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.mapped("next_activity_summary")
            return self.env.cr.sql_log_count - before

        rows = self.rows()
        queries(rows)
        self.assertLessEqual(queries(rows), queries(rows[:2]) + 1)

    def test_what_is_of_a_contact_nobody_may_read_is_not_shown(self):
        other = self.other_company()
        self.contact.company_id = self.through.company_id = False
        self.contact.sudo().write({"company_id": other.id})
        row = self.rows([("partner_id", "=", self.through.id)])
        activity = self.contact.sudo().activity_ids
        activity.user_id = self.env.user
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(row.next_activity_ids)
        self.assertFalse(row.next_activity_state)
        self.assertIn(row, self.rows([("next_activity_state", "=", False)]))
        self.assertFalse(self.through.with_user(self.seller).customer_activity_ids)

    def test_the_page_shows_what_is_planned_with_all_contacts(self):
        page = self.through.with_user(self.seller)
        self.assertEqual(page.customer_activity_ids.mapped("summary"), ["Call Desk in -1"])
        self.assertEqual(self.contact.with_user(self.seller).customer_activity_ids, page.customer_activity_ids)
        action = page.action_schedule_customer_activity()
        self.assertEqual(
            (action["context"]["active_model"], action["context"]["active_ids"]), ("res.partner", page.ids)
        )
        self.assertEqual(self.rows()[0].action_schedule_activity()["context"]["active_model"], "res.partner")

    def test_the_view_of_activities_is_that_of_contacts(self):
        chosen = self.rows([("partner_id", "in", (self.late | self.through).ids)])
        action = chosen.action_open_activity_view()
        self.assertEqual((action["res_model"], action["views"][0]), ("res.partner", (False, "activity")))
        contacts = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(contacts.search(action["domain"]), self.late | self.through | self.contact)
        shown = self.env["mail.activity"].with_user(self.seller).get_activity_data("res.partner", action["domain"])
        self.assertEqual(set(shown["activity_res_ids"]), set((self.late | self.contact).ids))
        everybody = contacts.search(self.rows().browse().action_open_activity_view()["domain"])
        self.assertIn(self.due, everybody)
        self.assertNotIn(self.free, everybody)

    # ------------------------------------------------------------------ never on a row of ours

    def values(self, record):
        return {
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
        }

    def ours(self):
        return [self.rows()[0].sudo(), self.policy, self.env["customer.segment"].search([], limit=1)]

    def test_no_activity_stands_on_a_row_of_ours(self):
        activity = self.late.activity_ids[0]
        for record in self.ours():
            for user in (self.env.user, self.seller):
                activities = self.env["mail.activity"].with_user(user)
                with self.assertRaisesRegex(UserError, "planned on the customer's contact"):
                    activities.create(self.values(record))
            with self.assertRaisesRegex(UserError, "planned on the customer's contact"):
                values = self.values(record)
                activity.write({name: values[name] for name in ("res_model_id", "res_id")})
            with self.assertRaisesRegex(UserError, "planned on the customer's contact"):
                activity.write({"res_model": record._name, "res_id": record.id})

    def test_neither_a_dialog_nor_a_type_nor_a_plan_leads_there(self):
        name = self.rows()._name
        for model, values in (
            ("mail.activity.type", {"name": "Ours"}),
            ("mail.activity.plan", {"name": "Ours"}),
        ):
            with self.assertRaisesRegex(ValidationError, "planned on the customer's contact"):
                self.env[model].create({**values, "res_model": name})
            with self.assertRaisesRegex(ValidationError, "planned on the customer's contact"):
                self.env[model].with_context(default_res_model=name).create(values)
            with self.assertRaisesRegex(ValidationError, "planned on the customer's contact"):
                self.env[model].create({**values, "res_model": "res.partner"}).write({"res_model": name})
        wizard = self.env["mail.activity.schedule"].with_user(self.seller)
        with self.assertRaisesRegex(ValidationError, "planned on the customer's contact"):
            wizard.with_context(active_model=name, active_ids=self.rows().ids).create({})

    def test_it_is_refused_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "customer_segmentation")])._update_translations(["zh_CN"])
        chinese = self.env["mail.activity"].with_context(lang="zh_CN")
        with self.assertRaisesRegex(UserError, "联系人"):
            chinese.create(self.values(self.rows()[0]))

    def test_contacts_and_orders_take_activities_as_ever(self):
        order = self.order(self.free)
        for record in (self.free, order):
            self.assertTrue(self.env["mail.activity"].create(self.values(record)))

    def test_nothing_technical_is_offered_to_group_by(self):
        for model in ("customer.segmentation.profile", "customer.tier.edge", "customer.playbook.entry", "sale.order"):
            offered = {
                name: field["string"]
                for name, field in self.env[model].with_user(self.seller).fields_get().items()
                if field.get("groupable") and (model.startswith("customer.") or name.startswith("customer_"))
            }
            self.assertIn("user_id" if model.startswith("customer.") else "customer_segment_id", offered)
            technical = re.compile("color|currency|profile|attention|opening|cause|_run_|transition|create_|write_")
            self.assertFalse([name for name in offered if technical.search(name)], model)
