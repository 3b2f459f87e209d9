from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER

from .customer_credit_class import CREDIT_CLASSES


class SaleOrder(models.Model):
    _inherit = "sale.order"

    credit_class = fields.Selection(
        CREDIT_CLASSES, compute="_compute_credit", groups=NUMBER, help="How the customer pays its invoices, A to D."
    )
    credit_trust = fields.Char(
        string="Trust Set by Hand",
        compute="_compute_credit",
        groups=NUMBER,
        help="What somebody chose on the contact, whatever its invoices say.",
    )
    credit_warning = fields.Char(
        compute="_compute_credit", groups=NUMBER, help="What to know before this customer gets goods on account."
    )

    @api.depends("partner_id", "company_id", "state")
    @api.depends_context("company", "lang")
    def _compute_credit(self):
        """Of quotations: what is confirmed needs no warning any more."""
        self.credit_class = self.credit_trust = self.credit_warning = False
        for company, orders in self._open_to_user().sudo().grouped(lambda order: order.company_id.root_id).items():
            quotations = orders.filtered(lambda order: order.state in ("draft", "sent"))
            policy = self.env["customer.segmentation.policy"]._of_company(company)
            found = self.env["customer.credit.class"]._read_of(company, quotations.partner_id.commercial_partner_id)
            for order in orders:
                known = found.get(order.partner_id.commercial_partner_id._origin.id) if order in quotations else None
                order.credit_class = known and known.credit_class
                order.credit_trust = known and order._credit_trust()
                order.credit_warning = known and order._credit_warning(policy, known)

    def _credit_trust(self, but=False):
        """The label of the trust chosen on the customer in the order's company, none if it is `but`."""
        trust = self.partner_id.commercial_partner_id.with_company(self.company_id).trust
        return trust != but and dict(self.partner_id._fields["trust"]._description_selection(self.env)).get(trust)

    def _credit_warning(self, policy, credit):
        """In words for C and D; nothing for who pays well."""
        advice = {
            "C": self.env._("Agree on a deposit or a shorter payment term."),
            "D": self.env._("Ask for payment in advance, or ask a manager first."),
        }.get(credit.credit_class)
        if not advice:
            return False
        values = {"credit_class": credit.credit_class, "advice": advice}
        values["known"] = self.env["customer.credit.class"]._in_words(policy, credit)
        if trust := self._credit_trust(but="normal"):
            values["trust"] = trust
            return self.env._(
                "Credit class %(credit_class)s (trust set by hand: %(trust)s). %(known)s. %(advice)s", **values
            )
        return self.env._("Credit class %(credit_class)s. %(known)s. %(advice)s", **values)
