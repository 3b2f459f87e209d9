"""Activities of playbooks: found by a filter, and answered where they are marked done."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MailActivity(models.Model):
    _inherit = "mail.activity"

    from_playbook = fields.Boolean(
        compute="_compute_from_playbook",
        search="_search_from_playbook",
        string="From Playbooks",
        help="A playbook of Customer Segmentation asked for this activity.",
    )

    @api.depends("customer_playbook_entry_id")
    def _compute_from_playbook(self):
        for activity in self:
            activity.from_playbook = bool(activity.sudo().customer_playbook_entry_id)

    @api.model
    def _search_from_playbook(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = Domain("id", "in", self.sudo()._search([("customer_playbook_entry_id", "!=", False)], active_test=False))
        return Domain.OR(own if wanted else ~own for wanted in value)

    def action_answer_playbook(self):
        """Ask what came of it."""
        self.ensure_one()
        self.check_access("read")
        entry = self.sudo().customer_playbook_entry_id
        if not entry:
            raise UserError(self.env._("No playbook asked for this activity: mark it done instead."))
        action = entry.with_env(self.env).action_answer()
        action["context"]["default_activity_id"] = self.id
        return action

    def _to_store_defaults(self, target):
        return [*super()._to_store_defaults(target), "from_playbook"]
