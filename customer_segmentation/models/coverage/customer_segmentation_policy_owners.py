from odoo import models

# How much one customer of a ready ladder's tier weighs when customers are shared out; all others weigh 1.
OWNER_WEIGHTS = {
    "VIP": 5,
    "Potential": 2,
    "High Value": 4,
    "Medium Value": 2,
    "Diamond": 5,
    "Platinum": 3,
    "Gold": 2,
}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _preset_tier(self, sequence, rung):
        command = super()._preset_tier(sequence, rung)
        name, *_rest, criteria = rung
        command[2].update(owner_weight=OWNER_WEIGHTS.get(name, 1), low_value=not criteria)
        return command
