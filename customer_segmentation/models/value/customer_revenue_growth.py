from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...scoring.growth import growth_percent


class RevenueGrowth(NamedTuple):
    percent: float  # -100: bought nothing in the window; 0: as much as before


class CustomerRevenueGrowth(models.AbstractModel):
    """Revenue in the policy's window against the window of the same length before it."""

    _name = "customer.revenue.growth"
    _description = "Revenue Growth of Customers"

    # In a run the facts hold both windows: this is for who has only profiles.
    @api.model
    def _read(self, policy, as_of, customer_ids=None):
        """{commercial entity: RevenueGrowth}; who had no revenue in the window before has no growth.

        :param as_of: purchases after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        """
        self.env.flush_all()
        start = policy._window_start(as_of)
        sources = self.env["customer.transaction"].with_context(only_customer_ids=customer_ids, as_of=as_of)
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id,
                          ROUND(COALESCE(SUM(amount) FILTER (WHERE date > %(start)s), 0), %(places)s)::float8,
                          ROUND(COALESCE(SUM(amount) FILTER (WHERE date <= %(start)s), 0), %(places)s)::float8
                     FROM (%(sources)s) source
                    WHERE company_id = %(company)s AND problem IS NULL AND date <= %(as_of)s AND date > %(before)s
                    GROUP BY partner_id""",
                start=start,
                places=policy.currency_id.decimal_places,
                before=policy._window_start(start),
                as_of=as_of,
                company=policy.company_id.id,
                sources=SQL(" UNION ALL ").join(sources._transaction_sources(policy)),
            )
        )
        return {
            customer: RevenueGrowth(growth_percent(inside, before)) for customer, inside, before in rows if before > 0
        }
