"""The step of the value score: values of the indicators → ranks → score, level and ranks.

`cut_points["value"]` holds the indicators with their knots, and those that were skipped: all that a refresh needs.

It comes before the tiers, which may ask for it, and replaces the ABC classes where the policy bases them on it.
"""

from odoo import api, models
from odoo.addons.customer_segmentation.scoring import calendar


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _steps(self):
        return [*super()._steps(), (15, "_find_revenue_before"), (50, "_weigh_values")]

    @api.model
    def _find_revenue_before(self, scoring):
        """The revenue of the window before, as one more fact."""
        from odoo.addons.customer_segmentation.scoring.transactions import (
            revenue_between,  # pandas is loaded by the job only
        )

        start = scoring.policy._window_start(scoring.as_of)
        scoring.facts["revenue_before"] = revenue_between(
            scoring.transactions,
            scoring.facts["partner_id"].to_numpy(),
            calendar.day_of(scoring.policy._window_start(start)),
            calendar.day_of(start),
            scoring.decimal_places,
        )

    @api.model
    def _weigh_values(self, scoring):
        """The value score of each customer, its level as a position in its list, and the ranks it is made of."""
        import numpy as np

        from odoo.addons.customer_segmentation.scoring.value_score import NOT_SCORED

        values, reasons = self._indicators(scoring)._values(scoring)
        if not scoring.refresh:
            scoring.cut_points["value"] = self._knots_of_values(values, reasons)
        rules = scoring.cut_points.get("value", {}).get("indicators", [])
        if rules:
            self._rank_values(scoring, values, rules)
        else:
            scoring.scores = scoring.scores.assign(value_score=NOT_SCORED, value_band=0)
        points = scoring.scores["value_score"].to_numpy()
        scoring.keep(
            value_score=np.where(points == NOT_SCORED, np.nan, points), value_band=scoring.scores["value_band"]
        )
        if rules:
            self._classes_by_value(scoring)

    @api.model
    def _rank_values(self, scoring, values, rules):
        """Score by the ranks of the values between the knots of the rules."""
        import numpy as np

        from odoo.addons.customer_segmentation.scoring import value_score

        policy, missing = scoring.policy, np.full(len(scoring.facts), np.nan)
        by_id = {indicator.id: known for indicator, known in values.items()}
        ranked = [value_score.ranked(by_id.get(rule["id"], missing), rule["knots"], _indicator(rule)) for rule in rules]
        points = value_score.value_scores(ranked, [rule["weight"] for rule in rules])
        scoring.scores = scoring.scores.assign(
            value_score=points,
            value_band=value_score.value_bands(points, policy.value_medium_from, policy.value_high_from),
        )
        scoring.keep(value_ranks=value_score.rank_codes(ranked))

    @api.model
    def _indicators(self, scoring):
        """The indicators of the policy; in a refresh those of the run that are still there."""
        if not scoring.refresh:
            return scoring.policy._active_indicators()
        rules = (scoring.cut_points.get("value") or {}).get("indicators", [])
        return self.env["customer.segmentation.indicator"].browse([rule["id"] for rule in rules]).exists()

    @api.model
    def _knots_of_values(self, values, reasons):
        """What is kept with a run: plain JSON values."""
        from odoo.addons.customer_segmentation.scoring.value_score import knots_of

        return {
            "indicators": [
                {
                    "id": indicator.id,
                    "name": indicator.name,
                    "weight": indicator.weight,
                    "higher_is_better": indicator.higher_is_better,
                    "missing": indicator.missing,
                    "knots": knots_of(known, indicator.higher_is_better),
                }
                for indicator, known in values.items()
            ],
            "skipped": [
                {"id": indicator.id, "name": indicator.name, "reason": reason} for indicator, reason in reasons.items()
            ],
        }

    @api.model
    def _classes_by_value(self, scoring):
        """The ABC classes by the cumulated value scores, where the policy bases them on it."""
        policy = scoring.policy
        if policy.abc_basis != "value_score":
            return
        from odoo.addons.customer_segmentation.scoring.pareto import abc_classes, abc_limits, classes_at

        points = scoring.scores["value_score"].clip(lower=0).to_numpy()
        if scoring.refresh:
            classes = classes_at(points, scoring.cut_points["abc"])
        else:
            classes = abc_classes(points, policy.abc_share_a, policy.abc_share_b)
            scoring.cut_points |= {"abc": abc_limits(points, classes), "abc_basis": "value_score"}
        scoring.scores = scoring.scores.assign(abc_class=classes.astype(object))
        scoring.keep(abc_class=self._class_positions(scoring.scores["abc_class"]))

    @api.model
    def _messages(self, scoring):
        return super()._messages(scoring) + [
            self.env._(
                "The indicator %(name)s is left out of the value score, its weight goes to the others: %(reason)s",
                name=one["name"],
                reason=one["reason"],
            )
            for one in scoring.cut_points.get("value", {}).get("skipped", [])
        ]


def _indicator(rule):
    """A rule kept with a run as the scoring package takes it."""
    from odoo.addons.customer_segmentation.scoring.value_score import Indicator

    return Indicator(rule["weight"], rule["higher_is_better"], rule["missing"])
