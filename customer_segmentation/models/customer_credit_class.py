"""How far a customer can be trusted with an open invoice, A to D, from how it pays; read now and stored nowhere."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

CREDIT_CLASSES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]
ID_STEP = 2**20  # companies that fit into the identifier of a row


class Credit(NamedTuple):
    """What is known of one customer; amounts include taxes, in company currency."""

    credit_class: str | None
    days_late: float | None
    overdue_amount: float
    open_amount: float
    overdue_share: float  # percent of all that is open


class CustomerCreditClass(models.Model):
    """All customers with invoices in the companies the user works in, for managers."""

    _name = "customer.credit.class"
    _description = "Credit Class"
    _auto = False
    _order = "credit_class desc, overdue_amount desc, id"
    _rec_name = "partner_id"
    _depends = {
        "account.move": ["state", "move_type", "invoice_date", "partner_id", "company_id"],
        "account.move.line": [
            "move_id", "display_type", "balance", "amount_currency", "date_maturity", "reconciled",
        ],
        "account.partial.reconcile": ["debit_move_id", "debit_amount_currency", "max_date"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "customer.segmentation.policy": [
            "credit_days_a", "credit_days_b", "credit_days_c", "credit_overdue_share", "window_months", "tz",
        ],
    }  # fmt: skip

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    credit_class = fields.Selection(
        CREDIT_CLASSES, readonly=True,
        help="A: pays in time and owes nothing that is due. D: pays very late, or most of what is open is overdue. The "
        "limits are in the policy.",
    )  # fmt: skip
    days_late = fields.Float(
        readonly=True, digits=(16, 1), aggregator="avg",
        help="Days after the due date, weighted by amount, for the invoices of the policy's window.",
    )  # fmt: skip
    overdue_amount = fields.Monetary("Overdue", readonly=True, help="Open and past due.")
    open_amount = fields.Monetary(readonly=True, help="All that is not paid yet.")
    overdue_share = fields.Float(
        "Overdue Share (%)", readonly=True, digits=(5, 1), aggregator="avg", help="Of all that is open."
    )
    trust = fields.Selection(related="partner_id.trust", string="Trust Set by Hand")

    @property
    def _table_query(self):
        policies = self.env["customer.segmentation.policy"].sudo()
        policies = policies.search([("company_id", "in", self.env.companies.sudo().root_id.ids)])
        rows = [
            SQL(
                """SELECT credit.customer_id::bigint * %(step)s + %(company)s AS id, credit.customer_id AS partner_id,
                          %(company)s AS company_id, partner.user_id, credit.credit_class, credit.days_late,
                          credit.overdue_amount, credit.open_amount, credit.overdue_share
                     FROM (%(credits)s) credit
                     JOIN res_partner partner ON partner.id = credit.customer_id""",
                step=ID_STEP, company=policy.company_id.id, credits=self._query(policy),
            )
            for policy in policies
        ]  # fmt: skip
        return SQL(" UNION ALL ").join(SQL("(%s)", row) for row in rows) if rows else self._no_rows()

    @api.model
    def _no_rows(self):
        return SQL(
            """SELECT NULL::bigint AS id, NULL::int AS partner_id, NULL::int AS company_id, NULL::int AS user_id,
                      NULL::text AS credit_class, NULL::float8 AS days_late, NULL::float8 AS overdue_amount,
                      NULL::float8 AS open_amount, NULL::float8 AS overdue_share WHERE FALSE"""
        )

    @api.model
    def _query(self, policy, customer_ids=None):
        """`customer_id, credit_class, days_late, overdue_amount, open_amount, overdue_share` as of today."""
        behaviour = self.env["customer.payment.behaviour"]
        return SQL(
            """SELECT customer_id,
                      CASE WHEN days_late IS NULL AND overdue_amount <= 0 THEN NULL
                           WHEN COALESCE(days_late, 0) > %(c)s OR overdue_share > %(share)s THEN 'D'
                           WHEN COALESCE(days_late, 0) > %(b)s THEN 'C'
                           WHEN COALESCE(days_late, 0) > %(a)s OR overdue_amount > 0 THEN 'B'
                           ELSE 'A' END AS credit_class,
                      days_late, overdue_amount, open_amount, overdue_share
                 FROM (SELECT *, COALESCE(100 * overdue_amount / NULLIF(open_amount, 0), 0) AS overdue_share
                         FROM (%(paid)s) paid (customer_id, days_late, overdue_amount, open_amount)) known
                WHERE customer_id NOT IN (%(excluded)s)""",
            a=policy.credit_days_a, b=policy.credit_days_b, c=policy.credit_days_c, share=policy.credit_overdue_share,
            paid=behaviour._query(policy, policy._today(), customer_ids),
            excluded=self.env["customer.segmentation.exclusion"]._sql_excluded(policy.company_id.id),
        )  # fmt: skip

    @api.model
    def _read_of(self, company, customers):
        """The credit of commercial entities in a company and its branches; who has no invoice is missing.

        :return: {commercial entity: Credit}
        """
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        if not policy or not customers._origin.ids:
            return {}
        self.env["customer.payment.behaviour"]._flush()
        rows = self.env.execute_query(self._query(policy, customers._origin.ids))
        return {customer: Credit(*known) for customer, *known in rows}

    @api.model
    def _in_words(self, credit, currency):
        """ "12.5 days late on average; $ 300.00 overdue, 40 % of what is open" """
        if credit.days_late:
            late = formatLang(self.env, credit.days_late, digits=1)
            parts = [self.env._("Pays %s days late on average", late)]
        else:
            parts = [self.env._("Pays in time")]
        if credit.overdue_amount:
            parts.append(
                self.env._(
                    "%(amount)s overdue, %(share)s %% of what is open",
                    amount=formatLang(self.env, credit.overdue_amount, currency_obj=currency),
                    share=formatLang(self.env, credit.overdue_share, digits=0),
                )
            )
        return "; ".join(parts)
