"""Rules that are in force are changed as a whole: by a draft that is applied, a version that is restored, the setup.

Whatever else changes them, a list, a form or a request, is refused in words. What only names or colours a record, gives
a benefit or an advice, is no rule and changed where it stands. OdooBot, modules and scripts change what they like.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.addons.customer_segmentation.tools.context import Told, told
from odoo.exceptions import UserError


class CustomerSegmentationRules(models.AbstractModel):
    _inherit = "customer.segmentation.rules"

    @api.model
    def _as_a_whole(self, records):
        """The records for who changes the rules as a whole."""
        return records.with_context(rules_changed_as_a_whole=Told.BY_CODE)

    @api.model
    def _check_as_a_whole(self, policies):
        """Refuse a change of rules that are in force which nobody could see beforehand."""
        in_force = self.env["customer.segmentation.rest"]._live(policies)
        if in_force and self.env.uid != SUPERUSER_ID and not told(self.env, "rules_changed_as_a_whole"):
            raise UserError(
                self.env._(
                    "Customers are scored by these rules. Begin a draft: open the rules and press “Preview a Change”; "
                    "there you see who would move, and “Apply” makes it the rule."
                )
            )

    @api.model
    def _changed(self, policies):
        self._check_as_a_whole(policies)
        return super()._changed(policies)

    @api.model
    def _copy_scheme(self, policy):
        """A copy scores as the scheme did."""
        return super()._copy_scheme(self._as_a_whole(policy)).with_env(policy.env)
