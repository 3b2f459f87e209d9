from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        # Whoever survived has the purchases of all.
        survivors = self.env["res.partner"].browse(partner_ids).exists() | (dst_partner or self.env["res.partner"])
        self.env["customer.segmentation.queue"]._enqueue_everywhere(survivors.exists())
        self.env["customer.segmentation.exclusion"]._after_merge(survivors.exists())
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before Odoo deletes the profiles of the merged contacts, and with them their playbook entries."""
        self.env["customer.playbook.entry"].sudo()._move_to_survivor(src_partners, dst_partner)
        self.env["customer.segmentation.exclusion"].sudo()._move_to_survivor(src_partners, dst_partner)
        self.env["customer.segmentation.report"]._move_to_survivor(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
