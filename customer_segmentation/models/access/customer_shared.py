"""What several companies use together is changed only by who works in all of those that use it.

A scheme, a holiday or a shared group is one record for every company: whoever edits it edits the others' figures,
greetings and members. Who may not work in one of these companies is refused in words, and copies it where that helps.
"""

from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError


class CustomerShared(models.AbstractModel):
    _name = "customer.shared"
    _inherit = ["customer.guarded"]
    _description = "Used by Several Companies"

    def _companies_that_use(self):
        """The root companies whose figures depend on these records; by default every company that is scored."""
        return self._companies_scored()

    def _companies_scored(self):
        return self.env["customer.segmentation.policy"].sudo().search([]).company_id

    def _used_out_of_sight(self):
        """Whether a company uses these records in which the user may not work."""
        return bool(self._companies_that_use() - self.env.user.sudo().company_ids.root_id)

    def _check_may_change(self):
        """Not even as superuser, as which the lines of a form are saved: only OdooBot itself, a module or a script."""
        if self.env.uid == SUPERUSER_ID:
            return
        for record in self:
            if record._used_out_of_sight():
                raise UserError(record._used_elsewhere_message())

    def _used_elsewhere_message(self):
        return self.env._(
            "“%s” is shared by all companies, and you may not work in one of them. Somebody who works in all of them "
            "can change it.",
            self.display_name,
        )

    def write(self, vals):
        self.check_access("write")
        self._check_may_change()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._check_may_change()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """Translations pass by `write`."""
        self.check_access("write")
        self._check_may_change()
        return super()._update_field_translations(field_name, translations, digest, source_lang)
