"""Measures of a customer, declared once and weighed by tiers and by whatever else judges customers.

A measure is read in two places: for all customers of a run as an array, and for one customer on a page from its
profile. Both readers stand side by side, so that a page never says something else than the run decided.

What neither the facts of a run nor the profile hold is `read_in` a query of its own, the same for all customers and
for one, and only when a ladder asks for it.
"""

from odoo import api, models

from ...scoring.calendar import day_of
from ...scoring.rounding import half_up
from ...tools.labels import CHANNELS
from ...tools.measures import STAGE_RANKS, Measure, read_in, stored

ABC_RANKS = {"A": 3, "B": 2, "C": 1}
PROSPECT = STAGE_RANKS["prospect"]
RATIO_PLACES = 4  # 100 days are 3 × a gap of 33 ⅓ days, however that is kept
NEVER_CONTACTED = 9999  # days; nobody is served worse


class CustomerSegmentationMeasure(models.AbstractModel):
    _name = "customer.segmentation.measure"
    _description = "Customer Measure"

    @api.model
    def _declared(self):
        """All measures by name. Another addon adds its own, and its label to the criteria of tiers."""
        return (
            self._declared_of_purchases()
            | self._declared_of_scores()
            | self._declared_of_time()
            | self._declared_of_rhythm()
            | self._declared_of_contacts()
        )

    @api.model
    def _declared_of_purchases(self):
        return {
            "revenue": stored("amount", "revenue"),
            "order_count": stored("orders", "order_count"),
            "average_order_value": Measure("amount", _average_order_value, lambda profile: profile.average_order_value),
            "average_monthly_revenue": stored("amount", "average_monthly_revenue"),
            "lifetime_revenue": stored("amount", "lifetime_revenue", ever=True),
            "revenue_share": Measure("percentage", _revenue_share, lambda profile: profile.revenue_share),
        }

    @api.model
    def _declared_of_scores(self):
        return {
            "rfm_score": Measure("score", _rfm_score, lambda profile: profile.rfm_score),
            "recency_score": stored("score", "recency_score", of_scores=True),
            "frequency_score": stored("score", "frequency_score", of_scores=True),
            "monetary_score": stored("score", "monetary_score", of_scores=True),
            "abc_rank": Measure("class", _abc_rank, lambda profile: ABC_RANKS.get(profile.abc_class, 0)),
            # The rank inside the scheme; a customer who is not scored is below the worst segment.
            "segment": Measure(
                "segment",
                lambda scoring: scoring.scores["segment"].map(self._segment_ranks()).fillna(0),
                lambda profile: profile.segment_id.rank,
            ),
        }

    @api.model
    def _declared_of_time(self):
        return {
            "tenure_months": Measure("months", _tenure_months, lambda profile: _months_of(profile, "first_order_date")),
            "months_since_last_order": Measure(
                "months",
                _months_since_last_order,
                lambda profile: _months_of(profile, "last_order_date"),
                higher_is_better=False,
            ),
        }

    @api.model
    def _declared_of_rhythm(self):
        return {
            "overdue_ratio": Measure(
                "times",
                _overdue_ratio,
                lambda profile: half_up(
                    profile.env["customer.segmentation.rhythm"]._gaps_of_silence(profile)[profile], RATIO_PLACES
                ),
                higher_is_better=False,
            ),
            "lifecycle_rank": Measure(
                "class",
                lambda scoring: scoring.scores["lifecycle_stage"] - PROSPECT,
                lambda profile: STAGE_RANKS.get(profile.lifecycle_stage, PROSPECT) - PROSPECT,
            ),
        }

    @api.model
    def _declared_of_contacts(self):
        counted = {"contact_count": "count"} | {f"contacts_{channel}": channel for channel, _label in CHANNELS}
        return {
            "days_since_contact": read_in(
                "days",
                "customer.interaction.summary",
                "_frequency",
                "days_since",
                higher_is_better=False,
                unknown=NEVER_CONTACTED,
            ),
            **{
                name: read_in("contacts", "customer.interaction.summary", "_frequency", attribute)
                for name, attribute in counted.items()
            },
        }

    @api.model
    def _frame(self, names, scoring, keep_missing=False):
        """The named measures of all customers of a scoring, a DataFrame with the index of its facts.

        Rounded as the profiles store them: a threshold must not be missed by what nobody can see.

        :param keep_missing: NaN where there is no value, instead of what a tier takes for it
        """
        import pandas as pd  # loaded by the job, not by every worker

        from ...scoring.rounding import half_up_all

        declared, facts = self._declared(), scoring.facts
        there = [name for name in names if declared[name].fact not in facts]
        elsewhere = self._read_elsewhere(there, scoring.policy, scoring.as_of, scoring.only_these)
        columns = {
            name: facts["partner_id"].map(elsewhere[name]) if name in elsewhere else declared[name].of_run(scoring)
            for name in names
        }
        frame = pd.DataFrame(columns, index=facts.index).astype(float)
        if not keep_missing:
            frame = frame.fillna({name: declared[name].unknown for name in columns})
        places = scoring.decimal_places
        amounts = {name: half_up_all(frame[name], places) for name in columns if declared[name].unit == "amount"}
        return frame.assign(**amounts)

    @api.model
    def _of_profiles(self, names, profiles):
        """The named measures of some customers as of today: {profile: {name: number}}."""
        declared, elsewhere = self._declared(), {}
        for company, policy in profiles._policies().items():
            customers = profiles.filtered(lambda profile, company=company: profile.company_id == company).partner_id
            elsewhere[company] = self._read_elsewhere(names, policy, policy._today(), customers.ids)

        def value(name, profile):
            known = elsewhere[profile.company_id].get(name)
            found = declared[name].of_profile(profile) if known is None else known.get(profile.partner_id.id)
            return float(declared[name].unknown if found is None or found is False else found)

        return {profile: {name: value(name, profile) for name in names} for profile in profiles}

    @api.model
    def _read_elsewhere(self, names, policy, as_of, customer_ids):
        """{name: {customer: number}} of those measures that have a query of their own, each asked once."""
        declared = self._declared()
        places = {name: declared[name].read_in for name in names if declared[name].read_in}
        read = {
            (model, method): getattr(self.env[model], method)(policy, as_of, customer_ids)
            for model, method in {(model, method) for model, method, _attribute in places.values()}
        }
        return {
            name: {customer: getattr(known, attribute) for customer, known in read[model, method].items()}
            for name, (model, method, attribute) in places.items()
        }

    @api.model
    def _segment_ranks(self):
        return {segment.id: segment.rank for segment in self.env["customer.segment"].sudo().search([])}

    @api.model
    def _label(self, name):
        """The name of a measure in the user's language."""
        criteria = self.env["customer.tier.criterion"]
        return dict(criteria._fields["measure"]._description_selection(self.env)).get(name, name)

    @api.model
    def _maximum(self, bands):
        """The highest possible value of the measures that have one."""
        scores = dict.fromkeys(("recency_score", "frequency_score", "monetary_score"), bands)
        return scores | {"rfm_score": 100, "revenue_share": 100, "abc_rank": 3, "lifecycle_rank": 7}


