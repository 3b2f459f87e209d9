from markupsafe import Markup

from odoo import api, fields, models

LINK = Markup('<p>%s <a href="%s">%s</a></p>')


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    survey_id = fields.Many2one(
        "survey.survey",
        ondelete="set null",
        groups="customer_segmentation.group_manager",
        help="The activity offers the salesperson a link to this survey, made for this customer. Nothing is sent.",
    )

    def _start(self, company, include_now=False):
        for survey in self.sudo().survey_id:
            survey.check_validity()
        return super()._start(company, include_now)

    def _check_may_refer(self, name, records):
        """Managers offer a survey without the right to read surveys, and a copy offers the same."""
        if name == "survey_id":
            return None
        return super()._check_may_refer(name, records)

    def _activity_values(self, entry, today, texts):
        """The link stands in the note of the activity, of a plan in that of the first step."""
        values = super()._activity_values(entry, today, texts)
        link = self._survey_link(entry.partner_id) if values else None
        if link:
            values[0]["note"] = Markup(values[0]["note"] or "") + link
        return values

    def _survey_link(self, customer):
        """Where the customer answers, in words; nothing when the survey is closed or asks for a login."""
        survey = self.sudo().survey_id.filtered("active")
        if not survey or (survey.users_login_required and not customer.sudo().user_ids):
            return None
        answer = survey._create_answer(partner=customer.sudo(), check_attempts=False)
        url = survey.get_base_url() + answer.get_start_url()
        return LINK % (self.env._("Survey to send to the customer:"), url, survey.with_env(self.sudo().env).title)

    @api.depends("survey_id")
    def _compute_in_words(self):
        return super()._compute_in_words()

    def _what_in_words(self):
        words, survey = super()._what_in_words(), self.sudo().survey_id
        if not survey or self.action_kind == "none":
            return words
        return self.env._("%(action)s; survey “%(survey)s”", action=words, survey=survey.title)
