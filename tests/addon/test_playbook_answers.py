"""What a salesperson answers to an activity of a playbook, and what follows from it."""

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

    def answer(self, activity, answer, user=None, **values):
        """As a user does: the button on the activity, the dialog, save."""
        action = activity.with_user(user or self.seller).action_answer_playbook()
        wizard = self.env[action["res_model"]].with_user(user or self.seller).with_context(**action["context"])
        saved = wizard.create({"answer": answer, **values})
        saved.web_read({name: {} for name in ("customer_name", "playbook_name", "is_plan", "answer", "note")})
        result = saved.action_apply()
        self.env.invalidate_all()
        return result

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
        values = {"entry_id": entry.id, "activity_id": activity.id, "answer": "helped"}
        dialogs = self.env["customer.playbook.answer"]
        self.assertEqual(dialogs.with_user(self.seller).create(values).customer_name, "Secret")
        asked = {"entry_id": {"fields": {"display_name": {}}}, "customer_name": {}}
        for user in (self.employee, self.other_seller):
            theirs = dialogs.with_user(user)
            for refused in (
                lambda theirs=theirs: theirs.create(values),
                lambda theirs=theirs: theirs.onchange(values, ["entry_id"], asked),
                lambda theirs=theirs: theirs.with_context(default_entry_id=entry.id).onchange({}, [], asked),
                lambda user=user: activity.with_user(user).action_answer_playbook(),
            ):
                with self.assertRaises(AccessError) as error:
                    refused()
                if user == self.employee:
                    self.assertNotIn("Secret", str(error.exception))

    def test_buys_elsewhere_needs_a_reason(self):
        _profile, entry, activity = self.called()
        with self.assertRaisesRegex(UserError, "why the customer buys elsewhere"):
            self.answer(activity, "elsewhere")
        self.answer(activity, "elsewhere", churn_reason_id=self.price.id, note="10% less at a competitor")
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

    def test_another_reason_is_chosen_or_written(self):
        for values in ({"note": "retired"}, {"churn_reason_id": self.price.id}):
            _profile, entry, activity = self.called(f"Other {values}")
            with self.assertRaisesRegex(UserError, "Choose a reason, or write it down"):
                self.answer(activity, "other")
            self.answer(activity, "other", **values)
            self.assertEqual((entry.state, entry.answer), ("done", "other"))

    def test_a_reason_belongs_to_those_who_leave(self):
        """What was filled in before another answer was chosen is not kept."""
        _profile, entry, activity = self.called()
        self.answer(activity, "helped", churn_reason_id=self.price.id, snoozed_until=self.day(-9))
        self.assertFalse(entry.churn_reason_id)
        self.assertFalse(entry.snoozed_until)

    # ------------------------------------------------------------------ snooze

    def test_snoozed_customers_are_left_alone_until_the_day(self):
        profile, entry, activity = self.called()
        for day in (False, self.today, self.day(1)):
            with self.assertRaisesRegex(UserError, "tomorrow or later"):
                self.answer(activity, "snooze", snoozed_until=day)
        self.answer(activity, "snooze", snoozed_until=self.day(-10))
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
        profile, entry, activity = self.called()
        self.answer(activity, "snooze", snoozed_until=self.day(-10))
        self.move(profile, self.champions)
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(entry.state, "cancelled")
        self.assertEqual(entry.closing_reason, "The customer left the segment.")
        self.assertFalse(self.activities_of(profile))
        self.work()
        self.assertEqual(entry.state, "cancelled", "it is over for good")

    def test_a_snoozed_customer_of_a_stopped_playbook_does_not_come_back(self):
        profile, entry, activity = self.called()
        self.answer(activity, "snooze", snoozed_until=self.day(-10))
        self.win_back.action_stop()
        entry.snoozed_until = self.today
        self.work()
        self.assertEqual(entry.state, "cancelled")
        self.assertFalse(self.activities_of(profile))

    def test_snoozed_and_in_again_for_another_reason(self):
        profile, entry, activity = self.called()
        self.answer(activity, "snooze", snoozed_until=self.day(-10))
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
        profile, entry, activity = self.called()
        self.answer(activity, "snooze", snoozed_until=self.day(-10))
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
        self.answer(activities.sorted("date_deadline")[0], "elsewhere", churn_reason_id=self.price.id)
        self.assertFalse(self.activities_of(profile))
        self.assertEqual(entry.state, "done")

    # ------------------------------------------------------------------ afterwards

    def test_answered_after_it_was_marked_done(self):
        _profile, entry, activity = self.called()
        activity.with_user(self.seller).action_feedback(feedback="called")
        self.assertEqual(entry.state, "done")
        action = entry.with_user(self.seller).action_answer()
        self.env[action["res_model"]].with_user(self.seller).with_context(**action["context"]).create(
            {"answer": "elsewhere", "churn_reason_id": self.price.id}
        ).action_apply()
        self.assertEqual((entry.state, entry.answer, entry.closing_reason), ("done", "elsewhere", "called"))

    def test_what_was_cancelled_cannot_have_helped(self):
        _profile, entry, activity = self.called()
        activity.unlink()
        with self.assertRaisesRegex(UserError, "not open any more"):
            entry.with_user(self.seller)._answer("helped")

    def test_a_used_reason_is_kept(self):
        _profile, entry, activity = self.called()
        self.answer(activity, "elsewhere", churn_reason_id=self.price.id)
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
            self.env["customer.playbook.answer"].with_user(self.other_seller).create(
                {"entry_id": entry.id, "activity_id": own.id, "answer": "helped"}
            )
        with self.assertRaises(AccessError):
            own.with_user(self.other_seller).customer_playbook_entry_id = entry
        self.assertEqual(entry.state, "open")

    def test_a_colleague_without_any_right_of_ours_answers_the_own_activity(self):
        self.win_back.action_stop()
        playbook = self.playbook("Service", responsible="person", responsible_user_id=self.employee.id)
        _profile, entry, activity = self.called(playbook=playbook)
        self.assertEqual(activity.user_id, self.employee)
        self.assertTrue(activity.with_user(self.employee).from_playbook)
        self.answer(activity, "snooze", user=self.employee, snoozed_until=self.day(-3))
        self.assertEqual(entry.answered_by_id, self.employee)
        self.assertEqual(entry.snoozed_until, self.day(-3))

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
