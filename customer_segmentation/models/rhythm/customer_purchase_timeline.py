"""The latest purchase days of a customer and the expected next one, as the widget draws them."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.words import day_in_words, orders_in_words

TIMELINE_DAYS = 40


class CustomerPurchaseTimeline(models.AbstractModel):
    _name = "customer.purchase.timeline"
    _description = "Timeline of Purchases"

    @api.model
    def _of(self, profile, today):
        """What the widget draws: positions from 0 to 1, and each day in the reader's words."""
        counts = self._day_counts(profile)
        if not counts:  # of a policy at rest nothing counts as a purchase
            return False
        expected = profile.expected_next_order_date
        first, last = min(counts), max(today, expected or today)
        last += timedelta(days=max(1, (last - first).days // 20))  # some air on the right

        def mark(day, label):
            return {
                "position": (day - first) / (last - first),
                "date": day_in_words(self.env, day),
                "label": label,
            }

        orders = [mark(day, orders_in_words(self.env, count)) for day, count in counts.items()]
        return {
            "orders": orders,
            "today": mark(today, self.env._("Today")),
            "expected": bool(expected) and mark(expected, self.env._("Next order expected")),
            "is_late": bool(expected) and expected < today,
            "earlier": max(profile.purchase_day_count - len(orders), 0),
        }

    @api.model
    def _day_counts(self, profile):
        """The latest days with a purchase and how many there were: of all salespeople, as the rhythm is made of them.

        Days only: what was bought, and for how much, is shown to who may open the document. Where there are very many
        days, those lately are looked through first.
        """
        counts = self._read_day_counts(profile, since=self._probably_since(profile))
        if len(counts) < min(TIMELINE_DAYS, profile.purchase_day_count):
            counts = self._read_day_counts(profile)
        return dict(sorted(counts.items())[-TIMELINE_DAYS:])

    @api.model
    def _probably_since(self, profile):
        """A day since which there were more purchases than are shown, if they came at even distances; None for all."""
        if profile.purchase_day_count <= 2 * TIMELINE_DAYS:
            return None
        share = 2 * TIMELINE_DAYS / profile.purchase_day_count
        return profile.last_order_date - share * (profile.last_order_date - profile.first_order_date)

    @api.model
    def _read_day_counts(self, profile, since=None):
        self.env.flush_all()
        purchases = (
            self.env["customer.transaction"].sudo()._sql_purchases(profile.company_id, profile.partner_id.ids, since)
        )
        query = SQL("SELECT date, COUNT(*) FROM (%s) purchase GROUP BY date", purchases)
        return dict(self.env.execute_query(query))
