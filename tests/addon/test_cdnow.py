"""Real purchases through the whole product against a computation of its own, customer by customer.

The CDNOW sample (Fader & Hardie): 2,357 customers of one cohort, 18 months. All dates are shifted by the same number of
days, so that the last day of the file is today. The reference below knows only the file and the definitions.
"""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

from dev import cdnow

from .common import SegmentationCase, noon
from .test_policy import GRID

LAST_DAY_OF_FILE = date(1998, 6, 30)
BATCH = 500
SILENT = {"tracking_disable": True, "mail_create_nolog": True}  # half the time of making thousands of orders


def rows_of_file():
    """(customer, day, cents) of each line of the file."""
    for line in cdnow.sample().read_text().splitlines():
        _id, customer, day, _quantity, amount = line.split()
        yield int(customer), date(int(day[:4]), int(day[4:6]), int(day[6:])), round(float(amount) * 100)


class Reference:
    """Recency, frequency, monetary value, scores, segment and class, from purchases of [(day, cents)] by customer."""

    def __init__(self, purchases, as_of):
        start = as_of - relativedelta(months=12)
        self.recency = {key: (as_of - max(day for day, _cents in bought)).days for key, bought in purchases.items()}
        inside = {key: [cents for day, cents in bought if day > start] for key, bought in purchases.items()}
        self.frequency = {key: len(amounts) for key, amounts in inside.items()}
        self.monetary = {key: sum(amounts) for key, amounts in inside.items()}
        self.first_inside = {key: min(bought)[0] > start for key, bought in purchases.items()}
        self.active = {key for key in purchases if inside[key]}

    def cut_points(self, values):
        """The smallest observed value with at least k fifths of the customers at or below it, k = 1 … 4."""
        observed = sorted(values[key] for key in self.active)
        return [
            next(value for rank, value in enumerate(observed, 1) if Fraction(rank, len(observed)) >= Fraction(k, 5))
            for k in range(1, 5)
        ]

    def scores(self):
        limits = [self.cut_points(values) for values in (self.recency, self.frequency, self.monetary)]
        for key in self.recency:
            recency = 5 - sum(limit < self.recency[key] for limit in limits[0])
            if key in self.active:
                others = [
                    1 + sum(limit < values[key] for limit in points)
                    for values, points in zip((self.frequency, self.monetary), limits[1:], strict=True)
                ]
            else:
                others = [1, 1]
            yield key, (recency, *others)

    def segment(self, key, scores):
        recency, frequency, monetary = scores
        code = GRID[recency][(frequency + monetary + 1) // 2 - 1]
        return "promising" if code == "new" and not self.first_inside[key] else code

    def classes(self):
        """A while all before it bring less than 80%, B below 95%, equal amounts as the first of them."""
        total = sum(amount for amount in self.monetary.values() if amount > 0)
        before, found = 0, {}
        for amount in sorted(set(self.monetary.values()), reverse=True):
            share = Fraction(before, total)
            same = [key for key, value in self.monetary.items() if value == amount]
            letter = (
                "C" if amount <= 0 else "A" if share < Fraction(80, 100) else "B" if share < Fraction(95, 100) else "C"
            )
            found.update(dict.fromkeys(same, letter))
            before += amount * len(same)
        return found


class CdnowCase(SegmentationCase):
    """The file as confirmed orders, not scored yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.type = "service"  # where stock is kept, thousands of orders would be delivered
        shift = cls.today - LAST_DAY_OF_FILE
        cls.rows = [(customer, day + shift, cents) for customer, day, cents in rows_of_file()]
        numbers = sorted({customer for customer, _day, _cents in cls.rows})
        partners = cls.env["res.partner"].create([{"name": f"CDNOW {number}"} for number in numbers])
        cls.partners = dict(zip(numbers, partners, strict=True))
        for start in range(0, len(cls.rows), BATCH):
            cls.env["sale.order"].with_context(**SILENT).create(
                [cls.order_of(*row) for row in cls.rows[start : start + BATCH]]
            )

    @classmethod
    def order_of(cls, customer, day, cents):
        line = {"product_id": cls.product.id, "price_unit": cents / 100, "tax_ids": False}
        return {
            "partner_id": cls.partners[customer].id,
            "state": "sale",
            "date_order": noon(day),
            "order_line": [Command.create(line)],
        }


class TestCdnow(CdnowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recompute()

    def test_every_customer(self):
        purchases = defaultdict(list)
        for customer, day, cents in self.rows:
            if cents:
                purchases[customer].append((day, cents))
        reference = Reference(purchases, self.today)
        classes = reference.classes()
        expected = {
            self.partners[key].id: (
                reference.recency[key],
                reference.frequency[key],
                reference.monetary[key],
                *scores,
                reference.segment(key, scores),
                classes[key],
            )
            for key, scores in reference.scores()
        }
        profiles = self.env["customer.segmentation.profile"].search([("company_id", "=", self.company.id)])
        found = {
            profile.partner_id.id: (
                profile.recency_days,
                profile.order_count,
                round(profile.revenue * 100),
                profile.recency_score,
                profile.frequency_score,
                profile.monetary_score,
                profile.segment_id.code,
                profile.abc_class,
            )
            for profile in profiles
        }
        self.assertEqual(len(expected), 2349, "8 of the 2,357 customers have nothing but orders of zero")
        self.assertEqual(found, expected)
        segments = {segment for row in GRID.values() for segment in row}
        self.assertEqual(
            {values[6] for values in found.values()}, segments - {"new"}, "the cohort is older than the window"
        )

    def test_again_changes_nothing(self):
        self.assertEqual(self.recompute().changed_count, 0)
