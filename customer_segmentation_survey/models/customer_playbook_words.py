from odoo import models


class CustomerPlaybookWords(models.AbstractModel):
    _inherit = "customer.playbook.words"

    def _what_in_words(self, playbook):
        words, survey = super()._what_in_words(playbook), playbook.sudo().survey_id
        if not survey or playbook.action_kind == "none":
            return words
        return self.env._("%(action)s; survey “%(survey)s”", action=words, survey=survey.title)
