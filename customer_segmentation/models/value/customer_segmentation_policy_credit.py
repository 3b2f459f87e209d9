"""From when on a customer who pays late falls into a worse credit class."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    credit_days_a = fields.Integer(
        "Class A up to (Days Late)",
        default=5,
        required=True,
        help="Class A: paid so many days late on average at most, and nothing is overdue for longer than that.",
    )
    credit_days_b = fields.Integer(
        "Class B up to (Days Late)",
        default=30,
        required=True,
        help="Class B: paid so many days late at most. What is overdue for longer counts in the overdue share.",
    )
    credit_days_c = fields.Integer(
        "Class C up to (Days Late)",
        default=60,
        required=True,
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
                        "The overdue share is %s %%; it must be above 0 and at most 100 %%. Usual is 50 %%.",
                        policy.credit_overdue_share,
                    )
                )
