"""What a manager sets of the prediction, and how good it was when last checked."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.words import plain_number
from odoo.exceptions import AccessError, ValidationError


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

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

    @api.constrains("medium_churn_percent", "high_churn_percent")
    def _check_churn_bands(self):
        for policy in self:
            policy._check_churn_limits()

    def _check_churn_limits(self):
        from odoo.addons.customer_segmentation.scoring.lifetime_value import check_band_limits

        try:
            check_band_limits(self._churn_limits())
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "Medium churn risk must begin above 0%% and before high, and high at 100%% at most; not at "
                    "%(medium)s%% and %(high)s%%. Usual are 40%% and 70%%.",
                    medium=plain_number(self.env, self.medium_churn_percent),
                    high=plain_number(self.env, self.high_churn_percent),
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
                            value=plain_number(self.env, policy[name]),
                            least=plain_number(self.env, least),
                            most=plain_number(self.env, most),
                        )
                    )

    # ------------------------------------------------------------------ the rules as the scoring package takes them

    def _churn_limits(self):
        from odoo.addons.customer_segmentation.scoring.lifetime_value import BandLimits

        return BandLimits(self.medium_churn_percent / 100, self.high_churn_percent / 100)

    def _prediction_terms(self):
        from odoo.addons.customer_segmentation.scoring.lifetime_value import Terms

        return Terms(
            self.churn_horizon_days, self.clv_horizon_months, self.monthly_discount / 100, self.clv_margin_percent / 100
        )

    # ------------------------------------------------------------------ how good it is

    def action_check_prediction(self):
        """Have the prediction checked in the background and open the card."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(
                self.env._("Only managers of Customer Segmentation check the prediction; ask one of them to do it.")
            )
        self.check_access("write")
        card = self.env["customer.segmentation.model.card"].sudo()._queue(self.sudo())
        self.env.ref("customer_segmentation_prediction.ir_cron_model_card").sudo()._trigger()
        return {
            "type": "ir.actions.act_window",
            "res_model": card._name,
            "res_id": card.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open_model_cards(self):
        """All checks of the policy's prediction."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_prediction.action_model_cards")
        return dict(action, domain=[("policy_id", "=", self.id)])

    def _last_model_card(self):
        """The last check of the policy's prediction that was finished."""
        cards = self.env["customer.segmentation.model.card"].sudo()
        return cards.search([("policy_id", "=", self.id), ("state", "=", "done")], limit=1)

    def _backtest_arguments(self):
        """What the back-test predicts: the same as customers are shown."""
        return {
            "horizon_days": self.churn_horizon_days,
            "bands": self._churn_limits(),
            "stages": self._lifecycle_limits(),
        }

    def _prediction_quality(self):
        """How far to trust the predictions of the company, in one line."""
        card = self._last_model_card().with_env(self.env).sudo()
        if not card:
            return self.env._("Not checked yet against what really happened.")
        grade = dict(card._fields["grade"]._description_selection(self.env))[card.grade]
        return self.env._(
            "%(grade)s. %(headline)s",
            grade=grade,
            headline=card.headline if card.flagged_count and card.grade != "not_usable" else card.meaning,
        )
