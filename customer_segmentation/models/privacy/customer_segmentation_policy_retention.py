"""How long the history of customers is kept: what is older is deleted once a day, with Odoo's other cleaning.

Deleted are changes of profiles and closed entries of playbooks. Kept is what something still waits for: changes that
automation has not dealt with, open entries, entries whose effect is still being measured, and of each customer the last
entry of a playbook at work, without which it would begin anew.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

BATCH_SIZE = 10_000  # about a second
LONGEST_MONTHS = 600


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    retention_months = fields.Integer(
        string="Keep History for (Months)",
        required=True,
        default=36,
        help="Changes of customers (segment, tier, class, stage) and finished follow-ups of playbooks are deleted "
        "after so many months. What is still open or being measured is kept until it is finished. 0: kept for ever.",
    )

    @api.constrains("retention_months")
    def _check_retention(self):
        for policy in self:
            if not 0 <= policy.retention_months <= LONGEST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "History is kept for %(months)s months; type 1 to %(longest)s months, or 0 to keep it for "
                        "ever.",
                        months=policy.retention_months,
                        longest=LONGEST_MONTHS,
                    )
                )

    def _kept_since(self):
        """The first day whose history is kept; nothing when all of it is."""
        months = self.retention_months
        return self._today() - relativedelta(months=months) if months else None

    # ------------------------------------------------------------------ cleaning

    @api.autovacuum
    def _gc_history(self):
        """Delete the next batch of history that is too old, of every company.

        :return: how much was deleted, and whether there may be more
        """
        limited = self.sudo().search([("retention_months", ">", 0)], order="id")
        # Entries first: a change is kept as long as an entry refers to it.
        deleted = [delete() for policy in limited for delete in (policy._delete_entries, policy._delete_transitions)]
        return sum(deleted), int(any(count == BATCH_SIZE for count in deleted))

    def _delete_entries(self):
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
                company=self.company_id.id,
                since=self._kept_since(),
                today=self._today(),
                limit=BATCH_SIZE,
                last_of_playbook_at_work=self._sql_last_of_playbook_at_work(),
            )
        )
        return self._forget(["customer.playbook.entry", "mail.activity"])

    def _sql_last_of_playbook_at_work(self):
        """Whether an entry is the last of its customer in a playbook that is started in the company."""
        return SQL(
            """entry.profile_id IS NOT NULL
               AND EXISTS (SELECT FROM customer_playbook_started_company_rel started
                            WHERE started.customer_playbook_id = playbook.id AND started.res_company_id = %s)
               AND NOT EXISTS (SELECT FROM customer_playbook_entry later
                                WHERE later.playbook_id = entry.playbook_id AND later.profile_id = entry.profile_id
                                  AND (later.entered_on, later.id) > (entry.entered_on, entry.id))""",
            self.company_id.id,
        )

    def _delete_transitions(self):
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
                self.company_id.id,
                self._kept_since(),
                BATCH_SIZE,
            )
        )
        return self._forget(["customer.segmentation.transition", "customer.segmentation.profile"])

    def _forget(self, models_changed):
        """How many rows the last statement deleted; the cache does not know of it."""
        count = self.env.cr.rowcount
        for name in models_changed if count else ():
            self.env[name].invalidate_model(flush=False)
        return count
