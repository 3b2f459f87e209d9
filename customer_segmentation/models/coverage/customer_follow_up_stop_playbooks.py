from odoo import api, models


class CustomerFollowUpStop(models.Model):
    _inherit = "customer.follow.up.stop"

    @api.model
    def _stop(self, profiles, reasons, efforts, cancel_calls):
        """What playbooks want done for these customers is off, whoever's desk it lies on; only e-mails go on."""
        reason = self.env._("Active follow-up of the customer was stopped.")
        entries = profiles.sudo().playbook_entry_ids
        entries.filtered(lambda entry: entry.playbook_id.action_kind != "none")._close("cancelled", reason)
        return super()._stop(profiles, reasons, efforts, cancel_calls)
