from odoo import api, models
from odoo.addons.customer_segmentation.tools.desk import Reason
from odoo.addons.customer_segmentation.tools.words import headed, listed

WANTS_TO_BUY = ("interested", "hesitating")


class CustomerDeskReason(models.AbstractModel):
    """What the customer means to buy, as the person noted on own leads."""

    _inherit = "customer.desk.reason"

    @api.model
    def _reasons(self):
        return [*super()._reasons(), Reason(25, "_intents")]

    @api.model
    def _intents(self, desk, seen):
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return {}
        found = leads.search(
            [
                ("user_id", "=", desk.user.id),
                ("partner_id.commercial_partner_id", "in", seen.customers.ids),
                ("customer_intent", "in", WANTS_TO_BUY),
                ("won_status", "=", "pending"),
                "|",
                ("company_id", "=", False),
                ("company_id", "child_of", desk.company.id),
            ]
        )
        labels = dict(leads._fields["customer_intent"]._description_selection(self.env))
        return {
            customer.id: listed(
                self.env, (headed(self.env, [labels[lead.customer_intent], lead.name]) for lead in of_customer)
            )
            for customer, of_customer in found.grouped(lambda lead: lead.partner_id.commercial_partner_id).items()
        }
