"""My Day: who stands on a desk, in which order and why; what came of it, and what follows."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .playbook_common import PlaybookCase

GAPS = 30  # days between two orders of the customers here


class DeskCase(PlaybookCase):
    """Customers with nine orders 30 days apart; how late they are is said by the days since the last."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = {name: cls.buys(name, amount, days_ago=45) for name, amount in (("Ann", 500), ("Bob", 300))}
        cls.on_time = cls.buys("Cid", 900, days_ago=5)
        cls.gone = cls.buys("Dan", 900, days_ago=700)
        cls.recompute()
        cls.nobody_waits()
        cls.ann, cls.bob = cls.late["Ann"], cls.late["Bob"]

    @classmethod
    def buys(cls, name, amount, days_ago, user=None):
        customer = cls.customer(name, user_id=(user or cls.seller).id, phone="+1 202 555 0100")
        for number in range(9):
            cls.order(customer, amount, days_ago + number * GAPS)
        return customer

    def action_open_day(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["customer.desk"].with_user(user or self.seller).action_open_day()

    def names(self, day=None, state=None):
        rows = (day or self.action_open_day())["rows"]
        return [row["name"] for row in rows if state is None or row["state"] == state]

    def row(self, name, user=None):
        found = next(row for row in self.action_open_day(user)["rows"] if row["name"] == name)
        return self.env["customer.desk.row"].browse(found["id"])

    def why(self, name):
        return " · ".join(next(row for row in self.action_open_day()["rows"] if row["name"] == name)["why"])

    def tell(self, name, outcome, **told):
        row = self.row(name)
        row.with_user(self.seller).action_tell(outcome, told)
        self.env.invalidate_all()
        return row

    def promise(self, customer, in_days=0, user=None, **values):
        return customer.activity_schedule(
            "mail.mail_activity_data_call",
            self.today + timedelta(days=in_days),
            user_id=(user or self.seller).id,
            summary=values.pop("summary", "Call as promised"),
            **values,
        )

    def orders_now(self, customer):
        self.order(customer, 10).date_order = fields.Datetime.now()
        self.env.cr.flush()  # into the queue, as a commit puts it

    def yesterday(self):
        """As if the rows there are were yesterday's."""
        self.env["customer.desk.row"].search([]).write({"day": self.today - timedelta(days=1)})

    def quotation(self, customer, amount=50, sent_days_ago=5):
        order = self.order(customer, amount, sent_days_ago, user_id=self.seller.id)
        order.state = "sent"
        self.nobody_waits()
        return order

    def planned(self, customer):
        return self.env["mail.activity"].search([("res_model", "=", "res.partner"), ("res_id", "=", customer.id)])

    def contacts(self, customer):
        done = self.env["mail.activity"].with_context(active_test=False)
        return done.search([("res_model", "=", "res.partner"), ("res_id", "=", customer.id), ("active", "=", False)])


@tagged("post_install", "-at_install")
class TestWhoStands(DeskCase):
    def test_those_who_are_late_by_what_is_at_stake(self):
        self.assertEqual(self.names(), ["Ann", "Bob"])
        self.assertIn("Usually orders every", self.why("Ann"))

    def test_promises_come_first_then_quotations(self):
        self.quotation(self.on_time)
        self.promise(self.gone, in_days=-2)
        self.assertEqual(self.names(), ["Dan", "Cid", "Ann", "Bob"])
        self.assertIn("Call as promised (due since", self.why("Dan"))
        self.assertIn("has had no answer since", self.why("Cid"))

    def test_of_promises_those_with_most_at_stake_first(self):
        self.promise(self.gone, in_days=-9)
        self.promise(self.bob, in_days=-5)
        self.promise(self.ann, in_days=-1)
        self.assertEqual(self.names(), ["Ann", "Bob", "Dan"], "of who is gone nothing is at stake")

    def test_one_order_makes_no_rhythm(self):
        once = self.customer("Eve", user_id=self.seller.id)
        self.order(once, 40, 120)
        self.recompute()
        self.nobody_waits()
        self.assertIn("One order so far: $\xa040.00, 120 days ago", self.why("Eve"))
        self.assertNotIn("late", self.why("Eve"))

    def test_a_customer_stands_once_with_all_reasons(self):
        self.promise(self.ann)
        self.quotation(self.ann)
        self.assertEqual(self.names(), ["Ann", "Bob"])
        self.assertEqual(len(self.action_open_day()["rows"][0]["why"]), 3)

    def test_a_promise_about_a_person_is_one_about_the_customer(self):
        person = self.env["res.partner"].create({"name": "Eve", "parent_id": self.on_time.id})
        self.promise(person)
        self.assertEqual(self.names(), ["Cid", "Ann", "Bob"])

    def test_promises_on_quotations_and_opportunities(self):
        lead = self.env["crm.lead"].create({"name": "More", "partner_id": self.gone.id, "type": "opportunity"})
        self.promise(lead)
        self.promise(self.order(self.on_time, 10, 1))
        self.nobody_waits()
        self.assertEqual(set(self.names()[:2]), {"Cid", "Dan"})

    def test_young_old_and_expired_quotations_are_no_reason(self):
        self.quotation(self.on_time, sent_days_ago=1)
        self.quotation(self.gone, sent_days_ago=90)
        self.quotation(self.gone, sent_days_ago=20).validity_date = self.today - timedelta(days=1)
        self.assertEqual(self.names(), ["Ann", "Bob"])

    def test_what_is_planned_for_later_is_not_asked_twice(self):
        self.promise(self.ann, in_days=4)
        self.assertEqual(self.names(), ["Bob"])

    def test_plans_of_colleagues_are_shown(self):
        colleague = self.user("colleague", name="Colleague")
        self.promise(self.ann, in_days=4, user=colleague, summary="Visit the fair")
        row = self.action_open_day()["rows"][0]
        self.assertEqual(row["name"], "Ann")
        self.assertIn("Colleague: Visit the fair on", row["planned"][0])

    def test_what_does_not_fit_waits_and_is_counted(self):
        self.policy.desk_rows = 1
        day = self.action_open_day()
        self.assertEqual((self.names(day), day["waiting"]), (["Ann"], 1))

    def test_a_person_may_have_fewer_rows(self):
        self.seller.customer_desk_rows = 1
        self.assertEqual(self.names(), ["Ann"])
        for rows in (-1, 101, 10**12):
            with self.assertRaisesRegex(ValidationError, "it must be 0 to 100"):
                self.seller.with_user(self.seller).customer_desk_rows = rows

    def test_a_company_has_at_least_one_row(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.policy.desk_rows = 0
            self.env.flush_all()

    def test_promises_that_do_not_fit_wait(self):
        self.policy.desk_rows = 1
        for customer in (self.gone, self.on_time):
            self.promise(customer)
        for _window in range(2):
            day = self.action_open_day()
            self.assertEqual(len(day["rows"]), 1)
            self.assertEqual(day["waiting"], 3)
        self.promise(self.bob)
        day = self.action_open_day()
        self.assertEqual(self.names(day)[1:], ["Bob"], "what is promised meanwhile joins")
        self.assertEqual(day["waiting"], 2)

    def test_nobody_on_the_phone_blacklist(self):
        self.bob.phone = "+1 202 555 0199"
        self.env["phone.blacklist"].add(self.bob.phone_sanitized)
        self.assertEqual(self.names(), ["Ann"])

    def test_nobody_whose_order_is_not_scored_yet(self):
        self.order(self.ann, 10)
        self.env.cr.flush()
        self.assertEqual(self.names(), ["Bob"])

    def test_customers_of_others_stand_on_their_desks(self):
        other = self.user("other")
        self.ann.user_id = other
        self.assertEqual(self.names(), ["Bob"])
        self.assertEqual(self.names(self.action_open_day(other)), ["Ann"])


@tagged("post_install", "-at_install")
class TestTheDayIsFixed(DeskCase):
    def test_the_order_stays(self):
        self.assertEqual(self.names(), ["Ann", "Bob"])
        self.order(self.bob, 10_000, 60)
        self.recompute()
        self.nobody_waits()
        self.assertEqual(self.names(), ["Ann", "Bob"])

    def test_only_promises_join(self):
        self.action_open_day()
        self.buys("Eve", 5_000, 45)
        self.recompute()
        self.nobody_waits()
        self.promise(self.gone)
        day = self.action_open_day()
        self.assertEqual(self.names(day), ["Ann", "Bob", "Dan"])
        self.assertEqual(day["waiting"], 1, "Eve")

    def test_an_order_ticks_a_row_off(self):
        self.action_open_day()
        self.orders_now(self.ann)
        day = self.action_open_day()
        self.assertEqual(self.names(day, "ordered"), ["Ann"])
        self.assertEqual((day["done"], day["total"]), (1, 2))

    def test_a_reason_that_went_settles_a_row(self):
        promise = self.promise(self.gone)
        self.action_open_day()
        promise.action_feedback(feedback="Done in the chatter")
        self.assertEqual(self.names(state="settled"), ["Dan"])

    def test_what_is_planned_from_elsewhere_settles_a_row(self):
        self.action_open_day()
        self.promise(self.ann, in_days=3)
        self.assertEqual(self.names(state="settled"), ["Ann"])

    def test_a_new_promise_opens_a_finished_row_again(self):
        self.tell("Ann", "no_need")
        self.assertEqual(self.names(state="open"), ["Bob"])
        self.promise(self.ann, summary="Ring back at four")
        day = self.action_open_day()
        self.assertEqual((self.names(day, "open"), day["total"]), (["Ann", "Bob"], 2))
        self.tell("Ann", "later")
        self.assertEqual(self.names(state="open"), ["Bob"])

    def test_what_was_promised_before_an_order_stays_ticked_off(self):
        self.promise(self.ann)
        self.action_open_day()
        self.orders_now(self.ann)
        for _window in range(2):
            self.assertEqual(self.names(state="ordered"), ["Ann"])
        row = self.env["customer.desk.row"].search([("partner_id", "=", self.ann.id)])
        row.done_at = fields.Datetime.now() - timedelta(hours=2)
        self.env["sale.order"].search(
            [("partner_id", "=", self.ann.id)], order="id desc", limit=1
        ).date_order -= timedelta(hours=3)
        self.env.cr.flush()
        for _window in range(2):
            self.assertEqual(self.names(state="open"), ["Ann", "Bob"], "promised after the order")

    def test_opening_it_again_writes_nothing(self):
        self.action_open_day()
        rows = self.env["customer.desk.row"].search([])
        before = rows.mapped("write_date")
        self.action_open_day()
        self.assertEqual(self.env["customer.desk.row"].search([]).mapped("write_date"), before)


@tagged("post_install", "-at_install")
class TestWhatCameOfIt(DeskCase):
    def test_it_comes_back(self):
        for outcome, days in (("ordered", 7), ("will_order", 7), ("later", 14), ("wrong_number", 1)):
            with self.subTest(outcome):
                row = self.tell("Ann", outcome, note="said so")
                self.assertEqual(self.planned(self.ann).date_deadline, self.today + timedelta(days=days))
                self.assertEqual(row.next_activity_id, self.planned(self.ann))
                self.assertIn("said so", self.contacts(self.ann)[:1].feedback)
                self.assertEqual((row.state, row.outcome), ("done", outcome))
                self.planned(self.ann).unlink()
                self.env["customer.desk.row"].search([]).unlink()

    def test_on_a_day_of_ones_own(self):
        self.tell("Ann", "later", day=str(self.today + timedelta(days=40)))
        self.assertEqual(self.planned(self.ann).date_deadline, self.today + timedelta(days=40))

    def test_the_next_row_is_done_while_it_is_planned(self):
        self.tell("Ann", "later")
        self.assertEqual(self.names(state="open"), ["Bob"])
        self.assertEqual(len(self.contacts(self.ann)), 1, "one call was one contact")

    def test_a_promise_that_was_due_is_the_contact(self):
        self.promise(self.ann)
        self.tell("Ann", "later")
        self.assertEqual(self.contacts(self.ann).mapped("summary"), ["Call as promised"])
        self.assertEqual(len(self.planned(self.ann)), 1)

    def test_after_three_calls_in_vain_one_writes(self):
        for attempt in range(3):
            row = self.tell("Ann", "not_reached")
            row.write({"day": self.today - timedelta(days=3 - attempt)})
            kind = self.planned(self.ann).activity_type_id
            self.assertEqual(kind == self.env.ref("mail.mail_activity_data_email"), attempt == 2)
            self.planned(self.ann).date_deadline = self.today
        self.assertIn("not reached 3 times", self.planned(self.ann).summary)

    def test_no_need_leaves_the_customer_alone_for_a_gap(self):
        row = self.tell("Ann", "no_need")
        gap = round(self.profile(self.ann).typical_gap_days)
        self.assertEqual(row.rests_until, self.today + timedelta(days=gap))
        self.yesterday()
        self.assertEqual(self.names(), ["Bob"])

    def test_what_helped_is_done_and_the_customer_rests(self):
        promise = self.promise(self.ann, summary="Send the price list")
        row = self.tell("Ann", "helped")
        self.assertFalse(promise.active)
        self.assertEqual(row.rests_until, self.today + timedelta(days=14))
        self.yesterday()
        self.assertEqual(self.names(), ["Bob"])

    def test_buys_elsewhere_says_why(self):
        with self.assertRaisesRegex(UserError, "why"):
            self.tell("Ann", "elsewhere")
        reason = self.env["customer.churn.reason"].search([], limit=1)
        row = self.tell("Ann", "elsewhere", reason_id=reason.id)
        self.assertEqual(row.churn_reason_id, reason)
        self.assertIn(reason.name, self.contacts(self.ann).feedback)

    def test_a_complaint_is_seen_to_by_who_serves_the_customer(self):
        service = self.user("service")
        self.ann.service_user_id = service
        row = self.tell("Ann", "complaint", note="Broken on arrival")
        self.assertEqual(self.planned(self.ann).user_id, service)
        self.assertIn("Broken on arrival", self.planned(self.ann).summary)
        self.assertGreater(row.rests_until, self.today)

    def test_an_order_ends_what_was_to_be_asked(self):
        self.tell("Ann", "will_order")
        self.tell("Bob", "wrong_number")
        for customer in (self.ann, self.bob):
            self.orders_now(customer)
        self.work()
        self.assertFalse(self.planned(self.ann))
        self.assertTrue(self.planned(self.bob), "the number is still wrong")

    def test_what_cannot_be(self):
        for outcome, told in (
            ("sold", {}),
            ("later", {"day": str(self.today)}),
            ("later", {"day": "soon"}),
            ("later", {"channel": "smoke"}),
            ("later", {"attitude": "bored"}),
            ("later", {"note": 5}),
            ("elsewhere", {"reason_id": "1"}),
            ("later", {"anything": 1}),
            ("later", ["note"]),
        ):
            with self.subTest(f"{outcome} {told}"), self.assertRaises(UserError):
                self.row("Ann").with_user(self.seller).action_tell(outcome, told)

    def test_a_note_the_database_cannot_keep(self):
        row = self.tell("Ann", "later", note="Back\0 in \ud800May")
        self.assertEqual(row.note, "Back in May")

    def test_what_a_request_adds_changes_nothing_that_is_planned(self):
        row = self.row("Ann").with_user(self.seller).with_context(default_active=False, default_note="Forged")
        row.action_tell("later", {})
        self.assertEqual(self.planned(self.ann).mapped("note"), [False])

    def test_a_complaint_stays_in_the_company(self):
        other = self.other_company()
        companies = {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        self.ann.service_user_id = self.user("service", **companies)
        self.tell("Ann", "complaint")
        self.assertEqual(self.planned(self.ann).user_id, self.seller)

    def test_said_once(self):
        row = self.tell("Ann", "later")
        with self.assertRaisesRegex(UserError, "done already"):
            row.with_user(self.seller).action_tell("later", {})


@tagged("post_install", "-at_install")
class TestPlaybooks(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls.playbook(
            trigger="overdue",
            overdue_ratio=1.2,
            segment_ids=False,
            closes_on_order=True,
            note="<p>Ask for the spring order</p>",
        )
        cls.next_day()
        cls.work()
        cls.entry = cls.entries_of(cls.profile(cls.ann))

    def test_it_says_what_to_say(self):
        self.assertEqual(self.entry.state, "open")
        self.assertIn("Win back", self.why("Ann"))
        self.assertIn("spring order", self.action_open_day()["rows"][0]["say"]["html"])

    def test_what_it_asked_for_is_moved(self):
        self.tell("Ann", "will_order")
        activity = self.planned(self.ann)
        self.assertEqual(activity.customer_playbook_entry_id, self.entry)
        self.assertEqual(activity.date_deadline, self.today + timedelta(days=7))
        self.assertEqual((self.entry.state, self.entry.promised_on), ("open", activity.date_deadline))
        self.assertEqual(len(self.contacts(self.ann)), 1)
        self.yesterday()
        self.assertEqual(self.names(), ["Bob"], "it is planned for later")
        activity.date_deadline = self.today
        self.assertEqual(self.names(), ["Bob", "Ann"], "a promise joins")

    def test_what_waits_again_is_no_promise(self):
        self.tell("Ann", "will_order")
        self.entry._release()
        self.assertFalse(self.entry.promised_on)
        self.work()
        self.yesterday()
        self.assertEqual(self.entry.state, "open")
        self.assertEqual(self.names(), ["Ann", "Bob"], "a playbook planned it, nobody meant to wait")

    def test_it_hears_the_end(self):
        reason = self.env["customer.churn.reason"].search([], limit=1)
        self.tell("Ann", "elsewhere", reason_id=reason.id, note="Cheaper")
        self.assertEqual((self.entry.state, self.entry.answer), ("done", "elsewhere"))
        self.assertEqual((self.entry.churn_reason_id, self.entry.answer_note), (reason, "Cheaper"))
        self.assertEqual(len(self.contacts(self.ann)), 1)

    def test_a_wrong_label_is_told(self):
        self.tell("Ann", "later", wrong_label=True)
        self.assertEqual(self.entry.answer, "wrong_label")
        self.assertEqual(len(self.planned(self.ann)), 1, "it comes back all the same")

    def test_a_control_group_is_left_alone(self):
        self.entry.write({"state": "control", "treatment": "control"})
        self.planned(self.ann).unlink()
        self.assertEqual(self.names(), ["Bob"])
        self.promise(self.ann)
        self.assertEqual(self.names(), ["Bob", "Ann"])
        self.assertNotIn("Usually orders", self.why("Ann"), "the reason that is held back is not told")
        self.assertTrue(self.tell("Ann", "later").held_back)

    def test_a_control_group_of_another_purpose_changes_nothing(self):
        greet = self.playbook("Greet", purpose="care", trigger="birthday")
        self.entry.copy(
            {
                "playbook_id": greet.id,
                "cause": "day",
                "state": "control",
                "treatment": "control",
                "entered_on": self.today,
                "profile_id": self.entry.profile_id.id,
            }
        )
        self.assertEqual(self.names(), ["Ann", "Bob"])


@tagged("post_install", "-at_install")
class TestWhoMay(DeskCase):
    def test_only_the_own_desk(self):
        row, other = self.row("Ann"), self.user("other")
        with self.assertRaises(AccessError):
            row.with_user(other).action_tell("later", {})
        with self.assertRaises(AccessError):
            row.with_user(other).read(["partner_id"])
        with self.assertRaises(AccessError):
            row.with_user(self.seller).write({"note": "mine"})

    def test_no_desk_without_the_right(self):
        employee = self.user("employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.action_open_day(employee)

    def test_the_desk_of_the_company_worked_in(self):
        other = self.other_company()
        self.seller.company_ids += other
        desk = self.env["customer.desk"].with_user(self.seller).with_company(other)
        desk = desk.with_context(allowed_company_ids=other.ids)
        self.assertFalse(desk.action_open_day()["rows"])
        self.assertEqual(self.names(), ["Ann", "Bob"])

    def test_contacts_out_of_sight(self):
        other = self.other_company()
        self.promise(self.gone)
        self.gone.company_id = other
        self.assertEqual(self.names(), ["Ann", "Bob"])

    def test_managers_see_how_far_their_people_are(self):
        manager = self.user("manager", "sales_team.group_sale_manager")
        self.policy.desk_rows = 1
        self.tell("Ann", "later")
        team = self.env["customer.desk.team"].with_user(manager).action_read_team()
        desk = next(desk for desk in team["desks"] if desk["user_id"] == self.seller.id)
        self.assertEqual((desk["done"], desk["total"], desk["waiting"]), (1, 1, 1))
        self.assertEqual([(one["label"], one["count"]) for one in team["outcomes"]], [("Later", 1)])
        looked_at = self.env["customer.desk.team"].with_user(manager).action_read_desk(self.seller.id)
        self.assertEqual([(row["name"], row["outcome"]) for row in looked_at["rows"]], [("Ann", "Later")])
        waiting = self.env["customer.desk"].with_user(manager).action_waiting(self.seller.id)
        found = self.env["customer.segmentation.profile"].with_user(manager).search(waiting["domain"])
        self.assertEqual(found.partner_id, self.bob)

    def test_a_manager_of_more_companies_than_the_people(self):
        manager = self.user("manager", "sales_team.group_sale_manager")
        other, branch = self.other_company(), self.branch(self.company)
        manager.company_ids += other
        self.seller.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        self.action_open_day()
        team = self.env["customer.desk.team"].with_user(manager)
        team = team.with_context(allowed_company_ids=[self.company.id, other.id])
        desk = next(desk for desk in team.action_read_team()["desks"] if desk["user_id"] == self.seller.id)
        self.assertEqual((desk["opened"], desk["total"]), (True, 2))
        self.ann.company_id = branch
        names = [row["name"] for row in team.action_read_desk(self.seller.id)["rows"]]
        self.assertEqual(names, ["Bob"], "the manager does not work in the branch")

    def test_who_leads_a_team_sees_its_desks(self):
        leader = self.user("leader")
        with self.assertRaises(AccessError):
            self.env["customer.desk.team"].with_user(leader).action_read_team()
        with self.assertRaises(AccessError):
            self.env["customer.desk.team"].with_user(leader).action_read_desk(self.seller.id)
        with self.assertRaises(AccessError):
            self.env["customer.desk"].with_user(leader).action_waiting(self.seller.id)
        self.env["crm.team"].create(
            {"name": "Team", "user_id": leader.id, "member_ids": [Command.set(self.seller.ids)]}
        )
        team = self.env["customer.desk.team"].with_user(leader).action_read_team()
        self.assertEqual([desk["user_id"] for desk in team["desks"]], self.seller.ids)
        self.assertTrue(self.action_open_day(leader)["leads"])

    def test_a_leader_without_the_right_sees_no_desk(self):
        leader = self.user("leader", groups="base.group_user")
        self.env["crm.team"].create(
            {"name": "Team", "user_id": leader.id, "member_ids": [Command.set(self.seller.ids)]}
        )
        team = self.env["customer.desk.team"].with_user(leader)
        with self.assertRaises(AccessError):
            team.action_read_team()
        with self.assertRaises(AccessError):
            team.action_read_desk(self.seller.id)

    def test_desks_are_looked_at_in_companies_of_both(self):
        mine, theirs, other = (
            self.branch(self.company, "Mine"),
            self.branch(self.company, "Theirs"),
            self.other_company(),
        )
        companies = {"company_id": mine.id, "company_ids": [Command.set(mine.ids)]}
        manager = self.user("manager", "sales_team.group_sale_manager", **companies)
        self.seller.write({"company_ids": [Command.set((theirs | other).ids)], "company_id": theirs.id})
        self.action_open_day()
        team = self.env["customer.desk.team"].with_user(manager)
        with self.assertRaises(AccessError):
            team.action_read_team()
        with self.assertRaises(AccessError):
            team.action_read_desk(self.seller.id)
        self.seller.company_ids += mine
        self.assertEqual([row["name"] for row in team.action_read_desk(self.seller.id)["rows"]], ["Ann", "Bob"])

    def test_where_customers_are_not_scored_any_more(self):
        self.promise(self.gone)
        self.assertEqual(self.names(), ["Dan", "Ann", "Bob"])
        self.policy.active = False
        day = self.action_open_day()
        self.assertEqual((self.names(day, "open"), day["waiting"]), (["Dan"], 0))
        desk = self.env["customer.desk"].with_user(self.seller)
        self.assertEqual(desk.action_waiting()["res_model"], "customer.segmentation.profile")
        manager = self.user("manager", "sales_team.group_sale_manager")
        self.assertTrue(self.env["customer.desk.team"].with_user(manager).action_read_team()["desks"])

    def test_who_is_excluded_is_on_no_desk_and_what_was_said_goes(self):
        self.tell("Ann", "later", note="Ill", attitude="negative")
        self.env["customer.segmentation.exclusion"].create({"partner_id": self.ann.id, "company_id": self.company.id})
        self.assertFalse(self.env["customer.desk.row"].search([("partner_id", "=", self.ann.id)]))
        self.assertEqual(self.names(), ["Bob"])

    def test_a_merged_contact_stands_once(self):
        self.action_open_day()
        self.env["base.partner.merge.automatic.wizard"]._merge((self.ann | self.bob).ids, self.ann)
        self.nobody_waits()
        self.assertEqual(self.names(), ["Ann"])
