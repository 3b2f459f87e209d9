"""Why a customer is on a desk: an open list, which other addons extend (`_reasons`), joined in one sentence a row."""

from datetime import timedelta

from odoo import api, models

from ...tools.desk import Reason, Seen
from ...tools.words import amount_in_words, day_in_words, days_in_words, headed, listed

TIER_DAYS = 31  # so many days ahead a downgrade is news
BIRTHDAY_DAYS = 7


class CustomerDeskReason(models.AbstractModel):
    _name = "customer.desk.reason"
    _description = "Why a Customer Is on a Desk"

    @api.model
    def _reasons(self):
        return [
            Reason(10, "_promises"),
            Reason(20, "_quotations"),
            Reason(30, "_late", "keep"),
            Reason(35, "_second_orders", "grow"),
            Reason(40, "_playbooks"),
            Reason(50, "_tiers", "tier"),
            Reason(70, "_birthdays", "care"),
        ]

    @api.model
    def _in_words(self, desk, seen):
        """The sentences about each customer: {customer id: [sentence]}."""
        words = {customer.id: [] for customer in seen.customers}
        for reason in sorted(self._reasons(), key=lambda reason: reason.number):
            for customer, sentence in getattr(self, reason.words)(desk, seen).items():
                if reason.purpose not in seen.held_back.get(customer, ()):
                    words[customer].append(sentence)
        return words

    @api.model
    def _seen(self, desk, customers):
        """What is known of some customers."""
        candidates = self.env["customer.desk.candidates"]
        profiles = self.env["customer.segmentation.profile"].search(
            [("company_id", "=", desk.company.id), ("partner_id", "in", customers.ids)]
        )
        return Seen(
            customers,
            {profile.partner_id.id: profile for profile in profiles},
            candidates._planned(desk, customers.ids),
            candidates._quotations(desk, customers.ids),
            self._entries(desk, customers),
            candidates._held_back(desk, customers.ids),
        )

    @api.model
    def _entries(self, desk, customers):
        """The person's open and waiting entries, open ones first: {customer id: entries}."""
        found = self.env["customer.playbook.entry"].search(
            [
                ("company_id", "=", desk.company.id),
                ("partner_id", "in", customers.ids),
                ("user_id", "=", desk.user.id),
                ("state", "in", ("waiting", "open")),
            ]
        )
        return found._order_by_progress().grouped(lambda entry: entry.partner_id.id)

    # ------------------------------------------------------------------ each reason

    @api.model
    def _promises(self, desk, seen):
        """What the person meant to do by today: the earliest of each customer."""
        due = {
            customer: next((one for one in planned if one.is_promise and one.day <= desk.today), None)
            for customer, planned in seen.planned.items()
        }
        activities = self.env["mail.activity"].browse([one.activity_id for one in due.values() if one])
        named = {activity.id: activity for activity in activities}
        return {customer: self._promise_in_words(desk, named[one.activity_id]) for customer, one in due.items() if one}

    @api.model
    def _promise_in_words(self, desk, activity):
        words = {
            "what": activity.summary or activity.activity_type_id.name or self.env._("To do"),
            "day": day_in_words(self.env, activity.date_deadline),
        }
        if activity.date_deadline < desk.today:
            return self.env._("%(what)s (due since %(day)s)", **words)
        return self.env._("%(what)s (due today)", **words)

    @api.model
    def _quotations(self, desk, seen):
        return {customer: self._quotation_in_words(orders[0]) for customer, orders in seen.quotations.items()}

    @api.model
    def _quotation_in_words(self, order):
        return self.env._(
            "Quotation %(number)s of %(amount)s has had no answer since %(day)s",
            number=order.name,
            amount=order.currency_id.with_env(self.env).format(order.amount_untaxed),
            day=day_in_words(self.env, order.date_order),
        )

    @api.model
    def _late(self, desk, seen):
        """Who has not ordered by the expected day, against its own rhythm: one order makes none."""
        return {
            customer: profile.rhythm
            for customer, profile in seen.profiles.items()
            if profile.purchase_day_count > 1
            and profile.rhythm
            and profile.expected_next_order_date
            and profile.expected_next_order_date < desk.today
        }

    @api.model
    def _playbooks(self, _desk, seen):
        """The playbooks at work, unless a control group of the same purpose holds the customer back."""
        words = {}
        for customer, entries in seen.entries.items():
            held = seen.held_back.get(customer, ())
            told = entries.filtered(lambda entry, held=held: entry.playbook_id.purpose not in held)
            if told:
                words[customer] = headed(
                    self.env, [self.env._("Playbook"), listed(self.env, told.playbook_id.mapped("name"))]
                )
        return words

    @api.model
    def _tiers(self, desk, seen):
        """Whose tier is about to be lost."""
        soon = desk.today + timedelta(days=TIER_DAYS)
        return {
            customer: profile.tier_outlook
            for customer, profile in seen.profiles.items()
            if profile.tier_review_date and profile.tier_review_date <= soon and profile.tier_outlook
        }

    @api.model
    def _second_orders(self, desk, seen):
        """Who bought on one day only, and is not gone: a second order makes a customer."""
        return {
            customer: self.env._(
                "One order so far: %(amount)s, %(days)s ago",
                amount=amount_in_words(profile, profile.lifetime_revenue),
                days=days_in_words(self.env, profile.recency_days),
            )
            for customer, profile in seen.profiles.items()
            if profile.purchase_day_count == 1 and profile.gone_date and profile.gone_date > desk.today
        }

    @api.model
    def _birthdays(self, desk, seen):
        last = desk.today + timedelta(days=BIRTHDAY_DAYS)
        found = seen.customers._birthdays_between(desk.today, last, desk.company)
        return {
            customer: listed(
                self.env,
                (
                    self.env._("Birthday of %(name)s on %(day)s", name=name, day=day_in_words(self.env, day))
                    for day, name in birthdays
                ),
            )
            for customer, birthdays in found.items()
        }
