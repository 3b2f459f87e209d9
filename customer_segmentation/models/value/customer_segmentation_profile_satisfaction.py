from odoo import api, fields, models
from odoo.tools import format_date


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    satisfaction_in_words = fields.Char(
        compute="_compute_satisfaction_in_words", help="The latest satisfaction that was typed in, when and why."
    )

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_satisfaction_in_words(self):
        satisfaction = self.env["customer.satisfaction"].sudo()
        for company, profiles in self.grouped("company_id").items():
            query = satisfaction._latest(company, profiles.partner_id.ids)
            found = {customer: row for customer, *row in self.env.execute_query(query)}
            for profile in profiles:
                latest = found.get(profile.partner_id.id)
                profile.satisfaction_in_words = latest and self._latest_satisfaction_in_words(*latest)

    @api.model
    def _latest_satisfaction_in_words(self, _id, day, score, comment, _before):
        """ "2 of 5 on 11/20/2026: the delivery was late" """
        words = self.env._("%(score)s of 5 on %(day)s", score=score, day=format_date(self.env, day))
        return f"{words}: {comment}" if comment else words
