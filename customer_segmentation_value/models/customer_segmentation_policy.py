"""What a policy says of value: its indicators with their weights as a whole, and the limits of the credit classes."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.bounds import DAYS
from odoo.addons.customer_segmentation.tools.context import Told, told
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import formatLang


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    indicator_ids = fields.One2many(
        "customer.segmentation.indicator",
        "policy_id",
        string="Indicators",
        context={"active_test": False},
        help="What the value score weighs; the weights add up to 100%.",
    )
    value_medium_from = fields.Integer(
        string="Medium Value from",
        required=True,
        default=34,
        is_rule=True,
        help="From so many points of the value score a customer is of medium value; below that of low value.",
    )
    value_high_from = fields.Integer(
        string="High Value from",
        required=True,
        default=67,
        is_rule=True,
        help="From so many points of the value score a customer is of high value.",
    )
    abc_basis = fields.Selection(
        [("revenue", "Revenue"), ("value_score", "Value score")],
        string="ABC Classes by",
        required=True,
        default="revenue",
        is_rule=True,
        help="What the cumulated shares of the ABC classes are shares of: revenue in the window, or value scores.",
    )
    playbook_order = fields.Selection(
        [("at_stake", "At stake"), ("value_score", "Value score")],
        string="Playbook Customers by",
        required=True,
        default="at_stake",
        help="Customers of playbooks who wait for a place move up in this order: those with most at stake first, or "
        "those with the highest value score.",
    )
    indicator_total = fields.Float(
        compute="_compute_indicator_total",
        string="Total of the Weights (%)",
        digits=(5, 1),
        help="The weights of all indicators that are switched on; it must be 100%.",
    )

    # From when on a customer who pays late falls into a worse credit class.
    credit_days_a = fields.Integer(
        "Class A up to (Days Late)",
        default=5,
        required=True,
        bounds=(None, DAYS),
        help="Class A: paid so many days late on average at most, and nothing is overdue for longer than that.",
    )
    credit_days_b = fields.Integer(
        "Class B up to (Days Late)",
        default=30,
        required=True,
        bounds=(None, DAYS),
        help="Class B: paid so many days late at most. What is overdue for longer counts in the overdue share.",
    )
    credit_days_c = fields.Integer(
        "Class C up to (Days Late)",
        default=60,
        required=True,
        bounds=(None, DAYS),
        help="Class C: paid so many days late at most. Class D: later than that.",
    )
    credit_overdue_share = fields.Float(
        "Class D from an Overdue Share above (%)",
        default=50,
        required=True,
        digits=(5, 1),
        help="Class D, however few days late on average: more than this part of all that is open is overdue for more "
        "days than class B allows. When less is open than the customer buys in an average quarter of the policy's "
        "window, it is the part of that quarter's revenue. 100: never for this.",
    )

    @api.depends("indicator_ids.weight", "indicator_ids.active")
    def _compute_indicator_total(self):
        for policy in self:
            policy.indicator_total = sum(policy._active_indicators().mapped("weight"))

    def write(self, vals):
        if "indicator_ids" not in vals:
            return super().write(vals)
        before = self._indicators_asked()
        result = super(CustomerSegmentationPolicy, self.with_context(weights_checked_by_caller=Told.BY_CODE)).write(
            vals
        )
        self._indicators_changed(before)
        self._check_abc_basis()
        return result

    # ------------------------------------------------------------------ the weights as a whole

    def _active_indicators(self):
        return self.indicator_ids.filtered("active").sorted(
            lambda indicator: (indicator.sequence, indicator._origin.id)
        )

    def _indicators_asked(self):
        """What the indicators of each policy ask, to be compared after a change."""
        return {policy: [indicator._asks() for indicator in policy._active_indicators()] for policy in self}

    def _indicators_changed(self, before):
        """Check the weights that are not as before, and count them as changed rules.

        :param before: from `_indicators_asked`; a policy that is missing in it has changed
        """
        if told(self.env, "weights_checked_by_caller"):
            return
        self.invalidate_model(["indicator_ids"])
        for policy, asked in self.exists()._indicators_asked().items():
            if before.get(policy) != asked:
                policy._check_indicators()
                self.env["customer.segmentation.rules"]._changed(policy.sudo())

    @api.constrains("abc_basis", "indicator_ids")
    def _check_abc_basis(self):
        if told(self.env, "weights_checked_by_caller"):
            return
        for policy in self.filtered(lambda policy: policy.abc_basis == "value_score"):
            indicators = policy._active_indicators()
            if not indicators:
                raise ValidationError(
                    self.env._(
                        "The ABC classes of %s are based on the value score, and nothing is weighed yet. Add "
                        "indicators on the page Value Score first, or base the classes on revenue.",
                        policy.company_id.sudo().name,
                    )
                )
            if "abc_rank" in indicators.filtered(lambda indicator: indicator.kind == "measure").mapped("measure"):
                raise ValidationError(
                    self.env._(
                        "The ABC classes are based on the value score, so the value score cannot weigh them. Remove "
                        "the indicator of the ABC class, or base the classes on revenue."
                    )
                )

    @api.constrains("value_medium_from", "value_high_from")
    def _check_value_limits(self):
        for policy in self:
            if not 0 < policy.value_medium_from < policy.value_high_from <= 100:
                raise ValidationError(
                    self.env._(
                        "Medium value must begin above 0 points and before high value, and high value at 100 points "
                        "at most; not at %(medium)s and %(high)s. Usual are 34 and 67.",
                        medium=policy.value_medium_from,
                        high=policy.value_high_from,
                    )
                )

    @api.constrains("credit_days_a", "credit_days_b", "credit_days_c", "credit_overdue_share")
    def _check_credit_limits(self):
        for policy in self:
            if not 0 <= policy.credit_days_a < policy.credit_days_b < policy.credit_days_c:
                raise ValidationError(
                    self.env._(
                        "The limits of the credit classes, %(a)s, %(b)s and %(c)s days late, do not ascend: A must be "
                        "0 or more, B above A and C above B. Usual are 5, 30 and 60.",
                        a=policy.credit_days_a,
                        b=policy.credit_days_b,
                        c=policy.credit_days_c,
                    )
                )
            if not 0 < policy.credit_overdue_share <= 100:
                raise ValidationError(
                    self.env._(
                        "The overdue share is %s%%; it must be above 0 and at most 100%%. Usual is 50%%.",
                        policy.credit_overdue_share,
                    )
                )

    def _check_indicators(self):
        for policy in self:
            total = round(policy.indicator_total, 6)
            if policy._active_indicators() and total != 100:
                raise ValidationError(policy._total_message(total))
        self._check_abc_basis()

    def _total_message(self, total):
        values = {"total": self._percent(total), "difference": self._percent(abs(100 - total))}
        if total < 100:
            return self.env._(
                "The weights of the value score add up to %(total)s%%, not to 100%%. Give %(difference)s%% more to "
                "one or several indicators.",
                **values,
            )
        return self.env._(
            "The weights of the value score add up to %(total)s%%, not to 100%%. Take %(difference)s%% away from "
            "one or several indicators.",
            **values,
        )

    def _percent(self, number):
        return formatLang(self.env, number, digits=0 if float(number).is_integer() else 1)

    # ------------------------------------------------------------------ what follows from it

    def _sql_playbook_order(self):
        """What customers of playbooks are ordered by before their revenue, as SQL over `profile`."""
        if self.playbook_order != "value_score":
            return super()._sql_playbook_order()
        return SQL("COALESCE(profile.value_score, -1)")

    def _value_rules(self):
        """The indicators of the last run, with their names in the user's language."""
        known = (self.last_run_id.cut_points or {}).get("value", {}).get("indicators", [])
        indicators = self.env["customer.segmentation.indicator"].sudo().browse([rule["id"] for rule in known]).exists()
        names = {indicator.id: indicator.name for indicator in indicators}
        return [dict(rule, label=names.get(rule["id"], rule["name"])) for rule in known]
