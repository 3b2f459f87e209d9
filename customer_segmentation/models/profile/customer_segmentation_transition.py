from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import SQL


class CustomerSegmentationTransition(models.Model):
    """One change of a profile in one run: the customer's history, and what automation reads.

    Rows are written by the engine only, in the statement that changes the profile.
    """

    _name = "customer.segmentation.transition"
    _inherit = ["customer.segmentation.change", "customer.one.record"]
    _description = "Customer Segmentation Change"
    _order = "date desc, id desc"
    _log_access = False
    _customer_path = "profile_id.partner_id"

    profile_id = fields.Many2one(
        "customer.segmentation.profile", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    run_id = fields.Many2one("customer.segmentation.run", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="profile_id.company_id", string="Company")
    currency_id = fields.Many2one(related="profile_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    reason = fields.Char(readonly=True, help="Why a manager set the tier by hand.")
    revenue = fields.Monetary(
        string="Revenue Then", readonly=True, help="Revenue in the window on the day of the change."
    )
    direction = fields.Selection(
        [("up", "Up"), ("down", "Down"), ("same", "Same Level"), ("rules", "Rules Changed")],
        readonly=True,
        help="By the tier, then by the order of the segments in the scheme, ABC class, lifecycle stage and further "
        "labels. Rules Changed: seen by the first run after the rules were changed, so that nobody rose or fell by it.",
    )
    active = fields.Boolean(
        string="Shown",
        default=True,
        readonly=True,
        help="A change that says what was found of the days before it is kept, but not shown.",
    )
    processed = fields.Boolean(readonly=True, help="Automation has dealt with this change.")

    _of_profile = models.Index("(profile_id, date, id)")
    _of_day = models.Index("(date)")
    _to_process = models.Index("(run_id, id) WHERE NOT processed")

    @api.model
    def _rules_changed_on(self, company, after, until):
        """The last day after one day, up to another, on which customers of a root company changed by other rules.

        Who stood where before that day cannot be held against who stands where after it. None when the rules were put
        back since: the same rules judge on both days.
        """
        self.env.flush_all()
        last = self.env.execute_query(
            SQL(
                """SELECT change.date, change.run_id FROM customer_segmentation_transition change
                     JOIN customer_segmentation_run run ON run.id = change.run_id AND run.company_id = %s
                    WHERE change.date > %s AND change.date <= %s AND change.direction = 'rules'
                    ORDER BY change.date DESC, change.run_id DESC LIMIT 1""",
                company.id,
                after,
                until,
            )
        )
        if not last:
            return None
        [(day, run_id)] = last
        runs = self.env["customer.segmentation.run"].sudo()
        lived = [("company_id", "=", company.id), ("kind", "=", "live"), ("state", "=", "done"), ("as_of", "<=", after)]
        before, run = runs.search(lived, order="as_of DESC, id DESC", limit=1), runs.browse(run_id)
        same = before and self.env["customer.segmentation.rules"]._score_alike(
            run.policy_id, before.policy_version, run.policy_version
        )
        return None if same else day

    @api.model
    def _mark_changed_rules(self):
        """Called at each update: changes from before they were told apart were seen by the first run of a version."""
        rules, run_ids = self.env["customer.segmentation.rules"], []
        done = self.env["customer.segmentation.run"].search([("kind", "=", "live"), ("state", "=", "done")], order="id")
        for policy, runs in done.grouped("policy_id").items():
            for before, run in pairwise(runs):
                if not rules._score_alike(policy, before.policy_version, run.policy_version):
                    run_ids.append(run.id)
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE customer_segmentation_transition SET direction = 'rules'
                WHERE run_id = ANY(%s) AND active AND from_abc_class IS NOT NULL
                  AND reason IS NULL AND processed AND direction <> 'rules'""",
            [run_ids],
        )
        self.invalidate_model(["direction"])

    @api.model
    def _forget_labels(self, names):
        """Delete the changes of nothing but some labels, which leave with the addon that brings them."""
        kept = [name for name in self.env["customer.segmentation.profile"]._labels() if name not in names]
        before, after = (SQL(", ").join(SQL.identifier(f"{end}_{name}") for name in kept) for end in ("from", "to"))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_transition
                    WHERE active AND reason IS NULL AND (%s) IS NOT DISTINCT FROM (%s)""",
                before,
                after,
            )
        )
        self.env.invalidate_all()

    def action_open_customer(self):
        """The contact's own form."""
        self.ensure_one()
        return self.profile_id.action_open_customer()
