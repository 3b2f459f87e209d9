from odoo import fields, models

from ..tools.people import language_of


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "customer.engine.fields"]

    customer_playbook_entry_id = fields.Many2one(
        "customer.playbook.entry",
        string="Playbook Entry",
        readonly=True,
        engine_only=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="customer_segmentation.group_user",
        help="The playbook that asked for this activity.",
    )

    def _open_playbook_entries(self):
        entries = self.sudo().customer_playbook_entry_id
        return entries.filtered(lambda entry: entry.state == "open")

    def write(self, vals):
        """A done activity is archived: its entry is done, too. Another person on it is the entry's responsible."""
        entries = self._open_playbook_entries() if vals.keys() & {"active", "user_id"} else None
        result = super().write(vals)
        if entries and "active" in vals and not vals["active"]:
            entries._activities_done()
        if entries and vals.get("user_id"):
            entries.write({"user_id": vals["user_id"]})
            self._say_to_responsible()
        return result

    def _say_to_responsible(self):
        """Write the texts anew for who may not read the amounts that are in them."""
        for activity in self.sudo():
            user, entry = activity.user_id, activity.customer_playbook_entry_id
            asks_for_text = entry.profile_id and entry.playbook_id.action_kind == "activity"
            if asks_for_text and not user.has_group("customer_segmentation.group_user"):
                speaking = entry.with_context(lang=language_of(self.env, user))
                texts = speaking.playbook_id._texts_for(speaking.profile_id, user)
                activity.summary, activity.note = texts[entry.profile_id.id]

    def _action_done(self, feedback=False, attachment_ids=None):
        entries = self._open_playbook_entries()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if entries and feedback:
            entries._activities_done(reason=feedback)
        return result

    def unlink(self):
        entries = self._open_playbook_entries()
        result = super().unlink()
        if entries:
            entries._activities_deleted()
        return result
