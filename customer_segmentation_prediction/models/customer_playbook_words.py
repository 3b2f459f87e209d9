from odoo import models


class CustomerPlaybookWords(models.AbstractModel):
    _inherit = "customer.playbook.words"

    def _trigger_in_words(self, playbook):
        if playbook.trigger == "churn_rise":
            return self.env._("The churn risk of a customer becomes: %s", self._bands_in_words(playbook))
        return super()._trigger_in_words(playbook)

    def _bands_in_words(self, playbook):
        bands = self.env["customer.playbook.trigger"]._churn_bands(playbook)
        return self.env._(" or ").join(self._label_of("churn_band", band) for band in bands)
