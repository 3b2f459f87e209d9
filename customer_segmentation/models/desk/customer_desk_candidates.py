"""Who could stand on a desk: promises that are due, quotations without answer, customers with something at stake.

_found()        all of them, read at once; who stands there is decided by `tools/desk.py`
_planned()      own activities about customers
_quotations()   own quotations that nobody answered
_at_stake()     the domain of own customers who are late or on whom a playbook works
"""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.desk import Found, Planned, is_for_later

OPEN = ("waiting", "open")
QUIET_DAYS = 3  # a quotation is given so many days before somebody asks
OLD_DAYS = 60  # after which nobody expects an answer any more
ABOUT_CUSTOMERS = {"res.partner": "id", "crm.lead": "partner_id", "sale.order": "partner_id"}


class CustomerDeskCandidates(models.AbstractModel):
    _name = "customer.desk.candidates"
    _description = "Who Could Stand on a Desk"

    @api.model
    def _found(self, desk):
        """What is known of who could stand on a desk."""
        planned, quotations = self._planned(desk), self._quotations(desk)
        meant = {*planned, *quotations}
        here = Domain("company_id", "=", desk.company.id) & Domain("partner_id", "in", list(meant))
        return Found(
            planned,
            quotations,
            self.env["customer.desk"]._seen_of(meant),
            self._most_first(here & Domain("at_stake", ">", 0)),
            self._most_first(self._at_stake(desk, planned)),
        )

    @api.model
    def _most_first(self, domain):
        """The customers of profiles, those with most at stake first."""
        order = "at_stake desc, yearly_value desc, id"
        profiles = self.env["customer.segmentation.profile"].search_fetch(domain, ["partner_id"], order=order)
        return profiles.partner_id.ids

    # ------------------------------------------------------------------ promises

    @api.model
    def _planned(self, desk, customer_ids=None):
        """The person's own activities about customers: {customer id: [Planned, the earliest first]}.

        :param customer_ids: only these; None for all
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT planned.customer_id, planned.id, planned.date_deadline, entry.id,
                          entry.id IS NULL OR entry.promised_on IS NOT NULL, planned.create_date
                     FROM (%(activities)s) planned
                     LEFT JOIN customer_playbook_entry entry ON entry.id = planned.customer_playbook_entry_id
                    WHERE %(only)s ORDER BY planned.date_deadline, planned.id""",
                activities=SQL(" UNION ALL ").join(self._activities_about(desk, name) for name in ABOUT_CUSTOMERS),
                only=SQL("TRUE") if customer_ids is None else SQL("planned.customer_id = ANY(%s)", list(customer_ids)),
            )
        )
        found = {}
        for customer_id, *planned in rows:
            found.setdefault(customer_id, []).append(Planned(*planned))
        return found

    @api.model
    def _activities_about(self, desk, model):
        """Own activities on records of a model, with the customer: of the company, or of none."""
        record, company = self.env[model], SQL("TRUE")
        if model != "res.partner":
            company = SQL(
                "(record.company_id IS NULL OR record.company_id = ANY(%s))",
                self.env["res.company"].sudo().search([("id", "child_of", desk.company.id)]).ids,
            )
        return SQL(
            """SELECT partner.commercial_partner_id AS customer_id, activity.id, activity.date_deadline,
                      activity.customer_playbook_entry_id, activity.create_date
                 FROM mail_activity activity
                 JOIN %(table)s record ON record.id = activity.res_id
                 JOIN res_partner partner ON partner.id = record.%(customer)s AND partner.active
                WHERE activity.res_model = %(model)s AND activity.active AND activity.user_id = %(user)s
                  AND %(company)s
                  AND (activity.customer_playbook_company_id IS NULL
                       OR activity.customer_playbook_company_id = %(root)s)""",
            table=SQL.identifier(record._table),
            customer=SQL.identifier(ABOUT_CUSTOMERS[model]),
            model=model,
            user=desk.user.id,
            company=company,
            root=desk.company.id,
        )

    # ------------------------------------------------------------------ quotations

    @api.model
    def _quotations(self, desk, customer_ids=None):
        """The person's own quotations that were sent some days ago and are neither answered nor out of date:
        {customer id: sale orders}, the largest first."""
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return {}
        domain = [
            ("user_id", "=", desk.user.id),
            ("state", "=", "sent"),
            ("date_order", "<", desk.today - timedelta(days=QUIET_DAYS - 1)),
            ("date_order", ">=", desk.today - timedelta(days=OLD_DAYS)),
            ("company_id", "child_of", desk.company.id),
            "|",
            ("validity_date", "=", False),
            ("validity_date", ">=", desk.today),
        ]
        if customer_ids is not None:
            domain.append(("partner_id.commercial_partner_id", "in", list(customer_ids)))
        found = orders.search(domain, order="amount_untaxed desc, id")
        return found.grouped(lambda order: order.partner_id.commercial_partner_id.id)

    # ------------------------------------------------------------------ at stake

    @api.model
    def _at_stake(self, desk, planned):
        """Profiles of own customers who are late, and of those on whom a playbook works for this person.

        Nobody where customers are not scored any more; and not those who rest, on whom something is planned for later,
        who may not be called, or whose order is not scored yet.

        :param planned: what `_planned` found
        """
        if not desk.policy._is_at_work():
            return Domain.FALSE
        later = [customer for customer, found in planned.items() if is_for_later(found, desk.today)]
        return (
            Domain("company_id", "=", desk.company.id)
            & Domain("partner_id.active", "=", True)
            & (self._late(desk) | self._in_playbooks(desk))
            & Domain("partner_id", "not in", later + self._resting(desk))
            & Domain.custom(to_sql=self._sql_may_be_called)
        )

    @api.model
    def _late(self, desk):
        return (
            Domain("partner_id.user_id", "=", desk.user.id)
            & Domain("expected_next_order_date", "<", desk.today)
            & Domain("gone_date", ">", desk.today)
            & Domain("partner_id", "not in", self._sql_held_back(desk, "keep"))
        )

    @api.model
    def _in_playbooks(self, desk):
        """Those with an entry of the person, of a purpose for which no control group holds them back."""
        purposes = [value for value, _label in self.env["customer.playbook"]._fields["purpose"].selection]
        return Domain.OR(
            Domain(
                "playbook_entry_ids",
                "any!",
                [
                    ("user_id", "=", desk.user.id),
                    ("state", "in", OPEN),
                    ("playbook_id.purpose", "=", purpose),
                    ("partner_id", "not in", self._sql_held_back(desk, purpose)),
                ],
            )
            for purpose in purposes
        )

    @api.model
    def _sql_held_back(self, desk, purpose):
        """The customers whom a control group of playbooks of a purpose holds back."""
        return SQL(
            """(SELECT entry.partner_id FROM customer_playbook_entry entry
                  JOIN customer_playbook playbook ON playbook.id = entry.playbook_id AND playbook.purpose = %s
                 WHERE entry.company_id = %s AND entry.state = 'control' AND entry.partner_id IS NOT NULL
                   AND entry.entered_on > %s::date - playbook.success_days)""",
            purpose,
            desk.company.id,
            desk.today,
        )

    @api.model
    def _held_back(self, desk, customer_ids):
        """The purposes for which control groups hold these customers back: {customer id: {purpose}}."""
        rows = self.env.execute_query(
            SQL(
                """SELECT entry.partner_id, ARRAY_AGG(DISTINCT playbook.purpose)
                     FROM customer_playbook_entry entry
                     JOIN customer_playbook playbook ON playbook.id = entry.playbook_id
                    WHERE entry.company_id = %s AND entry.state = 'control' AND entry.partner_id = ANY(%s)
                      AND entry.entered_on > %s::date - playbook.success_days GROUP BY 1""",
                desk.company.id,
                list(customer_ids),
                desk.today,
            )
        )
        return {customer: set(purposes) for customer, purposes in rows}

    @api.model
    def _resting(self, desk):
        """The customers whom everybody leaves alone for a while, as somebody said what came of a call."""
        rows = self.env["customer.desk.row"].sudo()
        found = rows._read_group(
            [("company_id", "=", desk.company.id), ("rests_until", ">=", desk.today)], ["partner_id"]
        )
        return [partner.id for (partner,) in found]

    @api.model
    def _sql_may_be_called(self, _model, alias, _query):
        """Whether a customer may be called, and what it ordered is scored."""
        partner, company = SQL.identifier(alias, "partner_id"), SQL.identifier(alias, "company_id")
        return SQL(
            """(%(followed_up)s
                AND NOT EXISTS (SELECT FROM res_partner person JOIN phone_blacklist blocked
                                    ON blocked.number = person.phone_sanitized AND blocked.active
                                 WHERE person.id = %(partner)s)
                AND NOT EXISTS (SELECT FROM customer_segmentation_queue queued
                                 WHERE queued.partner_id = %(partner)s AND queued.company_id = %(company)s))""",
            followed_up=self.env["customer.segmentation.profile"]._sql_followed_up(partner, company),
            partner=partner,
            company=company,
        )
