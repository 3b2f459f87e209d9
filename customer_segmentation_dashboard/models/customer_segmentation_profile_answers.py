"""Three answers on the page Segmentation: why this segment, what changed since last month, what would change it.

    cut points of the last run, purchases of this customer
      ├─ _why_in_parts()         the grid of the scheme with the customer's cell, and by which rule
      ├─ _changes_in_parts()     labels from the history, numbers from the purchases: month-end against today
      └─ _outlook_in_parts()     `scoring/what_if.py`: orders that lead further, and what silence leads to

Read for one customer at a time, on its page; no list shows them.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.customer_segmentation.scoring import calendar, segment_range, what_if
from odoo.addons.customer_segmentation.tools.words import amount_in_words, day_in_words, number

DAYS_TO_ACT = 30  # the end of a quarter that is nearer is too near to aim at
DAYS_AHEAD = 365


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    segment_answers = fields.Json(
        compute="_compute_segment_answers",
        help="Why the customer is in this segment, what changed since last month, and what would change it.",
    )

    @api.depends(
        "segment_id",
        "recency_score",
        "frequency_score",
        "monetary_score",
        "abc_class",
        "tier_id",
        "lifecycle_stage",
        "order_count",
        "revenue",
        "last_order_date",
    )
    @api.depends_context("lang")
    def _compute_segment_answers(self):
        policies = self._policies()
        for profile in self:
            policy = policies.get(profile.company_id)
            known = policy and policy.last_run_id.cut_points and profile.recency_score
            profile.segment_answers = bool(known) and profile._segment_answers(policy)

    def _segment_answers(self, policy):
        today = calendar.day_of(policy._today())
        history = self._purchase_history(policy)
        rules = policy._what_if_rules()
        fitting = not policy.rules_changed
        return {
            "outdated": False if fitting else self._outdated_in_words(policy),
            "grid": fitting and self._grid(policy, rules, today),
            "rule": self._rule_in_words(policy, history, rules, today),
            "changes": self._changes_in_parts(history, rules, today),
            "outlook": fitting and self._outlook_in_parts(policy, history, rules, today),
        }

    def _purchase_history(self, policy):
        """What the customer bought and returned, of all salespeople, as the scores are made of it."""
        self.env.flush_all()
        transactions = self.env["customer.transaction"].sudo()
        query = transactions._transactions_query(policy, policy._today(), self.partner_id.ids)
        rows = self.env.execute_query(query)
        return what_if.History((day, amount, bool(bought)) for partner, day, amount, bought, _back in rows if partner)

    def _outdated_in_words(self, policy):
        return self.env._(
            "The rules were changed after the recompute of %s. The next recompute applies them; then this page says "
            "what would change the segment.",
            self._day_in_words(calendar.day_of(policy.last_run_id.as_of)),
        )

    def _months(self, months):
        return self.env._("1 month") if months == 1 else self.env._("%s months", number(self.env, months))

    def _day_in_words(self, day):
        return day_in_words(self.env, calendar.date_of(day))

    # ------------------------------------------------------------------ why this segment

    def _rule_in_words(self, policy, history, rules, today):
        """By which rule, version and run the scores came about."""
        words = []
        if self._is_remembered():
            facts = what_if.remembered(history, what_if.facts_on(history, today, rules), today, rules)
            words.append(
                self.env._(
                    "No order within %(period)s: frequency and monetary are judged by the %(period)s up to the last "
                    "order (orders: %(orders)s, revenue: %(amount)s).",
                    period=self._months(policy.window_months),
                    orders=number(self.env, facts.order_count),
                    amount=amount_in_words(self, facts.revenue),
                )
            )
        if self.segment_id.rule:
            words.append(self.env._("%(segment)s: %(rule)s.", segment=self.segment_id.name, rule=self.segment_id.rule))
        run = policy.last_run_id
        words.append(
            self.env._(
                "Limits between the scores: from the recompute of %(day)s, by version %(version)s of the rules.",
                day=self._day_in_words(calendar.day_of(run.as_of)),
                version=run.policy_version,
            )
        )
        return words

    def _is_remembered(self):
        """Whether the scores are those of the window up to the last order."""
        return not self.order_count and max(self.frequency_score, self.monetary_score) > 1

    def _grid(self, policy, rules, today):
        """The scheme as a table of segments, the customer's cell marked."""
        bands = rules.cut_points["bands"]
        names = {segment.id: segment.name for segment in policy.scheme_id.segment_ids}
        first = calendar.day_of(self.first_order_date) > rules.window_start(today)
        halves = sorted((True, False), key=lambda half: half != first)
        own = (self.recency_score, self.frequency_score, self.monetary_score)
        is_gone = self.lifecycle_stage == "lost"
        # On the day the first order leaves the window, the other half holds until the next recompute.
        half = next((half for half in halves if rules.segment(*own, half, is_gone) == self.segment_id.id), first)

        def row(label, cells, is_own):
            found = [rules.segment(*scores, half, is_gone) for scores in cells]
            return {
                "label": label,
                "cells": [
                    {"name": names.get(segment, ""), "same": segment == self.segment_id.id, "own": is_own(scores)}
                    for segment, scores in zip(found, cells, strict=True)
                ],
            }

        return self._grid_of(rules, bands, own, row)

    def _grid_of(self, rules, bands, own, row):
        """R by FM where the scheme asks for no more; all eight of two bands; else F by M at the customer's R."""
        ascending, descending = range(1, bands + 1), range(bands, 0, -1)
        if not segment_range.splits_frequency_and_money(rules.ranges, bands):
            fm = segment_range.fm_score(*own[1:])
            return self._described_grid(
                self.env._(
                    "Down: how recent the last order is. Across: orders and revenue together. %s is best.", bands
                ),
                self.env._("Recency"),
                list(ascending),
                [
                    row(
                        recency,
                        [(recency, score, score) for score in ascending],
                        lambda scores: scores[:2] == (own[0], fm),
                    )
                    for recency in descending
                ],
            )
        if bands == 2:
            return self._described_grid(
                self.env._("Down: orders and revenue. Across: how recent the last order is."),
                self.env._("Orders and revenue"),
                [self.env._("Last order recent"), self.env._("Last order long ago")],
                [
                    row(label, [(recency, *scores) for recency in descending], own.__eq__)
                    for scores, label in self._halves_in_words().items()
                ],
            )
        return self._described_grid(
            self.env._("At recency %s. Down: orders. Across: revenue.", own[0]),
            self.env._("Frequency"),
            list(ascending),
            [
                row(frequency, [(own[0], frequency, monetary) for monetary in ascending], own.__eq__)
                for frequency in descending
            ],
        )

    def _described_grid(self, caption, corner, columns, rows):
        numbered = isinstance(rows[0]["label"], int)
        return {"caption": caption, "corner": corner, "columns": columns, "rows": rows, "numbered": numbered}

    def _halves_in_words(self):
        """The rows of two bands: scores of frequency and money, best first."""
        return {
            (2, 2): self.env._("Many orders, high revenue"),
            (1, 2): self.env._("Few orders, high revenue"),
            (2, 1): self.env._("Many orders, low revenue"),
            (1, 1): self.env._("Few orders, low revenue"),
        }

    # ------------------------------------------------------------------ what changed since last month

    def _changes_in_parts(self, history, rules, today):
        """Month-end against today: rows of what differs, and sentences on where that comes from."""
        month_end = calendar.day_of(calendar.date_of(today).replace(day=1) - timedelta(days=1))
        before, now = (what_if.facts_on(history, day, rules) for day in (month_end, today))
        parts = {"since": self._day_in_words(month_end), "today": self._day_in_words(today), "rows": []}
        if not (before and now):
            first = self._day_in_words(history.bought_on[0]) if history.bought_on else ""
            parts["sentences"] = [self.env._("New this month: the first order came on %s.", first)] if first else []
            return parts
        labels = self._labels_on(calendar.date_of(month_end))
        rows = [*self._changed_labels(labels), *self._changed_numbers(before, now, rules)]
        if rows:
            rows.append(self._changed(self.env._("Days since the last order"), before.recency_days, now.recency_days))
        parts["rows"] = [row for row in rows if row["before"] != row["now"]]
        parts["sentences"] = self._reasons_in_words(history, rules, month_end, today)
        parts["sentences"] += self._changed_rules_in_words(calendar.date_of(month_end))
        if not labels:
            parts["sentences"].append(
                self.env._("Scored for the first time this month; the segment before is not known.")
            )
        elif not rows:
            parts["sentences"].append(
                self.env._("Nothing changed since %s: same segment, same orders, same revenue.", parts["since"])
            )
        return parts

    def _changed_rules_in_words(self, day):
        """Says so when labels differ because of other rules, not because of the customer."""
        changes = self.env["customer.segmentation.transition"].sudo()
        of_rules = [("profile_id", "=", self.id), ("date", ">", day), ("direction", "=", "rules")]
        by_rules = changes.search(of_rules, limit=1)
        if not by_rules or not changes._rules_changed_on(self.company_id, day, by_rules.date):
            return []
        changed = self._day_in_words(calendar.day_of(by_rules.date))
        return [self.env._("The rules were changed on %s; labels differ because of that, too.", changed)]

    def _labels_on(self, day):
        """Segment, class, tier, stage and churn risk as they were at the end of a day; nothing when not known."""
        transitions = self.env["customer.segmentation.transition"].sudo()
        moves = transitions.search([("profile_id", "=", self.id)], order="date, id")
        # A change of the tier alone says nothing of stage and churn risk.
        computed = moves.filtered("to_lifecycle_stage")
        sources = dict.fromkeys(("segment_id", "abc_class", "tier_id"), moves)
        sources |= dict.fromkeys(("lifecycle_stage", "churn_band"), computed)
        found = {}
        for name, rows in sources.items():
            earlier = rows.filtered(lambda move: move.date <= day)[-1:]
            later = rows.filtered(lambda move: move.date > day)[:1]
            found[name] = earlier[f"to_{name}"] if earlier else later[f"from_{name}"] if later else self.sudo()[name]
        return found if any(found.values()) else {}

    def _changed_labels(self, before):
        if not before:
            return []
        labels = {
            "segment_id": self.env._("Segment"),
            "abc_class": self.env._("ABC Class"),
            "tier_id": self.env._("Tier"),
            "lifecycle_stage": self.env._("Lifecycle Stage"),
            "churn_band": self.env._("Churn Risk"),
        }
        return [
            self._changed(label, self._label_in_words(name, before[name]), self._label_in_words(name, self[name]))
            for name, label in labels.items()
            if before[name] != self.sudo()[name]
        ]

    def _label_in_words(self, name, value):
        if not value:
            return self.env._("none")
        if name in ("segment_id", "tier_id"):
            return value.sudo().name
        return dict(self._fields[name]._description_selection(self.env))[value]

    def _changed_numbers(self, before, now, rules):
        period = self._months(rules.window_months)
        rows = [
            self._changed(self.env._("Orders within %s", period), before.order_count, now.order_count),
            self._changed(
                self.env._("Revenue within %s", period),
                amount_in_words(self, before.revenue),
                amount_in_words(self, now.revenue),
            ),
        ]
        return [row for row in rows if row["before"] != row["now"]]

    @api.model
    def _changed(self, label, before, now):
        return {"label": label, "before": before, "now": now}

    def _reasons_in_words(self, history, rules, month_end, today):
        """Orders that came and orders that left the window."""
        came = history.purchases(month_end, today)
        left = history.purchases(rules.window_start(month_end), rules.window_start(today))
        taken_back = history.refunds(month_end, today)
        period = self._months(rules.window_months)
        words = []
        if came:
            words.append(
                self.env._("1 new order.") if came == 1 else self.env._("%s new orders.", number(self.env, came))
            )
        if taken_back:
            words.append(self.env._("Refunds took revenue back."))
        if left == 1:
            words.append(self.env._("1 order is older than %s now and no longer counts.", period))
        elif left:
            words.append(
                self.env._(
                    "%(orders)s orders are older than %(period)s now and no longer count.",
                    orders=number(self.env, left),
                    period=period,
                )
            )
        return words

    # ------------------------------------------------------------------ what would change it

    def _outlook_in_parts(self, policy, history, rules, today):
        """What leads further, and what comes by itself; both by the limits of the last run."""
        state = what_if.state_on(history, today, rules)
        if not state:  # the last purchase was cancelled a moment ago
            return False
        amount = history.usual_amount(rules.window_start(today), today, rules.decimal_places)
        until = calendar.next_review_day("quarter", today + DAYS_TO_ACT - 1)
        ranks = {segment.id: segment.rank for segment in policy.scheme_id.segment_ids}
        chances = what_if.chances(history, today, until, amount, ranks, rules) if amount > 0 else []
        is_best = ranks.get(state.segment) == max(ranks.values())
        return {
            "standing": self._standing_in_words(policy, state, is_best, bool(chances), amount),
            "orders": [
                *(self._chance_in_words(policy, chance, amount) for chance in _nearest_and_best(chances)),
                *self._next_class_in_words(history, rules, today, until, amount),
                *self._next_tier_in_words(),
            ],
            "silence": [
                *self._silence_in_words(policy, history, rules, today, state),
                *self._next_stage_in_words(history, rules, today),
            ],
            "condition": self.env._(
                "What orders lead to is counted on the day of the last one. All of this holds as long as the limits "
                "between the scores stay as they were on %s.",
                self._day_in_words(calendar.day_of(policy.last_run_id.as_of)),
            ),
        }

    def _standing_in_words(self, policy, state, is_best, has_chances, amount):
        """Where the customer stands before anything happens."""
        words, segment = [], self._name_of_segment(policy, state.segment)
        if state.segment != self.segment_id.id:  # what is shown is a day old, or an order came a moment ago
            words.append(self.env._("The next update of the scores moves this customer to %s.", segment))
        if is_best:
            words.append(self.env._("%s: there is no better segment.", segment))
        elif amount > 0 and not has_chances:
            words.append(
                self.env._(
                    "Up to %(orders)s more orders of %(amount)s each do not lead to a better segment.",
                    orders=what_if.MOST_ORDERS,
                    amount=amount_in_words(self, amount),
                )
            )
        return words

    def _chance_in_words(self, policy, chance, amount):
        words = {
            "amount": amount_in_words(self, amount),
            "day": self._day_in_words(chance.until_day),
            "segment": self._name_of_segment(policy, chance.segment),
        }
        if chance.orders == 1:
            return self.env._("1 more order of %(amount)s by %(day)s leads to %(segment)s.", **words)
        return self.env._(
            "%(orders)s more orders of %(amount)s each by %(day)s lead to %(segment)s.", orders=chance.orders, **words
        )

    def _next_class_in_words(self, history, rules, today, until, amount):
        """A better ABC class, where it is no more than some orders away."""
        chance = what_if.class_chance(history, today, until, rules)
        if not chance or chance.missing > what_if.MOST_ORDERS * amount:
            return []
        return [
            self.env._(
                "%(amount)s more revenue by %(day)s leads to ABC class %(name)s.",
                amount=amount_in_words(self, chance.missing),
                day=self._day_in_words(chance.until_day),
                name=chance.abc_class,
            )
        ]

    def _next_tier_in_words(self):
        if not (self.next_tier_id and self.next_tier_gap):
            return []
        return [
            self.env._(
                "Still missing for the tier %(tier)s: %(gap)s.",
                tier=self.sudo().next_tier_id.name,
                gap=self.next_tier_gap,
            )
        ]

    def _silence_in_words(self, policy, history, rules, today, now):
        """The first day on which no order means another segment, and another class."""
        changes = list(what_if.quiet_states(history, today, today + DAYS_AHEAD, rules))
        segment = next(((day, state.segment) for day, state in changes if state.segment != now.segment), None)
        abc_class = next(((day, state.abc_class) for day, state in changes if state.abc_class != now.abc_class), None)
        words = []
        if segment:
            words.append(
                self.env._(
                    "Without an order: %(segment)s from %(day)s on.",
                    day=self._day_in_words(segment[0]),
                    segment=self._name_of_segment(policy, segment[1]),
                )
            )
        else:
            words.append(self.env._("Without an order, the segment stays the same for a year."))
        if abc_class:
            words.append(
                self.env._(
                    "Without an order: ABC class %(name)s from %(day)s on.",
                    day=self._day_in_words(abc_class[0]),
                    name=abc_class[1],
                )
            )
        return words

    def _next_stage_in_words(self, history, rules, today):
        # NumPy is loaded by who looks at a customer, not by every worker.
        from odoo.addons.customer_segmentation.scoring import lifecycle, rhythm

        judged = rules.rhythm
        bought = rhythm.purchase_days([0] * len(history.purchase_days), history.purchase_days, 1, judged.closed)
        (day,), (stage,) = lifecycle.next_stages(bought, judged.median_gap, today, judged.limits, judged.closed)
        if not stage or day > today + DAYS_AHEAD:
            return []
        return [
            self.env._(
                "Without an order: lifecycle stage %(stage)s from %(day)s on.",
                day=self._day_in_words(int(day)),
                stage=self._label_in_words("lifecycle_stage", stage),
            )
        ]

    def _name_of_segment(self, policy, segment_id):
        return policy.scheme_id.segment_ids.browse(segment_id).name or self.env._("No segment")


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _what_if_rules(self):
        """By what the last run scored, as the scoring package takes it to look at one customer."""
        return what_if.Rules(
            self.last_run_id.cut_points,
            self.scheme_id._segment_ranges(),
            self.window_months,
            self.currency_id.decimal_places,
            self.score_silent_customers,
            self.env["customer.segmentation.rhythm"]._judged_by(self, self.last_run_id.cut_points),
        )


def _nearest_and_best(chances):
    """The fewest orders to any better segment, and those to the best that is in reach."""
    return list(dict.fromkeys((*chances[:1], *chances[-1:])))
