from odoo import models
from odoo.addons.customer_segmentation.tools.consistency import Contradiction


class CustomerPlaybookConsistency(models.AbstractModel):
    _inherit = "customer.playbook.consistency"

    def _of_playbook(self, playbook, policy):
        return [*super()._of_playbook(playbook, policy), *self._of_stopped(playbook, policy)]

    def _of_stopped(self, playbook, policy):
        """Calls for whom nobody is to call."""
        count = self._count_held_back(playbook, policy, "stopped")
        return [Contradiction(self._stopped_in_words(playbook, count), playbook)] if count else []

    def _stopped_in_words(self, playbook, count):
        return self.env._(
            "Customers whom “%(playbook)s” leaves out because their active follow-up is stopped: %(count)s.",
            playbook=playbook.name,
            count=count,
        )
