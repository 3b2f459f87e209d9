"""One row per purchase or refund, in company currency: the only door through which purchases enter.

How a row comes about (`_table_query`):

    _transaction_sources()      one SELECT per document type, extended by glue addons
      sale.order                confirmed orders, and what credit notes take back of them (`…_orders.py`)
      account.move              posted invoices and credit notes, where the source is "invoice" (`…_invoices.py`)
      customer.imported.purchase  purchases made before Odoo
        ▼
    _scope()                    the branches of each root company with the policy that scores them
        ▼
    problem                     why a row cannot be used; such rows are left out of every score and listed
    is_purchase                 what counts as a purchase, said here and nowhere else (see `_is_purchase`)

Who asks whether, when or how often somebody bought asks `is_purchase` or `_sql_purchases` (`…_reading.py`), never
the documents. Customers are told apart by whom a row is counted for, never by who paid.

A document's identifier is unique inside its source only, so `id` is made of both (see `_row_id`).
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import day_said, number_said
from ...tools.documents import READ_FROM
from ...tools.labels import PROBLEMS
from ...tools.sql import NOTHING

OLDEST_YEARS = 50
OLDEST_IMPORTED_YEARS = 100  # history from before Odoo is older on purpose


class CustomerTransaction(models.Model):
    _name = "customer.transaction"
    _description = "Customer Transaction"
    _inherit = ["customer.document.row"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _depends = READ_FROM

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
    def _transaction_sources(self, policy=None, deducted=None):
        """The SELECTs whose union is this model, each with the columns of `_columns`.

        A glue addon appends its own; its slot in `_row_id` must be free.

        :param policy: leave out what this policy does not score anyway: to plan it would take PostgreSQL as long as to
            read what some customers bought; None for all
        :param deducted: SQL of what `_deducted_documents` selects, where it is at hand; `NOTHING` where it is known
            that nothing was taken back
        """
        sources = [self._select_imported_purchases()]
        if not policy or policy.source == "sale":
            deducted = deducted or self._deducted_documents()
            sources.append(self._select_orders(deducted))
            sources += [] if deducted is NOTHING else [self._select_order_refunds(deducted)]
            sources.append(self._select_unlinked_credit_notes())
        if not policy or policy.source == "invoice":
            sources += [self._select_invoices(), self._select_credit_notes()]
        return sources

    @api.model
    def _scope(self, source=None):
        """The branches with the policy of their root company: branch_id, company_id, tz, today, …

        The policy is the active one, or the one that is tried out.

        :param source: only policies that score this source ("sale" or "invoice"); None for all
        """
        tried, company_id = (number_said(self.env, key) for key in ("tried_policy_id", "only_company_id"))
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
        """The last day that is known, over `scope`: context key `until`, or today, or `as_of` if that is later."""
        if until := day_said(self.env, "until"):
            return SQL("%s::date", until)
        return SQL("GREATEST(scope.today, %s::date)", day_said(self.env, "as_of"))

    @api.model
    def _rounded(self, amount):
        """An amount in company currency, rounded as Odoo rounds: half away from zero, to the smallest unit."""
        return SQL("(ROUND((%s)::numeric / scope.rounding) * scope.rounding)", amount)

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
        moment=None,
        oldest_years=OLDEST_YEARS,
    ):
        """The first reason for which a row cannot be scored, as SQL; NULL for a good row."""
        checks = [SQL("WHEN %s IS NULL THEN 'no_customer'", partner)]
        if rate is not None:
            checks.append(SQL("WHEN %s <> scope.currency_id AND COALESCE(%s, 0) <= 0 THEN 'zero_rate'", currency, rate))
        known = SQL("%s OR %s", rate_typed_by_hand or SQL("FALSE"), self._has_rate(currency, date))
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

    # ------------------------------------------------------------------ imported purchases

    @api.model
    def _select_imported_purchases(self):
        """Purchases from before Odoo, up to the policy's cut-over date; negative amounts are refunds."""
        date, partner = SQL("document.date"), SQL("partner.commercial_partner_id")
        amount = SQL(
            """CASE WHEN document.currency_id = scope.currency_id THEN document.amount
                    ELSE %s END""",
            self._rounded(
                SQL(
                    "document.amount / %s * %s",
                    self._rate_of_day(SQL("document.currency_id"), date),
                    self._rate_of_day(SQL("scope.currency_id"), date),
                )
            ),
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
                    partner=partner,
                    date=date,
                    amount=SQL("document.amount"),
                    currency=SQL("document.currency_id"),
                    oldest_years=OLDEST_IMPORTED_YEARS,
                ),
            ),
            self._scope(),
            self._only_customers(partner),
        )
