"""How long the history of customers is kept: what is older is deleted once a day, with Odoo's other cleaning.

Deleted are changes of profiles, closed entries of playbooks and rows of My Day. Kept is what something still waits
for: changes that automation has not dealt with, open entries, entries whose effect is still being measured, and of each
customer the last entry of a playbook at work, without which it would begin anew.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

BATCH_SIZE = 10_000  # about a second


class CustomerSegmentationRetention(models.AbstractModel):
    _name = "customer.segmentation.retention"
    _description = "How Long History Is Kept"

    @api.model
    def _kept_since(self, policy):
        """The first day whose history is kept; nothing when all of it is."""
        months = policy.retention_months
        return policy._today() - relativedelta(months=months) if months else None

    @api.autovacuum
    def _gc_history(self):
        """Delete the next batch of history that is too old, of every company.

        :return: how much was deleted, and whether there may be more
        """
        limited = self.env["customer.segmentation.policy"].sudo().search([("retention_months", ">", 0)], order="id")
        # Entries first: a change is kept as long as an entry refers to it.
        deletes = (self._delete_entries, self._delete_transitions, self._delete_desk_rows)
        deleted = [delete(policy) for policy in limited for delete in deletes]
        return sum(deleted), int(any(count == BATCH_SIZE for count in deleted))

    @api.model
    def _delete_entries(self, policy):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_playbook_entry WHERE id IN (
                          SELECT entry.id FROM customer_playbook_entry entry
                            JOIN customer_playbook playbook ON playbook.id = entry.playbook_id
                           WHERE entry.company_id = %(company)s AND entry.entered_on < %(since)s
                             AND COALESCE(entry.closed_on, entry.entered_on) < %(since)s
                             AND entry.state IN ('done', 'cancelled', 'control')
                             AND (entry.snoozed_until IS NULL OR entry.snoozed_until < %(today)s)
                             AND entry.entered_on + playbook.success_days < %(today)s
                             AND NOT (%(last_of_playbook_at_work)s)
                           ORDER BY entry.id LIMIT %(limit)s)""",
                company=policy.company_id.id,
                since=self._kept_since(policy),
                today=policy._today(),
                limit=BATCH_SIZE,
                last_of_playbook_at_work=self._sql_last_of_playbook_at_work(policy),
            )
        )
        return self._forget(["customer.playbook.entry", "mail.activity"])

    @api.model
    def _sql_last_of_playbook_at_work(self, policy):
        """Whether an entry is the last of its customer in a playbook that is started in the company."""
        return SQL(
            """entry.profile_id IS NOT NULL
               AND EXISTS (SELECT FROM customer_playbook_started_company_rel started
                            WHERE started.customer_playbook_id = playbook.id AND started.res_company_id = %s)
               AND NOT EXISTS (SELECT FROM customer_playbook_entry later
                                WHERE later.playbook_id = entry.playbook_id AND later.profile_id = entry.profile_id
                                  AND (later.entered_on, later.id) > (entry.entered_on, entry.id))""",
            policy.company_id.id,
        )

    @api.model
    def _delete_transitions(self, policy):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_segmentation_transition WHERE id IN (
                          SELECT change.id FROM customer_segmentation_transition change
                            JOIN customer_segmentation_run run ON run.id = change.run_id AND run.company_id = %s
                           WHERE change.date < %s AND change.processed
                             AND NOT EXISTS (SELECT FROM customer_playbook_entry entry
                                              WHERE entry.transition_id = change.id)
                           ORDER BY change.id LIMIT %s)""",
                policy.company_id.id,
                self._kept_since(policy),
                BATCH_SIZE,
            )
        )
        return self._forget(["customer.segmentation.transition", "customer.segmentation.profile"])

    @api.model
    def _delete_desk_rows(self, policy):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_desk_row WHERE id IN (
                          SELECT id FROM customer_desk_row WHERE company_id = %s AND day < %s
                             AND (rests_until IS NULL OR rests_until < %s) ORDER BY id LIMIT %s)""",
                policy.company_id.id,
                self._kept_since(policy),
                policy._today(),
                BATCH_SIZE,
            )
        )
        return self._forget(["customer.desk.row"])

    def _forget(self, models_changed):
        """How many rows the last statement deleted; the cache does not know of it."""
        count = self.env.cr.rowcount
        for name in models_changed if count else ():
            self.env[name].invalidate_model(flush=False)
        return count
