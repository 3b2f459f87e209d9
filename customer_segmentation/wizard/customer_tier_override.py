from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerTierOverride(models.TransientModel):
    """A tier set by a manager, with the reason and until when; or the present tiers, which are kept for so long."""

    _name = "customer.tier.override"
    _inherit = ["customer.wizard"]
    _description = "Set Tier by Hand"

    profile_ids = fields.Many2many("customer.segmentation.profile", string="Customers", required=True)
    customer_count = fields.Integer(compute="_compute_customer_count", string="Chosen Customers")
    policy_id = fields.Many2one("customer.segmentation.policy", compute="_compute_policy_id")
    keeps = fields.Boolean(string="Keep the Present Tier", help="Nobody gets another tier: a review passes them over.")
    tier_id = fields.Many2one("customer.tier", domain="[('policy_id', '=', policy_id)]")
    reason = fields.Char(required=True, help="Shown on the customer, so that everybody understands.")
    locked_until = fields.Date(
        string="Until",
        compute="_compute_locked_until",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="After this day the rule takes over again.",
    )

    @api.depends("profile_ids")
    def _compute_customer_count(self):
        for override in self:
            override.customer_count = len(override.profile_ids)

    def _compute_policy_id(self):
        for override in self:
            company = override.profile_ids.company_id
            if len(company) > 1:
                raise UserError(self.env._("Choose customers of one company: each company has its own tiers."))
            override.policy_id = self.env["customer.segmentation.policy"]._of_action(company).sudo(False)

    @api.depends("keeps")
    def _compute_locked_until(self):
        """A year; of who is kept, until the review after the one that would lower them."""
        for override in self:
            policy = override.policy_id.sudo()
            if override.keeps and policy:
                due = max([policy._today(), *filter(None, override.profile_ids.mapped("tier_review_date"))])
                override.locked_until = self.env["customer.tier.review"]._after(policy, due) - timedelta(days=1)
            else:
                override.locked_until = fields.Date.context_today(self) + timedelta(days=365)

    def _tiers(self):
        """The customers by the tier they shall be on."""
        if not self.keeps:
            if not self.tier_id:
                raise UserError(self.env._("Choose the tier."))
            return {self.tier_id: self.profile_ids}
        if without := self.profile_ids.filtered(lambda profile: not profile.tier_id):
            raise UserError(self.env._("%s has no tier to keep.", without[0].display_name))
        return self.profile_ids.grouped("tier_id")

    def action_apply(self):
        self.ensure_one()
        self.env["customer.tier.decision"]._check_manager(self.profile_ids)
        today = self.policy_id._today()
        if self.locked_until < today:
            raise UserError(self.env._("The day until which the tier is set must not be in the past."))
        tiers = self._tiers()
        if foreign := [tier.name for tier in tiers if tier.policy_id != self.policy_id]:
            raise UserError(self.env._("%s is a tier of another company.", foreign[0]))
        policy = self.policy_id.sudo()
        self.env["customer.segmentation.lock"]._lock_for_decision(policy)
        for tier, profiles in tiers.items():
            self.env["customer.tier.decision"]._set(profiles, policy, tier, today, self.locked_until, self.reason)
