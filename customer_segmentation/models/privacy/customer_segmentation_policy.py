"""How long the history of a company's customers is kept: the rule a manager sets."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

LONGEST_MONTHS = 600


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    retention_months = fields.Integer(
        string="Keep History for (Months)",
        required=True,
        default=36,
        help="Changes of customers (segment, tier, class, stage) and finished follow-ups of playbooks are deleted "
        "after so many months. What is still open or being measured is kept until it is finished. 0: kept for ever.",
    )

    @api.constrains("retention_months")
    def _check_retention(self):
        for policy in self:
            if not 0 <= policy.retention_months <= LONGEST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "History is kept for %(months)s months; type 1 to %(longest)s months, or 0 to keep it for "
                        "ever.",
                        months=policy.retention_months,
                        longest=LONGEST_MONTHS,
                    )
                )
