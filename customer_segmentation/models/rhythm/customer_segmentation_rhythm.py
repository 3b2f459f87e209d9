"""The rhythm of a customer: how often it orders, how late it is, and how active it is, in numbers and in words."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.labels import DAYS_OF_OWN_RHYTHM
from ...tools.words import days_in_words, number


class CustomerSegmentationRhythm(models.AbstractModel):
    _name = "customer.segmentation.rhythm"
    _description = "Rhythm of a Customer"

    @api.model
    def _gaps_of_silence(self, profile):
        """The overdue ratio to the last digit; 0 for who has no usual gap."""
        if not profile.typical_gap_days:
            return 0
        from ...scoring.rhythm import overdue_ratio  # NumPy is loaded by who looks at customers, not by every worker

        return float(overdue_ratio(-profile.recency_days, profile.typical_gap_days, 0))

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
        bought, gaps = -np.array(profiles.mapped("recency_days")), np.array(profiles.mapped("typical_gap_days"))
        # Days from today on, which is another one for each company.
        return activity_level(bought, met, gaps, 0).tolist()

    @api.model
    def _in_words(self, profile, today):
        return self.env._(
            "%(habit)s; %(due)s.", habit=self._habit_in_words(profile), due=self._due_in_words(profile, today)
        )

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
