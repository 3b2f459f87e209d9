"""The cut points of a run in words: what a customer needs for each score and class."""

from odoo import api, fields, models
from odoo.tools.misc import formatLang


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    limits = fields.Html(
        compute="_compute_limits", sanitize=False, help="What a customer needed for each score and class."
    )

    @api.depends("cut_points", "currency_id")
    @api.depends_context("lang")
    def _compute_limits(self):
        for run in self:
            known = run.cut_points and run.cut_points["recency"]
            run.limits = known and run.env["ir.qweb"]._render(
                "customer_segmentation.run_limits",
                {"score_rows": run._score_rows(), "abc_rows": run._abc_rows(), **run._reference_numbers()},
            )

    def _score_rows(self):
        """From the best score down: what recency, frequency and monetary value must be, "" when nobody can have it."""
        bands = self.cut_points["bands"]
        return [
            {
                "score": score,
                "recency": self._recency_limit(score),
                "frequency": self._limit("frequency", score, self._number),
                "monetary": self._limit("monetary", score, self._money),
            }
            for score in range(bands, 0, -1)
        ]

    def _recency_limit(self, score):
        limits, bands = self.cut_points["recency"], self.cut_points["bands"]
        if score == 1:
            return self.env._("all others")
        if score < bands and limits[bands - score] == limits[bands - score - 1]:
            return ""
        return self.env._("up to %s days", self._number(limits[bands - score]))

    def _limit(self, measure, score, show):
        limits, bands = self.cut_points[measure], self.cut_points["bands"]
        if score == 1:
            return self.env._("all others")
        if score < bands and limits[score - 2] == limits[score - 1]:
            return ""
        limit = show(limits[score - 2])
        if self.cut_points["methods"][measure] == "mean":
            return self.env._("%s or more", limit)
        return self.env._("more than %s", limit)

    def _abc_rows(self):
        """Each class and what it begins with, "" when nobody is in it."""
        begins = {
            name: limit is not None and self.env._("%s or more", self._abc_limit(limit))
            for name, limit in self.cut_points["abc"].items()
        }
        return [("A", begins["a"]), ("B", begins["b"]), ("C", self.env._("all others"))]

    def _abc_limit(self, limit):
        """A limit of the classes in words; an addon that makes classes by something else than revenue says its unit."""
        return self._money(limit)

    def _reference_numbers(self):
        top = self.cut_points["lifetime_top_10"]
        return {
            "window_customers": self._number(self.cut_points["window_customer_count"]),
            "total_revenue": self._money(self.cut_points["total_revenue"]),
            "lifetime_top": top is not None and self._money(top),
        }

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.sudo().currency_id)

    def _number(self, number):
        return formatLang(self.env, number, digits=0 if float(number).is_integer() else 1)
