"""The step of the tiers: customers rise on the ladder, and it is noted who is below its rung.

`cut_points["tiers"]` holds the ladder with its limits as numbers.
"""

from odoo import api, models
from odoo.tools import SQL

from ...scoring import calendar, tiers
from ...tools.periods import REVIEWS_AHEAD


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _move_on_ladder(self, scoring):
        names = {*scoring.policy.tier_ids.criterion_ids.mapped("measure"), "order_count"}
        measures = self.env["customer.segmentation.measure"]._frame(names, scoring)
        if not scoring.refresh:
            scoring.cut_points["tiers"] = self._resolve(scoring.policy, measures)
        resolved = scoring.cut_points.get("tiers", [])
        standing = self._standing(scoring, resolved)
        # In a replay everybody rises at once: nobody was there to approve.
        propose_up = scoring.policy.tier_rise_by_hand and scoring.tiers_before is None
        moved = tiers.move(standing, measures, resolved, scoring.day, propose_up=propose_up)
        moved = moved.assign(lowered_day=standing["lowered_day"].astype(int))
        if not resolved:  # without a ladder nobody stands anywhere
            moved = moved.assign(since_day=tiers.NEVER, below_since_day=tiers.NEVER, lowered_day=tiers.NEVER)
        self._keep_tiers(scoring, moved, resolved)

    @api.model
    def _resolve(self, policy, measures):
        """The ladder with its limits as numbers."""
        ladder = self.env["customer.tier.ladder"]
        known = dict(zip(policy.tier_ids.sorted().ids, ladder._tier_ids(policy), strict=True))
        return [dict(rung, tier=known[rung["tier"]]) for rung in tiers.resolve(ladder._rungs(policy), measures)]

    @api.model
    def _standing(self, scoring, resolved):
        """Where each customer stands on the ladder before."""
        facts = scoring.facts
        known = self._read_tiers(scoring).set_index("partner_id").reindex(facts["partner_id"]).set_axis(facts.index)
        ranks = {rung["tier"]: rank for rank, rung in enumerate(resolved)}
        # A ladder that is tried out knows no tiers but its own.
        if not self.env["customer.segmentation.rest"]._live(scoring.policy):
            known[["tier_id", "locked"]] = known[["tier_id", "locked"]].where(known["tier_id"].isin(ranks), 0)
        rank = known["tier_id"].map(ranks)
        # Judged before and on no rung; whose tier is gone from the ladder has none yet.
        rank = rank.mask((known["tier_id"] == 0) & (known["since_day"] >= 0), len(resolved))
        standing = known.fillna(tiers.NEVER).assign(rank=rank, last_order_day=facts["last_order_day"])
        standing["locked"] = standing["locked"] == 1
        return standing.fillna({"rank": tiers.NO_TIER_YET})[[*tiers.STANDING_COLUMNS, "lowered_day"]]

    @api.model
    def _read_tiers(self, scoring):
        """Tier, days and lock of the customers before, one row each."""
        import pandas as pd  # loaded by the job, not by every worker

        from ...tools import binary_copy

        names = ["partner_id", "tier_id", "since_day", "below_since_day", "lowered_day", "locked"]
        customers = scoring.only_these
        query = SQL(
            """SELECT partner_id, COALESCE(tier_id, 0), COALESCE(tier_since - DATE '1970-01-01', -1)::int4,
                      COALESCE(tier_below_since - DATE '1970-01-01', -1)::int4,
                      COALESCE(tier_lowered_date - DATE '1970-01-01', -1)::int4,
                      (tier_id IS NOT NULL AND tier_locked_until IS NOT NULL AND tier_locked_until >= %s)::int4
                 FROM (%s) customer WHERE %s""",
            scoring.as_of,
            scoring.tiers_before
            or SQL("SELECT * FROM customer_segmentation_profile WHERE company_id = %s", scoring.policy.company_id.id),
            SQL("TRUE") if customers is None else SQL("partner_id = ANY(%s)", customers),
        )
        return pd.DataFrame(binary_copy.read(self.env.cr, query, dict.fromkeys(names, binary_copy.INTEGER)))

    @api.model
    def _keep_tiers(self, scoring, moved, resolved):
        import numpy as np

        tier_ids = np.array([*(rung["tier"] for rung in resolved), 0], dtype=np.int64)

        def dates(days):
            return np.where(days == tiers.NEVER, np.nan, days)

        def ids(ranks):  # a rank of -1 is the last: none
            return tier_ids[ranks.to_numpy(dtype=np.int64)]

        scoring.keep(
            tier_id=ids(moved["rank"]),
            tier_kept_id=ids(moved["kept_rank"]),
            tier_proposed_id=ids(moved["proposed_rank"]),
            tier_since=dates(moved["since_day"].to_numpy()),
            tier_below_since=dates(moved["below_since_day"].to_numpy()),
            tier_lowered_date=dates(moved["lowered_day"].to_numpy()),
            tier_review_date=dates(self._downgrade_days(scoring, moved, resolved)),
        )

    @api.model
    def _downgrade_days(self, scoring, moved, resolved):
        """The first review at which each customer below its rung may fall, as day numbers."""
        import numpy as np

        below = moved["below_since_day"].to_numpy()
        start = below[below != tiers.NEVER].min(initial=scoring.day)
        reviews = calendar.review_days(scoring.policy.tier_review, int(start), scoring.day + REVIEWS_AHEAD)
        graces = np.array([*(rung["grace_days"] for rung in resolved), 0])[moved["rank"].to_numpy(dtype=np.int64)]
        return tiers.first_downgrade_days(below, graces, moved["lowered_day"].to_numpy(), reviews)
