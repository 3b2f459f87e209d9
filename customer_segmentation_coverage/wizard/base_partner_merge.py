from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        stops, merged = self.env["customer.follow.up.stop"], self.env["res.partner"].browse(partner_ids)
        followed_up = stops._followed_up(merged)
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        survivors = merged.exists() | (dst_partner or self.env["res.partner"])
        stops._after_merge(survivors.exists(), followed_up)
        return result
