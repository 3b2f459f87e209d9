"""What customers had bought by the end of a day, summed up from the documents as they are today."""

from odoo import api, models
from odoo.tools import SQL

from ...tools.context import by_code
from ...tools.sql import once

LONGEST_WINDOW = "SELECT MAX(window_months) FROM customer_segmentation_policy WHERE active"


class CustomerPurchaseSums(models.AbstractModel):
    _name = "customer.purchase.sums"
    _description = "Sums of Purchases"

    @api.model
    def _sql_window_sums(self, day):
        """Of each customer the window that ended with a day: partner_id, company_id, revenue, order_count.

        The window is as long as that of the scores people see: a new one counts from the next run on.
        """
        months = self._scored_months()
        lengths = SQL(" ").join(SQL("WHEN %s THEN %s", policy, length) for policy, length in months.items())
        start = SQL("(%s::date - make_interval(months => CASE policy.id %s END))::date", day, lengths or SQL("ELSE 0"))
        longest = max(months.values(), default=0)
        return self._sql_sums(
            self.env["customer.transaction"].with_context(**by_code(only_days=(self._window_start(day, longest), day))),
            day,
            SQL("SUM(source.amount) AS revenue, COUNT(*) FILTER (WHERE source.is_purchase) AS order_count"),
            SQL("NOT source.date <= %s", start),
        )

    @api.model
    def _sql_period_sums(self, first, last):
        """Of each customer what was bought less what was given back from a day to another, both included, as it is
        known today: partner_id, company_id, period_revenue."""
        return once(
            SQL(
                "SELECT partner_id, company_id, SUM(amount) AS period_revenue FROM (%s) dealt GROUP BY 1, 2",
                self._sql_dealt(first, last),
            )
        )

    @api.model
    def _sql_month_sums(self, first, last):
        """The same month by month: partner_id, company_id, month (its first day), month_revenue."""
        return once(
            SQL(
                """SELECT partner_id, company_id, date_trunc('month', date)::date AS month, SUM(amount) AS month_revenue
                     FROM (%s) dealt GROUP BY 1, 2, 3""",
                self._sql_dealt(first, last),
            )
        )

    @api.model
    def _sql_dealt(self, first, last):
        """Purchases and refunds from a day to another; conditions are turned as in `_sql_sums`."""
        scoped = self.env["customer.transaction"].with_context(**by_code(only_days=(first, last)))
        return SQL(
            """SELECT partner_id, company_id, date, amount FROM (%s) source
                WHERE COALESCE(problem, '') <= '' AND NOT date < %s AND NOT date > %s""",
            SQL(" UNION ALL ").join(scoped._transaction_sources(scoped._policy_said())),
            first,
            last,
        )

    @api.model
    def _scored_months(self):
        """The length of the window of each policy, by its identifier."""
        rules = self.env["customer.segmentation.rules"]
        policies = self.env["customer.segmentation.policy"].sudo().search([])
        return {policy.id: rules._scored_months(policy) for policy in policies}

    @api.model
    def _sql_lifetime_sums(self, day):
        """Of each customer all up to a day: partner_id, company_id, lifetime_revenue, last_order_date."""
        return self._sql_sums(
            self.env["customer.transaction"],
            day,
            SQL(
                """SUM(source.amount) AS lifetime_revenue,
                   MAX(source.date) FILTER (WHERE source.is_purchase) AS last_order_date"""
            ),
            SQL("TRUE"),
        )

    @api.model
    def _sql_sums(self, scoped, day, columns, condition):
        """What was taken back later was a purchase on the day.

        Conditions are turned as in `_sql_purchases`: PostgreSQL would take computed columns for rarely true.
        """
        return once(
            SQL(
                """SELECT source.partner_id, source.company_id, %s
                     FROM (%s) source
                     JOIN customer_segmentation_policy policy ON policy.company_id = source.company_id AND policy.active
                    WHERE COALESCE(source.problem, '') <= '' AND NOT source.date > %s AND %s
                    GROUP BY source.partner_id, source.company_id""",
                columns,
                SQL(" UNION ALL ").join(
                    scoped.with_context(**by_code(until=day))._transaction_sources(scoped._policy_said())
                ),
                day,
                condition,
            )
        )

    @api.model
    def _longest_window_start(self, day):
        """The first day that may lie in the window of a policy that ends with a day."""
        return self._window_start(day, self.env.execute_query(SQL(LONGEST_WINDOW))[0][0] or 0)

    @api.model
    def _window_start(self, day, months):
        from ...scoring import calendar

        return calendar.date_of(calendar.months_before(calendar.day_of(day), months))
