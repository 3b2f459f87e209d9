"""When an order was delivered: asked by whatever is done so many days after it."""

from odoo import api, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _delivered_at_sql(self, order):
        """The moment a confirmed order was delivered, in UTC, as SQL; NULL while it is on its way.

        The day that was promised or, where none is (a service), that of the confirmation. A glue addon that knows
        deliveries says better.

        :param order: alias of `sale_order`
        """
        return SQL("COALESCE(%s, %s)", SQL.identifier(order, "commitment_date"), SQL.identifier(order, "date_order"))
