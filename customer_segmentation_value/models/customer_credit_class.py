"""How far a customer can be trusted with an open invoice, A to D, from how it pays; read now and stored nowhere.

Days of grace are those of the classes themselves: what is overdue no longer than class A allows changes nothing, and
only what is overdue for longer than class B allows counts in the overdue share. That share is taken of all that is open
or, when that is more, of an average quarter's revenue: one small invoice somebody forgot says little about a customer
who pays all others, and the same amount says much about a customer who owes nothing else and buys little.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import by_code, said
from odoo.tools import SQL
from odoo.tools.misc import formatLang

CREDIT_CLASSES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
QUARTER = 3  # months
ID_STEP = 2**20  # companies that fit into the identifier of a row


class Credit(NamedTuple):
    """What is known of one customer; amounts include taxes, in company currency."""

    credit_class: str | None
    days_late: float | None
    overdue_amount: float
    open_amount: float
    long_overdue_amount: float  # for longer than class B allows
    quarter_revenue: float  # of an average quarter of the policy's window
    overdue_share: float  # percent: long overdue, of what is open or of the quarter, whichever is more


class CustomerCreditClass(models.Model):
    """All customers with invoices in the companies the user works in, for managers."""

    _name = "customer.credit.class"
    _inherit = ["customer.query"]
    _description = "Credit Class"
    _auto = False
    _order = "credit_class desc, overdue_amount desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"
    _depends = {
        "account.move": ["state", "move_type", "invoice_date", "partner_id", "company_id"],
        "account.move.line": [
            "move_id",
            "display_type",
            "balance",
            "amount_currency",
            "date_maturity",
            "reconciled",
        ],
        "account.partial.reconcile": ["debit_move_id", "debit_amount_currency", "max_date"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "customer.segmentation.policy": [
            "credit_days_a",
            "credit_days_b",
            "credit_days_c",
            "credit_overdue_share",
            "window_months",
            "tz",
        ],
        "customer.segmentation.profile": ["partner_id", "company_id", "revenue"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    credit_class = fields.Selection(
        CREDIT_CLASSES,
        readonly=True,
        help="A: pays in time. D: pays very late, or most of what is open is overdue for long. The limits are in the "
        "policy.",
    )
    days_late = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Days after the due date, weighted by amount, for the invoices of the policy's window.",
    )
    overdue_amount = fields.Monetary("Overdue", readonly=True, help="Open and past due.")
    open_amount = fields.Monetary(readonly=True, help="All that is not paid yet.")
    long_overdue_amount = fields.Monetary(
        "Long Overdue", readonly=True, help="Overdue for more days than class B allows, usually 30."
    )
    quarter_revenue = fields.Monetary(
        readonly=True, aggregator=None, help="Of an average quarter of the policy's window."
    )
    overdue_share = fields.Float(
        "Long Overdue Share (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="What is long overdue, as part of all that is open or, if that is more, of an average quarter's revenue.",
    )
    trust = fields.Selection(related="partner_id.trust", string="Trust Set by Hand")

    @property
    def _table_query(self):
        policies = self.env["customer.segmentation.policy"].sudo()
        policies = policies.search([("company_id", "in", self.env.companies.sudo().root_id.ids)])
        only = said(self.env, "credit_customer_ids")
        rows = [
            SQL(
                """SELECT credit.customer_id::bigint * %(step)s + %(company)s AS id, credit.customer_id AS partner_id,
                          %(company)s AS company_id, partner.user_id, credit.credit_class, credit.days_late,
                          credit.overdue_amount, credit.open_amount, credit.long_overdue_amount,
                          credit.quarter_revenue, credit.overdue_share
                     FROM (%(credits)s) credit
                     JOIN res_partner partner ON partner.id = credit.customer_id""",
                step=ID_STEP,
                company=policy.company_id.id,
                credits=self._query(policy, only),
            )
            for policy in policies
        ]
        return SQL(" UNION ALL ").join(SQL("(%s)", row) for row in rows) if rows else self._no_rows()

    @api.model
    def _no_rows(self):
        return SQL(
            """SELECT NULL::bigint AS id, NULL::int AS partner_id, NULL::int AS company_id, NULL::int AS user_id,
                      NULL::text AS credit_class, NULL::float8 AS days_late, NULL::float8 AS overdue_amount,
                      NULL::float8 AS open_amount, NULL::float8 AS long_overdue_amount,
                      NULL::float8 AS quarter_revenue, NULL::float8 AS overdue_share WHERE FALSE"""
        )

    # ------------------------------------------------------------------ reading the list

    def fetch(self, field_names=None):
        """Work out these customers only: a condition on the identifier would come after all are worked out."""
        customer_ids = [row_id // ID_STEP for row_id in self._ids]
        return super(CustomerCreditClass, self.with_context(**by_code(credit_customer_ids=customer_ids))).fetch(
            field_names
        )

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """Work out all customers once for order and count, then those of the page."""
        found = self.search(domain, order=order)
        page = found[offset : offset + limit if limit else None]
        length = min(len(found), count_limit) if count_limit else len(found)
        return {"length": length, "records": page.web_read(specification)}

    # ------------------------------------------------------------------ working it out

    @api.model
    def _query(self, policy, customer_ids=None):
        """`customer_id` and the fields of `Credit`, as of today."""
        return SQL(
            """SELECT customer_id,
                      CASE WHEN days_late IS NULL AND overdue_amount <= 0 THEN NULL
                           WHEN COALESCE(days_late, 0) > %(c)s OR overdue_share > %(share)s THEN 'D'
                           WHEN COALESCE(days_late, 0) > %(b)s THEN 'C'
                           WHEN COALESCE(days_late, 0) > %(a)s OR disturbing_amount > 0 THEN 'B'
                           ELSE 'A' END AS credit_class,
                      days_late, overdue_amount, open_amount, long_overdue_amount, quarter_revenue, overdue_share
                 FROM (SELECT *, COALESCE(100 * long_overdue_amount
                                          / NULLIF(GREATEST(open_amount, quarter_revenue), 0), 0) AS overdue_share
                         FROM (%(owing)s) owing) known
                WHERE customer_id NOT IN (%(excluded)s)""",
            a=policy.credit_days_a,
            b=policy.credit_days_b,
            c=policy.credit_days_c,
            share=policy.credit_overdue_share,
            owing=self._query_owing(policy, customer_ids),
            excluded=self.env["customer.segmentation.exclusion"]._sql_excluded(policy.company_id.id),
        )

    @api.model
    def _query_owing(self, policy, customer_ids):
        """How each customer pays, and what it buys in a quarter."""
        behaviour = self.env["customer.payment.behaviour"]
        grace = (policy.credit_days_a, policy.credit_days_b)
        return SQL(
            """SELECT paid.*, GREATEST(COALESCE(profile.revenue, 0), 0)::float8 * %(part)s AS quarter_revenue
                 FROM (%(paid)s) paid (customer_id, days_late, overdue_amount, open_amount, disturbing_amount,
                                       long_overdue_amount)
                 LEFT JOIN customer_segmentation_profile profile
                   ON profile.partner_id = paid.customer_id AND profile.company_id = %(company)s""",
            paid=behaviour._query(policy, policy._today(), customer_ids, grace),
            company=policy.company_id.id,
            part=min(1.0, QUARTER / policy.window_months),
        )

    @api.model
    def _read_of(self, company, customers):
        """The credit of commercial entities in a company and its branches; who has no invoice is missing.

        :return: {commercial entity: Credit}
        """
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        if not policy or not customers._origin.ids:
            return {}
        self.env["customer.payment.behaviour"]._flush()
        self.env["customer.segmentation.profile"].flush_model(["partner_id", "company_id", "revenue"])
        rows = self.env.execute_query(self._query(policy, customers._origin.ids))
        return {customer: Credit(*known) for customer, *known in rows}

    @api.model
    def _in_words(self, policy, credit):
        """ "Pays 12.5 days late on average; $ 300.00 overdue, $ 200.00 of it for more than 30 days, 40% of …" """
        if credit.days_late:
            late = formatLang(self.env, credit.days_late, digits=1)
            words = self.env._("Pays %s days late on average", late)
        else:
            words = self.env._("Pays in time")
        return f"{words}; {self._overdue_in_words(policy, credit)}" if credit.overdue_amount else words

    @api.model
    def _overdue_in_words(self, policy, credit):
        currency, days = policy.currency_id, policy.credit_days_b
        amount = formatLang(self.env, credit.overdue_amount, currency_obj=currency)
        if credit.long_overdue_amount <= 0:
            return self.env._("%(amount)s overdue, nothing for more than %(days)s days", amount=amount, days=days)
        values = {
            "amount": amount,
            "days": days,
            "long": formatLang(self.env, credit.long_overdue_amount, currency_obj=currency),
            "share": formatLang(self.env, credit.overdue_share, digits=0),
        }
        if credit.quarter_revenue > credit.open_amount:
            return self.env._(
                "%(amount)s overdue, %(long)s of it for more than %(days)s days: %(share)s%% of an average quarter's "
                "revenue",
                **values,
            )
        return self.env._(
            "%(amount)s overdue, %(long)s of it for more than %(days)s days: %(share)s%% of what is open", **values
        )
