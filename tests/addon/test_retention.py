"""What is too old is deleted once a day, and nothing that something still waits for."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import ValidationError

from .playbook_common import PlaybookCase

RETENTION = "odoo.addons.customer_segmentation.models.privacy.customer_segmentation_retention"


class RetentionCase(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.retention_months = 12
        cls.kept_since = cls.today - relativedelta(months=12)
        cls.too_old = cls.kept_since - timedelta(days=1)

    def clean(self, policy=None):
        """All batches, as the scheduled action calls them."""
        retention = self.env["customer.segmentation.retention"]
        self.env.flush_all()
        total, more = 0, 1
        while more:
            deleted, more = retention._gc_history()
            total += deleted
        self.env.invalidate_all()
        return total

    def entry(self, playbook, profile, day=None, **values):
        day = day or self.too_old
        return self.entries.create(
            {
                "playbook_id": playbook.id,
                "profile_id": profile.id,
                "entered_on": day,
                "entered_at": day,
                "cause": f"test:{len(self.entries.search([]))}",
                "state": "done",
                "closed_on": day,
                **values,
            }
        )

    def change(self, profile, day, **values):
        change = self.move(profile, self.lost, processed=True)
        change.write({"date": day, **values})
        return change


class TestTransitions(RetentionCase):
    def test_older_ones_go(self):
        profile = self.scored(self.champions)
        old, last_kept = self.change(profile, self.too_old), self.change(profile, self.kept_since)
        self.assertEqual(self.clean(), 1)
        self.assertFalse(old.exists())
        self.assertEqual(profile.transition_ids, last_kept)
        self.assertEqual(self.clean(), 0)

    def test_unprocessed_ones_stay(self):
        profile = self.scored(self.champions)
        waiting = self.change(profile, self.too_old, processed=False)
        self.assertEqual(self.clean(), 0)
        self.assertTrue(waiting.exists())

    def test_those_of_an_entry_stay_as_long_as_it(self):
        profile = self.scored(self.champions)
        change = self.change(profile, self.too_old)
        entry = self.entry(self.playbook(start=False), profile, day=self.today, transition_id=change.id)
        self.assertEqual(self.clean(), 0)
        entry.write({"entered_on": self.day(900), "closed_on": self.day(900)})
        self.assertEqual(self.clean(), 2)
        self.assertFalse(entry.exists() or change.exists())

    def test_for_ever(self):
        self.policy.retention_months = 0
        profile = self.scored(self.champions)
        change = self.change(profile, "2001-01-01")
        self.entry(self.playbook(start=False), profile, day="2001-01-01")
        self.assertEqual(self.clean(), 0)
        self.assertTrue(change.exists())

    def test_each_company_its_own(self):
        south = self.other_company()
        self.recompute(self.policy_of(south))
        self.policy_of(south).retention_months = 0
        theirs = self.change(self.scored(self.champions, company=south), self.too_old)
        ours = self.change(self.scored(self.champions), self.too_old)
        self.assertEqual(self.clean(), 1)
        self.assertTrue(theirs.exists())
        self.assertFalse(ours.exists())
        self.policy_of(south).retention_months = 6
        self.assertEqual(self.clean(), 1)

    def test_batch_by_batch(self):
        """Kill-safe: each batch is committed, the next call finds what is left."""
        profile = self.scored(self.champions)
        for _number in range(5):
            self.change(profile, self.too_old)
        self.env.flush_all()
        with patch(f"{RETENTION}.BATCH_SIZE", 2):
            retention = self.env["customer.segmentation.retention"]
            self.assertEqual([retention._gc_history() for _call in range(4)], [(2, 1), (2, 1), (1, 0), (0, 0)])

    def test_odoo_calls_it_with_its_own_cleaning(self):
        profile = self.scored(self.champions)
        old = self.change(profile, self.too_old)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(old.exists())

    def test_scores_and_runs_stay(self):
        customer = self.customer("Buyer")
        self.order(customer, 100, days_ago=5)
        self.recompute()
        self.env["customer.segmentation.transition"].search([]).write({"date": self.too_old, "processed": True})
        runs = self.env["customer.segmentation.run"].search_count([])
        self.assertTrue(self.clean())
        self.assertTrue(self.profile(customer).segment_id)
        self.assertEqual(self.env["customer.segmentation.run"].search_count([]), runs)
        self.assertEqual(self.recompute().changed_count, 0)


class TestEntries(RetentionCase):
    def test_closed_ones_go(self):
        playbook = self.playbook(start=False)
        profile = self.scored(self.champions)
        done, cancelled, control = (
            self.entry(playbook, profile, state=state) for state in ("done", "cancelled", "control")
        )
        recent = self.entry(playbook, profile, day=self.kept_since)
        self.assertEqual(self.clean(), 3)
        self.assertFalse((done | cancelled | control).exists())
        self.assertTrue(recent.exists())

    def test_open_ones_stay(self):
        profile = self.scored(self.champions)
        for state in ("waiting", "open"):
            self.entry(self.playbook(state, start=False), profile, state=state, closed_on=False)
        self.assertEqual(self.clean(), 0)

    def test_those_closed_since_stay(self):
        self.entry(self.playbook(start=False), self.scored(self.champions), closed_on=self.kept_since)
        self.assertEqual(self.clean(), 0)

    def test_those_being_measured_stay(self):
        """The days in which an order counts as a success are not over."""
        days = (self.today - self.too_old).days
        playbook = self.playbook(start=False, success_days=days, control_share=10)
        self.entry(playbook, self.scored(self.champions))
        self.entry(playbook, self.scored(self.champions), treatment="control", state="control")
        self.assertEqual(self.clean(), 0)
        playbook.success_days = days - 1
        self.assertEqual(self.clean(), 2)

    def test_snoozed_ones_stay_until_they_wake(self):
        entry = self.entry(
            self.playbook(start=False),
            self.scored(self.champions),
            state="cancelled",
            answer="snooze",
            snoozed_until=self.today,
        )
        self.assertEqual(self.clean(), 0)
        entry.snoozed_until = self.day(1)
        self.assertEqual(self.clean(), 1)

    def test_the_last_of_a_playbook_at_work_stays(self):
        """Without it, who was treated once would be treated again, and a visit would be due at once."""
        playbook = self.playbook(trigger="periodic", trigger_days=365, reentry="once")
        profile = self.scored(self.champions)
        first, last = self.entry(playbook, profile), self.entry(playbook, profile)
        self.assertEqual(self.clean(), 1)
        self.assertFalse(first.exists())
        self.assertTrue(last.exists())
        playbook.action_stop()
        self.assertEqual(self.clean(), 1)

    def test_of_excluded_customers(self):
        playbook = self.playbook()
        profile = self.scored(self.champions)
        entry = self.entry(playbook, profile)
        self.env["customer.segmentation.exclusion"].create({"partner_id": profile.partner_id.id})
        self.assertTrue(entry.exists())
        self.assertEqual(self.clean(), 1)

    def test_done_activities_stay_in_the_history_of_the_contact(self):
        self.playbook()
        profile = self.falls()
        self.work()
        activity = self.activities_of(profile)
        activity.action_feedback(feedback="Called")
        entry = self.entries_of(profile)
        self.playbooks.search([]).action_stop()
        entry.write({"entered_on": self.day(900), "closed_on": self.day(900), "transition_id": False})
        self.clean()
        self.assertFalse(entry.exists())
        self.assertTrue(activity.exists())
        self.assertFalse(activity.customer_playbook_entry_id)


class TestTyped(RetentionCase):
    def test_limits(self):
        for months in (-1, 601):
            with self.subTest(months=months), self.assertRaisesRegex(ValidationError, "0 to keep it for ever"):
                self.policy.retention_months = months
        for months in (0, 1, 600):
            self.policy.retention_months = months

    def test_default_is_three_years(self):
        self.assertEqual(self.policy_of(self.other_company()).retention_months, 36)

    def test_not_a_rule_of_scoring(self):
        version = self.policy.version
        self.policy.retention_months = 24
        self.assertEqual(self.policy.version, version)
