from markupsafe import Markup

from odoo import models
from odoo.addons.customer_segmentation.tools.words import headed

LINE = Markup("<p>%s</p>")


class CustomerPlaybookText(models.AbstractModel):
    """What calls for the next order, and what offers more, says which products are due."""

    _inherit = "customer.playbook.text"

    def _texts_for(self, playbook, profiles, reader=None):
        texts = super()._texts_for(playbook, profiles, reader)
        hides = reader is not None and not reader.has_group("customer_segmentation.group_user")
        if hides or not self._is_about_the_next_order(playbook):
            return texts
        due = {profile.id: profile.due_products_in_words for profile in profiles}
        return {
            profile_id: (summary, note + self._due_line(due[profile_id]))
            for profile_id, (summary, note) in texts.items()
        }

    def _is_about_the_next_order(self, playbook):
        return playbook.trigger == "overdue" or playbook.purpose == "grow"

    def _due_line(self, products):
        return LINE % headed(self.env, [self.env._("Due now"), products]) if products else Markup("")
