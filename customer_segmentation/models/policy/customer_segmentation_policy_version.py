"""Every version of the rules of a policy: who made it, when, and what changed. History is never rewritten."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...tools.labels import RANGE_FIELDS
from ...tools.rule_words import deciding
from ...tools.words import listed
from .customer_segmentation_rules import Restored


class CustomerSegmentationPolicyVersion(models.Model):
    _name = "customer.segmentation.policy.version"
    _description = "Version of the Rules"
    _order = "policy_id, number desc"
    _log_access = False

    policy_id = fields.Many2one(
        "customer.segmentation.policy", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", string="Company")
    number = fields.Integer(string="Version", required=True, readonly=True, aggregator=None)
    date = fields.Datetime(readonly=True, default=fields.Datetime.now, help="When the rules were changed.")
    user_id = fields.Many2one(
        "res.users", string="Changed by", readonly=True, ondelete="set null", default=lambda self: self.env.uid
    )
    rules = fields.Json(readonly=True, help="All rules of this version.")
    restored_number = fields.Integer(
        string="Restored Version", readonly=True, aggregator=None, help="This version repeats an older one."
    )
    is_of_addons = fields.Boolean(
        string="Because of an Addon",
        readonly=True,
        help="An addon that scores came or left: what says the same scores by other rules than before.",
    )
    difference = fields.Text(
        compute="_compute_difference", string="What Changed", help="Compared with the version before."
    )
    is_current = fields.Boolean(compute="_compute_is_current", string="Current")
    run_count = fields.Integer(compute="_compute_run_count", string="Runs", help="Runs that scored by this version.")

    _number_unique = models.Constraint("UNIQUE(policy_id, number)", "A policy has each version once.")

    @api.depends("number", "policy_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._("Version %s", version.number)

    @api.depends("number", "policy_id.version")
    def _compute_is_current(self):
        for version in self:
            version.is_current = version.number == version.policy_id.version

    def _compute_run_count(self):
        rows = self.env["customer.segmentation.run"]._read_group(
            [("policy_id", "in", self.policy_id.ids)], ["policy_id", "policy_version"], ["__count"]
        )
        counts = {(policy, number): count for policy, number, count in rows}
        for version in self:
            version.run_count = counts.get((version.policy_id, version.number), 0)

    @api.depends("rules")
    @api.depends_context("lang")
    def _compute_difference(self):
        for version in self:
            before = version._before()
            version.difference = "\n".join(version._difference_lines(before)) if before else version._first_words()

    def _before(self):
        return self.search([("policy_id", "=", self.policy_id.id), ("number", "<", self.number)], limit=1)

    def _first_words(self):
        if self.date:
            return self.env._("First version")
        return self.env._("First version that was kept; older ones are not known")

    def _difference_lines(self, before):
        lines = self._differences(before.rules, self.rules)
        if self.restored_number:
            lines.insert(0, self.env._("Version %s restored", self.restored_number))
        return lines

    # ------------------------------------------------------------------ what users click

    def action_restore(self):
        """Make the rules of this version the rules again, as a new version, and queue a run by them."""
        self.ensure_one()
        policy = self.policy_id
        if not self.env.user.has_group("customer_segmentation.group_manager"):
            raise AccessError(self.env._("Only managers of Customer Segmentation restore rules."))
        policy.check_access("write")
        before, rules = policy.version, self.sudo().rules
        self.env["customer.segmentation.rules"]._set(policy.with_context(restored=Restored(self.number)), rules)
        return policy.action_recompute() if policy.version != before else policy._action_form()

    def action_open_runs(self):
        """The runs that scored by this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_runs")
        return dict(
            action, domain=[("policy_id", "=", self.policy_id.id), ("policy_version", "=", self.number)], context={}
        )

    # ------------------------------------------------------------------ in words

    @api.model
    def _differences(self, old, new):
        """What differs between two rules, a sentence each, in the reader's language."""
        return [
            *self._field_changes(old, new),
            *self._scheme_changes(old["scheme"], new["scheme"]),
            *self._ladder_changes(old["tiers"], new["tiers"]),
            *self._rule_changes(old, new),
        ]

    @api.model
    def _rule_changes(self, _old, _new):
        """The same of rules that another addon keeps."""
        return []

    @api.model
    def _change(self, what, old, new):
        return self.env._("%(what)s: %(old)s → %(new)s", what=what, old=old, new=new)

    @api.model
    def _field_changes(self, old, new):
        policies, changes = self.env["customer.segmentation.policy"], []
        before, after = old["fields"] | old["review"], new["fields"] | new["review"]
        for name, field in policies._fields.items():
            if name in after and before.get(name) != after[name]:
                values = (self._value_in_words(field, rules.get(name)) for rules in (before, after))
                changes.append(self._change(field._description_string(self.env), *values))
        return changes

    @api.model
    def _value_in_words(self, field, value):
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value) or "–"
        if field.type == "date":
            return format_date(self.env, value) if value else "–"
        if field.type in ("integer", "float") and value is not None:
            return formatLang(self.env, value, digits=0 if float(value).is_integer() else 2)
        return value or "–"

    @api.model
    def _name_of(self, model, rules):
        """The name a record has now, else the one it had."""
        record = self.env[model].sudo().browse(rules["id"] or []).exists()
        names = rules["words"]["name"]
        return record.name or (names.get(self.env.lang) or names.get("en_US") or next(iter(names.values()), ""))

    @api.model
    def _scheme_changes(self, old, new):
        if old["id"] != new["id"]:
            names = (self._name_of("customer.segment.scheme", scheme) for scheme in (old, new))
            return [self._change(self.env._("Scheme"), *names)]
        names = {
            segment["code"]: self._name_of("customer.segment", segment)
            for scheme in (old, new)
            for segment in scheme["segments"]
        }
        rules = [
            {
                segment["code"]: self._ranges_in_words(segment["ranges"], scheme["bands"])
                for segment in scheme["segments"]
            }
            for scheme in (old, new)
        ]
        changes = [
            self._change(self.env._("Segment %s", names[code]), *(known.get(code, "–") for known in rules))
            for code in {**rules[0], **rules[1]}
            if rules[0].get(code) != rules[1].get(code)
        ]
        orders = [[code for code in known if code in rules[0] and code in rules[1]] for known in rules]
        if orders[0] != orders[1]:
            in_words = (listed(self.env, (names[code] for code in order)) for order in orders)
            changes.append(self._change(self.env._("Order of the segments"), *in_words))
        return changes

    @api.model
    def _ranges_in_words(self, ranges, bands):
        scheme = self.env["customer.segment.scheme"].new({"bands": bands})
        segment = self.env["customer.segment"].new({"scheme_id": scheme})
        scopes = self.env["customer.segment.range"]
        made = [
            scopes.new({**dict(zip(RANGE_FIELDS, limits, strict=True)), "segment_id": segment}) for limits in ranges
        ]
        return self.env._(" or ").join(scope._in_words() for scope in made)

    @api.model
    def _ladder_changes(self, old, new):
        """Tiers that are not made yet have no identifier: they are told apart by their place."""
        before = {tier["id"]: tier for tier in old}
        after = {tier["id"] or ("new", place): tier for place, tier in enumerate(new)}
        names = {key: self._name_of("customer.tier", tier) for key, tier in {**before, **after}.items()}
        changes = [self.env._("Tier %s removed", names[key]) for key in before if key not in after]
        for key, tier in after.items():
            if key not in before:
                rule = self._criteria_in_words(tier["criteria"])
                changes.append(self.env._("Tier %(tier)s added: %(rule)s", tier=names[key], rule=rule))
            elif deciding(before[key]) != deciding(tier):
                changes += self._tier_changes(names[key], before[key], tier)
        orders = [[key for key in tiers if key in before and key in after] for tiers in (before, after)]
        if orders[0] != orders[1]:
            in_words = (listed(self.env, (names[key] for key in order)) for order in orders)
            changes.append(self._change(self.env._("Order of the tiers"), *in_words))
        return changes

    @api.model
    def _tier_changes(self, name, old, new):
        tiers, changes = self.env["customer.tier"], []
        for field in ("minimum_stay_days", "grace_days"):
            if old[field] != new[field]:
                label = self.env._(
                    "Tier %(tier)s, %(what)s", tier=name, what=tiers._fields[field]._description_string(self.env)
                )
                changes.append(self._change(label, old[field], new[field]))
        before, after = ([self._criterion_in_words(rule) for rule in tier["criteria"]] for tier in (old, new))
        gone = [words for words in before if words not in after]
        come = [words for words in after if words not in before]
        if gone or come:
            label = self.env._("Tier %s", name)
            changes.append(self._change(label, *(self.env._(" and ").join(words) or "–" for words in (gone, come))))
        return changes

    @api.model
    def _criteria_in_words(self, criteria):
        words = [self._criterion_in_words(criterion) for criterion in criteria]
        return self.env._(" and ").join(words) if words else self.env._("All other customers")

    @api.model
    def _criterion_in_words(self, rules):
        """Segments that were deleted stand with the name they had, measures that are gone with their technical one."""
        if rules["measure"] not in self.env["customer.segmentation.measure"]._declared():
            return self.env._(
                "%(measure)s, which nothing measures any more: %(limit)s",
                measure=rules["measure"],
                limit=formatLang(self.env, rules["entry"], digits=0 if float(rules["entry"]).is_integer() else 2),
            )
        values = {name: rules[name] for name in ("measure", "kind", "entry", "keep")}
        for name in ("entry_segment_id", "keep_segment_id"):
            if rules[name]:
                known = self.env["customer.segment"].sudo().browse(rules[name]["id"] or []).exists()
                values[name] = known or self.env["customer.segment"].new(rules[name]["words"])
        criterion = self.env["customer.tier.criterion"].new(values)
        criterion.keep = rules["keep"]
        return criterion._in_words()


class CustomerSegmentationRun(models.Model):
    _inherit = "customer.segmentation.run"

    version_id = fields.Many2one(
        "customer.segmentation.policy.version",
        compute="_compute_version_id",
        string="Version of the Rules",
        help="The rules the run scored by: who changed them, and what.",
    )

    @api.depends("policy_id", "policy_version")
    def _compute_version_id(self):
        versions = self.env["customer.segmentation.policy.version"].search([("policy_id", "in", self.policy_id.ids)])
        known = {(version.policy_id, version.number): version for version in versions}
        for run in self:
            run.version_id = known.get((run.policy_id, run.policy_version), versions.browse())
