"""What brings a customer into a playbook: an open list, `_triggers`, which other addons extend.

They add the name of theirs to the field `trigger` of the playbook, and say what becomes of its playbooks when they are
uninstalled.

A trigger is said in SQL, twice: who comes in, and for whom the reason still exists. Aliases the conditions use:

    profile   the customer as it is now          change    the transition of the profile
    partner   the contact of the profile         entry     the entry whose reason is asked for (`holds` of states)
"""

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools.sql import of_company, open_days_later
from ...tools.triggers import Trigger, coming_days, next_yearly, one_of

NO_TIER = 1_000_000  # the rank of whoever is on no tier


class CustomerPlaybookTrigger(models.AbstractModel):
    _name = "customer.playbook.trigger"
    _description = "Playbook Trigger"

    # ------------------------------------------------------------------ the list

    def _triggers(self):
        """All triggers by name; what they are called, and in which order they are offered, says the field."""
        return self._segment_triggers() | self._standing_triggers() | self._time_triggers() | self._rhythm_triggers()

    def _segment_triggers(self):
        return {
            "segment_enter": Trigger(
                "transition",
                "_sql_entered_segment",
                "_sql_still_in_segment",
                self.env._("The customer left the segment."),
                about=("segment",),
            ),
            "segment_leave": Trigger(
                "transition",
                "_sql_left_segment",
                "_sql_out_of_segment",
                self.env._("The customer is back in the segment."),
                own=("segment",),
                about=("segment",),
            ),
            "segment_stay": Trigger(
                "state",
                "_query_stayed_in_segment",
                "_sql_always",
                self.env._("The customer left the segment."),
                1,
                about=("segment",),
            ),
        }

    def _standing_triggers(self):
        """Of tiers and ABC classes."""
        return {
            "tier_up": Trigger(
                "transition",
                "_sql_tier_rose",
                "_sql_on_risen_tier",
                self.env._("The customer is no longer on the tier."),
                about=("tier",),
            ),
            "tier_down": Trigger(
                "transition",
                "_sql_tier_fell",
                "_sql_below_fallen_tier",
                self.env._("The customer rose to the tier again."),
                own=("tier",),
                about=("tier",),
            ),
            "tier_at_risk": Trigger(
                "state",
                "_query_tier_at_risk",
                "_sql_review_waits",
                self.env._("The tier is no longer at risk, or is lost already."),
                0,
                about=("tier",),
            ),
            "abc_drop": Trigger(
                "transition",
                "_sql_abc_dropped",
                "_sql_below_dropped_class",
                self.env._("The customer is back in the class."),
                own=("abc",),
                about=("abc",),
            ),
        }

    def _time_triggers(self):
        left = self.env._("The customer is no longer in this state.")
        over = self.env._("The day is over.")
        return {
            "periodic": Trigger("state", "_query_periodic", "_sql_always", left, 1, about=("segment", "tier", "abc")),
            "no_contact": Trigger(
                "state",
                "_query_no_contact",
                "_sql_not_contacted",
                self.env._("The customer was contacted."),
                1,
            ),
            "birthday": Trigger("state", "_query_birthday", "_sql_day_not_over", over, 0),
            "anniversary": Trigger(
                "state",
                "_query_anniversary",
                "_sql_day_not_over",
                over,
                0,
            ),
            "holiday": Trigger("state", "_query_holiday", "_sql_day_not_over", over, 0),
        }

    def _rhythm_triggers(self):
        return {
            "stage_enter": Trigger(
                "transition",
                "_sql_entered_stage",
                "_sql_still_in_stage",
                self.env._("The customer left the lifecycle stage."),
                lasts="_sql_in_stage",
            ),
            "overdue": Trigger(
                "state", "_query_overdue", "_sql_still_overdue", self.env._("The customer has ordered.")
            ),
        }

    # ------------------------------------------------------------------ what a playbook asks of its trigger

    def _check(self, playbook):
        """Refuse what no trigger can do with: saving asks, and what is shown while somebody types.

        :raise ValidationError: in words
        """
        trigger = self._triggers().get(playbook.trigger)
        if not trigger:
            raise ValidationError(self.env._("The trigger %s does not exist any more.", playbook.trigger))
        if not trigger.least_days <= playbook.trigger_days <= 3650:
            raise ValidationError(
                self.env._(
                    "%(trigger)s: %(days)s days; it must be %(least)s to 3650 days.",
                    trigger=self.env["customer.playbook.words"]._label_of("trigger", playbook.trigger),
                    days=playbook.trigger_days,
                    least=trigger.least_days,
                )
            )
        if playbook.trigger == "overdue" and not 1 <= playbook.overdue_ratio <= 100:
            raise ValidationError(
                self.env._("Overdue: %s times the usual gap; it must be 1 to 100. Usual is 2.", playbook.overdue_ratio)
            )

    def _sql_enters(self, playbook, policy):
        """The condition on `change` and `profile` of who comes in by a change."""
        return getattr(self, self._triggers()[playbook.trigger].enters)(playbook, policy)

    def _query_reached(self, playbook, policy, today, now):
        """`profile_id, cause, reached` of who comes in by a state.

        :param now: whoever is in the state, also when it began before the playbook was started
        """
        return getattr(self, self._triggers()[playbook.trigger].enters)(playbook, policy, today, now)

    def _sql_holds(self, playbook, policy):
        """The condition under which the reason still exists."""
        return getattr(self, self._triggers()[playbook.trigger].holds)(playbook, policy)

    def _sql_lasts(self, playbook, policy):
        """The condition on `profile` of who is in the state a change leads to, whenever it came; else None."""
        lasts = self._triggers()[playbook.trigger].lasts
        return getattr(self, lasts)(playbook, policy) if lasts else None

    # ------------------------------------------------------------------ segments

    def _segments(self, playbook):
        """The chosen segments as identifiers; None when every segment will do."""
        return playbook.segment_ids._origin.ids or None

    def _sql_entered_segment(self, playbook, _policy):
        into = one_of(SQL("change.to_segment_id"), self._segments(playbook))
        if self._segments(playbook) is None:
            return SQL("(%s AND change.from_segment_id IS DISTINCT FROM change.to_segment_id)", into)
        return SQL("(%s AND NOT %s)", into, one_of(SQL("change.from_segment_id"), self._segments(playbook)))

    def _sql_still_in_segment(self, playbook, _policy):
        if self._segments(playbook) is not None:
            return one_of(SQL("profile.segment_id"), self._segments(playbook))
        return SQL("(change.id IS NULL OR profile.segment_id = change.to_segment_id)")

    def _sql_left_segment(self, playbook, _policy):
        out = one_of(SQL("change.from_segment_id"), self._segments(playbook))
        if self._segments(playbook) is None:
            return SQL("(%s AND change.from_segment_id IS DISTINCT FROM change.to_segment_id)", out)
        return SQL("(%s AND NOT %s)", out, one_of(SQL("change.to_segment_id"), self._segments(playbook)))

    def _sql_out_of_segment(self, playbook, _policy):
        if self._segments(playbook) is not None:
            return SQL("NOT %s", one_of(SQL("profile.segment_id"), self._segments(playbook)))
        return SQL("(change.id IS NULL OR profile.segment_id IS DISTINCT FROM change.from_segment_id)")

    def _query_stayed_in_segment(self, playbook, policy, today, _now):
        """Moving between the chosen segments is staying."""
        since = SQL("profile.segment_since")
        if self._segments(playbook) is not None:
            into = self._sql_entered_segment(playbook, policy)
            since = SQL(
                """COALESCE((SELECT MAX(change.date) FROM customer_segmentation_transition change
                              WHERE change.profile_id = profile.id AND %s), profile.segment_since)""",
                into,
            )
        return SQL(
            """SELECT stay.id AS profile_id, 'stay:' || stay.since AS cause, stay.since + %(days)s AS reached
                 FROM (SELECT profile.id, %(since)s AS since FROM customer_segmentation_profile profile
                        WHERE profile.company_id = %(company)s AND %(within)s) stay
                WHERE stay.since + %(days)s <= %(today)s""",
            since=since,
            days=playbook.trigger_days,
            today=today,
            company=policy.company_id.id,
            within=one_of(SQL("profile.segment_id"), self._segments(playbook)),
        )

    def _sql_always(self, playbook, _policy):
        """The state itself is the reason."""
        return SQL("profile.segment_id IS NOT NULL") if playbook.trigger == "segment_stay" else SQL("TRUE")

    # ------------------------------------------------------------------ tiers and classes

    def _sql_rank(self, policy, column):
        """The place of a tier on the ladder, the best first; who is on none is below all."""
        return SQL(
            "COALESCE(array_position(%s::int[], %s), %s)",
            self.env["customer.tier.ladder"]._tier_ids(policy),
            column,
            NO_TIER,
        )

    def _sql_tier_rose(self, playbook, policy):
        """The first tier of a new customer is no rise."""
        chosen = one_of(SQL("change.to_tier_id"), playbook.tier_ids._origin.ids or None)
        before, after = (self._sql_rank(policy, SQL.identifier("change", f"{way}_tier_id")) for way in ("from", "to"))
        return SQL("(%s AND %s > %s AND change.from_segment_id IS NOT NULL)", chosen, before, after)

    def _sql_on_risen_tier(self, _playbook, policy):
        now, then = self._sql_rank(policy, SQL("profile.tier_id")), self._sql_rank(policy, SQL("change.to_tier_id"))
        return SQL("(change.id IS NULL OR %s <= %s)", now, then)

    def _sql_tier_fell(self, playbook, policy):
        chosen = one_of(SQL("change.from_tier_id"), playbook.tier_ids._origin.ids or None)
        before, after = (self._sql_rank(policy, SQL.identifier("change", f"{way}_tier_id")) for way in ("from", "to"))
        return SQL("(%s AND %s < %s)", chosen, before, after)

    def _sql_below_fallen_tier(self, _playbook, policy):
        now, then = self._sql_rank(policy, SQL("profile.tier_id")), self._sql_rank(policy, SQL("change.from_tier_id"))
        return SQL("(change.id IS NULL OR %s > %s)", now, then)

    def _query_tier_at_risk(self, playbook, policy, today, _now):
        """As soon as the review is set, or so many days before it."""
        begins = SQL("profile.tier_below_since")
        if playbook.trigger_days:
            begins = SQL("GREATEST(profile.tier_below_since, profile.tier_review_date - %s)", playbook.trigger_days)
        return SQL(
            """SELECT profile.id AS profile_id, 'risk:' || profile.tier_below_since AS cause, %s AS reached
                 FROM customer_segmentation_profile profile
                WHERE profile.company_id = %s AND profile.tier_review_date IS NOT NULL AND %s <= %s""",
            begins,
            policy.company_id.id,
            begins,
            today,
        )

    def _sql_review_waits(self, _playbook, _policy):
        """The review the entry is about: who was lowered and is below the next tier, too, has another one."""
        return SQL(
            """(profile.tier_review_date IS NOT NULL
                AND (NOT starts_with(entry.cause, 'risk:')
                     OR starts_with(entry.cause, 'risk:' || profile.tier_below_since)))"""
        )

    def _sql_abc_dropped(self, playbook, _policy):
        chosen = SQL("TRUE") if not playbook.abc_class else SQL("change.from_abc_class = %s", playbook.abc_class)
        return SQL("(change.from_abc_class < change.to_abc_class AND %s)", chosen)

    def _sql_below_dropped_class(self, _playbook, _policy):
        return SQL("(change.id IS NULL OR COALESCE(profile.abc_class, 'Z') > change.from_abc_class)")

    # ------------------------------------------------------------------ visits and contacts

    def _query_periodic(self, playbook, policy, today, now):
        """So many days after the last time, the start of the playbook or of the state; now: everybody not yet seen."""
        chosen = self._segments(playbook) is not None
        segment = SQL("profile.segment_since") if chosen and not now else SQL("NULL::date")
        tier = SQL("profile.tier_since") if playbook.tier_ids and not now else SQL("NULL::date")
        base = SQL(
            """GREATEST(%s::date, %s, %s, (SELECT MAX(entry.entered_on) FROM customer_playbook_entry entry
                                            WHERE entry.playbook_id = %s AND entry.profile_id = profile.id))""",
            None if now else self.env["customer.playbook.entrance"]._started_on(playbook, policy),
            segment,
            tier,
            playbook._origin.id or 0,
        )
        return SQL(
            """SELECT visit.id AS profile_id, 'date:' || %(today)s AS cause, %(today)s::date AS reached
                 FROM (SELECT profile.id, %(base)s::date AS base, %(days)s AS days
                         FROM customer_segmentation_profile profile WHERE profile.company_id = %(company)s) visit
                WHERE COALESCE(visit.base + visit.days <= %(today)s::date, TRUE)""",
            today=str(today),
            base=base,
            company=policy.company_id.id,
            days=self._sql_days_between(playbook, policy),
        )

    def _sql_days_between(self, playbook, policy):
        """After how many days it is a customer's turn again; what its tier promises comes first, if wanted."""
        promised = {tier.id: tier._visit_days() for tier in policy.tier_ids} if playbook.visits_by_tier else {}
        cases = [SQL("WHEN %s THEN %s", tier, days) for tier, days in promised.items() if days]
        if not cases:
            return SQL("%s", playbook.trigger_days)
        return SQL("CASE profile.tier_id %s ELSE %s END", SQL(" ").join(cases), playbook.trigger_days)

    def _query_no_contact(self, playbook, policy, today, _now):
        """Whoever was never contacted is waiting since the first order."""
        profiles = self.env["customer.playbook.entrance"]._profiles_in_state(playbook, policy, today)
        last = {profile.id: profile.last_contact_date or profile.first_order_date for profile in profiles}
        days = playbook.trigger_days
        silent = [(profile, day) for profile, day in last.items() if day and (today - day).days >= days]
        return SQL(
            """SELECT profile_id, 'contact:' || day AS cause, day + %s AS reached
                 FROM unnest(%s::int[], %s::date[]) silent (profile_id, day)""",
            days,
            [profile for profile, _day in silent],
            [day for _profile, day in silent],
        )

    def _sql_not_contacted(self, playbook, policy):
        """Read only of those who are open; at the entrance the query has just read it."""
        entries = (
            self.env["customer.playbook.entry"]
            .sudo()
            .search(
                [
                    ("playbook_id", "=", playbook._origin.id),
                    ("company_id", "=", policy.company_id.id),
                    ("state", "in", ("waiting", "open")),
                ]
            )
        )
        contacted = [
            entry.profile_id.id
            for entry in entries
            if entry.profile_id.last_contact_date
            and (entry.entered_on - entry.profile_id.last_contact_date).days < playbook.trigger_days
        ]
        return SQL("profile.id <> ALL(%s::int[])", contacted)

    # ------------------------------------------------------------------ dates

    def _query_birthday(self, playbook, policy, today, _now):
        """The birthday of any person of the customer whom the company knows."""
        source = SQL(
            """SELECT profile.id AS profile_id, %s AS day
                 FROM res_partner person
                 JOIN customer_segmentation_profile profile ON profile.partner_id = person.commercial_partner_id
                WHERE profile.company_id = %s AND person.active AND person.customer_birthday IS NOT NULL AND %s""",
            next_yearly(SQL("person.customer_birthday"), today),
            policy.company_id.id,
            of_company("person", policy.company_id),
        )
        return coming_days(source, today, playbook.trigger_days)

    def _query_anniversary(self, playbook, policy, today, _now):
        """From the first year on."""
        source = SQL(
            """SELECT profile.id AS profile_id, %s AS day FROM customer_segmentation_profile profile
                WHERE profile.company_id = %s AND profile.first_order_date IS NOT NULL
                  AND %s > profile.first_order_date""",
            next_yearly(SQL("profile.first_order_date"), today),
            policy.company_id.id,
            next_yearly(SQL("profile.first_order_date"), today),
        )
        return coming_days(source, today, playbook.trigger_days)

    def _query_holiday(self, playbook, policy, today, _now):
        """Holidays of the customer's country (else of the company's), and those of every country."""
        source = SQL(
            """SELECT profile.id AS profile_id, holiday.date AS day
                 FROM customer_segmentation_profile profile
                 JOIN res_partner partner ON partner.id = profile.partner_id
                 JOIN customer_holiday holiday
                   ON holiday.country_id IS NULL OR holiday.country_id = COALESCE(partner.country_id, %s)
                WHERE profile.company_id = %s AND holiday.date BETWEEN %s::date AND %s::date + %s""",
            policy.company_id.country_id.id or None,
            policy.company_id.id,
            today,
            today,
            playbook.trigger_days,
        )
        return coming_days(source, today, playbook.trigger_days)

    def _sql_day_not_over(self, _playbook, policy):
        """Who still waits for a place when the day is over need not be called any more."""
        return SQL(
            """(CASE WHEN entry.state = 'waiting' AND entry.cause LIKE 'date:%%'
                     THEN substr(entry.cause, 6)::date >= %s ELSE TRUE END)""",
            policy._today(),
        )

    # ------------------------------------------------------------------ lifecycle

    def _sql_in_stage(self, playbook, _policy):
        stages = [playbook.lifecycle_stage] if playbook.lifecycle_stage else None
        return one_of(SQL("profile.lifecycle_stage"), stages)

    def _sql_entered_stage(self, playbook, _policy):
        """Whoever changes from one chosen stage to another has entered it; a first purchase is no such change."""
        changed = SQL("change.from_lifecycle_stage IS DISTINCT FROM change.to_lifecycle_stage")
        into = one_of(
            SQL("change.to_lifecycle_stage"), [playbook.lifecycle_stage] if playbook.lifecycle_stage else None
        )
        return SQL("(%s AND %s)", changed, into)

    def _sql_still_in_stage(self, playbook, _policy):
        if playbook.lifecycle_stage:
            return self._sql_in_stage(playbook, _policy)
        return SQL("(change.id IS NULL OR profile.lifecycle_stage = change.to_lifecycle_stage)")

    # ------------------------------------------------------------------ rhythm

    def _sql_overdue_day(self, playbook, policy):
        """The first day on which the silence is longer than so many usual gaps; closed days are none."""
        silence = SQL(
            "(FLOOR(ROUND((%s * profile.typical_gap_days)::numeric, 3)) + 1)::int", float(playbook.overdue_ratio)
        )
        closed = self.env["customer.segmentation.rhythm"]._closed_days(policy)
        return open_days_later(SQL("profile.last_order_date"), silence, closed)

    def _query_overdue(self, playbook, policy, today, _now):
        """Lost customers are another matter, and who bought on one day has no gap of its own to let pass."""
        return SQL(
            """SELECT profile.id AS profile_id, 'overdue:' || profile.last_order_date AS cause, %(day)s AS reached
                 FROM customer_segmentation_profile profile
                WHERE profile.company_id = %(company)s AND profile.typical_gap_days > 0
                  AND profile.purchase_day_count > 1
                  AND profile.last_order_date IS NOT NULL AND profile.lifecycle_stage <> 'lost'
                  AND %(day)s <= %(today)s""",
            day=self._sql_overdue_day(playbook, policy),
            company=policy.company_id.id,
            today=today,
        )

    def _sql_still_overdue(self, playbook, policy):
        return SQL(
            "COALESCE(profile.purchase_day_count > 1 AND %s <= %s, FALSE)",
            self._sql_overdue_day(playbook, policy),
            policy._today(),
        )
