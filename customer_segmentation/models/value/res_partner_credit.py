from odoo import api, fields, models

from ...tools.rights import NUMBER
from .customer_credit_class import CREDIT_CLASSES


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_credit_class = fields.Selection(
        CREDIT_CLASSES,
        string="Credit Class",
        compute="_compute_customer_credit",
        groups=NUMBER,
        help="How the customer pays its invoices: A in time, D very late or mostly overdue for long. The limits are in "
        "the policy. Contacts share the class of their company.",
    )
    customer_credit_in_words = fields.Char(
        string="Payment Behaviour", compute="_compute_customer_credit", groups=NUMBER
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_customer_credit(self):
        """Read for the page that is open: what is overdue moves every day."""
        credits_of = self.env["customer.credit.class"]
        found = credits_of._read_of(self.env.company, self.sudo().commercial_partner_id)
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company)
        for partner in self:
            credit = found.get(partner._open_customer_id())
            partner.customer_credit_class = credit and credit.credit_class
            partner.customer_credit_in_words = (
                credits_of._in_words(policy, credit)
                if partner.customer_credit_class
                else self.env._("Not known: no invoice was due yet.")
            )
