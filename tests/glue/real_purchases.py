"""A company with the purchases, movements and predictions of real customers, for pages looked at as a whole."""

from datetime import timedelta

from odoo.tests import HttpCase, new_test_user

from dev import cdnow
from shop import history, names, words_en

from ..addon.common import SegmentationCase

EVERY = 3  # of the 2,357 customers


class RealPurchasesCase(SegmentationCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = words_en.COMPANY["name"]
        cls.policy.setup_done = True
        cls.manager = new_test_user(cls.env, "pictures_manager", "sales_team.group_sale_manager", name="Helen Marsh")
        cls.sellers = [
            new_test_user(cls.env, f"pictures_{number}", "sales_team.group_sale_salesman", name=name)
            for number, name in enumerate(("Robin Keane", "Lea Sommer", "Jon Ekström", "Mia Carver"))
        ]
        cls.policy.with_context(ladder="metals").action_use_ladder()
        cls._buy(cls.sellers)
        cls.recompute()
        cls.nobody_waits()
        cls.policy._queue_replay()._execute()

    @classmethod
    def _buy(cls, sellers):
        rows = [row for row in history.read(cdnow.sample()) if row.customer % EVERY == 0 and row.cents]
        purchases = history.move(rows, cls.today - timedelta(days=1))
        numbers = sorted({purchase.customer for purchase in purchases})
        partners = cls.env["res.partner"].create(
            [
                {
                    "name": customer.name,
                    "is_company": customer.is_company,
                    "email": customer.email,
                    "phone": customer.phone,
                    "user_id": sellers[number % len(sellers)].id,
                }
                for number, customer in zip(numbers, names.customers(len(numbers), words_en), strict=True)
            ]
        )
        partner_of = dict(zip(numbers, partners.ids, strict=True))
        cls.env["customer.imported.purchase"].create(
            [
                {
                    "company_id": cls.company.id,
                    "partner_id": partner_of[purchase.customer],
                    "date": purchase.day,
                    "amount": purchase.cents / 10,
                    "reference": str(number),
                }
                for number, purchase in enumerate(purchases)
            ]
        )
