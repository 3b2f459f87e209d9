"""The staging table follows the profile: a column for each field a run computes, and back without a loss."""

from datetime import date

import numpy as np

from odoo.addons.customer_segmentation.tools.staged import column_type
from odoo.tests import tagged
from odoo.tools import SQL

from .common import SegmentationCase

NAN = float("nan")


@tagged("post_install", "-at_install")
class TestStaging(SegmentationCase):
    def setUp(self):
        super().setUp()
        self.staging = self.env["customer.segmentation.staging"]
        self.profiles = self.env["customer.segmentation.profile"]
        self.staging._fit_staging()

    def columns(self):
        return self.staging._column_types()

    def expected(self):
        return {name: column_type(field) for name, field in self.profiles._staged_fields().items()}

    def alter(self, *changes):
        self.env.cr.execute(SQL("ALTER TABLE customer_segmentation_staging %s", SQL(", ").join(map(SQL, changes))))

    def test_it_grows_and_shrinks_with_the_profile(self):
        self.assertEqual(self.columns(), self.expected())
        self.alter("DROP COLUMN revenue", "ADD COLUMN gone int4", "ALTER COLUMN order_count TYPE float8")
        for model in (self.profiles, self.staging):
            model.init()
            self.assertEqual(self.columns(), self.expected(), model._name)
            self.alter("DROP COLUMN abc_class", "ADD COLUMN gone varchar")

    def test_what_only_the_table_is_about_stays(self):
        self.order(self.customer("A"), 100)
        run = self.policy._queue_run().sudo()
        run._step()
        count = self.staging._count(run.id)
        self.staging._fit_staging()
        self.assertEqual((count > 0, self.staging._count(run.id)), (True, count))

    def test_a_run_finds_its_columns(self):
        """Whatever an update of addons left behind."""
        partner = self.customer("A")
        self.order(partner, 100)
        self.alter("DROP COLUMN rfm_code", "DROP COLUMN lifecycle_stage", "ADD COLUMN gone int4 NOT NULL")
        self.assertEqual(self.recompute().state, "done")
        self.assertEqual(self.profile(partner).lifecycle_stage, "new")
        self.assertEqual(self.columns(), self.expected())

    def test_every_type_comes_back_and_so_does_none(self):
        segment = self.policy.scheme_id.segment_ids[0].id
        there = {
            "order_count": (np.array([3.0, NAN]), 3),
            "typical_gap_days": (np.array([12.345678, NAN]), 12.345678),
            "revenue": (np.array([0.125, NAN]), 0.13),
            "last_order_date": (np.array([11_000.0, NAN]), date(2000, 2, 13)),
            "lifecycle_stage": (np.array([3, 0]), "dormant"),
            "segment_id": (np.array([segment, 0]), segment),
        }
        columns = {name: values for name, (values, _kept) in there.items()}
        self.stage(7, columns | {"rfm_code": np.array(["555", "111"])})
        query = self.env["customer.segmentation.writer"]._sql_staged(-7, 0, None)
        first, second = self.env.execute_query_dict(query)
        kept = {name: value for name, (_values, value) in there.items()}
        self.assertEqual({name: self.plain(first[name]) for name in there}, kept)
        self.assertEqual({name: second[name] for name in there}, dict.fromkeys(there))
        self.assertEqual((first["rfm_code"], second["rfm_code"]), ("555", "111"))
        self.assertIsNone(first["tier_id"], "what nobody computed is not known")

    def plain(self, value):
        return float(value) if type(value).__name__ == "Decimal" else value

    def stage(self, number, columns):
        self.staging._stage_columns(-number, np.array([1, 2]), columns, self.company.currency_id.decimal_places)

    def test_only_stored_fields_of_known_types_are_staged(self):
        for name, field in self.profiles._staged_fields().items():
            self.assertTrue(field.store and field.readonly and not field.compute, name)
            self.assertTrue(column_type(field), name)
