"""The value score of a profile and what contributed to it, from the stored ranks and the weights of the last run.

Beside it what salespeople typed in: how satisfied the customer is, and how much it could buy.
"""

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import value_points
from odoo.addons.customer_segmentation.tools.words import day_in_words, headed, listed
from odoo.tools.misc import formatLang

from .res_partner import POTENTIALS

VALUE_BANDS = [("low", "Low Value"), ("medium", "Medium Value"), ("high", "High Value")]
HIGH_POTENTIALS = ("4", "5")
NAMED = 3  # indicators named in the sentence


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    value_score = fields.Integer(
        readonly=True,
        staged=True,
        aggregator="avg",
        help="How valuable the customer is, 0 to 100: the indicators of the policy compared with all other customers "
        "and weighed.",
    )
    value_band = fields.Selection(
        VALUE_BANDS,
        string="Value Level",
        readonly=True,
        staged=True,
        index="btree_not_null",
        help="The value score as a level; the policy sets the limits. Empty: nothing is weighed, or nothing is known.",
    )
    value_ranks = fields.Char(
        readonly=True, staged=True, help="The rank of the customer in each indicator of the last run."
    )
    value_details = fields.Json(compute="_compute_value_details")
    value_in_words = fields.Char(
        compute="_compute_value_details", string="Value in Words", help="What the value score is made of."
    )

    satisfaction_in_words = fields.Char(
        compute="_compute_satisfaction_in_words", help="The latest satisfaction that was typed in, when and why."
    )
    sales_potential = fields.Selection(related="partner_id.customer_potential", string="Sales Potential")

    # ------------------------------------------------------------------ value score

    @api.depends("value_score", "value_band", "value_ranks")
    @api.depends_context("lang")
    def _compute_value_details(self):
        rules = {company: policy._value_rules() for company, policy in self._policies().items()}
        for profile in self:
            details = profile._value_parts(rules[profile.company_id]) if profile.value_band else []
            profile.value_details = details
            profile.value_in_words = profile._value_sentence(details) if details else False

    def _value_parts(self, rules):
        """Each indicator for the page: label, points of how many, and why."""
        points = value_points.read_codes(self.value_ranks or "", [rule["weight"] for rule in rules])
        return [
            {
                "id": rule["id"],
                "label": rule["label"],
                "share": part.rank,
                "points": round(part.points, 1),
                "possible": round(part.possible, 1),
                "text": self._points_in_words(part),
                "reason": self._rank_in_words(part, rule),
                "counts": part.mark != value_points.LEFT_OUT,
            }
            for rule, part in zip(rules, points, strict=False)
        ]

    def _points_in_words(self, part):
        if part.mark == value_points.LEFT_OUT:
            return self.env._("not counted")
        return self.env._(
            "%(points)s of %(possible)s points", points=self._points(part.points), possible=self._points(part.possible)
        )

    def _rank_in_words(self, part, rule):
        if part.mark == value_points.KNOWN and len(rule["knots"]) == 1:
            return self.env._("All customers of whom it is known have the same")
        if part.mark == value_points.KNOWN:
            return self._known_rank_in_words(part.rank)
        return {
            value_points.WORST: self.env._("Not known, counts as worst"),
            value_points.NEUTRAL: self.env._("Not known, counts as the middle"),
            value_points.LEFT_OUT: self.env._("Not known, its weight goes to the others"),
        }[part.mark]

    def _known_rank_in_words(self, rank):
        if rank in (0, 100):
            return self.env._("Hardly any customer is better") if rank else self.env._("Hardly any customer is worse")
        return self.env._("Better than %s%% of the customers who have another value", rank)

    def _value_sentence(self, details):
        """ "Value score 72, high value: 18 of 25 points from payment discipline, …" """
        bands = dict(self._fields["value_band"]._description_selection(self.env))
        best = sorted((part for part in details if part["points"] > 0), key=lambda part: -part["points"])[:NAMED]
        values = {"score": self.value_score, "band": bands.get(self.value_band, "")}
        if not best:
            return self.env._("Value score %(score)s, %(band)s.", **values)
        named = [
            self.env._("%(points)s from %(indicator)s", points=part["text"], indicator=part["label"]) for part in best
        ]
        return self.env._("Value score %(score)s, %(band)s: %(points)s.", points=listed(self.env, named), **values)

    def _points(self, points):
        """Whole points, and tenths only of what is less than one."""
        small = 0 < points < 1
        return formatLang(self.env, points if small else int(points + 0.5), digits=1 if small else 0)

    # ------------------------------------------------------------------ satisfaction

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_satisfaction_in_words(self):
        satisfaction = self.env["customer.satisfaction"].sudo()
        for company, profiles in self.grouped("company_id").items():
            query = satisfaction._latest(company, profiles.partner_id.ids)
            found = {customer: row for customer, *row in self.env.execute_query(query)}
            for profile in profiles:
                latest = found.get(profile.partner_id.id)
                profile.satisfaction_in_words = latest and self._latest_satisfaction_in_words(*latest)

    @api.model
    def _latest_satisfaction_in_words(self, _id, day, score, comment, _before):
        """ "2 of 5 on 11/20/2026: the delivery was late" """
        words = self.env._("%(score)s of 5 on %(day)s", score=score, day=day_in_words(self.env, day))
        return headed(self.env, filter(None, (words, comment)))

    # ------------------------------------------------------------------ small today, large potential

    @api.depends("sales_potential")
    def _compute_large_potential(self):
        return super()._compute_large_potential()

    def _typed_potential_in_words(self):
        potential = self.sales_potential
        if potential not in HIGH_POTENTIALS:
            return ""
        labels = dict(self._fields["sales_potential"]._description_selection(self.env))
        return self.env._(
            "Sales potential: %(potential)s (%(score)s of %(best)s).",
            potential=labels[potential],
            score=potential,
            best=POTENTIALS[-1][0],
        )
