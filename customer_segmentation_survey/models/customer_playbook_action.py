from markupsafe import Markup

from odoo import models

LINK = Markup('<p>%s <a href="%s">%s</a></p>')


class CustomerPlaybookAction(models.AbstractModel):
    _inherit = "customer.playbook.action"

    def _activity_values(self, playbook, entry, today, texts):
        """The link stands in the note of the activity, of a plan in that of the first step."""
        values = super()._activity_values(playbook, entry, today, texts)
        link = self._survey_link(playbook, entry.partner_id) if values else None
        if link:
            values[0]["note"] = Markup(values[0]["note"] or "") + link
        return values

    def _survey_link(self, playbook, customer):
        """Where the customer answers, in words; nothing when the survey is closed or asks for a login."""
        survey = playbook.sudo().survey_id.filtered("active")
        if not survey or (survey.users_login_required and not customer.sudo().user_ids):
            return None
        answer = survey._create_answer(partner=customer.sudo(), check_attempts=False)
        url = survey.get_base_url() + answer.get_start_url()
        return LINK % (self.env._("Survey to send to the customer:"), url, survey.with_env(self.sudo().env).title)
