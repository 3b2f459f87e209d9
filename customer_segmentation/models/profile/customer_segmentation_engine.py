"""The step of what is at stake: purchases → yearly value, and the chances of losing it by the silence.

`cut_points["stake"]` holds the chances (`scoring.stake.curves`), made anew by every run from the company's history.
"""

from odoo import api, models


class CustomerSegmentationEngine(models.AbstractModel):
    _inherit = "customer.segmentation.engine"

    @api.model
    def _find_stake(self, scoring):
        """What each customer brought in the 12 months up to the last purchase, and what is known of losing that."""
        from ...scoring import stake
        from ...scoring.transactions import last_window

        if not scoring.refresh:
            judged = self.env["customer.segmentation.rhythm"]._judged_by(scoring.policy, scoring.cut_points)
            scoring.cut_points["stake"] = stake.curves(scoring.transactions, scoring.day, judged.limits, judged.closed)
        year = last_window(scoring.transactions, scoring.day, stake.VALUE_MONTHS, scoring.decimal_places)
        scoring.keep(yearly_value=year["revenue"].to_numpy())
