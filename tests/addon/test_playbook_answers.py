"""What a salesperson answers to an activity of a playbook, and what follows from it."""

from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import html2plaintext
from odoo.tools.safe_eval import safe_eval

from .playbook_common import PlaybookCase


class TestPlaybookAnswers(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_seller = cls.user("other_seller")
        cls.manager = cls.user("manager", "sales_team.group_sale_manager")
        cls.employee = cls.user("employee", "base.group_user")
        cls.win_back = cls.playbook(due_days=2)
        cls.price = cls.env.ref("customer_segmentation.churn_reason_price")

    def called(self, name="Customer", playbook=None, **values):
        """A customer whose activity is on the seller's desk: (profile, entry, activity)."""
        profile = self.falls(name, **values)
        self.work()
        entry = self.entries_of(profile, playbook_id=(playbook or self.win_back).id)
        return profile, entry, self.activities_of(profile)

    def answer(self, activity, outcome, user=None, **told):
        """As a user does: the button on the activity, the dialog, one tap."""
        asked = activity.with_user(user or self.seller).action_answer_playbook()["params"]
        self.assertIn(outcome, [offered["name"] for offered in asked["outcomes"]])
        entry = self.entries.browse(asked["entry_id"]).with_user(user or self.seller)
        entry.action_tell(outcome, told, asked["activity_id"])
        self.env.invalidate_all()

    def snooze(self, entry, day):
        """As who says of a customer who waits that it comes back on a day."""
        entry.with_user(self.seller)._answer("snooze", until=day)
        self.env.invalidate_all()

    def row(self, profile):
        return self.env["customer.desk.row"].search([("partner_id", "=", profile.partner_id.id)])

    # ------------------------------------------------------------------ the answers

    def test_it_helped(self):
        profile, entry, activity = self.called()
        self.answer(activity, "helped", note="orders next week")
        self.assertRecordValues(
            entry,
            [
                {
                    "state": "done",
                    "answer": "helped",
                    "answer_note": "orders next week",
                    "answered_on": self.today,
                    "answered_by_id": self.seller.id,
                    "closing_reason": "It helped: orders next week",
                }
            ],
        )
        done = self.activities_of(profile, active=False)
        self.assertEqual(done, activity)
        self.assertIn("orders next week", done.feedback)
        self.assertFalse(self.activities_of(profile))

    def test_a_wrong_label_is_counted_and_listed(self):
        profile, entry, activity = self.called()
        self.answer(activity, "wrong_label", note="moved their orders to a branch")
        self.assertEqual((entry.state, entry.answer), ("cancelled", "wrong_label"))
        self.assertFalse(activity.exists())
        self.assertEqual(self.win_back.wrong_label_count, 1)
        action = self.win_back.with_user(self.manager).action_open_wrong_labels()
        arch = etree.fromstring(self.entries.get_view(action["search_view_id"][0], "search")["arch"])
        found = safe_eval(arch.find(".//filter[@name='wrong_label']").get("domain"))
        self.assertEqual(action["context"]["search_default_wrong_label"], 1)
        listed = self.entries.with_user(self.manager).search([*action["domain"], *found])
        self.assertEqual(listed, entry)
        self.assertEqual(listed.segment_id, self.at_risk)
        self.assertEqual(listed.action_open_customer()["res_id"], profile.partner_id.id)

    def test_follow_ups_open_with_the_own_ones(self):
        _profile, entry, _activity = self.called()
        self.assertEqual(entry.user_id, self.seller)
        self.assertEqual(
            entry.with_user(self.seller).action_open_follow_ups()["context"],
            {"search_default_open": 1, "search_default_mine": 1},
        )
        self.assertEqual(entry.with_user(self.manager).action_open_follow_ups()["context"], {"search_default_open": 1})

    def test_the_dialog_tells_nobody_else_who_the_customer_is(self):
        _profile, entry, activity = self.called("Secret")
        asked = activity.with_user(self.seller).action_answer_playbook()["params"]
        self.assertEqual((asked["name"], asked["playbook"]), ("Secret", self.win_back.name))
        for user in (self.employee, self.other_seller):
            theirs = entry.with_user(user)
            for refused in (
                theirs.action_answer,
                lambda theirs=theirs: theirs.action_tell("helped"),
                activity.with_user(user).action_answer_playbook,
            ):
                with self.assertRaises(AccessError) as error:
                    refused()
                if user == self.employee:
                    self.assertNotIn("Secret", str(error.exception))

    def test_buys_elsewhere_needs_a_reason(self):
        _profile, entry, activity = self.called()
        with self.assertRaisesRegex(UserError, "why the customer buys elsewhere"):
            self.answer(activity, "elsewhere")
        self.answer(activity, "elsewhere", reason_id=self.price.id, note="10% less at a competitor")
        self.assertRecordValues(
            entry,
            [
                {
                    "state": "done",
                    "answer": "elsewhere",
                    "churn_reason_id": self.price.id,
                    "closing_reason": "Buys elsewhere: Price: 10% less at a competitor",
                }
            ],
        )

    def test_a_reason_belongs_to_those_who_leave(self):
        """What was chosen before another answer is not kept."""
        _profile, entry, activity = self.called()
        self.answer(activity, "helped", reason_id=self.price.id)
        self.assertFalse(entry.churn_reason_id)

    # ------------------------------------------------------------------ as at the desk

    def test_what_playbooks_hear(self):
        for outcome, note, words in (
            ("no_need", "", "Other reason: No need now"),
            ("complaint", "broken", "Other reason: Complaint: broken"),
        ):
            with self.subTest(outcome):
                profile, entry, activity = self.called(outcome)
                self.answer(activity, outcome, note=note)
                self.assertEqual((entry.state, entry.answer, entry.closing_reason), ("done", "other", words))
                self.assertGreater(self.row(profile).rests_until, self.today)

    def test_it_comes_back_as_the_same_activity(self):
        for outcome, days in (
            ("will_order", 7),
            ("ordered", 7),
            ("later", 14),
            ("not_reached", 1),
            ("wrong_number", 1),
        ):
            with self.subTest(outcome):
                profile, entry, activity = self.called(outcome)
                self.answer(activity, outcome, note="said so")
                self.assertEqual(self.activities_of(profile), activity)
                self.assertEqual(activity.date_deadline, self.today + timedelta(days=days))
                self.assertEqual((entry.state, entry.promised_on), ("open", activity.date_deadline))
                row = self.row(profile)
                self.assertEqual((row.user_id, row.state, row.outcome), (self.seller, "done", outcome))

    def test_it_stands_on_the_desk_as_done_and_the_day_is_not_fixed_by_it(self):
        _told, _entry, activity = self.called("Told")
        self.called("Other")
        self.answer(activity, "later")
        day = self.env["customer.desk"].with_user(self.seller).action_open_day()
        states = {row["name"]: row["state"] for row in day["rows"]}
        self.assertEqual((states.pop("Told"), set(states.values())), ("done", {"open"}))
        self.assertIn("Other", states)
        self.assertEqual((day["done"], day["total"]), (1, len(day["rows"])))

    def test_what_is_said_last_counts_and_nothing_is_planned_twice(self):
        profile, _entry, activity = self.called()
        self.answer(activity, "not_reached")
        self.answer(activity, "will_order")
        self.assertEqual(self.row(profile).outcome, "will_order")
        self.assertEqual(self.activities_of(profile), activity)
        self.assertEqual(activity.date_deadline, self.today + timedelta(days=7))

    def test_who_waits_for_a_place_comes_back_without_a_second_activity(self):
        self.policy.playbook_capacity_person = 1
        self.called("First")
        waiting = self.falls("Second")
        self.work()
        entry = self.entries_of(waiting)
        self.assertEqual(entry.state, "waiting")
        entry.with_user(self.seller).action_tell("later", {"day": str(self.day(-9))})
        self.assertEqual((entry.state, entry.snoozed_until), ("cancelled", self.day(-9)))
        self.assertFalse(self.activities_of(waiting))

    def test_a_manager_in_the_place_of_the_salesperson(self):
        profile, entry, activity = self.called()
        own = profile.partner_id.activity_schedule(user_id=self.seller.id, summary="Bring samples")
        self.answer(activity, "no_need", user=self.manager)
        self.assertEqual((entry.state, entry.answered_by_id), ("done", self.manager))
        self.assertEqual(self.row(profile).user_id, self.seller)
        self.assertEqual(self.activities_of(profile), own, "what the salesperson promised beside it stays")

    # ------------------------------------------------------------------ snooze

    def test_snoozed_customers_are_left_alone_until_the_day(self):
        profile, entry, activity = self.called()
        for day in (self.today, self.day(1)):
            with self.assertRaisesRegex(UserError, "tomorrow or later"):
                self.answer(activity, "later", day=str(day))
        self.snooze(entry, self.day(-10))
        self.assertFalse(activity.exists())
        self.assertRecordValues(entry, [{"answer": "snooze", "snoozed_until": self.day(-10)}])
        self.assertRegex(entry.closing_reason, "^Not now, again on ")
        self.move(profile, self.champions)
        self.move(profile, self.at_risk)
        self.next_day()
        self.work()
        self.assertEqual(self.entries_of(profile), entry, "held out, although it fell again")
        self.assertFalse(self.activities_of(profile))
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(self.entries_of(profile), entry)
        self.assertEqual(entry.state, "open")
        self.assertEqual(self.activities_of(profile).user_id, self.seller)
        self.assertFalse(entry.closing_reason)
        self.answer(self.activities_of(profile), "helped")
        self.assertEqual(entry.answer, "helped")

    def test_a_snoozed_customer_whose_reason_is_gone_does_not_come_back(self):
        profile, entry, _activity = self.called()
        self.snooze(entry, self.day(-10))
        self.move(profile, self.champions)
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(entry.state, "cancelled")
        self.assertEqual(entry.closing_reason, "The customer left the segment.")
        self.assertFalse(self.activities_of(profile))
        self.work()
        self.assertEqual(entry.state, "cancelled", "it is over for good")

    def test_a_snoozed_customer_of_a_stopped_playbook_does_not_come_back(self):
        profile, entry, _activity = self.called()
        self.snooze(entry, self.day(-10))
        self.win_back.action_stop()
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(entry.state, "cancelled")
        self.assertFalse(self.activities_of(profile))

    def test_snoozed_and_in_again_for_another_reason(self):
        profile, entry, _activity = self.called()
        self.snooze(entry, self.day(-10))
        again = entry.copy(
            {
                "cause": "another",
                "profile_id": profile.id,
                "playbook_id": self.win_back.id,
                "state": "waiting",
                "entered_on": self.today,
            }
        )
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual((entry.state, again.state), ("cancelled", "open"))
        self.assertEqual(len(self.activities_of(profile)), 1)

    def test_a_snoozed_customer_who_ordered_does_not_come_back(self):
        self.win_back.closes_on_order = True
        profile, entry, _activity = self.called()
        self.snooze(entry, self.day(-10))
        order = self.order(profile.partner_id, 90)
        order.date_order = entry.entered_at
        self.env.cr.flush()
        self.env["customer.segmentation.queue"].search([]).unlink()
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(entry.state, "done")
        self.assertRegex(entry.closing_reason, f"^Ordered {order.name}, ")
        self.assertFalse(self.activities_of(profile))

    # ------------------------------------------------------------------ plans

    def plan(self):
        types = self.env.ref("mail.mail_activity_data_call")
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Three steps",
                "res_model": "res.partner",
                "template_ids": [
                    Command.create({"activity_type_id": types.id, "summary": name, "delay_count": days})
                    for name, days in (("One", 1), ("Two", 2), ("Three", 3))
                ],
            }
        )
        return self.playbook("Steps", action_kind="plan", plan_id=plan.id)

    def test_a_step_that_helped_leaves_the_next_ones(self):
        self.win_back.action_stop()
        playbook = self.plan()
        profile, entry, activities = self.called(playbook=playbook)
        first, second, third = activities.sorted("date_deadline")
        self.answer(first, "helped", note="nice talk")
        self.assertEqual(self.activities_of(profile), second | third)
        self.assertEqual((entry.state, entry.answer), ("open", "helped"))
        self.answer(second, "helped")
        self.answer(third, "helped")
        self.assertEqual(entry.state, "done")

    def test_who_buys_elsewhere_needs_no_next_step(self):
        self.win_back.action_stop()
        profile, entry, activities = self.called(playbook=self.plan())
        self.answer(activities.sorted("date_deadline")[0], "elsewhere", reason_id=self.price.id)
        self.assertFalse(self.activities_of(profile))
        self.assertEqual(entry.state, "done")

    # ------------------------------------------------------------------ afterwards

    def test_answered_after_it_was_marked_done(self):
        profile, entry, activity = self.called()
        activity.with_user(self.seller).action_feedback(feedback="called")
        self.assertEqual(entry.state, "done")
        contacts = self.activities_of(profile, active=False)
        entry.with_user(self.seller).action_tell("elsewhere", {"reason_id": self.price.id})
        self.assertEqual((entry.state, entry.answer, entry.closing_reason), ("done", "elsewhere", "called"))
        self.assertEqual(self.activities_of(profile, active=False), contacts, "one call was one contact")
        entry.with_user(self.seller).action_tell("will_order")
        self.assertEqual(entry.answer, "helped")
        self.assertEqual(self.activities_of(profile).date_deadline, self.today + timedelta(days=7))

    def test_what_was_cancelled_cannot_have_helped(self):
        _profile, entry, activity = self.called()
        activity.unlink()
        for outcome in ("helped", "later", "wrong_label"):
            with self.assertRaisesRegex(UserError, "not open any more"):
                entry.with_user(self.seller).action_tell(outcome)

    def test_a_used_reason_is_kept(self):
        _profile, entry, activity = self.called()
        self.answer(activity, "elsewhere", reason_id=self.price.id)
        self.price.active = False
        self.assertEqual(entry.churn_reason_id.name, "Price")

    # ------------------------------------------------------------------ who may

    def test_only_who_has_it_on_the_desk_answers(self):
        _profile, entry, activity = self.called()
        with self.assertRaisesRegex(AccessError, "on the desk of playbook_seller"):
            self.answer(activity, "helped", user=self.other_seller)
        with self.assertRaises(AccessError):
            entry.with_user(self.other_seller)._answer("helped")
        with self.assertRaises(AccessError):
            entry.with_user(self.seller).write({"answer": "helped"})
        self.answer(activity, "helped", user=self.manager)
        self.assertEqual(entry.answered_by_id, self.manager)

    def test_a_forged_dialog_is_refused(self):
        """The entry comes from the browser: an own activity does not open the entries of others."""
        _profile, entry, _activity = self.called()
        own = self.seller.partner_id.activity_schedule(user_id=self.other_seller.id)
        with self.assertRaises(AccessError):
            entry.with_user(self.other_seller).action_tell("helped", {}, own.id)
        with self.assertRaises(AccessError):
            own.with_user(self.other_seller).customer_playbook_entry_id = entry
        self.assertEqual(entry.state, "open")

    def test_a_colleague_without_any_right_of_ours_answers_the_own_activity(self):
        self.win_back.action_stop()
        playbook = self.playbook("Service", responsible="person", responsible_user_id=self.employee.id)
        _profile, entry, activity = self.called(playbook=playbook)
        self.assertEqual(activity.user_id, self.employee)
        self.assertTrue(activity.with_user(self.employee).from_playbook)
        self.answer(activity, "later", user=self.employee, day=str(self.day(-3)))
        self.assertEqual((entry.state, entry.promised_on), ("open", self.day(-3)))
        self.answer(activity, "elsewhere", user=self.employee, reason_id=self.price.id)
        self.assertEqual((entry.answered_by_id, entry.churn_reason_id), (self.employee, self.price))

    def test_a_manager_of_another_company_does_not_answer(self):
        other = self.other_company()
        stranger = self.user("stranger", "sales_team.group_sale_manager", company_id=other.id, company_ids=other.ids)
        _profile, entry, _activity = self.called()
        with self.assertRaises(AccessError):
            entry.with_user(stranger)._answer("helped")

    def test_the_message_everybody_reads_holds_nothing_of_the_playbook(self):
        self.win_back.write({"summary": "Worth {{ object.revenue }}", "note": "<p>Worth {{ object.revenue }}</p>"})
        profile, entry, activity = self.called()
        self.assertIn("100", activity.summary + str(activity.note))
        self.answer(activity, "helped", note="nice talk")
        body = html2plaintext(profile.partner_id.with_user(self.employee).message_ids[:1].body)
        self.assertIn("done", body)
        for text in ("Win back", "It helped", "nice talk", "Worth"):  # not what one company calls and says of it
            self.assertNotIn(text, body)
        self.assertEqual(entry.closing_reason, "It helped: nice talk")
        by_hand = profile.partner_id.activity_schedule(user_id=self.seller.id, summary="By hand", note="<p>Mine</p>")
        by_hand.with_user(self.seller).action_feedback()
        body = html2plaintext(profile.partner_id.message_ids[:1].body)
        self.assertIn("By hand", body)
        self.assertIn("Mine", body)

    # ------------------------------------------------------------------ in the lists of activities

    def test_the_filter_from_playbooks(self):
        profile, _entry, activity = self.called()
        by_hand = profile.partner_id.activity_schedule(user_id=self.seller.id)
        activities = self.env["mail.activity"].with_user(self.seller)
        mine = [("res_id", "=", profile.partner_id.id), ("res_model", "=", "res.partner")]
        self.assertEqual(activities.search([*mine, ("from_playbook", "=", True)]), activity)
        self.assertEqual(activities.search([*mine, ("from_playbook", "=", False)]), by_hand)
        self.assertEqual(activities.search([*mine, ("from_playbook", "in", [True, False])]), activity | by_hand)
        activity.with_user(self.seller).action_feedback()
        archived = activities.with_context(active_test=False).search([*mine, ("from_playbook", "=", True)])
        self.assertEqual(archived, activity, "also among those done")
        with self.assertRaisesRegex(UserError, "No playbook asked"):
            by_hand.with_user(self.seller).action_answer_playbook()

    def test_the_client_knows_which_activities_are_answered(self):
        profile, _entry, activity = self.called()
        by_hand = profile.partner_id.activity_schedule(user_id=self.seller.id)
        stored = (activity | by_hand).with_user(self.seller).activity_format()["mail.activity"]
        self.assertEqual({row["id"]: row["from_playbook"] for row in stored}, {activity.id: True, by_hand.id: False})

    def test_the_customers_page_says_what_was_done(self):
        profile, entry, activity = self.called()
        self.answer(activity, "helped")
        page = profile.partner_id.with_user(self.seller)
        self.assertEqual(page.customer_playbook_entry_ids, entry)
        with self.assertRaises(AccessError):
            profile.partner_id.with_user(self.employee).read(["customer_playbook_entry_ids"])
