"""The words of an explanation. The numbers come from `scoring/explanation.py`."""

import functools
import math

from odoo import api, models

from ...tools.labels import DAYS_OF_OWN_RHYTHM
from ...tools.words import (
    amount_in_words,
    day_in_words,
    days_in_words,
    listed,
    number,
    orders_in_words,
    percentage,
    plain_number,
    share_in_words,
)

FEW_LIMITS = 9


class CustomerSegmentationExplanation(models.AbstractModel):
    _name = "customer.segmentation.explanation"
    _description = "Why a Customer Is Where It Is"

    @api.model
    def _parts(self, profiles):
        """Each profile with the parts of its explanation, by the cut points of its company's last run."""
        from ...scoring.explanation import customer_parts

        policies = profiles._policies()
        for profile in profiles:
            cut_points = policies[profile.company_id].last_run_id.cut_points
            values = {
                name: profile[name]
                for name in (
                    "recency_days",
                    "order_count",
                    "revenue",
                    "recency_score",
                    "frequency_score",
                    "monetary_score",
                    "typical_gap_days",
                )
            }
            yield profile, customer_parts(values, cut_points) if cut_points else {"scored": False}

    # ------------------------------------------------------------------ the sentence

    @api.model
    def _in_words(self, profile, parts):
        """The sentence about the scores, and, of who has a rhythm of its own, the one about the rhythm."""
        scores = self._scores_in_words(profile, parts)
        if profile.purchase_day_count < DAYS_OF_OWN_RHYTHM or not profile.rhythm:
            return scores
        return self.env._("%(scores)s %(rhythm)s", scores=scores, rhythm=profile.rhythm)

    @api.model
    def _scores_in_words(self, profile, parts):
        if not parts["scored"]:
            return (
                self.env._("Not scored: no purchase yet.")
                if profile.lifecycle_stage == "prospect"
                else self.env._("Not scored: no purchase that counts.")
            )
        return self.env._(
            "%(segment)s: %(recency)s; %(purchases)s.",
            segment=profile.segment_id.name or self.env._("No segment"),
            recency=self._recency_in_words(parts),
            purchases=self._purchases_in_words(profile, parts),
        )

    @api.model
    def _recency_in_words(self, parts):
        if parts["window"] == "none":
            return self.env._("no order for %s", days_in_words(self.env, parts["recency_days"]))
        last_order = self._last_order_in_words(parts["recency_days"])
        if parts["measures"]["recency"]["band_rule"] == "own_rhythm":
            return last_order  # held against its own rhythm, not against others
        if parts["longer_than"] >= 0.5:
            return self.env._(
                "%(last_order)s, longer than %(share)s of your customers",
                last_order=last_order,
                share=percentage(self.env, parts["longer_than"]),
            )
        share_above = parts["measures"]["recency"]["share_above"]
        if share_above < 0.01:
            return last_order
        return self.env._(
            "%(last_order)s, more recent than %(share)s of your customers",
            last_order=last_order,
            share=percentage(self.env, share_above),
        )

    @api.model
    def _last_order_in_words(self, days):
        """How many days ago the last order was."""
        if days <= 1:
            return self.env._("last order yesterday") if days else self.env._("last order today")
        return self.env._("last order %s days ago", number(self.env, days))

    @api.model
    def _purchases_in_words(self, profile, parts):
        if parts["window"] == "none":
            return self.env._(
                "%(orders)s and %(amount)s before that",
                orders=orders_in_words(self.env, profile.lifetime_order_count),
                amount=amount_in_words(profile, profile.lifetime_revenue),
            )
        values = {
            "orders": orders_in_words(self.env, parts["order_count"]),
            "amount": amount_in_words(profile, parts["revenue"]),
            "window": profile._policies()[profile.company_id]._window_in_words(),
        }
        top = self._top_in_words(parts["top"])
        if top:
            return self.env._("%(orders)s and %(amount)s %(window)s put them in %(top)s", top=top, **values)
        return self.env._("%(orders)s and %(amount)s %(window)s", **values)

    @api.model
    def _ever_in_words(self, profile):
        """All orders and all revenue, and since when."""
        if not profile.first_order_date:
            return self.env._("no order yet")
        return self.env._(
            "%(orders)s and %(amount)s since %(day)s",
            orders=orders_in_words(self.env, profile.lifetime_order_count),
            amount=amount_in_words(profile, profile.lifetime_revenue),
            day=day_in_words(self.env, profile.first_order_date),
        )

    @api.model
    def _top_in_words(self, top):
        return {
            0.01: self.env._("the top hundredth"),
            0.05: self.env._("the top twentieth"),
            0.1: self.env._("the top tenth"),
            0.2: self.env._("the top fifth"),
            0.5: self.env._("the better half"),
        }.get(top)

    # ------------------------------------------------------------------ one score

    @api.model
    def _details(self, profile, parts):
        """Each score for the page Segmentation; nothing for who is not scored."""
        measures = parts["measures"].values() if parts["scored"] else []
        return [self._measure_in_words(profile, measure) for measure in measures]

    @api.model
    def _measure_in_words(self, profile, parts):
        """One score for the page: label, value, score of how many, and why."""
        measure = parts["measure"]
        show = self._shown_as(profile, measure)
        return {
            "measure": measure,
            "label": {
                "recency": self.env._("Recency"),
                "frequency": self.env._("Frequency"),
                "monetary": self.env._("Monetary"),
            }[measure],
            "value": show(parts["value"]),
            "score": parts["score"],
            "bands": parts["bands"],
            "band": self._band(profile, measure, parts, show),
            "reason": self._reason(profile, measure, parts),
            "limits": self._limits(parts, show),
            "note": self._note(parts),
        }

    @api.model
    def _shown_as(self, profile, measure):
        """How a value of a measure is written."""
        return {
            "recency": functools.partial(days_in_words, self.env),
            "frequency": functools.partial(orders_in_words, self.env),
            "monetary": functools.partial(amount_in_words, profile),
        }[measure]

    @api.model
    def _reason(self, profile, measure, parts):
        if not profile.order_count and measure != "recency":
            return self.env._("No purchase %s.", profile._policies()[profile.company_id]._window_in_words())
        if parts["band_rule"] == "own_rhythm":
            return self._silence_in_words(profile)
        share = share_in_words(self.env, parts["share_below"])
        if not parts["share_below"]:
            return {
                "recency": self.env._("Nobody bought more recently."),
                "frequency": self.env._("Nobody has fewer orders."),
                "monetary": self.env._("Nobody spent less."),
            }[measure]
        return {
            "recency": self.env._("%s of your customers bought more recently.", share),
            "frequency": self.env._("%s of your customers have fewer orders.", share),
            "monetary": self.env._("%s of your customers spent less.", share),
        }[measure]

    @api.model
    def _silence_in_words(self, profile):
        """How long the silence is in the customer's own measure, and what is left out of it."""
        gap = max(round(profile.typical_gap_days), 1)
        words = [
            self.env._(
                "%(ratio)s × the usual gap of %(gap)s.",
                ratio=plain_number(self.env, round(profile.overdue_ratio, 1)),
                gap=days_in_words(self.env, gap),
            )
        ]
        closed = profile.recency_days - round(profile.overdue_ratio * profile.typical_gap_days)
        if closed > 0:
            words.append(self.env._("Closed days in it that do not count: %s.", number(self.env, closed)))
        return " ".join(words)

    @api.model
    def _band(self, profile, measure, parts, show):
        """From where to where the score goes; nothing for who bought nothing in the window, whatever the limits."""
        low, high = parts["band"]
        if (low is None and high is None) or (not profile.order_count and parts["score"] == 1 and measure != "recency"):
            return ""
        if parts["band_rule"] == "mean":
            return self._band_of_mean(measure, parts["score"], show(high if low is None else low))
        if measure == "monetary":
            return self._band_of_money(
                parts["score"], *(value if value is None else show(value) for value in (low, high))
            )
        return self._band_of_numbers(parts["score"], low, high, show)

    @api.model
    def _band_of_numbers(self, score, low, high, show):
        """Whole numbers above `low`, up to `high`."""
        first, last = (None if low is None else math.floor(low) + 1), (None if high is None else math.floor(high))
        if last is None:
            return self.env._("Score %(score)s: %(low)s or more", score=score, low=show(first))
        if first is None:
            return self.env._("Score %(score)s: up to %(high)s", score=score, high=show(last))
        if first == last:
            return self.env._("Score %(score)s: %(value)s", score=score, value=show(first))
        return self.env._(
            "Score %(score)s: from %(low)s to %(high)s", score=score, low=number(self.env, first), high=show(last)
        )

    @api.model
    def _band_of_money(self, score, low, high):
        if high is None:
            return self.env._("Score %(score)s: more than %(low)s", score=score, low=low)
        if low is None:
            return self.env._("Score %(score)s: up to %(high)s", score=score, high=high)
        return self.env._("Score %(score)s: more than %(low)s, up to %(high)s", score=score, low=low, high=high)

    @api.model
    def _band_of_mean(self, measure, score, mean):
        """Which side of the mean the score stands for; a value at the mean counts as high."""
        if measure == "recency":
            if score == 2:
                return self.env._("Score %(score)s: up to %(high)s", score=score, high=mean)
            return self.env._("Score %(score)s: more than %(low)s", score=score, low=mean)
        if score == 2:
            return self.env._("Score %(score)s: %(low)s or more", score=score, low=mean)
        return self.env._("Score %(score)s: less than %(high)s", score=score, high=mean)

    @api.model
    def _limits(self, parts, show):
        limits = " · ".join(show(limit) for limit in parts["cut_points"][:FEW_LIMITS])
        if not limits:
            return ""
        if parts["band_rule"] == "mean":
            return self.env._("Mean of your customers: %s. A value at the mean counts as high.", limits)
        if parts["band_rule"] == "own_rhythm":
            return self.env._("Limits by the customer's own rhythm: %s", limits)
        if parts["band_rule"] == "cut_offs":
            return self.env._("Limits set in the policy: %s", limits)
        return self.env._("Limits between the scores: %s", limits)

    @api.model
    def _note(self, parts):
        if parts["band_rule"] == "own_rhythm":
            return self._note_on_own_rhythm(parts)
        if not parts["empty_scores"]:
            return ""
        scores = listed(self.env, (str(score) for score in parts["empty_scores"]))
        return self.env._("Nobody has score %s: too many customers share one value.", scores)

    @api.model
    def _note_on_own_rhythm(self, parts):
        """Why the score is better than the limits say: who is new, or silent for a few days only, is not judged yet."""
        _low, high = parts["band"]
        if high is None or parts["value"] <= high:
            return self.env._("Each customer is judged by its own rhythm, so the groups differ in size.")
        return self.env._("Not judged lower yet: the customer is new, or has been silent for a short time only.")
