"""The cut points of a run in words: what a customer needed for each score and class."""

import functools

from odoo import api, models
from odoo.tools.misc import formatLang

from ...tools.labels import RFM
from ...tools.words import number, percentage, plain_number


class CustomerSegmentationLimits(models.AbstractModel):
    _name = "customer.segmentation.limits"
    _description = "Limits of Scores and Classes"

    @api.model
    def _as_html(self, run):
        """The limits of a finished run; nothing of one that scored nobody."""
        if not run.cut_points or not all(run.cut_points[measure] for measure in RFM):
            return False
        rows = {"score_rows": self._score_rows(run), "abc_rows": self._abc_rows(run), **self._reference_numbers(run)}
        rows |= {"stake_rows": self._stake_rows(run), "stake_customers": self._stake_customers(run)}
        return self.env["ir.qweb"]._render("customer_segmentation.run_limits", rows)

    @api.model
    def _score_rows(self, run):
        """From the best score down: what recency, frequency and monetary value must be, "" when nobody can have it."""
        bands = run.cut_points["bands"]
        return [
            {
                "score": score,
                "recency": self._recency_limit(run, score),
                "frequency": self._limit(run, "frequency", score, functools.partial(number, self.env)),
                "monetary": self._limit(run, "monetary", score, functools.partial(self._money, run)),
            }
            for score in range(bands, 0, -1)
        ]

    @api.model
    def _recency_limit(self, run, score):
        limits, bands = run.cut_points["recency"], run.cut_points["bands"]
        if score == 1:
            return self.env._("all others")
        if run.cut_points["methods"]["recency"] == "own_rhythm":
            return self.env._("up to %s × the usual gap", plain_number(self.env, limits[bands - score]))
        if score < bands and limits[bands - score] == limits[bands - score - 1]:
            return ""
        return self.env._("up to %s days", number(self.env, limits[bands - score]))

    @api.model
    def _limit(self, run, measure, score, show):
        limits, bands = run.cut_points[measure], run.cut_points["bands"]
        if score == 1:
            return self.env._("all others")
        if score < bands and limits[score - 2] == limits[score - 1]:
            return ""
        limit = show(limits[score - 2])
        if run.cut_points["methods"][measure] == "mean":
            return self.env._("%s or more", limit)
        return self.env._("more than %s", limit)

    @api.model
    def _abc_rows(self, run):
        """Each class and what it begins with, "" when nobody is in it."""
        begins = {
            name: limit is not None and self.env._("%s or more", self._abc_limit(run, limit))
            for name, limit in run.cut_points["abc"].items()
        }
        return [("A", begins["a"]), ("B", begins["b"]), ("C", self.env._("all others"))]

    @api.model
    def _abc_limit(self, run, limit):
        """A limit of the classes in words; an addon that makes classes by something else than revenue says its unit."""
        return self._money(run, limit)

    @api.model
    def _stake_rows(self, run):
        """From how many usual gaps of silence on, and the chances of losing a customer, a column for each kind."""
        found = run.cut_points.get("stake")
        if not found:
            return []
        chances = zip(*found["chances"], strict=True)
        return [
            (number(self.env, ratio), [percentage(self.env, chance) for chance in of_ratio])
            for ratio, of_ratio in zip(found["ratios"], chances, strict=True)
        ]

    @api.model
    def _stake_customers(self, run):
        """Among how many customers they were counted; nothing when they are the usual ones."""
        customers = run.cut_points.get("stake", {}).get("customers")
        return customers and number(self.env, customers)

    @api.model
    def _reference_numbers(self, run):
        top = run.cut_points["lifetime_top_10"]
        return {
            "window_customers": number(self.env, run.cut_points["window_customer_count"]),
            "total_revenue": self._money(run, run.cut_points["total_revenue"]),
            "lifetime_top": top is not None and self._money(run, top),
        }

    @api.model
    def _money(self, run, amount):
        return formatLang(self.env, amount, currency_obj=run.sudo().currency_id)
