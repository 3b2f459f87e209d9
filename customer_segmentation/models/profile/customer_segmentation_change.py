from odoo import fields, models

from ...tools.labels import ABC_CLASSES, LIFECYCLE_STAGES
from ...tools.profile_fields import ChangedSelection


class CustomerSegmentationChange(models.AbstractModel):
    """From what to what a customer changes: two columns for each label of the profile (`_labels`)."""

    _name = "customer.segmentation.change"
    _description = "Change of a Customer's Labels"

    from_segment_id = fields.Many2one("customer.segment", readonly=True, ondelete="set null")
    to_segment_id = fields.Many2one("customer.segment", readonly=True, ondelete="set null")
    from_tier_id = fields.Many2one("customer.tier", readonly=True, ondelete="set null")
    to_tier_id = fields.Many2one("customer.tier", readonly=True, ondelete="set null")
    from_abc_class = ChangedSelection(ABC_CLASSES, string="From ABC Class", readonly=True)
    to_abc_class = ChangedSelection(ABC_CLASSES, string="To ABC Class", readonly=True)
    from_lifecycle_stage = ChangedSelection(LIFECYCLE_STAGES, readonly=True)
    to_lifecycle_stage = ChangedSelection(LIFECYCLE_STAGES, readonly=True)
