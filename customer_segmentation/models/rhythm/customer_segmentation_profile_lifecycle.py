"""Rhythm and prediction of a profile as a seller reads them: in words, as a timeline, and the revenue at risk."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.labels import DAYS_OF_OWN_RHYTHM
from ...tools.words import days_in_words, number, orders_in_words, percentage

COMPARISONS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
TIMELINE_DAYS = 40


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    revenue_at_risk = fields.Monetary(
        compute="_compute_revenue_at_risk",
        search="_search_revenue_at_risk",
        string="Revenue at Risk",
        help="Predicted value × churn risk: what is lost when nobody acts. Sums are rough.",
    )
    rhythm = fields.Char(
        compute="_compute_rhythm", string="Rhythm in Words", help="How often the customer orders, and how late it is."
    )
    purchase_timeline = fields.Json(
        compute="_compute_purchase_timeline", help="The latest purchase days and the expected next one."
    )
    churn_in_words = fields.Char(compute="_compute_churn_in_words", help="What the churn risk means.")
    prediction_quality = fields.Char(
        compute="_compute_prediction_quality", help="How good the predictions of the company were when last checked."
    )

    # ------------------------------------------------------------------ revenue at risk

    @api.depends("churn_risk", "predicted_clv")
    def _compute_revenue_at_risk(self):
        for profile in self:
            profile.revenue_at_risk = profile.churn_risk * profile.predicted_clv

    def _field_to_sql(self, alias, field_expr, query=None):
        """Revenue at risk is a product of two columns: sorted, summed and searched like one."""
        if field_expr != "revenue_at_risk":
            return super()._field_to_sql(alias, field_expr, query)
        factors = [self._field_to_sql(alias, name, query) for name in ("churn_risk", "predicted_clv")]
        return SQL("(%s::numeric * %s)", *factors)

    @api.model
    def _search_revenue_at_risk(self, operator, value):
        """Who has no prediction has no revenue at risk, shown as zero."""

        def compared(model, alias, query, sign, limit):
            return SQL("COALESCE(%s, 0) %s %s", model._field_to_sql(alias, "revenue_at_risk", query), sign, limit)

        if operator in COMPARISONS:
            return Domain.custom(to_sql=lambda *args: compared(*args, COMPARISONS[operator], value or 0))
        if operator != "in":
            return NotImplemented
        values = tuple({item or 0 for item in value})
        return Domain.custom(to_sql=lambda *args: compared(*args, SQL("IN"), values))

    @api.model
    def _high_churn(self):
        """High churn risk, wherever it is counted, filtered or triggers something; who is gone has no churn risk."""
        return [("churn_band", "=", "high")]

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

    # ------------------------------------------------------------------ prediction in words

    @api.depends("churn_risk", "churn_band", "prediction_basis")
    @api.depends_context("lang")
    def _compute_churn_in_words(self):
        policies = self._policies()
        for profile in self:
            days = days_in_words(self.env, policies[profile.company_id].churn_horizon_days)
            profile.churn_in_words = profile.prediction_basis == "model" and self.env._(
                "%(risk)s that no order comes within %(days)s", risk=percentage(self.env, profile.churn_risk), days=days
            )

    @api.depends("prediction_basis")
    @api.depends_context("lang")
    def _compute_prediction_quality(self):
        words = {company: policy._prediction_quality() for company, policy in self._policies().items()}
        for profile in self:
            profile.prediction_quality = profile.prediction_basis == "model" and words[profile.company_id]

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


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _prediction_quality(self):
        """How far to trust the predictions of the company, in one line."""
        card = self._last_model_card().with_env(self.env).sudo()
        if not card:
            return self.env._("Not checked yet against what really happened.")
        grade = dict(card._fields["grade"]._description_selection(self.env))[card.grade]
        return self.env._(
            "%(grade)s. %(headline)s",
            grade=grade,
            headline=card.headline if card.flagged_count and card.grade != "not_usable" else card.meaning,
        )
