"""The step of rhythm: purchases → purchase days → usual gap, next order, stage, and what recency is judged by.

`cut_points["rhythm"]` holds the company's median gap and the closed days, first and last of each run, of the day of the
run. Unlike a model they are made anew by every run: stages hang on them, and those of one day are the same whether it
is run or replayed.
"""

from odoo import api, models

from ...tools.staged import positions


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _find_rhythm(self, scoring):
        """How often each customer buys, when the next order is due, and the stage as a position in its list."""
        from ...scoring import lifecycle, rhythm

        if not scoring.refresh:
            scoring.cut_points["rhythm"] = self._found_rhythm(scoring)
        judged = self.env["customer.segmentation.rhythm"]._judged_by(scoring.policy, scoring.cut_points)
        days = self._purchase_days(scoring, judged.closed)
        gap = rhythm.typical_gap(days.count, days.median_gap, judged.median_gap)
        stage = lifecycle.stages(days, judged.median_gap, scoring.day, judged.limits, judged.closed)
        silence = lifecycle.silence(days, judged.median_gap, scoring.day, judged.limits, judged.closed)
        scoring.facts = scoring.facts.assign(**silence._asdict(), is_gone=stage == "lost")
        self._keep_rhythm(scoring, days.count, gap, stage, rhythm.expected_next_day(days.last_day, gap, judged.closed))
        turns = lifecycle.turns(days, judged.median_gap, scoring.day, judged.limits, judged.closed)
        scoring.keep(slipping_date=turns.slipping, silent_date=turns.silent, gone_date=turns.gone)

    @api.model
    def _keep_rhythm(self, scoring, purchase_day_count, gap, stage, next_day):
        import numpy as np
        import pandas as pd

        from ...scoring.rounding import half_up_all

        found = {
            # Exact enough that a multiple of it is the very day; the column keeps it as a decimal number.
            "typical_gap_days": half_up_all(gap, 6),
            "purchase_day_count": purchase_day_count,
            "lifecycle_stage": positions(self._stages(), stage),
        }
        scoring.scores = pd.DataFrame({"unrounded_gap_days": gap, **found}, index=scoring.facts.index)
        scoring.keep(expected_next_order_date=np.where(stage == "lost", np.nan, next_day), **found)

    @api.model
    def _found_rhythm(self, scoring):
        """What is found of all customers: closed days, and the company's median gap without them."""
        from ...scoring.closed_days import found_closed_days
        from ...scoring.rhythm import company_median_gap

        transactions = scoring.transactions
        sold = transactions.day[transactions.is_purchase & (transactions.day <= scoring.day)]
        closed = found_closed_days(sold, self.env["customer.segmentation.rhythm"]._time_off(scoring.policy))
        days = self._purchase_days(scoring, closed)
        repeating = float((days.count > 1).mean()) if days.count.size else 0.0
        return {
            "median_gap": company_median_gap(days.median_gap),
            "closed_days": closed.runs(),
            "repeating": repeating,
        }

    @api.model
    def _stages(self):
        """The stages in the order in which positions stand for them, from 1 on."""
        return self.env["customer.segmentation.profile"]._choices("lifecycle_stage")

    @api.model
    def _purchase_days(self, scoring, closed):
        """When each customer bought, up to the day."""
        import numpy as np

        from ...scoring.rhythm import purchase_days

        transactions, customers = scoring.transactions, scoring.facts["partner_id"].to_numpy()
        bought = transactions.is_purchase & (transactions.day <= scoring.day)
        customer = np.searchsorted(customers, transactions.partner_id[bought])
        return purchase_days(customer, transactions.day[bought], len(customers), closed)
