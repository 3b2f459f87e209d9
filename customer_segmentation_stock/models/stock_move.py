from odoo import models
from odoo.addons.stock.models.stock_move import PROCUREMENT_PRIORITIES

URGENT = PROCUREMENT_PRIORITIES[-1][0]


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_new_picking_values(self):
        """New transfers of an urgent order are urgent, also the later steps; those that exist are left alone."""
        values = super()._get_new_picking_values()
        if any(order.has_urgent_deliveries for order in self.sudo().sale_line_id.order_id):
            values["priority"] = URGENT
        return values
