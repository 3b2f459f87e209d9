"""The ladder of a policy: its check, its presets, and how a run lets customers rise on it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...scoring import tiers
from ...tools.context import Told, one_of, told

# Each rung: name, color, grace days, minimum stay days, criteria (measure, kind, entry, keep). Best first.
PRESETS = {
    "vip": [
        (
            "VIP",
            10,
            90,
            90,
            [
                ("frequency_score", "threshold", 4, 3),
                ("average_order_value", "top_share", 20, 30),
                ("tenure_months", "threshold", 12, 12),
            ],
        ),
        ("Potential", 4, 60, 60, [("recency_score", "threshold", 4, 3), ("monetary_score", "threshold", 3, 2)]),
        ("Ordinary", 7, 60, 60, [("order_count", "threshold", 1, 1)]),
        ("Low Value", 0, 0, 0, []),
    ],
    "value": [
        ("High Value", 10, 60, 60, [("revenue", "top_share", 20, 25)]),
        ("Medium Value", 4, 60, 60, [("revenue", "top_share", 50, 60)]),
        ("Low Value", 0, 0, 0, []),
    ],
    "monthly": [
        ("Diamond", 10, 90, 90, [("average_monthly_revenue", "threshold", 8_000_000, 6_400_000)]),
        ("Platinum", 8, 90, 90, [("average_monthly_revenue", "threshold", 1_000_000, 800_000)]),
        ("Gold", 3, 90, 90, [("average_monthly_revenue", "threshold", 300_000, 240_000)]),
        ("Silver", 7, 90, 90, [("average_monthly_revenue", "threshold", 50_000, 40_000)]),
        ("Ordinary", 0, 0, 0, []),
    ],
    "metals": [
        ("Gold", 3, 60, 60, [("revenue", "top_share", 10, 15)]),
        ("Silver", 7, 60, 60, [("revenue", "top_share", 40, 50)]),
        ("Bronze", 2, 0, 0, []),
    ],
}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    tier_ids = fields.One2many(
        "customer.tier", "policy_id", string="Ladder", context={"active_test": False}, help="The tiers, best first."
    )
    tier_review = fields.Selection(
        [
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
            ("half_year", "Half-yearly"),
            ("year", "Yearly"),
            ("every_run", "At every run"),
        ],
        required=True,
        default="quarter",
        is_review_rule=True,
        help="Customers rise at once; they are lowered only at a review, on the last day of the period.",
    )
    tier_review_by_hand = fields.Boolean(
        string="Approve Downgrades by Hand",
        default=True,
        is_review_rule=True,
        help="A review proposes who falls by one tier; a manager approves. Otherwise the review lowers them itself.",
    )
    tier_rise_by_hand = fields.Boolean(
        string="Approve Upgrades by Hand",
        is_review_rule=True,
        help="A recompute only proposes who rises to a better tier; a manager approves. Otherwise they rise at once.",
    )
    tier_last_review_date = fields.Date(
        readonly=True, engine_only=True, copy=False, help="The last review of tiers that took place."
    )

    def write(self, vals):
        if "tier_ids" not in vals:
            return super().write(vals)
        before = self._ladders()
        result = super(CustomerSegmentationPolicy, self.with_context(ladder_checked_by_caller=Told.BY_CODE)).write(vals)
        self._ladder_changed(before)
        return result

    # ------------------------------------------------------------------ the ladder

    def _ladders(self):
        """What the ladder of each policy asks, to be compared after a change."""
        return {policy: [tier._asks() for tier in policy.tier_ids.sorted()] for policy in self}

    def _ladder_changed(self, before):
        """Check the ladders that are not as before, and count them as changed rules.

        :param before: from `_ladders`; a policy that is missing in it has changed
        """
        if told(self.env, "ladder_checked_by_caller"):
            return
        self.invalidate_model(["tier_ids"])
        for policy, asked in self.exists()._ladders().items():
            if before.get(policy) != asked:
                policy._check_ladder()
                policy.sudo()._rules_perhaps_changed()

    def _check_ladder(self):
        for policy in self.filtered("tier_ids"):
            policy._check_segments_of_ladder()
            maximum = self.env["customer.segmentation.measure"]._maximum(policy.bands)
            try:
                tiers.check_ladder(policy._rungs(), maximum)
            except tiers.LadderError as error:
                raise ValidationError(policy._ladder_message(error)) from error

    def _check_segments_of_ladder(self):
        """Refuse criteria on segments that the policy's scheme does not have."""
        for criterion in self.tier_ids.criterion_ids.filtered(lambda criterion: criterion.measure == "segment"):
            foreign = (criterion.entry_segment_id | criterion.keep_segment_id) - self.scheme_id.segment_ids
            if foreign:
                raise ValidationError(
                    self.env._(
                        "The tier %(tier)s asks for the segment %(segment)s, which %(scheme)s does not have. Choose "
                        "one of its segments on the page Tiers, or remove the criterion there first.",
                        tier=criterion.tier_id.name,
                        segment=foreign[:1].name,
                        scheme=self.scheme_id.name,
                    )
                )

    def _rungs(self):
        return [tier._rung() for tier in self.tier_ids.sorted()]

    def _ladder_message(self, error):
        tier = self.env["customer.tier"]
        values = {"tier": tier.browse(error.tier).name, "other": tier.browse(error.other_tier or []).name}
        values["measure"] = error.measure and self.env["customer.segmentation.measure"]._label(error.measure)
        return {
            "duplicate_measure": self.env._("%(tier)s asks for %(measure)s twice; once is enough.", **values),
            "share_out_of_range": self.env._(
                "%(tier)s, %(measure)s: “top x %%” must be above 0 and at most 100.", **values
            ),
            "impossible": self.env._("%(tier)s, %(measure)s: no customer can ever have this value.", **values),
            "keep_stricter_than_entry": self.env._(
                "%(tier)s, %(measure)s: keeping the tier must not ask more than entering it.", **values
            ),
            "negative_days": self.env._("%(tier)s: days must not be negative.", **values),
            "not_ascending": self.env._(
                "%(tier)s is above %(other)s but asks less: %(measure)s must ascend from tier to tier.", **values
            ),
            "never_reached": self.env._(
                "%(tier)s can never be reached: whoever meets its criteria is in %(other)s above it already.", **values
            ),
        }[error.problem]

    def action_use_ladder(self):
        """Replace the ladder by the preset named in the context."""
        self.ensure_one()
        self._check_manager()
        presets = self._ladder_presets()
        rungs = presets[one_of(self.env, "ladder", self.env.context.get("ladder"), presets)]
        self.write({"tier_ids": [fields.Command.clear()] + [self._preset_tier(*rung) for rung in enumerate(rungs, 1)]})
        for language, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=language)._preset_names()
            for tier, rung in zip(self.tier_ids.sorted(), rungs, strict=True):
                tier.with_context(lang=language).name = names[rung[0]]

    @api.model
    def _ladder_presets(self):
        """The rungs of each preset, best first; another addon adds what it can measure."""
        return PRESETS

    def _preset_names(self):
        return {
            "VIP": self.env._("VIP"),
            "Potential": self.env._("Potential"),
            "Ordinary": self.env._("Ordinary"),
            "Low Value": self.env._("Low Value"),
            "High Value": self.env._("High Value"),
            "Medium Value": self.env._("Medium Value"),
            "Diamond": self.env._("Diamond"),
            "Platinum": self.env._("Platinum"),
            "Gold": self.env._("Gold"),
            "Silver": self.env._("Silver"),
            "Bronze": self.env._("Bronze"),
        }

    def _preset_tier(self, sequence, rung):
        name, color, grace_days, minimum_stay_days, criteria = rung
        maximum = self.env["customer.segmentation.measure"]._maximum(self.bands)

        def fitting(measure, value):
            # A score of 4 of 5 is the highest score where a policy has fewer bands.
            return min(value, maximum.get(measure, value))

        return fields.Command.create(
            {
                "name": name,
                "sequence": sequence,
                "color": color,
                "grace_days": grace_days,
                "minimum_stay_days": minimum_stay_days,
                "criterion_ids": [
                    fields.Command.create(
                        {
                            "measure": measure,
                            "kind": kind,
                            "entry": fitting(measure, entry),
                            "keep": fitting(measure, keep),
                        }
                    )
                    for measure, kind, entry, keep in criteria
                ],
            }
        )

    def _ladder_ids(self):
        """The tiers of the ladder, the best first, as profiles know them."""
        return [tier._origin_record().id or tier.id for tier in self.tier_ids.sorted()]

    @api.constrains("bands", "scheme_id")
    def _check_ladder_fits(self):
        self._check_ladder()
