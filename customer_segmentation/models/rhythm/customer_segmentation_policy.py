"""Rhythm and lifecycle of a policy: the rules a manager sets."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.labels import LIMIT_FIELDS
from ...tools.words import plain_number


def _refuse_unless(limits, message):
    """Refuse lifecycle limits that cannot be, the others being the usual ones, with a message."""
    from ...scoring.lifecycle import Limits, check_limits

    try:
        check_limits(Limits()._replace(**limits))
    except ValueError as error:
        raise ValidationError(message) from error


@api.depends("recency_banding", "recency_cut_offs", "bands", "at_risk_ratio", "dormant_ratio", "last_run_id")
@api.depends_context("lang")
def _compute_own_rhythm(policies):
    words = policies.env["customer.segmentation.rhythm.words"]
    for policy in policies:
        policy.own_rhythm = policy.recency_banding == "own_rhythm" and words._of_policy(policy)


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    own_rhythm = fields.Text(
        compute=_compute_own_rhythm,
        string="Recency by Own Rhythm",
        help="What the scores of recency mean, how many customers have each, and which days were closed.",
    )

    # Lifecycle
    new_days = fields.Integer(
        string="Newcomer for (Days)",
        required=True,
        default=90,
        is_rule=True,
        help="A customer is a newcomer for so many days after the first purchase.",
    )
    at_risk_ratio = fields.Float(
        string="Slipping after (× Usual Gap)",
        required=True,
        default=2,
        digits=(6, 1),
        is_rule=True,
        help="Slipping is who has not bought for longer than so many times their own usual gap.",
    )
    at_risk_minimum_days = fields.Integer(
        string="Slipping after (Days, at Least)",
        required=True,
        default=30,
        is_rule=True,
        help="Nobody is slipping, silent or gone by rhythm before so many days without a purchase: a daily buyer may "
        "be on holiday.",
    )
    dormant_ratio = fields.Float(
        string="Silent after (× Usual Gap)",
        required=True,
        default=4,
        digits=(6, 1),
        is_rule=True,
        help="Silent is who has not bought for longer than so many times their own usual gap.",
    )
    lost_ratio = fields.Float(
        string="Gone after (× Usual Gap)",
        required=True,
        default=6,
        digits=(6, 1),
        is_rule=True,
        help="Gone is who has not bought for longer than so many times their own usual gap.",
    )
    lost_months = fields.Integer(
        string="Gone after (Months)",
        required=True,
        default=24,
        is_rule=True,
        help="After so many months without a purchase a customer is gone, whatever the usual gap.",
    )
    mature_months = fields.Integer(
        string="Established after (Months)",
        required=True,
        default=12,
        is_rule=True,
        help="Established is who first bought at least so many months ago, and on enough days.",
    )
    mature_purchase_days = fields.Integer(
        string="Established from (Purchase Days)",
        required=True,
        default=5,
        is_rule=True,
        help="Established is who bought on at least so many days; several orders of one day are one.",
    )

    # ------------------------------------------------------------------ checks

    @api.constrains("at_risk_ratio", "dormant_ratio", "lost_ratio")
    def _check_lifecycle_ratios(self):
        for policy in self:
            ratios = {name: policy[name] for name in ("at_risk_ratio", "dormant_ratio", "lost_ratio")}
            _refuse_unless(
                ratios,
                self.env._(
                    "Slipping, silent and gone must begin one after the other, from 1 time the usual gap on, not after "
                    "%(at_risk_ratio)s, %(dormant_ratio)s and %(lost_ratio)s times. Usual are 2, 4 and 6.",
                    **{name: plain_number(self.env, value) for name, value in ratios.items()},
                ),
            )

    @api.constrains("new_days", "lost_months", "at_risk_minimum_days", "mature_months", "mature_purchase_days")
    def _check_lifecycle_limits(self):
        for policy in self:
            for name in ("new_days", "lost_months", "at_risk_minimum_days", "mature_months", "mature_purchase_days"):
                _refuse_unless(
                    {name: policy[name]},
                    self.env._(
                        "%(label)s is %(value)s; it must be %(least)s or more.",
                        label=policy._fields[name]._description_string(self.env),
                        value=policy[name],
                        least=1 if name in ("lost_months", "mature_purchase_days") else 0,
                    ),
                )

    # ------------------------------------------------------------------ the rules as the scoring package takes them

    def _lifecycle_limits(self):
        from ...scoring.lifecycle import Limits

        return Limits(**{name: self[name] for name in LIMIT_FIELDS})
