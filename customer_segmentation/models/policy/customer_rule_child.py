"""A record of its own that is part of the rules of a policy: kept with each version, copied with the policy."""

from odoo import models


class CustomerRuleChild(models.AbstractModel):
    _name = "customer.rule.child"
    _inherit = ["customer.engine.fields"]
    _description = "Part of the Rules"

    _rules_path = "policy_id"  # to what it is part of
    _set_with_rules = (
        "sequence",
    )  # what `customer.segmentation.rules` gives it beside what decides; all else is words

    def _origin_record(self):
        """The record that rules are told in terms of: itself, if it is not the copy of one."""
        return self

    def _as_rules(self):
        """The record as a value of JSON: its identifier, what it decides, and its words."""
        raise NotImplementedError

    def _copied_to(self, parent):
        """Copies of these records for another policy, in the same order."""
        return self.browse().concat(*(child.copy({self._rules_path: parent.id}) for child in self))
