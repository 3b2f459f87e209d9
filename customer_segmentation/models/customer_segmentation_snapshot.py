from odoo import api, fields, models
from odoo.tools import SQL

from .customer_segmentation_profile import ABC_CLASSES, LIFECYCLE_STAGES


class CustomerSegmentationSnapshot(models.Model):
    """Month-ends: how many customers with how much revenue were in each group; written by the engine only."""

    _name = "customer.segmentation.snapshot"
    _description = "Month-End of Customer Segmentation"
    _order = "date desc, id"
    _log_access = False

    run_id = fields.Many2one("customer.segmentation.run", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    segment_id = fields.Many2one("customer.segment", readonly=True, ondelete="set null", index="btree_not_null")
    tier_id = fields.Many2one("customer.tier", readonly=True, ondelete="set null", index="btree_not_null")
    abc_class = fields.Selection(ABC_CLASSES, string="ABC Class", readonly=True)
    lifecycle_stage = fields.Selection(LIFECYCLE_STAGES, readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Revenue in the window that ended on the day.")
    revenue_at_risk = fields.Monetary(
        string="Revenue at Risk", readonly=True, help="Predicted value times churn risk, added up, on the day."
    )

    _company_date = models.Index("(company_id, date)")

    @api.model
    def _write_profiles(self, run, date):
        """Keep how the profiles of a run's company stand now as the groups of a day; what was kept for it goes."""
        self.env["customer.segmentation.profile"].flush_model()
        self.sudo().search([("company_id", "=", run.company_id.id), ("date", "=", date)]).unlink()
        names = SQL("segment_id, tier_id, abc_class, lifecycle_stage")
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_snapshot
                          (run_id, company_id, date, customer_count, revenue, revenue_at_risk, %(names)s)
                   SELECT %(run)s, company_id, %(date)s, count(*), sum(revenue),
                          COALESCE(sum(churn_risk * predicted_clv), 0), %(names)s
                     FROM customer_segmentation_profile WHERE company_id = %(company)s
                    GROUP BY company_id, %(names)s""",
                run=run.id, date=date, company=run.company_id.id, names=names,
            )
        )  # fmt: skip
