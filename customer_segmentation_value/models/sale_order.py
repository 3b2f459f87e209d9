"""How the customer pays, on its quotations: a warning, and no payment terms of a tier to who pays too late."""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.rights import NUMBER
from odoo.exceptions import ValidationError
from odoo.tools.sql import column_exists, create_column

from .customer_credit_class import CREDIT_CLASSES

SUSPENDING = ("C", "D")
OVERRIDING = {"payment_term_id", "payment_override_reason"}  # what gives suspended terms all the same


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

    suspended_payment_term_id = fields.Many2one(
        "account.payment.term",
        compute="_compute_suspended_payment_term_id",
        groups=NUMBER,
        help="What the customer's tier would give if the customer paid in time.",
    )
    payment_override_reason = fields.Char(
        string="Give Them Anyway Because",
        compute="_compute_payment_override_reason",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        tracking=True,
        groups=NUMBER,
        help="The payment terms of the tier are suspended in credit classes C and D. With a reason they are given on "
        "this quotation all the same; who gave it and when stands in the chatter.",
    )

    def _auto_init(self):
        """No order from before has a reason: nothing to compute for all of them."""
        if not column_exists(self.env.cr, self._table, "payment_override_reason"):
            create_column(self.env.cr, self._table, "payment_override_reason", "varchar")
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_payment_override_reason(self):
        """A reason is one for this customer only."""
        self.payment_override_reason = False

    @api.depends("partner_id", "company_id", "state", "payment_term_id", "payment_override_reason")
    @api.depends_context("company")
    def _compute_suspended_payment_term_id(self):
        self.suspended_payment_term_id = False
        for order in self._open_to_user().sudo().filtered(lambda order: order.state in ("draft", "sent")):
            offered = order._offered_unless_own("payment_term")
            if offered and not order.payment_term_tier_id and order._is_suspended("payment_term"):
                order.suspended_payment_term_id = offered

    @api.depends("payment_override_reason")
    def _compute_payment_term_tier_id(self):
        return super()._compute_payment_term_tier_id()

    @api.depends("payment_override_reason")
    def _compute_tier_benefit_note(self):
        return super()._compute_tier_benefit_note()

    @api.onchange("payment_override_reason")
    def _onchange_payment_override_reason(self):
        """With a reason the terms of the tier come back; without it they go."""
        offered = self.sudo()._offered_unless_own("payment_term")
        if self.state != "draft" or not offered:
            return
        if self._has_override_reason():
            self.payment_term_id = offered.id
        elif self.payment_term_id == offered:
            self._compute_payment_term_id()

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._check_override_has_a_reason({name for vals in vals_list for name in vals})
        return orders

    def write(self, vals):
        result = super().write(vals)
        self._check_override_has_a_reason(vals)
        return result

    def _check_override_has_a_reason(self, names):
        """Whatever screen or request chooses suspended terms; what code does as superuser is nobody's decision.

        Odoo checks constraints as superuser, whoever writes.
        """
        if self.env.su or not OVERRIDING & set(names):
            return
        for order in self.sudo():
            offered = order._offered_unless_own("payment_term")
            chosen = offered and order.payment_term_id == offered and order.state in ("draft", "sent")
            if chosen and order._is_suspended("payment_term"):
                raise ValidationError(
                    self.env._(
                        "The payment terms %(terms)s of the tier are suspended (%(why)s). Choose other terms, or say "
                        "in “%(reason)s” why %(customer)s gets them all the same.",
                        terms=offered.name,
                        why=order.with_env(self.env)._suspension_in_words("payment_term"),
                        reason=self._fields["payment_override_reason"]._description_string(self.env),
                        customer=order.partner_id.display_name,
                    )
                )

    def copy_data(self, default=None):
        """A reason is for one quotation: the copy gets the terms of the tier as every new one does."""
        found = super().copy_data(default)
        for order, values in zip(self, found, strict=True):
            offered = order.sudo()._offered_unless_own("payment_term")
            if offered and "payment_term_id" not in (default or {}) and offered.id == values.get("payment_term_id"):
                del values["payment_term_id"]
        return found

    def _is_suspended(self, name):
        return super()._is_suspended(name) or (
            name == "payment_term"
            and not self._has_override_reason()
            and self.sudo().credit_class in SUSPENDING
            and not self._gets_the_same_without_a_tier()
        )

    def _has_override_reason(self):
        """Blanks are none."""
        return bool((self.sudo().payment_override_reason or "").strip())

    def _gets_the_same_without_a_tier(self):
        """Terms everybody gets are nothing to suspend."""
        general = self.sudo().partner_id.with_company(self.company_id).property_payment_term_id
        return bool(general) and general == self._offered_unless_own("payment_term")

    def _suspension_in_words(self, name):
        """The class to salespeople only; others who work with quotations are told what follows from it."""
        if self.env.user.has_group(NUMBER):
            return self.env._("credit class %s", self.sudo().credit_class)
        return self.env._("the customer pays late")

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
