"""What we compute about one customer and why, for the customer to read: printed in the customer's language.

_get_report_values()   one sheet for each customer, in the company the user works in
_sheet()               data used, scores with value and meaning, what people noted, how long it is kept
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..tools.sheet import CUSTOMER


class PrivacySheet(models.AbstractModel):
    _name = "report.customer_segmentation.privacy_sheet"
    _description = "What We Compute About a Customer"

    @api.model
    def _get_report_values(self, docids, data=None):
        self._check_reader()
        customers = self.env["res.partner"].browse(docids).commercial_partner_id
        customers.check_access("read")
        return {"docs": customers, "sheets": {customer.id: self._sheet(customer) for customer in customers}}

    @api.model
    def _check_reader(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_user"):
            raise AccessError(self.env._("Only users of Customer Segmentation see what is computed about customers."))

    @api.model
    def _sheet(self, customer):
        """Everything the sheet says about one customer."""
        known = self.env["res.lang"]._get_data(code=customer.lang)
        lang = customer.lang if known else self.env.lang
        speaking = self.with_context(lang=lang)
        company = self.env.company.sudo().root_id
        subject = speaking._subject(customer, company)
        exclusion = speaking.env["customer.segmentation.exclusion"]._of(customer, company).get(customer.id)
        return {
            "lang": lang,
            "customer": customer,
            "company": company,
            "policy": subject.policy,
            "day": format_date(speaking.env, subject.policy._today()),
            "excluded": exclusion and speaking._excluded(exclusion),
            **speaking._said(subject),
            "seen_by": speaking._seen_by(company),
            "history_kept": speaking._history_kept(subject.policy),
        }

    @api.model
    def _subject(self, customer, company):
        """The customer as the company knows it, all of it: who may not read the sheet was sent away before."""
        sheet = self.env["customer.sheet"].sudo()
        (subject,) = sheet._subjects(customer.with_env(sheet.env), company)
        return subject

    @api.model
    def _said(self, subject):
        """By part of the page: what is computed, what people noted, what was done."""
        sections = self.env["customer.sheet"]._in_order(subject, CUSTOMER)
        apart = {"noted": [], "follow_ups": []}
        computed = []
        for section in sections:
            apart.get(section.part, computed).extend(section.lines)
        return {"computed": computed if subject.profile else [], **apart}

    # ------------------------------------------------------------------ who sees it, and how long

    @api.model
    def _excluded(self, exclusion):
        return self.env._(
            "You have been excluded from profiling since %s. What had been computed about you was deleted then, and "
            "nothing has been computed since.",
            format_date(self.env, exclusion.date),
        )

    @api.model
    def _seen_by(self, company):
        return self.env._(
            "Everybody who works for %s with this software sees your segment, class, tier and stage; amounts and "
            "scores only those who sell, and their managers. Nobody else, and no other company.",
            company.name,
        )

    @api.model
    def _history_kept(self, policy):
        if not policy.retention_months:
            return self.env._("The history of changes and of follow-ups is kept as long as your record is.")
        return self.env._(
            "The history of changes and of follow-ups is deleted after %s months, once nothing in it is open any more.",
            policy.retention_months,
        )
