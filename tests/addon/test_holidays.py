"""The Chinese holidays that come with the addon, computed once more from where the moon and the sun stand.

A month of the Chinese calendar begins on the day of the new moon in China (UTC+8). The month that holds the winter
solstice is the 11th; in a year without leap month before them, the 1st, 5th and 8th hold the sun at 330° (雨水), 90°
(夏至) and 180° (秋分). New moons and the sun after Meeus, Astronomical Algorithms (1998), chapters 49 and 25: right
within a minute. That matters: the new moon of 6 February 2027 comes four minutes before midnight in China.
"""

from datetime import date, datetime, timedelta
from math import radians, sin

from psycopg2.errors import NotNullViolation

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

LUNAR_MONTH = 29.530588861
# (coefficient, multiple of M, of M', of F, power of E), Meeus table 49.A, new moon
NEW_MOON_TERMS = (
    (-0.40720, 0, 1, 0, 0),
    (0.17241, 1, 0, 0, 1),
    (0.01608, 0, 2, 0, 0),
    (0.01039, 0, 0, 2, 0),
    (0.00739, -1, 1, 0, 1),
    (-0.00514, 1, 1, 0, 1),
    (0.00208, 2, 0, 0, 2),
    (-0.00111, 0, 1, -2, 0),
    (-0.00057, 0, 1, 2, 0),
    (0.00056, 1, 2, 0, 1),
    (-0.00042, 0, 3, 0, 0),
    (0.00042, 1, 0, 2, 1),
    (0.00038, 1, 0, -2, 1),
    (-0.00024, -1, 2, 0, 1),
    (-0.00007, 2, 1, 0, 0),
    (0.00004, 0, 2, -2, 0),
    (0.00004, 3, 0, 0, 0),
    (0.00003, 1, 1, -2, 0),
    (0.00003, 0, 2, 2, 0),
    (-0.00003, 1, 1, 2, 0),
    (0.00003, -1, 1, 2, 0),
    (-0.00002, -1, 1, -2, 0),
    (-0.00002, 1, 3, 0, 0),
    (0.00002, 0, 4, 0, 0),
)
# (coefficient, degrees, degrees a lunar month), the planets' part
PLANET_TERMS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)
DELTA_T = timedelta(seconds=70)  # terrestrial less universal time, these years
J2000 = datetime(2000, 1, 1, 12)


def in_china(julian_day):
    return J2000 + timedelta(days=julian_day - 2451545) - DELTA_T + timedelta(hours=8)


def new_moon(number):
    """The moment, in China, of a new moon counted from January 2000."""
    t = number / 1236.85
    day = 2451550.09766 + LUNAR_MONTH * number + 0.00015437 * t**2
    e = 1 - 0.002516 * t
    sun = radians(2.5534 + 29.10535670 * number)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    latitude = radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    node = radians(124.7746 - 1.56375588 * number)
    day += -0.00017 * sin(node)
    day += sum(c * e**p * sin(s * sun + m * moon + f * latitude) for c, s, m, f, p in NEW_MOON_TERMS)
    day += sum(c * sin(radians(start + speed * number)) for c, start, speed in PLANET_TERMS)
    return in_china(day)


def sun_longitude(moment):
    """Apparent longitude of the sun in degrees, at a moment in China."""
    t = (moment - timedelta(hours=8) + DELTA_T - J2000) / timedelta(days=36525)
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360


def lunar_day(year, sun, day):
    """A day of the month that holds the sun at some longitude, in a year of ours."""
    number = round((year - 2000) * 12.3685) - 2
    while not (new_moon(number).year == year and holds(number, sun)):
        number += 1
    return new_moon(number).date() + timedelta(days=day - 1)


def holds(number, sun):
    first, after = (datetime.combine(new_moon(count).date(), datetime.min.time()) for count in (number, number + 1))
    return (sun - sun_longitude(first)) % 360 < (sun_longitude(after) - sun_longitude(first)) % 360


@tagged("post_install", "-at_install")
class TestHolidays(TransactionCase):
    def dates(self, name):
        found = [self.env.ref(f"customer_segmentation.holiday_{name}_{year}") for year in (2026, 2027, 2028)]
        self.assertEqual({holiday.country_id.code for holiday in found}, {"CN"})
        return [holiday.date for holiday in found]

    def test_the_moon_is_computed_right(self):
        """Meeus, example 49.a: 1977 February 18, 3:37:42 TD; the one that decides Spring Festival 2027: 15:56 UTC."""
        self.assertLess(abs(new_moon(-283) + DELTA_T - datetime(1977, 2, 18, 11, 37, 42)), timedelta(minutes=1))
        self.assertEqual(new_moon(335).strftime("%F %H:%M"), "2027-02-06 23:56")

    def test_days_that_follow_the_moon(self):
        for name, sun, day in (("spring_festival", 330, 1), ("dragon_boat", 90, 5), ("mid_autumn", 180, 15)):
            with self.subTest(holiday=name):
                self.assertEqual(self.dates(name), [lunar_day(year, sun, day) for year in (2026, 2027, 2028)])

    def test_days_of_our_calendar(self):
        self.assertEqual(self.dates("new_year"), [date(year, 1, 1) for year in (2026, 2027, 2028)])
        self.assertEqual(self.dates("national_day"), [date(year, 10, 1) for year in (2026, 2027, 2028)])

    def test_the_year_tells_them_apart(self):
        self.assertEqual(
            self.env.ref("customer_segmentation.holiday_spring_festival_2027").display_name, "Spring Festival 2027"
        )

    def test_two_holidays_may_meet(self):
        """As in 2020, when Mid-Autumn fell on National Day."""
        values = {"date": "2031-10-01", "country_id": self.env.ref("base.cn").id}
        self.assertEqual(
            len(self.env["customer.holiday"].create([{"name": "One", **values}, {"name": "Other", **values}])), 2
        )

    def test_a_holiday_needs_a_day(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(NotNullViolation), self.env.cr.savepoint():
            self.env["customer.holiday"].create({"name": "Some day", "date": False})

    def test_managers_change_them_and_salespeople_read_them(self):
        manager = new_test_user(self.env, "holiday_manager", "sales_team.group_sale_manager")
        rep = new_test_user(self.env, "holiday_rep", "sales_team.group_sale_salesman")
        for model, values in (("customer.holiday", {"date": "2031-05-01"}), ("customer.churn.reason", {})):
            record = self.env[model].with_user(manager).create({"name": "New", **values})
            record.name = "Renamed"
            self.assertEqual(record.with_user(rep).name, "Renamed")
            with self.assertRaises(AccessError):
                record.with_user(rep).write({"name": "Mine"})
            record.unlink()

    def test_a_birthday_is_for_colleagues_only(self):
        portal = new_test_user(self.env, "birthday_portal", "base.group_portal")
        portal.partner_id.customer_birthday = "1990-05-01"
        employee = new_test_user(self.env, "birthday_employee", "base.group_user")
        self.assertEqual(portal.partner_id.with_user(employee).customer_birthday, date(1990, 5, 1))
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["customer_birthday"])
