from odoo import api, models


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_a_promotion_names_it(self):
        self.env["loyalty.program"]._check_not_named("customer_tier_ids", self)
