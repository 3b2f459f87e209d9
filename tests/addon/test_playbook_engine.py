"""Again and again, free places, the end, the comparison group, and what is done."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.fields import Command
from odoo.tests import RecordCapturer
from odoo.tools import mute_logger

from .playbook_common import PlaybookCase

ENGINE = "odoo.addons.customer_segmentation.models.playbooks.customer_playbook_engine"


class TestAgain(PlaybookCase):
    def again(self, profile):
        """Out of the segment and in again."""
        self.move(profile, self.champions)
        self.work()
        self.move(profile, self.at_risk)
        self.work()

    def test_never_twice_for_the_same_change(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.activities_of(profile).action_feedback()
        profile.transition_ids.processed = False
        self.work()
        self.assertEqual(len(self.entries_of(profile)), 1)

    def test_one_open_entry_for_each_customer_and_playbook(self):
        playbook = self.playbook(segment_ids=False)
        second = self.playbook("Second")
        profile = self.falls()
        self.move(profile, self.lost)
        self.move(profile, self.at_risk)
        self.work()
        self.assertEqual(self.entries_of(profile).playbook_id, playbook + second)
        self.assertEqual(len(self.entries_of(profile)), 2)

    def test_every_time(self):
        self.playbook(reentry="always")
        profile = self.falls()
        self.work()
        self.again(profile)
        self.assertEqual(self.entries_of(profile).mapped("state"), ["cancelled", "open"])

    def test_once(self):
        self.playbook(reentry="once")
        profile = self.falls()
        self.work()
        self.again(profile)
        self.assertEqual(self.entries_of(profile).mapped("state"), ["cancelled"])

    def test_once_counts_only_who_had_a_place(self):
        self.policy.playbook_capacity_person = 1
        self.playbook(reentry="once")
        self.falls("Great", revenue=900)
        profile = self.falls()
        self.work()
        self.again(profile)
        self.assertEqual(self.entries_of(profile).mapped("state"), ["cancelled", "waiting"])

    def test_not_again_for_some_days(self):
        self.playbook(reentry="pause", reentry_days=10)
        profile = self.falls()
        self.work()
        self.again(profile)
        self.assertEqual(len(self.entries_of(profile)), 1)
        self.entries_of(profile).entered_on = self.day(10)
        self.again(profile)
        self.assertEqual(len(self.entries_of(profile)), 2)


class TestPlaces(PlaybookCase):
    def test_person_the_most_valuable_first(self):
        self.policy.playbook_capacity_person = 2
        self.playbook()
        profiles = [self.falls(str(revenue), revenue=revenue) for revenue in (10, 40, 30, 20)]
        self.work()
        self.assertEqual(self.states(profiles), ["waiting", "open", "open", "waiting"])
        self.activities_of(profiles[2]).action_feedback()
        self.work()
        self.assertEqual(self.states(profiles), ["waiting", "open", "done", "open"])

    def states(self, profiles):
        return [self.entries_of(profile).state for profile in profiles]

    def test_lost_customers_wait_by_what_they_once_brought(self):
        """In the window they bought nothing: the best of them come before small customers who still buy."""
        self.policy.playbook_capacity_person = 2
        self.playbook()
        profiles = [
            self.falls(revenue=revenue, lifetime_revenue=ever)
            for revenue, ever in ((0, 50), (100, 9000), (0, 4000), (200, 200))
        ]
        self.work()
        self.assertEqual([self.entries_of(profile).value for profile in profiles], [50, 100, 4000, 200])
        self.assertEqual(self.states(profiles), ["waiting", "waiting", "open", "open"])

    def test_each_person_has_places_of_the_own(self):
        self.policy.playbook_capacity_person = 1
        self.playbook()
        other = self.user("other")
        profiles = [self.falls(revenue=5), self.falls(), self.falls(user_id=other.id)]
        self.work()
        self.assertEqual(self.states(profiles), ["waiting", "open", "open"])

    def test_customer(self):
        self.policy.playbook_capacity_customer = 2
        for number in range(3):
            self.playbook(str(number))
        profile = self.falls()
        self.work()
        self.assertEqual(self.entries_of(profile).mapped("state"), ["open", "open", "waiting"])
        self.entries_of(profile)[0].activity_ids.action_feedback()
        self.work()
        self.assertEqual(self.entries_of(profile).mapped("state"), ["done", "open", "open"])

    def test_one_follow_up_of_a_customer_on_a_desk_unless_the_policy_says_otherwise(self):
        """Nobody calls the same customer twice a day; somebody else has a reason of the own."""
        other = self.user("other")
        self.playbook("A")
        self.playbook("B")
        self.playbook("C", responsible="person", responsible_user_id=other.id)
        profile = self.falls()
        self.work()
        entries = self.entries_of(profile)
        self.assertEqual(entries.filtered(lambda entry: entry.state == "open").user_id, self.seller | other)
        self.assertEqual(sorted(entries.mapped("state")), ["open", "open", "waiting"])
        self.assertEqual(entries.filtered(lambda entry: entry.state == "waiting").user_id, self.seller)

    def test_full_customer_takes_no_place_from_others(self):
        self.policy.write({"playbook_capacity_customer": 1, "playbook_capacity_person": 2})
        self.playbook("A")
        self.playbook("B")
        great, small = self.falls(revenue=900), self.falls(revenue=1)
        self.work()
        self.assertEqual(self.entries_of(great).mapped("state"), ["open", "waiting"])
        self.assertEqual(sorted(self.entries_of(small).mapped("state")), ["open", "waiting"])

    def test_a_lower_limit_takes_nothing_away(self):
        self.playbook()
        profiles = [self.falls() for _number in range(3)]
        self.work()
        self.policy.playbook_capacity_person = 1
        profiles.append(self.falls())
        self.work()
        self.assertEqual(self.states(profiles), ["open", "open", "open", "waiting"])


class TestEnd(PlaybookCase):
    def test_order_of_any_contact_closes(self):
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.work()
        activity = self.activities_of(profile)
        person = self.env["res.partner"].create({"name": "Buyer", "parent_id": profile.partner_id.id})
        order = self.order(person, 2300, date_order=fields.Datetime.now() + timedelta(seconds=5), state="draft")
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open", "a quotation is no order")
        order.action_confirm()
        order.date_order = fields.Datetime.now() + timedelta(seconds=5)
        self.work()
        entry = self.entries_of(profile)
        self.assertEqual(entry.state, "done")
        self.assertIn(order.name, entry.closing_reason)
        self.assertIn("2,300", entry.closing_reason)
        self.assertNotIn("2,300.", entry.closing_reason)
        self.assertEqual(entry.closed_on, self.today)
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, f"Ordered {order.name}", "whoever is responsible reads it")
        self.assertNotIn(order.name, profile.partner_id.message_ids[0].body, "nor there: other companies read it")

    def test_what_is_no_purchase_leaves_it_open(self):
        """A sample for nothing, a return, an order that is only offered."""
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.work()
        soon = fields.Datetime.now() + timedelta(seconds=5)
        self.order(profile.partner_id, 0, date_order=soon)
        self.order(profile.partner_id, -40, date_order=soon)
        self.order(profile.partner_id, 40, date_order=soon, state="sent")
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")
        self.policy.count_zero_orders = True
        self.work()
        self.assertEqual(self.entries_of(profile).state, "done", "where orders for nothing count, it ordered")

    def test_a_purchase_that_is_no_order_closes_it_from_the_next_day_on(self):
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.work()
        entry = self.entries_of(profile)
        purchase = self.env["customer.imported.purchase"].create(
            {"partner_id": profile.partner_id.id, "date": self.today, "amount": 30, "reference": "till-1"}
        )
        self.work()
        self.assertEqual(entry.state, "open", "nobody knows whether it was before or after")
        entry.write({"entered_on": self.day(2), "entered_at": fields.Datetime.now() - timedelta(days=2)})
        self.work()
        self.assertEqual(entry.state, "done")
        self.assertIn(purchase.reference, entry.closing_reason)

    def test_order_before_the_entry_does_not(self):
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.order(profile.partner_id, days_ago=1)
        self.env.cr.flush()
        self.env["customer.segmentation.queue"].search([]).unlink()
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_order_in_another_company_does_not(self):
        other = self.other_company()
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.work()
        self.order(profile.partner_id, company=other, date_order=fields.Datetime.now() + timedelta(seconds=5))
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_order_in_a_branch_does(self):
        branch = self.branch(self.company)
        self.playbook(closes_on_order=True)
        profile = self.falls()
        self.work()
        self.order(profile.partner_id, company=branch, date_order=fields.Datetime.now() + timedelta(seconds=5))
        self.work()
        self.assertEqual(self.entries_of(profile).state, "done")

    def test_order_does_not_close_other_playbooks(self):
        self.playbook(closes_on_order=False)
        profile = self.falls()
        self.work()
        self.order(profile.partner_id, date_order=fields.Datetime.now() + timedelta(seconds=5))
        self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_waiting_entry_closes_without_activity(self):
        self.policy.playbook_capacity_person = 1
        self.playbook(closes_on_order=True)
        self.falls(revenue=900)
        profile = self.falls()
        self.work()
        self.order(profile.partner_id, date_order=fields.Datetime.now() + timedelta(seconds=5))
        self.work()
        self.assertEqual(self.entries_of(profile).state, "done")

    def test_done_by_the_seller(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.activities_of(profile).with_user(self.seller).action_feedback(feedback="Called, will order")
        entry = self.entries_of(profile)
        self.assertRecordValues(
            entry, [{"state": "done", "closed_on": self.today, "closing_reason": "Called, will order"}]
        )

    def test_deleted_by_the_seller(self):
        self.playbook()
        profile = self.falls()
        self.work()
        self.activities_of(profile).with_user(self.seller).unlink()
        entry = self.entries_of(profile)
        self.assertEqual((entry.state, entry.closing_reason), ("cancelled", "The activity was deleted."))

    def test_stopped(self):
        playbook = self.playbook()
        profile = self.falls()
        self.work()
        playbook.action_stop()
        self.assertFalse(playbook.is_started)
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "The playbook was stopped.")
        self.assertFalse(self.activities_of(profile))

    def test_archived(self):
        playbook = self.playbook()
        profile = self.falls()
        self.work()
        playbook.active = False
        late = self.falls()
        self.work()
        self.assertEqual(self.entries_of(profile).state, "cancelled")
        self.assertFalse(self.entries_of(late))

    def test_deleted(self):
        playbook = self.playbook()
        profile = self.falls()
        self.work()
        playbook.unlink()
        self.assertFalse(self.activities_of(profile))
        self.assertFalse(self.entries_of(profile))

    def test_edited(self):
        """Who does not belong to it any more is released; what lies on a desk stays as it was written."""
        playbook = self.playbook()
        profile, lost = self.falls(), self.falls(segment=self.lost)
        self.work()
        playbook.write({"segment_ids": [Command.set(self.lost.ids)], "summary": "Other"})
        self.work()
        self.assertEqual(self.entries_of(profile, lost).mapped("state"), ["cancelled"])
        playbook.write({"segment_ids": [Command.clear()], "trigger": "birthday", "trigger_days": 1})
        self.work()

    def test_another_trigger_with_open_entries(self):
        playbook = self.playbook()
        self.falls()
        self.work()
        for name in self.env["customer.playbook.trigger"]._triggers():
            playbook.write({"trigger": name, "trigger_days": 5})
            self.next_day()
            self.work()
            self.assertFalse(playbook.problem, name)

    def test_customer_archived(self):
        self.playbook()
        profile = self.falls()
        self.work()
        profile.partner_id.active = False
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "The customer was archived.")

    def test_customer_became_a_contact_of_another(self):
        self.playbook()
        profile = self.falls()
        self.work()
        profile.partner_id.write({"is_company": False, "parent_id": self.customer("Group").id})
        self.work()
        self.assertEqual(self.entries_of(profile).closing_reason, "The contact belongs to a company now.")

    def test_customer_deleted(self):
        self.playbook()
        profile = self.falls()
        self.work()
        profile.partner_id.unlink()
        self.work()
        self.assertFalse(self.entries.search([]))
        self.assertFalse(self.env["mail.activity"].search([("automated", "=", True), ("summary", "like", "Call")]))


class TestMerge(PlaybookCase):
    def merge(self, kept, *gone):
        contacts = kept.partner_id.ids + [profile.partner_id.id for profile in gone]
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"state": "selection", "dst_partner_id": kept.partner_id.id, "partner_ids": [Command.set(contacts)]}
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_both_have_an_open_entry(self):
        playbook = self.playbook()
        kept, gone = self.falls("Kept"), self.falls("Gone")
        self.work()
        self.merge(kept, gone)
        entries = self.entries.search([("playbook_id", "=", playbook.id)], order="id")
        self.assertEqual(entries.mapped("state"), ["open", "cancelled"])
        self.assertEqual(entries.partner_id, kept.partner_id)
        self.assertIn("merged into Kept", entries[1].closing_reason)
        self.assertEqual(len(self.activities_of(kept)), 1)
        self.work()

    def test_only_the_merged_one_has_an_entry(self):
        self.playbook()
        kept, gone = self.scored(self.at_risk, "Kept"), self.falls("Gone")
        self.work()
        self.merge(kept, gone)
        self.assertEqual(self.entries_of(kept).state, "open")
        self.assertEqual(self.activities_of(kept).customer_playbook_entry_id, self.entries_of(kept))

    def test_the_survivor_has_no_profile(self):
        self.playbook()
        first, second = self.falls("First"), self.falls("Second")
        self.work()
        survivor = self.customer("Survivor")
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "state": "selection",
                "dst_partner_id": survivor.id,
                "partner_ids": [Command.set((survivor + first.partner_id + second.partner_id).ids)],
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        entries = self.entries.search([("partner_id", "=", survivor.id)])
        self.assertEqual(sorted(entries.mapped("state")), ["cancelled", "open"])
        self.assertEqual(entries.profile_id.partner_id, survivor)

    def test_the_same_cause(self):
        playbook = self.playbook(trigger="periodic", trigger_days=30, start=False)
        kept, gone = self.scored(self.at_risk, "Kept"), self.scored(self.at_risk, "Gone")
        playbook._start(self.company, include_now=True)
        self.work()
        self.merge(kept, gone)
        causes = self.entries_of(kept).mapped("cause")
        self.assertEqual(len(set(causes)), 2)
        self.assertTrue(all(cause.startswith(f"date:{self.today}") for cause in causes))


class TestControl(PlaybookCase):
    def test_no_action_and_stable(self):
        playbook = self.playbook(control_share=50)
        profiles = [self.falls(str(number)) for number in range(40)]
        self.work()
        entries = self.entries_of(*profiles)
        control = entries.filtered(lambda entry: entry.treatment == "control")
        self.assertEqual(len(entries), 40)
        self.assertTrue(5 < len(control) < 35)
        self.assertEqual(set(control.mapped("state")), {"control"})
        self.assertFalse(control.user_id | control.activity_ids.user_id)
        self.assertEqual(len((entries - control).activity_ids), min(20, 40 - len(control)))
        self.assertEqual(playbook.control_count, len(control))
        playbook.copy()
        self.assertNotEqual(playbook.copy().seed, playbook.seed)

    def test_the_same_customer_is_always_control(self):
        self.playbook(control_share=50, success_days=1)
        profiles = [self.falls(str(number)) for number in range(20)]
        self.work()
        first = {entry.profile_id: entry.treatment for entry in self.entries_of(*profiles)}
        self.entries_of(*profiles).entered_on = self.day(1)
        for profile in profiles:
            self.move(profile, self.champions)
        self.work()
        for profile in profiles:
            self.move(profile, self.at_risk)
        self.work()
        again = self.entries_of(*profiles).filtered(lambda entry: entry.entered_on == self.today)
        self.assertEqual({entry.profile_id: entry.treatment for entry in again}, first)

    def test_control_customers_come_in_as_seldom_as_others(self):
        self.playbook(control_share=50)
        profiles = [self.falls(str(number)) for number in range(10)]
        self.work()
        for profile in profiles:
            self.move(profile, self.lost)
            self.move(profile, self.at_risk)
        self.work()
        control = self.entries_of(*profiles, state="control")
        self.assertEqual(len(control), len(control.profile_id))


class TestActions(PlaybookCase):
    def test_plan(self):
        other = self.user("expert")
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Welcome",
                "res_model": "res.partner",
                "company_id": False,
                "template_ids": [
                    Command.create({"summary": "Introduce", "delay_count": 3, "delay_from": "after_plan_date"}),
                    Command.create(
                        {
                            "summary": "Check",
                            "delay_count": 2,
                            "delay_unit": "weeks",
                            "delay_from": "after_plan_date",
                            "responsible_type": "other",
                            "responsible_id": other.id,
                        }
                    ),
                ],
            }
        )
        self.playbook(action_kind="plan", plan_id=plan.id)
        profile = self.falls()
        self.work()
        activities = self.activities_of(profile).sorted("date_deadline")
        self.assertRecordValues(
            activities,
            [
                {"summary": "Introduce", "user_id": self.seller.id, "date_deadline": self.today + timedelta(days=3)},
                {"summary": "Check", "user_id": other.id, "date_deadline": self.today + timedelta(days=14)},
            ],
        )
        activities[0].action_feedback()
        self.assertEqual(self.entries_of(profile).state, "open")
        activities[1].action_feedback()
        self.assertEqual(self.entries_of(profile).state, "done")

    def test_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Win back"})
        self.playbook(tag_id=tag.id)
        profile = self.falls()
        self.work()
        self.assertEqual(profile.partner_id.category_id, tag)

    def test_no_activity_needs_no_place(self):
        self.policy.write({"playbook_capacity_person": 1, "playbook_capacity_customer": 1})
        tag = self.env["res.partner.category"].create({"name": "Newsletter"})
        self.playbook("Tag", action_kind="none", tag_id=tag.id)
        self.playbook("Call")
        profiles = [self.falls(str(number)) for number in range(3)]
        self.work()
        tagged = self.entries_of(*profiles, state="done")
        self.assertEqual(len(tagged), 3)
        self.assertFalse(tagged.activity_ids)
        self.assertEqual(len(self.entries_of(*profiles, state="open")), 1)

    def test_one_mail_per_address(self):
        """Whoever shares an address, in whatever spelling, gets what is sent there once."""
        template = self.template().id
        self.playbook(send_mail=True, mail_template_id=template)
        profiles = [self.falls(email="info@shop.example", revenue=900), self.falls(email=" Info@Shop.example ")]
        other = self.falls(email="other@shop.example")
        with self.mails() as captured:
            self.work()
        self.assertEqual(len(captured.records), 2)
        entries = self.entries_of(*profiles)
        self.assertEqual(entries.mapped("mailed_on"), [self.today, False], "the most valuable first")
        self.assertEqual(self.entries_of(other).mail_id.res_id, other.partner_id.id)
        third = self.falls(email="info@shop.example")
        with self.mails() as captured:
            self.work()
        self.assertFalse(captured.records, "the pause is one of the address")
        self.assertFalse(self.entries_of(third).mailed_on)

    def template(self, model="res.partner"):
        return self.env["mail.template"].create(
            {
                "name": "News",
                "model_id": self.env["ir.model"]._get_id(model),
                "subject": "We miss you",
                "body_html": "<p>Hello</p>",
                "use_default_to": True,
            }
        )

    def mails(self):
        return RecordCapturer(self.env["mail.mail"].with_context(active_test=False), [("subject", "=", "We miss you")])

    def test_mail_goes_to_the_queue(self):
        playbook = self.playbook(send_mail=True, mail_template_id=self.template().id)
        profile, silent = self.falls(email="a@example.com"), self.falls()
        blocked = self.falls(email="no@example.com")
        self.env["mail.blacklist"].create({"email": "no@example.com"})
        with self.mails() as captured:
            self.work()
        self.assertEqual(len(captured.records), 1)
        self.assertEqual(captured.records.state, "outgoing")
        self.assertEqual(captured.records.recipient_ids, profile.partner_id)
        self.assertEqual(self.entries_of(profile, silent, blocked).mapped("mailed_on"), [self.today, False, False])
        self.assertTrue(playbook.send_mail)

    def test_mail_made_for_profiles(self):
        self.playbook(send_mail=True, mail_template_id=self.template("customer.segmentation.profile").id)
        profile = self.falls(email="a@example.com")
        with self.mails() as captured:
            self.work()
        self.assertEqual(captured.records.recipient_ids, profile.partner_id)

    def test_mail_switch_is_off(self):
        self.playbook(mail_template_id=self.template().id)
        self.falls(email="a@example.com")
        with self.mails() as captured:
            self.work()
        self.assertFalse(captured.records)

    def test_one_mail_in_a_while(self):
        self.policy.playbook_capacity_customer = 2
        self.playbook("A", send_mail=True, mail_template_id=self.template().id)
        self.playbook("B", send_mail=True, mail_template_id=self.template().id)
        profile = self.falls(email="a@example.com")
        with self.mails() as captured:
            self.work()
        self.assertEqual(len(captured.records), 1)
        self.assertEqual(len(self.entries_of(profile, state="open")), 2)

    def test_one_digest_a_day(self):
        self.playbook()
        with RecordCapturer(self.env["mail.message"], [("subject", "like", "from playbooks")]) as captured:
            for _number in range(3):
                self.falls()
            self.work()
            self.falls()
            self.work()
        self.assertEqual(len(captured.records), 1)
        self.assertEqual(captured.records.subject, "New on your desk from playbooks: 3")
        self.assertIn("Win back", captured.records.body)
        self.assertEqual(captured.records.notified_partner_ids, self.seller.partner_id)
        self.entries.search([("announced_on", "!=", False)]).announced_on = self.day(1)
        with RecordCapturer(self.env["mail.message"], [("subject", "like", "from playbooks")]) as captured:
            self.work()
        self.assertEqual(captured.records.subject, "New on your desk from playbooks: 1")

    def test_nobody_is_told_of_each_activity(self):
        self.playbook()
        profiles = [self.falls() for _number in range(5)]
        with RecordCapturer(self.env["mail.message"], [("model", "=", "res.partner")]) as captured:
            self.work()
        self.assertEqual(len(self.entries_of(*profiles, state="open")), 5)
        self.assertFalse(captured.records)


class TestMachine(PlaybookCase):
    def test_scheduled_action(self):
        self.playbook()
        profile = self.falls()
        cron = self.env.ref("customer_segmentation.ir_cron_playbooks")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.entries_of(profile).state, "open")
        self.assertFalse(cron.failure_count)

    def test_out_of_time_goes_on_later(self):
        self.playbook()
        profile = self.falls()
        original = self.env.registry["ir.cron"]._commit_progress

        def no_time_left(cron, processed=0, **values):
            original(cron, processed, **values)
            return 0.0

        impatient = patch.object(self.env.registry["ir.cron"], "_commit_progress", no_time_left)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr, impatient:
            self.env(cr=cr)["customer.playbook.engine"]._cron_run()
        self.assertEqual(self.entries_of(profile).state, "waiting")
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["customer.playbook.engine"]._cron_run()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_companies_without_playbooks_mark_their_changes(self):
        profile = self.falls()
        self.work()
        self.assertTrue(profile.transition_ids.processed)

    def test_run_and_refresh_wake_the_playbooks(self):
        cron = self.env.ref("customer_segmentation.ir_cron_playbooks")
        customer = self.customer()
        self.order(customer, days_ago=3)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as captured:
            self.recompute()
        self.assertTrue(captured.records)
        self.env["customer.segmentation.queue"]._enqueue(customer, self.company)
        with RecordCapturer(self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as captured:
            self.env["customer.segmentation.queue"]._refresh_batch(self.policy)
        self.assertTrue(captured.records)

    def test_audience_that_became_impossible(self):
        playbook, good = self.playbook("Bad"), self.playbook("Good")
        self.env.cr.execute(
            "UPDATE customer_playbook SET audience_domain = %s WHERE id = %s", ["[('gone', '=', 1)]", playbook.id]
        )
        self.env.invalidate_all()
        profile = self.falls()
        self.work()
        self.assertEqual(self.entries_of(profile).playbook_id, good)
        self.assertIn("gone", playbook.problem)
        playbook.audience_domain = "[]"
        self.assertFalse(playbook.problem)

    def test_action_that_fails_does_not_stop_the_others(self):
        self.policy.playbook_capacity_customer = 2
        bad, good = self.playbook("Bad", due_days=7), self.playbook("Good")
        profile = self.falls()
        original = self.env.registry["customer.playbook.action"]._act

        def fail(action, playbook, policy, entries):
            if playbook == bad:
                raise ValueError("no such thing")
            return original(action, playbook, policy, entries)

        with patch.object(self.env.registry["customer.playbook.action"], "_act", fail):
            self.work()
        self.assertEqual(self.entries_of(profile, playbook_id=good.id).state, "open")
        self.assertEqual(self.entries_of(profile, playbook_id=bad.id).state, "waiting")
        self.assertEqual(bad.problem, "no such thing")
        self.next_day()
        self.work()
        self.assertEqual(self.entries_of(profile, playbook_id=bad.id).state, "open")

    def test_step_that_fails_does_not_stop_the_others(self):
        self.playbook()
        profile = self.falls()
        failing = patch.object(
            self.env.registry["customer.playbook.engine"], "_close_batch", side_effect=ValueError("oh")
        )
        with failing, mute_logger(ENGINE):
            self.work()
        self.assertEqual(self.entries_of(profile).state, "open")

    def test_change_of_the_same_rows_by_somebody_else(self):
        """The whole transaction is undone, and another one tries soon."""
        self.playbook()
        profile = self.falls()
        cron = self.env.ref("customer_segmentation.ir_cron_playbooks")
        conflict = psycopg2.errors.SerializationFailure("somebody was quicker")
        failing = patch.object(
            self.env.registry["customer.playbook.engine"], "_transitions_batch", side_effect=conflict
        )
        with self.enter_registry_test_mode(), self.registry.cursor() as cr, failing:
            with RecordCapturer(self.env(cr=cr)["ir.cron.trigger"], [("cron_id", "=", cron.id)]) as captured:
                self.env(cr=cr)["customer.playbook.engine"]._cron_run()
            self.assertTrue(captured.records)
        self.assertFalse(self.entries_of(profile))
        self.work()
        self.assertTrue(self.entries_of(profile))

    def test_nothing_is_written_twice(self):
        self.playbook()
        self.falls()
        self.work()
        before = self.env["customer.playbook.entry"].search_read([])
        self.work()
        self.assertEqual(self.env["customer.playbook.entry"].search_read([]), before)

    def test_trigger_of_an_addon_that_is_gone(self):
        playbook = self.playbook()
        profile = self.falls()
        self.work()
        self.env.cr.execute("UPDATE customer_playbook SET trigger = 'gone' WHERE id = %s", [playbook.id])
        self.env.invalidate_all()
        self.next_day()
        self.falls()
        self.work()
        self.assertIn("does not exist any more", self.entries_of(profile).closing_reason)
        self.assertEqual(playbook.who_would_enter, 0)
