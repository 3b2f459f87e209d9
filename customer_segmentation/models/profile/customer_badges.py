from odoo import api, models


class CustomerBadges(models.AbstractModel):
    """Lists show two badges of a customer: the segment, and beside it the tier where a company has a ladder."""

    _name = "customer.badges"
    _description = "Badges of a Customer"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._has_ladder())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self._has_ladder():
            for column in arch.xpath("//field[@name='tier_id' or @name='customer_tier_id']"):
                column.set("column_invisible", "True")
        return arch, view

    @api.model
    def _has_ladder(self):
        """Whether one of the companies the user works in has tiers."""
        policies = self.env["customer.segmentation.policy"].sudo()
        return any(policies._of_company(company).tier_ids for company in self.env.companies.sudo().root_id)
