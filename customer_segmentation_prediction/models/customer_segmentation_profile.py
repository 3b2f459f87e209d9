"""What a profile says of the future: churn risk and value as they are stored, and in words."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar
from odoo.addons.customer_segmentation.tools.changes import Label
from odoo.addons.customer_segmentation.tools.words import days_in_words, percentage

from ..labels import CHURN_BANDS, PREDICTION_BASES


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    churn_risk = fields.Float(
        readonly=True,
        staged=True,
        digits=(3, 2),
        aggregator="avg",
        help="How likely the customer does not order within the policy's churn horizon. Ranking and odds are reliable; "
        "season is not taken into account.",
    )
    churn_band = fields.Selection(
        CHURN_BANDS,
        readonly=True,
        staged=True,
        string="Churn Risk Level",
        help="The churn risk as a level; the policy sets the limits.",
    )
    predicted_clv = fields.Monetary(
        string="Predicted Value",
        readonly=True,
        staged=True,
        help="What the customer is expected to bring within the policy's value horizon, discounted by month, to two "
        "digits. Sums are rough: season is not taken into account.",
    )
    clv_total = fields.Monetary(
        string="Lifetime Value",
        readonly=True,
        staged=True,
        help="What the customer brought so far, and the predicted value.",
    )
    prediction_basis = fields.Selection(
        PREDICTION_BASES, readonly=True, staged=True, help="What churn risk and predicted value follow from."
    )
    prediction_reason = fields.Char(
        compute="_compute_prediction_reason", help="What the prediction follows from, and why it is not better."
    )
    expected_orders = fields.Float(
        compute="_compute_expected_orders",
        digits=(8, 1),
        aggregator=None,
        help="How many orders are expected within the policy's value horizon.",
    )

    churn_in_words = fields.Char(compute="_compute_churn_in_words", help="What the churn risk means.")
    prediction_quality = fields.Char(
        compute="_compute_prediction_quality", help="How good the predictions of the company were when last checked."
    )

    @api.model
    def _labels(self):
        return super()._labels() | {"churn_band": Label(5, is_told=False)}

    # ------------------------------------------------------------------ reading

    @api.depends("first_order_date", "last_order_date", "prediction_basis", "typical_gap_days")
    def _compute_expected_orders(self):
        self.expected_orders = 0
        predicted = self.filtered(lambda profile: profile.prediction_basis in ("model", "rhythm"))
        policies = predicted._policies()
        for company, profiles in predicted.grouped("company_id").items():
            policy = policies[company]
            card = (policy.last_run_id.cut_points or {}).get("prediction")
            if card:
                profiles._predict_orders(card, policy)

    def _predict_orders(self, card, policy):
        """Fill in the orders expected from today on; no page keeps them, for they move every day."""
        import numpy as np

        from odoo.addons.customer_segmentation.scoring.lifetime_value import Customers, expected_orders

        today = calendar.day_of(policy._today())
        first, last = (
            # A time zone set anew may put today before a day that was known already.
            np.minimum([calendar.day_of(day) for day in self.mapped(name)], today)
            for name in ("first_order_date", "last_order_date")
        )
        found = expected_orders(
            card,
            Customers(np.array(self.mapped("purchase_day_count")), first, last, np.zeros(len(self))),
            today,
            months=policy.clv_horizon_months,
            typical_gap_days=self.mapped("typical_gap_days"),
        )
        for profile, orders in zip(self, np.nan_to_num(found).tolist(), strict=True):
            profile.expected_orders = orders

    @api.depends("prediction_basis", "lifecycle_stage")
    @api.depends_context("lang")
    def _compute_prediction_reason(self):
        for profile, _policy, card in self._cards():
            profile.prediction_reason = profile._reason_in_words(card)

    def _cards(self):
        """Each profile with its policy and the model card of its company's last run."""
        policies = self._policies()
        cards = {
            company: (policy.last_run_id.cut_points or {}).get("prediction") for company, policy in policies.items()
        }
        for profile in self:
            yield profile, policies[profile.company_id], cards[profile.company_id]

    def _reason_in_words(self, card):
        if self.lifecycle_stage == "lost":
            return self.env._("Gone: nothing is predicted.")
        if not card or not self.prediction_basis:
            return self.lifecycle_stage == "prospect" and self.env._("No purchase yet.")
        why = self._reasons().get(card["reason"] or next(iter(card["low_confidence"]), ""), "")
        return " ".join(part for part in (self._bases()[self.prediction_basis], why) if part)

    def _bases(self):
        return {
            "model": self.env._("From the model of all customers."),
            "rhythm": self.env._("From the customer's own rhythm."),
            "not_enough_data": self.env._("Not enough data: it takes four purchase days of the customer."),
        }

    def _reasons(self):
        """Why there is no model, or how far to trust it."""
        return {
            "no_customers": self.env._("Nobody has bought yet."),
            "history_too_short": self.env._("There is no model: the first purchase is less than 30 days ago."),
            "no_repeat_purchases": self.env._("There is no model: nobody has bought twice yet."),
            "too_few_repeat_buyers": self.env._("There is no model: fewer than 5 customers have bought twice."),
            "no_scipy": self.env._("There is no model: the Python package SciPy is missing on the server."),
            "few_customers": self.env._("Rough: there are fewer than 30 customers."),
            "few_repeat_buyers": self.env._("Rough: fewer than 10 customers have bought twice."),
            "not_fitted": self.env._("Rough: no model fits these customers well."),
        }

    # ------------------------------------------------------------------ who is likely to stay away

    @api.model
    def _high_churn(self):
        """High churn risk, wherever it is counted, filtered or triggers something; who is gone has no churn risk."""
        return [("churn_band", "=", "high")]

    # ------------------------------------------------------------------ prediction in words

    @api.depends("churn_risk", "churn_band", "prediction_basis")
    @api.depends_context("lang")
    def _compute_churn_in_words(self):
        policies = self._policies()
        for profile in self:
            days = days_in_words(self.env, policies[profile.company_id].churn_horizon_days)
            profile.churn_in_words = profile.prediction_basis == "model" and self.env._(
                "%(risk)s that no order comes within %(days)s", risk=percentage(self.env, profile.churn_risk), days=days
            )

    @api.depends("prediction_basis")
    @api.depends_context("lang")
    def _compute_prediction_quality(self):
        words = {company: policy._prediction_quality() for company, policy in self._policies().items()}
        for profile in self:
            profile.prediction_quality = profile.prediction_basis == "model" and words[profile.company_id]
