"""What lists people work from are made of: small customers with large potential, and how old the last order is."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SMALL_CLASSES = ("B", "C")
# band: (from so many days ago, to so many); ordered by name as by age
ORDER_AGES = {
    "000_030": (None, 30),
    "031_060": (31, 60),
    "061_090": (61, 90),
    "091_180": (91, 180),
    "181_365": (181, 365),
    "366": (366, None),
}


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    large_potential = fields.Boolean(
        compute="_compute_large_potential",
        search="_search_large_potential",
        string="Small with Large Potential",
        help="Class B or C, and something speaks for more: the average order, for instance, is among the largest "
        "quarter while at least half of your customers order as often or more often.",
    )
    potential_reason = fields.Text(
        compute="_compute_large_potential",
        string="Why It Could Buy More",
        help="What speaks for more revenue than this customer brings today.",
    )
    last_order_age = fields.Selection(
        selection="_selection_last_order_age",
        compute="_compute_last_order_age",
        search="_search_last_order_age",
        string="Age of Last Order",
        help="How many days ago the last order was, in groups.",
    )

    # ------------------------------------------------------------------ small today, large potential

    @api.depends("abc_class", "order_count", "average_order_value", "lifetime_order_count")
    @api.depends_context("lang")
    def _compute_large_potential(self):
        limits = self._potential_limits(self.company_id)
        windows = {company: policy._window_in_words() for company, policy in self._policies().items()}
        for profile in self:
            reasons = profile._potential_reasons(limits.get(profile.company_id.id), windows.get(profile.company_id))
            small = profile.abc_class in SMALL_CLASSES and profile.lifetime_order_count
            profile.potential_reason = bool(small) and " ".join(filter(None, reasons))
            profile.large_potential = bool(profile.potential_reason)

    @api.model
    def _search_large_potential(self, operator, value):
        if operator != "in":
            return NotImplemented
        small = Domain("abc_class", "in", SMALL_CLASSES) & Domain("lifetime_order_count", ">", 0)
        found = small & self._large_potential_domain()
        return Domain.OR(found if wanted else ~found for wanted in value)

    def _potential_reasons(self, limits, window):
        """What speaks for more revenue, a sentence each or nothing; another addon adds what it knows.

        :param limits: the company's, from `_potential_limits`
        :param window: the months that were scored, in words
        """
        return [self._large_orders_in_words(limits, window)]

    @api.model
    def _large_potential_domain(self):
        """The customers of whom one of those sentences is true, be they small or not."""
        return Domain.OR(
            Domain("company_id", "=", company)
            & Domain("order_count", ">", 0)
            & Domain("order_count", "<=", orders)
            & Domain("average_order_value", ">=", average)
            for company, (average, orders) in self._potential_limits().items()
        )

    @api.model
    def _potential_limits(self, companies=None):
        """By company: from which average order on it is among the largest quarter, and the median number of orders.

        Of the customers who bought in the window.
        """
        self.flush_model(["company_id", "order_count", "average_order_value"])
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, percentile_disc(0.75) WITHIN GROUP (ORDER BY average_order_value),
                      percentile_disc(0.5) WITHIN GROUP (ORDER BY order_count)
                 FROM customer_segmentation_profile WHERE order_count > 0 AND %s GROUP BY company_id""",
                SQL("TRUE") if companies is None else SQL("company_id = ANY(%s)", companies.ids),
            )
        )
        return {company: (float(average), orders) for company, average, orders in rows}

    def _large_orders_in_words(self, limits, window):
        """ "Orders rarely, but much at once: 2 orders in the last 12 months, $ 900.00 on average, …" """
        if not limits or not self.order_count:
            return ""
        average, orders = limits
        if self.average_order_value < average or self.order_count > orders:
            return ""
        return self.env._(
            "Orders rarely, but much at once: %(orders)s %(window)s, %(amount)s on average, among the "
            "largest quarter of your customers (from %(limit)s).",
            orders=self._orders(self.order_count),
            window=window,
            amount=self._amount(self.average_order_value),
            limit=self._amount(average),
        )

    # ------------------------------------------------------------------ how long ago

    @api.model
    def _selection_last_order_age(self):
        return [
            ("000_030", self.env._("Up to 30 days ago")),
            *(
                (name, self.env._("%(first)s to %(last)s days ago", first=first, last=last))
                for name, (first, last) in list(ORDER_AGES.items())[1:-1]
            ),
            ("366", self.env._("More than 365 days ago")),
        ]

    @api.depends("last_order_date")
    def _compute_last_order_age(self):
        days = {company: self._order_age_days(policy._today()) for company, policy in self._policies().items()}
        for profile in self:
            day, bands = profile.last_order_date, days.get(profile.company_id, {})
            matching = (
                name
                for name, (first, last) in bands.items()
                if day and (not first or day >= first) and (not last or day <= last)
            )
            profile.last_order_age = next(matching, False)

    @api.model
    def _order_age_days(self, today):
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
    def _search_last_order_age(self, operator, value):
        if operator != "in":
            return NotImplemented
        never = Domain("last_order_date", "=", False)
        found = [never] if False in value else []
        for policy in self._all_policies():
            for name, (first, last) in self._order_age_days(policy._today()).items():
                if name in value:
                    found.append(
                        Domain("company_id", "=", policy.company_id.id)
                        & (Domain("last_order_date", ">=", first) if first else ~never)
                        & (Domain("last_order_date", "<=", last) if last else Domain.TRUE)
                    )
        return Domain.OR(found)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Grouped and sorted like a column: the same bands in SQL, each company by its own day."""
        if field_expr != "last_order_age":
            return super()._field_to_sql(alias, field_expr, query)
        policies = self._all_policies()
        company, date = (self._field_to_sql(alias, name, query) for name in ("company_id", "last_order_date"))
        today = SQL(" ").join(
            SQL("WHEN %s THEN %s::date", policy.company_id.id, policy._today()) for policy in policies
        ) or SQL("WHEN NULL THEN NULL::date")
        age = SQL("(CASE %s %s END - %s)", company, today, date)
        bands = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", age, old, name) for name, (_young, old) in ORDER_AGES.items() if old
        )
        return SQL("CASE WHEN %s IS NULL THEN NULL %s ELSE '366' END", age, bands)

    # ------------------------------------------------------------------ what users click

    def action_open_large_potential(self):
        """Small customers who could be large, those of the user first."""
        return self._action_for_user("action_large_potential", "my_customers")

    def action_open_one_time_buyers(self):
        """Who bought once, by how long ago, those of the user first."""
        return self._action_for_user("action_one_time_buyers", "my_customers")
