from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class CategoryBreadth(NamedTuple):
    count: int  # product categories with a positive net amount in the window


class CustomerCategoryBreadth(models.AbstractModel):
    """Of how many product categories customers bought in the policy's window."""

    _name = "customer.category.breadth"
    _description = "Product Categories Bought by Customers"

    @api.model
    def _read(self, policy, as_of, customer_ids=None):
        """{commercial entity: CategoryBreadth}; 0 for who bought nothing that has a category.

        :param as_of: purchases after this day have not happened yet
        :param customer_ids: only these commercial entities; None for all
        """
        self.env.flush_all()
        lines = self.env["customer.transaction"].with_context(only_customer_ids=customer_ids, as_of=as_of)
        start = policy._window_start(as_of)
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, COUNT(*)
                     FROM (SELECT partner_id, category_id FROM (%s) line
                            WHERE company_id = %s AND date <= %s AND category_id IS NOT NULL
                            GROUP BY partner_id, category_id HAVING SUM(amount) > 0) bought
                    GROUP BY partner_id""",
                SQL(" UNION ALL ").join(lines._category_sources(SQL("%s::date", start), start)),
                policy.company_id.id,
                as_of,
            )
        )
        return {customer: CategoryBreadth(count) for customer, count in rows}
