"""What a tier gives its customers: each benefit has its own switch, and nothing is given until it is switched on."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerTier(models.Model):
    _inherit = "customer.tier"
    _check_company_auto = True

    has_pricelist = fields.Boolean(
        string="Propose a Pricelist",
        help="New quotations for customers of the tier start with this pricelist. A pricelist chosen on the quotation "
        "or the customer's own pricelist wins; quotations and orders that exist are not changed.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", check_company=True, ondelete="set null", help="Proposed on new quotations."
    )
    has_payment_term = fields.Boolean(
        string="Propose Payment Terms",
        help="New quotations for customers of the tier start with these payment terms. Terms chosen on the quotation "
        "or the customer's own terms win; quotations and orders that exist are not changed.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        check_company=True,
        ondelete="set null",
        help="Proposed on new quotations.",
    )
    has_visits = fields.Boolean(string="Visit Regularly", help="Customers of the tier are visited every so many days.")
    visit_days = fields.Integer(string="Days between Visits", default=90, help="A visit is due after so many days.")
    has_reply_time = fields.Boolean(
        string="Promise a Reply Time", help="Whoever of the tier asks something gets an answer within so many hours."
    )
    reply_hours = fields.Integer(string="Reply within (Hours)", default=24, help="The promised time to an answer.")
    has_benefit_text = fields.Boolean(
        string="Further Benefits", help="Shown to salespeople on the contact and on quotations."
    )
    benefit_text = fields.Char(string="Further Benefits in Words", translate=True, help="For example: free samples.")
    benefits = fields.Char(compute="_compute_benefits", help="What customers of the tier get, in words.")

    @api.constrains("has_visits", "visit_days", "has_reply_time", "reply_hours")
    def _check_benefits(self):
        for tier in self:
            if tier.visit_days < (1 if tier.has_visits else 0):
                raise ValidationError(
                    self.env._(
                        "%(tier)s: a visit every %(days)s days is not possible; type 1 day or more.",
                        tier=tier.name,
                        days=tier.visit_days,
                    )
                )
            if tier.reply_hours < (1 if tier.has_reply_time else 0):
                raise ValidationError(
                    self.env._(
                        "%(tier)s: a reply within %(hours)s hours is not possible; type 1 hour or more.",
                        tier=tier.name,
                        hours=tier.reply_hours,
                    )
                )

    @api.depends(
        "has_pricelist",
        "pricelist_id.name",
        "has_payment_term",
        "payment_term_id.name",
        "has_visits",
        "visit_days",
        "has_reply_time",
        "reply_hours",
        "has_benefit_text",
        "benefit_text",
        "has_service_contact",
        "service_user_id.name",
    )
    @api.depends_context("lang", "company")
    def _compute_benefits(self):
        for tier in self:
            contact = tier._service_contact()
            served = [tier._served_in_words(contact)] if contact else []
            words = tier._on_documents_in_words() + tier._service_in_words() + served
            tier.benefits = in_one_line(words)

    # ------------------------------------------------------------------ what is on

    def _offered(self, name, company):
        """The pricelist or payment term the tier proposes; none when switched off, archived or not of this company.

        :param name: "pricelist" or "payment_term"
        """
        offered = self.sudo().filtered(f"has_{name}")[f"{name}_id"].filtered("active")
        if not offered or (name == "pricelist" and not self._uses_pricelists()):
            return offered.browse()
        return offered.filtered_domain(offered._check_company_domain(company))

    @api.model
    def _uses_pricelists(self):
        return self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist")

    def _visit_days(self):
        """Every how many days customers of the tier are visited; 0 when visits are switched off."""
        return self.visit_days if self.has_visits else 0

    def _reply_hours(self):
        """Within how many hours customers of the tier get an answer; 0 when nothing is promised."""
        return self.reply_hours if self.has_reply_time else 0

    # ------------------------------------------------------------------ in words

    def _on_documents_in_words(self):
        """What Odoo itself puts on new documents."""
        pricelist = self._offered("pricelist", self.company_id)
        payment_term = self._offered("payment_term", self.company_id)
        words = [self.env._("pricelist %s", pricelist.name)] if pricelist else []
        return words + ([self.env._("payment terms %s", payment_term.name)] if payment_term else [])

    def _service_in_words(self):
        """What salespeople do for the customers of the tier."""
        words = []
        if days := self._visit_days():
            words.append(self.env._("visit every %s days", days))
        if hours := self._reply_hours():
            words.append(self.env._("reply within %s hours", hours))
        return words + ([self.benefit_text] if self.has_benefit_text and self.benefit_text else [])

    @api.model
    def _served_in_words(self, user):
        return self.env._("served by %s", user.sudo().name)


def in_one_line(words):
    """The words side by side, beginning with a capital letter; False without words."""
    line = " · ".join(words)
    return line[:1].upper() + line[1:] or False
