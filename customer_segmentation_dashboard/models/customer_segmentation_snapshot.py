import functools

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.addons.customer_segmentation.tools.labels import ABC_CLASSES, LIFECYCLE_STAGES
from odoo.tools import SQL


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
    order_count = fields.Integer(string="Orders", readonly=True, help="Orders in the window that ended on the day.")
    at_stake = fields.Monetary(
        readonly=True, help="Yearly value times the chance of losing it, added up, as it was on the day."
    )

    _company_date = models.Index("(company_id, date)")

    @api.model
    def _write_last_month(self, run):
        """Before a run changes anything: how the profiles stood at the end of the month before it, once.

        After several months without a run only the last of them is kept: nothing is known about the others.
        """
        month_end = calendar.date_of(calendar.complete_months(calendar.day_of(run.as_of), 1)[1])
        before, company = run.policy_id.last_run_id, run.company_id
        if not before or before.as_of > month_end:
            return
        if not self.sudo().search_count([("company_id", "=", company.id), ("date", "=", month_end)], limit=1):
            self._write_profiles(run, month_end)

    @api.model
    def _write_profiles(self, run, date):
        """Keep how the profiles of a run's company stand now as the groups of a day; what was kept for it goes."""
        self.env["customer.segmentation.profile"].flush_model()
        self._write_groups(
            run,
            date,
            SQL("SELECT * FROM customer_segmentation_profile WHERE company_id = %s", run.company_id.id),
            run.policy_id.last_run_id.cut_points,
        )

    @api.model
    def _write_month(self, run, month_end, cut_points):
        """Keep how customers with a profile stood at a month-end of a replay as the groups of that day."""
        self._write_groups(
            run,
            month_end,
            SQL(
                """SELECT staged.* FROM (%s) staged JOIN customer_segmentation_profile profile USING (partner_id)
                    WHERE profile.company_id = %s AND staged.segment_id IS NOT NULL""",
                self.env["customer.segmentation.writer"]._sql_staged_month(run.id, month_end),
                run.company_id.id,
            ),
            cut_points,
        )

    @api.model
    def _write_groups(self, run, date, customers, cut_points):
        """Write the groups of a day; what was kept for it goes.

        :param customers: a query with the columns of profiles
        :param cut_points: by which they were scored
        """
        stake, term = self.env["customer.segmentation.stake"], functools.partial(SQL.identifier, "customer")
        at_stake = stake._sql_on(term, date, stake._chances(cut_points))
        self.sudo().search([("company_id", "=", run.company_id.id), ("date", "=", date)]).unlink()
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_segmentation_snapshot
                          (run_id, company_id, date, customer_count, revenue, order_count, at_stake, %(names)s)
                   SELECT %(run)s, %(company)s, %(date)s, count(*), sum(revenue), sum(order_count),
                          COALESCE(sum(%(at_stake)s), 0), %(names)s
                     FROM (%(customers)s) customer
                    GROUP BY %(names)s""",
                run=run.id,
                date=date,
                company=run.company_id.id,
                customers=customers,
                at_stake=at_stake,
                names=SQL("segment_id, tier_id, abc_class, lifecycle_stage"),
            )
        )
