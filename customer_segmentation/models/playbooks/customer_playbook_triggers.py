"""What brings a customer into a playbook: an open list, `_triggers`, which other addons extend.

They add the name of theirs to the field `trigger`, and say what becomes of its playbooks when they are uninstalled.

A trigger is said in SQL, twice: who comes in, and for whom the reason still exists. Aliases the conditions use:

    profile   the customer as it is now          change    the transition of the profile
    partner   the contact of the profile         entry     the entry whose reason is asked for (`holds` of states)

Changes before the playbook was started bring nobody in, nor do states that began before: who is in a state at that
moment comes in only when the manager who starts the playbook wants so (`_candidates_now`).
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools.triggers import Trigger

RECENT_DAYS = 30  # so old is a change at most that counts as "now" when a playbook is started
NO_TIER = 1_000_000  # the rank of whoever is on no tier


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    @api.model
    def _triggers(self):
        """All triggers by name; what they are called, and in which order they are offered, says the field."""
        return self._segment_triggers() | self._standing_triggers() | self._time_triggers()

    def _segment_triggers(self):
        return {
            "segment_enter": Trigger(
                "transition",
                "_sql_entered_segment",
                "_sql_still_in_segment",
                self.env._("The customer left the segment."),
            ),
            "segment_leave": Trigger(
                "transition",
                "_sql_left_segment",
                "_sql_out_of_segment",
                self.env._("The customer is back in the segment."),
                own=("segment",),
            ),
            "segment_stay": Trigger(
                "state",
                "_query_stayed_in_segment",
                "_sql_always",
                self.env._("The customer left the segment."),
                1,
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
            ),
            "tier_down": Trigger(
                "transition",
                "_sql_tier_fell",
                "_sql_below_fallen_tier",
                self.env._("The customer rose to the tier again."),
                own=("tier",),
            ),
            "tier_at_risk": Trigger(
                "state",
                "_query_tier_at_risk",
                "_sql_review_waits",
                self.env._("The tier is no longer at risk, or is lost already."),
                0,
            ),
            "abc_drop": Trigger(
                "transition",
                "_sql_abc_dropped",
                "_sql_below_dropped_class",
                self.env._("The customer is back in the class."),
                own=("abc",),
            ),
        }

    def _time_triggers(self):
        left = self.env._("The customer is no longer in this state.")
        over = self.env._("The day is over.")
        return {
            "periodic": Trigger("state", "_query_periodic", "_sql_always", left, 1),
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

    def _own_filters(self):
        return self._triggers()[self.trigger].own

    # ------------------------------------------------------------------ the state a playbook is about

    def _segments(self):
        """The segments chosen by name and health as identifiers; None when every segment will do."""
        segments = self.segment_ids._origin
        if not segments and not self.health:
            return None
        segments = segments or self.env["customer.segment"].sudo().search([])
        return [segment.id for segment in segments if not self.health or segment.health == self.health]

    def _sql_one_of(self, column, chosen):
        """Whether a column is one of the chosen values; None stands for all of them."""
        if chosen is None:
            return SQL("%s IS NOT NULL", column)
        return SQL("COALESCE(%s = ANY(%s), FALSE)", column, list(chosen))

    def _sql_in_state(self):
        """Whether the profile is on the chosen segments, tiers and classes now."""
        own, conditions = self._own_filters(), [SQL("TRUE")]
        segments = self._segments()
        if "segment" not in own and segments is not None:
            conditions.append(self._sql_one_of(SQL("profile.segment_id"), segments))
        if "tier" not in own and self.tier_ids:
            conditions.append(self._sql_one_of(SQL("profile.tier_id"), self.tier_ids._origin.ids))
        if "abc" not in own and self.abc_class:
            conditions.append(SQL("COALESCE(profile.abc_class = %s, FALSE)", self.abc_class))
        return SQL("(%s)", SQL(" AND ").join(conditions))

    def _sql_in_audience(self, policy):
        if not self._has_audience():
            return SQL("TRUE")
        return SQL("profile.partner_id IN %s", self._audience_query(policy).subselect())

    def _sql_followed_up(self):
        """Whether somebody may spend time on the customer; an e-mail or a tag takes none."""
        if self.action_kind == "none":
            return SQL("TRUE")
        profiles = self.env["customer.segmentation.profile"]
        return profiles._sql_followed_up(SQL("profile.partner_id"), SQL("profile.company_id"))

    def _sql_value(self):
        """By what customers wait for a place: revenue in the window; of who bought nothing in it, revenue ever.

        Else who is lost would always be last, however much there is to win back.
        """
        return SQL("COALESCE(NULLIF(profile.revenue, 0), profile.lifetime_revenue)")

    def _sql_may_enter(self, policy, today):
        """Conditions whatever the trigger is: a customer, in the state and audience, not held out, not there yet."""
        return SQL(
            """profile.company_id = %(company)s AND partner.active AND partner.commercial_partner_id = partner.id
               AND profile.lifecycle_stage IS DISTINCT FROM 'prospect' AND %(state)s AND %(audience)s
               AND %(followed_up)s AND %(scored)s
               AND NOT EXISTS (SELECT FROM customer_playbook_entry entry
                                WHERE entry.playbook_id = %(playbook)s AND entry.profile_id = profile.id
                                  AND (%(held_out)s))""",
            company=policy.company_id.id,
            playbook=self._origin.id or 0,
            state=self._sql_in_state(),
            audience=self._sql_in_audience(policy),
            followed_up=self._sql_followed_up(),
            scored=self._sql_scored(policy),
            held_out=SQL(" OR ").join(self._held_out_by(today)),
        )

    def _sql_scored(self, policy):
        """Whether no purchase waits to be scored."""
        return SQL(
            """NOT EXISTS (SELECT FROM customer_segmentation_queue queued
                            WHERE queued.partner_id = profile.partner_id AND queued.company_id = %s)""",
            policy.company_id.id,
        )

    def _held_out_by(self, today):
        """Conditions on an earlier entry of the customer that keep it out."""
        conditions = [
            SQL("entry.state IN ('waiting', 'open')"),
            SQL("entry.snoozed_until > %s", today),
            # The comparison group is asked as seldom as the others, whose activity is open for a while.
            SQL("entry.treatment = 'control' AND entry.entered_on > %s::date - %s", today, self.success_days),
        ]
        came = SQL("(entry.opened_on IS NOT NULL OR entry.treatment = 'control')")
        if self.reentry == "once":
            conditions.append(came)
        elif self.reentry == "pause":
            conditions.append(SQL("%s AND entry.entered_on > %s::date - %s", came, today, self.reentry_days))
        return [SQL("(%s)", condition) for condition in conditions]

    # ------------------------------------------------------------------ who comes in

    def _query_candidates_of_changes(self, policy, today, change_ids):
        """`profile_id, partner_id, value, cause, transition_id` of whom some transitions bring in."""
        return SQL(
            """SELECT profile.id, profile.partner_id, %s, 'transition:' || change.id, change.id
                 FROM customer_segmentation_transition change
                 JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE change.id = ANY(%s) AND change.date >= %s AND %s AND %s AND %s
                ORDER BY change.id""",
            self._sql_value(),
            list(change_ids),
            self._started_on(policy),
            self._sql_enters(policy),
            self._sql_holds(policy),
            self._sql_may_enter(policy, today),
        )

    def _query_candidates_of_states(self, policy, today, now=False):
        """The same of whom a state or a date brings in.

        :param now: whoever is in the state, also when it began before the playbook was started
        """
        reached = SQL("TRUE") if now else SQL("found.reached >= %s", self._started_on(policy))
        return SQL(
            """SELECT profile.id, profile.partner_id, %s, found.cause, NULL::int
                 FROM (%s) found
                 JOIN customer_segmentation_profile profile ON profile.id = found.profile_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE %s AND %s
                ORDER BY profile.id, found.cause""",
            self._sql_value(),
            getattr(self, self._triggers()[self.trigger].enters)(policy, today, now),
            reached,
            self._sql_may_enter(policy, today),
        )

    def _query_candidates_now(self, policy, today):
        """The same of whoever is in the state at this moment."""
        if condition := self._lasting_states().get(self.trigger):
            return self._query_candidates_in(condition(), policy, today)
        if self._triggers()[self.trigger].kind == "state":
            return self._query_candidates_of_states(policy, today, now=True)
        # Who is in a segment is in that state whenever it came; a rise or fall is news for some days.
        lasting = self.trigger == "segment_enter"
        return SQL(
            """SELECT profile.id, profile.partner_id, %(value)s,
                      COALESCE('transition:' || latest.id, 'now:' || %(today)s), latest.id
                 FROM customer_segmentation_profile profile
                 JOIN res_partner partner ON partner.id = profile.partner_id
                 %(join)s JOIN LATERAL (
                      SELECT change.id FROM customer_segmentation_transition change
                        JOIN customer_segmentation_run run ON run.id = change.run_id AND run.kind = 'live' AND %(news)s
                       WHERE change.profile_id = profile.id AND %(enters)s AND %(holds)s AND %(recent)s
                       ORDER BY change.id DESC LIMIT 1) latest ON TRUE
                WHERE %(lasting)s AND %(may_enter)s
                ORDER BY profile.id""",
            value=self._sql_value(),
            today=str(today),
            join=SQL("LEFT") if lasting else SQL(),
            enters=self._sql_enters(policy),
            holds=self._sql_holds(policy),
            may_enter=self._sql_may_enter(policy, today),
            news=SQL("TRUE") if lasting else self._sql_news(),
            recent=SQL("TRUE") if lasting else SQL("change.date > %s::date - %s", today, RECENT_DAYS),
            lasting=self._sql_one_of(SQL("profile.segment_id"), self._segments()) if lasting else SQL("TRUE"),
        )

    def _lasting_states(self):
        """By trigger, the condition on the profile under which a customer has been in its state whenever it came."""
        return {}

    def _query_candidates_in(self, condition, policy, today):
        """The same of whoever meets a condition on the profile at this moment, whenever that began."""
        return SQL(
            """SELECT profile.id, profile.partner_id, %s, 'now:' || %s, NULL::int
                 FROM customer_segmentation_profile profile
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE %s AND %s
                ORDER BY profile.id""",
            self._sql_value(),
            str(today),
            condition,
            self._sql_may_enter(policy, today),
        )

    @api.model
    def _sql_news(self):
        """Whether a change is due to the customer or a manager, not to a first run or to rules that were changed."""
        return SQL(
            """(change.reason IS NOT NULL
                OR run.policy_version = (SELECT before.policy_version FROM customer_segmentation_run before
                                          WHERE before.policy_id = run.policy_id AND before.state = 'done'
                                            AND before.kind = 'live'
                                            AND before.id < run.id ORDER BY before.id DESC LIMIT 1))"""
        )

    def _sql_enters(self, policy):
        return getattr(self, self._triggers()[self.trigger].enters)(policy)

    def _sql_holds(self, policy):
        return getattr(self, self._triggers()[self.trigger].holds)(policy)

    def _started_on(self, policy):
        """The day the playbook was started in the company of the policy."""
        known = (self.sudo().started_dates or {}).get(str(policy.company_id.id))
        return fields.Date.to_date(known) or policy._today()

    @api.depends(
        "trigger",
        "trigger_days",
        "visits_by_tier",
        "segment_ids",
        "health",
        "tier_ids",
        "abc_class",
        "audience_domain",
        "action_kind",
        "reentry",
        "reentry_days",
        "success_days",
        "company_id",
    )
    @api.depends_context("company")
    def _compute_who_would_enter(self):
        for playbook in self:
            playbook.who_would_enter = len(playbook._candidates_now())

    def _candidates_now(self):
        """The profiles of the company the user works in that are in this state now and could come in.

        Nobody when the audience may not be asked for: `audience_problem` says why. Nor while numbers are typed that
        saving refuses.
        """
        if self._numbers_are_refused():
            return self.env["customer.segmentation.profile"]
        if self._has_audience() and self._audience_refusal(self.env.company.sudo().root_id):
            return self.env["customer.segmentation.profile"]
        return self.env["customer.segmentation.profile"].browse([row[0] for row in self._candidate_rows_now()])

    def _numbers_are_refused(self):
        try:
            self._check_what_is_typed()
        except ValidationError:
            return True
        return False

    def _check_what_is_typed(self):
        """What saving checks of the numbers and choices of a trigger."""
        self._check_trigger()
        self._check_numbers()
        self._check_overdue_ratio()

    def _candidate_rows_now(self, company=None):
        self.ensure_one()
        company = (company or self.env.company).sudo().root_id
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        if not policy or self.trigger not in self._triggers() or (self.company_id and self.company_id != company):
            return []
        self.env.flush_all()
        self.env.cr.execute(self.sudo()._query_candidates_now(policy, policy._today()), log_exceptions=False)
        first = {}
        for row in self.env.cr.fetchall():
            first.setdefault(row[0], row)
        return list(first.values())

    # ------------------------------------------------------------------ segments

    def _sql_entered_segment(self, _policy):
        into = self._sql_one_of(SQL("change.to_segment_id"), self._segments())
        if self._segments() is None:
            return SQL("(%s AND change.from_segment_id IS DISTINCT FROM change.to_segment_id)", into)
        return SQL("(%s AND NOT %s)", into, self._sql_one_of(SQL("change.from_segment_id"), self._segments()))

    def _sql_still_in_segment(self, _policy):
        if self._segments() is not None:
            return self._sql_one_of(SQL("profile.segment_id"), self._segments())
        return SQL("(change.id IS NULL OR profile.segment_id = change.to_segment_id)")

    def _sql_left_segment(self, _policy):
        out = self._sql_one_of(SQL("change.from_segment_id"), self._segments())
        if self._segments() is None:
            return SQL("(%s AND change.from_segment_id IS DISTINCT FROM change.to_segment_id)", out)
        return SQL("(%s AND NOT %s)", out, self._sql_one_of(SQL("change.to_segment_id"), self._segments()))

    def _sql_out_of_segment(self, _policy):
        if self._segments() is not None:
            return SQL("NOT %s", self._sql_one_of(SQL("profile.segment_id"), self._segments()))
        return SQL("(change.id IS NULL OR profile.segment_id IS DISTINCT FROM change.from_segment_id)")

    def _query_stayed_in_segment(self, _policy, today, _now):
        """Moving between the chosen segments is staying."""
        since = SQL("profile.segment_since")
        if self._segments() is not None:
            into = self._sql_entered_segment(_policy)
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
            days=self.trigger_days,
            today=today,
            company=_policy.company_id.id,
            within=self._sql_one_of(SQL("profile.segment_id"), self._segments()),
        )

    def _sql_always(self, _policy):
        """The state itself is the reason."""
        return SQL("profile.segment_id IS NOT NULL") if self.trigger == "segment_stay" else SQL("TRUE")

    # ------------------------------------------------------------------ tiers and classes

    def _sql_rank(self, policy, column):
        """The place of a tier on the ladder, the best first; who is on none is below all."""
        return SQL("COALESCE(array_position(%s::int[], %s), %s)", policy._ladder_ids(), column, NO_TIER)

    def _sql_tier_rose(self, policy):
        """The first tier of a new customer is no rise."""
        chosen = self._sql_one_of(SQL("change.to_tier_id"), self.tier_ids._origin.ids or None)
        before, after = (self._sql_rank(policy, SQL.identifier("change", f"{way}_tier_id")) for way in ("from", "to"))
        return SQL("(%s AND %s > %s AND change.from_segment_id IS NOT NULL)", chosen, before, after)

    def _sql_on_risen_tier(self, policy):
        now, then = self._sql_rank(policy, SQL("profile.tier_id")), self._sql_rank(policy, SQL("change.to_tier_id"))
        return SQL("(change.id IS NULL OR %s <= %s)", now, then)

    def _sql_tier_fell(self, policy):
        chosen = self._sql_one_of(SQL("change.from_tier_id"), self.tier_ids._origin.ids or None)
        before, after = (self._sql_rank(policy, SQL.identifier("change", f"{way}_tier_id")) for way in ("from", "to"))
        return SQL("(%s AND %s < %s)", chosen, before, after)

    def _sql_below_fallen_tier(self, policy):
        now, then = self._sql_rank(policy, SQL("profile.tier_id")), self._sql_rank(policy, SQL("change.from_tier_id"))
        return SQL("(change.id IS NULL OR %s > %s)", now, then)

    def _query_tier_at_risk(self, policy, today, _now):
        """As soon as the review is set, or so many days before it."""
        begins = SQL("profile.tier_below_since")
        if self.trigger_days:
            begins = SQL("GREATEST(profile.tier_below_since, profile.tier_review_date - %s)", self.trigger_days)
        return SQL(
            """SELECT profile.id AS profile_id, 'risk:' || profile.tier_below_since AS cause, %s AS reached
                 FROM customer_segmentation_profile profile
                WHERE profile.company_id = %s AND profile.tier_review_date IS NOT NULL AND %s <= %s""",
            begins,
            policy.company_id.id,
            begins,
            today,
        )

    def _sql_review_waits(self, _policy):
        """The review the entry is about: who was lowered and is below the next tier, too, has another one."""
        return SQL(
            """(profile.tier_review_date IS NOT NULL
                AND (NOT starts_with(entry.cause, 'risk:')
                     OR starts_with(entry.cause, 'risk:' || profile.tier_below_since)))"""
        )

    def _sql_abc_dropped(self, _policy):
        chosen = SQL("TRUE") if not self.abc_class else SQL("change.from_abc_class = %s", self.abc_class)
        return SQL("(change.from_abc_class < change.to_abc_class AND %s)", chosen)

    def _sql_below_dropped_class(self, _policy):
        return SQL("(change.id IS NULL OR COALESCE(profile.abc_class, 'Z') > change.from_abc_class)")

    # ------------------------------------------------------------------ visits and contacts

    def _query_periodic(self, policy, today, now):
        """So many days after the last time, the start of the playbook or of the state; now: everybody not yet seen."""
        segment = SQL("profile.segment_since") if self._segments() is not None and not now else SQL("NULL::date")
        tier = SQL("profile.tier_since") if self.tier_ids and not now else SQL("NULL::date")
        base = SQL(
            """GREATEST(%s::date, %s, %s, (SELECT MAX(entry.entered_on) FROM customer_playbook_entry entry
                                            WHERE entry.playbook_id = %s AND entry.profile_id = profile.id))""",
            None if now else self._started_on(policy),
            segment,
            tier,
            self._origin.id or 0,
        )
        return SQL(
            """SELECT visit.id AS profile_id, 'date:' || %(today)s AS cause, %(today)s::date AS reached
                 FROM (SELECT profile.id, %(base)s::date AS base, %(days)s AS days
                         FROM customer_segmentation_profile profile WHERE profile.company_id = %(company)s) visit
                WHERE COALESCE(visit.base + visit.days <= %(today)s::date, TRUE)""",
            today=str(today),
            base=base,
            company=policy.company_id.id,
            days=self._sql_days_between(policy),
        )

    def _sql_days_between(self, policy):
        """After how many days it is a customer's turn again; what its tier promises comes first, if wanted."""
        promised = {tier.id: tier._visit_days() for tier in policy.tier_ids} if self.visits_by_tier else {}
        cases = [SQL("WHEN %s THEN %s", tier, days) for tier, days in promised.items() if days]
        if not cases:
            return SQL("%s", self.trigger_days)
        return SQL("CASE profile.tier_id %s ELSE %s END", SQL(" ").join(cases), self.trigger_days)

    def _query_no_contact(self, policy, today, _now):
        """Whoever was never contacted is waiting since the first order."""
        profiles = self._profiles_in_state(policy, today)
        last = {profile.id: profile.last_contact_date or profile.first_order_date for profile in profiles}
        silent = [(profile, day) for profile, day in last.items() if day and (today - day).days >= self.trigger_days]
        return SQL(
            """SELECT profile_id, 'contact:' || day AS cause, day + %s AS reached
                 FROM unnest(%s::int[], %s::date[]) silent (profile_id, day)""",
            self.trigger_days,
            [profile for profile, _day in silent],
            [day for _profile, day in silent],
        )

    def _profiles_in_state(self, policy, today):
        self.env.cr.execute(
            SQL(
                """SELECT profile.id FROM customer_segmentation_profile profile
                     JOIN res_partner partner ON partner.id = profile.partner_id
                    WHERE %s""",
                self._sql_may_enter(policy, today),
            )
        )
        return self.env["customer.segmentation.profile"].sudo().browse(row[0] for row in self.env.cr.fetchall())

    def _sql_not_contacted(self, policy):
        """Read only of those who are open; at the entrance the query has just read it."""
        entries = (
            self.env["customer.playbook.entry"]
            .sudo()
            .search(
                [
                    ("playbook_id", "=", self._origin.id),
                    ("company_id", "=", policy.company_id.id),
                    ("state", "in", ("waiting", "open")),
                ]
            )
        )
        contacted = [
            entry.profile_id.id
            for entry in entries
            if entry.profile_id.last_contact_date
            and (entry.entered_on - entry.profile_id.last_contact_date).days < self.trigger_days
        ]
        return SQL("profile.id <> ALL(%s::int[])", contacted)

    # ------------------------------------------------------------------ dates

    def _query_dates(self, source, today):
        """From a query of `profile_id, day`: those whose day is today or within the next days."""
        return SQL(
            """SELECT profile_id, 'date:' || MIN(day) AS cause, MIN(day) - %(days)s AS reached
                 FROM (%(source)s) dated
                WHERE day BETWEEN %(today)s::date AND %(today)s::date + %(days)s
                GROUP BY profile_id""",
            source=source,
            today=today,
            days=self.trigger_days,
        )

    def _sql_next_yearly(self, column, today):
        """The next return of a day, today included; 29 February is kept on the 28th of the other years."""
        years = SQL("(EXTRACT(year FROM %s::date) - EXTRACT(year FROM %s))::int", today, column)
        return SQL(
            """CASE WHEN (%(day)s + make_interval(years => %(years)s))::date >= %(today)s::date
                    THEN (%(day)s + make_interval(years => %(years)s))::date
                    ELSE (%(day)s + make_interval(years => %(years)s + 1))::date END""",
            day=column,
            years=years,
            today=today,
        )

    def _query_birthday(self, policy, today, _now):
        """The birthday of any person of the customer."""
        source = SQL(
            """SELECT profile.id AS profile_id, %s AS day
                 FROM res_partner person
                 JOIN customer_segmentation_profile profile ON profile.partner_id = person.commercial_partner_id
                WHERE profile.company_id = %s AND person.active AND person.customer_birthday IS NOT NULL""",
            self._sql_next_yearly(SQL("person.customer_birthday"), today),
            policy.company_id.id,
        )
        return self._query_dates(source, today)

    def _query_anniversary(self, policy, today, _now):
        """From the first year on."""
        source = SQL(
            """SELECT profile.id AS profile_id, %s AS day FROM customer_segmentation_profile profile
                WHERE profile.company_id = %s AND profile.first_order_date IS NOT NULL
                  AND %s > profile.first_order_date""",
            self._sql_next_yearly(SQL("profile.first_order_date"), today),
            policy.company_id.id,
            self._sql_next_yearly(SQL("profile.first_order_date"), today),
        )
        return self._query_dates(source, today)

    def _query_holiday(self, policy, today, _now):
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
            self.trigger_days,
        )
        return self._query_dates(source, today)

    def _sql_day_not_over(self, policy):
        """Who still waits for a place when the day is over need not be called any more."""
        return SQL(
            """(CASE WHEN entry.state = 'waiting' AND entry.cause LIKE 'date:%%'
                     THEN substr(entry.cause, 6)::date >= %s ELSE TRUE END)""",
            policy._today(),
        )
