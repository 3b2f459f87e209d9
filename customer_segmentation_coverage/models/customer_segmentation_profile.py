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

        def followed_up(model, alias, query):
            return self._sql_followed_up(SQL.identifier(alias, "partner_id"), SQL.identifier(alias, "company_id"))

        found = Domain.custom(to_sql=followed_up)
        return Domain.OR(~found if wanted else found for wanted in value)

    @api.model
    def _sql_followed_up(self, partner, company):
        self.env["customer.follow.up.stop"].flush_model(["partner_id", "company_id", "ended_on"])
        return SQL(
            """(%s AND NOT EXISTS (SELECT FROM customer_follow_up_stop stop WHERE stop.partner_id = %s
                                     AND stop.company_id = %s AND stop.ended_on IS NULL))""",
            super()._sql_followed_up(partner, company),
            partner,
            company,
        )

    @api.model
    def _customers_rescored(self, company, customer_ids=None):
        """Who ordered is followed up again."""
        self.env["customer.follow.up.stop"]._end_by_orders(company, customer_ids)
        return super()._customers_rescored(company, customer_ids)

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
