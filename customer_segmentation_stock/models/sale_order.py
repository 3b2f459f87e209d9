from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    has_urgent_deliveries = fields.Boolean(
        readonly=True, copy=False, groups="base.group_user",
        help="The order was confirmed while its customer was on a tier that is delivered first.",
    )  # fmt: skip

    def _action_confirm(self):
        """Known before the transfers are made, so that they are urgent from the start."""
        orders = self.sudo()
        urgent = orders.filtered("tier_at_order_id.has_delivery_priority")
        urgent.has_urgent_deliveries = True
        (orders - urgent).filtered("has_urgent_deliveries").has_urgent_deliveries = False
        return super()._action_confirm()

    @api.depends("has_urgent_deliveries", "state")
    def _compute_tier_benefit_note(self):
        return super()._compute_tier_benefit_note()

    def _document_lines(self):
        return super()._document_lines() + self._deliveries_in_words()

    def _deliveries_in_words(self):
        if self.state == "sale" and self.has_urgent_deliveries:
            return [self.env._("Urgent deliveries: benefit of the tier %s", self.tier_at_order_id.name)]
        tier = self._benefit_tier()
        if self.state in ("draft", "sent") and tier.has_delivery_priority:
            return [self.env._("Urgent deliveries once confirmed: benefit of the tier %s", tier.name)]
        return []
