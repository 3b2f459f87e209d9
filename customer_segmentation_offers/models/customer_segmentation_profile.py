"""What texts of playbooks can say of the habits of a customer."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.words import listed

NAMED = 3


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    lost_product_ids = fields.One2many(
        "customer.product.lost", "profile_id", string="Products No Longer Bought", readonly=True
    )
    due_products_in_words = fields.Char(
        compute="_compute_due_products_in_words",
        string="Due Now",
        help="Products the customer buys again and again, and needs about now.",
    )
    lost_products_in_words = fields.Char(
        compute="_compute_lost_products_in_words",
        string="No Longer Buys",
        help="Products the customer bought regularly and buys no longer, by the revenue they brought.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang", "uid", "company")
    def _compute_due_products_in_words(self):
        habits, words = self.env["customer.product.habit"], self.env["customer.product.habit.words"]
        policies = self._policies()
        for company, profiles in self.grouped("company_id").items():
            found = habits._due(policies[company], profiles.partner_id, NAMED)
            for profile in profiles:
                due = found.get(profile.partner_id.id, [])
                profile.due_products_in_words = listed(self.env, map(words._name_and_gap, due)) or False

    @api.depends("lost_product_ids")
    @api.depends_context("lang", "uid")
    def _compute_lost_products_in_words(self):
        for profile in self:
            names = profile.lost_product_ids[:NAMED].mapped("in_words")
            profile.lost_products_in_words = listed(self.env, names) or False
