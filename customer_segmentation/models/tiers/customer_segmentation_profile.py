"""The tier of a customer: what the profile says about it, what it gives, and what a manager decides about it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.words import in_one_line


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    tier_id = fields.Many2one("customer.tier", readonly=True, staged=True, ondelete="set null", index=True)
    tier_color = fields.Integer(related="tier_id.color", string="Tier Color", aggregator=None)
    tier_since = fields.Date(readonly=True, staged=True, help="Since when the customer has been on this tier.")
    tier_below_since = fields.Date(
        readonly=True, staged=True, help="Since when the customer does not meet the keep thresholds."
    )
    tier_review_date = fields.Date(
        readonly=True, staged=True, index="btree_not_null", help="The review at which the customer falls by one tier."
    )
    tier_lowered_date = fields.Date(readonly=True, staged=True, help="The review that lowered the customer last.")
    tier_kept_id = fields.Many2one(
        "customer.tier",
        string="Tier Still Met",
        readonly=True,
        staged=True,
        ondelete="set null",
        help="Of a customer below its tier: the best lower tier that is kept by what the customer buys now.",
    )
    tier_proposed_id = fields.Many2one(
        "customer.tier",
        string="Proposed for",
        readonly=True,
        staged=True,
        ondelete="set null",
        index="btree_not_null",
        help="The better tier the customer qualifies for, as long as nobody approved the rise.",
    )
    tier_proposal = fields.Selection(
        [("rise", "Rise"), ("due", "Downgrade due"), ("later", "Downgrade ahead")],
        compute="_compute_tier_proposal",
        string="Proposal",
        help="What the rule proposes for the customer.",
    )
    tier_target_id = fields.Many2one(
        "customer.tier",
        string="Proposed Tier",
        compute="_compute_tier_proposal",
        help="The tier after the rise or the downgrade; empty below the last tier.",
    )
    tier_target_color = fields.Integer(compute="_compute_tier_proposal", string="Proposed Tier Color", aggregator=None)
    tier_locked_until = fields.Date(
        string="Tier Set by Hand until",
        readonly=True,
        index="btree_not_null",
        help="Until this day the tier stays as a manager set it; then the rule takes over.",
    )
    tier_lock_reason = fields.Char(readonly=True, help="Why a manager set the tier by hand.")
    average_monthly_revenue = fields.Monetary(
        readonly=True,
        staged=True,
        aggregator="avg",
        help="Average of the last 12 complete calendar months; for younger customers of the months since the first "
        "order, at least 3.",
    )
    next_tier_id = fields.Many2one("customer.tier", compute="_compute_tier_outlook", help="The tier above.")
    next_tier_gap = fields.Char(compute="_compute_tier_outlook", help="What is missing to the tier above.")
    tier_outlook = fields.Char(
        compute="_compute_tier_outlook", help="How long the tier is kept, and what is needed to keep it."
    )
    tier_keep_gap = fields.Char(
        compute="_compute_tier_outlook",
        string="Missing to Keep the Tier",
        help="What the customer lacks of the keep thresholds of the tier.",
    )
    edge = fields.Char(
        compute="_compute_tier_outlook",
        string="Missing",
        help="What is needed to keep the tier, or, of a customer who keeps it, what is missing to the tier above.",
    )
    close_to_tier = fields.Boolean(
        compute="_compute_close_to_tier",
        search=lambda self, *asked: self.env["customer.tier.edge"]._search_close(*asked),
        string="Close to a Tier",
        help="At most 20% are missing to the tier above, or the tier is lost within 30 days.",
    )
    benefits = fields.Char(compute="_compute_benefits", help="What the customer gets, in words.")

    @api.depends("tier_id", "tier_review_date", "tier_proposed_id")
    def _compute_tier_proposal(self):
        policies, ladder = self._policies(), self.env["customer.tier.ladder"]
        today = {company: policy._today() for company, policy in policies.items()}
        lower_tiers = {company: ladder._lower_tiers(policy) for company, policy in policies.items()}
        for profile in self:
            review = profile.tier_id and profile.tier_review_date
            if profile.tier_proposed_id:
                profile.tier_proposal, profile.tier_target_id = "rise", profile.tier_proposed_id
            elif review:
                profile.tier_proposal = "due" if review <= today[profile.company_id] else "later"
                profile.tier_target_id = lower_tiers[profile.company_id].get(profile.tier_id)
            else:
                profile.tier_proposal = profile.tier_target_id = False
            profile.tier_target_color = profile.tier_target_id.color

    @api.depends(
        "tier_id",
        "tier_review_date",
        "tier_locked_until",
        "tier_proposed_id",
        "revenue",
        "order_count",
        "last_order_date",
    )
    @api.depends_context("lang")
    def _compute_tier_outlook(self):
        outlook = self.env["customer.tier.outlook"]
        ladders = outlook._ladders(self)
        values = outlook._values(self, ladders)
        for profile in self:
            ladder = ladders[profile.company_id]
            ranks = {rung["tier"]: rank for rank, rung in enumerate(ladder)}
            rank = ranks.get(profile.tier_id.id, len(ladder))
            above = ladder[rank - 1] if rank and profile.tier_since else None
            own = ladder[rank] if rank < len(ladder) else None
            profile.next_tier_id = above["tier"] if above else False
            profile.next_tier_gap = outlook._gap_in_words(profile, above, "entry", values[profile]) if above else False
            falls = own and profile.tier_review_date
            profile.tier_keep_gap = outlook._gap_in_words(profile, own, "keep", values[profile]) if falls else False
            profile.tier_outlook = outlook._in_words(profile, own)
            profile.edge = profile.tier_outlook or profile.next_tier_gap

    @api.depends("tier_id", "tier_review_date", "revenue", "order_count", "last_order_date")
    def _compute_close_to_tier(self):
        close = self.search([("id", "in", self.ids), ("close_to_tier", "=", True)])
        for profile in self:
            profile.close_to_tier = profile in close

    # ------------------------------------------------------------------ what the tier gives

    @api.depends("tier_id.benefits", "partner_id.service_user_id")
    @api.depends_context("lang")
    def _compute_benefits(self):
        for profile in self.sudo():
            words = profile.tier_id._on_documents_in_words() if profile.tier_id else []
            profile.benefits = in_one_line(words + self.env["customer.tier.service"]._in_words(profile))

    # ------------------------------------------------------------------ decisions of a manager

    def action_approve_tier(self):
        """Raise the chosen customers who are proposed for a better tier, lower those whose review has come by one."""
        decisions = self.env["customer.tier.decision"]
        decisions._check_manager(self)
        approved = decisions._approve(self)
        if not approved:
            raise UserError(self.env._("None of the chosen customers is due for a downgrade or proposed for a rise."))
        return decisions._notification(self, self.browse(approved))

    def action_set_tier(self):
        """Open the form in which a manager sets the tier of these customers by hand, or has them keep theirs."""
        self.env["customer.tier.decision"]._check_manager(self)
        keeps = bool(self.env.context.get("keep_tiers"))
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.tier.override",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_profile_ids": self.ids, "default_keeps": keeps},
            "name": self.env._("Keep the Present Tier") if keeps else self.env._("Set Tier by Hand"),
        }

    def action_release_tier(self):
        """Let the rule take over again, from the next run on."""
        self.env["customer.tier.decision"]._check_manager(self)
        self.env["customer.tier.decision"]._release(self)
