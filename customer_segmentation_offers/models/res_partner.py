"""What is due and what is missed, on the page of a customer."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER

SHOWN = 5
LIST = Markup('<ul class="list-unstyled mb-0">%s</ul>')
ROW = Markup('<li><span class="fw-bold">%s</span> <span class="text-muted">%s</span></li>')


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_due_products = fields.Html(
        compute="_compute_customer_habits",
        string="Due Now",
        sanitize=False,
        groups=NUMBER,
        help="Products the customer buys again and again, and needs about now.",
    )
    customer_missed_products = fields.Html(
        compute="_compute_customer_habits",
        string="No Longer Buys",
        sanitize=False,
        groups=NUMBER,
        help="Products the customer bought regularly and has not bought for more than three times the usual gap, "
        "although it came for others.",
    )
    customer_lost_product_ids = fields.One2many(
        "customer.product.lost", "partner_id", string="Products No Longer Bought", readonly=True, groups=NUMBER
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_customer_habits(self):
        """As the answers say it: contacts of a customer share its habits."""
        answers, customers = self.env["customer.segmentation.answers"], self._origin.commercial_partner_id
        due, missed = (answers._about_products_of(what, customers, SHOWN) for what in ("_due", "_lost"))
        for partner in self:
            customer_id = partner._origin.commercial_partner_id.id
            partner.customer_due_products = self._as_list(due.get(customer_id, []))
            partner.customer_missed_products = self._as_list(missed.get(customer_id, []))

    @api.model
    def _as_list(self, products):
        rows = [ROW % (product["name"], product["reason"]) for product in products]
        return LIST % Markup("").join(rows) if rows else False
