"""Who comes into a playbook, whatever its trigger: the audience, who is held out, and the customers themselves.

Changes before the playbook was started bring nobody in, nor do states that began before: who is in a state at that
moment comes in only when the manager who starts the playbook wants so (`_candidates_now`).

The audience is checked when it is saved, with the rights of whoever saves it, and finds what that user may find in the
company. The aliases of the conditions are those of `customer_playbook_trigger`.
"""

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools.context import by_code, said
from ...tools.triggers import one_of

RECENT_DAYS = 30  # so old is a change at most that counts as "now" when a playbook is started


class CustomerPlaybookEntrance(models.AbstractModel):
    _name = "customer.playbook.entrance"
    _description = "Entrance of Playbooks"

    # ------------------------------------------------------------------ the audience

    def _has_audience(self, playbook):
        """Whether conditions on the contact are typed."""
        return (playbook.audience_domain or "[]").strip() not in ("", "[]")

    def _check_audience(self, playbook, company):
        """Refuse an audience that its author may not ask for in a company."""
        if self._has_audience(playbook):
            playbook._evaluator(company)._check_conditions(playbook.audience_domain, playbook.name)

    def _audience_refusal(self, playbook, company):
        """Why the audience cannot be asked in a company, in words; nothing when it can."""
        if not self._has_audience(playbook):
            return False
        try:
            return playbook._evaluator(company)._refusal(playbook.audience_domain)
        except UserError as error:
            return str(error)

    def _audience_query(self, playbook, policy):
        """The contacts its author finds by the audience in the company of a policy."""
        evaluator = playbook._evaluator(policy.company_id).with_context(active_test=True, tz=policy.tz)
        return evaluator.env["res.partner"]._search(evaluator._checked(playbook.audience_domain))

    # ------------------------------------------------------------------ who may come in

    def _sql_in_state(self, playbook):
        """Whether the profile is on the chosen segments, tiers and classes now."""
        triggers = self.env["customer.playbook.trigger"]
        own, conditions = triggers._triggers()[playbook.trigger].own, [SQL("TRUE")]
        segments = triggers._segments(playbook)
        if "segment" not in own and segments is not None:
            conditions.append(one_of(SQL("profile.segment_id"), segments))
        if "tier" not in own and playbook.tier_ids:
            conditions.append(one_of(SQL("profile.tier_id"), playbook.tier_ids._origin.ids))
        if "abc" not in own and playbook.abc_class:
            conditions.append(SQL("COALESCE(profile.abc_class = %s, FALSE)", playbook.abc_class))
        return SQL("(%s)", SQL(" AND ").join(conditions))

    def _sql_in_audience(self, playbook, policy):
        if not self._has_audience(playbook):
            return SQL("TRUE")
        return SQL("profile.partner_id IN %s", self._audience_query(playbook, policy).subselect())

    def _sql_followed_up(self, playbook):
        """Whether somebody may spend time on the customer; an e-mail or a tag takes none."""
        if playbook.action_kind == "none":
            return SQL("TRUE")
        profiles = self.env["customer.segmentation.profile"]
        return profiles._sql_followed_up(SQL("profile.partner_id"), SQL("profile.company_id"))

    def _sql_worth_a_call(self, playbook, policy, today):
        """Whether a call is worth the time: of who is gone only for the formerly best, an e-mail for everybody."""
        if playbook.action_kind == "none":
            return SQL("TRUE")
        return self.env["customer.playbook.consistency"]._sql_worth_a_call(policy, today)

    def _writes_as_well(self, playbook):
        """Whether who is not worth a call comes in all the same: for the e-mail, and without the activity."""
        return bool(playbook.action_kind != "none" and playbook.send_mail and playbook.mail_template_id)

    def _sql_comes_in(self, playbook, policy, today):
        """Whether the playbook does anything for the customer at all."""
        if self._writes_as_well(playbook):
            return SQL("TRUE")
        return self._sql_worth_a_call(playbook, policy, today)

    def _held_back(self, playbook, policy, today):
        """By name, conditions on customers who could come in otherwise and are left out."""
        return {
            "stopped": SQL("NOT %s", self._sql_followed_up(playbook)),
            "gone": SQL("NOT %s", self._sql_worth_a_call(playbook, policy, today)),
        }

    def _sql_not_held_back(self, playbook, policy, today):
        """None of these conditions; when those left out are counted, the one that is asked for alone."""
        asked = said(self.env, "held_back_by")
        conditions = self._held_back(playbook, policy, today)
        if asked != "gone" and self._writes_as_well(playbook):
            del conditions["gone"]
        return SQL(" AND ").join(
            condition if name == asked else SQL("NOT %s", condition) for name, condition in conditions.items()
        )

    def _count_held_back(self, playbook, company, name):
        """How many customers in the state now get no activity for one of these conditions alone."""
        return len(self.with_context(**by_code(held_back_by=name))._candidate_rows_now(playbook, company))

    def _sql_value(self):
        """By what customers wait for a place: revenue in the window; of who bought nothing in it, revenue ever.

        Else who is lost would always be last, however much there is to win back.
        """
        return SQL("COALESCE(NULLIF(profile.revenue, 0), profile.lifetime_revenue)")

    def _sql_may_enter(self, playbook, policy, today):
        """Conditions whatever the trigger is: a customer, in the state and audience, not held out, not there yet."""
        return SQL(
            """profile.company_id = %(company)s AND partner.active AND partner.commercial_partner_id = partner.id
               AND profile.lifecycle_stage IS DISTINCT FROM 'prospect' AND %(state)s AND %(audience)s
               AND %(called)s AND %(scored)s
               AND NOT EXISTS (SELECT FROM customer_playbook_entry entry
                                WHERE entry.playbook_id = %(playbook)s AND entry.profile_id = profile.id
                                  AND (%(held_out)s))""",
            company=policy.company_id.id,
            playbook=playbook._origin.id or 0,
            state=self._sql_in_state(playbook),
            audience=self._sql_in_audience(playbook, policy),
            called=self._sql_not_held_back(playbook, policy, today),
            scored=self._sql_scored(policy),
            held_out=SQL(" OR ").join(self._held_out_by(playbook, today)),
        )

    def _sql_scored(self, policy):
        """Whether no purchase waits to be scored."""
        return SQL(
            """NOT EXISTS (SELECT FROM customer_segmentation_queue queued
                            WHERE queued.partner_id = profile.partner_id AND queued.company_id = %s)""",
            policy.company_id.id,
        )

    def _held_out_by(self, playbook, today):
        """Conditions on an earlier entry of the customer that keep it out."""
        conditions = [
            SQL("entry.state IN ('waiting', 'open')"),
            SQL("entry.snoozed_until > %s", today),
            # The comparison group is asked as seldom as the others, whose activity is open for a while.
            SQL("entry.treatment = 'control' AND entry.entered_on > %s::date - %s", today, playbook.success_days),
        ]
        came = SQL("(entry.opened_on IS NOT NULL OR entry.treatment = 'control')")
        if playbook.reentry == "once":
            conditions.append(came)
        elif playbook.reentry == "pause":
            conditions.append(SQL("%s AND entry.entered_on > %s::date - %s", came, today, playbook.reentry_days))
        return [SQL("(%s)", condition) for condition in conditions]

    def _started_on(self, playbook, policy):
        """The day the playbook was started in the company of the policy."""
        known = (playbook.sudo().started_dates or {}).get(str(policy.company_id.id))
        return fields.Date.to_date(known) or policy._today()

    def _profiles_in_state(self, playbook, policy, today):
        self.env.cr.execute(
            SQL(
                """SELECT profile.id FROM customer_segmentation_profile profile
                     JOIN res_partner partner ON partner.id = profile.partner_id
                    WHERE %s""",
                self._sql_may_enter(playbook, policy, today),
            )
        )
        return self.env["customer.segmentation.profile"].sudo().browse(row[0] for row in self.env.cr.fetchall())

    # ------------------------------------------------------------------ who comes in by the scheduled action

    def _query_candidates_of_changes(self, playbook, policy, today, change_ids):
        """`profile_id, partner_id, value, cause, transition_id` of whom some transitions bring in."""
        triggers = self.env["customer.playbook.trigger"]
        return SQL(
            """SELECT profile.id, profile.partner_id, %s, 'transition:' || change.id, change.id
                 FROM customer_segmentation_transition change
                 JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE change.id = ANY(%s) AND change.date >= %s AND %s AND %s AND %s
                ORDER BY change.id""",
            self._sql_value(),
            list(change_ids),
            self._started_on(playbook, policy),
            triggers._sql_enters(playbook, policy),
            triggers._sql_holds(playbook, policy),
            self._sql_may_enter(playbook, policy, today),
        )

    def _query_candidates_of_states(self, playbook, policy, today, now=False):
        """The same of whom a state or a date brings in.

        :param now: whoever is in the state, also when it began before the playbook was started
        """
        reached = SQL("TRUE") if now else SQL("found.reached >= %s", self._started_on(playbook, policy))
        return SQL(
            """SELECT profile.id, profile.partner_id, %s, found.cause, NULL::int
                 FROM (%s) found
                 JOIN customer_segmentation_profile profile ON profile.id = found.profile_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                WHERE %s AND %s
                ORDER BY profile.id, found.cause""",
            self._sql_value(),
            self.env["customer.playbook.trigger"]._query_reached(playbook, policy, today, now),
            reached,
            self._sql_may_enter(playbook, policy, today),
        )

    # ------------------------------------------------------------------ who would come in now

    def _candidates_now(self, playbook):
        """The profiles of the company the user works in that are in this state now and could come in.

        Nobody when the audience may not be asked for: `audience_problem` says why. Nor while numbers are typed that
        saving refuses.
        """
        profiles = self.env["customer.segmentation.profile"]
        if self._numbers_are_refused(playbook) or self._audience_refusal(playbook, self.env.company.sudo().root_id):
            return profiles
        return profiles.browse([row[0] for row in self._candidate_rows_now(playbook)])

    def _numbers_are_refused(self, playbook):
        """Whether saving would refuse what is typed."""
        try:
            self.env["customer.playbook.trigger"]._check(playbook)
            playbook._check_numbers()
        except ValidationError:
            return True
        return False

    def _candidate_rows_now(self, playbook, company=None):
        """`profile, contact, value, cause, transition` of whoever is in the state now, each customer once."""
        playbook.ensure_one()
        company = (company or self.env.company).sudo().root_id
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        known = playbook.trigger in self.env["customer.playbook.trigger"]._triggers()
        if not policy or not known or (playbook.company_id and playbook.company_id != company):
            return []
        self.env.flush_all()
        query = self.sudo()._query_candidates_now(playbook.sudo(), policy, policy._today())
        self.env.cr.execute(query, log_exceptions=False)
        first = {}
        for row in self.env.cr.fetchall():
            first.setdefault(row[0], row)
        return list(first.values())

    def _query_candidates_now(self, playbook, policy, today):
        """The same of whoever is in the state at this moment."""
        triggers = self.env["customer.playbook.trigger"]
        if condition := triggers._sql_lasts(playbook, policy):
            return self._query_candidates_in(playbook, condition, policy, today)
        if triggers._triggers()[playbook.trigger].kind == "state":
            return self._query_candidates_of_states(playbook, policy, today, now=True)
        return self._query_candidates_of_latest_change(playbook, policy, today)

    def _query_candidates_of_latest_change(self, playbook, policy, today):
        """The same of whom the latest change of its kind brought into the state."""
        triggers = self.env["customer.playbook.trigger"]
        # Who is in a segment is in that state whenever it came; a rise or fall is news for some days.
        lasting = playbook.trigger == "segment_enter"
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
            enters=triggers._sql_enters(playbook, policy),
            holds=triggers._sql_holds(playbook, policy),
            may_enter=self._sql_may_enter(playbook, policy, today),
            news=SQL("TRUE") if lasting else self._sql_news(),
            recent=SQL("TRUE") if lasting else SQL("change.date > %s::date - %s", today, RECENT_DAYS),
            lasting=one_of(SQL("profile.segment_id"), triggers._segments(playbook)) if lasting else SQL("TRUE"),
        )

    def _query_candidates_in(self, playbook, condition, policy, today):
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
            self._sql_may_enter(playbook, policy, today),
        )

    def _sql_news(self):
        """Whether a change is due to the customer or a manager, not to a first run or to rules that were changed."""
        return SQL(
            """(change.reason IS NOT NULL
                OR run.policy_version = (SELECT before.policy_version FROM customer_segmentation_run before
                                          WHERE before.policy_id = run.policy_id AND before.state = 'done'
                                            AND before.kind = 'live'
                                            AND before.id < run.id ORDER BY before.id DESC LIMIT 1))"""
        )
