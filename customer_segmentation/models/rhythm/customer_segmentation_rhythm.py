"""The rhythm of a customer: how often it orders, how late it is, and how active it is, in numbers and in words."""

from datetime import timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...scoring.calendar import day_of
from ...tools.labels import DAYS_OF_OWN_RHYTHM
from ...tools.words import days_in_words, number

# Time off of a morning does not close a day.
MOST_OF_A_DAY = timedelta(hours=6)


class CustomerSegmentationRhythm(models.AbstractModel):
    _name = "customer.segmentation.rhythm"
    _description = "Rhythm of a Customer"

    # ------------------------------------------------------------------ by what it is judged

    @api.model
    def _judged_by(self, policy, cut_points):
        """By what silence is judged: the company's median gap, the policy's limits, the closed days of the run."""
        from ...scoring.closed_days import closed_days  # NumPy is loaded by who looks at customers, not by every worker
        from ...scoring.what_if import Rhythm

        found = cut_points["rhythm"]
        return Rhythm(found["median_gap"], policy._lifecycle_limits(), closed_days(found.get("closed_days", [])))

    @api.model
    def _closed_days(self, policy):
        """Closed days as found by the last run, first and last of each run, counted from 1970 on."""
        return (policy.last_run_id.cut_points or {}).get("rhythm", {}).get("closed_days", [])

    @api.model
    def _time_off(self, policy):
        """The days on which the whole company has time off by its calendar, first and last of each."""
        company = policy.sudo().company_id
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id", "=", False),
                    ("time_type", "=", "leave"),
                    ("company_id", "in", [company.id, False]),
                    ("calendar_id", "in", [company.resource_calendar_id.id, False]),
                ]
            )
        )
        usual = company.resource_calendar_id.tz or policy.tz
        spans = [self._local(leave, leave.calendar_id.tz or usual) for leave in leaves]
        days = [(day_of(begin.date()), day_of(end.date())) for begin, end in spans if end - begin >= MOST_OF_A_DAY]
        return days

    @api.model
    def _local(self, leave, zone):
        """When time off begins and ends by the clock of its calendar: midnight there is no midnight of the policy."""
        zone = pytz.timezone(zone)
        return [pytz.utc.localize(end).astimezone(zone) for end in (leave.date_from, leave.date_to)]

    # ------------------------------------------------------------------ silence

    @api.model
    def _silence(self, profiles):
        """Open days since the last order of each of these profiles, in their order; each has bought before."""
        import numpy as np

        from ...scoring.closed_days import closed_days

        found = np.array(profiles.mapped("recency_days"), dtype=float)
        for company, policy in profiles._policies().items():
            closed, today = closed_days(self._closed_days(policy)), day_of(policy._today())
            here = np.array([profile.company_id == company for profile in profiles])
            found[here] = closed.open_number(today) - closed.open_number(today - found[here])
        return found

    @api.model
    def _gaps_of_silence(self, profiles):
        """By profile the overdue ratio to the last digit; 0 for who has no usual gap."""
        known = profiles.filtered("typical_gap_days")
        ratios = dict.fromkeys(profiles, 0)
        if known:
            found = self._silence(known) / known.mapped("typical_gap_days")
            ratios |= dict(zip(known, found.tolist(), strict=True))
        return ratios

    @api.model
    def _activity_levels(self, profiles):
        """The level of each of these profiles, in their order; each has bought before."""
        import numpy as np

        from ...scoring.rhythm import activity_level

        today = {company: policy._today() for company, policy in profiles._policies().items()}
        met = [
            (day - today[profile.company_id]).days if (day := profile.last_contact_date) else np.nan
            for profile in profiles
        ]
        bought, gaps = -self._silence(profiles), np.array(profiles.mapped("typical_gap_days"))
        # Days from today on, which is another one for each company.
        return activity_level(bought, met, gaps, 0).tolist()

    @api.model
    def _in_words(self, profile, today):
        return self.env._(
            "%(habit)s; %(due)s.", habit=self._habit_in_words(profile), due=self._due_in_words(profile, today)
        )

    @api.model
    def _in_short(self, profile, today):
        """As a list says it in a narrow column: how late first, then how often."""
        due = self._due_in_words(profile, today)
        words = self.env._("%(due)s; %(habit)s", due=due, habit=self._habit_in_short(profile))
        return words[:1].upper() + words[1:]

    @api.model
    def _habit_in_short(self, profile):
        if profile.purchase_day_count == 1:
            return self.env._("ordered once")
        gap = max(round(profile.typical_gap_days), 1)
        return self.env._("usually daily") if gap == 1 else self.env._("usually every %s days", number(self.env, gap))

    @api.model
    def _habit_in_words(self, profile):
        gap = max(round(profile.typical_gap_days), 1)
        days = self.env._("every day") if gap == 1 else self.env._("every %s days", number(self.env, gap))
        if profile.purchase_day_count >= DAYS_OF_OWN_RHYTHM:
            return self.env._("Usually orders %s", days)
        if profile.purchase_day_count > 1:
            return self.env._("Seems to order %s, judged by few orders and by your other customers", days)
        return self.env._("Ordered on one day so far; your customers usually order %s", days)

    @api.model
    def _due_in_words(self, profile, today):
        if not profile.expected_next_order_date:
            return self.env._("no order for %s", days_in_words(self.env, (today - profile.last_order_date).days))
        late = (today - profile.expected_next_order_date).days
        if late > 0:
            return self.env._("1 day late") if late == 1 else self.env._("%s days late", number(self.env, late))
        if not late:
            return self.env._("the next order is due today")
        if late == -1:
            return self.env._("the next order is due tomorrow")
        return self.env._("the next order is due in %s days", number(self.env, -late))

    @api.model
    def _sql_has_quotation(self, model, alias, query):
        return SQL(
            """EXISTS (SELECT FROM sale_order quotation
                         JOIN res_partner contact ON contact.id = quotation.partner_id
                         JOIN res_company branch ON branch.id = quotation.company_id
                        WHERE quotation.state IN ('draft', 'sent') AND contact.commercial_partner_id = %s
                          AND split_part(branch.parent_path, '/', 1)::int = %s)""",
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
        )

    @api.model
    def _search_hot_prospect(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["sale.order"].flush_model(["state", "partner_id", "company_id"])
        hot = Domain("lifecycle_stage", "=", "prospect") & Domain.custom(to_sql=self._sql_has_quotation)
        return Domain.OR(hot if wanted else ~hot for wanted in value)
