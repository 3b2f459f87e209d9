from odoo import models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_serves_customers(self):
        """Refuse whoever cannot see customers."""
        for user in self.sudo().filtered("share"):
            raise ValidationError(
                self.env._("%s is no internal user; customers are served by internal users only.", user.name)
            )
