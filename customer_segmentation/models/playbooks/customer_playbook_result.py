"""What came of playbooks, one row per entry: ordered or not, and for how much, within the days of its playbook.

Orders count from the day after the customer came in, for treated customers and the control group alike: an order of
the day itself may be what brought the customer in.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.context import by_code
from ...tools.documents import READ_FROM
from .customer_playbook_entry import ANSWERS, ENTRY_STATES, TREATMENTS


class CustomerPlaybookResult(models.Model):
    _name = "customer.playbook.result"
    _inherit = ["customer.query"]
    _description = "Playbook Result"
    _auto = False
    _order = "entered_on desc, id desc"
    _rec_name = "partner_id"
    _customer_path = "partner_id"
    _depends = {
        **READ_FROM,
        "customer.playbook.entry": [
            "playbook_id",
            "profile_id",
            "partner_id",
            "company_id",
            "entered_on",
            "treatment",
            "state",
            "user_id",
            "transition_id",
            "value",
            "answer",
            "answered_on",
            "churn_reason_id",
        ],
        "customer.playbook": ["success_days"],
        "customer.segmentation.profile": ["segment_id"],
        "customer.segmentation.transition": ["to_segment_id"],
    }

    playbook_id = fields.Many2one("customer.playbook", readonly=True)
    profile_id = fields.Many2one("customer.segmentation.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    segment_id = fields.Many2one(
        "customer.segment",
        readonly=True,
        help="The segment the change led to; if no change brought the customer in, the segment today.",
    )
    entered_on = fields.Date(readonly=True)
    treatment = fields.Selection(TREATMENTS, readonly=True)
    state = fields.Selection(ENTRY_STATES, readonly=True)
    answer = fields.Selection(ANSWERS, readonly=True)
    answered_on = fields.Date(readonly=True)
    churn_reason_id = fields.Many2one("customer.churn.reason", readonly=True)
    value = fields.Monetary(
        string="Revenue at Stake",
        readonly=True,
        help="Revenue of the customer in the window when it came in, or revenue ever of who bought nothing in it.",
    )
    observed = fields.Boolean(
        string="Time Is Over", readonly=True, help="The days in which an order counts as a success are over."
    )
    ordered = fields.Integer(readonly=True, help="The customer ordered within the days of the playbook.")
    order_rate = fields.Float(
        string="Ordered (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Part of the customers whose time is over that ordered within the days of the playbook.",
    )
    revenue = fields.Monetary(
        string="Revenue after", readonly=True, help="Purchases less refunds within the days of the playbook."
    )

    @property
    def _table_query(self):
        entry = self.env["customer.playbook.entry"]
        entry.flush_model(["partner_id"])
        customers = [
            row[0]
            for row in self.env.execute_query(SQL("SELECT DISTINCT partner_id FROM %s", SQL.identifier(entry._table)))
        ]
        asked = by_code(only_customer_ids=customers)
        transactions = self.env["customer.transaction"].with_context(**asked)._table_query
        return SQL(
            """WITH sales AS MATERIALIZED (
                   SELECT partner_id, company_id, date, amount, is_purchase FROM (%(transactions)s) document
                    WHERE problem IS NULL)
               SELECT entry.id, entry.playbook_id, entry.profile_id, entry.partner_id, entry.company_id, entry.user_id,
                      COALESCE(change.to_segment_id, profile.segment_id) AS segment_id, entry.entered_on,
                      entry.treatment, entry.state, entry.answer, entry.answered_on, entry.churn_reason_id,
                      entry.value::numeric AS value, time.over AS observed, after.ordered,
                      CASE WHEN time.over THEN 100.0 * after.ordered END AS order_rate, after.revenue
                 FROM customer_playbook_entry entry
                 JOIN customer_playbook playbook ON playbook.id = entry.playbook_id
                 JOIN customer_segmentation_profile profile ON profile.id = entry.profile_id
                 LEFT JOIN customer_segmentation_transition change ON change.id = entry.transition_id
                CROSS JOIN LATERAL (
                   SELECT entry.entered_on + playbook.success_days
                          < (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE COALESCE((
                              SELECT policy.tz FROM customer_segmentation_policy policy
                               WHERE policy.company_id = entry.company_id AND policy.active), 'UTC'))::date
                      ) time (over)
                 JOIN (SELECT one.id, (COUNT(sales.date) FILTER (WHERE sales.is_purchase) > 0)::int AS ordered,
                              COALESCE(SUM(sales.amount), 0) AS revenue
                         FROM customer_playbook_entry one
                         JOIN customer_playbook ON customer_playbook.id = one.playbook_id
                         LEFT JOIN sales ON sales.partner_id = one.partner_id AND sales.company_id = one.company_id
                              AND sales.date > one.entered_on
                              AND sales.date <= one.entered_on + customer_playbook.success_days
                        GROUP BY one.id) after ON after.id = entry.id""",
            transactions=transactions,
            now=fields.Datetime.now(),
        )

    @api.model
    def _compared(self, playbooks, company, ended=None, customers=None):
        """The groups to compare, by playbook: {"treated": Group, "control": Group}; see `_sql_compared`."""
        from ...scoring.uplift import Group

        rows = self.env.execute_query(
            SQL(
                """SELECT playbook_id, treatment, SUM(ordered), array_agg(revenue::float8)
                     FROM (%s) compared GROUP BY 1, 2""",
                self._sql_compared(playbooks, company, ended, customers),
            )
        )
        groups = {}
        for playbook, treatment, ordered, revenues in rows:
            groups.setdefault(playbook, {})[treatment] = Group(ordered, revenues)
        return groups

    @api.model
    def _sql_compared(self, playbooks, company, ended=None, customers=None):
        """The rows of both groups: id, playbook_id, treatment, ordered, revenue.

        Each customer counts once, with the first time it came in, and only from the day on which the control group
        began; only customers whose time is over.

        :param ended: a first and a last day: only customers whose time ended between them; None for all
        :param customers: SQL of the identifiers of profiles; None for all
        """
        within = SQL("TRUE")
        if ended:
            within = SQL("entered_on + playbook.success_days BETWEEN %s AND %s", *ended)
        return SQL(
            """WITH first AS (
                   SELECT DISTINCT ON (playbook_id, profile_id) *
                     FROM (%(results)s) result
                    WHERE company_id = %(company)s AND playbook_id = ANY(%(playbooks)s)
                    ORDER BY playbook_id, profile_id, entered_on, id),
               beginning AS (
                   SELECT playbook_id, MIN(entered_on) AS day FROM first WHERE treatment = 'control' GROUP BY 1)
               SELECT first.id, first.playbook_id, treatment, ordered, revenue
                 FROM first JOIN beginning ON beginning.playbook_id = first.playbook_id
                 JOIN customer_playbook playbook ON playbook.id = first.playbook_id
                WHERE entered_on >= beginning.day AND observed AND %(within)s AND %(customers)s""",
            results=self._flushed_query(),
            company=company.id,
            playbooks=playbooks.ids,
            within=within,
            customers=SQL("profile_id IN (%s)", customers) if customers else SQL("TRUE"),
        )

    def _flushed_query(self):
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        return self._table_query
