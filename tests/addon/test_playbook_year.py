"""A simulated year of real purchases, week by week: the CDNOW sample, every twentieth customer (117 of 2,357).

Each week the orders of that week are confirmed, customers are recomputed and the playbooks do their work; sellers do
two activities each. Whatever happens, nobody is in twice, nobody who has just ordered lies on a desk, and desks hold.
"""

from collections import Counter
from datetime import datetime, time, timedelta

from freezegun import freeze_time

from .year_common import YearCase

WEEKS = 52
CAPACITY = 5


class TestYear(YearCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.playbook_capacity_person = CAPACITY

    def test_a_year(self):
        begin = self.today - timedelta(weeks=WEEKS)
        with freeze_time(datetime.combine(begin, time(20))):
            self.orders(begin - timedelta(days=400), begin)
            self.recompute()
            self.nobody_waits()
            self.work()
            for values in (
                {"name": "Win back", "segment_ids": (self.at_risk + self.lost).ids, "closes_on_order": True},
                {
                    "name": "Save",
                    "segment_ids": self.at_risk.ids,
                    "closes_on_order": True,
                    "control_share": 20,
                },
                {
                    "name": "Stay",
                    "trigger": "segment_stay",
                    "trigger_days": 28,
                    "closes_on_order": True,
                    "segment_ids": (self.lost + self.segment("hibernating")).ids,
                    "reentry": "once",
                },
                {"name": "Visit", "trigger": "periodic", "trigger_days": 90, "segment_ids": False, "abc_class": "A"},
            ):
                self.playbook(**values)
        for week in range(WEEKS):
            day = begin + timedelta(weeks=week + 1)
            with freeze_time(datetime.combine(day, time(20))):
                self.week(day)
        self.check_story()

    def week(self, day):
        buyers = self.orders(day - timedelta(days=6), day)
        self.recompute(as_of=day)
        self.nobody_waits()
        self.work()
        self.check_desks(buyers, day)
        for seller in self.sellers:
            self.env["mail.activity"].search([("user_id", "=", seller.id)], limit=2).action_feedback(feedback="Called")

    def check_desks(self, buyers, day):
        lying = self.entries.search([("state", "in", ("waiting", "open"))])
        self.assertLessEqual(
            max(Counter(lying.filtered("opened_on").mapped("user_id.id")).values(), default=0), CAPACITY
        )
        opened = lying.filtered("opened_on")
        self.assertLessEqual(most(entry.user_id for entry in opened), CAPACITY)
        self.assertLessEqual(most(entry.partner_id for entry in opened), 2)
        self.assertLessEqual(most((entry.playbook_id, entry.partner_id) for entry in lying), 1)
        since = datetime.combine(day - timedelta(days=6), time())
        kept = lying.filtered(lambda entry: entry.playbook_id.closes_on_order and entry.partner_id in buyers)
        self.assertFalse(kept.filtered(lambda entry: entry.entered_at < since), "who has ordered since lies on no desk")
        fresh = lying.filtered(lambda entry: entry.entered_on == day and entry.playbook_id.name == "Stay")
        self.assertFalse(fresh.filtered(lambda entry: entry.partner_id in buyers), "nor does who has just ordered")

    def check_story(self):
        entries = self.entries.search([])
        causes = Counter((entry.playbook_id.id, entry.profile_id.id, entry.cause) for entry in entries)
        self.assertEqual(set(causes.values()), {1})
        self.assertEqual(
            set(entries.mapped("state")), {"waiting", "open", "done", "cancelled", "control"}, "a rich year"
        )
        self.assertGreater(len(entries), 100)
        stays = [entry.partner_id for entry in entries if entry.playbook_id.name == "Stay" and entry.opened_on]
        self.assertEqual(most(stays), 1, "once is once")
        self.assertTrue(entries.filtered(lambda entry: (entry.closing_reason or "").startswith("Ordered ")))
        activities = self.env["mail.activity"].with_context(active_test=False)
        linked = activities.search([("customer_playbook_entry_id", "!=", False)])
        self.assertEqual(most(activity.customer_playbook_entry_id for activity in linked), 1)
        control = entries.filtered(lambda entry: entry.treatment == "control")
        self.assertFalse(linked.customer_playbook_entry_id & control)
        self.assertFalse(self.playbooks.search([("problem", "!=", False)]))


def most(things):
    """How often the most frequent one occurs."""
    return max(Counter(things).values(), default=0)
