"""Which customers no longer buy what: kept for lists, conditions and playbooks, looked through after each run.

    _cron_look()       the scheduled action: companies with a run that was not looked through
      _look()            all habits of a company ──▶ usual gaps of products, and what is no longer bought
        _keep()        only what is different is written

The page of a customer does not read this: it is as of now, these rows are as of the last run.
"""

import logging

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring.calendar import date_of
from odoo.addons.customer_segmentation.tools.jobs import start_job
from odoo.addons.customer_segmentation.tools.words import day_in_words
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

JOB = "habits"
COLUMNS = (
    "partner_id",
    "profile_id",
    "product_id",
    "product_tmpl_id",
    "times",
    "gap_days",
    "last_date",
    "lost_date",
    "amount",
)


class CustomerProductLost(models.Model):
    _name = "customer.product.lost"
    _inherit = ["customer.row"]
    _description = "No Longer Bought"
    _order = "amount desc, id"
    _rec_name = "product_id"
    _log_access = False
    _customer_path = "partner_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    profile_id = fields.Many2one(
        "customer.segmentation.profile", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The variant the customer bought last.",
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", required=True, readonly=True, ondelete="cascade", index=True
    )
    times = fields.Integer(
        string="Days Bought", readonly=True, aggregator="avg", help="On so many days the customer bought it."
    )
    gap_days = fields.Integer(
        string="Usual Gap (Days)", readonly=True, aggregator="avg", help="So many days it usually let pass."
    )
    last_date = fields.Date(string="Last Bought", required=True, readonly=True)
    lost_date = fields.Date(
        string="Missed Since",
        required=True,
        readonly=True,
        help="The day on which more than three usual gaps had passed.",
    )
    amount = fields.Monetary(string="Revenue It Brought", readonly=True, help="Untaxed, less refunds.")

    in_words = fields.Char(compute="_compute_in_words", help="The product, and since when it is missed.")

    _once = models.Constraint(
        "UNIQUE(company_id, partner_id, product_id)", "A customer misses a product once in each company."
    )

    @api.depends("product_id", "last_date")
    @api.depends_context("lang")
    def _compute_in_words(self):
        for lost in self:
            product = lost.product_id.with_context(display_default_code=False)
            day = day_in_words(self.env, lost.last_date)
            lost.in_words = self.env._("%(product)s (last on %(day)s)", product=product.sudo().display_name, day=day)

    # ------------------------------------------------------------------ who calls

    @api.model
    def _start_job(self):
        start_job(self.env, "customer_segmentation_offers.ir_cron_habits")

    @api.model
    def _cron_look(self):
        """Scheduled action: each company whose last run was not looked through yet."""
        policies = self.env["customer.segmentation.policy"]._at_work()
        waiting = policies.filtered(lambda policy: policy.last_run_id and policy.habits_run_id != policy.last_run_id)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for position, policy in enumerate(waiting, 1):
            self._look_or_tell(policy)
            if not cron._commit_progress(1, remaining=len(waiting) - position):
                return

    @api.model
    def _look_or_tell(self, policy):
        """Whatever goes wrong, people are told, and the next run tries again."""
        failures = self.env["customer.segmentation.failure"]
        try:
            with self.env.cr.savepoint():
                self._look(policy)
            failures._forget(policy, JOB)
        except Exception as error:
            _logger.warning("Looking through the habits of %s failed", policy.company_id.sudo().name, exc_info=True)
            self.env.invalidate_all()
            failures._tell(policy, JOB, str(error) or type(error).__name__)
        policy.habits_run_id = policy.last_run_id

    # ------------------------------------------------------------------ all habits of a company

    @api.model
    def _look(self, policy):
        from odoo.addons.customer_segmentation.scoring.habits import no_longer, product_gaps

        reading = self.env["customer.product.habit"]
        found = reading._habits(policy)
        self.env["customer.product.gap"]._keep(policy.company_id, *product_gaps(found[0]))
        known = reading._known(policy, found=found)
        lost = no_longer(known.habits, known.gap, known.about)
        self._keep(policy, self._columns(policy, known, lost[known.variant[lost] > 0]))

    @api.model
    def _columns(self, policy, known, chosen):
        """The columns of the rows of the habits at these positions, by name: lists of one length."""
        from odoo.addons.customer_segmentation.scoring.habits import lost_day

        found, gap = known.habits.at(chosen), known.gap[chosen]
        closed = self.env["customer.product.habit"]._closed_days(policy)
        return {
            "partner_id": found.customer.tolist(),
            "product_id": known.variant[chosen].tolist(),
            "times": found.times.tolist(),
            "gap_days": [max(round(days), 1) for days in gap.tolist()],
            "last_date": [date_of(int(day)) for day in found.last_day.tolist()],
            "lost_date": [date_of(int(day)) for day in lost_day(found, gap, closed).tolist()],
            "amount": [round(amount, policy.currency_id.decimal_places) for amount in found.amount.tolist()],
        }

    @api.model
    def _keep(self, policy, columns):
        """Write what is different from what is kept, and delete what is bought again, by two statements."""
        self.flush_model()
        company = policy.company_id.id
        found = SQL(
            """(SELECT profile.id AS profile_id, product.product_tmpl_id, listed.*
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::date[], %s::date[], %s::numeric[])
                       listed (partner_id, product_id, times, gap_days, last_date, lost_date, amount)
                  JOIN customer_segmentation_profile profile
                    ON profile.partner_id = listed.partner_id AND profile.company_id = %s
                  JOIN product_product product ON product.id = listed.product_id)""",
            *columns.values(),
            company,
        )
        self._write_rows(company, found)
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_product_lost lost WHERE company_id = %s
                      AND (partner_id, product_id) NOT IN (SELECT partner_id, product_id FROM %s found)""",
                company,
                found,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _write_rows(self, company, found):
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_product_lost AS kept (company_id, %(names)s)
                   SELECT %(company)s, %(names)s FROM %(found)s found
                       ON CONFLICT (company_id, partner_id, product_id) DO UPDATE SET (%(names)s) = ROW(%(new)s)
                    WHERE (%(kept)s) IS DISTINCT FROM (%(new)s)""",
                names=SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
                company=company,
                found=found,
                new=SQL(", ").join(SQL("EXCLUDED.%s", SQL.identifier(name)) for name in COLUMNS),
                kept=SQL(", ").join(SQL.identifier("kept", name) for name in COLUMNS),
            )
        )
