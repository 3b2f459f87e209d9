"""Purchases of policies that score invoices: posted invoices and sales receipts, less credit notes.

Everything is summed from the same lines (`_invoice_lines`), each of which says whose it is and of which order, so that
an invoice and its full credit note add up to zero to the cent: a credit note takes back at the rate of what it takes
back, whatever the rate of its own day. How much was taken back is judged in the currency of the order, or of the
invoice of none (`worth`). An invoice that reverses a credit note takes that back: it is no new purchase.

    _invoice_lines()         the lines of invoices, receipts and credit notes
    _invoice_documents()     one row per document and order
    _invoiced_purchases()    invoices of one order and day are one purchase; whether it was taken back
"""

from odoo import api, models
from odoo.tools import SQL

from ...tools.context import said

# What a document may be.
TYPES = ("out_invoice", "out_receipt", "out_refund")


class CustomerPurchaseInvoiceSource(models.AbstractModel):
    _name = "customer.purchase.invoice.source"
    _inherit = ["customer.purchase.source"]
    _description = "Invoices as Purchases"

    @api.model
    def _select_invoices(self):
        """Posted customer invoices and sales receipts; those of one order and one day are one purchase.

        A down payment is the purchase; the invoice that settles it adds its money only.
        """
        return SQL(
            """%s FROM %s document
                  JOIN %s scope ON scope.branch_id = document.company_id
                 WHERE document.amount <> 0 OR scope.count_zero_orders""",
            self._columns(
                row_id=self._row_id(SQL("document.line_id"), 3),
                partner=SQL("document.partner_id"),
                user=SQL("document.user_id"),
                date=SQL("document.date"),
                amount=SQL("document.amount"),
                reference=SQL("document.name"),
                model="account.move",
                document_id=SQL("document.move_id"),
                problem=SQL("document.problem"),
                counts=SQL("document.is_kept AND NOT document.is_settlement"),
            ),
            self._invoiced_purchases(),
            self._scope("invoice"),
        )

    @api.model
    def _select_credit_notes(self):
        """Posted credit notes, on their own day, and what takes them back, on its own."""
        return SQL(
            """%s FROM %s document
                  JOIN %s scope ON scope.branch_id = document.company_id
                 WHERE document.is_refund AND document.amount <> 0 AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.line_id"), 5),
                partner=SQL("document.partner_id"),
                user=SQL("document.user_id"),
                date=SQL("document.date"),
                amount=SQL("document.amount"),
                reference=SQL("document.name"),
                model="account.move",
                document_id=SQL("document.move_id"),
                refund=True,
                problem=SQL("document.problem"),
            ),
            self._invoice_documents(),
            self._scope("invoice"),
            self._only_customers(SQL("document.partner_id")),
        )

    @api.model
    def _invoiced_purchases(self):
        """One row per order, day and problem, or per document of no order, with whether it counts as a purchase.

        It was taken back when its own documents were reversed in full, or all that was invoiced of the order.
        """
        kept = self._is_kept(
            SQL(
                """LEAST(CASE WHEN worth > 0 AND -reversed >= worth THEN reversed_on END,
                         CASE WHEN worth > 0 AND -credited >= unit_worth THEN credited_on END)"""
            )
        )
        return SQL(
            """(WITH document AS MATERIALIZED (SELECT * FROM %(documents)s document),
                     note AS (SELECT * FROM document WHERE is_refund)
                SELECT *, settled < 0 AND COUNT(*) FILTER (WHERE is_kept AND paid_down > 0 AND settled = 0)
                                              OVER (PARTITION BY unit) > 0 AS is_settlement
                  FROM (SELECT purchase.*, %(kept)s AS is_kept
                          FROM (SELECT company_id, unit, date, problem, MIN(partner_id) AS partner_id,
                                       MIN(user_id) AS user_id, MIN(name) AS name, MIN(move_id) AS move_id,
                                       MIN(line_id) AS line_id, SUM(amount) AS amount, SUM(worth) AS worth,
                                       SUM(settled) AS settled, SUM(paid_down) AS paid_down,
                                       SUM(reversal.reversed) AS reversed, MAX(reversal.reversed_on) AS reversed_on,
                                       SUM(SUM(worth)) OVER (PARTITION BY unit) AS unit_worth
                                  FROM document
                                  LEFT JOIN (SELECT taken_back_id, order_key, SUM(worth) AS reversed,
                                                    MAX(date) AS reversed_on
                                               FROM note GROUP BY taken_back_id, order_key) reversal
                                    ON reversal.taken_back_id = document.move_id
                                   AND reversal.order_key = document.order_key
                                 WHERE NOT is_refund AND %(customers)s
                                 GROUP BY company_id, unit, date, problem) purchase
                          LEFT JOIN (SELECT unit AS note_unit, SUM(worth) AS credited, MAX(date) AS credited_on
                                       FROM note GROUP BY unit) credit ON credit.note_unit = purchase.unit
                          JOIN %(scope)s scope ON scope.branch_id = purchase.company_id) counted)""",
            documents=self._invoice_documents(),
            customers=self._only_customers(SQL("document.partner_id")),
            kept=kept,
            scope=self._scope("invoice"),
        )

    @api.model
    def _invoice_documents(self):
        """One row per document and order: `unit` is the order (negative), or the first document of no order."""
        partner, date, amount = SQL("line.partner_id"), SQL("line.date"), SQL("SUM(line.amount)")
        return SQL(
            """(SELECT line.company_id, line.move_id, line.order_key, line.is_refund, line.taken_back_id,
                       line.partner_id, line.date, line.name, line.user_id, MIN(line.line_id) AS line_id,
                       SUM(line.amount) AS amount, SUM(line.worth) AS worth,
                       %(unit)s AS unit,
                       SUM(CASE WHEN line.is_downpayment THEN LEAST(line.amount, 0) ELSE 0 END) AS settled,
                       SUM(CASE WHEN line.is_downpayment THEN GREATEST(line.amount, 0) ELSE 0 END) AS paid_down,
                       %(problem)s AS problem
                  FROM %(lines)s line
                  JOIN %(scope)s scope ON scope.branch_id = line.company_id
                 GROUP BY line.company_id, line.move_id, line.order_key, line.is_refund, line.taken_back_id,
                          line.partner_id, line.date, line.name, line.user_id, line.currency_id, line.rate,
                          line.rate_day, scope.company_id, scope.currency_id, scope.today,
                          scope.count_own_companies)""",
            unit=self._unit_of_line(),
            problem=self._invoice_problem(partner, date, amount),
            lines=self._invoice_lines(),
            scope=self._scope("invoice"),
        )

    @api.model
    def _unit_of_line(self):
        """What is taken back together: the order of a `line` (negative), or the first document of no order."""
        return SQL("COALESCE(-NULLIF(line.order_key, 0), line.taken_back_id, line.move_id)")

    @api.model
    def _invoice_problem(self, partner, date, amount):
        """Why a `line` of an invoice cannot be scored. The rate may be typed by hand, then no rate table is needed."""
        return self._problem(
            partner=partner,
            date=date,
            amount=amount,
            currency=SQL("line.currency_id"),
            rate=SQL("line.rate"),
            rate_typed_by_hand=SQL("line.rate <> 1"),
            rate_day=SQL("line.rate_day"),
        )

    @api.model
    def _invoice_lines(self):
        """The lines of posted documents, in company currency, each with its customer.

        That is the customer of the order, or whom the document is made out to when there is none. A line typed by hand
        belongs to the first order of the document, or of what it goes back to. `taken_back_id` is the invoice that a
        credit note reverses, or whose credit note is taken back, or with which such a story began; `base` is that, or
        the last invoice of the order.
        """
        return SQL(
            """(WITH wanted AS MATERIALIZED (%(wanted)s), own AS MATERIALIZED (%(own)s),
                     origin_of_line AS MATERIALIZED (
                         SELECT line.id AS line_id, MIN(order_line.order_id) AS order_id,
                                BOOL_AND(order_line.is_downpayment) AS is_downpayment,
                                BOOL_OR(%(payment)s) AS is_payment
                           FROM wanted
                           JOIN account_move_line line ON line.move_id = wanted.move_id
                           JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                           JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                          GROUP BY line.id)
                SELECT move.id AS move_id, move.company_id, COALESCE(move.invoice_date, move.date) AS date, move.name,
                       move.invoice_user_id AS user_id, move.currency_id, valued.rate, valued.rate_day,
                       line.id AS line_id, line.product_id, line.quantity, line.product_uom_id, valued.amount,
                       %(worth)s AS worth,
                       COALESCE(sale_order.id, 0) AS order_key,
                       COALESCE(buyer.commercial_partner_id, move.commercial_partner_id) AS partner_id,
                       COALESCE(by_line.is_downpayment, FALSE) AS is_downpayment, back.is_refund, back.taken_back_id
                  FROM wanted
                  JOIN account_move move ON move.id = wanted.move_id
                   AND move.state = 'posted' AND move.move_type = ANY(%(types)s)
                  JOIN account_move_line line ON line.move_id = move.id AND line.display_type = 'product'
                  LEFT JOIN origin_of_line by_line ON by_line.line_id = line.id
                  %(joins)s
                  LEFT JOIN sale_order ON sale_order.id
                            = COALESCE(by_line.order_id, %(own_order)s)
                  LEFT JOIN res_partner buyer ON buyer.id = sale_order.partner_id
                  JOIN %(scope)s scope ON scope.branch_id = move.company_id
                  %(base)s
                 WHERE by_line.is_payment IS NOT TRUE)""",
            wanted=self._wanted_documents(),
            own=self._own_orders("wanted"),
            payment=self._is_payment(SQL("order_line.id")),
            types=list(TYPES),
            joins=self._join_own_orders(),
            own_order=self._own_order(),
            scope=self._scope("invoice"),
            base=self._join_what_is_taken_back(SQL("sale_order.id")),
            worth=self._worth_of_line(),
        )

    @api.model
    def _worth_of_line(self):
        """What a line is worth in the currency in which is judged how much was taken back.

        In another currency than its order, it is worth what it is in company currency, at the rate of the order.
        """
        return SQL(
            """CASE WHEN move.currency_id = COALESCE(sale_order.currency_id, base.currency_id, move.currency_id)
                    THEN -line.amount_currency
                    ELSE ROUND((valued.amount * COALESCE(sale_order.currency_rate, base.invoice_currency_rate)
                               )::numeric, 4) END"""
        )

    @api.model
    def _wanted_documents(self):
        """Customer documents of any state: all, or those of the customers asked for and of their orders."""
        if said(self.env, "only_customer_ids") is None:
            return SQL(
                """SELECT document.id AS move_id FROM account_move document
                     JOIN %s scope ON scope.branch_id = document.company_id
                    WHERE document.move_type = ANY(%s)""",
                self._scope("invoice"),
                list(TYPES),
            )
        return SQL(
            """WITH linked AS MATERIALIZED (
                   SELECT UNNEST(ARRAY[document.id, origin.id, origin.reversed_entry_id]) AS move_id
                     FROM account_move document
                     LEFT JOIN account_move origin ON origin.id = document.reversed_entry_id
                    WHERE document.move_type = ANY(%s) AND %s
                    UNION SELECT line.move_id
                     FROM res_partner customer
                     JOIN sale_order ON sale_order.partner_id = customer.id
                     JOIN sale_order_line order_line ON order_line.order_id = sale_order.id
                     JOIN sale_order_line_invoice_rel link ON link.order_line_id = order_line.id
                     JOIN account_move_line line ON line.id = link.invoice_line_id
                    WHERE %s)
               %s""",
            list(TYPES),
            self._only_customers(SQL("document.commercial_partner_id")),
            self._only_customers(SQL("customer.commercial_partner_id")),
            self._with_reversals("linked"),
        )

    # ------------------------------------------------------------------ by product

    @api.model
    def _select_invoice_lines(self, start):
        """Lines of posted invoices, sales receipts and credit notes, on their own day."""
        return SQL(
            """SELECT scope.company_id, line.partner_id, template.categ_id AS category_id, line.date, line.amount,
                      line.product_id, %(unit)s AS unit,
                      CASE WHEN line.amount > 0 THEN %(quantity)s ELSE 0 END AS quantity
                 FROM %(lines)s line
                 JOIN %(scope)s scope ON scope.branch_id = line.company_id
                 %(category)s
                WHERE line.amount <> 0 AND line.date > %(start)s AND %(customers)s AND %(products)s
                  AND %(problem)s IS NULL""",
            products=self._only_products(SQL("line.product_id")),
            unit=self._unit_of_line(),
            quantity=self._in_unit_of_product(SQL("line.quantity"), SQL("line.product_uom_id")),
            start=start,
            lines=self._invoice_lines(),
            scope=self._scope("invoice"),
            category=self._join_category(SQL("line.product_id")),
            customers=self._only_customers(SQL("line.partner_id")),
            problem=self._invoice_problem(SQL("line.partner_id"), SQL("line.date"), SQL("line.amount")),
        )
