from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.context import Told
from ...tools.labels import MEASURES

NUMBER = "customer_segmentation.group_user"


class CustomerTier(models.Model):
    """One rung of a company's ladder: who belongs on it, and how a customer leaves it.

    A ladder is checked as a whole after every change; the scheme of a policy knows the same pattern.
    """

    _name = "customer.tier"
    _inherit = ["customer.guarded", "customer.rule.child"]
    _description = "Customer Tier"
    _order = "policy_id, sequence, id"

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

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super(CustomerTier, self.with_context(ladder_checked_by_caller=Told.BY_CODE)).create(vals_list)
        tiers = tiers.with_env(self.env)
        tiers.policy_id._ladder_changed({})
        return tiers

    def write(self, vals):
        policies = self.policy_id
        before = policies._ladders()
        result = super(CustomerTier, self.with_context(ladder_checked_by_caller=Told.BY_CODE)).write(vals)
        # A tier that moves to another ladder may leave behind one that cannot work.
        (policies | self.policy_id)._ladder_changed(before)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies._ladder_changed({})
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

    def _rung(self):
        """The tier as the scoring package takes it."""
        from ...scoring.tiers import Rung

        self.ensure_one()
        criteria = [criterion._rule() for criterion in self.criterion_ids if criterion.kind != "veto"]
        vetoes = [criterion._rule() for criterion in self.criterion_ids if criterion.kind == "veto"]
        return Rung(self.id, tuple(criteria), tuple(vetoes), self.minimum_stay_days, self.grace_days)


