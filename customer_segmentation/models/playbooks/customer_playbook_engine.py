"""The scheduled action of playbooks, for one policy (root company) after the other:

    _close_batch()       ordered → done; stopped, customer gone or reason gone → cancelled
    _end_batch()         what salespeople meant to ask of customers who have ordered → done
    _transitions_batch() changes nobody has dealt with → entries, and the changes are marked in the same transaction
    _states_batch()      states and dates, once a day → entries
    _assign_batch()      waiting entries → whoever is responsible for the customer now
    _fill_batch()        waiting entries, the most valuable first → activities, e-mails and tags, as places are free
    _announce_batch()    one message a day to each responsible

Each batch is a transaction of its own. It begins by locking and rewriting the progress row of the policy: a second
worker leaves, and one that looked before the other committed cannot go on from what it saw. What a batch has to do is
found in the database again each time, so a killed job goes on where it was: a change is either unmarked without an
entry or marked with it, an entry waits without an activity or is open with it.
"""

import logging
from contextlib import contextmanager
from itertools import islice

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from ...tools.context import Told
from ...tools.jobs import start_job
from ...tools.locks import wait_briefly
from ...tools.people import language_of

_logger = logging.getLogger(__name__)

CHANGES_SIZE = 5_000  # about a second each
CLOSE_SIZE = 200
FILL_SIZE = 500
STEPS = ("_close", "_end", "_transitions", "_states", "_assign", "_fill", "_announce")
CONFLICTS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.DeadlockDetected,
)


