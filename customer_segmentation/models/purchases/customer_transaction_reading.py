"""Who asks `customer.transaction` for many rows at once: scoring, and whoever looks for what was bought since when."""

from odoo import api, models
from odoo.tools import SQL

from ...tools.context import number_said
from ...tools.sql import NOTHING, once


class CustomerTransaction(models.Model):
    _inherit = "customer.transaction"

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
        scoped = self.with_context(
            only_customer_ids=customer_ids,
            only_company_id=policy.company_id.id,
            as_of=as_of,
            until=until,
            tried_policy_id=None if policy._live() else policy.id,
        )
        deducted = scoped._deducted_of(policy, customer_ids)
        rows = SQL(" UNION ALL ").join(
            SQL(
                """SELECT CASE WHEN problem IS NULL THEN partner_id ELSE 0 END::int4,
                          COALESCE(date - DATE '1970-01-01', 0)::int4,
                          CASE WHEN problem IS NULL THEN amount ELSE 0 END::float8,
                          COALESCE(%s, FALSE)::int4, (kind = 'refund')::int4
                     FROM (SELECT partner_id, date, amount, kind, counts, problem FROM (%s) source OFFSET 0) needed
                    WHERE %s""",
                self._is_purchase(),
                source,
                SQL("date <= %s", until) if until else SQL("TRUE"),
            )
            for source in scoped._transaction_sources(policy, deducted)
        )
        if policy.source != "sale" or deducted is NOTHING:
            return rows
        return SQL("WITH deducted_document AS MATERIALIZED (%s) %s", scoped._deducted_documents(), rows)

    @api.model
    def _deducted_of(self, policy, customer_ids):
        """What is taken back of orders: a table that is to be made, or `NOTHING`.

        Of a few customers it is asked first whether there is anything: to plan for it takes PostgreSQL longer than all
        the rest, and most customers never gave anything back.
        """
        if customer_ids is None or policy.source != "sale":
            return SQL("deducted_document")
        credited = SQL("SELECT FROM (%s) credited LIMIT 1", self._credited_orders())
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
            scoped = scoped.with_context(only_customer_ids=customer_ids)
        if since or until:
            scoped = scoped.with_context(only_days=(since, until))
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
        company_id = number_said(self.env, "only_company_id")
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
