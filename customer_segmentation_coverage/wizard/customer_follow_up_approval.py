from odoo import api, fields, models
from odoo.exceptions import UserError


class CustomerFollowUpApproval(models.TransientModel):
    """A manager's approval that nobody calls these customers any more."""

    _name = "customer.follow.up.approval"
    _inherit = ["customer.wizard"]
    _description = "Stop Active Follow-up"

    profile_ids = fields.Many2many("customer.segmentation.profile", string="Customers", required=True)
    line_ids = fields.Many2many("customer.follow.up.review.line")
    reason = fields.Char(help="Noted on the contact. Empty: the reason shown in the list.")
    cancel_calls = fields.Boolean(
        string="Cancel Planned Calls",
        default=True,
        help="Call activities planned on these customers and their contacts are deleted, and listed on the contact. "
        "Meetings and other activities stay: they may be promised to the customer.",
    )
    customer_count = fields.Integer(compute="_compute_counts", string="Number of Customers")
    call_count = fields.Integer(compute="_compute_counts", string="Planned Calls")

    @api.depends("profile_ids")
    def _compute_counts(self):
        for approval in self:
            approval.customer_count = len(approval.profile_ids)
            customers = approval.profile_ids.partner_id._origin
            company = approval.profile_ids.company_id[:1]
            calls = self.env["customer.follow.up.stop"]._planned_calls(customers, company) if company else ()
            approval.call_count = len(calls)

    def action_approve(self):
        """Stop the active follow-up: no calls, e-mail only, and no salesperson until somebody takes the customer."""
        self.ensure_one()
        self.env["res.partner"]._check_allocation_manager()
        self.profile_ids.check_access("read")
        self.profile_ids.company_id._check_own()
        self.profile_ids.partner_id.check_access("read")
        profiles = self.profile_ids.filtered(lambda profile: not profile.follow_up_stopped)
        if not profiles:
            raise UserError(self.env._("Active follow-up of these customers is stopped already."))
        reasons, efforts = self._reasons(profiles), self._efforts(profiles)
        self.env["customer.follow.up.stop"]._stop(profiles, reasons, efforts, self.cancel_calls)
        self.sudo().line_ids.unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Customers in the public pool now, with e-mail only: %s", len(profiles)),
                "next": {"type": "ir.actions.act_window_close", "infos": {"done": True}},
            },
        }

    def _reasons(self, profiles):
        listed = {line.profile_id.id: line.facts for line in self.line_ids}
        reasons = {profile.id: self.reason or listed.get(profile.id) for profile in profiles}
        if not all(reasons.values()):
            raise UserError(self.env._("Say why active follow-up is stopped; everybody reads it on the customer."))
        return reasons

    def _efforts(self, profiles):
        efforts = {}
        for company, of_company in profiles.grouped("company_id").items():
            found = self.env["customer.interaction.summary"]._last_by_customer(of_company.partner_id.ids, company)
            efforts |= {customer_id: contact.count for customer_id, contact in found.items()}
        return efforts
