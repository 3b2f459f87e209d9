"""The ladder of a policy: its check, its presets, and how a run lets customers rise on it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...scoring import calendar, tiers
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
                ("days_paid_late", "veto", 60, 60),
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
REVIEWS_AHEAD = 800  # days


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
        help="Customers rise at once; they are lowered only at a review, on the last day of the period.",
    )
    tier_review_by_hand = fields.Boolean(
        string="Approve Downgrades by Hand",
        default=True,
        help="A review proposes who falls by one tier; a manager approves. Otherwise the review lowers them itself.",
    )
    tier_rise_by_hand = fields.Boolean(
        string="Approve Upgrades by Hand",
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
        rungs = PRESETS[one_of(self.env, "ladder", self.env.context.get("ladder"), PRESETS)]
        self.write({"tier_ids": [fields.Command.clear()] + [self._preset_tier(*rung) for rung in enumerate(rungs, 1)]})
        for language, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=language)._preset_names()
            for tier, rung in zip(self.tier_ids.sorted(), rungs, strict=True):
                tier.with_context(lang=language).name = names[rung[0]]

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

    # ------------------------------------------------------------------ movement

    def _tier_columns(self, facts, scores, as_of, cut_points, refresh=False):
        """Let the customers rise on the ladder, and note who is below its tier.

        :param cut_points: gets the resolved ladder under "tiers"; a refresh takes it from there
        :return: staged columns as arrays: tier 0 and NaN for a day stand for none
        """
        measures = self.env["customer.segmentation.measure"]._frame(
            {*self.tier_ids.criterion_ids.mapped("measure"), "order_count"},
            facts,
            scores,
            cut_points["total_revenue"],
            self,
            as_of,
            only_these=refresh,
        )
        resolved = cut_points.get("tiers", []) if refresh else self._resolve(measures)
        cut_points["tiers"] = resolved
        standing = self._standing(facts, as_of, resolved, only_these=refresh)
        moved = tiers.move(standing, measures, resolved, calendar.day_of(as_of), propose_up=self._proposes_rises())
        return self._staged_tiers(moved.assign(lowered_day=standing["lowered_day"].astype(int)), resolved, as_of)

    def _resolve(self, measures):
        """The ladder with its limits as numbers; the tiers of a draft are those it is to change."""
        known = dict(zip(self.tier_ids.sorted().ids, self._ladder_ids(), strict=True))
        return [dict(rung, tier=known[rung["tier"]]) for rung in tiers.resolve(self._rungs(), measures)]

    def _standing(self, facts, as_of, resolved, only_these=False):
        """Where each customer stands on the ladder before this run.

        :param only_these: read the profiles of these few customers instead of all
        """
        import pandas as pd  # loaded by the job, not by every worker

        from ...tools import binary_copy

        names = ["partner_id", "tier_id", "since_day", "below_since_day", "lowered_day", "locked"]
        query = SQL(
            """SELECT partner_id, COALESCE(tier_id, 0), COALESCE(tier_since - DATE '1970-01-01', -1)::int4,
                      COALESCE(tier_below_since - DATE '1970-01-01', -1)::int4,
                      COALESCE(tier_lowered_date - DATE '1970-01-01', -1)::int4,
                      (tier_id IS NOT NULL AND tier_locked_until IS NOT NULL AND tier_locked_until >= %s)::int4
                 FROM (%s) customer WHERE %s""",
            as_of,
            self._sql_tiers_before(),
            SQL("partner_id = ANY(%s)", facts["partner_id"].tolist()) if only_these else SQL("TRUE"),
        )
        rows = pd.DataFrame(binary_copy.read(self.env.cr, query, dict.fromkeys(names, binary_copy.INTEGER)))
        known = rows.set_index("partner_id").reindex(facts["partner_id"]).set_axis(facts.index)
        ranks = {rung["tier"]: rank for rank, rung in enumerate(resolved)}
        if self.draft_of_id:  # applying the draft deletes the tiers it does not have
            known[["tier_id", "locked"]] = known[["tier_id", "locked"]].where(known["tier_id"].isin(ranks), 0)
        rank = known["tier_id"].map(ranks)
        # Judged before and on no rung; whose tier is gone from the ladder has none yet.
        rank = rank.mask((known["tier_id"] == 0) & (known["since_day"] >= 0), len(resolved))
        standing = known.fillna(tiers.NEVER).assign(rank=rank, last_order_day=facts["last_order_day"])
        standing["locked"] = standing["locked"] == 1
        return standing.fillna({"rank": tiers.NO_TIER_YET})[[*tiers.STANDING_COLUMNS, "lowered_day"]]

    def _sql_tiers_before(self):
        """A query of the tier columns of all customers before a run; a replay carries its own from month to month."""
        return SQL("SELECT * FROM customer_segmentation_profile WHERE company_id = %s", self.company_id.id)

    def _proposes_rises(self):
        """Whether a run only proposes who rises."""
        return self.tier_rise_by_hand

    def _staged_tiers(self, moved, resolved, as_of):
        import numpy as np

        tier_ids = np.array([*(rung["tier"] for rung in resolved), 0], dtype=np.int64)

        def dates(days):
            return np.where(days == tiers.NEVER, np.nan, days)

        if not resolved:  # without a ladder nobody stands anywhere
            moved = moved.assign(since_day=tiers.NEVER, below_since_day=tiers.NEVER, lowered_day=tiers.NEVER)

        def ids(ranks):  # a rank of -1 is the last: none
            return tier_ids[ranks.to_numpy(dtype=np.int64)]

        return {
            "tier_id": ids(moved["rank"]),
            "tier_kept_id": ids(moved["kept_rank"]),
            "tier_proposed_id": ids(moved["proposed_rank"]),
            "tier_since": dates(moved["since_day"].to_numpy()),
            "tier_below_since": dates(moved["below_since_day"].to_numpy()),
            "tier_lowered_date": dates(moved["lowered_day"].to_numpy()),
            "tier_review_date": dates(self._downgrade_days(moved, resolved, as_of)),
        }

    def _downgrade_days(self, moved, resolved, as_of):
        """The first review at which each customer below its rung may fall, as day numbers."""
        import numpy as np

        below = moved["below_since_day"].to_numpy()
        start = below[below != tiers.NEVER].min(initial=calendar.day_of(as_of))
        reviews = calendar.review_days(self.tier_review, int(start), calendar.day_of(as_of) + REVIEWS_AHEAD)
        graces = np.array([*(rung["grace_days"] for rung in resolved), 0])[moved["rank"].to_numpy(dtype=np.int64)]
        return tiers.first_downgrade_days(below, graces, moved["lowered_day"].to_numpy(), reviews)

    @api.constrains("bands", "scheme_id")
    def _check_ladder_fits(self):
        self._check_ladder()
