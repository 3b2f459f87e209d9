"""How customers are scored: steps in the order of their numbers, each of which finds something and hands it on.

    10 facts → 20 rhythm, stage → 30 scores, segment, class → 35 what is at stake → 60 tiers

What a step finds for all customers is in the facts and scores, what is kept of it in the columns, and what scoring one
customer between two runs needs in the cut points. Another addon adds its steps to `_steps`.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ...scoring import calendar
from ...tools.bandings import limits_of, methods_of
from ...tools.labels import ABC_CLASSES
from ...tools.periods import window_start
from ...tools.staged import positions
from ...tools.steps import Scoring

KEPT_FACTS = (
    "order_count",
    "revenue",
    "lifetime_order_count",
    "lifetime_revenue",
    "refund_total",
    "average_monthly_revenue",
)
KEPT_SCORES = ("recency_score", "frequency_score", "monetary_score", "rfm_code")


class CustomerSegmentationEngine(models.AbstractModel):
    _name = "customer.segmentation.engine"
    _description = "Scoring of Customers"

    @api.model
    def _steps(self):
        """The numbers of the steps and their methods, each of which takes a `Scoring`."""
        return [
            (10, "_find_facts"),
            (20, "_find_rhythm"),
            (30, "_score_purchases"),
            (35, "_find_stake"),
            (60, "_move_on_ladder"),
        ]

    @api.model
    def _score(self, policy, transactions, as_of, cut_points=None, tiers_before=None):
        """Score the customers of some transactions on a day: a recompute, a refresh and a replay go through here.

        :param cut_points: those of the run by which a few customers are refreshed; default: made anew from all
        :param tiers_before: where the customers stood, if not as their profiles say
        :return: the `Scoring` after all steps
        """
        refresh = cut_points is not None
        scoring = Scoring(policy, as_of, transactions, cut_points or {}, refresh, tiers_before)
        for _number, step in sorted(self._steps()):
            getattr(self, step)(scoring)
        return scoring

    @api.model
    def _can_refresh_by(self, cut_points):
        """Whether the cut points of a run, if there are any, are enough to score a few customers by."""
        return bool(cut_points and cut_points["window_customer_count"])

    @api.model
    def _messages(self, scoring):
        """What to know about the result of a run, a sentence each."""
        return []

    # ------------------------------------------------------------------ facts

    @api.model
    def _find_facts(self, scoring):
        """The facts about each customer on the day."""
        from ...scoring.transactions import facts_at  # pandas is loaded by the job only

        window = calendar.day_of(window_start(scoring.policy, scoring.as_of))
        scoring.facts = facts_at(scoring.transactions, scoring.day, window, scoring.decimal_places)
        self._keep_facts(scoring)

    @api.model
    def _keep_facts(self, scoring):
        import numpy as np

        from ...scoring.facts import average_order_value

        scoring.keep(
            first_order_date=scoring.facts["first_order_day"],
            last_order_date=scoring.facts["last_order_day"],
            average_order_value=np.nan_to_num(average_order_value(scoring.facts)),
            **{name: scoring.facts[name] for name in KEPT_FACTS},
        )

    # ------------------------------------------------------------------ scores, segment, class

    @api.model
    def _score_purchases(self, scoring):
        """Recency, frequency and monetary score, segment and ABC class of each customer."""
        from ...scoring.pipeline import score_customers, score_with

        parameters, rhythm = self._parameters(scoring.policy, scoring.as_of), scoring.scores
        if scoring.refresh:
            scores = score_with(scoring.facts, parameters, scoring.cut_points)
        else:
            scores, found = score_customers(scoring.facts, parameters)
            scoring.cut_points |= found | self._spread_of_recency(scoring.facts, scores, parameters)
        scoring.scores = rhythm.join(scores)
        self._remember_silent_customers(scoring, parameters)
        self._keep_scores(scoring)

    @api.model
    def _spread_of_recency(self, facts, scores, parameters):
        """How many customers have each R by own rhythm, and how many would have by quantiles; nothing otherwise."""
        if parameters.bandings["recency"].method != "own_rhythm":
            return {}
        from ...scoring.rfm import recency_spread

        return {"recency_spread": recency_spread(facts, scores, parameters.bands)}

    @api.model
    def _keep_scores(self, scoring):
        from ...scoring.rounding import half_up_all

        scores = scoring.scores
        scoring.keep(
            rfm_score=half_up_all(scores["rfm_score"], 1),
            segment_id=scores["segment"],
            abc_class=self._class_positions(scores["abc_class"]),
            **{name: scores[name] for name in KEPT_SCORES},
        )

    @api.model
    def _class_positions(self, classes):
        return positions([name for name, _label in ABC_CLASSES], classes.to_numpy())

    @api.model
    def _parameters(self, policy, as_of):
        """The rules as the scoring package takes them."""
        from ...scoring.pipeline import Parameters
        from ...scoring.rfm import Banding

        return Parameters(
            bands=policy.bands,
            bandings={
                measure: Banding(method, limits_of(policy, measure), policy.at_risk_ratio)
                for measure, method in methods_of(policy).items()
            },
            weights=(policy.weight_recency, policy.weight_frequency, policy.weight_monetary),
            ranges=policy.scheme_id._segment_ranges(),
            share_a=policy.abc_share_a,
            share_b=policy.abc_share_b,
            window_start_day=calendar.day_of(window_start(policy, as_of)),
            as_of_day=calendar.day_of(as_of),
        )

    @api.model
    def _remember_silent_customers(self, scoring, parameters):
        """Replace the scores of silent customers by those of the window that ended with their last purchase.

        They change only where the policy remembers, until the last purchase is two windows ago, and by own rhythm,
        until the customer is gone; the ABC class stays that of the present window.
        """
        policy, facts = scoring.policy, scoring.facts
        silent = self._are_remembered(policy, facts, scoring.as_of)
        silent &= facts["last_order_day"] <= parameters.window_start_day
        if not silent.any():
            return
        from ...scoring.pipeline import score_with
        from ...scoring.transactions import last_window

        remembered = last_window(scoring.transactions, scoring.day, policy.window_months, scoring.decimal_places)
        past = facts[silent].copy()
        past[["order_count", "revenue"]] = remembered.loc[past["partner_id"], ["order_count", "revenue"]].to_numpy()
        rescored = score_with(past, parameters, scoring.cut_points)
        kept = rescored.columns.difference(["abc_class"])
        scoring.scores.loc[silent, kept] = rescored[kept]

    @api.model
    def _are_remembered(self, policy, facts, as_of):
        """Whose scores are kept when there is no purchase in the window."""
        here = ~facts["is_gone"] & (policy.recency_banding == "own_rhythm")
        earliest = as_of - relativedelta(months=2 * policy.window_months)
        lately = (facts["last_order_day"] > calendar.day_of(earliest)) & policy.score_silent_customers
        return here | lately
