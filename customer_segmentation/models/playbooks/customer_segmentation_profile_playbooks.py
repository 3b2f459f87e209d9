"""What an activity of a playbook says about its customer: words a manager puts into a text as placeholders."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...tools.words import orders_in_words

DAYS_AHEAD = 31


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    purchases_in_words = fields.Char(
        compute="_compute_purchases_in_words", help="Orders and revenue in the policy's window."
    )
    last_order_in_words = fields.Char(compute="_compute_purchases_in_words", help="How long ago the last order was.")
    lifetime_in_words = fields.Char(compute="_compute_purchases_in_words", help="Orders and revenue ever, since when.")
    birthdays_in_words = fields.Char(
        compute="_compute_birthdays_in_words", help="Whose birthday is in the next 31 days, of all contacts."
    )
    holiday_in_words = fields.Char(
        compute="_compute_holiday_in_words", help="The next holiday of the customer's country."
    )

    @api.depends("order_count", "revenue", "last_order_date", "lifetime_order_count", "lifetime_revenue")
    @api.depends_context("lang")
    def _compute_purchases_in_words(self):
        policies = self._policies()
        for profile in self:
            values = {
                "orders": orders_in_words(self.env, profile.order_count),
                "amount": profile._amount(profile.revenue),
                "window": policies[profile.company_id]._window_in_words(),
            }
            profile.purchases_in_words = (
                self.env._("%(orders)s and %(amount)s %(window)s", **values)
                if profile.order_count
                else self.env._("no order %s", values["window"])
            )
            profile.last_order_in_words = (
                self.env["customer.segmentation.explanation"]._last_order_in_words(profile.recency_days)
                if profile.last_order_date
                else self.env._("no order yet")
            )
            profile.lifetime_in_words = profile._ever_in_words()

    def _ever_in_words(self):
        if not self.first_order_date:
            return self.env._("no order yet")
        return self.env._(
            "%(orders)s and %(amount)s since %(day)s",
            orders=orders_in_words(self.env, self.lifetime_order_count),
            amount=self._amount(self.lifetime_revenue),
            day=format_date(self.env, self.first_order_date),
        )

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_birthdays_in_words(self):
        today = fields.Date.context_today(self)
        birthdays = self.partner_id._birthdays_between(today, today + timedelta(days=DAYS_AHEAD))
        for profile in self:
            profile.birthdays_in_words = ", ".join(
                self.env._("%(name)s on %(day)s", name=name, day=format_date(self.env, day))
                for day, name in birthdays.get(profile.partner_id.id, [])
            )

    @api.depends("country_id")
    @api.depends_context("lang")
    def _compute_holiday_in_words(self):
        coming = self.env["customer.holiday"].search([("date", ">=", fields.Date.context_today(self))])
        for profile in self:
            country = profile.partner_id.country_id or profile.company_id.sudo().country_id
            mine = coming.filtered(lambda holiday, country=country: holiday.country_id in (country, country.browse()))
            values = {"name": mine[0].name, "day": format_date(self.env, mine[0].date)} if mine else {}
            profile.holiday_in_words = self.env._("%(name)s on %(day)s", **values) if mine else False


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _birthdays_between(self, first, last):
        """By customer: [(day, name of the contact)] of all contacts of these customers, in order.

        Who was born on 29 February is congratulated on 28 February in other years.
        """
        self.env["res.partner"].flush_model(["customer_birthday", "commercial_partner_id", "active", "name"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, birthday.day, partner.name
                 FROM res_partner partner
                CROSS JOIN LATERAL generate_series(%(first)s::date, %(last)s::date, '1 day') coming
                CROSS JOIN LATERAL (SELECT coming::date AS day) birthday
                WHERE partner.commercial_partner_id = ANY(%(customers)s) AND partner.active
                  AND partner.customer_birthday IS NOT NULL
                  AND birthday.day = (partner.customer_birthday + make_interval(
                          years => (EXTRACT(YEAR FROM birthday.day) - EXTRACT(YEAR FROM partner.customer_birthday))::int
                      ))::date
                ORDER BY birthday.day, partner.name""",
                first=first,
                last=last,
                customers=self.ids,
            )
        )
        birthdays = {}
        for customer, day, name in rows:
            birthdays.setdefault(customer, []).append((day, name))
        return birthdays
