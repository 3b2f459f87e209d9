"""A year of real purchases: the CDNOW sample, moved so that it ends today, with three sellers."""

from datetime import datetime, time

from odoo.fields import Command

from .playbook_common import PlaybookCase
from .test_cdnow import LAST_DAY_OF_FILE, rows_of_file


class YearCase(PlaybookCase):
    every = 20  # every twentieth customer

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shift = cls.today - LAST_DAY_OF_FILE
        cls.rows = [(number, day + cls.shift, cents) for number, day, cents in rows_of_file() if not number % cls.every]
        cls.sellers = [cls.user(f"year{number}") for number in range(3)]
        numbers = sorted({number for number, _day, _cents in cls.rows})
        partners = cls.env["res.partner"].create(
            [{"name": f"CDNOW {number}", "user_id": cls.sellers[number % 3].id} for number in numbers]
        )
        cls.partners = dict(zip(numbers, partners, strict=True))
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
