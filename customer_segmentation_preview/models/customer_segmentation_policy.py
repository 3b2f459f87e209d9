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
from odoo.addons.customer_segmentation.tools.words import listed
from odoo.exceptions import UserError, ValidationError

DRAFT_DAYS = 30
# The buttons of the form that replace rules by ready ones.
PRESETS = ("action_use_ladder", "action_use_value_preset")


def _unless_draft(node, modifier):
    """Have a modifier of a node hold on the policy itself, and on a draft as it was."""
    given = node.get(modifier)
    node.set(modifier, f"not draft_of_id or ({given})" if given else "not draft_of_id")


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

    @api.depends("draft_of_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for draft in self.filtered("draft_of_id"):
            draft.display_name = self.env._("Draft: %s", draft.display_name)
        return result

    @api.depends("draft_ids")
    def _compute_draft_count(self):
        for policy in self:
            policy.draft_count = len(policy.draft_ids)

    @api.depends_context("lang")
    def _compute_draft_changes(self):
        """From what is saved: whoever edits sees the differences after saving."""
        versions, rules = self.env["customer.segmentation.policy.version"], self.env["customer.segmentation.rules"]
        for draft in self:
            policy = draft.draft_of_id
            if not policy:
                draft.draft_changes = draft.draft_outdated = False
                continue
            now = rules._of(policy)
            draft.draft_changes = "\n".join(versions._differences(now, rules._of(draft._origin)))
            meanwhile = rules._version_of(policy, draft.draft_version)
            differences = versions._differences(meanwhile.sudo().rules, now) if meanwhile else []
            draft.draft_outdated = "\n".join(differences) if policy.version != draft.draft_version else False

    @api.depends("scheme_id")
    def _compute_draft_scheme_users(self):
        for policy in self:
            origin = policy.scheme_id.draft_of_id
            policy.scheme_is_draft = bool(origin)
            shared = self.sudo().search([("scheme_id", "in", origin.ids), ("id", "!=", policy.draft_of_id.id)])
            in_sight = shared.company_id & self.env.user.sudo().company_ids.root_id  # others go on with theirs
            policy.draft_scheme_users = listed(self.env, in_sight.mapped("name")) or False

    def write(self, vals):
        if vals.get("active") and self.draft_of_id:
            raise UserError(self.env._("This is a draft of the rules; apply it instead."))
        rules = self.env["customer.segmentation.rules"]
        rules._check_as_a_whole(self.filtered(lambda policy: rules._is_changed_by(policy, vals, "is_review_rule")))
        return super().write(vals)

    # ------------------------------------------------------------------ the rules themselves are looked at

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The form shows the rules that are in force; they are edited in a draft."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            self._close_rules(arch)
        return arch, view

    @api.model
    def _close_rules(self, arch):
        """Rules, the records that belong to them and the buttons that replace them are for drafts only."""
        names = self._closed_fields()
        for node in arch.xpath("//field[not(ancestor::field)]"):
            if node.get("name") in names and node.get("readonly") not in ("1", "True"):
                _unless_draft(node, "readonly")
        for name in PRESETS:
            for node in arch.xpath(f"//button[@name='{name}']"):
                _unless_draft(node, "invisible")
        if (sheet := arch.find(".//sheet")) is not None and not arch.xpath("//field[@name='draft_of_id']"):
            sheet.insert(0, sheet.makeelement("field", {"name": "draft_of_id", "invisible": "1"}))

    @api.model
    def _closed_fields(self):
        rules, child = self.env["customer.segmentation.rules"], self.pool["customer.rule.child"]
        lines = [field for field in self._fields.values() if field.type == "one2many"]
        children = {field.name for field in lines if isinstance(self.env[field.comodel_name], child)}
        return {*rules._fields_of(), *rules._fields_of("is_review_rule"), *children}

    # ------------------------------------------------------------------ begin

    def action_draft(self):
        """Begin a draft and open it; of a draft itself, open it."""
        self.ensure_one()
        self._check_manager()
        return (self if self.draft_of_id else self._begin_draft())._action_form()

    def _begin_draft(self):
        """A copy of the rules that belongs to whoever asks."""
        policy = self.sudo()
        rules = self.env["customer.segmentation.rules"]
        draft = rules._copy(policy, {"active": False, "draft_of_id": self.id, "draft_version": self.version})
        for read in (rules._children, rules._children_at_rest):
            copies = read(draft)
            for name, children in read(policy).items():
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
            self._use_scheme(self.scheme_id._begin_draft(self.company_id))
        return self.scheme_id._action_form()

    def _use_scheme(self, scheme):
        """Score the draft by a copy of its scheme, and have its tiers ask for the copies of the segments."""
        copies = {segment.origin_id: segment for segment in scheme.segment_ids}
        tiers = self.env["customer.segmentation.rules"]._tiers_asking_for(self, copies)
        self.write({"scheme_id": scheme.id, "tier_ids": tiers})

    def _action_form(self, name="customer_segmentation.action_policies"):
        own = "customer_segmentation_preview.action_policy_drafts"
        return super()._action_form(own if self.draft_of_id else name)

    def action_open_versions(self):
        """Of a draft those of its policy."""
        return super(CustomerSegmentationPolicy, self.draft_of_id or self).action_open_versions()

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
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation_preview.action_policy_drafts")
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
        self.env["customer.segmentation.rules"]._lock(policy)
        if policy.version != self.draft_version and not self.env.context.get("over_other_changes"):
            raise UserError(
                self.env._(
                    "The rules were changed after this draft was begun:\n%(changes)s\n\nApplying the draft would undo "
                    "that. Open the draft again, and apply it all the same if you want to.",
                    changes=self.draft_outdated or "",
                )
            )
        before = policy.version
        self.env["customer.segmentation.rules"]._as_a_whole(policy)._take_over(self)
        self._discard()
        return policy.action_recompute() if policy.version != before else policy._action_form()

    def _take_over(self, draft):
        """Set the rules of a draft, and what else was changed in it: names, colours, benefits."""
        self._copy_shared_scheme(draft.scheme_id)
        rules = self.env["customer.segmentation.rules"]
        rules._set(self, rules._of(draft))
        if draft.scheme_id.draft_of_id:
            own_segments = {segment.code: segment for segment in self.scheme_id.segment_ids}
            for segment in draft.scheme_id.segment_ids:
                (segment.origin_id or own_segments[segment.code])._take_over_words(segment)
        own = rules._children(self)
        for name, copies in rules._children(draft).items():
            for child, copy in self._pairs(own[name], copies):
                child._take_over_words(copy)
        self._take_over_rest(draft)
        screens = {name: draft[name] for name in self._screen_fields() if draft[name] != self[name]}
        if screens:
            self.write(screens)

    def _take_over_rest(self, draft):
        """What is switched off in a draft is so in the policy; what was deleted there is deleted here."""
        rules = self.env["customer.segmentation.rules"]
        own = rules._children_at_rest(self)
        for name, copies in rules._children_at_rest(draft).items():
            (own[name] - copies.origin_id).unlink()
            for copy in copies:
                if copy.origin_id:
                    copy.origin_id._take_over_words(copy)
                else:
                    copy._copied_to(self)

    def _copy_shared_scheme(self, drafted):
        """Names and colours of segments that others are scored by are not changed: the draft becomes one of a copy."""
        scheme = self.scheme_id
        if drafted.draft_of_id != scheme or not scheme._used_out_of_sight():
            return
        if drafted._as_rules()["segments"] != scheme._as_rules()["segments"]:
            drafted.sudo().draft_of_id = self.env["customer.segmentation.rules"]._copy_scheme(self)
            by_code = {segment.code: segment for segment in self.scheme_id.segment_ids}
            for segment in drafted.sudo().segment_ids:
                segment.origin_id = by_code.get(segment.code)

    @api.model
    def _pairs(self, children, copies):
        """Each copy with the record it became; new ones, which came of none, in their order."""
        new = iter(children - copies.origin_id)
        return [(copy.origin_id or next(new), copy) for copy in copies]

    def _screen_fields(self):
        """Settings of the form that are no rules, but are edited beside them."""
        known = self.env["customer.segmentation.rules"]._of(self)
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
