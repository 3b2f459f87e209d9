from odoo import api, models


class CustomerSegmentationRecompute(models.AbstractModel):
    _inherit = "customer.segmentation.recompute"

    @api.model
    def _queue_past(self, policy, day):
        """The month-ends from the day on are replayed into the history."""
        return policy._queue_replay(day)
