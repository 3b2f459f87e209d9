"""Recomputing when somebody asks for it: as of which day, and the run that does it."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.context import plain
from ...tools.days import day_given
from ...tools.labels import MOST_YEARS_BACK


class CustomerSegmentationRecompute(models.AbstractModel):
    _name = "customer.segmentation.recompute"
    _description = "Recompute of Customers"

    @api.model
    def _run_of(self, policy, as_of):
        """A run that waits, as of a day given by whoever asks."""
        policy = plain(policy)
        day, last = self._day_to_score(policy, as_of), policy.sudo().last_run_id.as_of
        return self._queue_past(policy, day) if last and day < min(last, policy._today()) else policy._queue_run(day)

    @api.model
    def _queue_past(self, policy, day):
        """A run as of a day before the last one, which writes no profile: customers are never put back to the past."""
        raise UserError(
            self.env._(
                "Customers were scored as of %s; choose that day or a later one.",
                format_date(self.env, policy.sudo().last_run_id.as_of),
            )
        )

    @api.model
    def _day_to_score(self, policy, as_of):
        """The day to score as of, given by whoever asks; default today."""
        day = day_given(self.env, as_of) or policy._today()
        self._check_can_be_scored(policy, day)
        return day

    @api.model
    def _check_can_be_scored(self, policy, day):
        """Refuse a day that has not come yet, where the company is, and one that nobody's purchases reach back to.

        :raise UserError: saying which days are possible
        """
        today = policy._today()
        first = today - relativedelta(years=MOST_YEARS_BACK)
        if not first <= day <= today:
            raise UserError(
                self.env._(
                    "%(day)s cannot be scored: choose a day from %(first)s to today, %(today)s.",
                    day=fields.Date.to_string(day),
                    first=fields.Date.to_string(first),
                    today=fields.Date.to_string(today),
                )
            )

    @api.model
    def _waiting_run(self, policy, day):
        """The run that waits already, from now on of this day, or a new one."""
        runs = plain(self.env["customer.segmentation.run"]).sudo()
        waiting = runs.search(
            [("policy_id", "=", policy.id), ("kind", "=", "live"), ("state", "=", "pending")], limit=1
        )
        if waiting:
            waiting.as_of = day
        return waiting or runs.create({"policy_id": policy.id, "as_of": day})
