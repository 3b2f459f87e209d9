"""One row per purchase or refund, in company currency: the only door through which purchases enter.

How a row comes about (`_table_query`):

    _transaction_sources()              one SELECT per document type, extended by glue addons
      customer.purchase.order.source    confirmed orders, and what credit notes take back of them
      customer.purchase.invoice.source  posted invoices and credit notes, where the source is "invoice"
      customer.purchase.import.source   purchases made before Odoo
        ▼
    customer.purchase.source            what each of them says in the same way:
      _scope()                          the branches of each root company with the policy that scores them
      problem                           why a row cannot be used; it is left out of every score and listed
      is_purchase                       what counts as a purchase, said there and nowhere else (`_is_purchase`)

Who asks whether, when or how often somebody bought asks `is_purchase` or `_sql_purchases`, never the documents; sums of
a window are in `customer.purchase.sums`, categories in `customer.purchase.category`. Customers are told apart by whom a
row is counted for, never by who paid.

A document's identifier is unique inside its source only, so `id` is made of both (see `_row_id`).
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import by_code, said
from ...tools.documents import READ_FROM
from ...tools.labels import PROBLEMS
from ...tools.sql import NOTHING, once


class CustomerTransaction(models.Model):
    _name = "customer.transaction"
    _description = "Customer Transaction"
    _inherit = ["customer.query", "customer.document.row"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _customer_path = "partner_id"
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
        help="Untaxed amount in company currency, at the document's own rate; what is taken back, at the rate at which "
        "it was counted. Refunds are negative.",
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
        orders, invoices = self.env["customer.purchase.order.source"], self.env["customer.purchase.invoice.source"]
        sources = [self.env["customer.purchase.import.source"]._select_imported_purchases()]
        if not policy or policy.source == "sale":
            deducted = deducted or orders._deducted_documents()
            sources.append(orders._select_orders(deducted))
            sources += [] if deducted is NOTHING else [orders._select_order_refunds(deducted)]
            sources.append(orders._select_unlinked_credit_notes())
        if not policy or policy.source == "invoice":
            sources += [invoices._select_invoices(), invoices._select_credit_notes()]
        return sources

    # ------------------------------------------------------------------ who asks for many rows at once

    @api.model
    def _read_transactions(self, policy, as_of, customer_ids=None, until=None, left_aside_too=False):
        """The purchases and refunds of a company as the scoring package takes them, without customers left aside.

        :param as_of: the day of scoring; later ones, if any, are problems unless today is later
        :param customer_ids: only these commercial entities; None for all
        :param until: only what was known up to this day; None for all
        :param left_aside_too: also those of customers left aside
        :return: `scoring.transactions.Transactions`, and how many were left out
        """
        import numpy as np  # NumPy is loaded by the job, not by every worker

        from ...scoring import transactions
        from ...tools import binary_copy

        self.env.flush_all()
        whole, amount = binary_copy.INTEGER, binary_copy.FLOAT
        rows = binary_copy.read(
            self.env.cr,
            self._transactions_query(policy, as_of, customer_ids, until),
            {"partner_id": whole, "day": whole, "amount": amount, "is_purchase": whole, "is_refund": whole},
        )
        usable = rows["partner_id"] != 0
        exclusions = self.env["customer.segmentation.exclusion"]
        left_aside = [] if left_aside_too else exclusions._left_aside(policy.company_id, customer_ids)
        scored = usable & ~np.isin(rows["partner_id"], left_aside) if left_aside else usable
        return transactions.ordered(**{name: values[scored] for name, values in rows.items()}), int((~usable).sum())

    @api.model
    def _transactions_query(self, policy, as_of, customer_ids, until=None):
        """What scoring needs of each transaction; customer 0 stands for those that cannot be scored.

        Source by source: PostgreSQL would sort or hash the union as a whole. OFFSET 0 has it work out each column that
        is needed once.
        """
        asked = by_code(
            only_customer_ids=customer_ids,
            only_company_id=policy.company_id.id,
            as_of=as_of,
            until=until,
            tried_policy_id=None if self.env["customer.segmentation.rest"]._live(policy) else policy.id,
        )
        scoped = self.with_context(**asked)
        deducted = scoped._deducted_of(policy, customer_ids)
        rows = SQL(" UNION ALL ").join(
            SQL(
                """SELECT CASE WHEN problem IS NULL THEN partner_id ELSE 0 END::int4,
                          COALESCE(date - DATE '1970-01-01', 0)::int4,
                          CASE WHEN problem IS NULL THEN amount ELSE 0 END::float8,
                          COALESCE(%s, FALSE)::int4, (kind = 'refund')::int4
                     FROM (SELECT partner_id, date, amount, kind, counts, problem FROM (%s) source OFFSET 0) needed
                    WHERE %s""",
                self.env["customer.purchase.source"]._is_purchase(),
                source,
                SQL("date <= %s", until) if until else SQL("TRUE"),
            )
            for source in scoped._transaction_sources(policy, deducted)
        )
        if policy.source != "sale" or deducted is NOTHING:
            return rows
        return SQL(
            "WITH deducted_document AS MATERIALIZED (%s) %s",
            scoped.env["customer.purchase.order.source"]._deducted_documents(),
            rows,
        )

    @api.model
    def _deducted_of(self, policy, customer_ids):
        """What is taken back of orders: a table that is to be made, or `NOTHING`.

        Of a few customers it is asked first whether there is anything: to plan for it takes PostgreSQL longer than all
        the rest, and most customers never gave anything back.
        """
        if customer_ids is None or policy.source != "sale":
            return SQL("deducted_document")
        credited = SQL(
            "SELECT FROM (%s) credited LIMIT 1", self.env["customer.purchase.order.source"]._credited_orders()
        )
        return SQL("deducted_document") if self.env.execute_query(credited) else NOTHING

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
            scoped = scoped.with_context(**by_code(only_customer_ids=customer_ids))
        if since or until:
            scoped = scoped.with_context(**by_code(only_days=(since, until)))
        policy = self.env["customer.segmentation.policy"]._of_company(company) if company else None
        # Turned so that PostgreSQL, which knows nothing about computed columns, does not take the conditions for rarely
        # true and look up each row by itself.
        return once(
            SQL(
                """SELECT partner_id, company_id, date, moment, source_model, source_id FROM (%s) source
                    WHERE is_purchase IS NOT FALSE AND %s AND %s AND %s""",
                SQL(" UNION ALL ").join(scoped._transaction_sources(policy)),
                SQL("company_id = %s", company.root_id.id) if company else SQL("TRUE"),
                SQL("NOT date < %s", since) if since else SQL("TRUE"),
                SQL("NOT date > %s", until) if until else SQL("TRUE"),
            )
        )

    @api.model
    def _policy_said(self):
        """The policy of the company in the context key `only_company_id`, None without: what it does not score anyway
        need not be planned."""
        company_id = said(self.env, "only_company_id")
        company = self.env["res.company"].browse(company_id or [])
        return self.env["customer.segmentation.policy"]._of_company(company) if company else None

    @api.model
    def _sql_buyers(self, first, last):
        """Who bought from a day to another, both included: partner_id, company_id."""
        policy = self._policy_said()
        return once(
            SQL(
                "SELECT DISTINCT partner_id, company_id FROM (%s) purchase",
                self._sql_purchases(policy.company_id if policy else None, since=first, until=last),
            )
        )

    @api.model
    def _first_purchases_after(self, company, beginnings):
        """The document of the first purchase each customer made after a moment of its own.

        A document without a time of its own counts from the next day on.

        :param company: a root company
        :param beginnings: a SELECT of `id, partner_id, day, moment`: the moment in UTC, and its day
        :return: {id: document}, without those who bought nothing since
        """
        self.env.flush_all()
        [(customers, since)] = self.env.execute_query(
            SQL("SELECT ARRAY_AGG(DISTINCT partner_id), MIN(day) FROM (%s) beginning", beginnings)
        )
        if not customers:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (beginning.id) beginning.id, purchase.source_model, purchase.source_id
                     FROM (%s) purchase
                     JOIN (%s) beginning ON beginning.partner_id = purchase.partner_id
                      AND CASE WHEN purchase.moment IS NULL THEN purchase.date > beginning.day
                               ELSE purchase.moment >= beginning.moment END
                    ORDER BY beginning.id, purchase.date, purchase.moment, purchase.source_id""",
                self.sudo()._sql_purchases(company, customers, since=since),
                beginnings,
            )
        )
        return {row_id: self.env[model].sudo().browse(document_id) for row_id, model, document_id in rows}

    @api.model
    def _past_changed(self, company):
        """Purchases of a root company from before today may have changed, in this transaction.

        An addon counts again what it counted of them.
        """
