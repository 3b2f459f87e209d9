from odoo import models

from ...tools.context import whole

WRONG_LABEL = "wrong_label"  # of a customer nobody turned to: not among what can come of a call


class CustomerPlaybookEntry(models.Model):
    """What came of an entry is said as at the desk: one list, and the same follows.

    It is kept on the customer's row of the day, made where there is none. Whoever has the activity on the desk may
    answer, also without any right of Customer Segmentation: `_check_may_answer` decides.
    """

    _inherit = "customer.playbook.entry"

    def action_answer(self):
        """Ask what came of it."""
        self.ensure_one()
        return self._ask(self.env["mail.activity"])

    def _ask(self, activity):
        """The dialog that asks.

        :param activity: of the entry, on which somebody answers; one step of a plan leaves the next ones
        """
        self._check_may_answer()
        entry = self.sudo()
        told = {"entry_id": self.id, "activity_id": activity.id, "name": entry.partner_id.display_name}
        offered = self.env["customer.desk.sheet"]._what_can_be_said()
        wrong_label = {"name": WRONG_LABEL, "number": 0, "label": self.env._("Wrong label"), "icon": "fa-tag"}
        offered["outcomes"].append(wrong_label)
        return {
            "type": "ir.actions.client",
            "tag": "customer_segmentation.tell",
            "params": offered | told | {"playbook": entry.playbook_id.name},
        }

    def action_tell(self, outcome, told=None, activity_id=None):
        """Keep what came of an entry, and do what follows.

        :param outcome: one of the outcomes of My Day by its technical name, or "wrong_label"
        :param told: what else is said of it, as at the desk
        :param activity_id: that of the entry on which somebody answers
        """
        self.ensure_one()
        self._check_answerable()
        outcomes = self.env["customer.desk.outcome"]
        if outcome == WRONG_LABEL:
            self._answer(WRONG_LABEL, note=outcomes._note(outcomes._said(told)))
        else:
            row, activities = self._row_of_today(), self.sudo().activity_ids
            activity = activities.filtered(lambda one: one.id == whole(self.env, "activity_id", activity_id))
            outcomes._tell(row, outcomes._checked(row, outcome, told, self.sudo(), activity.with_env(self.env)))
        return True

    def _row_of_today(self):
        """The row of the customer today at the desk of who turned to it, as superuser."""
        entry = self.sudo()
        mine = self.env.user in entry.user_id | entry.activity_ids.user_id
        desks = self.env["customer.desk"].sudo()
        person = self.env.user if mine else entry.user_id or self.env.user
        return desks._row_beside(desks._desk(entry.company_id, person), entry.partner_id)
