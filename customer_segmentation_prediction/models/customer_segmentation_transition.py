from odoo import fields, models


class CustomerSegmentationTransition(models.Model):
    _inherit = "customer.segmentation.transition"

    direction = fields.Selection(
        help="By the tier, then by the order of the segments in the scheme, ABC class, lifecycle stage and churn risk. "
        "Rules Changed: seen by the first run after the rules were changed, so that nobody rose or fell by it.",
    )