class CustomerPlaybookEngine(models.AbstractModel):
    _name = "customer.playbook.engine"
    _description = "Playbook Engine"

    def _wake(self):
        """Have the playbooks looked through within a minute."""
        start_job(self.env, "customer_segmentation.ir_cron_playbooks")

    def _cron_run(self):
        """Scheduled action: close, enter, fill free places, tell people."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=1)
        for worked in self._batches():
            if not cron._commit_progress(int(worked), remaining=1) and worked:
                return
        cron._commit_progress(1, remaining=0)

    def _batches(self):
        """Do the work batch by batch; the caller commits after each, told whether there was something to do."""
        engine = self.sudo().with_context(
            clean_context(self.env.context), playbook_engine=Told.BY_CODE, active_test=True
        )
        policies, rest = engine.env["customer.segmentation.policy"], engine.env["customer.segmentation.rest"]
        work = [(policy, STEPS) for policy in policies._at_work().sorted("id")]
        work += [(policy, STEPS[:1]) for policy in rest._with_open_follow_ups_at_rest()]
        for policy, steps in work:
            for step in steps:
                here = engine.with_context(
                    allowed_company_ids=policy.company_id.ids,
                    tz=policy.tz,
                    lang=language_of(engine.env, policy.company_id.partner_id),
                )
                while here._batch(step, policy.with_env(here.env)):
                    yield True
                yield False

    def _batch(self, step, policy):
        """One batch of one step.

        :return: whether there may be more to do
        """
        try:
            with self.env.cr.savepoint():
                worked = self._lock(policy) and getattr(self, f"{step}_batch")(policy)
                self.env.flush_all()
            self.env["customer.segmentation.failure"]._forget(policy, f"playbooks:{step}")
            return bool(worked)
        except CONFLICTS as error:
            # Somebody changed the same rows at the same moment; only another transaction sees what they wrote.
            _logger.info("Playbooks of %s, %s: %s", policy.id, step, error)
            self.env.cr.rollback()
            self._wake()
        except Exception as error:  # whatever it is, it must not stop the other steps and companies
            _logger.warning("Playbooks of policy %s: %s failed", policy.id, step, exc_info=True)
            self.env.invalidate_all(flush=False)
            self.env["customer.segmentation.failure"]._tell(
                policy, f"playbooks:{step}", str(error) or type(error).__name__
            )
        self.env.invalidate_all(flush=False)
        return False

    def _lock(self, policy):
        """Have the playbooks of a policy to ourselves until the next commit; False when somebody else works on them.

        :raise psycopg2.Error: when somebody did since this transaction began to look
        """
        self.env.flush_all()
        wait_briefly(self.env)
        self.env.cr.execute(
            SQL("INSERT INTO customer_playbook_state (policy_id) VALUES (%s) ON CONFLICT DO NOTHING", policy.id),
            log_exceptions=False,
        )
        self.env.cr.execute(
            SQL("SELECT id FROM customer_playbook_state WHERE policy_id = %s FOR UPDATE SKIP LOCKED", policy.id),
            log_exceptions=False,
        )
        rows = self.env.cr.fetchall()
        self.env.cr.execute(
            SQL(
                "UPDATE customer_playbook_state SET batch_count = COALESCE(batch_count, 0) + 1 WHERE id = ANY(%s)",
                [row[0] for row in rows],
            ),
            log_exceptions=False,
        )
        self.env["customer.playbook.state"].invalidate_model()
        return bool(rows)

    def _started_in(self, policy):
        """The playbooks at work in a company, those with a problem included: it may be over."""
        return self.env["customer.playbook"].search([("started_company_ids", "in", policy.company_id.ids)])

    def _today_in(self, company):
        """The day in the time zone of a root company's policy."""
        policy = self.env["customer.segmentation.policy"]._of_company(company)
        return policy._today() if policy else fields.Date.today()

    # ------------------------------------------------------------------ what is wrong with one playbook

    @contextmanager
    def _guarded(self, playbook):
        """Undo what fails and note why: what is wrong with one playbook concerns only it."""
        try:
            with self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except CONFLICTS:
            raise
        except Exception as error:  # an audience that asks for a field that is gone, for example
            self.env.invalidate_all(flush=False)
            self._note_problem(playbook, error)

    def _note_problem(self, playbook, error):
        _logger.info("Playbook %s: %s", playbook.id, error)
        playbook.problem = (str(error) or type(error).__name__).strip()

    # ------------------------------------------------------------------ 1 close

    def _close_batch(self, policy):
        """The first entries whose time is over; each kind of end in turn.

        Who was snoozed until today waits for a place again first, unless, as for all who wait, the reason is gone.
        """
        return self._wake_snoozed(policy) or self._close_ordered(policy) or self._close_without_reason(policy)

    def _wake_snoozed(self, policy):
        entries = self.env["customer.playbook.entry"].search(
            [
                ("company_id", "=", policy.company_id.id),
                ("answer", "=", "snooze"),
                ("state", "=", "cancelled"),
                ("snoozed_until", "<=", policy._today()),
                ("playbook_id", "in", self._started_in(policy).ids),
            ],
            order="id",
        )
        for entry in entries:
            others = [("playbook_id", "=", entry.playbook_id.id), ("profile_id", "=", entry.profile_id.id)]
            if entry.search_count([*others, ("state", "in", ("waiting", "open"))], limit=1):
                entry.snoozed_until = False  # came in again for another reason
            else:
                entry.write(
                    {
                        "state": "waiting",
                        "snoozed_until": False,
                        "closed_on": False,
                        "closing_reason": False,
                        "announced_on": False,
                    }
                )
                entry.flush_recordset()
        return len(entries)

    def _close_ordered(self, policy):
        """Close entries of playbooks that end with a purchase, whatever document it is made of."""
        opened = SQL(
            """SELECT entry.id, entry.partner_id, entry.entered_on AS day, entry.entered_at AS moment
                 FROM customer_playbook_entry entry
                 JOIN customer_playbook playbook ON playbook.id = entry.playbook_id AND playbook.closes_on_order
                WHERE entry.company_id = %s AND entry.state IN ('waiting', 'open')""",
            policy.company_id.id,
        )
        found = self.env["customer.transaction"]._first_purchases_after(policy.company_id, opened)
        closing = dict(islice(found.items(), CLOSE_SIZE))
        for entry_id, document in closing.items():
            entry = self.env["customer.playbook.entry"].browse(entry_id)
            entry = entry.with_context(lang=language_of(self.env, entry.user_id, self.env.user))
            entry._close(
                "done", entry._ordered_in_words(document), entry.env._("Ordered %s", document[document._rec_name])
            )
        return closing

    def _close_without_reason(self, policy):
        """Cancel what nobody needs to do any more; all that share a reason at once."""
        for playbook in self._with_open_entries(policy):
            with self._guarded(playbook):
                if self._close_first_end(playbook, policy):
                    return True
        return False

    def _close_first_end(self, playbook, policy):
        """Cancel the entries that end for the first reason that applies to any."""
        for condition, reason in self._ends(playbook, policy):
            found = self._open_entries_where(playbook, policy, condition)
            if found:
                found._close("cancelled", reason)
                return True
        return False

    def _with_open_entries(self, policy):
        rows = self.env["customer.playbook.entry"]._read_group(
            [("company_id", "=", policy.company_id.id), ("state", "in", ("waiting", "open"))], ["playbook_id"]
        )
        return self.env["customer.playbook"].browse([playbook.id for (playbook,) in rows])

    def _ends(self, playbook, policy):
        """The conditions on `entry`, `profile`, `partner` and `change` that end an entry, each with the reason."""
        if not policy._is_at_work():
            return [(SQL("TRUE"), self.env._("The customers of the company are not scored any more."))]
        if not playbook.active or policy.company_id not in playbook.started_company_ids:
            return [(SQL("TRUE"), self.env._("The playbook was stopped."))]
        triggers, entrance = self.env["customer.playbook.trigger"], self.env["customer.playbook.entrance"]
        followed_up = entrance._sql_followed_up(playbook)
        ends = [
            (SQL("NOT partner.active"), self.env._("The customer was archived.")),
            (SQL("partner.commercial_partner_id <> partner.id"), self.env._("The contact belongs to a company now.")),
            (SQL("NOT %s", followed_up), self.env._("Active follow-up of the customer was stopped.")),
        ]
        trigger = triggers._triggers().get(playbook.trigger)
        if not trigger:
            return [*ends, (SQL("TRUE"), self.env._("The trigger of the playbook does not exist any more."))]
        left = self.env._("The customer is no longer in this state.")
        worth_it = entrance._sql_comes_in(playbook, policy, policy._today())
        gone = self.env._("The customer is gone and was not among the top 10%: no call.")
        return [
            *ends,
            (SQL("NOT (%s)", triggers._sql_holds(playbook, policy)), trigger.gone),
            (SQL("NOT (%s)", entrance._sql_in_state(playbook)), left),
            (SQL("entry.state = 'waiting' AND NOT (%s)", entrance._sql_in_audience(playbook, policy)), left),
            (SQL("entry.state = 'waiting' AND NOT %s", worth_it), gone),
        ]

    def _open_entries_where(self, playbook, policy, condition):
        self.env.cr.execute(
            SQL(
                """SELECT entry.id FROM customer_playbook_entry entry
                     JOIN customer_segmentation_profile profile ON profile.id = entry.profile_id
                     JOIN res_partner partner ON partner.id = profile.partner_id
                     LEFT JOIN customer_segmentation_transition change ON change.id = entry.transition_id
                    WHERE entry.playbook_id = %s AND entry.company_id = %s
                      AND entry.state IN ('waiting', 'open') AND (%s)
                    ORDER BY entry.id LIMIT %s""",
                playbook.id,
                policy.company_id.id,
                condition,
                CHANGES_SIZE,
            )
        )
        return self.env["customer.playbook.entry"].browse([row[0] for row in self.env.cr.fetchall()])

    def _end_batch(self, policy):
        self.env["customer.desk.follow.up"]._end_by_orders(policy.company_id)
        return False

    # ------------------------------------------------------------------ 2 enter from changes

    def _transitions_batch(self, policy):
        """Deal with the next changes. Customers whose order is not scored yet wait until it is."""
        started = self._started_in(policy)
        self.env.cr.execute(
            SQL(
                """SELECT change.id FROM customer_segmentation_transition change
                     JOIN customer_segmentation_run run ON run.id = change.run_id AND run.policy_id = %s
                     JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                    WHERE NOT COALESCE(change.processed, FALSE) AND %s
                    ORDER BY change.id LIMIT %s FOR UPDATE OF change""",
                policy.id,
                self._sql_not_queued() if started else SQL("TRUE"),
                CHANGES_SIZE,
            )
        )
        changes = [row[0] for row in self.env.cr.fetchall()]
        if not changes:
            return False
        kinds = self.env["customer.playbook.trigger"]._triggers()
        for playbook in started:
            if playbook.trigger in kinds and kinds[playbook.trigger].kind == "transition":
                self._enter_guarded(playbook, policy, changes)
        self.env.cr.execute(
            SQL("UPDATE customer_segmentation_transition SET processed = TRUE WHERE id = ANY(%s)", changes)
        )
        self.env["customer.segmentation.transition"].invalidate_model(["processed"])
        return True

    def _sql_not_queued(self):
        return SQL(
            """NOT EXISTS (SELECT FROM customer_segmentation_queue queued
                            WHERE queued.partner_id = profile.partner_id AND queued.company_id = profile.company_id)"""
        )

    def _enter_guarded(self, playbook, policy, changes=None):
        """Let customers in by changes, or by today's states; what is wrong with one playbook concerns only it."""
        entrance, today = self.env["customer.playbook.entrance"], policy._today()
        with self._guarded(playbook):
            if changes is None:
                query = entrance._query_candidates_of_states(playbook, policy, today)
            else:
                query = entrance._query_candidates_of_changes(playbook, policy, today, changes)
            self.env.cr.execute(query)
            self._enter(playbook, policy, self.env.cr.fetchall())

    # ------------------------------------------------------------------ 3 enter from states

    def _states_batch(self, policy):
        """Once a day in the time zone of the policy, one playbook after the other in one transaction."""
        today = policy._today()
        progress = self.env["customer.playbook.state"].search([("policy_id", "=", policy.id)])
        if progress.states_date == today:
            return False
        kinds, started = self.env["customer.playbook.trigger"]._triggers(), self._started_in(policy)
        started.filtered("problem").problem = False  # another try every day
        for playbook in started:
            if playbook.trigger in kinds and kinds[playbook.trigger].kind == "state":
                self._enter_guarded(playbook, policy)
        progress.states_date = today
        return True

    # ------------------------------------------------------------------ when a playbook is started

    def _enter_now(self, playbooks, policy):
        """Let in who is in the state at this moment: the decision of whoever starts the playbooks.

        :raise UserError: while it is not known who that is
        """
        self._check_nobody_waits(policy)
        here = self.with_env(policy.env)
        for playbook in playbooks.with_env(policy.env):
            rows = here.env["customer.playbook.entrance"]._candidate_rows_now(playbook, policy.company_id)
            here._enter(playbook, policy, rows)

    def _check_nobody_waits(self, policy):
        """Who waits to be scored comes into no playbook; whoever starts one with all of today means them, too."""
        if not self.env["customer.segmentation.queue"].sudo()._refresh_waiting(policy):
            raise UserError(
                self.env._(
                    "Customers of %s are being scored at the moment, so it is not known yet who is in this state. "
                    "Start the playbook again in a few minutes, or without those who are in it now.",
                    policy.company_id.name,
                )
            )

    # ------------------------------------------------------------------ entries

    def _enter(self, playbook, policy, rows):
        """Write the entries of candidates; the database refuses a second one of the same customer or cause.

        :param rows: (profile, contact, value, cause, transition)
        """
        from ...scoring.control import is_control  # NumPy is loaded by the job only

        if not rows:
            return
        controls = is_control(playbook.sudo().seed or "", [row[1] for row in rows], playbook.control_share / 100)
        profiles = self.env["customer.segmentation.profile"].browse([row[0] for row in rows])
        responsible = self.env["customer.playbook.responsible"]._responsibles(playbook, policy, profiles)
        now, today, company = fields.Datetime.now(), policy._today(), policy.company_id.id
        self.env.cr.execute_values(
            """INSERT INTO customer_playbook_entry
                      (playbook_id, profile_id, partner_id, company_id, value, cause, transition_id, treatment, state,
                       user_id, entered_on, entered_at, create_uid, write_uid, create_date, write_date)
               VALUES %s ON CONFLICT DO NOTHING""",
            [
                (
                    playbook.id,
                    profile,
                    partner,
                    company,
                    value or 0,
                    cause,
                    transition,
                    "control" if control else "treated",
                    "control" if control else "waiting",
                    None if control else responsible[profile].id,
                    today,
                    now,
                    self.env.uid,
                    self.env.uid,
                    now,
                    now,
                )
                for (profile, partner, value, cause, transition), control in zip(rows, controls, strict=True)
            ],
        )
        self.env["customer.playbook.entry"].invalidate_model()
        playbook.invalidate_recordset(["entry_ids", "entry_count", "open_count", "waiting_count", "control_count"])

    # ------------------------------------------------------------------ 4 fill free places

    def _assign_batch(self, policy):
        """Waiting entries follow their responsible; what lies on the desk of somebody who left waits again."""
        entries = self.env["customer.playbook.entry"].with_context(active_test=False)
        of_company = [("company_id", "=", policy.company_id.id)]
        entries.search([*of_company, ("state", "=", "open"), ("user_id.active", "=", False)])._release()
        waiting = entries.search([*of_company, ("state", "=", "waiting")])
        for playbook, found in waiting.grouped("playbook_id").items():
            responsible = self.env["customer.playbook.responsible"]._responsibles(playbook, policy, found.profile_id)
            moved = found.filtered(lambda entry, now=responsible: entry.user_id != now[entry.profile_id.id])
            for user, of_user in moved.grouped(lambda entry, now=responsible: now[entry.profile_id.id]).items():
                of_user.user_id = user
        return False

    def _fill_batch(self, policy):
        """Give free places to waiting entries, those with most at stake first.

        :return: whether a place was given
        """
        at_customer, chosen = {}, []
        for entry_id, *desk, open_count in self.env.execute_query(self._query_next(policy)):
            already = at_customer.setdefault(tuple(desk), open_count)
            if already < policy.playbook_capacity_customer:
                at_customer[tuple(desk)] += 1
                chosen.append(entry_id)
        for playbook, entries in self.env["customer.playbook.entry"].browse(chosen).grouped("playbook_id").items():
            with self._guarded(playbook):
                self.env["customer.playbook.action"]._act(playbook, policy, entries)
        return chosen

    def _query_next(self, policy):
        """`entry, contact, person, entries the person has open of the contact` of those who fit on their desk.

        Those with most at stake first, of equal ones the most valuable. Without an activity no place is needed.
        """
        worth_a_call = self.env["customer.playbook.consistency"]._sql_worth_a_call(policy, policy._today())
        return SQL(
            """WITH taken AS (SELECT entry.user_id, entry.partner_id FROM customer_playbook_entry entry
                               WHERE entry.company_id = %(company)s AND entry.state = 'open'),
                    of_person AS (SELECT user_id, count(*) AS count FROM taken GROUP BY user_id),
                    of_customer AS (SELECT partner_id, user_id, count(*) AS count FROM taken GROUP BY 1, 2),
                    queue AS (
                        SELECT entry.id, entry.partner_id, entry.user_id, entry.value, %(order)s AS score,
                               placeless.holds AS placeless, COALESCE(of_customer.count, 0) AS at_customer,
                               row_number() OVER (PARTITION BY entry.user_id, placeless.holds
                                                  ORDER BY %(order)s DESC, entry.value DESC, entry.id) AS place
                          FROM customer_playbook_entry entry
                          JOIN customer_playbook playbook ON playbook.id = entry.playbook_id AND playbook.active
                                                AND playbook.problem IS NULL
                          JOIN customer_segmentation_profile profile ON profile.id = entry.profile_id
                          LEFT JOIN of_customer ON of_customer.partner_id = entry.partner_id
                                               AND of_customer.user_id = entry.user_id
                          CROSS JOIN LATERAL (
                               SELECT playbook.action_kind = 'none' OR (COALESCE(playbook.send_mail, FALSE)
                                      AND playbook.mail_template_id IS NOT NULL AND NOT %(worth_a_call)s)
                               ) placeless(holds)
                         WHERE entry.company_id = %(company)s AND entry.state = 'waiting'
                           AND entry.user_id IS NOT NULL
                           AND (placeless.holds
                                OR COALESCE(of_customer.count, 0) < %(capacity_customer)s))
               SELECT queue.id, queue.partner_id, queue.user_id,
                      CASE WHEN queue.placeless THEN -1000000 ELSE queue.at_customer END
                 FROM queue LEFT JOIN of_person ON of_person.user_id = queue.user_id
                WHERE queue.placeless
                   OR queue.place <= %(capacity_person)s - COALESCE(of_person.count, 0)
                ORDER BY queue.score DESC, queue.value DESC, queue.id LIMIT %(size)s""",
            order=policy._sql_playbook_order(),
            worth_a_call=worth_a_call,
            company=policy.company_id.id,
            capacity_person=policy.playbook_capacity_person,
            capacity_customer=policy.playbook_capacity_customer,
            size=FILL_SIZE,
        )

    # ------------------------------------------------------------------ 5 tell people

    def _announce_batch(self, policy):
        """Tell one responsible, once a day, what came on the desk since the last time."""
        today = policy._today()
        rows = self.env.execute_query(
            SQL(
                """SELECT news.user_id FROM customer_playbook_entry news
                    WHERE news.company_id = %s AND news.state = 'open' AND news.announced_on IS NULL
                      AND NOT EXISTS (SELECT FROM customer_playbook_entry told
                                       WHERE told.user_id = news.user_id AND told.announced_on >= %s)
                    GROUP BY news.user_id ORDER BY news.user_id LIMIT 1""",
                policy.company_id.id,
                today,
            )
        )
        if not rows or not rows[0][0]:
            return False
        news = self.env["customer.playbook.entry"].search(
            [
                ("company_id", "=", policy.company_id.id),
                ("state", "=", "open"),
                ("announced_on", "=", False),
                ("user_id", "=", rows[0][0]),
            ]
        )
        news.announced_on = today
        self._send_digest(self.env["res.users"].browse(rows[0][0]), news)
        return True

    def _send_digest(self, user, entries):
        speaking = self.with_context(lang=language_of(self.env, user))
        counts = [
            (playbook.name, len(of_playbook))
            for playbook, of_playbook in entries.with_env(speaking.env).grouped("playbook_id").items()
        ]
        body = speaking.env["ir.qweb"]._render("customer_segmentation.playbook_digest", {"counts": counts})
        speaking.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            body=body,
            subject=speaking.env._("New on your desk from playbooks: %s", len(entries)),
        )
