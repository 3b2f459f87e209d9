"""Recomputing when somebody asks for it: as of which day, and the run that does it."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.days import day_given
from ...tools.labels import MOST_YEARS_BACK


class CustomerSegmentationRecompute(models.AbstractModel):
    _name = "customer.segmentation.recompute"
    _description = "Recompute of Customers"

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
        runs = self.env["customer.segmentation.run"].sudo()
        waiting = runs.search(
            [("policy_id", "=", policy.id), ("kind", "=", "live"), ("state", "=", "pending")], limit=1
        )
        if waiting:
            waiting.as_of = day
        return waiting or runs.create({"policy_id": policy.id, "as_of": day})
