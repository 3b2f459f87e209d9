"""Who may work on the customers of a company: one run, one review or one manager at a time.

_lock(policies)                  have their customers to ourselves until the next commit, or give up
_mark_changed(policies)          who looked at the customers before our commit is refused
_lock_for_decision(policy)       the same for what a user decides, who is told to wait
"""

import psycopg2

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL

from ...tools.locks import lock_refused


class CustomerSegmentationLock(models.AbstractModel):
    _name = "customer.segmentation.lock"
    _description = "Lock of the Customers of a Company"

    @api.model
    def _lock(self, policies):
        """Have the customers of these companies to ourselves until the next commit.

        :raise LockError: when a run, a review or a manager works on them, or did since this transaction began to look:
            what it sees is too old to go on from
        """
        with lock_refused(self.env):
            self.env.cr.execute(
                SQL(
                    "SELECT FROM customer_segmentation_policy WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE NOWAIT",
                    policies.ids,
                ),
                log_exceptions=False,
            )
        policies.invalidate_recordset()

    @api.model
    def _mark_changed(self, policies):
        """Make the locks of runs and reviews refuse everybody who looked at the customers before this is committed."""
        self.env.cr.execute(
            SQL("UPDATE customer_segmentation_policy SET active = active WHERE id = ANY(%s)", policies.ids)
        )

    @api.model
    def _has_run(self, policies, *states):
        """Whether a run of these policies is in one of some states."""
        domain = [("policy_id", "in", policies.ids), ("kind", "=", "live"), ("state", "in", states)]
        return bool(self.env["customer.segmentation.run"].sudo().search_count(domain, limit=1))

    @api.model
    def _lock_for_decision(self, policy):
        """Lock for what a user decides. While a run writes what it computed before, it would undo the decision."""
        try:
            self._lock(policy)
        except LockError as error:
            if isinstance(error.__cause__, psycopg2.errors.SerializationFailure):
                raise error.__cause__ from None  # Odoo tries the whole request again
            self._refuse_while_running(policy, error)
        if self._has_run(policy, "running"):
            self._refuse_while_running(policy)

    @api.model
    def _refuse_while_running(self, policy, error=None):
        raise UserError(
            self.env._(
                "The customers of %s are being recomputed at this moment. Wait until it is finished.",
                policy.company_id.sudo().name,
            )
        ) from error
