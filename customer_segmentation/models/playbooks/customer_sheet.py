from odoo import api, models

from ...tools.sheet import FIRM, Section

FOLLOW_UPS = 6


class CustomerSheet(models.AbstractModel):
    """What our people do for the customer, and were asked to do."""

    _inherit = "customer.sheet"

    @api.model
    def _sections(self, subject, audience):
        sections = super()._sections(subject, audience)
        if audience == FIRM:
            return [*sections, Section(120, "follow_ups", self._under_way(subject))]
        birthday = self._day(subject.customer.customer_birthday)
        return [
            *sections,
            Section(105, "noted", self._lines((self.env._("Birthday"), birthday))),
            Section(120, "follow_ups", self._times_reminded(subject)),
        ]

    @api.model
    def _under_way(self, subject):
        """Open playbooks, then the activities planned on the contact."""
        entries = self.env["customer.playbook.entry"].search(
            [("profile_id", "in", subject.profile.ids), ("state", "in", ("waiting", "open"))], limit=FOLLOW_UPS
        )
        playbooks = [
            self._follow_up(entry.playbook_id.name, entry.entered_on, entry.user_id.sudo()) for entry in entries
        ]
        activities = [
            self._follow_up(
                activity.summary or activity.activity_type_id.name or "",
                activity.date_deadline,
                activity.user_id.sudo(),
            )
            for activity in subject.customer.activity_ids.sorted("date_deadline")
        ]
        return (playbooks + activities)[:FOLLOW_UPS]

    @api.model
    def _follow_up(self, name, day, user):
        return {"name": name, "day": self._day(day), "by": user.name or ""}

    @api.model
    def _times_reminded(self, subject):
        """How often playbooks had our people do something for the customer, and when last."""
        done = [
            ("partner_id", "=", subject.customer.id),
            ("company_id", "=", subject.policy.company_id.id),
            ("opened_on", "!=", False),
        ]
        entries = self.env["customer.playbook.entry"].sudo().search(done, order="opened_on desc")
        if not entries:
            return []
        count, day = len(entries), self._day(entries[0].opened_on)
        return [
            self.env._(
                "Times our people were reminded to contact you: %(count)s; the last time on %(day)s.",
                count=count,
                day=day,
            )
        ]
