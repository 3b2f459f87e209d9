"""The groups of customers a contact belongs to: a condition for audiences, filters and mailings."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.refusals import REFUSALS
from ...tools.rights import NUMBER


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_group_ids = fields.Many2many(
        "customer.group",
        compute="_compute_customer_group_ids",
        search="_search_customer_group_ids",
        string="Customer Groups",
        groups=NUMBER,
        help="The groups the customer is in, by conditions or by hand. All contacts of a company share them.",
    )

    @api.model
    def _usable_customer_groups(self, condition=Domain.TRUE):
        """The groups of the company the user works in, and the shared ones."""
        company = Domain("company_id", "in", [False, self.env.company.sudo().root_id.id])
        return self.env["customer.group"].search(Domain(condition) & company)

    @api.depends_context("company", "uid")
    @api.depends("commercial_partner_id")
    def _compute_customer_group_ids(self):
        self.customer_group_ids = False
        everybody = self.with_context(active_test=False)
        for group in self._usable_customer_groups():
            try:
                with group._tried():
                    found = everybody.search(group._contacts_domain() & Domain("id", "in", self._origin.ids))
            except REFUSALS:
                continue  # the group itself says what is wrong with it
            for partner in self:
                if partner._origin in found:
                    partner.customer_group_ids |= group

    @api.model
    def _search_customer_group_ids(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        self._check_field_access(self._fields["customer_group_ids"], "read")
        if operator != "in":
            return self._in_groups(self._usable_customer_groups(value))
        found = self._in_groups(self._usable_customer_groups([("id", "in", [item for item in value if item])]))
        return found | ~self._in_groups(self._usable_customer_groups()) if False in value else found

    @api.model
    def _in_groups(self, groups):
        return Domain.OR(group._contacts_domain() for group in groups)
