from odoo import api, models
from odoo.addons.customer_segmentation.tools.desk import Reason


class CustomerDeskReason(models.AbstractModel):
    """What the customer usually buys about now: something to say."""

    _inherit = "customer.desk.reason"

    @api.model
    def _reasons(self):
        return [*super()._reasons(), Reason(60, "_habits", "grow")]

    @api.model
    def _habits(self, desk, seen):
        """Of who has a profile: nobody else is told, for whom there may be reasons not to know."""
        customers = seen.customers.filtered(lambda customer: customer.id in seen.profiles)
        found = self.env["customer.product.habit"]._due(desk.policy, customers, 1) if customers else {}
        words = self.env["customer.product.habit.words"]
        return {customer: words._to_say(habits[0]) for customer, habits in found.items()}
