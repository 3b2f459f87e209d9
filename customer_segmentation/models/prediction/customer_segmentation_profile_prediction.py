"""What a profile says about rhythm, lifecycle and prediction: what is stored, and what moves with the days."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...scoring import calendar
from ...tools.changes import Label
from ...tools.labels import CHURN_BANDS, LIFECYCLE_STAGES, PREDICTION_BASES

ACTIVITY_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]


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

    # Prediction
    churn_risk = fields.Float(
        readonly=True,
        staged=True,
        digits=(3, 2),
        aggregator="avg",
        help="How likely the customer does not order within the policy's churn horizon. Ranking and odds are reliable; "
        "season is not taken into account.",
    )
    churn_band = fields.Selection(
        CHURN_BANDS,
        readonly=True,
        staged=True,
        string="Churn Risk Level",
        help="The churn risk as a level; the policy sets the limits.",
    )
    predicted_clv = fields.Monetary(
        string="Predicted Value",
        readonly=True,
        staged=True,
        help="What the customer is expected to bring within the policy's value horizon, discounted by month, to two "
        "digits. Sums are rough: season is not taken into account.",
    )
    clv_total = fields.Monetary(
        string="Lifetime Value",
        readonly=True,
        staged=True,
        help="What the customer brought so far, and the predicted value.",
    )
    prediction_basis = fields.Selection(
        PREDICTION_BASES, readonly=True, staged=True, help="What churn risk and predicted value follow from."
    )
    prediction_reason = fields.Char(
        compute="_compute_prediction_reason", help="What the prediction follows from, and why it is not better."
    )
    expected_orders = fields.Float(
        compute="_compute_expected_orders",
        digits=(8, 1),
        aggregator=None,
        help="How many orders are expected within the policy's value horizon.",
    )

    @api.model
    def _labels(self):
        return super()._labels() | {"churn_band": Label(5, is_told=False)}

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

    @api.depends("first_order_date", "last_order_date", "prediction_basis", "typical_gap_days")
    def _compute_expected_orders(self):
        self.expected_orders = 0
        predicted = self.filtered(lambda profile: profile.prediction_basis in ("model", "rhythm"))
        policies = predicted._policies()
        for company, profiles in predicted.grouped("company_id").items():
            policy = policies[company]
            card = (policy.last_run_id.cut_points or {}).get("prediction")
            if card:
                profiles._predict_orders(card, policy)

    def _predict_orders(self, card, policy):
        """Fill in the orders expected from today on; no page keeps them, for they move every day."""
        import numpy as np

        from ...scoring.lifetime_value import Customers, expected_orders

        today = calendar.day_of(policy._today())
        first, last = (
            # A time zone set anew may put today before a day that was known already.
            np.minimum([calendar.day_of(day) for day in self.mapped(name)], today)
            for name in ("first_order_date", "last_order_date")
        )
        found = expected_orders(
            card,
            Customers(np.array(self.mapped("purchase_day_count")), first, last, np.zeros(len(self))),
            today,
            months=policy.clv_horizon_months,
            typical_gap_days=self.mapped("typical_gap_days"),
        )
        for profile, orders in zip(self, np.nan_to_num(found).tolist(), strict=True):
            profile.expected_orders = orders

    @api.depends("prediction_basis", "lifecycle_stage")
    @api.depends_context("lang")
    def _compute_prediction_reason(self):
        for profile, _policy, card in self._cards():
            profile.prediction_reason = profile._reason_in_words(card)

    def _cards(self):
        """Each profile with its policy and the model card of its company's last run."""
        policies = self._policies()
        cards = {
            company: (policy.last_run_id.cut_points or {}).get("prediction") for company, policy in policies.items()
        }
        for profile in self:
            yield profile, policies[profile.company_id], cards[profile.company_id]

    def _reason_in_words(self, card):
        if self.lifecycle_stage == "lost":
            return self.env._("Lost: nothing is predicted.")
        if not card or not self.prediction_basis:
            return self.lifecycle_stage == "prospect" and self.env._("No purchase yet.")
        why = self._reasons().get(card["reason"] or next(iter(card["low_confidence"]), ""), "")
        return " ".join(part for part in (self._bases()[self.prediction_basis], why) if part)

    def _bases(self):
        return {
            "model": self.env._("From the model of all customers."),
            "rhythm": self.env._("From the customer's own rhythm."),
            "not_enough_data": self.env._("Not enough data: it takes four purchase days of the customer."),
        }

    def _reasons(self):
        """Why there is no model, or how far to trust it."""
        return {
            "no_customers": self.env._("Nobody has bought yet."),
            "history_too_short": self.env._("There is no model: the first purchase is less than 30 days ago."),
            "no_repeat_purchases": self.env._("There is no model: nobody has bought twice yet."),
            "too_few_repeat_buyers": self.env._("There is no model: fewer than 5 customers have bought twice."),
            "no_scipy": self.env._("There is no model: the Python package SciPy is missing on the server."),
            "few_customers": self.env._("Rough: there are fewer than 30 customers."),
            "few_repeat_buyers": self.env._("Rough: fewer than 10 customers have bought twice."),
            "not_fitted": self.env._("Rough: no model fits these customers well."),
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
