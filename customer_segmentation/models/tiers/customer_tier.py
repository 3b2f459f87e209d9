from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.context import Told
from ...tools.rule_words import words_of
from ...tools.words import in_one_line

NUMBER = "customer_segmentation.group_user"


class CustomerTier(models.Model):
    """One rung of a company's ladder: who belongs on it, and how a customer leaves it.

    A ladder is checked as a whole after every change; the scheme of a policy knows the same pattern.
    """

    _name = "customer.tier"
    _inherit = ["customer.guarded", "customer.rule.child"]
    _description = "Customer Tier"
    _order = "policy_id, sequence, id"
    _check_company_auto = True

    policy_id = fields.Many2one("customer.segmentation.policy", required=True, ondelete="cascade", index=True)
    # Tiers of an archived policy are on no screen.
    active = fields.Boolean(related="policy_id.active", store=True)
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="policy_id.currency_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="From the best tier to the lowest.")
    color = fields.Integer(string="Color Index")
    description = fields.Text(translate=True, help="What the tier means for the salesperson.")
    criterion_ids = fields.One2many("customer.tier.criterion", "tier_id", string="Criteria", copy=True)
    minimum_stay_days = fields.Integer(
        string="Minimum Stay (Days)",
        help="So long after a movement a customer rises only when there was a new purchase since.",
    )
    grace_days = fields.Integer(
        string="Grace Period (Days)",
        help="A customer who no longer meets the keep thresholds keeps the tier at least so many days.",
    )
    has_service_contact = fields.Boolean(
        string="Serve by a Dedicated Contact",
        help="Customers of the tier are served by the user chosen here, unless a customer has a contact of its own.",
    )
    service_user_id = fields.Many2one(
        "res.users",
        string="Dedicated Service Contact",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who serves the customers of the tier.",
    )

    # What it gives: each benefit has its own switch, and nothing is given until it is switched on.
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

    rule = fields.Char(compute="_compute_rule", help="Who belongs to the tier, in words.")
    asks_for_segment = fields.Boolean(compute="_compute_asks_for_segment")
    customer_count = fields.Integer(compute="_compute_customer_count", string="Customers", groups=NUMBER)

    @api.depends("criterion_ids.measure")
    def _compute_asks_for_segment(self):
        for tier in self:
            tier.asks_for_segment = "segment" in tier.criterion_ids.mapped("measure")

    @api.depends(
        "criterion_ids.measure",
        "criterion_ids.entry",
        "criterion_ids.keep",
        "criterion_ids.kind",
        "criterion_ids.entry_segment_id.name",
        "criterion_ids.keep_segment_id.name",
    )
    @api.depends_context("lang")
    def _compute_rule(self):
        for tier in self:
            words = [criterion._in_words() for criterion in tier.criterion_ids]
            tier.rule = self.env._(" and ").join(words) if words else self.env._("All other customers")

    @api.depends("name")
    def _compute_customer_count(self):
        rows = self.env["customer.segmentation.profile"]._read_group(
            [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
        )
        counts = {tier.id: count for tier, count in rows}
        for tier in self:
            tier.customer_count = counts.get(tier.id, 0)

    @api.constrains("service_user_id")
    def _check_service_user(self):
        self.service_user_id._check_serves_customers()

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

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super(CustomerTier, self.with_context(ladder_checked_by_caller=Told.BY_CODE)).create(vals_list)
        tiers = tiers.with_env(self.env)
        self.env["customer.tier.ladder"]._changed(tiers.policy_id, {})
        return tiers

    def write(self, vals):
        policies = self.policy_id
        ladder = self.env["customer.tier.ladder"]
        before = ladder._asked(policies)
        result = super(CustomerTier, self.with_context(ladder_checked_by_caller=Told.BY_CODE)).write(vals)
        # A tier that moves to another ladder may leave behind one that cannot work.
        ladder._changed(policies | self.policy_id, before)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        self.env["customer.tier.ladder"]._changed(policies, {})
        return result

    def action_open_customers(self):
        """The customers on this tier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        return dict(action, domain=[("tier_id", "=", self.id)], name=self.name, display_name=self.name, context={})

    def _service_contact(self):
        """The user who serves the customers of this tier; nobody when switched off or archived."""
        return self.filtered("has_service_contact").service_user_id.filtered("active")

    def _asks(self):
        """All that makes it another rule when it changes, as plain values."""
        self.ensure_one()
        criteria = [
            (rule.measure, rule.kind, rule.entry, rule.keep, rule.entry_segment_id.id, rule.keep_segment_id.id)
            for rule in self.criterion_ids
        ]
        return self.id, self.minimum_stay_days, self.grace_days, criteria

    def _as_rules(self):
        return {
            "id": self._origin_record().id,
            "minimum_stay_days": self.minimum_stay_days,
            "grace_days": self.grace_days,
            "criteria": [criterion._as_rules() for criterion in self.criterion_ids],
            "words": words_of(self, "name", "description", "color", "sequence"),
        }

    def _rung(self):
        """The tier as the scoring package takes it."""
        from ...scoring.tiers import Rung

        self.ensure_one()
        criteria = [criterion._rule() for criterion in self.criterion_ids if criterion.kind != "veto"]
        vetoes = [criterion._rule() for criterion in self.criterion_ids if criterion.kind == "veto"]
        return Rung(self.id, tuple(criteria), tuple(vetoes), self.minimum_stay_days, self.grace_days)

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
