from odoo import api, models
from odoo.fields import Command


class CustomerSegmentScheme(models.Model):
    _inherit = "customer.segment.scheme"

    def _copy_to_change(self, company):
        """Promotions limited to some segments are for the customers of their copies, too."""
        copy, copies = super()._copy_to_change(company)
        self._tell_promotions(copies)
        return copy, copies

    @api.model
    def _tell_promotions(self, copies):
        programs = self.env["loyalty.program"].sudo().with_context(active_test=False)
        for program in programs.search([("customer_segment_ids", "in", [segment.id for segment in copies])]):
            wanted = [copies[segment].id for segment in program.customer_segment_ids if segment in copies]
            program.customer_segment_ids = [Command.link(segment_id) for segment_id in wanted]
