"""Small customers who could be large: what speaks for it, in words and as a condition."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.labels import SMALL_CLASSES
from ...tools.words import amount_in_words, orders_in_words


class CustomerSegmentationPotential(models.AbstractModel):
    _name = "customer.segmentation.potential"
    _description = "Potential of Customers"

    @api.model
    def _reasons(self, profile, limits, window):
        """What speaks for more revenue, a sentence each or nothing; another addon adds what it knows.

        :param limits: the company's, from `_limits`
        :param window: the months that were scored, in words
        """
        return [self._large_orders_in_words(profile, limits, window)]

    @api.model
    def _domain(self):
        """The customers of whom one of those sentences is true, be they small or not."""
        return Domain.OR(
            Domain("company_id", "=", company)
            & Domain("order_count", ">", 0)
            & Domain("order_count", "<=", orders)
            & Domain("average_order_value", ">=", average)
            for company, (average, orders) in self._limits().items()
        )

    @api.model
    def _limits(self, companies=None):
        """By company: from which average order on it is among the largest quarter, and the median number of orders.

        Of the customers who bought in the window.
        """
        self.env["customer.segmentation.profile"].flush_model(["company_id", "order_count", "average_order_value"])
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, percentile_disc(0.75) WITHIN GROUP (ORDER BY average_order_value),
                      percentile_disc(0.5) WITHIN GROUP (ORDER BY order_count)
                 FROM customer_segmentation_profile WHERE order_count > 0 AND %s GROUP BY company_id""",
                SQL("TRUE") if companies is None else SQL("company_id = ANY(%s)", companies.ids),
            )
        )
        return {company: (float(average), orders) for company, average, orders in rows}

    @api.model
    def _large_orders_in_words(self, profile, limits, window):
        """ "Orders rarely, but much at once: 2 orders in the last 12 months, $ 900.00 on average, …" """
        if not limits or not profile.order_count:
            return ""
        average, orders = limits
        if profile.average_order_value < average or profile.order_count > orders:
            return ""
        return self.env._(
            "Orders rarely, but much at once: %(orders)s %(window)s, %(amount)s on average, among the "
            "largest quarter of your customers (from %(limit)s).",
            orders=orders_in_words(self.env, profile.order_count),
            window=window,
            amount=amount_in_words(profile, profile.average_order_value),
            limit=amount_in_words(profile, average),
        )

    @api.model
    def _search_potential(self, operator, value):
        if operator != "in":
            return NotImplemented
        small = Domain("abc_class", "in", SMALL_CLASSES) & Domain("lifetime_order_count", ">", 0)
        found = small & self._domain()
        return Domain.OR(found if wanted else ~found for wanted in value)
