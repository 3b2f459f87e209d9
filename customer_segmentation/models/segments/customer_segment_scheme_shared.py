"""Schemes, segments and ranges that several companies are scored by: one company changes a copy, never the others' own.

write, create, unlink   refused while a company is scored by the scheme in which the user may not work
action_copy_for_company a copy of the scheme, by which the company one works in is scored from then on
_set_rules              rules of such a company are set on a copy
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.rule_words import deciding


class CustomerSegmentScheme(models.Model):
    _name = "customer.segment.scheme"
    _inherit = "customer.segment.scheme"

    used_elsewhere = fields.Boolean(
        compute="_compute_used_elsewhere",
        help="A company is scored by the scheme in which you may not work, so you cannot change it.",
    )

    @api.depends_context("uid")
    def _compute_used_elsewhere(self):
        for scheme in self:
            scheme.used_elsewhere = scheme._used_out_of_sight()

    def _companies_that_use(self):
        """Whatever policy has it counts, at work or not: it may score by it again."""
        policies = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False)
        return policies.search([("scheme_id", "in", self._origin.ids)]).company_id

    def _used_elsewhere_message(self):
        return self.env._(
            "A company in which you may not work is also scored by the scheme %s. Copy it with “Copy for My Company”, "
            "and change the copy.",
            self.name,
        )

    def action_copy_for_company(self):
        """Score the company the user works in by a copy of this scheme, which can be changed, and open the copy."""
        self.ensure_one()
        policy = self.env["customer.segmentation.policy"]._of_company(self.env.company).with_env(self.env)
        policy._check_manager()
        if policy.scheme_id != self:
            raise UserError(self.env._("%s is not scored by this scheme; duplicate it.", policy.company_id.name))
        return policy._copy_scheme()._action_form()

    def _copy_to_change(self):
        """A copy of the scheme that may be changed; playbooks that ask for its segments ask for the copies, too.

        :return: the copy, {segment: its copy}
        """
        copy = self.copy({"active": True})
        by_code = {segment.code: segment for segment in copy.segment_ids}
        copies = {segment: by_code[segment.code] for segment in self.segment_ids}
        self.env["customer.playbook"].sudo()._know_segments(copies)
        return copy, copies

    def _is_changed_by(self, rules):
        """Whether some rules score by other ranges or another order of the segments."""
        own = self._as_rules()
        return any(deciding(own[name]) != deciding(rules[name]) for name in ("bands", "segments"))


class CustomerSegment(models.Model):
    _name = "customer.segment"
    _inherit = "customer.segment"

    @api.model_create_multi
    def create(self, vals_list):
        """Who may make none is not told who else uses a scheme."""
        self.check_access("create")
        schemes = self.env["customer.segment.scheme"]
        schemes.browse({vals["scheme_id"] for vals in vals_list if vals.get("scheme_id")})._check_may_change()
        return super().create(vals_list)

    def write(self, vals):
        """Nor is a segment moved into a scheme that may not be changed."""
        self.check_access("write")
        self.env["customer.segment.scheme"].browse(vals.get("scheme_id") or [])._check_may_change()
        return super().write(vals)

    def _check_may_change(self):
        self.sudo(False).scheme_id._check_may_change()


class CustomerSegmentRange(models.Model):
    _name = "customer.segment.range"
    _inherit = "customer.segment.range"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        segments = self.env["customer.segment"]
        segments.browse({vals["segment_id"] for vals in vals_list if vals.get("segment_id")})._check_may_change()
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self.env["customer.segment"].browse(vals.get("segment_id") or [])._check_may_change()
        return super().write(vals)

    def _check_may_change(self):
        self.segment_id._check_may_change()


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _copy_scheme(self):
        """Score this policy by a copy of its scheme; tiers and playbooks ask for the segments of the copy."""
        self.ensure_one()
        copy, copies = self.scheme_id._copy_to_change()
        self.write({"scheme_id": copy.id, "tier_ids": self._tiers_asking_for(copies)})
        return copy

    def _tiers_asking_for(self, copies):
        """Commands that have the criteria of the ladder ask for the copies of segments."""
        names = ("entry_segment_id", "keep_segment_id")
        return [
            Command.update(
                criterion.tier_id.id,
                {
                    "criterion_ids": [
                        Command.update(
                            criterion.id,
                            {name: copies[criterion[name]].id for name in names if criterion[name] in copies},
                        )
                    ]
                },
            )
            for criterion in self.tier_ids.criterion_ids
            if criterion.measure == "segment"
        ]

    def _set_rules(self, rules):
        """Ranges are never changed under a company in which the user may not work: this one gets a copy."""
        scheme = self.env["customer.segment.scheme"].browse(rules["scheme"]["id"]).exists()
        if scheme and scheme._used_out_of_sight() and scheme._is_changed_by(rules["scheme"]):
            copy, _copies = scheme._copy_to_change()
            rules = {**rules, "scheme": {**rules["scheme"], "id": copy.id}}
        return super()._set_rules(rules)


class CustomerPlaybook(models.Model):
    _inherit = "customer.playbook"

    @api.model
    def _know_segments(self, copies):
        """Have playbooks that ask for some segments ask for their copies as well, whichever company they are for."""
        asked = self.with_context(active_test=False).search([("segment_ids", "in", [segment.id for segment in copies])])
        for playbook in asked:
            wanted = [copies[segment].id for segment in playbook.segment_ids if segment in copies]
            playbook.segment_ids = [Command.link(segment_id) for segment_id in wanted]
