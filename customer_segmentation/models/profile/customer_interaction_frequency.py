"""How often customers were in contact with us, by channel: what `customer.interaction` comes down to, in one query."""

from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from ...tools.labels import CHANNELS

# Days since the last contact ever, contacts of the window, and contacts of the window by channel.
ContactFrequency = namedtuple("ContactFrequency", ["days_since", "count", *(channel for channel, _label in CHANNELS)])


class CustomerInteraction(models.Model):
    _inherit = "customer.interaction"

    @api.model
    def _frequency(self, policy, as_of, customer_ids=None):
        """How often the customers of a company were in contact with it, or on what belongs to no company.

        :param as_of: contacts after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        :return: {commercial entity: ContactFrequency}, without customers nobody ever had contact with
        """
        interactions = self.sudo().with_company(policy.company_id)
        interactions = interactions.with_context(only_customer_ids=customer_ids)
        in_window = SQL("date > %s", policy._window_start(as_of))
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
