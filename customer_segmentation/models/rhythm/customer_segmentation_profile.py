"""Rhythm and lifecycle of a profile: what is stored, what moves with the days, and how a seller reads it."""

from odoo import api, fields, models

from ...tools.labels import LIFECYCLE_STAGES

ACTIVITY_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
TIMELINE_DAYS = 40


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    # Rhythm
    typical_gap_days = fields.Float(
        string="Usual Gap (Days)",
        readonly=True,
        staged=True,
        digits=(8, 1),
        aggregator="avg",
        help="How many days the customer usually lets pass between two orders; with few orders of its own, drawn to "
        "what is usual for all your customers.",
    )
    purchase_day_count = fields.Integer(
        string="Purchase Days",
        readonly=True,
        staged=True,
        aggregator=None,
        help="On how many days the customer has bought; several orders of one day are one.",
    )
    expected_next_order_date = fields.Date(
        string="Next Order Expected",
        readonly=True,
        staged=True,
        help="When the next order is due: the last order and the usual gap. Empty for customers who are gone.",
    )
    overdue_ratio = fields.Float(
        compute="_compute_overdue_ratio",
        string="Overdue (× Usual Gap)",
        digits=(8, 1),
        aggregator=None,
        help="Days since the last order divided by the usual gap: 3.2 = 3.2 times the usual gap. Above 2 it is time to "
        "ask.",
    )
    activity_level = fields.Selection(
        ACTIVITY_LEVELS,
        compute="_compute_activity_level",
        help="High: an order within the last usual gap. Medium: no order, but a contact. Low: neither.",
    )

    # Lifecycle
    lifecycle_stage = fields.Selection(
        LIFECYCLE_STAGES,
        readonly=True,
        staged=True,
        index=True,
        help="Where the customer stands, held against its own rhythm. The policy sets the limits.",
    )
    slipping_date = fields.Date(
        string="Slipping from",
        readonly=True,
        staged=True,
        help="From this day on the customer is slipping, or worse, if nothing is bought before.",
    )
    silent_date = fields.Date(
        string="Silent from",
        readonly=True,
        staged=True,
        help="From this day on the customer is silent, or gone, if nothing is bought before.",
    )
    gone_date = fields.Date(
        string="Gone from",
        readonly=True,
        staged=True,
        help="From this day on the customer is gone if nothing is bought before.",
    )
    stage_since = fields.Date(readonly=True, help="Since when the customer has been in this stage.")
    is_hot_prospect = fields.Boolean(
        compute="_compute_is_hot_prospect",
        search=lambda self, *asked: self.env["customer.segmentation.rhythm"]._search_hot_prospect(*asked),
        string="Hot Prospect",
        help="Has not bought yet, and a quotation is open.",
    )

    # In words
    rhythm = fields.Char(
        compute="_compute_rhythm", string="Rhythm in Words", help="How often the customer orders, and how late it is."
    )
    why = fields.Char(compute="_compute_rhythm", help="In short: how late the next order is, and how often they come.")
    purchase_timeline = fields.Json(
        compute="_compute_purchase_timeline", help="The latest purchase days and the expected next one."
    )

    # ------------------------------------------------------------------ reading

    @api.depends("recency_days", "typical_gap_days")
    def _compute_overdue_ratio(self):
        ratios = self.env["customer.segmentation.rhythm"]._gaps_of_silence(self)
        for profile in self:
            profile.overdue_ratio = ratios[profile]

    @api.depends("recency_days", "typical_gap_days", "last_contact_date")
    def _compute_activity_level(self):
        known = self.filtered("last_order_date")
        (self - known).activity_level = False
        if known:
            for profile, level in zip(
                known, self.env["customer.segmentation.rhythm"]._activity_levels(known), strict=True
            ):
                profile.activity_level = level

    # ------------------------------------------------------------------ rhythm in words

    @api.depends("typical_gap_days", "purchase_day_count", "last_order_date", "expected_next_order_date")
    @api.depends_context("lang")
    def _compute_rhythm(self):
        today = {company: policy._today() for company, policy in self._policies().items()}
        for profile in self:
            known = bool(profile.purchase_day_count and profile.typical_gap_days)
            words, day = self.env["customer.segmentation.rhythm"], today.get(profile.company_id)
            profile.rhythm = known and words._in_words(profile, day)
            profile.why = known and words._in_short(profile, day)

    # ------------------------------------------------------------------ timeline

    @api.depends("last_order_date", "expected_next_order_date", "purchase_day_count")
    @api.depends_context("lang")
    def _compute_purchase_timeline(self):
        policies, timeline = self._policies(), self.env["customer.purchase.timeline"]
        for profile in self:
            today = policies[profile.company_id]._today()
            profile.purchase_timeline = bool(profile.purchase_day_count) and timeline._of(profile, today)

    # ------------------------------------------------------------------ prospects

    @api.depends("lifecycle_stage")
    def _compute_is_hot_prospect(self):
        prospects = self.filtered(lambda profile: profile.lifecycle_stage == "prospect")
        hot = self.browse()
        if prospects:
            hot = prospects.sudo().search([("id", "in", prospects.ids), ("is_hot_prospect", "=", True)])
        for profile in self:
            profile.is_hot_prospect = profile.id in hot._ids
