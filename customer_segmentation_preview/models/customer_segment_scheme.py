"""A draft of a scheme: an inactive copy whose segments are changed without anybody being scored by them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CustomerSegmentScheme(models.Model):
    _inherit = "customer.segment.scheme"

    draft_of_id = fields.Many2one(
        "customer.segment.scheme",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
        help="The scheme that this draft is to change.",
    )
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force",
        string="Scores Customers",
        help="Customers are scored by the scheme: which scores belong to a segment is changed in a draft.",
    )

    def _compute_is_in_force(self):
        policies = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False)
        live = self.env["customer.segmentation.rest"]._live_domain()
        used = policies.search(Domain("scheme_id", "in", self._origin.ids) & live).scheme_id
        for scheme in self:
            scheme.is_in_force = scheme._origin in used

    def _origin_record(self):
        return self.draft_of_id or super()._origin_record()

    def _begin_draft(self, company):
        draft = self.sudo().copy({"active": False, "draft_of_id": self.id, "company_id": company.id})
        draft.name = self.env._("%s (draft)", self.name)
        origins = {segment.code: segment for segment in self.segment_ids}
        for segment in draft.segment_ids:
            segment.origin_id = origins[segment.code]
        return draft.with_env(self.env)

    def write(self, vals):
        if vals.get("active") and self.draft_of_id:
            raise UserError(self.env._("This is the draft of a scheme; apply the draft of the policy instead."))
        return super().write(vals)

    def _to_be_complete(self):
        """Drafts are checked at every save, as the scheme is that they are to change."""
        return super()._to_be_complete() | self.filtered("draft_of_id")

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_drafted(self):
        drafts = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False)
        draft = drafts.search([("scheme_id", "in", self.ids), ("draft_of_id", "!=", False)], limit=1)
        if draft:
            raise UserError(
                self.env._(
                    "A draft for %(company)s uses the scheme %(scheme)s. Apply or discard it first.",
                    company=draft.company_id.name,
                    scheme=draft.scheme_id.name,
                )
            )

    def action_draft(self):
        """Begin a draft of the company's policy in which this scheme's segments, or the scheme itself, are tried."""
        self.ensure_one()
        policies = self.env["customer.segmentation.policy"]
        if self.draft_of_id:
            return self._existing_draft()._action_form()
        policy = policies._of_action().with_env(self.env)
        policy._check_manager()
        draft = policy._begin_draft()
        if policy.scheme_id == self:
            return draft.action_draft_scheme()
        draft.write({"scheme_id": self.id, **self._banding(draft.bands)})
        return draft._action_form()

    def _draft_policy(self):
        policies = self.env["customer.segmentation.policy"].with_context(active_test=False)
        return policies.search([("scheme_id", "=", self.id), ("draft_of_id", "!=", False)], limit=1)

    def action_preview(self):
        """Compute who would move by these segments."""
        self.ensure_one()
        return self._existing_draft().action_preview()

    def _existing_draft(self):
        draft = self._draft_policy()
        if not draft:
            raise UserError(self.env._("The draft this scheme belonged to is gone. Begin another one."))
        return draft
