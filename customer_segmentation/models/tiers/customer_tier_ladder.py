"""The ladder of a policy: what it asks, whether it can work, and the ladders one can begin with."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...scoring import tiers
from ...tools.context import told

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


class CustomerTierLadder(models.AbstractModel):
    _name = "customer.tier.ladder"
    _description = "Ladder of Tiers"

    # ------------------------------------------------------------------ what it asks

    @api.model
    def _rungs(self, policy):
        """The tiers as the scoring package takes them, best first."""
        return [tier._rung() for tier in policy.tier_ids.sorted()]

    @api.model
    def _tier_ids(self, policy):
        """The tiers of the ladder, the best first, as profiles know them."""
        return [tier._origin_record().id or tier.id for tier in policy.tier_ids.sorted()]

    @api.model
    def _lower_tiers(self, policy):
        """The tier below each tier, empty below the last."""
        ladder = policy.tier_ids.sorted()
        return dict(zip(ladder, [*ladder[1:], ladder.browse()], strict=False))

    @api.model
    def _asked(self, policies):
        """What the ladder of each policy asks, to be compared after a change."""
        return {policy: [tier._asks() for tier in policy.tier_ids.sorted()] for policy in policies}

    @api.model
    def _changed(self, policies, before):
        """Check the ladders that are not as before, and count them as changed rules.

        :param before: from `_asked`; a policy that is missing in it has changed
        """
        if told(self.env, "ladder_checked_by_caller"):
            return
        policies.invalidate_model(["tier_ids"])
        for policy, asked in self._asked(policies.exists()).items():
            if before.get(policy) != asked:
                self._check(policy)
                self.env["customer.segmentation.rules"]._perhaps_changed(policy.sudo())

    # ------------------------------------------------------------------ whether it can work

    @api.model
    def _check(self, policies):
        """Refuse ladders that cannot work, naming the tier."""
        for policy in policies.filtered("tier_ids"):
            self._check_segments(policy)
            maximum = self.env["customer.segmentation.measure"]._maximum(policy.bands)
            try:
                tiers.check_ladder(self._rungs(policy), maximum)
            except tiers.LadderError as error:
                raise ValidationError(self._message(error)) from error

    @api.model
    def _check_segments(self, policy):
        """Refuse criteria on segments that the policy's scheme does not have."""
        for criterion in policy.tier_ids.criterion_ids.filtered(lambda criterion: criterion.measure == "segment"):
            foreign = (criterion.entry_segment_id | criterion.keep_segment_id) - policy.scheme_id.segment_ids
            if foreign:
                raise ValidationError(
                    self.env._(
                        "The tier %(tier)s asks for the segment %(segment)s, which %(scheme)s does not have. Choose "
                        "one of its segments on the page Tiers, or remove the criterion there first.",
                        tier=criterion.tier_id.name,
                        segment=foreign[:1].name,
                        scheme=policy.scheme_id.name,
                    )
                )

    @api.model
    def _message(self, error):
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

    # ------------------------------------------------------------------ ladders to begin with

    @api.model
    def _use(self, policy, name):
        """Replace the ladder of a policy by a preset; its tiers are named in every installed language."""
        rungs = self._presets()[name]
        made = [self._preset_tier(policy.bands, *rung) for rung in enumerate(rungs, 1)]
        policy.write({"tier_ids": [fields.Command.clear(), *made]})
        for language, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=language)._preset_names()
            for tier, rung in zip(policy.tier_ids.sorted(), rungs, strict=True):
                tier.with_context(lang=language).name = names[rung[0]]

    @api.model
    def _presets(self):
        """The rungs of each preset, best first; another addon adds what it can measure."""
        return PRESETS

    @api.model
    def _preset_names(self):
        """The names of the tiers of the presets, in the language of the environment."""
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

    @api.model
    def _preset_tier(self, bands, sequence, rung):
        """The command that makes a rung of a preset a tier, fit for so many bands."""
        name, color, grace_days, minimum_stay_days, criteria = rung
        maximum = self.env["customer.segmentation.measure"]._maximum(bands)

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
