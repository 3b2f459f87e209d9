"""Whatever a shop does, a refresh of each customer, a run and a slow count of its documents say the same.

CUSTOMER_SEGMENTATION_SEED      the first shop (a number), printed with every failure
CUSTOMER_SEGMENTATION_SHOPS     how many shops, one after the other
CUSTOMER_SEGMENTATION_MINUTES   or as many as fit into so many minutes
"""

import os
import random
import time
from datetime import date

from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.periods import window_start

from .common import AccountingCase
from .purchases_reference import Reference, Row
from .purchases_shop import Shop

SEED = int(os.environ.get("CUSTOMER_SEGMENTATION_SEED", "20260"))
SHOPS = int(os.environ.get("CUSTOMER_SEGMENTATION_SHOPS", "1"))
MINUTES = float(os.environ.get("CUSTOMER_SEGMENTATION_MINUTES", "0"))
ORDERS = 16
FACTS = ("lifetime_revenue", "lifetime_order_count", "revenue", "order_count", "refund_total")


class TestPurchasesOfRandomShops(AccountingCase):
    maxDiff = None

    def test_refresh_and_run_and_a_slow_count_agree_and_nothing_is_lost(self):
        end, seed = time.monotonic() + 60 * MINUTES, SEED
        while seed < SEED + SHOPS or time.monotonic() < end:
            print(f"Shop of seed {seed}", flush=True)
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                shop = Shop(self, random.Random(seed))
                shop.fill(ORDERS)
                for source in ("sale", "invoice"):
                    self.policy.source = source
                    self.check_purchases(f"CUSTOMER_SEGMENTATION_SEED={seed}, source {source}")
                savepoint.rollback()
            self.env.invalidate_all()
            seed += 1

    def check_purchases(self, what):
        expected = Reference(self.policy, self.today).rows()
        self.env.invalidate_all()
        self.assertEqual(self.rows_of_the_view(), expected, what)
        run = self.recompute()
        self.assertEqual(run.left_out_count, sum(bool(row.problem) for row in expected), what)
        by_run = self.facts_of_profiles()
        self.assertEqual(by_run, self.facts_of(expected), what)
        for partner in self.env["res.partner"].browse(by_run):
            self.env["customer.segmentation.profile"]._refresh(self.policy, partner.ids)
        self.env.invalidate_all()
        self.assertEqual(self.facts_of_profiles(), by_run, f"{what}, refreshed")
        self.assertEqual(self.rows_one_customer_at_a_time(), expected, f"{what}, one by one")

    def rows_of_the_view(self, **context):
        transactions = self.env["customer.transaction"].with_context(**context)
        found = transactions.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(found), len(set(found.ids)), "each row has an identifier of its own")
        return sorted(
            Row(
                row.partner_id.name,
                str(row.date),
                round(row.amount * 100),
                row.is_purchase,
                row.kind == "refund",
                row.problem or "",
            )
            for row in found
        )

    def rows_one_customer_at_a_time(self):
        rows = []
        for partner in self.env["customer.transaction"].search([]).partner_id:
            self.env.invalidate_all()
            theirs = self.rows_of_the_view(**by_code(only_customer_ids=partner.ids))
            self.assertEqual({row.customer for row in theirs}, {partner.name})
            rows += theirs
        return sorted(rows)

    def facts_of_profiles(self):
        self.env.flush_all()
        profiles = self.env["customer.segmentation.profile"].search(
            [("company_id", "=", self.company.id), ("lifetime_order_count", ">", 0)]
        )
        return {
            profile.partner_id.id: (
                profile.partner_id.name,
                *(round(profile[name], 2) for name in FACTS),
                profile.first_order_date,
                profile.last_order_date,
            )
            for profile in profiles
        }

    def facts_of(self, rows):
        start, facts = window_start(self.policy, self.today), {}
        for name in {row.customer for row in rows}:
            known = [row for row in rows if row.customer == name and not row.problem]
            bought = [date.fromisoformat(row.day) for row in known if row.is_purchase]
            if not bought:
                continue
            recent = [row for row in known if date.fromisoformat(row.day) > start]
            refunds = [row.amount for row in known if row.is_refund]
            partner = self.env["res.partner"].search([("name", "=", name), ("is_company", "=", True)], limit=1)
            facts[partner.id] = (
                name,
                sum(row.amount for row in known) / 100,
                len(bought),
                sum(row.amount for row in recent) / 100,
                sum(row.is_purchase for row in recent),
                -sum(refunds) / 100,
                min(bought),
                max(bought),
            )
        return facts
