from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    has_urgent_deliveries = fields.Boolean(
        readonly=True,
        engine_only=True,
        copy=False,
        groups="base.group_user",
        help="The order was confirmed while its customer was on a tier that is delivered first.",
    )

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

    @api.model
    def _delivered_at_sql(self, order):
        """When its last delivery was done and none is open; as without stock for what needs no delivery."""
        self.env["stock.picking"].flush_model(["sale_id", "state", "date_done", "picking_type_id"])
        return SQL(
            """(SELECT CASE WHEN COUNT(*) = 0 THEN %s
                            WHEN BOOL_AND(delivery.state = 'done') THEN MAX(delivery.date_done) END
                  FROM stock_picking delivery
                  JOIN stock_picking_type kind ON kind.id = delivery.picking_type_id
                 WHERE delivery.sale_id = %s AND delivery.state <> 'cancel'
                   AND kind.code IN ('outgoing', 'dropship'))""",
            super()._delivered_at_sql(order),
            SQL.identifier(order, "id"),
        )
