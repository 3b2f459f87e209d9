"""Recency by own rhythm in words, for who sets the rules."""

from odoo import api, models
from odoo.tools import format_date

from ...scoring.calendar import date_of
from ...tools.bandings import limits_of
from ...tools.words import listed, number, plain_number

RUNS_NAMED = 3
HALF = 0.5


class CustomerSegmentationRhythmWords(models.AbstractModel):
    _name = "customer.segmentation.rhythm.words"
    _description = "Own Rhythm in Words"

    @api.model
    def _of_policy(self, policy):
        """The limits, and what the last run found, a sentence a line."""
        found = policy.last_run_id.cut_points or {}
        lines = [
            self.env._("R judges each customer by its own rhythm, so the groups differ in size."),
            *self._limits(policy),
            *self._spread(found.get("recency_spread")),
            *self._few_repeat(found.get("rhythm", {})),
            *self._closed(found.get("rhythm", {}).get("closed_days", [])),
        ]
        return "\n".join(lines)

    @api.model
    def _limits(self, policy):
        """From which multiple of the usual gap on a score ends; nothing while what is typed are no limits."""
        try:
            limits = limits_of(policy, "recency")
        except ValueError:
            return []
        best = range(policy.bands, 1, -1)
        steps = [
            self.env._("%(score)s up to %(limit)s ×", score=score, limit=plain_number(self.env, limit))
            for score, limit in zip(best, limits, strict=False)
        ]
        return [self.env._("Silence in multiples of the usual gap: %s, 1 above.", listed(self.env, steps))]

    @api.model
    def _spread(self, spread):
        if not spread:
            return []
        scored, quantile = (listed(self.env, self._counts(spread[name])) for name in ("scored", "quantile"))
        return [
            self.env._("Customers in the last run: %s.", scored),
            self.env._("Quantiles would give: %s.", quantile),
        ]

    @api.model
    def _counts(self, counts):
        """From the best score down: "R5 412"."""
        return [f"R{score} {number(self.env, counts[score - 1])}" for score in range(len(counts), 0, -1)]

    @api.model
    def _few_repeat(self, rhythm):
        if rhythm.get("repeating", 1) >= HALF:
            return []
        return [
            self.env._(
                "More than half of your customers have ordered on one day only, so most have no rhythm of their own. "
                "Quantiles may tell you more."
            )
        ]

    @api.model
    def _closed(self, runs):
        """The latest closed days."""
        if not runs:
            return []
        spans = [
            self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, date_of(first)),
                last=format_date(self.env, date_of(last)),
            )
            for first, last in runs[-RUNS_NAMED:]
        ]
        return [self.env._("Closed days, which are neither silence nor gap: %s.", listed(self.env, spans))]
