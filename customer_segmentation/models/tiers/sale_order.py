"""Benefits of the customer's tier on new quotations, and what the quotation says about them.

Pricelist and payment terms are proposed where Odoo proposes them itself: when a quotation gets its customer. Later
changes of the tier trigger nothing, so no quotation or order that exists is ever changed.
"""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ...tools.rights import LABEL
from ...tools.words import in_one_line

PROPOSED = ("pricelist", "payment_term")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    pricelist_tier_id = fields.Many2one(
        "customer.tier",
        string="Tier Giving the Pricelist",
        compute="_compute_pricelist_tier_id",
        store=True,
        precompute=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=LABEL,
        help="The tier whose benefit the pricelist of this order is.",
    )
    payment_term_tier_id = fields.Many2one(
        "customer.tier",
        string="Tier Giving the Payment Terms",
        compute="_compute_payment_term_tier_id",
        store=True,
        precompute=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=LABEL,
        help="The tier whose benefit the payment terms of this order are.",
    )
    tier_benefit_note = fields.Text(
        compute="_compute_tier_benefit_note",
        groups=LABEL,
        help="Which benefits of the customer's tier this order has and why, and how the customer is served.",
    )

    def _auto_init(self):
        """No order from before was priced by a tier: nothing to compute for all of them."""
        for name in PROPOSED:
            if not column_exists(self.env.cr, self._table, f"{name}_tier_id"):
                create_column(self.env.cr, self._table, f"{name}_tier_id", "int4")
        return super()._auto_init()

    # ------------------------------------------------------------------ proposing

    def _compute_pricelist_id(self):
        result = super()._compute_pricelist_id()
        self._propose("pricelist")
        return result

    def _compute_payment_term_id(self):
        result = super()._compute_payment_term_id()
        self._propose("payment_term")
        return result

    def _propose(self, name):
        for order in self:
            if order.state == "draft" and order.partner_id and (proposed := order._proposed(name)):
                order[f"{name}_id"] = proposed.id

    def _proposed(self, name):
        """What the customer's tier proposes on this quotation; nothing when the customer has its own."""
        offered = self._offered_unless_own(name)
        return offered.browse() if offered and self._is_suspended(name) else offered

    def _offered_unless_own(self, name):
        offered = self._benefit_tier()._offered(name, self.company_id)
        return offered.browse() if offered and self._own_of_customer(name) else offered

    def _is_suspended(self, name):
        """Whether a benefit the tier offers is not to be given now; apps that know why say so."""
        return False

    def _suspension_in_words(self, name):
        """Why, as the end of a sentence."""
        return ""

    def _benefit_tier(self):
        """The tier of the customer; none for an order of a web shop, which has shown its prices before."""
        order = self._open_to_user().sudo()
        from_web_shop = "website_id" in order._fields and order.website_id
        return order.customer_tier_id.browse() if from_web_shop else order.customer_tier_id

    def _own_of_customer(self, name):
        """What was set on the customer itself, not what is general in the company."""
        partner = self.sudo().partner_id.with_company(self.company_id)
        if name == "pricelist":
            return partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
        own = partner.property_payment_term_id
        general = partner._fields["property_payment_term_id"].get_company_dependent_fallback(partner)
        return own.browse() if own == general else own

    @api.depends("partner_id", "company_id", "pricelist_id")
    def _compute_pricelist_tier_id(self):
        self._remember_tier_of("pricelist")

    @api.depends("partner_id", "company_id", "payment_term_id")
    def _compute_payment_term_tier_id(self):
        self._remember_tier_of("payment_term")

    def _remember_tier_of(self, name):
        """Whose benefit the value is; what is confirmed stays as it is."""
        for order in self:
            if order.state in ("draft", "sent"):
                proposed = order._proposed(name)
                is_benefit = proposed and proposed.id == order[f"{name}_id"].id
                order[f"{name}_tier_id"] = order._benefit_tier().id if is_benefit else False

    # ------------------------------------------------------------------ in words

    @api.depends(
        "state",
        "customer_tier_id.benefits",
        "partner_id.service_user_id",
        "pricelist_id",
        "pricelist_tier_id",
        "payment_term_id",
        "payment_term_tier_id",
    )
    @api.depends_context("lang", "company", "uid")
    def _compute_tier_benefit_note(self):
        self.tier_benefit_note = False
        for order in self._open_to_user():
            order.tier_benefit_note = "\n".join(order.sudo()._benefit_lines()) or False

    def _benefit_lines(self):
        service = self._service_in_words()
        return self._document_lines() + ([service] if service else [])

    def _document_lines(self):
        """What the tier gave to the order itself."""
        return [line for line in map(self._proposal_in_words, PROPOSED) if line]

    def _proposal_in_words(self, name):
        """ "Pricelist Gold: benefit of the tier Gold", or why another one is on the quotation."""
        chosen, given_by = self[f"{name}_id"], self[f"{name}_tier_id"]
        tier = given_by or self._benefit_tier()
        values = {"chosen": chosen.name or self.env._("none"), "tier": tier.name}
        values["what"] = self._fields[f"{name}_id"]._description_string(self.env)
        if given_by:
            return self.env._("%(what)s %(chosen)s: benefit of the tier %(tier)s", **values)
        offered = tier._offered(name, self.company_id)
        if self.state != "draft" or not offered:
            return None
        if chosen and chosen == self._own_of_customer(name):
            return self.env._("%(what)s %(chosen)s: the customer's own, before that of the tier %(tier)s", **values)
        values["offered"] = offered.name
        if self._is_suspended(name):
            return self._suspended_in_words(name, offered == chosen, values)
        if offered == chosen:
            return None
        return self.env._("%(what)s %(chosen)s: as chosen; the tier %(tier)s would give %(offered)s", **values)

    def _suspended_in_words(self, name, is_chosen, values):
        """What the tier would give, and that it does not now."""
        values = dict(values, why=self._suspension_in_words(name))
        if is_chosen:
            return self.env._(
                "%(what)s %(chosen)s: chosen without a reason; as a benefit of the tier %(tier)s suspended (%(why)s)",
                **values,
            )
        return self.env._(
            "%(what)s %(chosen)s: the benefit %(offered)s of the tier %(tier)s is suspended (%(why)s)", **values
        )

    def _service_in_words(self):
        """How the customer is served, in one line."""
        if profile := self.customer_profile_id:
            return in_one_line(self.env["customer.tier.service"]._in_words(profile))
        contact = self.partner_id.service_user_id.filtered("active")
        return in_one_line([self.env["customer.tier"]._served_in_words(contact)]) if contact else None
