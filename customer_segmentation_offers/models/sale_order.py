"""On a quotation: what the customer usually buys about now and is not on it."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER
from odoo.addons.customer_segmentation.tools.words import some_of
from odoo.fields import Command

NAMED = 3


class SaleOrder(models.Model):
    _inherit = "sale.order"

    customer_due_products = fields.Char(
        compute="_compute_customer_due_products",
        string="Not in This Quotation",
        groups=NUMBER,
        help="Products the customer buys again and again, and needs about now.",
    )

    @api.depends("state", "partner_id", "order_line.product_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_customer_due_products(self):
        for order in self:
            names = [product["name"] for product in order._due_products()]
            order.customer_due_products = some_of(self.env, names, NAMED) or False

    def _due_products(self):
        """What is due and not on this quotation, as the answers say it; nothing once it is an order."""
        self.ensure_one()
        customer = self.partner_id._origin or self.partner_id
        if self.state not in ("draft", "sent") or not customer.id:
            return []
        of_order = self.with_company(self.company_id) if self.company_id in self.env.companies else self
        there = self.order_line.product_id
        templates = there.product_tmpl_id.ids
        return [
            product
            for product in of_order.env["customer.segmentation.answers"].due(customer.id)
            if product["product_id"] not in there.ids and product["product_tmpl_id"] not in templates
        ]

    def action_offer_products(self):
        """Choose from what the customer usually buys about now."""
        self.ensure_one()
        self.check_access("write")
        dialog = self.env["customer.product.offer"].create(
            {"order_id": self.id, "line_ids": [Command.create(line) for line in self._lines_to_offer()]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Usually Bought About Now"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _lines_to_offer(self):
        return [
            {"product_id": product["product_id"], "quantity": product["quantity"], "reason": product["reason"]}
            for product in self._due_products()
        ]
