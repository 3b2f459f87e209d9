from odoo import api, fields, models


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

    @api.depends("survey_id")
    def _compute_in_words(self):
        return super()._compute_in_words()
