"""The past of a policy: which month-ends are replayed, and who starts it."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

MOST_MONTHS = 240


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    replay_months = fields.Integer(
        string="Months to Replay",
        required=True,
        default=24,
        help="How many month-ends before the first run are worked out from the purchases that are there already, so "
        "that movements and trends can be seen from the first day. This happens once, after the first run with "
        "customers, and whenever you ask for it. 0: not by itself. Customers are then in their segment and stage since "
        "the day the replay found; minimum stay and grace period of tiers count from the first run on.",
    )
    replay_run_id = fields.Many2one(
        "customer.segmentation.run",
        compute="_compute_replay",
        string="Last Replay",
        help="The replay that wrote the history before the first run, or is about to.",
    )
    replay_outcome = fields.Char(compute="_compute_replay", help="What the last replay did, or how far it is.")

    @api.constrains("replay_months")
    def _check_replay_months(self):
        for policy in self:
            if not 0 <= policy.replay_months <= MOST_MONTHS:
                raise ValidationError(self.env._("Months to replay are %s; it must be 0 to 240.", policy.replay_months))

    @api.depends_context("lang")
    def _compute_replay(self):
        runs = self.env["customer.segmentation.run"].sudo()
        for policy in self:
            replay = runs.search([("policy_id", "=", policy.id), ("kind", "=", "replay")], limit=1)
            policy.replay_run_id = replay.with_env(self.env)
            policy.replay_outcome = replay.with_env(self.env).sudo()._replay_in_words()

    # ------------------------------------------------------------------ who asks

    def action_replay(self):
        """Queue a replay in the background and open its run, which shows the progress."""
        self.ensure_one()
        self._check_manager()
        if not self.replay_months:
            raise UserError(self.env._("Months to replay are 0; say how many, 24 for example, and save."))
        run = self._queue_replay()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.segmentation.run",
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open_movements(self):
        """All changes of the company's customers, replayed ones included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_transitions")
        return dict(action, domain=[("profile_id.company_id", "=", self.company_id.id)])

    def _queue_replay(self, first=None):
        """A replay that waits, in place of one that is not finished.

        :param first: month-ends from this day on; default as many as the policy says
        :raise UserError: when there is no month-end to replay, or nothing of it would be kept
        """
        self._check_replay_is_kept()
        first_day = calendar.day_of(self._first_live_day())
        start, last = calendar.complete_months(first_day, self.replay_months or 1)
        if first:
            start = calendar.day_of(first)
        month_ends = calendar.review_days("month", start, last)
        if not month_ends:
            raise UserError(
                self.env._(
                    "Customers are scored since %(first)s, and only month-ends before that can be replayed. Choose "
                    "%(last)s or earlier, or a day from the last run on.",
                    first=format_date(self.env, calendar.date_of(first_day)),
                    last=format_date(self.env, calendar.date_of(last)),
                )
            )
        runs = self.env["customer.segmentation.run"].sudo()
        runs.search(
            [("policy_id", "=", self.id), ("kind", "=", "replay"), ("state", "in", ("pending", "running"))]
        )._cancel()
        run = runs.create(
            {
                "policy_id": self.id,
                "kind": "replay",
                "replay_from": calendar.date_of(month_ends[0]),
                "as_of": calendar.date_of(month_ends[-1]),
            }
        )
        self.env.ref("customer_segmentation.ir_cron_recompute").sudo()._trigger()
        return run.with_env(self.env)

    def _check_replay_is_kept(self):
        """Refuse to replay what is too old to be kept: it would be joined to changes that are not the first any more.

        :raise UserError: saying what is kept
        """
        if not self._keeps_replays():
            raise UserError(
                self.env._(
                    "Customers are scored since %(first)s, and history is kept for %(months)s months only: what is "
                    "replayed of the time before would be deleted again.",
                    first=format_date(self.env, self._first_live_day()),
                    months=self.retention_months,
                )
            )

    def _keeps_replays(self):
        """Whether all is kept since customers were seen live."""
        kept_since = self.env["customer.segmentation.retention"]._kept_since(self)
        return not kept_since or self._first_live_day() >= kept_since

    def _wants_first_replay(self):
        """Whether this is the time for the replay that nobody asks for: after the first run with customers, once.

        The first one this addon saw, that is: where it was added later, customers were scored before.
        """
        mine = [("policy_id", "=", self.id)]
        runs = self.env["customer.segmentation.run"].sudo()
        if not self.replay_months or runs.search_count([*mine, ("kind", "=", "replay")], limit=1):
            return False
        finished = runs.search([*mine, ("state", "=", "done"), ("customer_count", ">", 0)], order="as_of")
        # Changes older than the first run were brought from elsewhere: they are the history.
        if finished._seen_count() != 1 or not self._keeps_replays():
            return False
        earlier = [("profile_id.company_id", "=", self.company_id.id), ("date", "<", finished[:1].as_of)]
        return not self.env["customer.segmentation.transition"].sudo().search_count(earlier, limit=1)

    def _first_live_day(self):
        """The day from which on customers were seen live."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT LEAST(MIN(run.as_of) FILTER (WHERE run.state = 'done'),
                                MIN((SELECT MIN(date) FROM customer_segmentation_transition WHERE run_id = run.id)))
                     FROM customer_segmentation_run run WHERE run.policy_id = %s AND run.kind = 'live'""",
                self.id,
            )
        )
        (day,) = self.env.cr.fetchone()
        if not day:
            raise UserError(self.env._("Nobody is scored yet: recompute first, then past months can be replayed."))
        return day
