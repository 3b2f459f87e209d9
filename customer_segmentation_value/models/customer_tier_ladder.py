from odoo import api, models


class CustomerTierLadder(models.AbstractModel):
    _inherit = "customer.tier.ladder"

    @api.model
    def _presets(self):
        """Nobody is a VIP who pays two months late."""
        presets = super()._presets()
        (name, color, grace, stay, criteria), *others = presets["vip"]
        vip = (name, color, grace, stay, [*criteria, ("days_paid_late", "veto", 60, 60)])
        return presets | {"vip": [vip, *others]}
