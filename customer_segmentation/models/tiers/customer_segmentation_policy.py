"""The ladder of a policy, and how it is reviewed."""

from odoo import fields, models

from ...tools.context import one_of


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    tier_ids = fields.One2many(
        "customer.tier", "policy_id", string="Ladder", context={"active_test": False}, help="The tiers, best first."
    )
    tier_review = fields.Selection(
        [
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
            ("half_year", "Half-yearly"),
            ("year", "Yearly"),
            ("every_run", "At every run"),
        ],
        required=True,
        default="quarter",
        is_review_rule=True,
        help="Customers rise at once; they are lowered only at a review, on the last day of the period.",
    )
    tier_review_by_hand = fields.Boolean(
        string="Approve Downgrades by Hand",
        default=True,
        is_review_rule=True,
        help="A review proposes who falls by one tier; a manager approves. Otherwise the review lowers them itself.",
    )
    tier_rise_by_hand = fields.Boolean(
        string="Approve Upgrades by Hand",
        is_review_rule=True,
        help="A recompute only proposes who rises to a better tier; a manager approves. Otherwise they rise at once.",
    )
    tier_last_review_date = fields.Date(
        readonly=True, engine_only=True, copy=False, help="The last review of tiers that took place."
    )

    def action_use_ladder(self):
        """Replace the ladder by the preset named in the context."""
        self.ensure_one()
        self._check_manager()
        ladder = self.env["customer.tier.ladder"]
        ladder._use(self, one_of(self.env, "ladder", self.env.context.get("ladder"), ladder._presets()))
