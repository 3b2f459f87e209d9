"""One recompute of one root company: what happens, and in what order.

    _cron_recompute()     the scheduled action: makes today's runs, then takes every open run step by step, live first
    recompute()           of the policy: the same steps at once, for who waits for the answer
      ▼
    _step()               one resumable stage; the caller commits after it
      ├─ pending:  _stage()    facts → scores → staging table, cut points on the run
      ├─ running:  _write()    the next chunk of staged rows → profiles and transitions
      │            _remove()   the next profiles of customers who were excluded or archived
      └─           _finish()   when nothing is left to write or remove

Another addon has its say in `_before_scoring()`, `_scored()`, `_finished()` and `_after_step()`; one that brings
another kind of run takes its steps in `_advance()`.

A run that is killed is found again in state "running" and goes on with the next chunk. When the rules were changed
since it staged its rows, it stages them anew: they may name segments and tiers that are gone. A run that fails is
"failed" with the reason, its staged rows are dropped: every customer is wholly old or wholly new, the next run
completes it.
One run at a time works on a company: each step locks the policy.
"""

import logging
from contextlib import contextmanager

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL, format_date

from ...tools.context import plain
from ...tools.locks import lock_refused, wait_briefly
from ...tools.people import language_of
from ...tools.words import listed

_logger = logging.getLogger(__name__)

MAXIMUM_ATTEMPTS = 3


