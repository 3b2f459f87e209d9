import psycopg2

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import SegmentationCase


class TestImportedPurchases(SegmentationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer("Kontor GmbH")

    def purchase(self, amount=100.0, days_ago=10, reference="OLD-1", **values):
        return self.env["customer.imported.purchase"].create(
            {
                "partner_id": self.buyer.id,
                "date": self.day(days_ago),
                "amount": amount,
                "reference": reference,
                **values,
            }
        )

    def test_counts_like_an_order(self):
        person = self.customer("Person", is_company=False, parent_id=self.buyer.id)
        self.purchase(80, 20, partner_id=person.id)
        self.purchase(-30, 5, "OLD-2")
        self.order(self.buyer, 50, days_ago=2)
        self.recompute()
        profile = self.profile(self.buyer)
        self.assertEqual((profile.order_count, profile.revenue, profile.refund_total), (2, 100, 30))

    def test_cut_over_date_keeps_anything_from_counting_twice(self):
        self.purchase(80, 20)
        self.purchase(70, 10, "OLD-2")
        self.policy.import_cutover_date = self.day(20)
        self.assertEqual(self.transactions(self.buyer).mapped("amount"), [80])

    def test_also_for_policies_that_score_invoices(self):
        self.policy.source = "invoice"
        self.purchase(80)
        self.assertEqual(self.transactions(self.buyer).mapped("amount"), [80])

    def test_foreign_currency_at_the_rate_of_the_day(self):
        euro = self.currency("EUR")
        self.rate(euro, 0.5, self.day(100))
        self.rate(euro, 0.8, self.day(15))
        self.purchase(100, 20, currency_id=euro.id)
        self.purchase(100, 10, "OLD-2", currency_id=euro.id)
        self.purchase(100, 200, "OLD-3", currency_id=euro.id)
        rows = self.transactions(self.buyer)
        self.assertEqual(rows.mapped("problem"), ["no_rate", False, False])
        self.assertEqual(rows.mapped("amount")[1:], [200, 125])

    def test_reference_is_unique_in_a_company_only(self):
        self.purchase()
        self.purchase(company_id=self.other_company().id)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.purchase()

    def test_future_date_is_refused_naming_it(self):
        with self.assertRaisesRegex(ValidationError, "OLD-9.*future"):
            self.purchase(days_ago=-1, reference="OLD-9")

    def test_very_old_purchase(self):
        self.purchase(10, reference="OLD-8", date=fields.Date.to_date("1955-05-05"))
        self.recompute()
        self.assertEqual(str(self.profile(self.buyer).first_order_date), "1955-05-05")

    def test_date_of_before_any_history_is_refused_naming_it(self):
        kept = self.purchase(reference="OLD-6")
        for day in ("0001-01-01", "1206-05-05", "1850-01-01"):
            day = fields.Date.to_date(day)
            with self.subTest(day=day):
                with self.assertRaisesRegex(ValidationError, "OLD-7.*100 years"), self.env.cr.savepoint():
                    self.purchase(reference="OLD-7", date=day)
                with self.assertRaisesRegex(ValidationError, "OLD-6.*100 years"), self.env.cr.savepoint():
                    kept.date = day
        row = [self.company.name, "Kontor GmbH", "1850-01-01", "12.50", "OLD-7"]
        loaded = kept.load(["company_id", "partner_id", "date", "amount", "reference"], [row])
        self.assertFalse(loaded["ids"])
        self.assertIn("100 years", loaded["messages"][0]["message"])

    def test_what_is_too_old_by_now_is_left_out_and_listed(self):
        slip = self.purchase(10, reference="OLD-7")
        self.env.flush_all()
        self.env.cr.execute("UPDATE customer_imported_purchase SET date = '1206-05-05' WHERE id = %s", [slip.id])
        row = self.env["customer.transaction"].search([("reference", "=", "OLD-7")])
        self.assertEqual(row.problem, "implausible_date")

    def test_csv_import_and_bulk_delete(self):
        columns = ["company_id", "partner_id", "date", "amount", "currency_id", "reference"]
        rows = [
            [self.company.name, "Kontor GmbH", str(self.day(30)), "12.50", self.company.currency_id.name, "A-1"],
            [self.company.name, "Kontor GmbH", str(self.day(20)), "7.50", self.company.currency_id.name, "A-2"],
        ]
        result = self.env["customer.imported.purchase"].load(columns, rows)
        self.assertFalse(result["messages"])
        self.recompute()
        self.assertEqual(self.profile(self.buyer).revenue, 20)
        self.env["customer.imported.purchase"].browse(result["ids"]).unlink()
        self.recompute()
        profile = self.profile(self.buyer)
        self.assertEqual((profile.lifetime_order_count, profile.segment_id.id, profile.rfm_code), (0, False, False))
