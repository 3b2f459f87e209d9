"""What every kind of source says in the same way: whose a row is, when it was, what it is worth, what is wrong with it.

A source is a model of its own that knows its documents. What it selects, over `scope`, has the columns of `_columns`.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import said

OLDEST_YEARS = 50


class CustomerPurchaseSource(models.AbstractModel):
    _name = "customer.purchase.source"
    _inherit = ["customer.document.row"]
    _description = "Source of Purchases"

    @api.model
    def _scope(self, source=None):
        """The branches with the policy of their root company: branch_id, company_id, tz, today, …

        The policy is the active one, or the one that is tried out.

        :param source: only policies that score this source ("sale" or "invoice"); None for all
        """
        tried, company_id = (said(self.env, key) for key in ("tried_policy_id", "only_company_id"))
        return SQL(
            """(SELECT branch.id AS branch_id, policy.company_id, policy.tz, policy.count_zero_orders,
                       policy.count_own_companies, policy.import_cutover_date, policy.window_months,
                       root.currency_id, currency.rounding,
                       (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE policy.tz)::date AS today
                  FROM res_company branch
                  JOIN customer_segmentation_policy policy
                    ON policy.company_id = split_part(branch.parent_path, '/', 1)::int AND %(policy)s
                  JOIN res_company root ON root.id = policy.company_id
                  JOIN res_currency currency ON currency.id = root.currency_id
                 WHERE %(source)s AND %(company)s)""",
            now=fields.Datetime.now(),
            policy=SQL("policy.id = %s", tried) if tried else SQL("policy.active"),
            source=SQL("policy.source = %s", source) if source else SQL("TRUE"),
            company=SQL("policy.company_id = %s", company_id) if company_id else SQL("TRUE"),
        )

    @api.model
    def _columns(
        self,
        *,
        row_id,
        partner,
        user,
        date,
        amount,
        reference,
        model,
        document_id,
        problem,
        refund=False,
        moment=None,
        counts=None,
    ):
        """The columns every source delivers.

        :param refund: forces the kind, otherwise the sign decides
        :param moment: the UTC time whose day `date` is, for documents that have one: quicker to compare than the day
        :param counts: a condition without which it is no purchase, whatever it is worth; NULL is none
        """
        kind = SQL("'refund'") if refund else SQL("CASE WHEN %s < 0 THEN 'refund' ELSE 'purchase' END", amount)
        return SQL(
            """SELECT %s AS id, scope.company_id, scope.branch_id, %s AS partner_id, %s AS user_id, %s AS date,
                      %s AS moment, scope.currency_id, %s AS amount, %s AS kind, %s AS is_purchase, %s AS counts,
                      %s AS reference,
                      %s AS source_model, %s AS source_id, %s AS problem""",
            row_id,
            partner,
            user,
            date,
            moment or SQL("NULL::timestamp"),
            amount,
            kind,
            SQL("FALSE") if refund else self._is_purchase(kind, counts or SQL("TRUE"), problem),
            SQL("FALSE") if refund else counts or SQL("TRUE"),
            reference,
            model,
            document_id,
            problem,
        )

    @api.model
    def _is_purchase(self, kind=None, counts=None, problem=None):
        """What a purchase is: no refund, usable, and kept; sources leave out zero amounts that do not count.

        What was taken back in full is no purchase from the day of the last credit note on; its money stays on its days.
        Without arguments of the columns of a source: cheaper than its `is_purchase` for who needs its `problem`, too.
        """
        return SQL(
            "(%s = 'purchase' AND %s AND (%s) IS NULL)",
            kind or SQL("kind"),
            counts or SQL("counts"),
            problem or SQL("problem"),
        )

    @api.model
    def _is_kept(self, taken_back_on):
        """Whether nothing, or not all of it, was taken back up to the last day that is known."""
        return SQL("(%(day)s IS NULL OR %(day)s > %(last)s)", day=taken_back_on, last=self._last_day())

    @api.model
    def _last_day(self):
        """The last day that is known, over `scope`: `until` in the context, or today, or `as_of` if that is later."""
        if until := said(self.env, "until"):
            return SQL("%s::date", until)
        return SQL("GREATEST(scope.today, %s::date)", said(self.env, "as_of"))

    @api.model
    def _day_of(self, moment):
        """The day of a moment in the policy's time zone."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date", moment)

    @api.model
    def _rounded(self, amount):
        """An amount in company currency, rounded as Odoo rounds: half away from zero, to the smallest unit."""
        return SQL("(ROUND((%s)::numeric / scope.rounding) * scope.rounding)", amount)

    # ------------------------------------------------------------------ what is wrong with a row

    @api.model
    def _problem(
        self,
        *,
        partner,
        date,
        amount,
        currency,
        rate=None,
        rate_typed_by_hand=None,
        rate_day=None,
        moment=None,
        oldest_years=OLDEST_YEARS,
    ):
        """The first reason for which a row cannot be scored, as SQL; NULL for a good row."""
        checks = [SQL("WHEN %s IS NULL THEN 'no_customer'", partner)]
        if rate is not None:
            checks.append(SQL("WHEN %s <> scope.currency_id AND COALESCE(%s, 0) <= 0 THEN 'zero_rate'", currency, rate))
        known = SQL("%s OR %s", rate_typed_by_hand or SQL("FALSE"), self._has_rate(currency, rate_day or date))
        checks.append(SQL("WHEN %s <> scope.currency_id AND NOT (%s) THEN 'no_rate'", currency, known))
        # To PostgreSQL, NaN is above infinity.
        checks.append(SQL("WHEN NOT (%s > '-Infinity' AND %s < 'Infinity') THEN 'not_a_number'", amount, amount))
        checks += self._date_problems(date, moment, oldest_years)
        own = SQL("SELECT p.commercial_partner_id FROM res_company c JOIN res_partner p ON p.id = c.partner_id")
        checks.append(SQL("WHEN scope.count_own_companies IS NOT TRUE AND %s IN (%s) THEN 'own_company'", partner, own))
        return SQL("CASE %s END", SQL(" ").join(checks))

    @api.model
    def _date_problems(self, date, moment, oldest_years):
        """Slips of the key; most moments are plainly past: only for the others the day is worked out."""
        now = fields.Datetime.now()
        oldest = now - relativedelta(years=oldest_years)
        old = SQL("%s < %s", moment, oldest) if moment else SQL("%s < %s", date, oldest.date())
        recent = SQL("%s > %s AND", moment, now - timedelta(days=1)) if moment else SQL()
        return [
            SQL("WHEN %s THEN 'implausible_date'", old),
            SQL("WHEN %s %s > %s THEN 'future_date'", recent, date, self._last_day()),
        ]

    @api.model
    def _has_rate(self, currency, date):
        """Whether an amount can be converted: the currency has a rate, or is the one that rates refer to.

        The currency of reference needs no rate: it has none at all, and the company's currency has one other than 1.
        """
        rates = SQL("(r.company_id IS NULL OR r.company_id = scope.company_id) AND r.rate > 0")
        return SQL(
            """(EXISTS (SELECT FROM res_currency_rate r WHERE r.currency_id = %(currency)s AND r.name <= %(date)s
                                                          AND %(rates)s)
                OR (NOT EXISTS (SELECT FROM res_currency_rate r WHERE r.currency_id = %(currency)s AND %(rates)s)
                    AND %(own)s <> 1))""",
            currency=currency,
            date=date,
            rates=rates,
            own=self._rate_of_day(SQL("scope.currency_id"), date),
        )

    @api.model
    def _rate_of_day(self, currency, date):
        """Units of `currency` per unit of the reference currency on `date`, as Odoo looks rates up."""
        return SQL(
            """COALESCE((SELECT r.rate FROM res_currency_rate r
                          WHERE r.currency_id = %s AND r.name <= %s AND r.rate > 0
                            AND (r.company_id IS NULL OR r.company_id = scope.company_id)
                          ORDER BY r.company_id, r.name DESC LIMIT 1), 1)""",
            currency,
            date,
        )

    # ------------------------------------------------------------------ lines that pay

    @api.model
    def _payment_lines(self):
        """The order lines, as SELECT of `id`, that are money: a gift card that pays for others, or one that is sold.

        They are neither bought nor a discount. For glue addons; None when there are none.
        """
        return None

    @api.model
    def _is_payment(self, order_line_id):
        lines = self._payment_lines()
        return SQL("COALESCE(%s IN (%s), FALSE)", order_line_id, lines) if lines else SQL("FALSE")

    # ------------------------------------------------------------------ whose a document is

    @api.model
    def _with_reversals(self, documents):
        """The documents of a table of `move_id`, those that reverse them, those that reverse these, and so on.

        Some steps only: whoever takes back what was taken back four times over begins anew.
        """
        return SQL(
            """SELECT move_id FROM %(documents)s
                UNION SELECT UNNEST(ARRAY[first.id, second.id, third.id, fourth.id])
                        FROM account_move first
                        LEFT JOIN account_move second
                          ON second.reversed_entry_id = first.id AND second.reversed_entry_id IS NOT NULL
                        LEFT JOIN account_move third
                          ON third.reversed_entry_id = second.id AND third.reversed_entry_id IS NOT NULL
                        LEFT JOIN account_move fourth
                          ON fourth.reversed_entry_id = third.id AND fourth.reversed_entry_id IS NOT NULL
                       WHERE first.reversed_entry_id IN (SELECT move_id FROM %(documents)s)""",
            documents=SQL.identifier(documents),
        )

    @api.model
    def _own_orders(self, documents):
        """The first order of each document of a table of `move_id`, by its lines: of those confirmed, if any is."""
        return SQL(
            """SELECT line.move_id,
                      COALESCE(MIN(sale_order.id) FILTER (WHERE sale_order.state = 'sale'), MIN(sale_order.id))
                      AS order_id
                 FROM %s wanted
                 JOIN account_move_line line ON line.move_id = wanted.move_id
                 JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                 JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                 JOIN sale_order ON sale_order.id = order_line.order_id
                GROUP BY line.move_id""",
            SQL.identifier(documents),
        )

    @api.model
    def _join_origin(self):
        """To `move`, what it reverses (`origin`), and with which invoice it `began`."""
        return SQL(
            """LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
                CROSS JOIN LATERAL (SELECT %s) began (move_id)""",
            self._began_with(SQL("move"), SQL("origin")),
        )

    @api.model
    def _join_own_orders(self):
        """To `move` with `_join_origin`, its first order, and those of what it goes back to."""
        return SQL(
            """%s
                 LEFT JOIN own ON own.move_id = move.id
                 LEFT JOIN own origin_own ON origin_own.move_id = origin.id
                 LEFT JOIN own first_own ON first_own.move_id = origin.reversed_entry_id
                 LEFT JOIN own began_own ON began_own.move_id = began.move_id""",
            self._join_origin(),
        )

    @api.model
    def _own_order(self):
        """The order of lines of `move` that say none."""
        return SQL("COALESCE(own.order_id, origin_own.order_id, first_own.order_id, began_own.order_id)")

    @api.model
    def _began_with(self, move, origin):
        """The invoice with which it began, when an invoice was credited, that taken back, and this credited or taken
        back again; NULL of shorter stories, which `origin` tells."""
        return SQL(
            """CASE WHEN %(origin)s.reversed_entry_id IS NULL THEN NULL
                    WHEN %(move)s.move_type = 'out_refund'
                    THEN (SELECT note.reversed_entry_id FROM account_move note
                           WHERE note.id = %(origin)s.reversed_entry_id)
                    ELSE (SELECT note.reversed_entry_id FROM account_move again
                            JOIN account_move note ON note.id = again.reversed_entry_id
                           WHERE again.id = %(origin)s.reversed_entry_id) END""",
            move=move,
            origin=origin,
        )

    @api.model
    def _join_what_is_taken_back(self, order_id):
        """To a `line` of `move` with `_join_origin`, over `scope`: `back`, whether and what it takes back; `base`, the
        invoice it does so from, else the last one of the order; `valued`, what it is worth in company currency, and by
        which rate.

        Money is taken back as it was counted: in the same currency at the rate of then, whatever it is by now.

        :param order_id: SQL of the order, or NULL
        """
        return SQL(
            """CROSS JOIN LATERAL (
                       SELECT move.move_type = 'out_refund' OR COALESCE(origin.move_type, '') = 'out_refund',
                              CASE WHEN move.move_type = 'out_refund' THEN COALESCE(began.move_id, origin.id)
                                   WHEN origin.move_type = 'out_refund'
                                   THEN COALESCE(began.move_id, origin.reversed_entry_id) END
                     ) back (is_refund, taken_back_id)
                 LEFT JOIN account_move base ON base.id = COALESCE(back.taken_back_id,
                       CASE WHEN back.is_refund AND move.currency_id <> scope.currency_id THEN %(last_invoice)s END)
                CROSS JOIN LATERAL (
                       SELECT CASE WHEN of.base AND base.invoice_currency_rate <> move.invoice_currency_rate
                                   THEN %(rounded)s ELSE -line.balance END,
                              CASE WHEN of.base THEN base.invoice_currency_rate ELSE move.invoice_currency_rate END,
                              CASE WHEN of.base THEN COALESCE(base.invoice_date, base.date)
                                   ELSE COALESCE(move.invoice_date, move.date) END
                         FROM (SELECT base.currency_id = move.currency_id AND base.invoice_currency_rate > 0) of (base)
                     ) valued (amount, rate, rate_day)""",
            last_invoice=SQL(
                """(SELECT MAX(earlier.id) FROM sale_order_line own_line
                      JOIN sale_order_line_invoice_rel own_link ON own_link.order_line_id = own_line.id
                      JOIN account_move_line earlier_line ON earlier_line.id = own_link.invoice_line_id
                      JOIN account_move earlier ON earlier.id = earlier_line.move_id AND earlier.state = 'posted'
                       AND earlier.move_type = 'out_invoice' AND earlier.id < move.id
                     WHERE own_line.order_id = %s)""",
                order_id,
            ),
            rounded=self._rounded(SQL("-line.amount_currency / base.invoice_currency_rate")),
        )

    # ------------------------------------------------------------------ products

    @api.model
    def _in_unit_of_product(self, quantity, unit):
        """A quantity of a line in the unit of its product, of `_join_category`."""
        return SQL(
            """(%s * COALESCE((SELECT used.factor / NULLIF(own.factor, 0) FROM uom_uom used, uom_uom own
                                WHERE used.id = %s AND own.id = template.uom_id), 1))""",
            quantity,
            unit,
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
        category_ids = said(self.env, "only_category_ids")
        if category_ids is None:
            return SQL("TRUE")
        return SQL(
            """%s = ANY(ARRAY(SELECT wanted.id FROM product_product wanted
                                JOIN product_template kind ON kind.id = wanted.product_tmpl_id
                               WHERE kind.categ_id = ANY(%s)))""",
            product,
            category_ids,
        )
