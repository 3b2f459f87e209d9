from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    follow_up_stopped = fields.Boolean(
        compute="_compute_follow_up_stopped",
        search="_search_follow_up_stopped",
        help="Nobody calls this customer: e-mail only, until the next order or until a salesperson takes it.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_follow_up_stopped(self):
        stops = self.env["customer.follow.up.stop"].sudo()
        found = stops.search_fetch(
            [("partner_id", "in", self.partner_id.ids), ("ended_on", "=", False)], ["partner_id", "company_id"]
        )
        stopped = {(stop.partner_id, stop.company_id) for stop in found}
        for profile in self:
            profile.follow_up_stopped = (profile.partner_id, profile.company_id) in stopped

    @api.model
    def _search_follow_up_stopped(self, operator, value):
        if operator != "in":
            return NotImplemented

        def stopped(model, alias, query):
            return SQL(
                """EXISTS (SELECT FROM customer_follow_up_stop stop
                            WHERE stop.partner_id = %s AND stop.company_id = %s AND stop.ended_on IS NULL)""",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "company_id"),
            )

        self.env["customer.follow.up.stop"].flush_model()
        found = Domain.custom(to_sql=stopped)
        return Domain.OR(found if wanted else ~found for wanted in value)

    def action_stop_follow_up(self):
        """Open the dialog in which a manager stops the active follow-up of these customers."""
        self.env["res.partner"]._check_allocation_manager()
        return {
            "type": "ir.actions.act_window",
            "res_model": "customer.follow.up.approval",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_profile_ids": self.ids},
            "name": self.env._("Stop Active Follow-up"),
        }
