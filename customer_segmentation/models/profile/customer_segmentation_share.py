"""What part of all revenue customers bring, and who is among the best: by what all the others bring, read at once."""

from itertools import accumulate

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerSegmentationShare(models.AbstractModel):
    _name = "customer.segmentation.share"
    _description = "Customers among All"

    @api.model
    def _revenue_at_or_above(self, profiles):
        """What all customers with at least as much revenue bring together, by profile: one pass over each company."""
        profiles.flush_model(["company_id", "revenue"])
        found = dict.fromkeys(profiles, 0)
        for company, of_company in profiles.grouped("company_id").items():
            limits = sorted(set(of_company.mapped("revenue")))
            rows = self.env.execute_query(
                SQL(
                    """SELECT width_bucket(revenue, %s::numeric[]), SUM(revenue)::float8
                         FROM customer_segmentation_profile WHERE company_id = %s AND revenue > 0 GROUP BY 1""",
                    limits,
                    company.id,
                )
            )
            between = dict(rows)  # from one of the limits up to the next
            above = list(accumulate(between.get(number, 0) for number in range(len(limits), 0, -1)))
            by_limit = dict(zip(reversed(limits), above, strict=True))
            found |= {profile: by_limit[profile.revenue] for profile in of_company}
        return found

    @api.model
    def _lifetime_top_limits(self):
        """By company: the lifetime revenue from which on a customer is in the top 10%."""
        policies = self.env["customer.segmentation.policy"].sudo().search([("last_run_id", "!=", False)])
        limits = {policy.company_id.id: policy.last_run_id.cut_points["lifetime_top_10"] for policy in policies}
        return {company: limit for company, limit in limits.items() if limit is not None}

    @api.model
    def _search_top(self, operator, value):
        if operator != "in":
            return NotImplemented
        top = Domain.OR(
            Domain("company_id", "=", company) & Domain("lifetime_revenue", ">=", limit)
            for company, limit in self._lifetime_top_limits().items()
        )
        return Domain.OR(top if wanted else ~top for wanted in value)
