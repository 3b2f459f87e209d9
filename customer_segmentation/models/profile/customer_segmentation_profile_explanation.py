"""The words of an explanation. The numbers come from `scoring/explanation.py`."""

import math

from odoo import api, models
from odoo.tools.misc import formatLang

FEW_LIMITS = 9


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    @api.depends("segment_id", "recency_score", "frequency_score", "monetary_score", "revenue", "order_count")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for profile, parts in self._explanation_parts():
            if not parts["scored"]:
                profile.explanation = (
                    self.env._("Not scored: no purchase yet.")
                    if profile.lifecycle_stage == "prospect"
                    else self.env._("Not scored: no purchase that counts.")
                )
                continue
            profile.explanation = self.env._(
                "%(segment)s: %(recency)s; %(purchases)s.",
                segment=profile.segment_id.name or self.env._("No segment"),
                recency=profile._recency_in_words(parts),
                purchases=profile._purchases_in_words(parts),
            )

    @api.depends("recency_score", "frequency_score", "monetary_score", "revenue", "order_count")
    @api.depends_context("lang")
    def _compute_score_details(self):
        for profile, parts in self._explanation_parts():
            measures = parts["measures"].values() if parts["scored"] else []
            profile.score_details = [profile._measure_in_words(measure) for measure in measures]

    def _explanation_parts(self):
        """Each profile with the parts of its explanation, by the cut points of its company's last run."""
        from ...scoring.explanation import customer_parts

        policies = self._policies()
        for profile in self:
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
                )
            }
            yield profile, customer_parts(values, cut_points) if cut_points else {"scored": False}

    # ------------------------------------------------------------------ the sentence

    def _recency_in_words(self, parts):
        if parts["window"] == "none":
            return self.env._("no order for %s", self._days(parts["recency_days"]))
        last_order = self._last_order_in_words(parts["recency_days"])
        if parts["longer_than"] >= 0.5:
            return self.env._(
                "%(last_order)s, longer than %(share)s of your customers",
                last_order=last_order,
                share=self._percentage(parts["longer_than"]),
            )
        share_above = parts["measures"]["recency"]["share_above"]
        if share_above < 0.01:
            return last_order
        return self.env._(
            "%(last_order)s, more recent than %(share)s of your customers",
            last_order=last_order,
            share=self._percentage(share_above),
        )

    def _last_order_in_words(self, days):
        if days <= 1:
            return self.env._("last order yesterday") if days else self.env._("last order today")
        return self.env._("last order %s days ago", self._number(days))

    def _purchases_in_words(self, parts):
        if parts["window"] == "none":
            return self.env._(
                "%(orders)s and %(amount)s before that",
                orders=self._orders(self.lifetime_order_count),
                amount=self._amount(self.lifetime_revenue),
            )
        values = {
            "orders": self._orders(parts["order_count"]),
            "amount": self._amount(parts["revenue"]),
            "window": self._policies()[self.company_id]._window_in_words(),
        }
        top = self._top_in_words(parts["top"])
        if top:
            return self.env._("%(orders)s and %(amount)s %(window)s put them in %(top)s", top=top, **values)
        return self.env._("%(orders)s and %(amount)s %(window)s", **values)

    def _top_in_words(self, top):
        return {
            0.01: self.env._("the top hundredth"),
            0.05: self.env._("the top twentieth"),
            0.1: self.env._("the top tenth"),
            0.2: self.env._("the top fifth"),
            0.5: self.env._("the better half"),
        }.get(top)

    # ------------------------------------------------------------------ one score

    def _measure_in_words(self, parts):
        """One score for the page: label, value, score of how many, and why."""
        measure = parts["measure"]
        show = {"recency": self._days, "frequency": self._orders, "monetary": self._amount}[measure]
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
            "band": self._band(measure, parts, show),
            "reason": self._reason(measure, parts),
            "limits": self._limits(parts, show),
            "note": self._note(parts),
        }

    def _reason(self, measure, parts):
        if not self.order_count and measure != "recency":
            return self.env._("No purchase %s.", self._policies()[self.company_id]._window_in_words())
        share = self._share(parts["share_below"])
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

    def _band(self, measure, parts, show):
        """From where to where the score goes; nothing for who bought nothing in the window, whatever the limits."""
        low, high = parts["band"]
        if (low is None and high is None) or (not self.order_count and parts["score"] == 1 and measure != "recency"):
            return ""
        if parts["band_rule"] == "mean":
            return self._band_of_mean(measure, parts["score"], show(high if low is None else low))
        if measure == "monetary":
            return self._band_of_money(
                parts["score"], *(value if value is None else show(value) for value in (low, high))
            )
        return self._band_of_numbers(parts["score"], low, high, show)

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
            "Score %(score)s: from %(low)s to %(high)s", score=score, low=self._number(first), high=show(last)
        )

    def _band_of_money(self, score, low, high):
        if high is None:
            return self.env._("Score %(score)s: more than %(low)s", score=score, low=low)
        if low is None:
            return self.env._("Score %(score)s: up to %(high)s", score=score, high=high)
        return self.env._("Score %(score)s: more than %(low)s, up to %(high)s", score=score, low=low, high=high)

    def _band_of_mean(self, measure, score, mean):
        """Which side of the mean the score stands for; a value at the mean counts as high."""
        if measure == "recency":
            if score == 2:
                return self.env._("Score %(score)s: up to %(high)s", score=score, high=mean)
            return self.env._("Score %(score)s: more than %(low)s", score=score, low=mean)
        if score == 2:
            return self.env._("Score %(score)s: %(low)s or more", score=score, low=mean)
        return self.env._("Score %(score)s: less than %(high)s", score=score, high=mean)

    def _limits(self, parts, show):
        limits = " · ".join(show(limit) for limit in parts["cut_points"][:FEW_LIMITS])
        if not limits:
            return ""
        if parts["band_rule"] == "mean":
            return self.env._("Mean of your customers: %s. A value at the mean counts as high.", limits)
        if parts["band_rule"] == "cut_offs":
            return self.env._("Limits set in the policy: %s", limits)
        return self.env._("Limits between the scores: %s", limits)

    def _note(self, parts):
        if not parts["empty_scores"]:
            return ""
        scores = ", ".join(str(score) for score in parts["empty_scores"])
        return self.env._("Nobody has score %s: too many customers share one value.", scores)

    # ------------------------------------------------------------------ numbers in the reader's language

    def _share(self, share):
        """A share in words where it would be rounded to nobody or everybody."""
        if 0 < share < 0.01:
            return self.env._("less than 1 %")
        if 0.99 < share < 1:
            return self.env._("more than 99 %")
        return self._percentage(share)

    def _percentage(self, share):
        """The whole percentage that is reached: never more than it is, and 100 for everybody only."""
        # 100 · 0.29 is 28.999999999999996
        return self.env._("%(share)s %%", share=math.floor(100 * share + 1e-9))

    def _days(self, days):
        return self.env._("1 day") if days == 1 else self.env._("%s days", self._number(days))

    def _orders(self, orders):
        return self.env._("1 order") if orders == 1 else self.env._("%s orders", self._number(orders))

    def _amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.sudo().currency_id)

    def _number(self, number):
        return formatLang(self.env, number, digits=0 if float(number).is_integer() else 1)