class CustomerTierCriterion(models.Model):
    """What a tier asks of one measure."""

    _name = "customer.tier.criterion"
    _inherit = ["customer.guarded"]
    _description = "Tier Criterion"
    _order = "tier_id, id"

    tier_id = fields.Many2one("customer.tier", required=True, ondelete="cascade", index=True)
    measure = fields.Selection(MEASURES, required=True, default="revenue")
    kind = fields.Selection(
        [("threshold", "Value"), ("top_share", "Top x %"), ("veto", "Never beyond")],
        required=True,
        default="threshold",
        help="Value: at least so much (at most, where less is better). Top x %: among the best so many percent of the "
        "customers with an order in the window, or, by a lifetime measure, of all who ever ordered. Never beyond: "
        "whatever else holds, not in this tier while the measure is worse than this.",
    )
    entry = fields.Float("To Enter", required=True, help="The threshold to rise into the tier.")
    keep = fields.Float(
        "To Keep",
        compute="_compute_keep",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The threshold to stay in the tier, never stricter than the one to enter. Between them nothing moves.",
    )

    scheme_id = fields.Many2one(related="tier_id.policy_id.scheme_id")
    entry_segment_id = fields.Many2one(
        "customer.segment",
        "Segment to Enter",
        domain="[('scheme_id', '=', scheme_id)]",
        ondelete="restrict",
        help="This segment or a better one lets a customer rise into the tier.",
    )
    keep_segment_id = fields.Many2one(
        "customer.segment",
        "Segment to Keep",
        domain="[('scheme_id', '=', scheme_id)]",
        ondelete="restrict",
        compute="_compute_keep_segment_id",
        store=True,
        readonly=False,
        precompute=True,
        help="This segment or a better one lets a customer stay in the tier.",
    )

    @api.depends("entry")
    def _compute_keep(self):
        for criterion in self:
            # Once saved, 0 is a threshold as good as any other.
            criterion.keep = criterion.keep if criterion._origin else criterion.keep or criterion.entry

    @api.depends("entry_segment_id")
    def _compute_keep_segment_id(self):
        for criterion in self:
            criterion.keep_segment_id = criterion.keep_segment_id or criterion.entry_segment_id

    @api.onchange("measure")
    def _onchange_measure(self):
        """There is no top x % of segments."""
        if self.measure == "segment" and self.kind == "top_share":
            self.kind = "threshold"

    @api.model_create_multi
    def create(self, vals_list):
        # A segment takes the place of the numbers.
        criteria = super().create(
            [{"entry": 0, **vals} if vals.get("measure") == "segment" else vals for vals in vals_list]
        )
        criteria.tier_id.policy_id._ladder_changed({})
        return criteria

    def write(self, vals):
        policies = self.tier_id.policy_id
        before = policies._ladders()
        result = super().write(vals)
        (policies | self.tier_id.policy_id)._ladder_changed(before)
        return result

    def unlink(self):
        policies = self.tier_id.policy_id
        result = super().unlink()
        policies.exists()._ladder_changed({})
        return result

    def _remove_with_measure(self):
        """The addon that declares the measure of these goes: the ladders go on without, by rules that were changed.

        Nothing is checked, as nobody is there to set a ladder right. A tier of which nothing is left to be asked goes
        as well: it would take in everybody.
        """
        policies = self.tier_id.policy_id
        emptied = self.filtered(lambda rule: rule.kind != "veto").tier_id.filtered(
            lambda tier: all(rule.kind == "veto" for rule in tier.criterion_ids - self)
        )
        unchecked = {"ladder_checked_by_caller": Told.BY_CODE}
        (self - emptied.criterion_ids).with_context(**unchecked).unlink()
        emptied.with_context(**unchecked).unlink()
        policies.invalidate_recordset(["tier_ids"])
        policies.sudo()._rules_perhaps_changed()

    @api.constrains("measure")
    def _check_measure(self):
        declared = self.env["customer.segmentation.measure"]._declared()
        for criterion in self:
            if criterion.measure not in declared:
                raise ValidationError(self.env._("The measure %s does not exist any more.", criterion.measure))

    @api.constrains("measure", "kind", "entry_segment_id", "keep_segment_id")
    def _check_segment(self):
        for criterion in self.filtered(lambda criterion: criterion.measure == "segment"):
            if criterion.kind == "top_share":
                raise ValidationError(
                    self.env._(
                        "%s: there is no top x %% of segments. Choose “Value” and the segment to enter.",
                        criterion.tier_id.name,
                    )
                )
            if not criterion.entry_segment_id or not criterion.keep_segment_id:
                raise ValidationError(
                    self.env._("%s: choose the segment to enter and the segment to keep.", criterion.tier_id.name)
                )

    @api.model
    def _asking_for(self, segments):
        """The criteria that ask for one of these segments."""
        return self.search(
            [
                ("measure", "=", "segment"),
                "|",
                ("entry_segment_id", "in", segments.ids),
                ("keep_segment_id", "in", segments.ids),
            ]
        )

    def _limits(self):
        """The thresholds to enter and to keep as numbers; a segment is its rank."""
        if self.measure == "segment":
            return self.entry_segment_id.rank, self.keep_segment_id.rank
        return self.entry, self.keep

    def _higher_is_better(self):
        return self.env["customer.segmentation.measure"]._declared()[self.measure].higher_is_better

    def _rule(self):
        from ...scoring.tiers import Criterion, Veto

        entry, keep = self._limits()
        if self.kind == "veto":
            return Veto(self.measure, entry, self._higher_is_better())
        return Criterion(
            self.measure, entry, keep, self._higher_is_better(), self.kind == "top_share", self._share_of()
        )

    def _share_of(self):
        """The measure that is above 0 for the customers a share is of."""
        return None if self.env["customer.segmentation.measure"]._declared()[self.measure].ever else "order_count"

    def _in_words(self):
        """ "Orders in the window at least 12 (kept from 10)"."""
        self.ensure_one()
        label = self.env["customer.segmentation.measure"]._label(self.measure)
        entry, keep = self._limits_in_words()
        kept = "" if keep == entry or self.kind == "veto" else self.env._(" (kept at %s)", keep)
        values = {"measure": label, "limit": entry, "kept": kept}
        if self.measure == "segment" and self.kind != "veto":
            return self.env._("%(measure)s %(limit)s or better%(kept)s", **values)
        if self.kind == "top_share":
            return self.env._("%(measure)s in the top %(limit)s%(kept)s", **values)
        if (self.kind == "veto") == self._higher_is_better():
            words = self.env._("%(measure)s never below %(limit)s%(kept)s", **values)
            return words if self.kind == "veto" else self.env._("%(measure)s at most %(limit)s%(kept)s", **values)
        if self.kind == "veto":
            return self.env._("%(measure)s never above %(limit)s%(kept)s", **values)
        return self.env._("%(measure)s at least %(limit)s%(kept)s", **values)

    def _limits_in_words(self):
        if self.measure == "segment":
            return self.entry_segment_id.name or "", self.keep_segment_id.name or ""
        in_words = self.env["customer.segmentation.profile"]._plain_number
        entry, keep = in_words(self.entry), in_words(self.keep)
        if self.kind == "top_share":
            return self.env._("%(share)s %%", share=entry), self.env._("%(share)s %%", share=keep)
        return entry, keep
