"""A draft of a policy: an inactive copy with a ladder of its own, to try out rules before anybody is scored by them.

    action_draft()         copies the rules; the copy is edited in the form of the policy
    action_draft_scheme()  copies the scheme as well, when its segments are to be changed
    action_preview()       computes who would move (`customer.segmentation.preview`), writing no customer
    action_apply()         the draft's rules become those of the policy, which is a new version; a run is queued
    action_discard()       removes the copies

Copies know their origin, so that a draft is compared, and applied, as a change of what exists. Nobody is ever scored by
a draft: it is inactive, which the database makes sure of.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.rule_words import take_over_words

DRAFT_DAYS = 30


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    draft_of_id = fields.Many2one(
        "customer.segmentation.policy",
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="cascade",
        index="btree_not_null",
        help="The policy whose rules this draft is to change.",
    )
    draft_version = fields.Integer(
        readonly=True, engine_only=True, copy=False, help="The version of the rules the draft began with."
    )
    draft_ids = fields.One2many(
        "customer.segmentation.policy", "draft_of_id", string="Drafts", context={"active_test": False}
    )
    draft_count = fields.Integer(compute="_compute_draft_count", string="Number of Drafts")
    draft_changes = fields.Text(compute="_compute_draft_changes", string="What the Draft Changes")
    draft_outdated = fields.Text(
        compute="_compute_draft_changes",
        string="Changed Meanwhile",
        help="What was changed in the rules themselves since the draft was begun.",
    )
    draft_scheme_users = fields.Char(
        compute="_compute_draft_scheme_users",
        string="Companies That Share the Scheme",
        help="Other companies that are scored by the scheme the draft changes.",
    )
    scheme_is_draft = fields.Boolean(compute="_compute_draft_scheme_users")

    _draft_inactive = models.Constraint(
        "CHECK (draft_of_id IS NULL OR active IS NOT TRUE)", "A draft cannot be activated: apply it instead."
    )

    @api.constrains("scheme_id")
    def _check_scheme_of_draft(self):
        """The segments of a draft are changed and discarded with it: nobody else can be scored by them."""
        for policy in self.sudo().filtered("scheme_id.draft_of_id"):
            users = policy.with_context(active_test=False).search([("scheme_id", "=", policy.scheme_id.id)])
            if not policy.draft_of_id or users - policy:
                raise ValidationError(
                    self.env._(
                        "These segments are part of a draft that is not applied yet. Choose a set that is in use."
                    )
                )

    @api.depends("company_id", "draft_of_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Whoever works in a branch may not read the root company, and yet sees its policy."""
        for policy in self:
            name = policy.sudo().company_id.display_name
            policy.display_name = self.env._("Draft: %s", name) if policy.draft_of_id else name

    @api.depends("draft_ids")
    def _compute_draft_count(self):
        for policy in self:
            policy.draft_count = len(policy.draft_ids)

    @api.depends_context("lang")
    def _compute_draft_changes(self):
        """From what is saved: whoever edits sees the differences after saving."""
        versions = self.env["customer.segmentation.policy.version"]
        for draft in self:
            policy = draft.draft_of_id
            if not policy:
                draft.draft_changes = draft.draft_outdated = False
                continue
            draft.draft_changes = "\n".join(versions._differences(policy._rules(), draft._origin._rules()))
            meanwhile = policy._version_of(draft.draft_version)
            differences = versions._differences(meanwhile.sudo().rules, policy._rules()) if meanwhile else []
            draft.draft_outdated = "\n".join(differences) if policy.version != draft.draft_version else False

    @api.depends("scheme_id")
    def _compute_draft_scheme_users(self):
        for policy in self:
            origin = policy.scheme_id.draft_of_id
            policy.scheme_is_draft = bool(origin)
            shared = self.sudo().search([("scheme_id", "in", origin.ids), ("id", "!=", policy.draft_of_id.id)])
            in_sight = shared.company_id & self.env.user.sudo().company_ids.root_id  # others go on with theirs
            policy.draft_scheme_users = ", ".join(in_sight.mapped("name")) or False

    # ------------------------------------------------------------------ begin

    def action_draft(self):
        """Begin a draft and open it; of a draft itself, open it."""
        self.ensure_one()
        self._check_manager()
        return (self if self.draft_of_id else self._begin_draft())._action_form()

    def _begin_draft(self):
        """A copy of the rules that belongs to whoever asks."""
        policy = self.sudo()
        draft = policy._copy_with_rules({"active": False, "draft_of_id": self.id, "draft_version": self.version})
        copies = draft._rule_children()
        for name, children in policy._rule_children().items():
            for child, copy in zip(children, copies[name], strict=True):
                copy.origin_id = child
        return draft.with_env(self.env)

    def action_draft_scheme(self):
        """Copy the scheme of a draft so that its segments can be changed, and open the copy."""
        self.ensure_one()
        self._check_manager()
        if not self.draft_of_id:
            raise UserError(self.env._("Segments are tried out in a draft: begin one with “Preview a Change”."))
        if not self.scheme_id.draft_of_id:
            self._use_scheme(self.scheme_id._begin_draft())
        return self.scheme_id._action_form()

    def _use_scheme(self, scheme):
        """Score the draft by a copy of its scheme, and have its tiers ask for the copies of the segments."""
        copies = {segment.origin_id: segment for segment in scheme.segment_ids}
        self.write({"scheme_id": scheme.id, "tier_ids": self._tiers_asking_for(copies)})

    def _action_form(self):
        """The form; of an action with an address of its own, so that the page can be loaded again."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"customer_segmentation.action_{'policy_drafts' if self.draft_of_id else 'policies'}"
        )
        views = [view for view in action["views"] if view[1] == "form"]
        return dict(action, res_id=self.id, views=views, target="current")

    @api.model
    def action_draft_company(self):
        """Begin a draft for the company the user works in."""
        return self._of_action().with_env(self.env).action_draft()

    def action_open_drafts(self):
        """The drafts of the policy, those of other managers included."""
        self.ensure_one()
        drafts = self.draft_ids
        if len(drafts) == 1:
            return drafts._action_form()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_policy_drafts")
        return dict(action, domain=[("draft_of_id", "=", self.id), ("active", "=", False)])

    # ------------------------------------------------------------------ end

    def action_preview(self):
        """Compute who would move by the draft, and show it."""
        self.ensure_one()
        self._check_manager()
        return self.env["customer.segmentation.preview"]._preview(self)._action_form()

    def action_apply(self):
        """Make the rules of the draft those of the policy, and queue a run."""
        self.ensure_one()
        self._check_manager()
        policy = self.draft_of_id
        if not policy:
            raise UserError(self.env._("These are the rules already; only a draft can be applied."))
        policy._lock_rules()
        if policy.version != self.draft_version and not self.env.context.get("over_other_changes"):
            raise UserError(
                self.env._(
                    "The rules were changed after this draft was begun:\n%(changes)s\n\nApplying the draft would undo "
                    "that. Open the draft again, and apply it all the same if you want to.",
                    changes=self.draft_outdated or "",
                )
            )
        before = policy.version
        policy._take_over(self)
        self._discard()
        return policy.action_recompute() if policy.version != before else policy._action_form()

    def _take_over(self, draft):
        """Set the rules of a draft, and what else was changed in it: names, colours, benefits."""
        self._set_rules(draft._rules())
        if draft.scheme_id.draft_of_id:
            own_segments = {segment.code: segment for segment in self.scheme_id.segment_ids}
            for segment in draft.scheme_id.segment_ids:
                take_over_words(segment.origin_id or own_segments[segment.code], segment)
        own = self._rule_children()
        for name, copies in draft._rule_children().items():
            for child, copy in self._pairs(own[name], copies):
                take_over_words(child, copy)
        screens = {name: draft[name] for name in self._screen_fields() if draft[name] != self[name]}
        if screens:
            self.write(screens)

    @api.model
    def _pairs(self, children, copies):
        """Each copy with the record it became; new ones, which came of none, in their order."""
        new = iter(children - copies.origin_id)
        return [(copy.origin_id or next(new), copy) for copy in copies]

    def _screen_fields(self):
        """Settings of the form that are no rules, but are edited beside them."""
        known = self._rules()
        rules = {*known["fields"], *known["review"], "scheme_id", "active"}
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.copy
            and not field.readonly
            and not field.relational
            and name not in rules
            and name not in models.MAGIC_COLUMNS
        ]

    def action_discard(self):
        """Remove the draft and go back to the policy."""
        self.ensure_one()
        self._check_manager()
        policy = self.draft_of_id
        if not policy:
            raise UserError(self.env._("Only a draft can be discarded."))
        self._discard()
        return policy._action_form()

    def _discard(self):
        drafts = self.sudo().filtered("draft_of_id")
        schemes = drafts.scheme_id.filtered("draft_of_id")
        drafts.unlink()
        schemes.unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """Drafts may go."""
        live = self.filtered(lambda policy: not policy.draft_of_id)
        return super()._unlink_never() if live else None

    @api.autovacuum
    def _gc_drafts(self):
        """Remove drafts nobody has worked on for long."""
        long_ago = fields.Datetime.now() - timedelta(days=DRAFT_DAYS)
        self.with_context(active_test=False).search(
            [("draft_of_id", "!=", False), ("write_date", "<", long_ago)]
        )._discard()

    # ------------------------------------------------------------------ nobody is scored by a draft

    def _queue_run(self, as_of=None):
        if self.filtered("draft_of_id"):
            raise UserError(self.env._("Nobody is scored by a draft. Preview it, then apply or discard it."))
        return super()._queue_run(as_of)

    def _ladder_ids(self):
        """The tiers of the ladder, the best first, as profiles know them."""
        return [tier._origin_record().id or tier.id for tier in self.tier_ids.sorted()]


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

    def _origin_record(self):
        return self.draft_of_id or self

    def _begin_draft(self):
        draft = self.sudo().copy({"active": False, "draft_of_id": self.id})
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
            return self._draft_policy()._action_form()
        policy = policies._of_action().with_env(self.env)
        policy._check_manager()
        draft = policy._begin_draft()
        if policy.scheme_id == self:
            return draft.action_draft_scheme()
        draft.write({"scheme_id": self.id, **draft._banding_for(self)})
        return draft._action_form()

    def _draft_policy(self):
        policies = self.env["customer.segmentation.policy"].with_context(active_test=False)
        return policies.search([("scheme_id", "=", self.id), ("draft_of_id", "!=", False)], limit=1)

    def action_preview(self):
        """Compute who would move by these segments."""
        self.ensure_one()
        draft = self._draft_policy()
        if not draft:
            raise UserError(self.env._("The draft this scheme belonged to is gone. Begin another one."))
        return draft.action_preview()

    def _action_form(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_schemes")
        views = [view for view in action["views"] if view[1] == "form"]
        return dict(action, res_id=self.id, views=views, target="current")


class SameModel(fields.Many2one):
    """To a record of the model that inherits the field."""

    def _get_attrs(self, model_class, name):
        return {**super()._get_attrs(model_class, name), "comodel_name": model_class._name}


class CustomerRuleChild(models.AbstractModel):
    _inherit = "customer.rule.child"

    origin_id = SameModel(
        readonly=True,
        engine_only=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="What this part of a draft is to change.",
    )

    def _origin_record(self):
        return self.origin_id if self[self._rules_path].draft_of_id else self


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    def action_draft_company(self):
        """Begin a draft of the ladder of the company the user works in."""
        return self.env["customer.segmentation.policy"].action_draft_company()
