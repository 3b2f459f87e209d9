"""What customers bought, by product and product category: the lines of the documents the scores are made of.

The same documents count as in `customer.transaction`, at the same rate; what cannot be scored is left out here too.
Each invoice counts on its own day, also where the scores make one purchase of those of an order. Purchases imported as
one amount have no lines, so no categories.
"""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import by_code, said
from ...tools.periods import EVER, WINDOW
from ...tools.sql import NOTHING


class Bought(NamedTuple):
    partner_id: int
    category_id: int | None
    amount: float
    last_date: date


class CustomerPurchaseCategory(models.AbstractModel):
    _name = "customer.purchase.category"
    _description = "Purchases by Product Category"

    @api.model
    def _totals(self, company, period, customer_ids):
        """What each of these commercial entities bought in a root company, most first: a list of `Bought`.

        Amounts are net of refunds and in company currency; what was given back as a whole is not listed.
        """
        self.env.flush_all()
        totals = self.with_context(**by_code(only_customer_ids=customer_ids))._totals_query(company, period)
        query = SQL(
            """SELECT partner_id, category_id, amount::float8, last_date FROM %s total
                ORDER BY partner_id, amount DESC, category_id""",
            totals,
        )
        return [Bought(*row) for row in self.env.execute_query(query)]

    @api.model
    def _totals_query(self, company, period, category_ids=None):
        """One row per customer and category with a positive net amount, as a subselect.

        :param category_ids: only these categories; None for all, products without one included
        """
        wanted = self.with_context(**by_code(only_category_ids=category_ids))
        sources = wanted._sources(self._period_start(period), self._earliest_start(period))
        return SQL(
            """(SELECT partner_id, category_id, SUM(amount) AS amount, MAX(date) FILTER (WHERE amount > 0) AS last_date
                  FROM (%s) line
                 WHERE company_id = %s
                 GROUP BY partner_id, category_id
                HAVING SUM(amount) > 0)""",
            SQL(" UNION ALL ").join(sources),
            company.id,
        )

    @api.model
    def _period_start(self, period):
        """The last day before the period, as SQL over `scope`."""
        if period == EVER:
            return SQL("DATE '-infinity'")
        months = SQL("scope.window_months") if period == WINDOW else SQL("%s", period)
        return SQL("(scope.today - make_interval(months => %s))::date", months)

    @api.model
    def _earliest_start(self, period):
        """A day before which no period of any company begins, for an index to find what is later; None for all time."""
        if period == EVER:
            return None
        yesterday = fields.Date.today() - timedelta(days=1)
        return (
            self.env["customer.purchase.sums"]._longest_window_start(yesterday)
            if period == WINDOW
            else yesterday - relativedelta(months=period)
        )

    @api.model
    def _sources(self, start, earliest):
        """The SELECTs of lines. A glue addon appends its own.

        Columns: company_id, partner_id, category_id, date, amount, product_id, unit (what is taken back together),
        quantity (in the unit of the product; 0 of what is taken back). What the policy of the company in the context
        key `only_company_id` does not score is left out.

        :param start: SQL of the last day before the period of the company of `scope`
        :param earliest: a day before which no such period begins, or None
        """
        policy = self.env["customer.transaction"]._policy_said()
        sources = []
        if not policy or policy.source == "sale":
            sources += self._sources_of_orders(policy, start, earliest)
        if not policy or policy.source == "invoice":
            sources.append(self.env["customer.purchase.invoice.source"]._select_invoice_lines(start))
        return sources

    @api.model
    def _sources_of_orders(self, policy, start, earliest):
        """Lines of orders, and what was taken back of them, unless it is known that nothing was."""
        orders = self.env["customer.purchase.order.source"]
        sources = [orders.with_context(**by_code(only_days=(earliest, None)))._select_order_lines(start)]
        customer_ids = said(self.env, "only_customer_ids")
        deducted = self.env["customer.transaction"]._deducted_of(policy, customer_ids) if policy else None
        return sources if deducted is NOTHING else [*sources, orders._select_credited_order_lines(start)]
