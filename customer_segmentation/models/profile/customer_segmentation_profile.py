"""What is known about one customer in one root company.

Profiles are written by the engine only (`customer.segmentation.writer`), never by the ORM: rows that did not change are
not touched, and each change leaves a transition in the same statement. What moves by itself with the days (recency) or
with everybody else's orders (shares) is computed on reading.
"""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL, sql

from ...tools.changes import Label, segment_rank, tier_rank
from ...tools.labels import ABC_CLASSES, CHANNELS, SMALL_CLASSES

SCORED_HELP = "1 is worst, the highest score is best. The page Segmentation of the contact shows the limits."


STAKE = ("yearly_value", "gone_date", "last_order_date", "typical_gap_days", "purchase_day_count")


@api.depends(*STAKE)
def _compute_at_stake(profiles):
    profiles.env["customer.segmentation.stake"]._fill_in(profiles)


@api.depends("at_stake")
@api.depends_context("lang")
def _compute_stake_in_words(profiles):
    profiles.env["customer.segmentation.stake"]._fill_in_words(profiles)


class CustomerSegmentationProfile(models.Model):
    _name = "customer.segmentation.profile"
    _inherit = ["customer.row"]
    _description = "Customer Profile"
    _order = "lifetime_revenue desc, id"
    _rec_name = "partner_id"
    _log_access = False
    _customer_path = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    changed_run_id = fields.Many2one(
        "customer.segmentation.run", string="Changed by Run", readonly=True, ondelete="set null"
    )

    # Facts
    first_order_date = fields.Date(string="First Order", readonly=True, staged=True)
    last_order_date = fields.Date(string="Last Order", readonly=True, staged=True)
    recency_days = fields.Integer(
        compute="_compute_recency_days",
        string="Days since Last Order",
        aggregator=None,
        help="Days from the last purchase to today.",
    )
    order_count = fields.Integer(string="Orders", readonly=True, staged=True, help="Purchases in the policy's window.")
    revenue = fields.Monetary(readonly=True, staged=True, help="Untaxed purchases less refunds in the policy's window.")
    average_order_value = fields.Monetary(
        readonly=True, staged=True, aggregator="avg", help="Revenue in the window divided by the orders in the window."
    )
    lifetime_order_count = fields.Integer(string="Orders Ever", readonly=True, staged=True)
    lifetime_revenue = fields.Monetary(readonly=True, staged=True, help="All untaxed purchases less refunds.")
    refund_total = fields.Monetary(
        string="Refunds", readonly=True, staged=True, help="All refunds, as a positive amount."
    )

    # At stake
    yearly_value = fields.Monetary(
        readonly=True,
        staged=True,
        help="Untaxed purchases less refunds of the 12 months that end with the last purchase.",
    )
    at_stake = fields.Monetary(
        compute=_compute_at_stake,
        search=lambda self, *asked: self.env["customer.segmentation.stake"]._search_amount(*asked),
        help="Yearly value × chance of losing it, for everybody who is not gone. Sums are rough.",
    )
    stake_in_words = fields.Char(
        compute=_compute_stake_in_words, string="At Stake in Words", help="What the amount at stake is made of."
    )

    # RFM
    recency_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    frequency_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    monetary_score = fields.Integer(readonly=True, staged=True, aggregator="avg", help=SCORED_HELP)
    rfm_code = fields.Char(
        "RFM Code", readonly=True, staged=True, help="The three scores side by side; 555 is best of five bands."
    )
    rfm_score = fields.Float(
        "RFM Score",
        readonly=True,
        staged=True,
        aggregator="avg",
        digits=(5, 1),
        help="The three scores as one number from 0 to 100, weighted as the policy says.",
    )
    segment_id = fields.Many2one(
        "customer.segment",
        readonly=True,
        staged=True,
        ondelete="set null",
        index=True,
        group_expand=lambda self, segments, domain: segments._in_columns(),
    )
    segment_since = fields.Date(readonly=True, help="Since when the customer has been in this segment.")
    attention = fields.Integer(related="segment_id.attention", string="Attention", aggregator=None)
    segment_color = fields.Integer(related="segment_id.color", string="Segment Color", aggregator=None)

    # ABC
    abc_class = fields.Selection(
        ABC_CLASSES,
        string="ABC Class",
        readonly=True,
        staged=True,
        help="A: the customers who bring the first 80% of the window's revenue. B: the next 15%. C: all others. "
        "The limits are set in the policy.",
    )
    revenue_share = fields.Float(
        compute="_compute_shares",
        string="Share of Revenue (%)",
        digits=(5, 2),
        aggregator=None,
        help="The customer's part of the revenue of all customers in the window, as of the last run.",
    )
    cumulative_share = fields.Float(
        compute="_compute_shares",
        string="Cumulative Share (%)",
        digits=(5, 2),
        aggregator=None,
        help="What all customers with at least as much revenue bring together, as of the last run.",
    )
    formerly_top = fields.Boolean(
        compute="_compute_formerly_top",
        search=lambda self, *asked: self.env["customer.segmentation.share"]._search_top(*asked),
        string="Top 10% by Lifetime Revenue",
        help="The lifetime revenue is among the highest 10% of all customers.",
    )

    # Lists people work from
    large_potential = fields.Boolean(
        compute="_compute_large_potential",
        search=lambda self, *asked: self.env["customer.segmentation.potential"]._search_potential(*asked),
        string="Small with Large Potential",
        help="Class B or C, and something speaks for more: the average order, for instance, is among the largest "
        "quarter while at least half of your customers order as often or more often.",
    )
    potential_reason = fields.Text(
        compute="_compute_large_potential",
        string="Why It Could Buy More",
        help="What speaks for more revenue than this customer brings today.",
    )
    last_order_age = fields.Selection(
        selection=lambda self: self.env["customer.order.age"]._selection(),
        compute="_compute_last_order_age",
        search=lambda self, *asked: self.env["customer.order.age"]._search_age(*asked),
        string="Age of Last Order",
        help="How many days ago the last order was, in groups.",
    )

    # Explained
    explanation = fields.Char(compute="_compute_explanation", help="Why the customer is in this segment.")
    score_details = fields.Json(compute="_compute_score_details")
    transition_ids = fields.One2many("customer.segmentation.transition", "profile_id", string="History", readonly=True)

    # The customer
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    phone = fields.Char(related="partner_id.phone", string="Phone")
    email = fields.Char(related="partner_id.email", string="Email")
    city = fields.Char(related="partner_id.city", string="City")
    country_id = fields.Many2one(related="partner_id.country_id", string="Country")
    industry_id = fields.Many2one(related="partner_id.industry_id", string="Industry")
    last_contact_date = fields.Date(
        compute="_compute_contacts",
        string="Last Contact",
        help="The last call, meeting, e-mail, quotation sent or activity done with any contact of the customer.",
    )
    contact_count = fields.Integer(
        compute="_compute_contacts",
        string="Contacts",
        aggregator=None,
        help="Calls, meetings, e-mails, quotations sent and activities done in the policy's window. Automatic "
        "messages do not count.",
    )
    preferred_channel = fields.Selection(
        CHANNELS,
        compute="_compute_contacts",
        help="How most contacts in the window came about; of equally many the one used last.",
    )

    # A constraint, not a unique index: merging contacts in Odoo looks for constraints only.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one profile in each company."
    )

    @api.model
    def _valid_field_parameter(self, field, name):
        # A field declared `staged=True` is computed by runs: staged, compared and written by the one statement.
        return name == "staged" or super()._valid_field_parameter(field, name)

    def init(self):
        if sql.table_exists(self.env.cr, self.env["customer.segmentation.staging"]._table):
            self.env["customer.segmentation.staging"]._fit_staging()

    @api.model
    def _labels(self):
        """What a customer is called, by field: a change of one of them makes a transition.

        Another addon adds its own, and their columns to `customer.segmentation.change`.
        """
        return {
            "segment_id": Label(2, table="customer_segment", rank=segment_rank),
            # The first tier of a customer is no rise.
            "tier_id": Label(
                1, table="customer_tier", rank=tier_rank, judged=SQL("changed.from_tier_since IS NOT NULL")
            ),
            "abc_class": Label(3),
            "lifecycle_stage": Label(4, best_first=False),
        }

    # ------------------------------------------------------------------ reading

    def _policies(self):
        """The policy of each company of these profiles, by company; the last one where it was archived since."""
        return self.env["customer.segmentation.policy"]._last_of(self.company_id)

    @api.depends("last_order_date")
    def _compute_recency_days(self):
        today = {company: policy._today() for company, policy in self._policies().items()}
        for profile in self:
            last = profile.last_order_date
            profile.recency_days = (today[profile.company_id] - last).days if last else False

    @api.depends("revenue")
    def _compute_shares(self):
        policies = self._policies()
        at_or_above = self.env["customer.segmentation.share"]._revenue_at_or_above(self)
        for profile in self:
            total = (policies[profile.company_id].last_run_id.cut_points or {}).get("total_revenue")
            known = total and profile.lifetime_order_count
            profile.revenue_share = 100 * max(profile.revenue, 0) / total if known else 0
            cumulative = at_or_above[profile] if profile.revenue > 0 else total
            profile.cumulative_share = min(100 * cumulative / total, 100) if known else 0

    @api.depends("lifetime_revenue")
    def _compute_formerly_top(self):
        limits = self.env["customer.segmentation.share"]._lifetime_top_limits()
        for profile in self:
            limit = limits.get(profile.company_id.id)
            profile.formerly_top = limit is not None and profile.lifetime_revenue >= limit

    @api.depends("partner_id")
    def _compute_contacts(self):
        for company, profiles in self.grouped("company_id").items():
            found = self.env["customer.interaction.summary"]._last_by_customer(profiles.partner_id.ids, company)
            for profile in profiles:
                last = found.get(profile.partner_id.id)
                profile.last_contact_date = last and last.date
                profile.contact_count = last.count if last else 0
                profile.preferred_channel = last and last.channel

    # ------------------------------------------------------------------ small today, large potential

    @api.depends("abc_class", "order_count", "average_order_value", "lifetime_order_count")
    @api.depends_context("lang")
    def _compute_large_potential(self):
        potential = self.env["customer.segmentation.potential"]
        limits = potential._limits(self.company_id)
        windows = {company: policy._window_in_words() for company, policy in self._policies().items()}
        for profile in self:
            reasons = potential._reasons(profile, limits.get(profile.company_id.id), windows.get(profile.company_id))
            small = profile.abc_class in SMALL_CLASSES and profile.lifetime_order_count
            profile.potential_reason = bool(small) and " ".join(filter(None, reasons))
            profile.large_potential = bool(profile.potential_reason)

    # ------------------------------------------------------------------ how long ago

    @api.depends("last_order_date")
    def _compute_last_order_age(self):
        ages = self.env["customer.order.age"]
        days = {company: ages._days(policy._today()) for company, policy in self._policies().items()}
        for profile in self:
            day, bands = profile.last_order_date, days.get(profile.company_id, {})
            matching = (
                name
                for name, (first, last) in bands.items()
                if day and (not first or day >= first) and (not last or day <= last)
            )
            profile.last_order_age = next(matching, False)

    def _field_to_sql(self, alias, field_expr, query=None):
        """The age of the last order and what is at stake are grouped, sorted and summed like columns."""
        if field_expr == "at_stake":
            return self.env["customer.segmentation.stake"]._sql(partial(self._field_to_sql, alias, query=query))
        if field_expr != "last_order_age":
            return super()._field_to_sql(alias, field_expr, query)
        terms = (self._field_to_sql(alias, name, query) for name in ("company_id", "last_order_date"))
        return self.env["customer.order.age"]._sql(*terms)

    # ------------------------------------------------------------------ explained

    @api.depends("segment_id", "recency_score", "frequency_score", "monetary_score", "revenue", "order_count", "rhythm")
    @api.depends_context("lang")
    def _compute_explanation(self):
        words = self.env["customer.segmentation.explanation"]
        for profile, parts in words._parts(self):
            profile.explanation = words._in_words(profile, parts)

    @api.depends("recency_score", "frequency_score", "monetary_score", "revenue", "order_count")
    @api.depends_context("lang")
    def _compute_score_details(self):
        words = self.env["customer.segmentation.explanation"]
        for profile, parts in words._parts(self):
            profile.score_details = words._details(profile, parts)

    # ------------------------------------------------------------------ what users click

    def action_schedule_activity(self):
        """Odoo's own dialog to schedule an activity, on the contacts of these profiles."""
        return self._schedule_on(self.partner_id)

    def action_open_activity_view(self):
        """Odoo's view of activities, of the contacts of these customers; of all with a plan where none is chosen.

        Of contacts, for activities stand on these: a view of profiles would have none.
        """
        planned = self or self.search([("next_activity_state", "!=", False)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Activities"),
            "res_model": "res.partner",
            "views": [(False, "activity"), (False, "list"), (False, "form")],
            "domain": [("commercial_partner_id", "in", planned.partner_id.ids)],
        }

    def action_recompute_company(self):
        """Recompute the company the user works in."""
        return self.env["customer.segmentation.policy"].action_recompute_company()

    @api.model
    def get_empty_list_help(self, help_message):
        """What to do first, as long as nobody is scored; after that what the screen says itself."""
        policy = self.env["customer.segmentation.policy"]._of_action()
        return self.env["customer.segmentation.health"]._first_steps(policy) or super().get_empty_list_help(
            help_message
        )

    # ------------------------------------------------------------------ what other addons extend

    @api.model
    def _customers_rescored(self, company, customer_ids=None):
        """Customers of a root company were rescored, in this transaction.

        :param customer_ids: only these; None for all of the company
        """

    @api.model
    def _sql_followed_up(self, partner, company):
        """Whether somebody may spend time on a customer, as a condition.

        :param partner, company: where the query has the identifiers of customer and root company
        """
        return SQL("TRUE")

    # ------------------------------------------------------------------ writing

    @api.model
    def _staged_fields(self):
        """By name, the fields that a run computes: those that say so themselves."""
        return {name: field for name, field in self._fields.items() if getattr(field, "staged", False)}

    @api.model
    def _choices(self, name):
        """The values of a selection in their order; nothing of another field."""
        field = self._fields[name]
        return field.get_values(self.env) if field.type == "selection" else []

    @api.model
    def _refresh(self, policy, customer_ids, cut_points=None):
        """Rescore some customers with the cut points of the last run.

        :param cut_points: those, where they are read already
        """
        run, today = policy.last_run_id, policy._today()
        transactions, _left_out = self.env["customer.transaction"]._read_transactions(policy, today, customer_ids)
        cut_points = cut_points or run.cut_points
        scoring = self.env["customer.segmentation.engine"]._score(policy, transactions, today, cut_points)
        staging = self.env["customer.segmentation.staging"]
        staging._stage_scores(run.id, scoring)
        staging._stage_customers_without_purchase(run.id, policy.company_id, today, customer_ids)
        self.env["customer.segmentation.writer"]._write_staged_rows(
            run, 0, len(customer_ids), as_of=today, processed=False
        )
        staging._drop(run.id)
        self.env["customer.segmentation.removal"]._remove_left_aside(policy.company_id, customer_ids)
