"""What an answer does to activities and playbooks: what was due is done, or moved; nothing is planned twice."""

from odoo import api, fields, models

from ...tools.context import plain
from ...tools.people import language_of

ACTIVITY_TYPES = {
    "call": "mail.mail_activity_data_call",
    "visit": "mail.mail_activity_data_meeting",
    "email": "mail.mail_activity_data_email",
}
TO_DO = "mail.mail_activity_data_todo"


class CustomerDeskFollowUp(models.AbstractModel):
    _name = "customer.desk.follow.up"
    _description = "What Follows a Call"

    @api.model
    def _again(self, row, answer, day, summary, kind=None):
        """It comes back on a day: as the activity of the playbook that asked for it, else as a new one.

        :param kind: of a new activity; default that of the contact just had
        """
        if answer.entry.state == "waiting":  # nothing is planned yet: the playbook plans it then
            self._finish(row, answer, heard=None)
            answer.entry.with_env(self.env)._answer("snooze", note=answer.note, until=day)
            return row.sudo().write({"next_day": day})
        moved = self.env["mail.activity"] if answer.wrong_label else self._asked_by_playbook(row, answer)
        self._finish(row, answer, heard=None, stays=moved)
        if not moved:
            return self._plan(row, day, summary, kind or answer.channel)
        moved.sudo().date_deadline = day
        moved.sudo().customer_playbook_entry_id.promised_on = day
        return row.sudo().write({"next_activity_id": moved.id, "next_day": day})

    @api.model
    def _finish(self, row, answer, heard, stays=None):
        """Mark done what is due, tell the playbooks, and keep the contact where nothing that was due says it.

        :param heard: what playbooks hear; None: they go on
        :param stays: an activity that is not touched
        """
        words = self.env["customer.desk.outcome"]._in_words(answer)
        due = self._due(row, answer) - (stays or self.env["mail.activity"])
        asked = self._of_playbooks(due)
        (due - asked).action_feedback(feedback=words)
        heard = "wrong_label" if answer.wrong_label else heard
        for entry in self._entries(row, answer) if heard else ():
            step = (answer.activity or asked).filtered(lambda one, entry=entry: one in entry.sudo().activity_ids)[:1]
            entry._answer(heard, note=self._told(answer, heard), reason=answer.reason, step=step)
        # a wrong label takes them off undone
        done = asked.sudo().exists().filtered(lambda activity: not activity.active)
        if not due - asked | done and answer.entry.state != "done":
            self._keep_contact(row, answer, words)

    @api.model
    def _told(self, answer, heard):
        """The note a playbook keeps; what it does not hear otherwise, the outcome itself, is said in it."""
        return answer.note if answer.outcome == heard else self.env["customer.desk.outcome"]._in_words(answer)

    @api.model
    def _answer_afterwards(self, answer, heard):
        """Keep what is said of an entry that is over already."""
        heard = "wrong_label" if answer.wrong_label else heard
        if answer.entry.state == "done" and heard:
            answer.entry.with_env(self.env)._answer(heard, note=self._told(answer, heard), reason=answer.reason)

    @api.model
    def _keep_contact(self, row, answer, words):
        """As Odoo keeps contacts: an activity that was done."""
        activity = self._new_activity(row, fields.Date.context_today(row), False, answer.channel)
        activity.action_feedback(feedback=words)

    # ------------------------------------------------------------------ what there is

    @api.model
    def _due(self, row, answer):
        """The person's activities about the customer that are due, that a playbook asked for, or that are answered.

        Who answers in the place of somebody else decides about the entry only.
        """
        asked = answer.entry.sudo().activity_ids.sorted(lambda activity: (activity.date_deadline, activity.id))
        own = self._own_due(row).sudo() if row.user_id == self.env.user else asked.browse()
        return (own | asked).filtered("active").with_env(self.env)

    @api.model
    def _own_due(self, row):
        """What is due, what a playbook asked for, and what was planned when something was said of the row before."""
        before = row.sudo().next_activity_id.filtered(lambda activity: activity.user_id == row.user_id)
        desk = self.env["customer.desk"]._desk(row.company_id)
        planned = self.env["customer.desk.candidates"]._planned(desk, row.partner_id.ids).get(row.partner_id.id, [])
        due = [one.activity_id for one in planned if one.day <= desk.today or not one.is_promise]
        return self.env["mail.activity"].browse(due) | before.with_env(self.env)

    @api.model
    def _of_playbooks(self, activities):
        return activities.filtered(lambda activity: activity.sudo().customer_playbook_entry_id)

    @api.model
    def _asked_by_playbook(self, row, answer):
        """The one that is answered, else the earliest that a playbook at work on the customer asked for."""
        found = answer.activity | self._of_playbooks(self._due(row, answer))
        return found.filtered(lambda activity: activity.sudo().customer_playbook_entry_id.state == "open")[:1]

    @api.model
    def _entries(self, row, answer):
        """The person's entries of playbooks about the customer that are not over, and the one that is answered."""
        found = (
            self.env["customer.playbook.entry"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", row.partner_id.id),
                    ("company_id", "=", row.company_id.id),
                    ("user_id", "=", row.user_id.id),
                    ("state", "in", ("waiting", "open")),
                ]
            )
        )
        answered = answer.entry.sudo().filtered(lambda entry: entry.state in ("waiting", "open"))
        return (found | answered).with_env(self.env)

    # ------------------------------------------------------------------ ended by an order

    @api.model
    def _end_by_orders(self, company):
        """Mark done what somebody meant to ask of a customer who has ordered since.

        What a playbook asked for ends as the playbook says.

        :return: whether anything was
        """
        rows = (
            self.env["customer.desk.row"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("outcome", "in", self._ended_by_orders()),
                    ("next_activity_id.active", "=", True),
                    ("next_activity_id.customer_playbook_entry_id", "=", False),
                ]
            )
        )
        rows = rows._who_may_have_bought()
        ended = rows and self.env["customer.transaction"]._first_purchases_after(company, rows._beginnings())
        for row_id, document in (ended or {}).items():
            row = rows.browse(row_id)
            speaking = row.with_context(lang=language_of(self.env, row.user_id))
            words = speaking.env._("Ordered %s", document[document._rec_name])
            speaking.next_activity_id.action_feedback(feedback=words)
        return bool(ended)

    @api.model
    def _ended_by_orders(self):
        known = self.env["customer.desk.outcome"]._outcomes()
        return [name for name, outcome in known.items() if outcome.order_ends]

    # ------------------------------------------------------------------ new activities

    @api.model
    def _plan(self, row, day, summary, kind, user=None):
        activity = self._new_activity(row, day, summary, kind, user)
        row.sudo().write({"next_activity_id": activity.id, "next_day": day})

    @api.model
    def _new_activity(self, row, day, summary, kind, user=None):
        """
        :param kind: a channel, or any other word for something to do
        """
        known = ACTIVITY_TYPES.get(kind) and self.env.ref(ACTIVITY_TYPES[kind], raise_if_not_found=False)
        # who answers an own activity need not have the right to make one
        return (
            plain(self.env["mail.activity"])
            .sudo()
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": row.partner_id.id,
                    "activity_type_id": (known or self.env.ref(TO_DO)).id,
                    "summary": summary,
                    "date_deadline": day,
                    "user_id": (user or row.user_id).id,
                }
            )
        )
