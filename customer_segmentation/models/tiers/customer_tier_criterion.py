"""What a tier asks of its customers."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.context import Told
from ...tools.labels import MEASURES
from ...tools.words import plain_number


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
        self.env["customer.tier.ladder"]._changed(criteria.tier_id.policy_id, {})
        return criteria

    def write(self, vals):
        policies = self.tier_id.policy_id
        ladder = self.env["customer.tier.ladder"]
        before = ladder._asked(policies)
        result = super().write(vals)
        ladder._changed(policies | self.tier_id.policy_id, before)
        return result

    def unlink(self):
        policies = self.tier_id.policy_id
        result = super().unlink()
        self.env["customer.tier.ladder"]._changed(policies.exists(), {})
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
        self.env["customer.segmentation.rules"]._perhaps_changed(policies.sudo())

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

    def _as_rules(self):
        """What it asks as a value of JSON."""
        rules = {name: self[name] for name in ("measure", "kind", "entry", "keep")}
        for name in ("entry_segment_id", "keep_segment_id"):
            segment = self[name]
            known = {"id": segment._origin_record().id, "code": segment.code, "words": {"name": segment.name}}
            rules[name] = known if segment else False
        return rules

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
        entry, keep = (plain_number(self.env, limit) for limit in (self.entry, self.keep))
        if self.kind == "top_share":
            return self.env._("%(share)s%%", share=entry), self.env._("%(share)s%%", share=keep)
        return entry, keep
