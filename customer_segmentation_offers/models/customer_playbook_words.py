from odoo import models


class CustomerPlaybookWords(models.AbstractModel):
    _inherit = "customer.playbook.words"

    def _trigger_in_words(self, playbook):
        if playbook.trigger == "product_lost":
            return self.env._("A customer no longer buys a product it bought regularly")
        return super()._trigger_in_words(playbook)
