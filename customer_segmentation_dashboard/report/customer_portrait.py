"""The customer portrait: everything known about one customer, on one page to print or to take along.

    _subject(), _subjects()            whose portraits: the customer of a contact, its profile in the reader's company
        ▼
    _portrait()                        the parts of the customer sheet for the firm, in the reader's language
        ▼
    the template                       lays them out; it reads no record

What the reader may not open is left out: contacts and opportunities follow the reader's rights, the scores are
company-wide as on the page Segmentation.
"""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.sheet import FIRM, Subject
from odoo.exceptions import UserError
from odoo.tools import format_date


class CustomerPortrait(models.AbstractModel):
    _name = "report.customer_segmentation_dashboard.customer_portrait"
    _description = "Customer Portrait"

    @api.model
    def _get_report_values(self, docids, data=None):
        profiles = self.env["customer.segmentation.profile"].browse(docids).exists()
        profiles.check_access("read")
        return {"portraits": [self._portrait(self._subject(profile)) for profile in profiles]}

    @api.model
    def _file_name(self, customer):
        return self.env._("Customer Portrait (%s)", customer.display_name)

    @api.model
    def _subject(self, profile):
        """What is computed for the company the reader works in shall be that of the profile."""
        root = profile.company_id
        if root != self.env.company.sudo().root_id and root in self.env.user.company_ids:
            profile = profile.with_company(root)
        policy = profile.env["customer.segmentation.policy"].sudo()._of_company(root)
        return Subject(profile.partner_id, profile, policy)

    @api.model
    def _portrait(self, subject):
        """All parts of one customer; without a profile only what is known without scores is said."""
        customer, profile, policy = subject
        today = format_date(self.env, policy._today())
        sheet = profile.env["customer.sheet"]
        return {
            "customer": customer,
            "company": policy.company_id,
            "heading": self.env._("Customer portrait of %s", today),
            "explanation": profile.explanation if profile else self.env._("Not scored: no purchase yet."),
            "advice": profile.segment_id.advice,
            "standing_heading": sheet._standing_heading(),
            "notes": sheet._notes(),
            **sheet._parts(subject, FIRM),
        }


class ContactPortrait(models.AbstractModel):
    """The same, printed from contacts: of the company a contact belongs to, as the reader's company knows it."""

    _name = "report.customer_segmentation_dashboard.contact_portrait"
    _inherit = ["report.customer_segmentation_dashboard.customer_portrait"]
    _description = "Customer Portrait of a Contact"

    @api.model
    def _get_report_values(self, docids, data=None):
        contacts = self.env["res.partner"].browse(docids).exists()
        contacts.check_access("read")
        customers = contacts.commercial_partner_id
        if not customers:
            raise UserError(self.env._("This contact was deleted; reload the list."))
        subjects = self.env["customer.sheet"]._subjects(customers, self.env.company.sudo().root_id)
        return {"portraits": [self._portrait(subject) for subject in subjects]}
