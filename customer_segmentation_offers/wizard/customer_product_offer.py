from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CustomerProductOffer(models.TransientModel):
    """What a customer usually buys about now, to choose from for a quotation."""

    _name = "customer.product.offer"
    _inherit = ["customer.wizard"]
    _description = "Products to Offer"

    _company_path = "order_id.company_id"

    order_id = fields.Many2one("sale.order", string="Quotation", required=True, readonly=True, ondelete="cascade")
    line_ids = fields.One2many("customer.product.offer.line", "offer_id", string="Products")

    def action_add(self):
        """Add the chosen products to the quotation, with the quantities typed."""
        self.ensure_one()
        if self.order_id.state not in ("draft", "sent"):
            raise UserError(self.env._("%s is no quotation any more.", self.order_id.name))
        chosen = self.line_ids.filtered("is_chosen")
        self.order_id.order_line = [
            Command.create({"product_id": line.product_id.id, "product_uom_qty": line.quantity}) for line in chosen
        ]
        return {"type": "ir.actions.act_window_close"}
