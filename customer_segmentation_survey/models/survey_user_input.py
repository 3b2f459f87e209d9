from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _mark_done(self):
        """What a customer answers to the survey after a delivery is its satisfaction."""
        result = super()._mark_done()
        requests = self.env["customer.satisfaction.request"].sudo()
        requests.search([("answer_id", "in", self.ids), ("satisfaction_id", "=", False)])._note_answers()
        return result
