"""The step of rhythm: purchases → purchase days → usual gap, next order, stage.

`cut_points["rhythm"]` holds the company's median gap, of the day of the run. Unlike a model it is made anew by every
run: stages hang on it, and those of one day are the same whether it is run or replayed.
"""

from odoo import api, models

from ...tools.staged import positions


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _find_rhythm(self, scoring):
        """How often each customer buys, when the next order is due, and the stage as a position in its list."""
        import numpy as np

        from ...scoring import lifecycle, rhythm
        from ...scoring.rounding import half_up_all

        days = self._purchase_days(scoring)
        if not scoring.refresh:
            scoring.cut_points["rhythm"] = {"median_gap": rhythm.company_median_gap(days.median_gap)}
        median = scoring.cut_points["rhythm"]["median_gap"]
        gap = rhythm.typical_gap(days.count, days.median_gap, median)
        limits = scoring.policy._lifecycle_limits()
        stage = lifecycle.stages(days, median, scoring.day, limits)
        turns = lifecycle.turns(days, median, scoring.day, limits)
        next_day = rhythm.expected_next_day(days.last_day, gap)
        found = {
            # Exact enough that a multiple of it is the very day; the column keeps it as a decimal number.
            "typical_gap_days": half_up_all(gap, 6),
            "purchase_day_count": days.count,
            "lifecycle_stage": positions(self._stages(), stage),
        }
        scoring.scores = scoring.scores.assign(unrounded_gap_days=gap, **found)
        scoring.keep(expected_next_order_date=np.where(stage == "lost", np.nan, next_day), **found)
        scoring.keep(slipping_date=turns.slipping, silent_date=turns.silent, gone_date=turns.gone)

    @api.model
    def _stages(self):
        """The stages in the order in which positions stand for them, from 1 on."""
        return self.env["customer.segmentation.profile"]._choices("lifecycle_stage")

    @api.model
    def _purchase_days(self, scoring):
        """When each customer bought, up to the day."""
        import numpy as np

        from ...scoring.rhythm import purchase_days

        transactions, customers = scoring.transactions, scoring.facts["partner_id"].to_numpy()
        bought = transactions.is_purchase & (transactions.day <= scoring.day)
        customer = np.searchsorted(customers, transactions.partner_id[bought])
        return purchase_days(customer, transactions.day[bought], len(customers))
