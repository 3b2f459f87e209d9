import re

from odoo import api, models

FAMILY = __name__.split(".")[2]
TECHNICAL = re.compile(r"(?:^|_)(?:color|currency_id|profile_id|run_id|transition_id|mail_id)$")
OWN_TECHNICAL = {"attention", "cause", "opening", "entered_at", "create_date", "create_uid", "write_date", "write_uid"}


class CustomerBadges(models.AbstractModel):
    """Lists show two badges of a customer: the segment, and beside it the tier where a company has a ladder."""

    _name = "customer.badges"
    _description = "Badges of a Customer"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Colors, links and times that only programs read are not offered to group by."""
        described = super().fields_get(allfields, attributes)
        for name in filter(self._is_technical, described):
            if "groupable" in described[name]:
                described[name]["groupable"] = False
        return described

    @api.model
    def _is_technical(self, name):
        if not self._original_module.startswith(FAMILY):
            return name.startswith("customer_") and bool(TECHNICAL.search(name))
        return name in OWN_TECHNICAL or bool(TECHNICAL.search(name))

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
