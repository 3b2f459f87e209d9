"""The playbooks of a customer, and what their activities say about it: words a manager puts into a text."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.words import amount_in_words, day_in_words, listed, orders_in_words
from .customer_playbook_entry import OPEN

DAYS_AHEAD = 31


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    playbook_entry_ids = fields.One2many("customer.playbook.entry", "profile_id", string="Playbooks", readonly=True)
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
                "amount": amount_in_words(profile, profile.revenue),
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
            profile.lifetime_in_words = self.env["customer.segmentation.explanation"]._ever_in_words(profile)

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_birthdays_in_words(self):
        today = fields.Date.context_today(self)
        for company, profiles in self.grouped("company_id").items():
            birthdays = profiles.partner_id._birthdays_between(today, today + timedelta(days=DAYS_AHEAD), company)
            for profile in profiles:
                profile.birthdays_in_words = listed(
                    self.env,
                    (
                        self.env._("%(name)s on %(day)s", name=name, day=day_in_words(self.env, day))
                        for day, name in birthdays.get(profile.partner_id.id, [])
                    ),
                )

    @api.depends("country_id")
    @api.depends_context("lang")
    def _compute_holiday_in_words(self):
        coming = self.env["customer.holiday"].search([("date", ">=", fields.Date.context_today(self))])
        for profile in self:
            country = profile.country_id or profile.company_id.sudo().country_id
            mine = coming.filtered(lambda holiday, country=country: holiday.country_id in (country, country.browse()))
            values = {"name": mine[0].name, "day": day_in_words(self.env, mine[0].date)} if mine else {}
            profile.holiday_in_words = self.env._("%(name)s on %(day)s", **values) if mine else False

    # ------------------------------------------------------------------ contacts that are merged

    def _adopt_playbook_entries(self, others, survivor):
        """Take over the entries of profiles that are about to be merged into this one."""
        self.ensure_one()
        entries = (self | others).playbook_entry_ids
        open_entries = entries.filtered(lambda entry: entry.state in OPEN)
        for same in open_entries.grouped("playbook_id").values():
            reason = self.env._("The contact was merged into %s.", survivor.display_name)
            same._order_by_progress()[1:]._close("cancelled", reason)
        self.env.flush_all()
        if self.partner_id != survivor:
            self.env.cr.execute(
                SQL("UPDATE %s SET partner_id = %s WHERE id = %s", SQL.identifier(self._table), survivor.id, self.id)
            )
        # The same cause may have brought in both: what happened stays on record under another name.
        self.env.cr.execute(
            SQL(
                """UPDATE customer_playbook_entry entry
                      SET profile_id = %(kept)s, partner_id = %(survivor)s,
                          cause = CASE WHEN EXISTS (SELECT FROM customer_playbook_entry other
                                                     WHERE other.playbook_id = entry.playbook_id
                                                       AND other.cause = entry.cause AND other.id <> entry.id
                                                       AND other.profile_id = ANY(%(all)s))
                                       THEN entry.cause || ':merged:' || entry.id ELSE entry.cause END
                    WHERE entry.profile_id = ANY(%(others)s)""",
                kept=self.id,
                survivor=survivor.id,
                others=others.ids,
                all=(self | others).ids,
            )
        )
        self.env.invalidate_all()
