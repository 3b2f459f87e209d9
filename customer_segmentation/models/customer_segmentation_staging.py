from odoo import api, fields, models
from odoo.tools import SQL


class CustomerSegmentationStaging(models.Model):
    """Freshly computed rows of one run, waiting to be compared with the profiles.

    What makes a run resumable: scores are computed once and staged, then compared and written chunk by chunk, each
    chunk in its own transaction. The rows of a run are deleted when it ends. Columns have the types that binary COPY
    needs and no foreign keys.
    """

    _name = "customer.segmentation.staging"
    _description = "Computed Profile Waiting to Be Written"
    _log_access = False

    run_id = fields.Integer(required=True)
    partner_id = fields.Integer(required=True)
    first_order_date = fields.Date()
    last_order_date = fields.Date()
    order_count = fields.Integer()
    revenue = fields.Float()
    average_order_value = fields.Float()
    lifetime_order_count = fields.Integer()
    lifetime_revenue = fields.Float()
    refund_total = fields.Float()
    recency_score = fields.Integer()
    frequency_score = fields.Integer()
    monetary_score = fields.Integer()
    rfm_code = fields.Char()
    rfm_score = fields.Float()
    segment_id = fields.Integer()
    abc_class = fields.Char()
    average_monthly_revenue = fields.Float()
    tier_id = fields.Integer()
    tier_since = fields.Date()
    tier_below_since = fields.Date()
    tier_review_date = fields.Date()
    tier_lowered_date = fields.Date()
    tier_kept_id = fields.Integer()
    tier_proposed_id = fields.Integer()

    _run_partner = models.Index("(run_id, partner_id)")

    def init(self):
        # Staged rows are worth nothing after a crash (the run stages them again): no write-ahead log for them.
        self.env.cr.execute(SQL("SELECT relpersistence FROM pg_class WHERE oid = %s::regclass", self._table))
        if self.env.cr.fetchone()[0] != "u":
            self.env.cr.execute(SQL("ALTER TABLE %s SET UNLOGGED", SQL.identifier(self._table)))

    @api.model
    def _stage_scores(self, run_id, facts, scores, tiers, currency):
        """Append the computed rows of a run.

        :param facts, scores: DataFrames with one row per customer and the same index
        :param tiers: further columns as arrays
        :param currency: rounds the amounts
        """
        from ..tools import binary_copy  # NumPy is loaded by the job only

        if facts.empty:
            return
        values = _staged_values(run_id, facts, scores, currency.decimal_places) | tiers
        columns = {
            name: binary_copy.FLOAT if array.dtype.kind == "f" else
            binary_copy.text(array.dtype.itemsize) if array.dtype.kind == "S" else binary_copy.INTEGER
            for name, array in values.items()
        }  # fmt: skip
        binary_copy.write(self.env.cr, self._table, columns, values)

    @api.model
    def _stage_customers_without_purchase(self, run_id, company, as_of, partner_ids=None):
        """Append an empty row for each profile whose customer has no purchase any more; a tier set by hand stays."""
        self.env["customer.segmentation.profile"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_staging
                       (run_id, partner_id, order_count, revenue, average_order_value, lifetime_order_count,
                        lifetime_revenue, refund_total, average_monthly_revenue, tier_id, tier_since)
                   SELECT %(run)s, profile.partner_id, 0, 0, 0, 0, 0, 0, 0,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_id END,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_since END
                     FROM customer_segmentation_profile profile
                    WHERE profile.company_id = %(company)s AND %(only)s
                      AND NOT EXISTS (SELECT FROM customer_segmentation_staging staged
                                       WHERE staged.run_id = %(run)s AND staged.partner_id = profile.partner_id)""",
                run=run_id,
                company=company.id,
                as_of=as_of,
                only=SQL("TRUE") if partner_ids is None else SQL("profile.partner_id = ANY(%s)", list(partner_ids)),
            )
        )

    @api.model
    def _count(self, run_id):
        self.env.cr.execute(SQL("SELECT count(*) FROM customer_segmentation_staging WHERE run_id = %s", run_id))
        return self.env.cr.fetchone()[0]

    @api.model
    def _has_rows(self, run_id):
        """Asked at every step of a run: counting would take longer the more customers there are."""
        self.env.cr.execute(SQL("SELECT FROM customer_segmentation_staging WHERE run_id = %s LIMIT 1", run_id))
        return bool(self.env.cr.rowcount)

    @api.model
    def _drop(self, run_id):
        self.env.cr.execute(SQL("DELETE FROM customer_segmentation_staging WHERE run_id = %s", run_id))


def _staged_values(run_id, facts, scores, decimal_places):
    """The columns of the staging table as NumPy arrays."""
    import numpy as np

    orders, revenue = facts["order_count"].to_numpy(), facts["revenue"].to_numpy()
    postgres_epoch = 10957  # PostgreSQL counts days from 2000-01-01, in days since 1970-01-01
    values = {
        "run_id": np.full(len(facts), run_id),
        "partner_id": facts["partner_id"].to_numpy(),
        "first_order_date": facts["first_order_day"].to_numpy() - postgres_epoch,
        "last_order_date": facts["last_order_day"].to_numpy() - postgres_epoch,
        "order_count": orders,
        "revenue": revenue,
        "average_order_value": np.divide(revenue, orders, out=np.zeros(len(facts)), where=orders > 0),
        "lifetime_order_count": facts["lifetime_order_count"].to_numpy(),
        "lifetime_revenue": facts["lifetime_revenue"].to_numpy(),
        "refund_total": facts["refund_total"].to_numpy(),
        "average_monthly_revenue": facts["average_monthly_revenue"].to_numpy(),
    }
    values = {name: array.round(decimal_places) if array.dtype.kind == "f" else array for name, array in values.items()}
    return values | {
        "recency_score": scores["recency_score"].to_numpy(),
        "frequency_score": scores["frequency_score"].to_numpy(),
        "monetary_score": scores["monetary_score"].to_numpy(),
        "rfm_code": scores["rfm_code"].to_numpy().astype("S3"),
        "rfm_score": scores["rfm_score"].to_numpy().round(1),
        "segment_id": scores["segment"].to_numpy(),
        "abc_class": scores["abc_class"].to_numpy().astype("S1"),
    }
