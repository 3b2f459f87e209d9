from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.labels import ABC_CLASSES
from odoo.addons.customer_segmentation.tools.periods import window_start
from odoo.tools import SQL


class CustomerEffort(models.Model):
    """Effort against value: what each customer of a company got and brought in the policy's window.

    Both shares are percentages of the company's whole, so they add up over any group. Received e-mails are no effort,
    and work for contacts who never bought is not in here: there is no value yet to compare it with.
    """

    _name = "customer.segmentation.effort"
    _inherit = ["customer.badges", "customer.query"]
    _description = "Effort Against Value"
    _auto = False
    _order = "distance desc, id"
    _rec_name = "partner_id"
    _customer_path = "partner_id"
    _depends = {
        "customer.interaction": ["partner_id", "company_id", "date", "channel"],
        "customer.segmentation.profile": [
            "partner_id",
            "company_id",
            "revenue",
            "tier_id",
            "abc_class",
            "segment_id",
            "lifetime_order_count",
        ],
        "customer.segmentation.policy": [
            "company_id",
            "active",
            "tz",
            "window_months",
            "effort_weight_call",
            "effort_weight_meeting",
            "effort_weight_email",
            "effort_weight_quotation",
            "effort_weight_activity",
        ],
        "res.partner": ["user_id"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    tier_id = fields.Many2one("customer.tier", readonly=True)
    tier_color = fields.Integer(related="tier_id.color", string="Tier Color", aggregator=None)
    abc_class = fields.Selection(ABC_CLASSES, string="ABC Class", readonly=True)
    segment_id = fields.Many2one("customer.segment", readonly=True)
    segment_color = fields.Integer(related="segment_id.color", string="Segment Color", aggregator=None)
    call_count = fields.Integer("Calls", readonly=True)
    meeting_count = fields.Integer("Meetings", readonly=True)
    email_count = fields.Integer("E-mails Sent", readonly=True)
    quotation_count = fields.Integer("Quotations Sent", readonly=True)
    activity_count = fields.Integer("Other Activities", readonly=True)
    effort = fields.Float(
        readonly=True, digits=(16, 1), help="All of these, each counted as often as its weight in the policy says."
    )
    effort_share = fields.Float(
        "Share of Effort (%)", readonly=True, digits=(5, 1), help="Of the effort for all customers of the company."
    )
    revenue = fields.Monetary(readonly=True, help="Untaxed purchases less refunds in the policy's window.")
    revenue_share = fields.Float(
        "Share of Revenue (%)", readonly=True, digits=(5, 1), help="Of the revenue of all customers of the company."
    )
    difference = fields.Float(
        "Effort Less Revenue (Points)",
        readonly=True,
        digits=(5, 1),
        help="Share of effort less share of revenue, in percentage points. Above zero: more work than revenue.",
    )
    distance = fields.Float(readonly=True, aggregator=None, help="How far the two shares lie apart.")
    ratio = fields.Char(
        compute="_compute_ratio",
        string="Effort per Revenue",
        help="Share of effort divided by share of revenue: 1 is a match, 2 twice as much work as revenue.",
    )
    mismatch = fields.Selection(
        [("too_much", "Much effort, little revenue"), ("too_little", "Much revenue, little effort")],
        readonly=True,
        help="From twice as large a share of effort as of revenue, or up to half as large a one.",
    )

    @api.depends("effort_share", "revenue_share")
    @api.depends_context("lang")
    def _compute_ratio(self):
        from odoo.addons.customer_segmentation.scoring.effort import index

        found = index(self.mapped("effort_share"), self.mapped("revenue_share"))
        for row, ratio in zip(self, found, strict=True):
            row.ratio = row._ratio_in_words(ratio)

    @api.model
    def _ratio_in_words(self, ratio):
        """ "2.4 ×" """
        if ratio != ratio:  # neither effort nor revenue
            return False
        if ratio == float("inf"):
            return self.env._("no revenue")
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return lang.format("%.1f ×", ratio)

    def action_open_contacts(self):
        """The contacts that were counted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_interactions")
        policy = self.env["customer.segmentation.policy"]._of_company(self.company_id)
        domain = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "in", [self.company_id.id, False]),
            ("channel", "in", list(policy._effort_weights())),
            ("date", ">", window_start(policy, policy._today())),
            ("date", "<=", policy._today()),
        ]
        return dict(action, domain=domain)

    @api.model
    def get_empty_list_help(self, help_message):
        """What to do first, as long as nobody is scored; after that what the screen says itself."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        return self.env["customer.segmentation.health"]._first_steps(policy) or super().get_empty_list_help(
            help_message
        )

    # ------------------------------------------------------------------ the query

    @property
    def _table_query(self):
        from odoo.addons.customer_segmentation.scoring.effort import MISMATCH_INDEX

        return SQL(
            """SELECT shared.*, effort_share - revenue_share AS difference,
                      ABS(effort_share - revenue_share) AS distance,
                      CASE WHEN NOT comparable THEN NULL
                           WHEN effort_share > 0 AND effort_share >= %(index)s * revenue_share THEN 'too_much'
                           WHEN revenue_share > 0 AND %(index)s * effort_share <= revenue_share THEN 'too_little'
                      END AS mismatch
                 FROM (SELECT weighed.*,
                              COALESCE(100 * effort / NULLIF(SUM(effort) OVER company, 0), 0) AS effort_share,
                              COALESCE(100 * brought / NULLIF(SUM(brought) OVER company, 0), 0) AS revenue_share,
                              SUM(effort) OVER company > 0 AND SUM(brought) OVER company > 0 AS comparable
                         FROM (%(weighed)s) weighed
                       WINDOW company AS (PARTITION BY company_id)) shared""",
            index=MISMATCH_INDEX,
            weighed=self._weighed(),
        )

    @api.model
    def _weighed(self):
        """One row per customer who ever bought: the contacts of the window and what they weigh together."""
        return SQL(
            """SELECT profile.id, profile.company_id, profile.partner_id, partner.user_id, profile.tier_id,
                      profile.abc_class, profile.segment_id, profile.revenue,
                      GREATEST(profile.revenue, 0)::float8 AS brought,
                      COALESCE(contacts.call_count, 0) AS call_count,
                      COALESCE(contacts.meeting_count, 0) AS meeting_count,
                      COALESCE(contacts.email_count, 0) AS email_count,
                      COALESCE(contacts.quotation_count, 0) AS quotation_count,
                      COALESCE(contacts.activity_count, 0) AS activity_count,
                      (COALESCE(contacts.call_count, 0) * policy.effort_weight_call
                       + COALESCE(contacts.meeting_count, 0) * policy.effort_weight_meeting
                       + COALESCE(contacts.email_count, 0) * policy.effort_weight_email
                       + COALESCE(contacts.quotation_count, 0) * policy.effort_weight_quotation
                       + COALESCE(contacts.activity_count, 0) * policy.effort_weight_activity)::float8 AS effort
                 FROM customer_segmentation_profile profile
                 JOIN res_partner partner ON partner.id = profile.partner_id
                 JOIN customer_segmentation_policy policy ON policy.company_id = profile.company_id AND policy.active
                 LEFT JOIN (%s) contacts ON contacts.profile_id = profile.id
                WHERE profile.lifetime_order_count > 0""",
            self._contacts(),
        )

    @api.model
    def _contacts(self):
        """One row per customer and company: how many contacts of each kind in the window."""
        return SQL(
            """SELECT profile.id AS profile_id,
                      COUNT(*) FILTER (WHERE channel = 'call') AS call_count,
                      COUNT(*) FILTER (WHERE channel = 'meeting') AS meeting_count,
                      COUNT(*) FILTER (WHERE channel = 'email_out') AS email_count,
                      COUNT(*) FILTER (WHERE channel = 'quotation') AS quotation_count,
                      COUNT(*) FILTER (WHERE channel = 'activity') AS activity_count
                 FROM %(interactions)s interaction
                 JOIN customer_segmentation_profile profile ON profile.partner_id = interaction.partner_id
                  AND COALESCE(interaction.company_id, profile.company_id) = profile.company_id
                 JOIN (%(windows)s) policy ON policy.company_id = profile.company_id
                WHERE interaction.date <= policy.today
                  AND interaction.date > policy.today - make_interval(months => policy.window_months)
                GROUP BY profile.id""",
            interactions=self.env["customer.interaction"]._table_sql,
            windows=self._windows(),
        )

    @api.model
    def _windows(self):
        return SQL(
            """SELECT company_id, window_months, (%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE tz)::date AS today
                 FROM customer_segmentation_policy WHERE active""",
            fields.Datetime.now(),
        )
