"""How old the last order is, in bands: as a choice, as a condition and as SQL; each company counts by its own day."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# band: (from so many days ago, to so many); ordered by name as by age
ORDER_AGES = {
    "000_030": (None, 30),
    "031_060": (31, 60),
    "061_090": (61, 90),
    "091_180": (91, 180),
    "181_365": (181, 365),
    "366": (366, None),
}


class CustomerOrderAge(models.AbstractModel):
    _name = "customer.order.age"
    _description = "Age of the Last Order"

    @api.model
    def _selection(self):
        """The bands in words, the youngest first."""
        return [
            ("000_030", self.env._("Up to 30 days ago")),
            *(
                (name, self.env._("%(first)s to %(last)s days ago", first=first, last=last))
                for name, (first, last) in list(ORDER_AGES.items())[1:-1]
            ),
            ("366", self.env._("More than 365 days ago")),
        ]

    @api.model
    def _days(self, today):
        """By band the first and the last day of an order that is so old; None for open ends."""
        return {
            name: (old and today - timedelta(days=old), young and today - timedelta(days=young))
            for name, (young, old) in ORDER_AGES.items()
        }

    @api.model
    def _all_policies(self):
        """One of each company that was ever scored."""
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([("parent_id", "=", False)])
        return list(self.env["customer.segmentation.policy"]._last_of(companies).values())

    @api.model
    def _domain(self, names):
        """Customers whose last order is in one of these bands; False: who never ordered."""
        never = Domain("last_order_date", "=", False)
        found = [never] if False in names else []
        for policy in self._all_policies():
            for name, (first, last) in self._days(policy._today()).items():
                if name in names:
                    found.append(
                        Domain("company_id", "=", policy.company_id.id)
                        & (Domain("last_order_date", ">=", first) if first else ~never)
                        & (Domain("last_order_date", "<=", last) if last else Domain.TRUE)
                    )
        return Domain.OR(found)

    @api.model
    def _sql(self, company, date):
        """The band of an order as SQL.

        :param company, date: SQL of the company and the day of the order
        """
        policies = self._all_policies()
        today = SQL(" ").join(
            SQL("WHEN %s THEN %s::date", policy.company_id.id, policy._today()) for policy in policies
        ) or SQL("WHEN NULL THEN NULL::date")
        age = SQL("(CASE %s %s END - %s)", company, today, date)
        bands = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", age, old, name) for name, (_young, old) in ORDER_AGES.items() if old
        )
        return SQL("CASE WHEN %s IS NULL THEN NULL %s ELSE '366' END", age, bands)

    @api.model
    def _search_age(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain(value)
