from odoo import api, fields, models


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    has_delivery_priority = fields.Boolean(
        string="Deliver First",
        help="Orders that customers of the tier confirm from now on are delivered with priority: their transfers are "
        "urgent. Orders that are confirmed already are not changed.",
    )

    @api.depends("has_delivery_priority")
    def _compute_benefits(self):
        return super()._compute_benefits()

    def _on_documents_in_words(self):
        words = super()._on_documents_in_words()
        return words + ([self.env._("urgent deliveries")] if self.has_delivery_priority else [])
