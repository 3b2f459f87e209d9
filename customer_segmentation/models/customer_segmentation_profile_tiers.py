"""What a profile says about its tier, and what a manager decides about it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..scoring import tiers
from .customer_segmentation_measure import DAYS_A_MONTH


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    tier_id = fields.Many2one("customer.tier", readonly=True, ondelete="set null", index=True)
    tier_color = fields.Integer(related="tier_id.color", aggregator=None)
    tier_since = fields.Date(readonly=True, help="Since when the customer has been on this tier.")
    tier_below_since = fields.Date(readonly=True, help="Since when the customer does not meet the keep thresholds.")
    tier_review_date = fields.Date(
        readonly=True, index="btree_not_null", help="The review at which the customer falls by one tier."
    )
    tier_lowered_date = fields.Date(readonly=True, help="The review that lowered the customer last.")
    tier_locked_until = fields.Date(
        string="Tier Set by Hand until", readonly=True, index="btree_not_null",
        help="Until this day the tier stays as a manager set it; then the rule takes over.",
    )  # fmt: skip
    tier_lock_reason = fields.Char(readonly=True, help="Why a manager set the tier by hand.")
    average_monthly_revenue = fields.Monetary(
        readonly=True, aggregator="avg",
        help="Average of the last 12 complete calendar months; for younger customers of the months since the first "
        "order, at least 3.",
    )  # fmt: skip
    next_tier_id = fields.Many2one("customer.tier", compute="_compute_tier_outlook", help="The tier above.")
    next_tier_gap = fields.Char(compute="_compute_tier_outlook", help="What is missing to the tier above.")
    tier_outlook = fields.Char(
        compute="_compute_tier_outlook", help="How long the tier is kept, and what is needed to keep it."
    )

    def _months_since(self, name):
        """Whole months from a date of the profile to today."""
        day = self[name]
        policy = self._policies()[self.company_id]
        return (policy._today() - day).days // DAYS_A_MONTH if day else 0

    @api.depends("tier_id", "tier_review_date", "tier_locked_until", "revenue", "order_count", "last_order_date")
    @api.depends_context("lang")
    def _compute_tier_outlook(self):
        ladders = self._ladders()
        values = self._ladder_values(ladders)
        for profile in self:
            ladder = ladders[profile.company_id]
            ranks = {rung["tier"]: rank for rank, rung in enumerate(ladder)}
            rank = ranks.get(profile.tier_id.id, len(ladder))
            above = ladder[rank - 1] if rank and profile.tier_since else None
            own = ladder[rank] if rank < len(ladder) else None
            profile.next_tier_id = above["tier"] if above else False
            profile.next_tier_gap = profile._gap_in_words(above, "entry", values[profile]) if above else False
            profile.tier_outlook = profile._outlook_in_words(own, values[profile])

    def _ladders(self):
        """The rungs of each company's last run, best first."""
        return {
            company: (policy.last_run_id.cut_points or {}).get("tiers", [])
            for company, policy in self._policies().items()
        }

    def _ladder_values(self, ladders):
        """The measures the ladders ask for, by profile and name."""
        measures, values = self.env["customer.segmentation.measure"], {}
        for company, ladder in ladders.items():
            names = {rule["measure"] for rung in ladder for rule in (*rung["criteria"], *rung["vetoes"])}
            profiles = self.filtered(lambda profile, company=company: profile.company_id == company)
            values |= measures._of_profiles(names, profiles)
        return values

    def _outlook_in_words(self, rung, values):
        """ "Keeps Gold until 31 Dec; needs 1,200 € more." """
        if self.tier_locked_until and self.tier_locked_until >= fields.Date.context_today(self):
            return self.env._(
                "Set by hand until %(day)s: %(reason)s",
                day=format_date(self.env, self.tier_locked_until), reason=self.tier_lock_reason or "",
            )  # fmt: skip
        if not rung or not self.tier_review_date:
            return False
        gap = self._gap_in_words(rung, "keep", values)
        if not gap:
            return self.env._("Meets what %(tier)s asks again", tier=self.tier_id.name)
        words = {"tier": self.tier_id.name, "day": format_date(self.env, self.tier_review_date), "gap": gap}
        if self.tier_review_date <= self._policies()[self.company_id]._today():
            return self.env._(
                "Due for a downgrade since %(day)s, waits for approval; to keep %(tier)s: %(gap)s", **words
            )
        return self.env._("Keeps %(tier)s until %(day)s; needs %(gap)s", **words)

    def _gap_in_words(self, rung, threshold, values):
        """What the customer lacks for a rung, in words."""
        return ", ".join(self._one_gap_in_words(gap) for gap in tiers.gap_to(rung, values, threshold))

    def _one_gap_in_words(self, gap):
        measure = self.env["customer.segmentation.measure"]._declared()[gap["measure"]]
        label = self.env["customer.segmentation.measure"]._label(gap["measure"])
        if gap["missing"] is None:
            return self.env._("%s: nobody qualifies", label)
        if measure.unit == "segment":
            return self.env._(
                "%(measure)s: %(segment)s or better", measure=label, segment=self._segment_name(gap["needed"])
            )
        missing = self._amount(gap["missing"]) if measure.unit == "amount" else self._plain_number(gap["missing"])
        if measure.higher_is_better:
            return self.env._("%(measure)s: %(missing)s more", measure=label, missing=missing)
        return self.env._("%(measure)s: %(missing)s less", measure=label, missing=missing)

    def _segment_name(self, rank):
        """The segment of a rank; nothing when the scheme was changed after the last run."""
        segments = self._policies()[self.company_id].scheme_id.segment_ids
        return segments.filtered(lambda segment: segment.rank == rank).with_env(self.env).name or ""

    @api.model
    def _plain_number(self, number):
        return formatLang(self.env, number, digits=0 if float(number).is_integer() else 2)

    # ------------------------------------------------------------------ decisions of a manager

    def _check_tier_manager(self):
        if not self.env.su and not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation decide about tiers."))
        self.check_access("read")

    def action_approve_downgrade(self):
        """Lower the chosen customers whose review has come by one tier."""
        self._check_tier_manager()
        today = {policy.company_id: policy._today() for policy in self._policies().values()}
        due = self.filtered(
            lambda profile: (
                profile.tier_id and profile.tier_review_date and profile.tier_review_date <= today[profile.company_id]
            )
        )
        if not due:
            raise UserError(self.env._("None of the chosen customers is due for a downgrade."))
        for profile in due:
            ladder = profile.tier_id.policy_id.tier_ids.sorted().ids
            lower = profile.tier_id.browse(ladder[ladder.index(profile.tier_id.id) + 1 :][:1])
            profile._set_tier(lower, today[profile.company_id], tier_lowered_date=profile.tier_review_date)

    def _set_tier(self, tier, day, reason=None, **values):
        """Move one customer by decision and keep the change, and the reason for it, in the history."""
        self.ensure_one()
        previous = self.tier_id
        since = self.tier_since if tier == previous else day
        self.sudo().write(
            {"tier_id": tier.id, "tier_since": since, "tier_below_since": False, "tier_review_date": False, **values}
        )
        if tier != previous or reason:
            rank = {rung.id: position for position, rung in enumerate((tier or previous).policy_id.tier_ids.sorted())}
            steps = rank.get(tier.id, len(rank)) - rank.get(previous.id, len(rank))
            self.env["customer.segmentation.transition"].sudo().create({
                "profile_id": self.id, "run_id": self._policies()[self.company_id].last_run_id.id, "date": day,
                "from_segment_id": self.segment_id.id, "to_segment_id": self.segment_id.id,
                "from_abc_class": self.abc_class, "to_abc_class": self.abc_class, "revenue": self.revenue,
                "from_tier_id": previous.id, "to_tier_id": tier.id, "reason": reason,
                "direction": "down" if steps > 0 else "up" if steps else "same",
            })  # fmt: skip

    def action_set_tier(self):
        """Open the form in which a manager sets the tier of these customers by hand."""
        self._check_tier_manager()
        return {
            "type": "ir.actions.act_window", "res_model": "customer.tier.override", "views": [(False, "form")],
            "target": "new", "context": {"default_profile_ids": self.ids}, "name": self.env._("Set Tier by Hand"),
        }  # fmt: skip

    def action_release_tier(self):
        """Let the rule take over again, from the next run on."""
        self._check_tier_manager()
        self.sudo().write({"tier_locked_until": False, "tier_lock_reason": False})
