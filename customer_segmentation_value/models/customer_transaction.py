"""What only the value score and tiers ask of purchases: growth, and how many categories were bought."""

from typing import NamedTuple

from odoo import api, models
from odoo.addons.customer_segmentation.scoring.growth import growth_percent
from odoo.addons.customer_segmentation.tools.context import by_code
from odoo.addons.customer_segmentation.tools.periods import window_start
from odoo.tools import SQL


class RevenueGrowth(NamedTuple):
    percent: float  # -100: bought nothing in the window; 0: as much as before


class CategoryBreadth(NamedTuple):
    count: int  # product categories with a positive net amount in the window


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"

    # In a run the facts hold both windows: this is for who has only profiles.
    @api.model
    def _revenue_growth(self, policy, as_of, customer_ids=None):
        """Revenue in the policy's window against the window before: {commercial entity: RevenueGrowth}.

        Who had no revenue in the window before has no growth.

        :param as_of: purchases after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        """
        self.env.flush_all()
        start = window_start(policy, as_of)
        sources = self.with_context(**by_code(only_customer_ids=customer_ids, as_of=as_of))
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
                before=window_start(policy, start),
                as_of=as_of,
                company=policy.company_id.id,
                sources=SQL(" UNION ALL ").join(sources._transaction_sources(policy)),
            )
        )
        return {
            customer: RevenueGrowth(growth_percent(inside, before)) for customer, inside, before in rows if before > 0
        }

    @api.model
    def _category_breadth(self, policy, as_of, customer_ids=None):
        """Of how many product categories customers bought in the window: {commercial entity: CategoryBreadth}.

        0 for who bought nothing that has a category.

        :param as_of: purchases after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        """
        self.env.flush_all()
        asked = by_code(only_customer_ids=customer_ids, as_of=as_of)
        lines = self.env["customer.purchase.category"].with_context(**asked)
        start = window_start(policy, as_of)
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, COUNT(*)
                     FROM (SELECT partner_id, category_id FROM (%s) line
                            WHERE company_id = %s AND date <= %s AND category_id IS NOT NULL
                            GROUP BY partner_id, category_id HAVING SUM(amount) > 0) bought
                    GROUP BY partner_id""",
                SQL(" UNION ALL ").join(lines._sources(SQL("%s::date", start), start)),
                policy.company_id.id,
                as_of,
            )
        )
        return {customer: CategoryBreadth(count) for customer, count in rows}
