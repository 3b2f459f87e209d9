"""Customers to rescore between two runs.

Insert-only and without a unique key: an upsert would make two orders of one customer wait for each other. The refresh
job takes the rows of a company, rescores their customers with the cut points of the last run, and deletes the rows.
"""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

from ...tools.context import plain
from ...tools.jobs import start_job
from ...tools.locks import wait_briefly

_logger = logging.getLogger(__name__)

BATCH_SIZE = 1_000
REMEMBERED = "customer_segmentation.documents"
RECOMPUTE_FROM = 5_000  # so many customers are recomputed faster by a whole run


class CustomerSegmentationQueue(models.Model):
    _name = "customer.segmentation.queue"
    _description = "Customer to Refresh"
    _order = "id"
    _log_access = False
    _customer_path = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    # The run that sees to the customer; until it is over it is not known what the customer is.
    run_id = fields.Many2one("customer.segmentation.run", readonly=True, ondelete="cascade", index="btree_not_null")

    since = fields.Date(readonly=True, help="The first day whose purchases may have changed; empty for any day.")

    # ------------------------------------------------------------------ who is queued

    @api.model
    def _enqueue(self, partners, company):
        """Have customers rescored within a minute.

        :param partners: any contacts of the customers
        :param company: the company or branch of the document that changed
        """
        if partners and company:
            partners.flush_recordset(["commercial_partner_id"])
            self._insert(SQL("SELECT unnest(%s::int[]), %s, NULL::date", partners.ids, company.id))

    @api.model
    def _enqueue_everywhere(self, partners):
        """Have customers rescored in every company that knows them."""
        for policy in self.env["customer.segmentation.policy"].sudo().search([]):
            self._enqueue(partners, policy.company_id)

    @api.model
    def _remember(self, documents, leaving=()):
        """Documents of purchases changed: their customers are queued once, when the transaction ends.

        :param documents: those whose customers of then are meant
        :param leaving: those whose customers of now are meant, too: the documents may not be theirs afterwards
        """
        if not documents and not leaving:
            return
        precommit = self.env.cr.precommit
        if REMEMBERED not in precommit.data:
            precommit.data[REMEMBERED] = {"documents": {}, "customers": set()}
            precommit.add(self._enqueue_remembered)
        remembered = precommit.data[REMEMBERED]
        remembered["documents"].setdefault(documents._name, set()).update(documents.ids)
        if leaving:
            remembered["customers"].update(self.env.execute_query(leaving._sql_counted_for()))

    @api.model
    def _enqueue_remembered(self):
        remembered = self.env.cr.precommit.data.pop(REMEMBERED)
        sources = [
            self.env[name].browse(ids)._sql_counted_for() for name, ids in remembered["documents"].items() if ids
        ]
        if remembered["customers"]:
            columns = map(list, zip(*remembered["customers"], strict=True))
            sources.append(SQL("SELECT unnest(%s::int[]), unnest(%s::int[]), unnest(%s::date[])", *columns))
        if sources:
            self._insert(SQL(" UNION ALL ").join(sources))

    @api.model
    def _insert(self, counted_for):
        """Queue the customers of these contacts in the root companies, and have the scheduled action start.

        A contact that was a customer itself until it moved into a company has a profile to empty.

        :param counted_for: a SELECT of contact, company or branch, and the first day that may have changed
        """
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO customer_segmentation_queue (partner_id, company_id, since)
                   SELECT customer.id, split_part(branch.parent_path, '/', 1)::int,
                          CASE WHEN COUNT(*) = COUNT(counted.since) THEN MIN(counted.since) END
                     FROM (%s) counted (partner_id, company_id, since)
                     JOIN res_partner contact ON contact.id = counted.partner_id
                     JOIN res_company branch ON branch.id = counted.company_id
                    CROSS JOIN unnest(ARRAY[contact.id, contact.commercial_partner_id]) customer (id)
                    WHERE customer.id IS NOT NULL
                    GROUP BY 1, 2
                RETURNING id""",
                counted_for,
            )
        )
        if rows:
            self._trigger_refresh()

    @api.model
    def _trigger_refresh(self):
        """Start the scheduled action a moment later, not now.

        That spares the caller the call of the scheduler, which looks every minute anyway.
        """
        start_job(self.env, "customer_segmentation.ir_cron_refresh", fields.Datetime.now() + timedelta(seconds=1))

    # ------------------------------------------------------------------ scheduled action

    @api.model
    def _cron_refresh(self):
        """Rescore the queued customers, a batch of one company at a time."""
        cron = self.env["ir.cron"]
        policies = self._policies_with_work()
        cron._commit_progress(remaining=len(policies))
        for policy in policies:
            while self._refresh_batch(policy):
                if not cron._commit_progress(1, remaining=len(self._policies_with_work())):
                    return

    @api.model
    def _policies_with_work(self):
        """Policies with queued customers; those whose run is at work are left alone, it triggers us at its end."""
        companies = [company for (company,) in self._read_group([("run_id", "=", False)], ["company_id"])]
        policies = self.env["customer.segmentation.policy"]._at_work()
        policies = policies.filtered(lambda policy: policy.company_id in companies)
        return policies - self.env["customer.segmentation.run"]._open_runs("live").policy_id

    @api.model
    def _refresh_batch(self, policy):
        """Rescore up to `BATCH_SIZE` queue rows of one company.

        :return: how many rows were seen to; 0 when none is left or the company is busy
        """
        try:
            # First of all: what is read after it cannot be older than the run that held the lock before us.
            self.env["customer.segmentation.lock"]._lock(policy)
        except LockError:
            return 0
        rows = self._next_rows(policy)
        if not rows or not policy._is_at_work() or self.env["customer.segmentation.run"]._works_on(policy):
            return 0
        cut_points = policy.last_run_id.cut_points
        if self._needs_whole_run(policy, cut_points, len(rows)):
            return self._leave_to_run(policy)
        ids, days, *contacts = zip(*rows, strict=True)
        customers = sorted({customer for of_row in contacts for customer in of_row if customer})
        wait_briefly(self.env)
        try:
            with self.env.cr.savepoint():
                self.env["customer.segmentation.profile"]._refresh(policy, customers, cut_points)
        except psycopg2.errors.LockNotAvailable:  # somebody holds what is to be written: again in a minute
            self.env.invalidate_all(flush=False)
            self._trigger_refresh()
            return 0
        except Exception:  # whatever it is, one company must not stop the others
            company = policy.company_id.name
            _logger.warning("Customers of %s could not be refreshed: a run follows", company, exc_info=True)
            return self._leave_to_run(policy)
        self.env["customer.segmentation.profile"]._customers_rescored(policy.company_id, customers)
        if None in days or min(days) < policy._today():
            self.env["customer.transaction"]._past_changed(policy.company_id)
        self._forget_rows(list(ids))
        self.env["customer.playbook.engine"]._wake()
        return len(rows)

    @api.model
    def _next_rows(self, policy):
        """Up to `BATCH_SIZE` rows of a company: identifier, first day, contact, and the customer it belongs to."""
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return self.env.execute_query(
            SQL(
                """SELECT queue.id, queue.since, queue.partner_id, contact.commercial_partner_id
                     FROM customer_segmentation_queue queue
                     JOIN res_partner contact ON contact.id = queue.partner_id
                    WHERE queue.company_id = %s AND queue.run_id IS NULL ORDER BY queue.id LIMIT %s""",
                policy.company_id.id,
                BATCH_SIZE,
            )
        )

    @api.model
    def _forget_rows(self, ids):
        self.env.cr.execute(SQL("DELETE FROM customer_segmentation_queue WHERE id = ANY(%s)", ids))
        self.invalidate_model()

    @api.model
    def _waiting_domain(self, policy):
        return [("company_id", "=", policy.company_id.id), ("run_id", "=", False)]

    @api.model
    def _refresh_waiting(self, policy):
        """Rescore whoever waits in a company here and now, for a decision that must not leave them out.

        :return: whether all are scored; not while the company is busy, or a run is to see to them
        """
        while plain(self)._refresh_batch(plain(policy)):
            pass
        at_work = self.env["customer.segmentation.run"]._works_on(policy)
        return not at_work and not self.search_count([("company_id", "=", policy.company_id.id)], limit=1)

    @api.model
    def _leave_to_run(self, policy):
        """A whole run sees to all waiting customers of the company, or says why it cannot.

        :return: how many rows are left to it
        """
        rows = self.search(self._waiting_domain(policy))
        rows.run_id = policy._queue_run()
        return len(rows)

    @api.model
    def _forget_run(self, run):
        """Who was left to a run does not wait any more when it is over, be it done or given up."""
        self.search([("run_id", "=", run.id)]).unlink()

    @api.model
    def _needs_whole_run(self, policy, cut_points, taken):
        """Whether cut points for single customers are missing or old, or so many wait that a run is faster.

        :param taken: the number of rows of this batch
        """
        if not self.env["customer.segmentation.engine"]._can_refresh_by(cut_points) or policy.rules_changed:
            return True
        if taken < BATCH_SIZE:
            return False
        return self.search_count(self._waiting_domain(policy), limit=RECOMPUTE_FROM) == RECOMPUTE_FROM
