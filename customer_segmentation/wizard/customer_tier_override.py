from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerTierOverride(models.TransientModel):
    """A tier set by a manager, with the reason and until when."""

    _name = "customer.tier.override"
    _inherit = ["customer.wizard"]
    _description = "Set Tier by Hand"

    profile_ids = fields.Many2many("customer.segmentation.profile", string="Customers", required=True)
    customer_count = fields.Integer(compute="_compute_customer_count", string="Chosen Customers")
    policy_id = fields.Many2one("customer.segmentation.policy", compute="_compute_policy_id")
    tier_id = fields.Many2one("customer.tier", required=True, domain="[('policy_id', '=', policy_id)]")
    reason = fields.Char(required=True, help="Shown on the customer, so that everybody understands.")
    locked_until = fields.Date(
        string="Until",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=365),
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

    def action_apply(self):
        self.ensure_one()
        self.env["customer.tier.decision"]._check_manager(self.profile_ids)
        today = self.policy_id._today()
        if self.locked_until < today:
            raise UserError(self.env._("The day until which the tier is set must not be in the past."))
        if self.tier_id.policy_id != self.policy_id:
            raise UserError(self.env._("%s is a tier of another company.", self.tier_id.name))
        policy = self.policy_id.sudo()
        self.env["customer.segmentation.lock"]._lock_for_decision(policy)
        self.env["customer.tier.decision"]._set(
            self.profile_ids, policy, self.tier_id, today, self.locked_until, self.reason
        )
