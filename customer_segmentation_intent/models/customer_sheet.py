from odoo import api, models


class CustomerSheet(models.AbstractModel):
    """How much the customer wants what its leads are about."""

    _inherit = "customer.sheet"

    @api.model
    def _order_of_leads(self):
        """The most interested first."""
        return f"customer_intent, {super()._order_of_leads()}"

    @api.model
    def _lead_row(self, lead):
        return super()._lead_row(lead) | {
            "word": self._label(lead, "customer_intent") if lead.customer_intent else self.env._("Not asked yet"),
            "day": self._day(lead.intent_purchase_date or lead.date_deadline),
        }
