"""A replay: past month-ends judged by the purchases that are there today, so that there is a history on the first day.

One run covers all its month-ends, one of them a step, which the caller commits:

    _begin_replay()     what an earlier replay wrote goes, each history begins with the first live run again
      ▼
    _replay_month()     facts → scores → staged rows → what changed since the month-end before, groups of the day
      ▼                 the first live change of whoever moved is joined to it: after every step each history is whole
    _finish()           customers are in their segment and stage since the day the history says

The staged rows of the last month-end carry where everybody stands to the next: tiers, and what the next changes start
from. A replay that is killed goes on from there; when they are gone, or the rules were changed, it begins anew. It
writes no scores into profiles, and all its changes are born processed.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.tools import SQL, format_date


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    kind = fields.Selection(selection_add=[("replay", "Replay")], ondelete={"replay": "cascade"})
    replay_from = fields.Date(string="First Month-End", readonly=True, help="The first month-end that is replayed.")
    replayed_until = fields.Date(readonly=True, help="The month-end the replay has reached.")

    @api.depends("kind", "replay_from")
    def _compute_display_name(self):
        replays = self.filtered(lambda run: run.kind == "replay")
        for run in replays:
            run.display_name = self.env._(
                "%(company)s, replay of %(first)s – %(last)s",
                company=run.sudo().company_id.name,
                first=format_date(self.env, run.replay_from),
                last=format_date(self.env, run.as_of),
            )
        return super(CustomerSegmentationRun, self - replays)._compute_display_name()

    def _job(self):
        return "replay" if self.kind == "replay" else super()._job()

    # ------------------------------------------------------------------ who calls

    def _after_step(self):
        self._queue_first_replay()
        return super()._after_step()

    def _queue_first_replay(self):
        """Once this is the first finished run with customers, replay the months before it, if the policy says so."""
        policy = self.policy_id
        if self.kind == "live" and self.state == "done" and self.customer_count and policy._wants_first_replay():
            policy._queue_replay()

    # ------------------------------------------------------------------ steps

    def _advance(self):
        if self.kind != "replay":
            return super()._advance()
        if not self._can_go_on():
            self._begin_replay()
        reached = self.replayed_until or fields.Date.subtract(self.replay_from, days=1)
        month_end = calendar.date_of(calendar.next_review_day("month", calendar.day_of(reached)))
        if month_end > self.as_of:
            return self._finish()
        return self._replay_month(month_end)

    def _can_go_on(self):
        """Whether the last month-end is still there to go on from, and judged by the same rules."""
        return (
            self.state == "running"
            and self.policy_version == self.policy_id.version
            and (not self.staged_count or self.env["customer.segmentation.staging"]._has_rows(self.id))
        )

    def _begin_replay(self):
        self.env["customer.segmentation.staging"]._fit_staging()
        self._drop_staged_rows()
        self.env["customer.segmentation.transition"]._forget_replays(self.policy_id)
        self.env["customer.segmentation.snapshot"].search(
            [("company_id", "=", self.company_id.id), ("run_id.kind", "=", "replay")]
        ).unlink()
        self.write(
            {
                "state": "running",
                "started_at": self.started_at or fields.Datetime.now(),
                "replayed_until": False,
                "policy_version": self.policy_id.version,
                "staged_count": 0,
                "progress": 0,
                "message": False,
            }
        )

    def _replay_month(self, month_end):
        """Stage, compare with the month-end before, and write what changed."""
        earlier, staging = self.replayed_until, self.env["customer.segmentation.staging"]
        policy = self.policy_id
        transactions, left_out_count = self.env["customer.transaction"]._read_transactions(
            policy, month_end, None, month_end
        )
        scoring = self.env["customer.segmentation.engine"]._score(
            policy, transactions, month_end, tiers_before=self._sql_tiers_at(earlier)
        )
        staging._stage_month(self.id, month_end, earlier, scoring)
        self._review_month(month_end)
        self.env["customer.segmentation.transition"]._write_month(self, month_end, earlier)
        self.env["customer.segmentation.snapshot"]._write_month(self, month_end, scoring.cut_points)
        staging._drop_before(self.id, month_end)
        self.write(
            {
                "replayed_until": month_end,
                "customer_count": len(scoring.facts),
                "left_out_count": left_out_count,
                "staged_count": staging._count(self.id),
                "attempts": 0,
                "progress": self._share_replayed(month_end),
            }
        )
        self._wake_refresh()

    def _sql_tiers_at(self, month_end):
        """A query of the tiers at a month-end of the replay; nobody's was set by hand then."""
        return SQL(
            "SELECT *, NULL::date AS tier_locked_until FROM (%s) staged",
            self.env["customer.segmentation.writer"]._sql_staged_month(self.id, month_end),
        )

    def _review_month(self, month_end):
        """Lower who is due, as a review without approval does; the first month-end only starts the calendar."""
        if not self.replayed_until or not self.policy_id.tier_ids:
            return
        review = calendar.review_between(
            self.policy_id.tier_review, calendar.day_of(self.replayed_until), calendar.day_of(month_end)
        )
        if review is not None:
            rows = SQL("run_id = %s AND month_end = %s", self.id, month_end)
            self.env["customer.tier.decision"]._lower_staged(self.policy_id, rows, month_end, calendar.date_of(review))

    def _share_replayed(self, month_end):
        days = [calendar.day_of(day) for day in (self.replay_from, month_end, self.as_of)]
        done, all_months = (len(calendar.review_days("month", days[0], last)) for last in days[1:])
        return min(99.0, 100.0 * done / all_months)

    def _wake_refresh(self):
        """Customers whose order came during a step, when the company was locked, are rescored right after it."""
        if self.env["customer.segmentation.queue"].search_count([("company_id", "=", self.company_id.id)], limit=1):
            self.env.ref("customer_segmentation.ir_cron_refresh")._trigger()

    # ------------------------------------------------------------------ the end

    def _finish(self):
        if self.kind != "replay":
            return super()._finish()
        unknown = self._customers_without_profile()
        self._let_go()
        self.env["customer.segmentation.failure"]._forget(self.policy_id, "replay")
        message = self.env._("Customers without a profile today, whose past is not kept: %s.", unknown)
        self.write(
            {
                "state": "done",
                "progress": 100,
                "finished_at": fields.Datetime.now(),
                "message": message if unknown else False,
            }
        )
        self._notify()

    def _let_go(self):
        """What a replay wrote so far stays, whether it is done, stopped or failed: each history is whole."""
        if self.kind == "replay" and self.replayed_until:
            self.env["customer.segmentation.profile"]._date_back(self.policy_id)
        return super()._let_go()

    def _customers_without_profile(self):
        self.env.cr.execute(
            SQL(
                """SELECT count(*) FROM customer_segmentation_staging staged
                    WHERE run_id = %s AND NOT EXISTS (
                          SELECT FROM customer_segmentation_profile profile
                           WHERE profile.partner_id = staged.partner_id AND profile.company_id = %s)""",
                self.id,
                self.company_id.id,
            )
        )
        return self.env.cr.fetchone()[0]

    def _notification(self):
        if self.kind != "replay" or self.state == "failed":
            return super()._notification()
        return {
            "type": "success",
            "title": self.env._("Past months replayed"),
            "message": self.env._(
                "%(company)s: history from %(first)s to %(last)s, changes found: %(count)s.",
                company=self.company_id.sudo().name,
                first=format_date(self.env, self.replay_from),
                last=format_date(self.env, self.as_of),
                count=self.transition_count,
            ),
        }

    def _replay_in_words(self):
        """How far a replay is, or what it did; nothing without one."""
        if not self:
            return False
        words = {
            "first": format_date(self.env, self.replay_from),
            "last": format_date(self.env, self.as_of),
            "until": format_date(self.env, self.replayed_until),
            "count": self.transition_count,
            "share": round(self.progress),
            "reason": self.message or "",
        }
        return {
            "pending": self.env._("%(first)s to %(last)s: waits, starts within a minute.", **words),
            "running": self.env._("%(first)s to %(last)s: at work, %(share)s%%.", **words),
            "done": self.env._("%(first)s to %(last)s: done, changes found: %(count)s.", **words),
            "failed": self.env._("%(first)s to %(last)s: failed. %(reason)s", **words),
            "cancelled": self.env._("%(first)s to %(last)s: stopped, replayed up to %(until)s.", **words)
            if self.replayed_until
            else self.env._("%(first)s to %(last)s: stopped before it began.", **words),
        }[self.state]
