"""What a company tries out is for those who decide about it: nobody else reads a draft, nor any part of one."""

from odoo import api, models
from odoo.fields import Domain

# Each part of the rules says itself what it is part of; these are no parts, or parts of parts.
PATHS = {
    "customer.segmentation.policy": "draft_of_id",
    "customer.segment.scheme": "draft_of_id",
    "customer.segment.range": "segment_id.scheme_id.draft_of_id",
    "customer.tier.criterion": "tier_id.policy_id.draft_of_id",
}


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        path = PATHS.get(model_name)
        if isinstance(model, self.pool["customer.rule.child"]):
            path = f"{model._rules_path}.draft_of_id"
        if not path or self.env.su or self.env.user.has_group("customer_segmentation.group_manager"):
            return domain
        return (domain & Domain(path, "=", False)).optimize(model)
