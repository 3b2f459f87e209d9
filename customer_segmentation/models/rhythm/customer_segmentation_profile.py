"""Rhythm and lifecycle of a profile: what is stored, what moves with the days, and how a seller reads it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.labels import DAYS_OF_OWN_RHYTHM, LIFECYCLE_STAGES
from ...tools.words import days_in_words, number, orders_in_words

ACTIVITY_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
TIMELINE_DAYS = 40


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    # Rhythm
    typical_gap_days = fields.Float(
        string="Usual Gap (Days)",
        readonly=True,
        staged=True,
        digits=(8, 1),
        aggregator="avg",
        help="How many days the customer usually lets pass between two orders; with few orders of its own, drawn to "
        "what is usual for all your customers.",
    )
    purchase_day_count = fields.Integer(
        string="Purchase Days",
        readonly=True,
        staged=True,
        aggregator=None,
        help="On how many days the customer has bought; several orders of one day are one.",
    )
    expected_next_order_date = fields.Date(
        string="Next Order Expected",
        readonly=True,
        staged=True,
        help="When the next order is due: the last order and the usual gap. Empty for lost customers.",
    )
    overdue_ratio = fields.Float(
        compute="_compute_overdue_ratio",
        string="Overdue (× Usual Gap)",
        digits=(8, 1),
        aggregator=None,
        help="Days since the last order divided by the usual gap: 3.2 = 3.2 times the usual gap. Above 2 it is time to "
        "ask.",
    )
    activity_level = fields.Selection(
        ACTIVITY_LEVELS,
        compute="_compute_activity_level",
        help="High: an order within the last usual gap. Medium: no order, but a contact. Low: neither.",
    )

    # Lifecycle
    lifecycle_stage = fields.Selection(
        LIFECYCLE_STAGES,
        readonly=True,
        staged=True,
        index=True,
        help="Where the customer stands, held against its own rhythm. The policy sets the limits.",
    )
    stage_since = fields.Date(readonly=True, help="Since when the customer has been in this stage.")
    is_hot_prospect = fields.Boolean(
        compute="_compute_is_hot_prospect",
        search="_search_is_hot_prospect",
        string="Hot Prospect",
        help="Has not bought yet, and a quotation is open.",
    )

    # In words
    rhythm = fields.Char(
        compute="_compute_rhythm", string="Rhythm in Words", help="How often the customer orders, and how late it is."
    )
    purchase_timeline = fields.Json(
        compute="_compute_purchase_timeline", help="The latest purchase days and the expected next one."
    )

    # ------------------------------------------------------------------ reading

    @api.depends("recency_days", "typical_gap_days")
    def _compute_overdue_ratio(self):
        for profile in self:
            profile.overdue_ratio = profile._gaps_of_silence()

    def _gaps_of_silence(self):
        """The overdue ratio to the last digit; 0 for who has no usual gap."""
        if not self.typical_gap_days:
            return 0
        from ...scoring.rhythm import overdue_ratio  # NumPy is loaded by who looks at customers, not by every worker

        return float(overdue_ratio(-self.recency_days, self.typical_gap_days, 0))

    @api.depends("recency_days", "typical_gap_days", "last_contact_date")
    def _compute_activity_level(self):
        known = self.filtered("last_order_date")
        (self - known).activity_level = False
        if not known:
            return
        import numpy as np

        from ...scoring.rhythm import activity_level

        today = {company: policy._today() for company, policy in known._policies().items()}
        met = [
            (day - today[profile.company_id]).days if (day := profile.last_contact_date) else np.nan
            for profile in known
        ]
        bought, gaps = -np.array(known.mapped("recency_days")), np.array(known.mapped("typical_gap_days"))
        # Days from today on, which is another one for each company.
        for profile, level in zip(known, activity_level(bought, met, gaps, 0).tolist(), strict=True):
            profile.activity_level = level

    # ------------------------------------------------------------------ rhythm in words

    @api.depends("typical_gap_days", "purchase_day_count", "last_order_date", "expected_next_order_date")
    @api.depends_context("lang")
    def _compute_rhythm(self):
        today = {company: policy._today() for company, policy in self._policies().items()}
        for profile in self:
            known = bool(profile.purchase_day_count and profile.typical_gap_days)
            profile.rhythm = known and profile._rhythm_in_words(today[profile.company_id])

    def _rhythm_in_words(self, today):
        return self.env._("%(habit)s; %(due)s.", habit=self._habit_in_words(), due=self._due_in_words(today))

    def _habit_in_words(self):
        gap = max(round(self.typical_gap_days), 1)
        days = self.env._("every day") if gap == 1 else self.env._("every %s days", number(self.env, gap))
        if self.purchase_day_count >= DAYS_OF_OWN_RHYTHM:
            return self.env._("Usually orders %s", days)
        if self.purchase_day_count > 1:
            return self.env._("Seems to order %s, judged by few orders and by your other customers", days)
        return self.env._("Ordered on one day so far; your customers usually order %s", days)

    def _due_in_words(self, today):
        if not self.expected_next_order_date:
            return self.env._("no order for %s", days_in_words(self.env, (today - self.last_order_date).days))
        late = (today - self.expected_next_order_date).days
        if late > 0:
            return self.env._("1 day late") if late == 1 else self.env._("%s days late", number(self.env, late))
        if not late:
            return self.env._("the next order is due today")
        if late == -1:
            return self.env._("the next order is due tomorrow")
        return self.env._("the next order is due in %s days", number(self.env, -late))

    # ------------------------------------------------------------------ timeline

    @api.depends("last_order_date", "expected_next_order_date", "purchase_day_count")
    @api.depends_context("lang")
    def _compute_purchase_timeline(self):
        policies = self._policies()
        for profile in self:
            days = profile._purchase_day_counts() if profile.purchase_day_count else {}
            profile.purchase_timeline = bool(days) and profile._timeline(days, policies[profile.company_id]._today())

    def _purchase_day_counts(self):
        """The latest days with a purchase and how many there were: of all salespeople, as the rhythm is made of them.

        Days only: what was bought, and for how much, is shown to who may open the document. Where there are very many
        days, those lately are looked through first.
        """
        counts = self._read_day_counts(since=self._probably_since())
        if len(counts) < min(TIMELINE_DAYS, self.purchase_day_count):
            counts = self._read_day_counts()
        return dict(sorted(counts.items())[-TIMELINE_DAYS:])

    def _probably_since(self):
        """A day since which there were more purchases than are shown, if they came at even distances; None for all."""
        if self.purchase_day_count <= 2 * TIMELINE_DAYS:
            return None
        share = 2 * TIMELINE_DAYS / self.purchase_day_count
        return self.last_order_date - share * (self.last_order_date - self.first_order_date)

    def _read_day_counts(self, since=None):
        self.env.flush_all()
        purchases = self.env["customer.transaction"].sudo()._sql_purchases(self.company_id, self.partner_id.ids, since)
        query = SQL("SELECT date, COUNT(*) FROM (%s) purchase GROUP BY date", purchases)
        return dict(self.env.execute_query(query))

    def _timeline(self, counts, today):
        """What the widget draws: positions from 0 to 1, and each day in the reader's words."""
        expected = self.expected_next_order_date
        first, last = min(counts), max(today, expected or today)
        last += timedelta(days=max(1, (last - first).days // 20))  # some air on the right

        def mark(day, label):
            return {
                "position": (day - first) / (last - first),
                "date": format_date(self.env, day, date_format="medium"),
                "label": label,
            }

        orders = [mark(day, orders_in_words(self.env, count)) for day, count in counts.items()]
        return {
            "orders": orders,
            "today": mark(today, self.env._("Today")),
            "expected": bool(expected) and mark(expected, self.env._("Next order expected")),
            "is_late": bool(expected) and expected < today,
            "earlier": max(self.purchase_day_count - len(orders), 0),
        }

    # ------------------------------------------------------------------ prospects

    @api.depends("lifecycle_stage")
    def _compute_is_hot_prospect(self):
        prospects = self.filtered(lambda profile: profile.lifecycle_stage == "prospect")
        hot = self.browse()
        if prospects:
            hot = prospects.sudo().search([("id", "in", prospects.ids), ("is_hot_prospect", "=", True)])
        for profile in self:
            profile.is_hot_prospect = profile.id in hot._ids

    @api.model
    def _search_is_hot_prospect(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["sale.order"].flush_model(["state", "partner_id", "company_id"])
        hot = Domain("lifecycle_stage", "=", "prospect") & Domain.custom(to_sql=self._sql_has_quotation)
        return Domain.OR(hot if wanted else ~hot for wanted in value)

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