class CustomerSegmentationRun(models.Model):
    _name = "customer.segmentation.run"
    _description = "Customer Segmentation Run"
    _order = "id desc"
    _chunk_size = 10_000  # about a second of writing
    _open_states = ("pending", "running")

    policy_id = fields.Many2one(
        "customer.segmentation.policy", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", string="Company", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_version = fields.Integer(readonly=True, help="The version of the policy the run scored by.")
    as_of = fields.Date(required=True, readonly=True, help="The day the customers are scored as of.")
    kind = fields.Selection([("live", "Live")], default="live", required=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    progress = fields.Float(readonly=True, help="Percentage of the customers compared with their profiles.")
    customer_count = fields.Integer(readonly=True, string="Customers", help="Customers with a purchase, ever.")
    changed_count = fields.Integer(readonly=True, string="Changed", help="Profiles this run wrote.")
    left_out_count = fields.Integer(
        readonly=True, string="Left Out", help="Purchases and refunds that could not be counted; open them to see why."
    )
    # Large, and of most runs nobody reads it.
    cut_points = fields.Json(
        readonly=True, prefetch=False, help="All that scoring one customer between two runs needs."
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    duration = fields.Float(compute="_compute_duration", string="Duration (s)", help="From start to end, in seconds.")
    message = fields.Text(readonly=True, help="Why the run failed, or what to know about its result.")
    nightly = fields.Boolean(readonly=True, help="The run that comes by itself once a day, whatever is asked by hand.")
    staged_count = fields.Integer(readonly=True)
    written_until = fields.Integer(readonly=True, help="The customer up to which staged rows are written.")
    attempts = fields.Integer(readonly=True)
    transition_ids = fields.One2many("customer.segmentation.transition", "run_id", string="Changes", readonly=True)
    transition_count = fields.Integer(
        compute="_compute_transition_count",
        string="Movements",
        help="Customers who moved to another segment or ABC class.",
    )
    limits = fields.Html(
        compute="_compute_limits", sanitize=False, help="What a customer needed for each score and class."
    )

    @api.depends("cut_points", "currency_id")
    @api.depends_context("lang")
    def _compute_limits(self):
        limits = self.env["customer.segmentation.limits"]
        for run in self:
            run.limits = limits._as_html(run)

    @api.constrains("as_of")
    def _check_as_of(self):
        """Nobody, whichever way a run is made, scores customers as of a day that has not come yet."""
        for run in self:
            self.env["customer.segmentation.recompute"]._check_can_be_scored(run.policy_id, run.as_of)

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for run in self:
            both = run.started_at and run.finished_at
            run.duration = (run.finished_at - run.started_at).total_seconds() if both else 0

    @api.depends("transition_ids")
    def _compute_transition_count(self):
        counts = dict(
            self.env["customer.segmentation.transition"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.transition_count = counts.get(run, 0)

    @api.depends("as_of", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = listed(self.env, [run.sudo().company_id.name, format_date(self.env, run.as_of)])

    # ------------------------------------------------------------------ who calls

    @api.model
    def _cron_recompute(self):
        """Scheduled action: today's run of every policy, and every run that waits or was interrupted."""
        cron = self.env["ir.cron"]
        self._queue_due_runs()
        cron._commit_progress(remaining=len(self._open_runs()))
        busy = self.browse()
        while run := (self._open_runs() - busy)[:1]:
            if not run._step():
                busy |= run
                continue
            run._after_step()
            # What remains is taken up in the next call, after other scheduled actions had their turn.
            if not cron._commit_progress(1, remaining=len(self._open_runs())):
                return

    @api.model
    def _queue_due_runs(self):
        """One run a day for every policy, whatever came of it and whatever is asked for by hand."""
        for policy in self.env["customer.segmentation.policy"]._at_work():
            of_today = [("policy_id", "=", policy.id), ("nightly", "=", True), ("as_of", "=", policy._today())]
            if not self.search_count(of_today, limit=1):
                self.env["customer.segmentation.recompute"]._waiting_run(policy, policy._today()).nightly = True

    @api.model
    def _open_runs(self, *kinds):
        """Runs that wait or are at work, live ones first: no other kind keeps them waiting."""
        kinds = kinds or [kind for kind, _label in self._fields["kind"].selection]
        runs = self.search([("state", "in", self._open_states), ("kind", "in", kinds)], order="kind, id")
        return runs.filtered(lambda run: run.policy_id._is_at_work())

    @api.model
    def _works_on(self, policy):
        """Whether a live run of a policy waits or is at work."""
        domain = [("policy_id", "=", policy.id), ("state", "in", self._open_states), ("kind", "=", "live")]
        return bool(self.search_count(domain, limit=1))

    def _after_step(self):
        """The scheduled action took the run a step further; an addon queues what comes next."""

    def _execute(self):
        """All steps in this transaction. An interrupted run of the company is completed first."""
        for run in plain(self).sudo():
            interrupted = run.search(
                [
                    ("policy_id", "=", run.policy_id.id),
                    ("kind", "=", "live"),
                    ("state", "=", "running"),
                    ("id", "!=", run.id),
                ],
                order="id",
            )
            for opened in interrupted + run:
                while opened.state in self._open_states:
                    if not opened._step():
                        raise UserError(
                            self.env._(
                                "The customers of %s are being recomputed at this moment. Wait until it is finished.",
                                run.company_id.sudo().name,
                            )
                        )

    # ------------------------------------------------------------------ one step

    def _step(self):
        """Take the run one stage further; the caller commits.

        :return: whether something was done; False when somebody else works on this company
        """
        self.ensure_one()
        try:
            self._lock_company()
            wait_briefly(self.env)
            with self._guarded():
                if self.state in self._open_states:
                    self._advance()
        except LockError:
            self.env.invalidate_all(flush=False)
            return False
        return True

    def _advance(self):
        if self.state == "pending" or not self._has_staged_rows() or self.policy_version != self.policy_id.version:
            self._stage()
        elif not self._write() and not self._remove():
            self._finish()

    def _lock_company(self):
        """Have the policy and the run to ourselves until the next commit.

        :raise LockError: when somebody else works on them, or did since this transaction began to look: what it sees
            is too old to go on from
        """
        statement = SQL(
            """SELECT FROM customer_segmentation_policy policy
                 JOIN customer_segmentation_run run ON run.policy_id = policy.id
                WHERE run.id = %s FOR NO KEY UPDATE NOWAIT""",
            self.id,
        )
        with lock_refused(self.env):
            self.env.cr.execute(statement, log_exceptions=False)
        self.invalidate_recordset()

    @contextmanager
    def _guarded(self):
        """Undo the step that fails and note why, so that other companies' runs go on."""
        try:
            with self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except psycopg2.errors.LockNotAvailable as error:
            raise LockError(str(error)) from error  # whoever holds what is to be written: come back later
        except psycopg2.Error as error:
            # Somebody changed the same customer at the same moment: another try sees their change.
            _logger.info("Run %s, step undone: %s", self.id, error)
            self.env.invalidate_all()
            self._fail_or_retry(error)
        except Exception as error:  # whatever it is, the run says it
            _logger.warning("Run %s of %s failed", self.id, self.company_id.sudo().name, exc_info=True)
            self.env.invalidate_all()
            self._fail(error)

    def _fail_or_retry(self, error):
        if self.attempts + 1 >= MAXIMUM_ATTEMPTS:
            self._fail(error)
        else:
            self.attempts += 1

    def _fail(self, error):
        self._let_go()
        self.write(
            {"state": "failed", "finished_at": fields.Datetime.now(), "message": str(error) or type(error).__name__}
        )
        self.env["customer.segmentation.failure"]._tell(self.policy_id, self._job(), self.message)
        self._notify()

    def _job(self):
        """What people are told of when it fails, one of the names of jobs."""
        return "recompute"

    # ------------------------------------------------------------------ stages

    def _stage(self):
        """Compute every customer of the company and stage the rows; nothing a user sees changes."""
        self.env["customer.segmentation.staging"]._fit_staging()
        self._drop_staged_rows()
        policy, as_of = self.policy_id, self.as_of
        self.env["customer.segmentation.lock"]._mark_changed(policy)
        self._before_scoring()
        self.write(
            {
                "state": "running",
                "started_at": self.started_at or fields.Datetime.now(),
                "written_until": 0,
                "policy_version": policy.version,
                "progress": 0,
            }
        )
        transactions, left_out_count = self.env["customer.transaction"]._read_transactions(policy, as_of)
        scoring = self.env["customer.segmentation.engine"]._score(policy, transactions, as_of)
        staging = self.env["customer.segmentation.staging"]
        staging._stage_scores(self.id, scoring)
        staging._stage_customers_without_purchase(self.id, policy.company_id, as_of)
        self.write(
            {
                "cut_points": scoring.cut_points,
                "customer_count": len(scoring.facts),
                "staged_count": staging._count(self.id),
                "left_out_count": left_out_count,
                "message": self._messages_of(scoring),
                **self._scored(scoring),
            }
        )

    def _before_scoring(self):
        """The run has begun and changed nothing yet: profiles are as the last one left them."""

    def _scored(self, scoring):
        """What an addon has the run keep of a scoring: values of its fields by name."""
        return {}

    def _messages_of(self, scoring):
        """What to know about the result, or nothing."""
        if scoring.facts.empty:
            return self.env._("No purchases yet: confirm a sales order or import purchases.")
        return "\n".join(self.env["customer.segmentation.engine"]._messages(scoring)) or False

    def _write(self):
        """Write the next chunk of staged rows.

        :return: whether there was one
        """
        written = self.env["customer.segmentation.writer"]._write_staged_rows(
            self, self.written_until, self._chunk_size
        )
        if not written.last_partner_id:
            return False
        self.write(
            {
                "written_until": written.last_partner_id,
                "attempts": 0,
                "changed_count": self.changed_count + written.changed_count,
                "progress": min(99.0, self.progress + 100.0 * written.row_count / max(self.staged_count, 1)),
            }
        )
        return True

    def _remove(self):
        """Delete the next profiles of customers nothing is computed about any more.

        :return: how many there were
        """
        removal = self.env["customer.segmentation.removal"]
        removed_count = removal._remove_left_aside(self.company_id, limit=self._chunk_size)
        if removed_count:
            self.write({"attempts": 0, "changed_count": self.changed_count + removed_count})
        return removed_count

    def _finish(self):
        self._drop_staged_rows()
        self.env["customer.segmentation.queue"]._forget_run(self)
        self.write({"state": "done", "progress": 100, "finished_at": fields.Datetime.now()})
        self.policy_id.last_run_id = self
        self.env["customer.segmentation.profile"]._customers_rescored(self.company_id)
        self.env["customer.segmentation.failure"]._forget(self.policy_id, "recompute")
        self._finished()
        self._notify()

    def _finished(self):
        """All profiles are written: what is to follow; an addon adds its own."""
        self.env["customer.tier.review"]._run_finished(self.policy_id)
        self.env.ref("customer_segmentation.ir_cron_refresh")._trigger()
        self.env["customer.playbook.engine"]._wake()

    # ------------------------------------------------------------------ staged rows

    def _has_staged_rows(self):
        """Whether the staged rows are still there; a crash of the database may have emptied the table."""
        return not self.staged_count or self.env["customer.segmentation.staging"]._has_rows(self.id)

    def _drop_staged_rows(self):
        self.env["customer.segmentation.staging"]._drop(self.id)

    def _let_go(self):
        """Leave things in order when the run ends before it is done."""
        self._drop_staged_rows()
        self.env["customer.segmentation.queue"]._forget_run(self)

    # ------------------------------------------------------------------ people

    def _notify(self):
        """Tell who asked for the run, if anybody did, that it is over."""
        user = self.create_uid.filtered("active")
        if user and user._is_internal() and user != self.env.ref("base.user_root"):
            user._bus_send("simple_notification", self.with_context(lang=language_of(self.env, user))._notification())

    def _notification(self):
        self.ensure_one()
        if self.state == "failed":
            return {
                "type": "danger",
                "sticky": True,
                "title": self.env._("Recompute failed"),
                "message": self.env._(
                    "%(company)s: %(reason)s", company=self.company_id.sudo().name, reason=self.message
                ),
            }
        return {
            "type": "success",
            "title": self.env._("Customers recomputed"),
            "message": self.env._(
                "%(company)s: %(count)s customers scored, %(changed)s changed.",
                company=self.company_id.sudo().name,
                count=self.customer_count,
                changed=self.changed_count,
            ),
        }

    def action_recompute_company(self):
        """Recompute the company the user works in."""
        return self.env["customer.segmentation.policy"].action_recompute_company()

    def action_open_transitions(self):
        """Who moved between segments or ABC classes in this run."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_transitions")
        return dict(action, domain=[("run_id", "=", self.id)])

    def action_cancel(self):
        """Stop a run that waits or is at work; what it wrote so far stays, the next run completes it."""
        self.policy_id._check_manager()
        self.sudo().filtered(lambda run: run.state in self._open_states)._cancel()

    def _cancel(self):
        for run in self:
            try:
                run._lock_company()
            except LockError as error:
                raise UserError(self.env._("The run is writing at this moment; try again in a second.")) from error
            run._let_go()
            run.write({"state": "cancelled", "finished_at": fields.Datetime.now()})

    def action_open_left_out(self):
        """The purchases that cannot be counted, with the reason and a link to each document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_left_out_transactions")
        return dict(action, domain=[("company_id", "=", self.company_id.id), ("problem", "!=", False)])

    def action_open_changed_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_customers")
        return dict(action, domain=[("changed_run_id", "=", self.id)], context={})
