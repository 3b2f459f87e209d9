from odoo import api, models


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    @api.model
    def _close_batch(self, policy):
        """Who was snoozed until today waits for a place again, unless, as for all who wait, the reason is gone."""
        return self._wake_snoozed(policy) or super()._close_batch(policy)

    @api.model
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
