from odoo import api, models
from odoo.tools.misc import formatLang

from ...tools.sheet import FIRM, Section

OPEN_LEADS = 5


class CustomerSheet(models.AbstractModel):
    """Leads and opportunities that are open, those the reader may see."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        sections = super()._sections(subject, audience)
        return [*sections, Section(110, "leads", self._open_leads(subject.customer))] if audience == FIRM else sections

    @api.model
    def _open_leads(self, customer):
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return []
        found = leads.search(
            [("partner_id", "child_of", customer.id), ("won_status", "=", "pending")],
            order=self._order_of_leads(),
            limit=OPEN_LEADS,
        )
        return [self._lead_row(lead) for lead in found]

    @api.model
    def _order_of_leads(self):
        return "expected_revenue desc, id"

    @api.model
    def _lead_row(self, lead):
        """What is said of a lead; other addons add to it."""
        return {
            "name": lead.name,
            "word": "",
            "day": self._day(lead.date_deadline),
            "revenue": formatLang(self.env, lead.expected_revenue, currency_obj=lead.sudo().company_currency),
        }
