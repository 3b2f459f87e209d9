"""Whether a contact's customer is excluded from profiling, and archiving, which removes scores as well."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_excluded = fields.Boolean(
        compute="_compute_customer_exclusion",
        search="_search_customer_excluded",
        string="Excluded from Profiling",
        groups=NUMBER,
        help="Nothing is computed about this customer: no segment, no tier, no playbooks.",
    )
    customer_exclusion_message = fields.Char(
        compute="_compute_customer_exclusion", string="Exclusion in Words", groups=NUMBER
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_customer_exclusion(self):
        found = self.env["customer.segmentation.exclusion"]._of(self.sudo().commercial_partner_id, self.env.company)
        for partner in self:
            exclusion = found.get(partner._open_customer_id())
            partner.customer_excluded = bool(exclusion)
            partner.customer_exclusion_message = exclusion and exclusion._in_words()

    @api.model
    def _search_customer_excluded(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["customer_excluded"], "read")
        exclusions = self.env["customer.segmentation.exclusion"]
        excluded = exclusions._domain_of_contacts(self.env.company.sudo().root_id)
        return Domain.OR(excluded if wanted else ~excluded for wanted in value)

    def write(self, vals):
        """Who is archived loses its scores, who is unarchived is scored again, both within a minute."""
        if "active" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda partner: partner.active != bool(vals["active"]))
        result = super().write(vals)
        customers = changed.filtered(lambda partner: partner.commercial_partner_id == partner)
        if customers:
            self.env["customer.segmentation.queue"].sudo()._enqueue_everywhere(customers)
        return result

    # ------------------------------------------------------------------ what users click

    def action_exclude_customer(self):
        """Ask why, and exclude the customers from profiling."""
        self.env["customer.segmentation.exclusion"]._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exclude from Profiling"),
            "target": "new",
            "res_model": "customer.segmentation.exclude",
            "views": [(False, "form")],
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def action_profile_again(self):
        """End what excludes the customer in the company the user works in."""
        self.env["customer.segmentation.exclusion"]._check_manager()
        company = self.env.company.sudo().root_id
        return (
            self.env["customer.segmentation.exclusion"]
            .search([("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "in", [False, company.id])])
            .action_profile_again()
        )

    def action_open_privacy_sheet(self):
        """What we compute about the customer and why, in the browser, to read or to print from there."""
        self.ensure_one()
        self.env["report.customer_segmentation.privacy_sheet"]._check_reader()
        return {
            "type": "ir.actions.act_url",
            "url": f"/report/html/customer_segmentation.privacy_sheet/{self.commercial_partner_id.id}",
            "target": "new",
        }
