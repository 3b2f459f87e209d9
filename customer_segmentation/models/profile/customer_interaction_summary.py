"""What the contacts with a customer come down to."""

from collections import namedtuple
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import by_code
from ...tools.labels import CHANNELS
from ...tools.periods import window_start

# Days since the last contact ever, contacts of the window, and contacts of the window by channel.
ContactFrequency = namedtuple("ContactFrequency", ["days_since", "count", *(channel for channel, _label in CHANNELS)])


class LastContact(NamedTuple):
    """What a customer's contacts come down to; the count and the channel are those of the policy's window."""

    date: fields.Date
    count: int
    channel: str | None


class CustomerInteractionSummary(models.AbstractModel):
    _name = "customer.interaction.summary"
    _description = "Contacts with a Customer, Summed up"

    @api.model
    def _last_by_customer(self, customer_ids, company=None):
        """The last contact of each customer, how many there were in the window, and by which channel most of them.

        Contacts of the company count and those that belong to none, whoever had them.

        :param customer_ids: commercial entities; None for all of them
        :param company: a root company; default that of the user's current company
        :return: {customer id: LastContact}, without customers nobody ever had contact with
        """
        company = company or self.env.company.root_id
        policy = self.env["customer.segmentation.policy"].sudo()._of_company(company)
        today = policy._today()
        scoped = self.env["customer.interaction"].sudo().with_company(company)
        scoped = scoped.with_context(**by_code(only_customer_ids=customer_ids))
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, MAX(date), SUM(count)::int,
                          (ARRAY_AGG(channel ORDER BY count DESC, moment DESC, channel) FILTER (WHERE count > 0))[1]
                     FROM (SELECT partner_id, channel, MAX(date) AS date,
                                  COUNT(*) FILTER (WHERE date > %(start)s) AS count,
                                  MAX(moment) FILTER (WHERE date > %(start)s) AS moment
                             FROM %(rows)s interaction
                            WHERE date <= %(today)s AND (company_id = %(company)s OR company_id IS NULL)
                            GROUP BY partner_id, channel) by_channel
                    GROUP BY partner_id""",
                rows=scoped._table_sql,
                today=today,
                company=company.id,
                start=window_start(policy, today),
            )
        )
        return {customer_id: LastContact(*contact) for customer_id, *contact in rows}

    @api.model
    def _frequency(self, policy, as_of, customer_ids=None):
        """How often the customers of a company were in contact with it, or on what belongs to no company.

        :param as_of: contacts after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        :return: {commercial entity: ContactFrequency}, without customers nobody ever had contact with
        """
        interactions = self.env["customer.interaction"].sudo().with_company(policy.company_id)
        interactions = interactions.with_context(**by_code(only_customer_ids=customer_ids))
        in_window = SQL("date > %s", window_start(policy, as_of))
        counts = [SQL("COUNT(*) FILTER (WHERE %s)", in_window)]
        counts += [SQL("COUNT(*) FILTER (WHERE %s AND channel = %s)", in_window, channel) for channel, _ in CHANNELS]
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, %(as_of)s - MAX(date), %(counts)s FROM %(rows)s interaction
                    WHERE date <= %(as_of)s AND (company_id = %(company)s OR company_id IS NULL)
                    GROUP BY partner_id""",
                rows=interactions._table_sql,
                as_of=as_of,
                counts=SQL(", ").join(counts),
                company=policy.company_id.id,
            )
        )
        return {customer: ContactFrequency(*counted) for customer, *counted in rows}
