"""What playbooks and next steps ask of a user: when somebody works, and who takes over."""

from datetime import datetime, time, timedelta

import pytz

from odoo import models

from ...tools.context import Told

LOOKED_AHEAD = 62  # days: beyond the longest holiday


class ResUsers(models.Model):
    _inherit = "res.users"

    def action_archive(self):
        """Odoo deletes the activities of whoever leaves: what playbooks asked for goes to somebody else."""
        return super(ResUsers, self.with_context(playbook_person_leaves=Told.BY_CODE)).action_archive()

    def _working_day(self, day, company):
        """That day, or the first after it on which the user works; the day itself where no calendar says.

        :param company: whose working hours count for who has none
        """
        user = self.sudo()
        resource = (
            user.resource_ids.filtered(lambda resource: resource.company_id == company)[:1] or user.resource_ids[:1]
        )
        calendar = resource.calendar_id or company.sudo().resource_calendar_id
        if not calendar:
            return day
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(day, time.min))
        intervals = calendar._work_intervals_batch(start, start + timedelta(days=LOOKED_AHEAD), resources=resource)
        return next((begin.astimezone(zone).date() for begin, _end, _of in intervals[resource.id]), day)
