from odoo import models
from odoo.addons.customer_segmentation.scoring import periods

# How far back a run counts: months of two years and the one before them, quarters and years likewise.
PERIODS = {"month": 26, "quarter": 10, "year": 4}


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _activity_figures(self, transactions, as_of):
        """What a run keeps about who bought when, as plain JSON values; days are ISO texts.

        `bought`    customers who bought, by period ("2026-01-01/2026-03-31")
        `revenue`   what was bought in each month less what was given back, likewise
        `again`     customers who bought in both periods, by two periods with a space between
        `cohorts`   as from `scoring.activity.cohorts`
        """
        from odoo.addons.customer_segmentation.scoring import activity, calendar  # NumPy is loaded by the job only

        pairs = _compared_pairs(as_of)
        counted = sorted({period for pair in pairs for period in pair})
        bought = dict(zip(counted, activity.bought_in(transactions, counted), strict=True))
        months = periods.latest_periods("month", as_of, PERIODS["month"])[1:]
        return {
            "revenue": dict(
                zip((month.text for month in months), activity.revenue_in(transactions, months), strict=True)
            ),
            "bought": {period.text: int(customers.sum()) for period, customers in bought.items()},
            "again": {
                f"{before.text} {after.text}": int((bought[before] & bought[after]).sum()) for before, after in pairs
            },
            "cohorts": [
                {**cohort, "month": str(cohort["month"])}
                for cohort in activity.cohorts(transactions, calendar.day_of(as_of))
            ],
        }

    def _activity_without(self, customer_ids):
        """The same as of today of all customers but these, for who does not see them; nothing is kept."""
        import numpy as np

        today = self._today()
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(self, today)
        seen = ~np.isin(transactions.partner_id, customer_ids)
        return self._activity_figures(type(transactions)(*(values[seen] for values in transactions)), today)

    def _count_activity_again(self):
        """Have the last run keep what the documents say today: a list of buyers says it at once."""
        run, today = self.last_run_id, self._today()
        if run.figures:
            transactions, _left_out = self.env["customer.transaction"]._read_transactions(self, today)
            run.figures = self._activity_figures(transactions, today)


def _compared_pairs(as_of):
    """Each period with the one before it; of the running ones the part that passed, and the same days before."""
    pairs = set()
    for kind, count in PERIODS.items():
        for period in periods.latest_periods(kind, as_of, count):
            before = periods.compared_with(period, as_of)
            pairs.add((before, periods.up_to(period, as_of)))
            pairs.add((periods.compared_with(periods.previous(period), before.end), before))
    return sorted(pairs)
