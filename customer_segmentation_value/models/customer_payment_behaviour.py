"""How customers pay: from posted invoices and what settled them, in one query.

Each maturity line of an invoice (several with a payment term of instalments) is cut into parts: what settled it, each
on its own day, and what is still open.

| due 31 Jan, as of 31 Mar     | part | paid   | days late            |
| a payment in time            |  500 | 20 Jan | 0                    |
| a payment, a credit note     |  300 | 10 Feb | 10                   |
| still open                   |  200 |        | 59, growing each day |

Days late of the customer: (500 · 0 + 300 · 10 + 200 · 59) / 1000 = 14.8. What is open and not due yet says nothing
about how the customer pays and is left out. What was paid counts as long as its invoice is in the policy's window,
what is overdue until it is paid: nobody becomes a prompt payer by not paying for long. Days are those of the
reconciliation: a payment that is registered but not matched with the invoice has not arrived.
"""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class PaymentBehaviour(NamedTuple):
    """How one customer pays. Amounts include taxes and are in company currency."""

    days_late: float | None  # average weighted by amount, to the tenth; None: nothing paid in the window or overdue
    overdue_amount: float  # open and past due, however old the invoice
    overdue_share: float  # part of all that is open, 0 to 1

    @property
    def overdue_percent(self):
        return round(100 * self.overdue_share, 1)


class CustomerPaymentBehaviour(models.AbstractModel):
    _name = "customer.payment.behaviour"
    _description = "Customer Payment Behaviour"

    @api.model
    def _read(self, policy, as_of, customer_ids=None):
        """How the customers of a company and its branches pay.

        :param as_of: payments after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        :return: {commercial entity: PaymentBehaviour}; customers without such invoices are missing
        """
        self._flush()
        rows = self.env.execute_query(self._query(policy, as_of, customer_ids))
        return {
            customer: PaymentBehaviour(days_late, overdue, overdue / open_amount if open_amount else 0.0)
            for customer, days_late, overdue, open_amount, *_older in rows
        }

    @api.model
    def _flush(self):
        """Write to the database what the query reads."""
        read = {
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
            "res.partner": ["commercial_partner_id"],
        }
        for model, names in read.items():
            self.env[model].flush_model(names)

    @api.model
    def _query(self, policy, as_of, customer_ids, longer_than=()):
        """Customer, days late, overdue and open amount, then what is overdue for more than each of so many days.

        Each maturity opens an amount and each part that settles it by `as_of` closes some of it: sums over both are
        all that is needed. Days are rounded twice, so that a tie does not depend on the order of adding.
        """
        return SQL(
            """WITH maturity AS MATERIALIZED (%(maturities)s),
                    movement AS (
                        SELECT customer_id, inside, due, balance AS opened, 0::float8 AS settled,
                               0::float8 AS settled_days
                          FROM maturity
                         UNION ALL
                        SELECT customer_id, inside, due, -%(amount)s, %(amount)s,
                               %(amount)s * GREATEST(0, part.max_date - due)
                          FROM maturity
                          JOIN account_partial_reconcile part
                            ON part.debit_move_id = maturity.id AND part.max_date <= %(as_of)s)
               SELECT customer_id,
                      ROUND(ROUND((SUM(inside::int * settled_days + %(overdue)s * (%(as_of)s - due))
                                   / NULLIF(SUM(inside::int * settled + %(overdue)s), 0))::numeric, 6),
                            1)::float8,
                      ROUND(SUM(%(overdue)s)::numeric, %(places)s)::float8,
                      ROUND(SUM(opened)::numeric, %(places)s)::float8%(older)s
                 FROM movement
                GROUP BY customer_id""",
            maturities=self._maturities(policy, as_of, customer_ids),
            as_of=as_of,
            # In the currency of the invoice: an exchange difference, booked at the end of a month, settles nothing.
            amount=SQL("rate * part.debit_amount_currency::float8"),
            overdue=SQL("CASE WHEN due < %s THEN opened ELSE 0 END", as_of),
            places=policy.currency_id.decimal_places,
            older=SQL("").join(
                SQL(
                    ", ROUND(COALESCE(SUM(opened) FILTER (WHERE due < %s), 0)::numeric, %s)::float8",
                    as_of - timedelta(days=days),
                    policy.currency_id.decimal_places,
                )
                for days in longer_than
            ),
        )

    @api.model
    def _maturities(self, policy, as_of, customer_ids):
        """What was to be paid and when: lines of the window (`inside`), and older ones that are still open.

        On a customer invoice the lines of a receivable account are those of its payment term, Odoo sees to that.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return SQL(
            """SELECT line.id, partner.commercial_partner_id AS customer_id, line.balance::float8 AS balance,
                      line.balance::float8 / line.amount_currency::float8 AS rate,
                      COALESCE(line.date_maturity, invoice.invoice_date) AS due,
                      invoice.invoice_date > %(start)s AS inside
                 FROM account_move invoice
                 JOIN res_partner partner ON partner.id = invoice.partner_id
                 JOIN account_move_line line
                   ON line.move_id = invoice.id AND line.display_type = 'payment_term' AND line.amount_currency > 0
                WHERE invoice.move_type = 'out_invoice' AND invoice.state = 'posted'
                  AND invoice.company_id = ANY(%(companies)s) AND invoice.invoice_date <= %(as_of)s
                  AND (invoice.invoice_date > %(start)s OR NOT line.reconciled) AND %(only)s""",
            start=policy._window_start(as_of),
            as_of=as_of,
            companies=companies.search([("id", "child_of", policy.company_id.id)]).ids,
            only=SQL("TRUE")
            if customer_ids is None
            else SQL("partner.commercial_partner_id = ANY(%s)", list(customer_ids)),
        )
