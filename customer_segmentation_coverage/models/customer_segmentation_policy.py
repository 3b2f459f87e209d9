"""How much contacts weigh when effort is compared with value, and customers when they are shared out."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.bounds import WEIGHT
from odoo.exceptions import ValidationError

EFFORT = {"help": "How much one of these counts as effort; 0: not at all.", "bounds": (None, WEIGHT)}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    effort_weight_call = fields.Float("Effort of a Call", default=1, **EFFORT)
    effort_weight_meeting = fields.Float("Effort of a Meeting", default=3, **EFFORT)
    effort_weight_email = fields.Float("Effort of an E-mail Sent", default=1, **EFFORT)
    effort_weight_quotation = fields.Float("Effort of a Quotation Sent", default=1, **EFFORT)
    effort_weight_activity = fields.Float("Effort of another Activity", default=1, **EFFORT)

    @api.constrains(*(f"effort_weight_{kind}" for kind in ("call", "meeting", "email", "quotation", "activity")))
    def _check_effort_weights(self):
        for policy in self:
            weights = policy._effort_weights().values()
            if min(weights) < 0 or not sum(weights):
                raise ValidationError(
                    self.env._(
                        "The weights of effort must not be negative, and at least one must be above zero. Usual are 3 "
                        "for a meeting and 1 for everything else."
                    )
                )

    def _effort_weights(self):
        """The weight of each channel of `customer.interaction` that is work of ours."""
        return {
            "call": self.effort_weight_call,
            "meeting": self.effort_weight_meeting,
            "email_out": self.effort_weight_email,
            "quotation": self.effort_weight_quotation,
            "activity": self.effort_weight_activity,
        }
