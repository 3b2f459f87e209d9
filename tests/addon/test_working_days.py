"""On which day somebody is asked to do something: one on which that person works."""

from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import SegmentationCase
from .playbook_common import PlaybookCase

FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = (date(2026, 1, day) for day in (2, 3, 4, 5, 6))


class TestWorkingDay(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Monday to Friday", "tz": "Asia/Shanghai"})
        cls.company.resource_calendar_id = cls.calendar
        cls.user = new_test_user(cls.env, "works", "sales_team.group_sale_salesman")

    def day(self, day):
        return self.user._working_day(day, self.company)

    def test_days_off_move_to_the_next_working_day(self):
        self.assertEqual([self.day(day) for day in (FRIDAY, SATURDAY, SUNDAY)], [FRIDAY, MONDAY, MONDAY])

    def test_public_holidays_too(self):
        self.env["resource.calendar.leaves"].create(
            {"calendar_id": self.calendar.id, "date_from": "2026-01-04 16:00:00", "date_to": "2026-01-05 15:59:59"}
        )
        self.assertEqual(self.day(SATURDAY), TUESDAY)

    def test_the_calendar_of_the_person_goes_first(self):
        saturdays = self.env["resource.calendar"].create(
            {
                "name": "Saturdays",
                "attendance_ids": [
                    Command.clear(),
                    Command.create({"name": "Saturday", "dayofweek": "5", "hour_from": 9, "hour_to": 17}),
                ],
            }
        )
        self.env["resource.resource"].create(
            {"name": "Works", "user_id": self.user.id, "company_id": self.company.id, "calendar_id": saturdays.id}
        )
        self.assertEqual(self.day(FRIDAY), SATURDAY)

    def test_without_a_calendar_every_day_is_one(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self.day(SUNDAY), SUNDAY)


class TestPlaybookWorkingDay(PlaybookCase):
    def test_activities_of_playbooks(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create({"name": "Monday to Friday"})
        self.policy.playbook_capacity_customer = 7
        for days in range(7):
            self.playbook(str(days), due_days=days)
        profile = self.falls()
        self.work()
        activities = self.activities_of(profile)
        self.assertEqual(len(activities), 7)
        self.assertFalse([day for day in activities.mapped("date_deadline") if day.weekday() > 4])
