from odoo import models


class CustomerSegmentationSetup(models.TransientModel):
    _inherit = "customer.segmentation.setup"

    def _set_rules(self, policy):
        """The question is answered once; another answer later is a change of the rules, to be looked at first."""
        if not policy.setup_done:
            return super()._set_rules(self.env["customer.segmentation.rules"]._as_a_whole(policy))
        if not self._would_change(policy):
            return policy._action_form()
        draft = policy._begin_draft()
        self._choose(draft)
        return draft._action_form()

    def _would_change(self, policy):
        values = self._policy_values()
        return "tier_ids" in values or self.env["customer.segmentation.rules"]._is_changed_by(policy, values)
