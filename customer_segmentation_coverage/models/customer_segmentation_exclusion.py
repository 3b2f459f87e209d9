from odoo import api, models


class CustomerSegmentationExclusion(models.Model):
    _inherit = "customer.segmentation.exclusion"

    @api.model
    def _remove_traces(self, company, customers):
        """A stop is about what is computed: the salesperson comes back."""
        result = super()._remove_traces(company, customers)
        stops = (
            self.env["customer.follow.up.stop"]
            .sudo()
            .search([("company_id", "=", company.id), ("partner_id", "in", customers.ids), ("ended_on", "=", False)])
        )
        stops._end_and_restore(dict.fromkeys(stops.ids, ("excluded",)))
        return result
