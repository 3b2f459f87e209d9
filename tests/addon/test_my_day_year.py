"""A year of real purchases at the desks: the CDNOW sample, every fortieth customer (58 of 2,357), three reps.

Each week customers are recomputed, playbooks work, and each rep opens My Day, says of some rows what came of them, and
leaves the others. Whatever happens, nobody stands on two rows, nobody who has just ordered is asked for an order, desks
hold, control groups are left alone, and every open entry of a playbook is on the desk or counted as waiting.
"""

from collections import Counter
from datetime import datetime, time, timedelta
from itertools import cycle

from freezegun import freeze_time

from .year_common import YearCase

WEEKS = 52
ROWS = 4
TOLD = 2  # rows a week of which a rep says what came of them


class TestDesksOfAYear(YearCase):
    every = 40

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.desk_rows = ROWS
        cls.outcomes = cycle(
            ["not_reached", "will_order", "later", "no_need", "elsewhere", "ordered", "complaint", "wrong_number"]
        )
        cls.reason = cls.env["customer.churn.reason"].search([], limit=1)
        cls.states, cls.waited = Counter(), 0

    def test_a_year(self):
        begin = self.today - timedelta(weeks=WEEKS)
        with freeze_time(datetime.combine(begin, time(20))):
            self.orders(begin - timedelta(days=400), begin)
            self.recompute()
            self.nobody_waits()
            self.work()
            self.playbook("Save", segment_ids=self.at_risk.ids, closes_on_order=True, control_share=30)
            self.playbook(
                "Ask", trigger="overdue", overdue_ratio=1.5, segment_ids=False, closes_on_order=True, control_share=20
            )
            self.playbook(
                "Visit", trigger="periodic", trigger_days=90, segment_ids=False, abc_class="A", purpose="tier"
            )
        for week in range(WEEKS):
            day = begin + timedelta(weeks=week + 1)
            with freeze_time(datetime.combine(day, time(20))):
                self.week(day)
        self.assertEqual(set(self.states), {"open", "done", "ordered", "settled"}, "a rich year")
        self.assertGreater(self.waited, 0)

    def week(self, day):
        buyers = self.orders(day - timedelta(days=6), day)
        self.recompute(as_of=day)
        self.nobody_waits()
        self.work()
        for seller in self.sellers:
            self.one_desk(seller, buyers, day)
        self.check_nobody_is_planned_twice()

    def one_desk(self, seller, buyers, day):
        desk = self.env["customer.desk"].with_user(seller)
        shown = desk.action_open_day()
        rows = self.env["customer.desk.row"].browse([row["id"] for row in shown["rows"]])
        self.check_rows(rows, seller, buyers, day)
        self.check_all_entries_are_reached(shown, rows, seller, day)
        self.waited += shown["waiting"]
        for row in rows.filtered(lambda row: row.state == "open")[:TOLD]:
            outcome = next(self.outcomes)
            told = {"reason_id": self.reason.id} if outcome == "elsewhere" else {}
            row.with_user(seller).action_tell(outcome, told)
        self.settle(seller, rows)
        self.states.update(rows.mapped("state"))

    def settle(self, seller, rows):
        """One customer orders while the rep works, and of another the rep plans a visit in the calendar."""
        left = rows.filtered(lambda row: row.state == "open")
        if left:
            order = self.order(left[0].partner_id, 10)
            order.date_order = datetime.now()
            self.env.cr.flush()
        for row in left[1:2]:
            row.partner_id.activity_schedule(
                "mail.mail_activity_data_call", row.day + timedelta(days=9), user_id=seller.id
            )
        self.env["customer.desk"].with_user(seller).action_open_day()
        self.assertEqual(left[:1].mapped("state"), ["ordered"] * len(left[:1]))
        self.nobody_waits()

    def check_rows(self, rows, seller, buyers, day):
        self.assertLessEqual(len(rows), ROWS)
        self.assertEqual(len(rows.partner_id), len(rows), "nobody stands twice")
        meant = self.meant(seller, day)
        without = rows.partner_id - meant
        self.assertFalse(
            {partner for partner in without if partner in buyers and not self.entries_on(partner, seller)},
            "who has just ordered is not asked for an order",
        )
        held = self.entries.search([("state", "=", "control"), ("partner_id", "in", without.ids)]).filtered(
            lambda entry: entry.entered_on > day - timedelta(days=entry.playbook_id.success_days)
        )
        for partner in held.partner_id:
            purposes = set(
                held.filtered(lambda entry, one=partner: entry.partner_id == one).mapped("playbook_id.purpose")
            )
            told = self.entries_on(partner, seller).mapped("playbook_id.purpose")
            self.assertTrue(set(told) - purposes, "a control group is left alone")

    def check_all_entries_are_reached(self, shown, rows, seller, day):
        """Open entries of people nobody plans to call later, who do not rest, stand on the desk or wait."""
        lying = self.entries.search([("state", "in", ("waiting", "open")), ("user_id", "=", seller.id)])
        away = rows.partner_id | self.meant(seller, day, later=True) | self.resting(day) | self.held_back(lying, day)
        self.assertGreaterEqual(shown["waiting"], len(lying.partner_id - away))

    def check_nobody_is_planned_twice(self):
        planned = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("user_id", "in", self.seller_ids)]
        )
        asked = planned.filtered(lambda activity: activity.create_uid.id in self.seller_ids or activity.from_playbook)
        counts = Counter((activity.res_id, activity.user_id) for activity in asked if not activity.calendar_event_id)
        self.assertLessEqual(max(counts.values(), default=0), 2, "a promise of a complaint beside a call at most")

    @property
    def seller_ids(self):
        return [seller.id for seller in self.sellers]

    def meant(self, seller, day, later=False):
        """The customers about whom the rep means to do something by today, or later."""
        sign = ">" if later else "<="
        found = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("user_id", "=", seller.id), ("date_deadline", sign, day)]
        )
        return self.env["res.partner"].browse(
            [one.res_id for one in found if not one.from_playbook or one.customer_playbook_entry_id.promised_on]
        )

    def resting(self, day):
        return self.env["customer.desk.row"].search([("rests_until", ">=", day)]).partner_id

    def held_back(self, entries, day):
        control = self.entries.search([("state", "=", "control"), ("partner_id", "in", entries.partner_id.ids)])
        return control.filtered(
            lambda entry: entry.entered_on > day - timedelta(days=entry.playbook_id.success_days)
        ).partner_id

    def entries_on(self, partner, seller):
        return self.entries.search(
            [("state", "in", ("waiting", "open")), ("user_id", "=", seller.id), ("partner_id", "=", partner.id)]
        )
