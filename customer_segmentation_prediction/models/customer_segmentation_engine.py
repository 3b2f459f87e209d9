"""The step of prediction: rhythm → churn risk and value.

`cut_points["prediction"]` holds the model card (`scoring.lifetime_value.fit`). It is carried over from run to run and
made anew every week, when the rules change, and as long as there is no model: with a new one every night, every row
would change a little.
"""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.staged import positions

REFIT_DAYS = 7


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _steps(self):
        return [*super()._steps(), (40, "_predict")]

    @api.model
    def _predict(self, scoring):
        """Risk and value of each customer; band and basis are kept as positions in their lists."""
        from odoo.addons.customer_segmentation.scoring import lifetime_value

        policy, customers = scoring.policy, self._customers(scoring)
        if not scoring.refresh:
            card = self._kept_model(scoring) or self._new_model(customers, scoring.day)
            scoring.cut_points["prediction"] = card
        predicted = lifetime_value.predict(
            scoring.cut_points["prediction"],
            customers,
            scoring.day,
            terms=policy._prediction_terms(),
            typical_gap_days=scoring.scores["unrounded_gap_days"].to_numpy(),
            lost=(scoring.scores["lifecycle_stage"] == self._stages().index("lost") + 1).to_numpy(),
        )
        found = lifetime_value.stored(predicted, customers.revenue, policy._prediction_terms(), policy._churn_limits())
        choices = self.env["customer.segmentation.profile"]._choices
        found |= {name: positions(choices(name), found[name]) for name in ("churn_band", "prediction_basis")}
        scoring.scores = scoring.scores.assign(**found)
        scoring.keep(**found)

    @api.model
    def _can_refresh_by(self, cut_points):
        return super()._can_refresh_by(cut_points) and "prediction" in cut_points

    @api.model
    def _customers(self, scoring):
        from odoo.addons.customer_segmentation.scoring.lifetime_value import Customers

        facts = scoring.facts
        return Customers(
            scoring.scores["purchase_day_count"].to_numpy(),
            facts["first_order_day"].to_numpy(dtype=float),
            facts["last_order_day"].to_numpy(dtype=float),
            facts["lifetime_revenue"].to_numpy(),
        )

    @api.model
    def _kept_model(self, scoring):
        """The model card of the last run, None when it is to be made anew."""
        from odoo.addons.customer_segmentation.scoring.lifetime_value import available

        run = scoring.policy.last_run_id
        card = (run.cut_points or {}).get("prediction")
        if not card or card["reason"] or not available() or run.policy_version != scoring.policy.version:
            return None
        return card if 0 <= scoring.day - card["as_of_day"] < REFIT_DAYS else None

    @api.model
    def _new_model(self, customers, day):
        from odoo.addons.customer_segmentation.scoring import lifetime_value

        fit = lifetime_value.fit if lifetime_value.available() else lifetime_value.fit_without_model
        return fit(customers, day)

    @api.model
    def _messages(self, scoring):
        messages = super()._messages(scoring)
        if scoring.cut_points["prediction"]["reason"] == "no_scipy":
            messages.append(
                self.env._(
                    "The Python package SciPy is missing: churn risk and value follow from each customer's rhythm "
                    "only. Install it on the server (pip install scipy) and recompute."
                )
            )
        return messages
