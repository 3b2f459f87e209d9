"""What is said of a habit, in the language of the environment."""

from odoo import api, models
from odoo.addons.customer_segmentation.tools.words import days_in_words, number
from odoo.tools.misc import formatLang


class CustomerProductHabitWords(models.AbstractModel):
    _name = "customer.product.habit.words"
    _description = "Habits of Customers in Words"

    @api.model
    def _due_in_words(self, habit):
        """ "bought 7 times, about every 31 days, last 34 days ago": what is said behind the name of the product."""
        return self.env._(
            "bought %(times)s times, about every %(gap)s, last %(days)s ago",
            times=number(self.env, habit.times),
            gap=days_in_words(self.env, habit.gap_days),
            days=days_in_words(self.env, habit.days_ago),
        )

    @api.model
    def _lost_in_words(self, habit, currency):
        """In the same way, with what it brought."""
        return self.env._(
            "bought %(times)s times for %(amount)s, about every %(gap)s, not for %(days)s",
            times=number(self.env, habit.times),
            amount=formatLang(self.env, habit.amount, currency_obj=currency),
            gap=days_in_words(self.env, habit.gap_days),
            days=days_in_words(self.env, habit.days_ago),
        )

    @api.model
    def _to_say(self, habit):
        """ "usually buys Coffee every 31 days, not for 40 days": a reason to call."""
        return self.env._(
            "Usually buys %(product)s every %(gap)s, not for %(days)s",
            product=self._name_of(habit),
            gap=days_in_words(self.env, habit.gap_days),
            days=days_in_words(self.env, habit.days_ago),
        )

    @api.model
    def _name_and_gap(self, habit):
        """ "Coffee (every 31 days)" """
        gap = days_in_words(self.env, habit.gap_days)
        return self.env._("%(product)s (every %(gap)s)", product=self._name_of(habit), gap=gap)

    @api.model
    def _name_of(self, habit):
        return habit.product.with_context(display_default_code=False, lang=self.env.lang).display_name
