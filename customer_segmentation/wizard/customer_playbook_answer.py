from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.playbooks.customer_playbook_entry import ANSWERS
from ..tools.context import by_code


class CustomerPlaybookAnswer(models.TransientModel):
    """What the salesperson says came of an entry of a playbook.

    Whoever has the activity on the desk may answer, also without any right of Customer Segmentation: what is shown
    of the entry is read for them, and `_check_may_answer` decides.
    """

    _name = "customer.playbook.answer"
    _inherit = ["customer.wizard"]
    _description = "What Came of It"

    entry_id = fields.Many2one("customer.playbook.entry", required=True, ondelete="cascade")
    activity_id = fields.Many2one("mail.activity", ondelete="set null")
    customer_name = fields.Char(compute="_compute_entry", string="Customer")
    playbook_name = fields.Char(compute="_compute_entry", string="Playbook")
    is_plan = fields.Boolean(compute="_compute_entry")
    answer = fields.Selection(ANSWERS, required=True, string="What Came of It")
    snoozed_until = fields.Date(
        string="Remind Me on", help="Until this day the playbook leaves the customer alone; then it is your turn again."
    )
    churn_reason_id = fields.Many2one("customer.churn.reason", string="Why")
    note = fields.Char(help="Shown to your colleagues on the customer.")

    @api.depends("entry_id", "activity_id")
    def _compute_entry(self):
        for wizard in self:
            entry = wizard.entry_id._answerable().sudo()
            wizard.customer_name = entry.partner_id.display_name
            wizard.playbook_name = entry.playbook_id.name
            wizard.is_plan = len(entry.activity_ids.filtered("active")) > 1

    def _check_may_refer(self, name, records):
        """An entry is shown to whoever may answer it, also without the right to read entries."""
        if name != "entry_id":
            return super()._check_may_refer(name, records)
        return records._check_may_answer()

    def action_apply(self):
        self.ensure_one()
        snooze, elsewhere = self.answer == "snooze", self.answer in ("elsewhere", "other")
        self._check_complete()
        self.entry_id.with_context(**by_code(answered_activity_id=self.sudo().activity_id.id))._answer(
            self.answer,
            note=self.note,
            until=self.snoozed_until if snooze else None,
            reason=self.churn_reason_id if elsewhere else None,
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_complete(self):
        if self.answer == "snooze":
            if not self.snoozed_until or self.snoozed_until <= fields.Date.context_today(self):
                raise UserError(self.env._("Choose the day on which you want to be reminded, tomorrow or later."))
        if self.answer == "elsewhere" and not self.churn_reason_id:
            raise UserError(self.env._("Choose why the customer buys elsewhere."))
        if self.answer == "other" and not (self.churn_reason_id or self.note):
            raise UserError(self.env._("Choose a reason, or write it down in the note."))
