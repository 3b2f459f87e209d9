from odoo import fields, models


class CustomerProductOfferLine(models.TransientModel):
    """One product a customer usually buys about now, in the dialog."""

    _name = "customer.product.offer.line"
    _inherit = ["customer.wizard"]
    _description = "Product to Offer"

    offer_id = fields.Many2one("customer.product.offer", required=True, ondelete="cascade")
    is_chosen = fields.Boolean(string="Add", default=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    quantity = fields.Float(digits="Product Unit", default=1, help="What the customer usually buys at once.")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    reason = fields.Char(string="Why", readonly=True)
