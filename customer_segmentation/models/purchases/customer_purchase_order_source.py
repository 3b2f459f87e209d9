"""Purchases of policies that score orders: confirmed orders, less what credit notes take back of them.

What is taken back, per order line: least(credited − what later invoices of the line replaced, greatest(0, ordered −
(invoiced − credited))), so that "reverse and create invoice", a part that is invoiced anew or a quantity lowered on the
order is not deducted twice. The lines typed by hand on invoices and credit notes of an order are one more line of it,
of which nothing was ordered. Lines with a negative price (discounts) follow the same rule with the sign turned.

    _credited_orders()       orders with a credit note
    _related_documents()     all their invoices and credit notes, with the order of lines that say none
    _credited_lines()        what each document invoices and credits of each order line
    _deducted_lines()        what each credit note takes back of each order line, the latest credit note first
    _deducted_documents()    the same of the whole order, in company currency
"""

from odoo import api, models
from odoo.tools import SQL

from ...tools.sql import NOTHING


class CustomerPurchaseOrderSource(models.AbstractModel):
    _name = "customer.purchase.order.source"
    _inherit = ["customer.purchase.source"]
    _description = "Orders as Purchases"

    @api.model
    def _select_orders(self, deducted):
        """Confirmed orders, on the day of the order.

        :param deducted: SQL of what `_deducted_documents` selects
        """
        worth = self._worth()
        amount = SQL(
            "CASE WHEN document.currency_id = scope.currency_id THEN %s ELSE %s END",
            worth,
            self._rounded(SQL("%s / NULLIF(document.currency_rate, 0)", worth)),
        )
        partner = SQL("partner.commercial_partner_id")
        return SQL(
            """%s FROM sale_order document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  LEFT JOIN res_partner partner ON partner.id = document.partner_id
                  %s
                 WHERE document.state = 'sale' AND (%s <> 0 OR scope.count_zero_orders) AND %s AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 0),
                partner=partner,
                user=SQL("document.user_id"),
                date=self._day_of(self._ordered_at()),
                amount=amount,
                reference=SQL("document.name"),
                model="sale.order",
                document_id=SQL("document.id"),
                moment=self._ordered_at(),
                problem=self._order_problem(partner),
                counts=self._is_not_taken_back(deducted),
            ),
            self._scope("sale"),
            self._join_payments(),
            worth,
            self._only_customers(partner),
            self._only_order_days(),
        )

    @api.model
    def _is_not_taken_back(self, deducted):
        """Whether the order `document`, or a part of it, was not taken back."""
        return SQL("TRUE") if deducted is NOTHING else SQL("document.id NOT IN (%s)", self._taken_back(deducted))

    @api.model
    def _taken_back(self, deducted):
        """The orders of which all was taken back by the last day that is known.

        Asked with IN: PostgreSQL works it out once and hashes it, whatever it expects of the orders.
        """
        return SQL(
            "SELECT order_id FROM %s deducted WHERE is_all GROUP BY order_id HAVING MAX(date) <= MAX(last_day)",
            deducted,
        )

    @api.model
    def _ordered_at(self):
        """The moment of purchase of the order `document`: its first date, when it was cancelled and confirmed again."""
        return SQL("COALESCE(document.first_order_date, document.date_order)")

    @api.model
    def _only_order_days(self):
        dates = [SQL("document.date_order"), SQL("document.first_order_date")]
        return SQL("(%s)", SQL(" OR ").join(SQL("(%s)", self._only_days(date)) for date in dates))

    @api.model
    def _order_problem(self, partner):
        """Why the order `document` cannot be scored, nor what is taken back of it."""
        return self._problem(
            partner=partner,
            date=self._day_of(self._ordered_at()),
            amount=SQL("document.amount_untaxed"),
            currency=SQL("document.currency_id"),
            rate=SQL("document.currency_rate"),
            moment=self._ordered_at(),
        )

    @api.model
    def _join_payments(self):
        lines = self._payment_lines()
        if not lines:
            return SQL()
        return SQL(
            """LEFT JOIN (SELECT order_id, SUM(price_subtotal) AS amount FROM sale_order_line WHERE id IN (%s)
                           GROUP BY order_id) payment ON payment.order_id = document.id""",
            lines,
        )

    @api.model
    def _worth(self):
        """What the order `document` is worth untaxed, in its currency: what was paid by its own lines included."""
        if not self._payment_lines():
            return SQL("document.amount_untaxed")
        return SQL("(document.amount_untaxed - COALESCE(payment.amount, 0))")

    # ------------------------------------------------------------------ what is taken back

    @api.model
    def _select_order_refunds(self, deducted):
        """What credit notes take back from confirmed orders, on the day of the credit note.

        :param deducted: SQL of what `_deducted_documents` selects
        """
        partner = SQL("deducted.partner_id")
        problem = self._problem(
            partner=partner,
            date=SQL("deducted.date"),
            amount=SQL("deducted.deducted"),
            currency=SQL("document.currency_id"),
            rate=SQL("document.currency_rate"),
        )
        return SQL(
            """%s FROM %s deducted
                  JOIN sale_order document ON document.id = deducted.order_id
                  JOIN account_move note ON note.id = deducted.move_id
                  JOIN %s scope ON scope.branch_id = document.company_id
                 WHERE deducted.amount <> 0""",
            self._columns(
                row_id=self._row_id(SQL("deducted.line_id"), 1),
                partner=partner,
                user=SQL("document.user_id"),
                date=SQL("deducted.date"),
                amount=SQL("-deducted.amount"),
                reference=SQL("note.name"),
                model="account.move",
                document_id=SQL("note.id"),
                refund=True,
                problem=SQL("COALESCE(%s, %s)", self._order_problem(partner), problem),
            ),
            deducted,
            self._scope("sale"),
        )

    @api.model
    def _deducted_documents(self):
        """One row per order and credit note: what is taken back, and whether all of it was in the end.

        Rounded as a whole, so that the parts of an order that is taken back in full add up to it.
        """

        def rounded(amount):
            return SQL(
                "CASE WHEN document.currency_id = scope.currency_id THEN %s ELSE %s END",
                amount,
                self._rounded(SQL("%s / NULLIF(document.currency_rate, 0)", amount)),
            )

        return SQL(
            """(SELECT by_move.*, partner.commercial_partner_id AS partner_id,
                       %(last_day)s AS last_day, %(so_far)s - %(before)s AS amount,
                       %(total)s >= %(worth)s AND %(worth)s > 0 AS is_all
                  FROM (SELECT order_id, move_id, date, MIN(line_id) AS line_id, SUM(deducted) AS deducted,
                               SUM(SUM(deducted)) OVER (PARTITION BY order_id ORDER BY move_id) AS so_far,
                               SUM(SUM(deducted)) OVER (PARTITION BY order_id) AS total
                          FROM %(lines)s line GROUP BY order_id, move_id, date) by_move
                  JOIN sale_order document ON document.id = by_move.order_id
                  JOIN res_partner partner ON partner.id = document.partner_id
                  JOIN %(scope)s scope ON scope.branch_id = document.company_id
                  %(payments)s
                 WHERE by_move.deducted <> 0)""",
            last_day=self._last_day(),
            so_far=rounded(SQL("by_move.so_far")),
            before=rounded(SQL("(by_move.so_far - by_move.deducted)")),
            total=rounded(SQL("by_move.total")),
            worth=rounded(self._worth()),
            lines=self._deducted_lines(),
            scope=self._scope("sale"),
            payments=self._join_payments(),
        )

    @api.model
    def _deducted_lines(self):
        """One row per credit note and order line (NULL: typed by hand): what is deducted, in the order's currency.

        Later is what was made later: documents are often dated back. In the line's own direction (`sign`), what was
        credited and not invoiced again is the sum of all that followed the moment at which nothing was open.
        """
        return SQL(
            """(SELECT order_id, order_line_id, move_id, date, line_id,
                       sign * (LEAST(taken, GREATEST(0, since))
                               - LEAST(taken, GREATEST(0, since - sign * credited_here))) AS deducted
                  FROM (SELECT *, GREATEST(0, LEAST(sign * credited, balance - LEAST(0, MIN(balance_so_far) OVER line),
                                                    GREATEST(0, sign * (ordered - (invoiced - credited))))) AS taken,
                               SUM(sign * credited_here) OVER (line ORDER BY move_id DESC) AS since
                          FROM (SELECT *, sign * (credited - invoiced) AS balance,
                                       SUM(sign * (credited_here - invoiced_here))
                                           OVER (PARTITION BY order_id, order_line_id ORDER BY move_id)
                                           AS balance_so_far
                                  FROM (SELECT *, CASE WHEN ordered <> 0 THEN SIGN(ordered) ELSE SIGN(credited) END
                                                  AS sign
                                          FROM %s line) signed) summed
                        WINDOW line AS (PARTITION BY order_id, order_line_id)) decided
                 WHERE credited_here <> 0)""",
            self._credited_lines(),
        )

    @api.model
    def _credited_lines(self):
        """One row per document and order line, with the totals of the line, in the order's currency.

        Credited orders are asked for with IN and IS TRUE, so that PostgreSQL hashes them: it expects a few where it
        knows nothing about a customer, and would go through all lines for each of them.
        """
        return SQL(
            """(WITH credited AS MATERIALIZED (%(credited)s), related AS MATERIALIZED (%(related)s)
                SELECT entry.*, COALESCE(order_line.price_subtotal, 0) AS ordered,
                       SUM(invoiced_here) OVER line AS invoiced, SUM(credited_here) OVER line AS credited
                  FROM (SELECT sale_order.id AS order_id, order_line.id AS order_line_id, move.id AS move_id,
                               related.date, MIN(line.id) AS line_id,
                               SUM(value.amount) FILTER (WHERE move.move_type = 'out_invoice') AS invoiced_amount,
                               SUM(value.amount) FILTER (WHERE move.move_type = 'out_refund') AS credited_amount
                          FROM related
                          JOIN account_move move ON move.id = related.move_id
                          JOIN account_move_line line ON line.move_id = move.id AND line.display_type = 'product'
                          LEFT JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                          LEFT JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                          JOIN sale_order ON sale_order.id = COALESCE(order_line.order_id, related.order_id)
                          JOIN %(scope)s scope ON scope.branch_id = move.company_id
                          %(origin)s
                          %(back)s
                         CROSS JOIN LATERAL (SELECT CASE
                               WHEN line.currency_id = sale_order.currency_id THEN line.price_subtotal
                               WHEN move.move_type = 'out_invoice' THEN valued.amount * sale_order.currency_rate
                               ELSE -valued.amount * sale_order.currency_rate END AS amount) value
                         WHERE (sale_order.id IN (SELECT order_id FROM credited)) IS TRUE AND NOT %(payment)s
                         GROUP BY sale_order.id, order_line.id, move.id, related.date) summed
                 CROSS JOIN LATERAL (SELECT summed.order_id, summed.order_line_id, summed.move_id, summed.date,
                                            summed.line_id, COALESCE(invoiced_amount, 0) AS invoiced_here,
                                            COALESCE(credited_amount, 0) AS credited_here) entry
                  LEFT JOIN sale_order_line order_line ON order_line.id = entry.order_line_id
                WINDOW line AS (PARTITION BY entry.order_id, entry.order_line_id))""",
            credited=self._credited_orders(),
            related=self._related_documents(),
            payment=self._is_payment(SQL("order_line.id")),
            scope=self._scope("sale"),
            origin=self._join_origin(),
            back=self._join_what_is_taken_back(SQL("sale_order.id")),
        )

    @api.model
    def _credited_orders(self):
        """Confirmed orders with a posted credit note, by its lines or those of the invoice it reverses.

        Of the customers and days that are asked for: whose the order is and when it was, not who got the credit note.
        """
        return SQL(
            """SELECT DISTINCT document.id AS order_id
                 FROM (SELECT id AS move_id FROM account_move WHERE move_type = 'out_refund' AND state = 'posted'
                        UNION ALL
                       SELECT reversed_entry_id FROM account_move
                        WHERE move_type = 'out_refund' AND state = 'posted' AND reversed_entry_id IS NOT NULL) note
                 JOIN account_move_line line ON line.move_id = note.move_id
                 JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                 JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                 JOIN sale_order document ON document.id = order_line.order_id AND document.state = 'sale'
                 JOIN res_partner customer ON customer.id = document.partner_id
                 JOIN %s scope ON scope.branch_id = document.company_id
                WHERE %s AND %s""",
            self._scope("sale"),
            self._only_customers(SQL("customer.commercial_partner_id")),
            self._only_order_days(),
        )

    @api.model
    def _related_documents(self):
        """Invoices and credit notes of `credited` orders, and those that reverse them: move_id, date, order_id.

        The order is that of lines that say none: the first of the document, or of the one it reverses.
        """
        return SQL(
            """WITH linked AS MATERIALIZED (
                   SELECT DISTINCT line.move_id
                     FROM credited
                     JOIN sale_order_line order_line ON order_line.order_id = credited.order_id
                     JOIN sale_order_line_invoice_rel link ON link.order_line_id = order_line.id
                     JOIN account_move_line line ON line.id = link.invoice_line_id),
                    document AS MATERIALIZED (%(reversals)s),
                    own AS MATERIALIZED (%(own)s)
               SELECT move.id AS move_id, COALESCE(move.invoice_date, move.date) AS date,
                      %(order)s AS order_id
                 FROM document
                 JOIN account_move move ON move.id = document.move_id AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                 %(joins)s""",
            reversals=self._with_reversals("linked"),
            own=self._own_orders("document"),
            order=self._own_order(),
            joins=self._join_own_orders(),
        )

    @api.model
    def _select_unlinked_credit_notes(self):
        """Posted credit notes of no order, if they take anything back: shown with their problem, never scored."""
        return SQL(
            """%s FROM account_move document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  LEFT JOIN account_move origin ON origin.id = document.reversed_entry_id
                 WHERE document.move_type = 'out_refund' AND document.state = 'posted'
                   AND document.amount_untaxed_signed <> 0
                   AND NOT EXISTS (SELECT FROM account_move_line line
                                     JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                                    WHERE line.move_id IN (document.id, origin.id, origin.reversed_entry_id, %s))
                   AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 2),
                partner=SQL("document.commercial_partner_id"),
                user=SQL("document.invoice_user_id"),
                date=SQL("COALESCE(document.invoice_date, document.date)"),
                amount=SQL("document.amount_untaxed_signed"),
                reference=SQL("document.name"),
                model="account.move",
                document_id=SQL("document.id"),
                refund=True,
                problem="unlinked_credit_note",
            ),
            self._scope("sale"),
            self._began_with(SQL("document"), SQL("origin")),
            self._only_customers(SQL("document.commercial_partner_id")),
        )

    # ------------------------------------------------------------------ by product

    @api.model
    def _select_order_lines(self, start):
        """Lines of confirmed orders, on the day of the order; those that only pay for others are none."""
        date = self._day_of(self._ordered_at())
        partner = SQL("partner.commercial_partner_id")
        return SQL(
            """SELECT scope.company_id, %(partner)s AS partner_id, template.categ_id AS category_id, %(date)s AS date,
                      CASE WHEN document.currency_id = scope.currency_id THEN line.price_subtotal
                           ELSE line.price_subtotal / NULLIF(document.currency_rate, 0) END AS amount,
                      line.product_id, document.id AS unit, %(quantity)s AS quantity
                 FROM sale_order document
                 JOIN %(scope)s scope ON scope.branch_id = document.company_id
                 JOIN res_partner partner ON partner.id = document.partner_id
                 JOIN sale_order_line line ON line.order_id = document.id AND line.display_type IS NULL
                 %(category)s
                WHERE document.state = 'sale' AND line.price_subtotal <> 0 AND %(days)s AND %(date)s > %(start)s
                  AND %(customers)s
                  AND %(products)s AND NOT %(payment)s AND %(problem)s IS NULL""",
            products=self._only_products(SQL("line.product_id")),
            quantity=self._in_unit_of_product(SQL("line.product_uom_qty"), SQL("line.product_uom_id")),
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

        Lines typed by hand are of no product and no category.
        """
        partner = SQL("customer.commercial_partner_id")
        return SQL(
            """SELECT scope.company_id, %(partner)s, template.categ_id, line.date,
                      -line.deducted / CASE WHEN document.currency_id = scope.currency_id THEN 1
                                            ELSE NULLIF(document.currency_rate, 0) END,
                      order_line.product_id, document.id, 0
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
