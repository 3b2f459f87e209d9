from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _can_own_customers_of(self, company):
        """The users who can be the salesperson of a root company's customers: active, internal and working there."""
        return (
            self.sudo()
            .filtered(lambda user: user.active and not user.share and company in user.company_ids.root_id)
            .with_env(self.env)
        )
