"""A playbook in plain words: when, what, for whom, and whether it earned anything."""

from collections import Counter

from odoo import models
from odoo.tools.misc import formatLang

from ...tools.words import joined, listed

# Whose responsible is worked out to show it in a list; more take too long.
MOST_NAMED = 2_000


class CustomerPlaybookWords(models.AbstractModel):
    _name = "customer.playbook.words"
    _description = "Playbook in Words"

    # ------------------------------------------------------------------ when

    def _when_in_words(self, playbook):
        when, only = self._trigger_in_words(playbook), self._only_in_words(playbook)
        return self.env._("%(when)s; only %(only)s", when=when, only=only) if only else when

    def _trigger_in_words(self, playbook):
        values = {"days": self._days_in_words(playbook), "who": self._condition_in_words(playbook)}
        words = {
            "segment_enter": lambda: self.env._("A customer enters %(who)s", **values),
            "segment_leave": lambda: self.env._("A customer leaves %(who)s", **values),
            "segment_stay": lambda: self.env._("A customer stays %(days)s in %(who)s", **values),
            "tier_up": lambda: self.env._("A customer rises to %(who)s", **values),
            "tier_down": lambda: self.env._("A customer falls from %(who)s", **values),
            "tier_at_risk": lambda: self.env._("A customer is due to fall from %(who)s within %(days)s", **values),
            "abc_drop": lambda: self.env._("A customer drops from %(who)s", **values),
            "periodic": lambda: self.env._("Every %(days)s for customers in %(who)s", **values),
            "no_contact": lambda: self.env._("No contact with a customer for %(days)s", **values),
            "birthday": lambda: self.env._("%(days)s before a contact's birthday", **values),
            "anniversary": lambda: self.env._("%(days)s before the anniversary of the first order", **values),
            "holiday": lambda: self.env._("%(days)s before a holiday", **values),
            "stage_enter": lambda: self._stage_in_words(playbook),
            "overdue": lambda: self._overdue_in_words(playbook),
        }.get(playbook.trigger)
        if not playbook.trigger_days and playbook.trigger in ("birthday", "anniversary", "holiday"):
            words = {
                "birthday": lambda: self.env._("On a contact's birthday"),
                "anniversary": lambda: self.env._("On the anniversary of the first order"),
                "holiday": lambda: self.env._("On a holiday"),
            }[playbook.trigger]
        return words() if words else self._label_of("trigger", playbook.trigger)

    def _stage_in_words(self, playbook):
        if not playbook.lifecycle_stage:
            return self._label_of("trigger", playbook.trigger)
        stage = self._label_of("lifecycle_stage", playbook.lifecycle_stage)
        return self.env._("A customer enters the lifecycle stage “%s”", stage)

    def _overdue_in_words(self, playbook):
        ratio = playbook.overdue_ratio
        times = formatLang(self.env, ratio, digits=0 if ratio.is_integer() else 1)
        return self.env._("A customer has not ordered for more than %s times the usual gap", times)

    def _days_in_words(self, playbook):
        days = self._days(playbook.trigger_days)
        if playbook.trigger == "periodic" and playbook.visits_by_tier:
            return self.env._("%s, or as often as the tier promises,", days)
        return days

    def _days(self, days):
        return self.env._("1 day") if days == 1 else self.env._("%s days", days)

    def _label_of(self, name, value):
        """What a choice of one of the fields of playbooks is called."""
        return dict(self.env["customer.playbook"]._fields[name]._description_selection(self.env)).get(value, value)

    # ------------------------------------------------------------------ only whom

    def _condition_in_words(self, playbook):
        """The segments, tiers or class the trigger is about."""
        takes = {"segment": playbook.takes_segments, "tier": playbook.takes_tiers, "abc": playbook.takes_class}
        return listed(self.env, self._filters_in_words(playbook, takes)) or self._any_in_words(playbook)

    def _only_in_words(self, playbook):
        """Who else is left out: the filters the trigger is not about, and the audience."""
        takes = {
            "segment": not playbook.takes_segments,
            "tier": not playbook.takes_tiers,
            "abc": not playbook.takes_class,
        }
        parts = self._filters_in_words(playbook, takes)
        if self.env["customer.playbook.entrance"]._has_audience(playbook):
            parts.append(self.env._("who meets the conditions"))
        return listed(self.env, parts)

    def _filters_in_words(self, playbook, takes):
        parts = []
        if takes["segment"] and playbook.segment_ids:
            in_use = playbook.segment_ids.filtered("in_use") or playbook.segment_ids
            parts.append(self.env._(" or ").join(in_use.mapped("name")))
        if takes["tier"] and playbook.tier_ids:
            parts.append(self.env._("tier %s", self.env._(" or ").join(playbook.tier_ids.mapped("name"))))
        if takes["abc"] and playbook.abc_class:
            parts.append(self.env._("class %s", playbook.abc_class))
        return parts

    def _any_in_words(self, playbook):
        if playbook.trigger == "periodic":
            return self.env._("any segment")
        if playbook.takes_segments:
            return self.env._("a segment")
        return self.env._("a tier") if playbook.takes_tiers else self.env._("an ABC class")

    # ------------------------------------------------------------------ what

    def _what_in_words(self, playbook):
        parts = []
        if playbook.action_kind == "activity" and playbook.activity_type_id:
            values = {"activity": playbook.activity_type_id.name, "who": self._who_in_words(playbook)}
            parts.append(
                self.env._("%(activity)s for %(who)s, due in %(days)s", days=self._days(playbook.due_days), **values)
                if playbook.due_days
                else self.env._("%(activity)s for %(who)s, due at once", **values)
            )
        elif playbook.action_kind == "plan" and playbook.plan_id:
            values = {"plan": playbook.plan_id.name, "who": self._who_in_words(playbook)}
            parts.append(self.env._("Plan “%(plan)s” for %(who)s", **values))
        if playbook.mail_template_id:
            parts.append(
                self.env._("E-mail to the customer") if playbook.send_mail else self.env._("E-mail, switched off")
            )
        if playbook.tag_id:
            parts.append(self.env._("Tag “%s”", playbook.tag_id.name))
        return joined(self.env, parts) or self.env._("Nothing yet")

    def _who_in_words(self, playbook):
        if playbook.responsible == "person":
            return playbook.responsible_user_id.name or self.env._("a person")
        return {
            "salesperson": self.env._("the salesperson"),
            "service_contact": self.env._("the service contact"),
            "team_leader": self.env._("the team leader"),
        }[playbook.responsible]

    def _candidates_by_person(self, playbook, policy, customers):
        """ "24 activities: 10 for Marc, 8 for Ann, 6 for others"."""
        if not customers:
            return self.env._("Nobody today")
        if playbook.action_kind == "none":
            return self.env._("No activity")
        each = len(playbook.plan_id.template_ids) if playbook.action_kind == "plan" else 1
        total = (
            self.env._("%s activities", each * len(customers))
            if each * len(customers) > 1
            else (self.env._("1 activity"))
        )
        if len(customers) > MOST_NAMED:
            return total
        starter = None if playbook.is_started else self.env.user  # as if whoever reads this started it
        responsible = self.env["customer.playbook.responsible"]._responsibles(playbook, policy, customers, starter)
        counts = Counter(responsible.values()).most_common()
        parts = [self.env._("%(count)s for %(name)s", count=each * count, name=user.name) for user, count in counts[:3]]
        if others := sum(count for _user, count in counts[3:]):
            parts.append(self.env._("%s for others", each * others))
        return self.env._("%(total)s: %(parts)s", total=total, parts=listed(self.env, parts))

    def _with_gone(self, playbook, said, count):
        """ "Nobody today; gone, so not called: 12"."""
        if not count:
            return said
        if self.env["customer.playbook.entrance"]._writes_as_well(playbook):
            return self.env._("%(said)s; gone, so the e-mail only: %(count)s", said=said, count=count)
        return self.env._("%(said)s; gone, so not called: %(count)s", said=said, count=count)

    # ------------------------------------------------------------------ whether it earned anything

    def _uplift_in_words(self, playbook, verdict, treated, control, answer):
        if verdict == "no_control":
            return self.env._(
                "Nobody can say what would have happened without the playbook, because it has no control group. Leave "
                "one customer in ten out of it, and the effect is measured."
            )
        if verdict == "too_few":
            return self._too_few_in_words(playbook, treated, control)
        parts = {
            "more": self.env._("Treated customers order more often than the control group."),
            "less": self.env._("Treated customers order less often than the control group."),
            "unclear": self.env._("A difference to the control group is not shown: chance alone could explain it."),
        }
        return "\n".join(
            (
                parts[verdict],
                self._rates_in_words(playbook, treated, control, answer.rate),
                self._revenues_in_words(treated, control, answer.revenue),
            )
        )

    def _contacted_anyway_in_words(self, count):
        """What makes the comparison weaker than it looks; nothing when nobody did."""
        if not count:
            return ""
        if count == 1:
            return self.env._("One customer of the control group was contacted anyway.")
        return self.env._("%s customers of the control group were contacted anyway.", count)

    def _too_few_in_words(self, playbook, treated, control):
        from ...scoring.uplift import FEWEST_IN_A_GROUP

        return self.env._(
            "Too few to tell: the %(days)s days are over for %(treated)s treated customers and %(control)s of the "
            "control group. From %(fewest)s of each on, the effect can be told from chance.",
            days=playbook.success_days,
            treated=treated.customers,
            control=control.customers,
            fewest=FEWEST_IN_A_GROUP,
        )

    def _rates_in_words(self, playbook, treated, control, difference):
        return self.env._(
            "%(treated_share)s%% of %(treated)s treated customers ordered within %(days)s days, %(control_share)s%% "
            "of %(control)s in the control group. Difference: %(difference)s points, with 95%% certainty between "
            "%(low)s and %(high)s.",
            treated_share=self._points(treated.ordered / treated.customers),
            treated=treated.customers,
            control_share=self._points(control.ordered / control.customers),
            control=control.customers,
            days=playbook.success_days,
            difference=self._signed_points(difference.estimate),
            low=self._signed_points(difference.low),
            high=self._signed_points(difference.high),
        )

    def _revenues_in_words(self, treated, control, difference):
        means = {
            "treated": self._money(treated.revenue / treated.customers),
            "control": self._money(control.revenue / control.customers),
        }
        if not difference:
            return self.env._(
                "Revenue per customer: %(treated)s against %(control)s. Too few ordered to tell this difference from "
                "chance.",
                **means,
            )
        return self.env._(
            "Revenue per customer: %(treated)s against %(control)s. Difference: %(difference)s, with 95%% certainty "
            "between %(low)s and %(high)s.",
            **means,
            difference=self._money(difference.estimate),
            low=self._money(difference.low),
            high=self._money(difference.high),
        )

    def _points(self, share):
        return formatLang(self.env, 100 * share, digits=1)

    def _signed_points(self, share):
        return ("+" if share > 0 else "") + self._points(share)

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.env.company.sudo().root_id.currency_id)
