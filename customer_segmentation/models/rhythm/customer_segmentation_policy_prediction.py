"""Rhythm, lifecycle and prediction of a policy: the rules a manager sets."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.labels import LIMIT_FIELDS
from ...tools.words import plain_number


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    # Lifecycle
    new_days = fields.Integer(
        string="New for (Days)",
        required=True,
        default=90,
        is_rule=True,
        help="A customer is new for so many days after the first purchase.",
    )
    at_risk_ratio = fields.Float(
        string="At Risk after (× Usual Gap)",
        required=True,
        default=2,
        digits=(6, 1),
        is_rule=True,
        help="At risk is who has been silent for longer than so many times the customer's own usual gap.",
    )
    at_risk_minimum_days = fields.Integer(
        string="At Risk after (Days, at Least)",
        required=True,
        default=30,
        is_rule=True,
        help="Nobody is at risk, dormant or lost by rhythm before so many days of silence: a daily buyer may be on "
        "holiday.",
    )
    dormant_ratio = fields.Float(
        string="Dormant after (× Usual Gap)",
        required=True,
        default=4,
        digits=(6, 1),
        is_rule=True,
        help="Dormant is who has been silent for longer than so many times the customer's own usual gap.",
    )
    lost_ratio = fields.Float(
        string="Lost after (× Usual Gap)",
        required=True,
        default=6,
        digits=(6, 1),
        is_rule=True,
        help="Lost is who has been silent for longer than so many times the customer's own usual gap.",
    )
    lost_months = fields.Integer(
        string="Lost after (Months)",
        required=True,
        default=24,
        is_rule=True,
        help="After so many months of silence a customer is lost, whatever the usual gap.",
    )
    mature_months = fields.Integer(
        string="Mature after (Months)",
        required=True,
        default=12,
        is_rule=True,
        help="Mature is who first bought at least so many months ago, and on enough days.",
    )
    mature_purchase_days = fields.Integer(
        string="Mature from (Purchase Days)",
        required=True,
        default=5,
        is_rule=True,
        help="Mature is who bought on at least so many days; several orders of one day are one.",
    )

    # Prediction
    churn_horizon_days = fields.Integer(
        string="Churn Horizon (Days)",
        required=True,
        default=180,
        is_rule=True,
        help="Churn risk is how likely a customer does not order within so many days. With customers who buy once a "
        "year, choose a year.",
    )
    clv_horizon_months = fields.Integer(
        string="Value Horizon (Months)",
        required=True,
        default=12,
        is_rule=True,
        help="The predicted value adds up the orders expected within so many months.",
    )
    monthly_discount = fields.Float(
        string="Monthly Discount (%)",
        required=True,
        default=1,
        digits=(5, 2),
        is_rule=True,
        help="By how much money of a month later is worth less.",
    )
    clv_margin_percent = fields.Float(
        string="Margin (%)",
        required=True,
        default=100,
        digits=(5, 2),
        is_rule=True,
        help="The share of revenue that counts as value. 100: revenue itself; your average margin: profit.",
    )
    medium_churn_percent = fields.Float(
        string="Medium Churn Risk from (%)",
        required=True,
        default=40,
        digits=(5, 0),
        is_rule=True,
        help="From this churn risk on the risk is called medium.",
    )
    high_churn_percent = fields.Float(
        string="High Churn Risk from (%)",
        required=True,
        default=70,
        digits=(5, 0),
        is_rule=True,
        help="From this churn risk on the risk is called high.",
    )

    # ------------------------------------------------------------------ checks

    @api.constrains("at_risk_ratio", "dormant_ratio", "lost_ratio")
    def _check_lifecycle_ratios(self):
        for policy in self:
            ratios = {name: policy[name] for name in ("at_risk_ratio", "dormant_ratio", "lost_ratio")}
            policy._check_limits(
                ratios,
                self.env._(
                    "At risk, dormant and lost must begin one after the other, from 1 time the usual gap on, not after "
                    "%(at_risk_ratio)s, %(dormant_ratio)s and %(lost_ratio)s times. Usual are 2, 4 and 6.",
                    **{name: policy._short(value) for name, value in ratios.items()},
                ),
            )

    @api.constrains("new_days", "lost_months", "at_risk_minimum_days", "mature_months", "mature_purchase_days")
    def _check_lifecycle_limits(self):
        for policy in self:
            for name in ("new_days", "lost_months", "at_risk_minimum_days", "mature_months", "mature_purchase_days"):
                policy._check_limits(
                    {name: policy[name]},
                    self.env._(
                        "%(label)s is %(value)s; it must be %(least)s or more.",
                        label=policy._fields[name]._description_string(self.env),
                        value=policy[name],
                        least=1 if name in ("lost_months", "mature_purchase_days") else 0,
                    ),
                )

    def _check_limits(self, limits, message):
        """Refuse lifecycle limits, the others being the usual ones, with a message."""
        from ...scoring.lifecycle import Limits, check_limits

        try:
            check_limits(Limits()._replace(**limits))
        except ValueError as error:
            raise ValidationError(message) from error

    @api.constrains("medium_churn_percent", "high_churn_percent")
    def _check_churn_bands(self):
        for policy in self:
            policy._check_churn_limits()

    def _check_churn_limits(self):
        from ...scoring.lifetime_value import check_band_limits

        try:
            check_band_limits(self._churn_limits())
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "Medium churn risk must begin above 0 %% and before high, and high at 100 %% at most; not at "
                    "%(medium)s %% and %(high)s %%. Usual are 40 %% and 70 %%.",
                    medium=self._short(self.medium_churn_percent),
                    high=self._short(self.high_churn_percent),
                )
            ) from error

    @api.constrains("churn_horizon_days", "clv_horizon_months", "monthly_discount", "clv_margin_percent")
    def _check_prediction(self):
        ranges = {
            "churn_horizon_days": (1, 3650),
            "clv_horizon_months": (1, 60),
            "monthly_discount": (0, 50),
            "clv_margin_percent": (0.01, 100),
        }
        for policy in self:
            for name, (least, most) in ranges.items():
                if not least <= policy[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(label)s is %(value)s; it must be %(least)s to %(most)s.",
                            label=policy._fields[name]._description_string(self.env),
                            value=policy._short(policy[name]),
                            least=policy._short(least),
                            most=policy._short(most),
                        )
                    )

    @api.model
    def _short(self, number):
        return plain_number(self.env, number)

    # ------------------------------------------------------------------ the rules as the scoring package takes them

    def _lifecycle_limits(self):
        from ...scoring.lifecycle import Limits

        return Limits(**{name: self[name] for name in LIMIT_FIELDS})

    def _churn_limits(self):
        from ...scoring.lifetime_value import BandLimits

        return BandLimits(self.medium_churn_percent / 100, self.high_churn_percent / 100)

    def _prediction_terms(self):
        from ...scoring.lifetime_value import Terms

        return Terms(
            self.churn_horizon_days, self.clv_horizon_months, self.monthly_discount / 100, self.clv_margin_percent / 100
        )
