"""What customers bought, by product category: the lines of the documents the scores are made of.

The same documents count as in `customer.transaction`, at the same rate; what cannot be scored is left out here too.
Each invoice counts on its own day, also where the scores make one purchase of those of an order. Purchases imported as
one amount have no lines, so no categories.
"""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import numbers_said
from ...tools.periods import EVER, WINDOW


class Bought(NamedTuple):
    partner_id: int
    category_id: int | None
    amount: float
    last_date: date


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"

    @api.model
    def _category_totals(self, company, period, customer_ids):
        """What each of these commercial entities bought in a root company, most first: a list of `Bought`.

        Amounts are net of refunds and in company currency; what was given back as a whole is not listed.
        """
        self.env.flush_all()
        totals = self.with_context(only_customer_ids=customer_ids)._category_totals_query(company, period)
        query = SQL(
            """SELECT partner_id, category_id, amount::float8, last_date FROM %s total
                ORDER BY partner_id, amount DESC, category_id""",
            totals,
        )
        return [Bought(*row) for row in self.env.execute_query(query)]

    @api.model
    def _category_totals_query(self, company, period, category_ids=None):
        """One row per customer and category with a positive net amount, as a subselect.

        :param category_ids: only these categories; None for all, products without one included
        """
        wanted = self.with_context(only_category_ids=category_ids)
        sources = wanted._category_sources(self._period_start(period), self._earliest_start(period))
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
        return self._longest_window_start(yesterday) if period == WINDOW else yesterday - relativedelta(months=period)

    @api.model
    def _category_sources(self, start, earliest):
        """The SELECTs of lines: company_id, partner_id, category_id, date, amount. A glue addon appends its own.

        :param start: SQL of the last day before the period of the company of `scope`
        :param earliest: a day before which no such period begins, or None
        """
        return [
            self.with_context(only_days=(earliest, None))._select_order_lines(start),
            self._select_credited_order_lines(start),
            self._select_invoice_lines(start),
        ]

    @api.model
    def _select_order_lines(self, start):
        """Lines of confirmed orders, on the day of the order; those that only pay for others are none."""
        date = self._day_of(self._ordered_at())
        partner = SQL("partner.commercial_partner_id")
        return SQL(
            """SELECT scope.company_id, %(partner)s AS partner_id, template.categ_id AS category_id, %(date)s AS date,
                      CASE WHEN document.currency_id = scope.currency_id THEN line.price_subtotal
                           ELSE line.price_subtotal / NULLIF(document.currency_rate, 0) END AS amount
                 FROM sale_order document
                 JOIN %(scope)s scope ON scope.branch_id = document.company_id
                 JOIN res_partner partner ON partner.id = document.partner_id
                 JOIN sale_order_line line ON line.order_id = document.id AND line.display_type IS NULL
                 %(category)s
                WHERE document.state = 'sale' AND line.price_subtotal <> 0 AND %(days)s AND %(date)s > %(start)s
                  AND %(customers)s
                  AND %(products)s AND NOT %(payment)s AND %(problem)s IS NULL""",
            products=self._only_products(SQL("line.product_id")),
            partner=partner,
            date=date,
            days=self._only_order_days(),
            start=start,
            scope=self._scope("sale"),
            category=self._join_category(SQL("line.product_id")),
            customers=self._only_customers(partner),
            payment=self._is_payment(SQL("line.id")),
            problem=self._order_problem(partner),
        )

    @api.model
    def _select_credited_order_lines(self, start):
        """What credit notes take back from lines of orders, on the day of the credit note.

        Lines typed by hand are of no category.
        """
        partner = SQL("customer.commercial_partner_id")
        return SQL(
            """SELECT scope.company_id, %(partner)s, template.categ_id, line.date,
                      -line.deducted / CASE WHEN document.currency_id = scope.currency_id THEN 1
                                            ELSE NULLIF(document.currency_rate, 0) END
                 FROM %(lines)s line
                 JOIN sale_order document ON document.id = line.order_id
                 JOIN res_partner customer ON customer.id = document.partner_id
                 JOIN %(scope)s scope ON scope.branch_id = document.company_id
                 LEFT JOIN sale_order_line order_line ON order_line.id = line.order_line_id
                 %(category)s
                WHERE line.deducted <> 0 AND line.date > %(start)s AND %(products)s
                  AND COALESCE(%(order_problem)s, %(problem)s) IS NULL""",
            partner=partner,
            products=self._only_products(SQL("order_line.product_id")),
            start=start,
            lines=self._deducted_lines(),
            scope=self._scope("sale"),
            category=self._join_category(SQL("order_line.product_id")),
            order_problem=self._order_problem(partner),
            problem=self._problem(
                partner=partner,
                date=SQL("line.date"),
                amount=SQL("line.deducted"),
                currency=SQL("document.currency_id"),
                rate=SQL("document.currency_rate"),
            ),
        )

    @api.model
    def _select_invoice_lines(self, start):
        """Lines of posted invoices, sales receipts and credit notes, on their own day."""
        return SQL(
            """SELECT scope.company_id, line.partner_id, template.categ_id, line.date, line.amount
                 FROM %(lines)s line
                 JOIN %(scope)s scope ON scope.branch_id = line.company_id
                 %(category)s
                WHERE line.amount <> 0 AND line.date > %(start)s AND %(customers)s AND %(products)s
                  AND %(problem)s IS NULL""",
            products=self._only_products(SQL("line.product_id")),
            start=start,
            lines=self._invoice_lines(),
            scope=self._scope("invoice"),
            category=self._join_category(SQL("line.product_id")),
            customers=self._only_customers(SQL("line.partner_id")),
            problem=self._invoice_problem(SQL("line.partner_id"), SQL("line.date"), SQL("line.amount")),
        )

    @api.model
    def _join_category(self, product):
        return SQL(
            """LEFT JOIN product_product product ON product.id = %s
               LEFT JOIN product_template template ON template.id = product.product_tmpl_id""",
            product,
        )

    @api.model
    def _only_products(self, product):
        """Lines of the categories that are asked for: found first, so that the others are not worked out."""
        category_ids = numbers_said(self.env, "only_category_ids")
        if category_ids is None:
            return SQL("TRUE")
        return SQL(
            """%s = ANY(ARRAY(SELECT wanted.id FROM product_product wanted
                                JOIN product_template kind ON kind.id = wanted.product_tmpl_id
                               WHERE kind.categ_id = ANY(%s)))""",
            product,
            category_ids,
        )
