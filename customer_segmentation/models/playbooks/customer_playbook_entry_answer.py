"""What the salesperson says came of it, and what follows from that."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.context import number_said

ANSWERS = [
    ("helped", "It helped"),
    ("wrong_label", "Wrong label"),
    ("snooze", "Not now, remind me later"),
    ("elsewhere", "Buys elsewhere"),
    ("other", "Other reason"),
]
ANSWERABLE = ("waiting", "open", "done")


class CustomerPlaybookEntry(models.Model):
    _inherit = "customer.playbook.entry"

    state = fields.Selection(group_expand=True)  # the columns of the board in their order
    answer = fields.Selection(
        ANSWERS,
        readonly=True,
        copy=False,
        help="What the salesperson said came of it. Wrong label: the customer does not belong in this segment or tier.",
    )
    answered_on = fields.Date(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    answer_note = fields.Char(string="Note", readonly=True, copy=False)
    snoozed_until = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Until this day the playbook leaves the customer alone.",
    )
    churn_reason_id = fields.Many2one(
        "customer.churn.reason",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Why the customer buys elsewhere, or nothing any more.",
    )
    segment_id = fields.Many2one(related="profile_id.segment_id", string="Segment Today")

    def action_answer(self):
        """Ask what came of it."""
        self.ensure_one()
        self._check_may_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Came of It"),
            "target": "new",
            "res_model": "customer.playbook.answer",
            "views": [(False, "form")],
            "context": {"default_entry_id": self.id},
        }

    def action_open_follow_ups(self):
        """The customers to follow up, those of the user first."""
        return self.env["customer.segmentation.profile"]._action_for_user("action_playbook_entries", "mine")

    def _answerable(self):
        """Those the user may answer."""
        answerable = self.browse()
        for entry in self:
            try:
                entry._check_may_answer()
            except AccessError:
                continue
            answerable |= entry
        return answerable

    def _check_may_answer(self):
        """Managers, who is responsible, and who has one of the activities on the desk."""
        if self.env.su or self.env.user.has_group("customer_segmentation.group_manager"):
            return self.check_access("read")
        for entry in self.sudo():
            if self.env.user not in entry.user_id | entry.activity_ids.user_id:
                if not entry.with_env(self.env).has_access("read"):
                    raise AccessError(self.env._("Somebody else answers this; whom it is about is not for you to see."))
                raise AccessError(
                    self.env._(
                        "%(playbook)s for %(customer)s is on the desk of %(responsible)s, who answers it.",
                        playbook=entry.playbook_id.name,
                        customer=entry.partner_id.name,
                        responsible=entry.user_id.name or self.env._("nobody"),
                    )
                )

    def _answer(self, answer, note=None, until=None, reason=None):
        """Keep what the salesperson says of one entry, and close it or take it off the desk until a day.

        One step of a plan that helped leaves the following steps where they are.
        """
        self.ensure_one()
        self._check_may_answer()
        entry = self.sudo()
        if entry.state not in ANSWERABLE:
            raise UserError(self.env._("Nothing was done here that could have helped: the entry is not open any more."))
        entry.write(
            {
                "answer": answer,
                "answered_on": fields.Date.context_today(self),
                "answered_by_id": self.env.uid,
                "answer_note": note,
                "snoozed_until": until,
                "churn_reason_id": reason and reason.id,
            }
        )
        if entry.state != "done":
            entry._after_answer(answer, note, until)

    def _after_answer(self, answer, note, until):
        words = self._answer_in_words(answer, note, until)
        activity = self.env["mail.activity"].browse(number_said(self.env, "answered_activity_id"))
        others = self.activity_ids.filtered("active") - activity
        if answer == "helped" and activity in self.activity_ids and others:
            activity.action_feedback(feedback=words)
        else:
            self._close("cancelled" if answer in ("wrong_label", "snooze") else "done", words)

    @api.model
    def _answer_in_words(self, answer, note, until):
        label = dict(self._fields["answer"]._description_selection(self.env))[answer]
        parts = [label, self.churn_reason_id.name, note]
        if until:
            parts[0] = self.env._("Not now, again on %s", format_date(self.env, until))
        return ": ".join(part for part in parts if part)


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
