"""A simulated year of real purchases, week by week: the CDNOW sample, every twentieth customer (117 of 2,357).

Each week the orders of that week are confirmed, customers are recomputed and the playbooks do their work; sellers do
two activities each. Whatever happens, nobody is in twice, nobody who has just ordered lies on a desk, and desks hold.
"""

from collections import Counter
from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo.fields import Command

from .playbook_common import PlaybookCase
from .test_cdnow import LAST_DAY_OF_FILE, rows_of_file

EVERY = 20
WEEKS = 52
CAPACITY = 5


class TestYear(PlaybookCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shift = cls.today - LAST_DAY_OF_FILE
        cls.rows = [(number, day + cls.shift, cents) for number, day, cents in rows_of_file() if not number % EVERY]
        cls.sellers = [cls.user(f"year{number}") for number in range(3)]
        numbers = sorted({number for number, _day, _cents in cls.rows})
        partners = cls.env["res.partner"].create(
            [{"name": f"CDNOW {number}", "user_id": cls.sellers[number % 3].id} for number in numbers]
        )
        cls.partners = dict(zip(numbers, partners, strict=True))
        cls.policy.playbook_capacity_person = CAPACITY
        # The setting-up has scored an empty shop as of today, but this story begins a year ago.
        cls.policy.last_run_id = False
        cls.env["customer.segmentation.run"].search([]).unlink()

    def orders(self, first, last):
        """The orders of some days, at noon."""
        lines = [row for row in self.rows if first <= row[1] <= last]
        self.env["sale.order"].create(
            [
                {
                    "partner_id": self.partners[number].id,
                    "state": "sale",
                    "date_order": datetime.combine(day, time(12)),
                    "order_line": [
                        Command.create({"product_id": self.product.id, "price_unit": cents / 100, "tax_ids": False})
                    ],
                }
                for number, day, cents in lines
            ]
        )
        return {self.partners[number] for number, _day, cents in lines if cents}

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
