from odoo import api, models

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


class CustomerTierLadder(models.AbstractModel):
    _inherit = "customer.tier.ladder"

    @api.model
    def _preset_tier(self, bands, sequence, rung):
        command = super()._preset_tier(bands, sequence, rung)
        name, *_rest, criteria = rung
        command[2].update(owner_weight=OWNER_WEIGHTS.get(name, 1), low_value=not criteria)
        return command
