"""One row per purchase or refund, in company currency: the only door through which purchases enter.

How a row comes about (`_table_query`):

    _transaction_sources()      one SELECT per document type, extended by glue addons
      sale.order                confirmed orders, and the part of credit notes that takes an order back
      account.move              posted invoices and credit notes (policies whose source is "invoice")
      customer.imported.purchase  purchases made before Odoo
        ▼
    _scope()                    the branches of each root company with the policy that scores them
        ▼
    problem                     why a row cannot be used; such rows are left out of every score and listed
    is_purchase                 what counts as a purchase, said here and nowhere else (see `_is_purchase`)

Who asks whether, when or how often somebody bought asks `is_purchase` or `_sql_purchases`, never the documents.

A document's identifier is unique inside its source only, so `id` is made of both (see `_row_id`).
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

PROBLEMS = [
    ("no_customer", "No customer"),
    ("no_rate", "No currency rate on or before the date"),
    ("zero_rate", "The currency rate is zero"),
    ("not_a_number", "The amount is not a number"),
    ("future_date", "Dated in the future"),
    ("unlinked_credit_note", "Credit note that belongs to no order"),
]


class CustomerTransaction(models.Model):
    _name = "customer.transaction"
    _description = "Customer Transaction"
    _inherit = ["customer.document.row"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    # What the ORM writes to the database before it runs the query.
    _depends = {
        "sale.order": ["state", "partner_id", "company_id", "date_order", "amount_untaxed", "currency_rate", "user_id"],
        "sale.order.line": ["order_id", "price_subtotal", "invoice_lines"],
        "account.move": [
            "state",
            "move_type",
            "invoice_date",
            "date",
            "commercial_partner_id",
            "amount_untaxed_signed",
        ],
        "account.move.line": ["move_id", "balance", "price_subtotal", "display_type"],
        "customer.imported.purchase": ["partner_id", "company_id", "date", "amount", "currency_id"],
        "res.partner": ["commercial_partner_id"],
        "res.company": ["parent_path", "currency_id"],
        "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
        "customer.segmentation.policy": ["source", "tz", "count_zero_orders", "import_cutover_date", "active"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    branch_id = fields.Many2one("res.company", readonly=True, help="The company or branch the document was made in.")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, help="The company the document's contact belongs to."
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    date = fields.Date(readonly=True, help="The day of the purchase or refund in the policy's time zone.")
    moment = fields.Datetime(
        string="Date and Time", readonly=True, help="The moment of the purchase, of documents that have one."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="Untaxed amount in company currency, at the document's own rate. Refunds are negative.",
    )
    kind = fields.Selection([("purchase", "Purchase"), ("refund", "Refund")], readonly=True)
    is_purchase = fields.Boolean(
        string="Counts as a Purchase",
        readonly=True,
        help="Neither a refund nor left out nor taken back in full: a purchase for every count of orders.",
    )
    reference = fields.Char(readonly=True)
    problem = fields.Selection(
        PROBLEMS,
        string="Left Out Because",
        readonly=True,
        help="Filled when this row cannot be scored. Repair the document and the next run counts it.",
    )

    # ------------------------------------------------------------------ the query

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._transaction_sources())

    @api.model
    def _transaction_sources(self):
        """The SELECTs whose union is this model, each with the columns of `_columns`.

        A glue addon appends its own; its slot in `_row_id` must be free.
        """
        return [
            self._select_orders(),
            self._select_order_refunds(),
            self._select_unlinked_credit_notes(),
            self._select_invoices(),
            self._select_credit_notes(),
            self._select_imported_purchases(),
        ]

    @api.model
    def _scope(self, source=None):
        """The branches with the policy of their root company: branch_id, company_id, tz, today, …

        The policy is the active one, or the draft that is to be previewed.

        :param source: only policies that score this source ("sale" or "invoice"); None for all
        """
        draft = self.env.context.get("draft_policy_id")
        return SQL(
            """(SELECT branch.id AS branch_id, policy.company_id, policy.tz, policy.count_zero_orders,
                       policy.import_cutover_date, policy.window_months, root.currency_id, currency.decimal_places,
                       (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE policy.tz)::date AS today
                  FROM res_company branch
                  JOIN customer_segmentation_policy policy
                    ON policy.company_id = split_part(branch.parent_path, '/', 1)::int AND %(policy)s
                  JOIN res_company root ON root.id = policy.company_id
                  JOIN res_currency currency ON currency.id = root.currency_id
                 WHERE %(source)s)""",
            now=fields.Datetime.now(),
            policy=SQL("policy.id = %s", draft) if draft else SQL("policy.active"),
            source=SQL("policy.source = %s", source) if source else SQL("TRUE"),
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
        taken_back_on=None,
    ):
        """The columns every source delivers.

        :param refund: forces the kind, otherwise the sign decides
        :param moment: the UTC time whose day `date` is, for documents that have one: quicker to compare than the day
        :param taken_back_on: the day on which the last of it was taken back, NULL for what was not, or not in full
        """
        kind = SQL("'refund'") if refund else SQL("CASE WHEN %s < 0 THEN 'refund' ELSE 'purchase' END", amount)
        return SQL(
            """SELECT %s AS id, scope.company_id, scope.branch_id, %s AS partner_id, %s AS user_id, %s AS date,
                      %s AS moment, scope.currency_id, %s AS amount, %s AS kind, %s AS is_purchase, %s AS reference,
                      %s AS source_model, %s AS source_id, %s AS problem""",
            row_id,
            partner,
            user,
            date,
            moment or SQL("NULL::timestamp"),
            amount,
            kind,
            SQL("FALSE") if refund else self._is_purchase(amount, problem, taken_back_on),
            reference,
            model,
            document_id,
            problem,
        )

    @api.model
    def _is_purchase(self, amount, problem, taken_back_on=None):
        """What a purchase is: worth something (sources leave out zero amounts that do not count), usable, and kept.

        What was taken back in full is no purchase from the day of the last credit note on; its money stays on its days.
        """
        kept = self._is_kept(taken_back_on) if taken_back_on else SQL("TRUE")
        return SQL("(%s >= 0 AND (%s) IS NULL AND %s)", amount, problem, kept)

    @api.model
    def _is_kept(self, taken_back_on):
        """Whether nothing, or not all of it, was taken back up to the last day that is known."""
        return SQL("(%(day)s IS NULL OR %(day)s > %(last)s)", day=taken_back_on, last=self._last_day())

    @api.model
    def _last_day(self):
        """The last day that is known, as SQL over `scope`: today, or the day of context key `as_of`, or `until`."""
        until = self.env.context.get("until")
        return (
            SQL("%s::date", until) if until else SQL("GREATEST(scope.today, %s::date)", self.env.context.get("as_of"))
        )

    @api.model
    def _problem(self, *, partner, date, amount, currency, rate=None, rate_typed_by_hand=None, moment=None):
        """The first reason for which a row cannot be scored, as SQL; NULL for a good row."""
        checks = [SQL("WHEN %s IS NULL THEN 'no_customer'", partner)]
        if rate is not None:
            checks.append(SQL("WHEN %s <> scope.currency_id AND COALESCE(%s, 0) <= 0 THEN 'zero_rate'", currency, rate))
        known = SQL("%s OR %s", rate_typed_by_hand or SQL("FALSE"), self._has_rate(currency, date))
        checks.append(SQL("WHEN %s <> scope.currency_id AND NOT (%s) THEN 'no_rate'", currency, known))
        # To PostgreSQL, NaN is above infinity.
        checks.append(SQL("WHEN NOT (%s > '-Infinity' AND %s < 'Infinity') THEN 'not_a_number'", amount, amount))
        # Most moments are plainly past: only for the others the day is worked out.
        yesterday = fields.Datetime.now() - timedelta(days=1)
        recent = SQL("%s > %s AND", moment, yesterday) if moment else SQL()
        checks.append(SQL("WHEN %s %s > %s THEN 'future_date'", recent, date, self._last_day()))
        return SQL("CASE %s END", SQL(" ").join(checks))

    @api.model
    def _has_rate(self, currency, date):
        return SQL(
            """EXISTS (SELECT FROM res_currency_rate r
                        WHERE r.currency_id = %s AND r.name <= %s AND r.rate > 0
                          AND (r.company_id IS NULL OR r.company_id = scope.company_id))""",
            currency,
            date,
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

    # ------------------------------------------------------------------ source "sale"

    @api.model
    def _select_orders(self):
        """Confirmed orders, on the day of the order."""
        amount = SQL(
            """CASE WHEN document.currency_id = scope.currency_id THEN document.amount_untaxed
                    ELSE ROUND(document.amount_untaxed / NULLIF(document.currency_rate, 0), scope.decimal_places) END"""
        )
        date = SQL("(document.date_order AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date")
        partner = SQL("partner.commercial_partner_id")
        return SQL(
            """%s FROM sale_order document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  LEFT JOIN res_partner partner ON partner.id = document.partner_id
                 WHERE document.state = 'sale' AND (document.amount_untaxed <> 0 OR scope.count_zero_orders)
                   AND %s AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 0),
                partner=partner,
                user=SQL("document.user_id"),
                date=date,
                amount=amount,
                reference=SQL("document.name"),
                model="sale.order",
                document_id=SQL("document.id"),
                moment=SQL("document.date_order"),
                problem=self._problem(
                    partner=partner,
                    date=date,
                    amount=SQL("document.amount_untaxed"),
                    currency=SQL("document.currency_id"),
                    rate=SQL("document.currency_rate"),
                    moment=SQL("document.date_order"),
                ),
            ),
            self._scope("sale"),
            self._only_customers(partner),
            self._only_days(SQL("document.date_order")),
        )

    @api.model
    def _select_order_refunds(self):
        """What credit notes take back from confirmed orders, on the day of the credit note.

        Per order line: least(credited, greatest(0, ordered − (invoiced − credited))), so that "reverse and
        create invoice" or a quantity lowered on the order is not deducted twice. Lines with a negative price
        (discounts) follow the same rule with the sign turned. A line's deduction is spread over its credit
        notes in proportion to what each credited.
        """
        partner = SQL("document.commercial_partner_id")
        date = SQL("COALESCE(document.invoice_date, document.date)")
        amount = SQL(
            "-ROUND(SUM(line.deducted / CASE WHEN line.currency_id = scope.currency_id THEN 1"
            " ELSE NULLIF(line.currency_rate, 0) END), scope.decimal_places)"
        )
        return SQL(
            """%s FROM %s line
                  JOIN account_move document ON document.id = line.move_id
                  JOIN %s scope ON scope.branch_id = line.company_id
                 GROUP BY document.id, scope.company_id, scope.branch_id, scope.currency_id, scope.decimal_places,
                          scope.today
                HAVING SUM(line.deducted) <> 0""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 1),
                partner=SQL("MIN(line.partner_id)"),
                user=SQL("MIN(line.user_id)"),
                date=date,
                amount=amount,
                reference=SQL("document.name"),
                model="account.move",
                document_id=SQL("document.id"),
                refund=True,
                problem=self._problem(
                    partner=partner,
                    date=date,
                    amount=SQL("SUM(line.deducted)"),
                    currency=SQL("MIN(line.currency_id)"),
                    rate=SQL("MIN(line.currency_rate)"),
                ),
            ),
            self._deducted_lines(),
            self._scope("sale"),
        )

    @api.model
    def _deducted_lines(self):
        """One row per credit note and order line: what is deducted, in the order's currency.

        OFFSET 0 has each credited line look up its order: with statistics older than an import, PostgreSQL may
        otherwise compare every order with every line.
        """
        return SQL(
            """(SELECT totals.move_id, totals.order_line_id, ordered.company_id, ordered.partner_id, ordered.user_id,
                       ordered.currency_id, ordered.currency_rate,
                       totals.credited_here / NULLIF(totals.credited, 0) * SIGN(totals.credited) * LEAST(
                           ABS(totals.credited),
                           GREATEST(0, SIGN(totals.credited)
                                       * (ordered.price_subtotal - (totals.invoiced - totals.credited)))
                       ) AS deducted
                  FROM (SELECT by_move.*,
                               SUM(credited_here) OVER (PARTITION BY order_line_id) AS credited,
                               SUM(invoiced_here) OVER (PARTITION BY order_line_id) AS invoiced
                          FROM %s by_move) totals
                  JOIN LATERAL (SELECT order_line.price_subtotal, sale_order.company_id, sale_order.user_id,
                                       sale_order.currency_id, sale_order.currency_rate,
                                       customer.commercial_partner_id AS partner_id
                                  FROM sale_order_line order_line
                                  JOIN sale_order ON sale_order.id = order_line.order_id AND sale_order.state = 'sale'
                                  JOIN res_partner customer ON customer.id = sale_order.partner_id
                                 WHERE order_line.id = totals.order_line_id OFFSET 0) ordered ON TRUE
                 WHERE totals.credited_here <> 0)""",
            self._invoiced_and_credited(),
        )

    @api.model
    def _invoiced_and_credited(self):
        """One row per move and order line, for order lines with a posted credit note, in the order's currency."""
        return SQL(
            """(SELECT link.order_line_id, move.id AS move_id,
                       SUM(CASE WHEN move.move_type = 'out_invoice' THEN value.amount ELSE 0 END) AS invoiced_here,
                       SUM(CASE WHEN move.move_type = 'out_refund' THEN value.amount ELSE 0 END) AS credited_here
                  FROM sale_order_line_invoice_rel link
                  JOIN account_move_line line ON line.id = link.invoice_line_id
                  JOIN account_move move ON move.id = line.move_id
                   AND move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
                  JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                  JOIN sale_order ON sale_order.id = order_line.order_id
                 CROSS JOIN LATERAL (SELECT CASE
                       WHEN line.currency_id = sale_order.currency_id THEN line.price_subtotal
                       WHEN move.move_type = 'out_invoice' THEN -line.balance * sale_order.currency_rate
                       ELSE line.balance * sale_order.currency_rate END AS amount) value
                 WHERE link.order_line_id IN (
                       SELECT credited.order_line_id
                         FROM account_move credit_note
                         JOIN account_move_line credit_line ON credit_line.move_id = credit_note.id
                         JOIN sale_order_line_invoice_rel credited ON credited.invoice_line_id = credit_line.id
                        WHERE credit_note.move_type = 'out_refund' AND credit_note.state = 'posted' AND %s)
                 GROUP BY link.order_line_id, move.id)""",
            self._only_customers(SQL("credit_note.commercial_partner_id")),
        )

    @api.model
    def _select_unlinked_credit_notes(self):
        """Posted credit notes of no order: shown with their problem, never scored."""
        return SQL(
            """%s FROM account_move document
                  JOIN %s scope ON scope.branch_id = document.company_id
                 WHERE document.move_type = 'out_refund' AND document.state = 'posted'
                   AND NOT EXISTS (SELECT FROM account_move_line line
                                     JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                                    WHERE line.move_id = document.id)
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
            self._only_customers(SQL("document.commercial_partner_id")),
        )

    # ------------------------------------------------------------------ source "invoice"

    @api.model
    def _select_invoices(self):
        """Posted customer invoices; those of one order are one purchase, on the day of the first of them."""
        partner = SQL("MIN(document.commercial_partner_id)")
        date = SQL("MIN(COALESCE(document.invoice_date, document.date))")
        amount = SQL("-SUM(line.balance)")
        return SQL(
            """%s FROM account_move document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  JOIN account_move_line line ON line.move_id = document.id AND line.display_type = 'product'
                  LEFT JOIN LATERAL (SELECT MIN(order_line.order_id) AS order_id
                                       FROM sale_order_line_invoice_rel link
                                       JOIN sale_order_line order_line ON order_line.id = link.order_line_id
                                      WHERE link.invoice_line_id = line.id) origin ON TRUE
                 WHERE document.move_type = 'out_invoice' AND document.state = 'posted' AND %s
                 GROUP BY COALESCE(-origin.order_id, document.id), scope.company_id, scope.branch_id,
                          scope.currency_id, scope.today, scope.count_zero_orders
                HAVING SUM(line.balance) <> 0 OR scope.count_zero_orders""",
            self._columns(
                row_id=SQL(
                    "CASE WHEN MIN(origin.order_id) IS NULL THEN %s ELSE %s END",
                    self._row_id(SQL("MIN(document.id)"), 3),
                    self._row_id(SQL("MIN(origin.order_id)"), 4),
                ),
                partner=partner,
                user=SQL("MIN(document.invoice_user_id)"),
                date=date,
                amount=amount,
                reference=SQL("MIN(document.name)"),
                model="account.move",
                document_id=SQL("MIN(document.id)"),
                problem=self._invoice_problem(
                    partner, date, amount, SQL("MIN(document.currency_id)"), SQL("MIN(document.invoice_currency_rate)")
                ),
            ),
            self._scope("invoice"),
            self._only_customers(SQL("document.commercial_partner_id")),
        )

    @api.model
    def _select_credit_notes(self):
        """Posted credit notes, on their own day."""
        partner = SQL("document.commercial_partner_id")
        date = SQL("COALESCE(document.invoice_date, document.date)")
        amount = SQL("document.amount_untaxed_signed")
        return SQL(
            """%s FROM account_move document
                  JOIN %s scope ON scope.branch_id = document.company_id
                 WHERE document.move_type = 'out_refund' AND document.state = 'posted'
                   AND document.amount_untaxed <> 0 AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 5),
                partner=partner,
                user=SQL("document.invoice_user_id"),
                date=date,
                amount=amount,
                reference=SQL("document.name"),
                model="account.move",
                document_id=SQL("document.id"),
                refund=True,
                problem=self._invoice_problem(
                    partner, date, amount, SQL("document.currency_id"), SQL("document.invoice_currency_rate")
                ),
            ),
            self._scope("invoice"),
            self._only_customers(partner),
        )

    @api.model
    def _invoice_problem(self, partner, date, amount, currency, rate):
        # An invoice's rate may be typed by hand, then no rate table is needed.
        return self._problem(
            partner=partner,
            date=date,
            amount=amount,
            currency=currency,
            rate=rate,
            rate_typed_by_hand=SQL("%s <> 1", rate),
        )

    # ------------------------------------------------------------------ imported purchases

    @api.model
    def _select_imported_purchases(self):
        """Purchases from before Odoo, up to the policy's cut-over date; negative amounts are refunds."""
        date, partner = SQL("document.date"), SQL("partner.commercial_partner_id")
        amount = SQL(
            """CASE WHEN document.currency_id = scope.currency_id THEN document.amount
                    ELSE ROUND(document.amount / %s * %s, scope.decimal_places) END""",
            self._rate_of_day(SQL("document.currency_id"), date),
            self._rate_of_day(SQL("scope.currency_id"), date),
        )
        return SQL(
            """%s FROM customer_imported_purchase document
                  JOIN %s scope ON scope.branch_id = document.company_id
                  LEFT JOIN res_partner partner ON partner.id = document.partner_id
                 WHERE (scope.import_cutover_date IS NULL OR document.date <= scope.import_cutover_date)
                   AND (document.amount <> 0 OR scope.count_zero_orders) AND %s""",
            self._columns(
                row_id=self._row_id(SQL("document.id"), 6),
                partner=partner,
                user=SQL("NULL::int"),
                date=date,
                amount=amount,
                reference=SQL("document.reference"),
                model="customer.imported.purchase",
                document_id=SQL("document.id"),
                problem=self._problem(
                    partner=partner, date=date, amount=SQL("document.amount"), currency=SQL("document.currency_id")
                ),
            ),
            self._scope(),
            self._only_customers(partner),
        )

    # ------------------------------------------------------------------ what is scored

    @api.model
    def _read_transactions(self, policy, as_of, customer_ids=None, until=None, left_aside_too=False):
        """The purchases and refunds of a company as the scoring package takes them, without customers left aside.

        :param as_of: the day of scoring; later ones, if any, are problems unless today is later
        :param customer_ids: only these commercial entities; None for all
        :param until: only those up to this day; None for all
        :param left_aside_too: also those of customers left aside
        :return: `scoring.transactions.Transactions`, and how many were left out
        """
        import numpy as np  # NumPy is loaded by the job, not by every worker

        from ..scoring import transactions
        from ..tools import binary_copy

        self.env.flush_all()
        whole, amount = binary_copy.INTEGER, binary_copy.FLOAT
        rows = binary_copy.read(
            self.env.cr,
            self._transactions_query(policy, as_of, customer_ids, until),
            {"partner_id": whole, "day": whole, "amount": amount, "is_purchase": whole},
        )
        usable = rows["partner_id"] != 0
        exclusions = self.env["customer.segmentation.exclusion"]
        left_aside = [] if left_aside_too else exclusions._left_aside(policy.company_id, customer_ids)
        scored = usable & ~np.isin(rows["partner_id"], left_aside) if left_aside else usable
        return transactions.ordered(**{name: values[scored] for name, values in rows.items()}), int((~usable).sum())

    @api.model
    def _transactions_query(self, policy, as_of, customer_ids, until=None):
        """What scoring needs of each transaction; customer 0 stands for those that cannot be scored.

        Source by source: PostgreSQL would sort or hash the union as a whole.
        """
        draft_id = policy.id if policy.draft_of_id else None
        scoped = self.with_context(only_customer_ids=customer_ids, as_of=as_of, draft_policy_id=draft_id)
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT CASE WHEN problem IS NULL THEN partner_id ELSE 0 END::int4,
                          COALESCE(date - DATE '1970-01-01', 0)::int4,
                          CASE WHEN problem IS NULL THEN amount ELSE 0 END::float8,
                          (kind = 'purchase')::int4
                     FROM (%s) source WHERE company_id = %s AND %s""",
                source,
                policy.company_id.id,
                SQL("date <= %s", until) if until else SQL("TRUE"),
            )
            for source in scoped._transaction_sources()
        )

    @api.model
    def _sql_purchases(self, company, customer_ids=None, since=None, until=None):
        """The purchases of a root company: partner_id, company_id, date, moment, source_model, source_id.

        For everyone who asks what somebody bought since when. It reads what is in the database: flush before. `moment`
        is the UTC time, NULL for documents that have a day only; whoever looks for what came after a moment of a day
        takes the day from `since` and compares `COALESCE(moment, date)` himself.

        :param company: the root company; empty for all
        :param customer_ids: only these commercial entities, a list or SQL of an array; None for all
        :param since: only those of this day or later; None for all
        :param until: only those of this day or earlier; None for all
        """
        scoped = self
        if customer_ids is not None:
            scoped = scoped.with_context(only_customer_ids=customer_ids)
        if since or until:
            scoped = scoped.with_context(only_days=(since, until))
        # Turned so that PostgreSQL, which knows nothing about computed columns, does not take the conditions for rarely
        # true and look up each row by itself.
        return SQL(
            """SELECT partner_id, company_id, date, moment, source_model, source_id FROM (%s) source
                WHERE is_purchase IS NOT FALSE AND %s AND %s AND %s""",
            SQL(" UNION ALL ").join(scoped._transaction_sources()),
            SQL("company_id = %s", company.root_id.id) if company else SQL("TRUE"),
            SQL("NOT date < %s", since) if since else SQL("TRUE"),
            SQL("NOT date > %s", until) if until else SQL("TRUE"),
        )

    @api.model
    def _sql_buyers(self, first, last):
        """Who bought from a day to another, both included: partner_id, company_id."""
        return SQL(
            "SELECT partner_id, company_id FROM (%s) purchase",
            self._sql_purchases(self.env["res.company"], since=first, until=last),
        )