def _average_order_value(scoring):
    from ...scoring.facts import average_order_value

    return average_order_value(scoring.facts)


def _rfm_score(scoring):
    from ...scoring.rounding import half_up_all

    return half_up_all(scoring.scores["rfm_score"], 1)


def _revenue_share(scoring):
    from ...scoring.rounding import half_up_all

    total = scoring.cut_points["total_revenue"]
    return half_up_all(100 * scoring.facts["revenue"].clip(lower=0) / (total or 1), 2)


def _abc_rank(scoring):
    return scoring.scores["abc_class"].map(ABC_RANKS).fillna(0)


def _tenure_months(scoring):
    return _months_to_today(scoring.facts, "first_order_day")


def _months_since_last_order(scoring):
    return _months_to_today(scoring.facts, "last_order_day")


def _months_of(profile, name):
    """Whole months from a date of the profile to today."""
    if not profile[name]:
        return 0
    from ...scoring.lifecycle import whole_months

    today = profile._policies()[profile.company_id]._today()
    return int(whole_months(day_of(profile[name]), day_of(today)))


def _months_to_today(facts, name):
    from ...scoring.lifecycle import whole_months

    return whole_months(facts[name], facts["last_order_day"] + facts["recency_days"])


def _overdue_ratio(scoring):
    from ...scoring.closed_days import closed_days
    from ...scoring.rhythm import overdue_ratio
    from ...scoring.rounding import half_up_all

    gap = scoring.scores["typical_gap_days"]
    closed = closed_days(scoring.cut_points.get("rhythm", {}).get("closed_days", []))
    last_day = scoring.day - scoring.facts["recency_days"]
    return half_up_all(overdue_ratio(last_day, gap.where(gap > 0), scoring.day, closed), RATIO_PLACES)
