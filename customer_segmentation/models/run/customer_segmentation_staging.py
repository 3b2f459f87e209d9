from odoo import api, fields, models
from odoo.tools import SQL

from ...scoring import calendar
from ...tools.labels import LIFECYCLE_STAGES
from ...tools.staged import INFINITY, POSTGRES_EPOCH, STAGED_CHOICES

PROSPECT = [name for name, _label in LIFECYCLE_STAGES].index("prospect") + 1


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
    month_end = fields.Date()  # of a replay, which goes on from the rows of the month-end before
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
    typical_gap_days = fields.Float()
    expected_next_order_date = fields.Date()
    lifecycle_stage = fields.Integer()
    churn_risk = fields.Float()
    churn_band = fields.Integer()
    predicted_clv = fields.Float()
    clv_total = fields.Float()
    prediction_basis = fields.Integer()
    purchase_day_count = fields.Integer()
    tier_id = fields.Integer()
    tier_since = fields.Date()
    tier_below_since = fields.Date()
    tier_review_date = fields.Date()
    tier_lowered_date = fields.Date()
    tier_kept_id = fields.Integer()
    tier_proposed_id = fields.Integer()
    value_score = fields.Integer()
    value_band = fields.Integer()
    value_ranks = fields.Char()

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
        from ...tools import binary_copy  # NumPy is loaded by the job only

        if facts.empty:
            return
        values = _staged_values(run_id, facts, scores, currency.decimal_places) | tiers
        columns = {
            name: binary_copy.FLOAT
            if array.dtype.kind == "f"
            else binary_copy.text(array.dtype.itemsize)
            if array.dtype.kind == "S"
            else binary_copy.INTEGER
            for name, array in values.items()
        }
        binary_copy.write(self.env.cr, self._table, columns, values)

    @api.model
    def _stage_month(self, run_id, month_end, earlier, facts, scores, tiers, currency):
        """Append the computed rows of a month-end of a replay.

        :param earlier: the month-end before; who had a purchase then and has none any more gets an empty row
        """
        import numpy as np  # loaded by the job only

        day = calendar.day_of(month_end) - POSTGRES_EPOCH
        self._stage_scores(run_id, facts, scores, tiers | {"month_end": np.full(len(facts), day)}, currency)
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_staging (run_id, month_end, partner_id)
                   SELECT run_id, %(month_end)s, partner_id FROM customer_segmentation_staging
                    WHERE run_id = %(run)s AND month_end = %(earlier)s
                   EXCEPT
                   SELECT run_id, month_end, partner_id FROM customer_segmentation_staging
                    WHERE run_id = %(run)s AND month_end = %(month_end)s""",
                run=run_id,
                month_end=month_end,
                earlier=earlier or None,
            )
        )

    @api.model
    def _drop_before(self, run_id, month_end):
        """Forget the month-ends of a replay before one."""
        self.env.cr.execute(
            SQL("DELETE FROM customer_segmentation_staging WHERE run_id = %s AND month_end < %s", run_id, month_end)
        )

    @api.model
    def _stage_customers_without_purchase(self, run_id, company, as_of, partner_ids=None):
        """Append a row for each prospect, and an empty one for each profile whose customer has no purchase any more.

        A tier set by hand stays. Customers left aside get no row: their profiles are removed.
        """
        self.env["customer.segmentation.profile"].flush_model()
        exclusions = self.env["customer.segmentation.exclusion"]
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_staging
                       (run_id, partner_id, order_count, revenue, average_order_value, lifetime_order_count,
                        lifetime_revenue, refund_total, average_monthly_revenue, purchase_day_count, lifecycle_stage,
                        tier_id, tier_since)
                   SELECT %(run)s, partner_id, 0, 0, 0, 0, 0, 0, 0, 0,
                          CASE WHEN prospect.partner_id IS NOT NULL THEN %(stage)s END,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_id END,
                          CASE WHEN profile.tier_locked_until >= %(as_of)s THEN profile.tier_since END
                     FROM (SELECT partner_id, tier_id, tier_since, tier_locked_until FROM customer_segmentation_profile
                            WHERE company_id = %(company)s AND %(only)s
                              AND partner_id NOT IN (%(left_aside)s)) profile
                     FULL JOIN (%(prospects)s) prospect USING (partner_id)
                    WHERE NOT EXISTS (SELECT FROM customer_segmentation_staging staged
                                       WHERE staged.run_id = %(run)s
                                         AND staged.partner_id = COALESCE(profile.partner_id, prospect.partner_id))""",
                run=run_id,
                company=company.id,
                as_of=as_of,
                stage=PROSPECT,
                only=SQL("TRUE") if partner_ids is None else SQL("partner_id = ANY(%s)", list(partner_ids)),
                prospects=self._prospects(company, partner_ids),
                left_aside=exclusions._sql_left_aside(company.id, partner_ids),
            )
        )

    @api.model
    def _prospects(self, company, partner_ids=None):
        """Customers with an open quotation, or a lead or opportunity that is not lost, in the company or its branches.

        A lead without company counts in every company, as everybody may take it up. Customers left aside do not.
        """
        self.env["sale.order"].flush_model()
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        documents = SQL(
            """SELECT partner_id, company_id FROM sale_order WHERE state IN ('draft', 'sent') AND %(only)s
                UNION
               SELECT partner_id, company_id FROM crm_lead
                WHERE active AND won_status IS DISTINCT FROM 'lost' AND %(only)s""",
            only=SQL("TRUE")
            if partner_ids is None
            else SQL(
                "partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))", list(partner_ids)
            ),
        )
        return SQL(
            """SELECT contact.commercial_partner_id AS partner_id
                 FROM (%s) document
                 JOIN res_partner contact ON contact.id = document.partner_id
                 LEFT JOIN res_company branch ON branch.id = document.company_id
                WHERE contact.commercial_partner_id IS NOT NULL AND contact.commercial_partner_id NOT IN (%s)
                  AND (branch.id IS NULL OR split_part(branch.parent_path, '/', 1)::int = %s)
                GROUP BY contact.commercial_partner_id""",
            documents,
            self.env["customer.segmentation.exclusion"]._sql_left_aside(company.id, partner_ids),
            company.id,
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

    from ...scoring.facts import average_order_value
    from ...scoring.rounding import half_up_all

    postgres_epoch = 10957  # PostgreSQL counts days from 2000-01-01, in days since 1970-01-01
    values = {
        "run_id": np.full(len(facts), run_id),
        "partner_id": facts["partner_id"].to_numpy(),
        "first_order_date": facts["first_order_day"].to_numpy() - postgres_epoch,
        "last_order_date": facts["last_order_day"].to_numpy() - postgres_epoch,
        "order_count": facts["order_count"].to_numpy(),
        "revenue": facts["revenue"].to_numpy(),
        "average_order_value": np.nan_to_num(average_order_value(facts)),
        "lifetime_order_count": facts["lifetime_order_count"].to_numpy(),
        "lifetime_revenue": facts["lifetime_revenue"].to_numpy(),
        "refund_total": facts["refund_total"].to_numpy(),
        "average_monthly_revenue": facts["average_monthly_revenue"].to_numpy(),
    }
    values = {
        name: half_up_all(array, decimal_places) if array.dtype.kind == "f" else array for name, array in values.items()
    }
    return (
        values
        | {
            "recency_score": scores["recency_score"].to_numpy(),
            "frequency_score": scores["frequency_score"].to_numpy(),
            "monetary_score": scores["monetary_score"].to_numpy(),
            "rfm_code": scores["rfm_code"].to_numpy().astype("S3"),
            "rfm_score": half_up_all(scores["rfm_score"].to_numpy(), 1),
            "segment_id": scores["segment"].to_numpy(),
            "abc_class": scores["abc_class"].to_numpy().astype("S1"),
        }
        | _staged_prediction(scores, decimal_places)
        | _staged_value(scores)
    )


def _staged_prediction(scores, decimal_places):
    """The columns of rhythm, lifecycle and prediction: NaN, day `INFINITY` and position 0 stand for none."""
    import numpy as np

    from ...scoring.rounding import half_up_all

    next_day = scores["expected_next_order_day"].to_numpy()
    expected = ~np.isnan(next_day)
    next_date = np.where(expected, np.where(expected, next_day, 0) - POSTGRES_EPOCH, INFINITY).astype(np.int64)
    return {
        "typical_gap_days": scores["typical_gap_days"].to_numpy(),
        "purchase_day_count": scores["purchase_day_count"].to_numpy().astype(np.int64),
        "expected_next_order_date": next_date,
        "churn_risk": scores["churn_risk"].to_numpy(),
        "predicted_clv": half_up_all(scores["predicted_clv"].to_numpy(), decimal_places),
        "clv_total": half_up_all(scores["clv_total"].to_numpy(), decimal_places),
    } | {name: scores[name].to_numpy() for name in STAGED_CHOICES}


def _staged_value(scores):
    """The columns of the value score; without indicators there are no ranks."""
    import numpy as np

    values = {"value_score": scores["value_score"].to_numpy()}
    if "value_ranks" in scores:
        values["value_ranks"] = np.array(scores["value_ranks"].tolist(), dtype="S")
    return values
