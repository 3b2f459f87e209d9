from odoo import api, models


class CustomerSheet(models.AbstractModel):
    """That nobody calls the customer any more."""

    _inherit = "customer.sheet"

    @api.model
    def _under_way(self, subject):
        """Of whom nobody calls, that alone."""
        if subject.profile.follow_up_stopped:
            return [
                self._follow_up(self.env._("Active follow-up is stopped: e-mail only."), None, self.env["res.users"])
            ]
        return super()._under_way(subject)
