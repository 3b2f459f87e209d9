"""The rules of a policy as one value: kept with each version, set again when a version is restored.

    _of()         everything that decides scores, as JSON: fields, the scheme with its segments, the ladder
    _children()   the records that belong to the rules; an addon with rules of its own adds its records
    _set()        make such a value the rules of the policy
    _changed()    counts the change and keeps the version; several changes of one transaction are one version

Records stand with their identifier and with their values: one that was deleted meanwhile is made again. What only
names or colours a record is under "words": it decides nothing, and is set only where the record is made. A field says
itself that it is a rule: `is_rule`. An addon with rules of its own extends `_children` and `_set`, and `_rule_changes`
of the version says what changed in them.
"""

from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.context import Told
from ...tools.rule_words import deciding, name_said, say

MADE_HERE = "customer_segmentation_versions"


class Restored(NamedTuple):
    """The version that is made the rules again, in the context of its policy."""

    number: int


class CustomerSegmentationRules(models.AbstractModel):
    _name = "customer.segmentation.rules"
    _description = "Rules of a Policy"

    # ------------------------------------------------------------------ what is a rule, and what changes it

    @api.model
    def _fields_of(self, parameter="is_rule"):
        """The names of the fields of a policy that say so."""
        return sorted(
            name
            for name, field in self.env["customer.segmentation.policy"]._fields.items()
            if getattr(field, parameter, False)
        )

    @api.model
    def _is_changed_by(self, policy, vals, parameter="is_rule"):
        """Whether some values make it score by other rules, or review tiers by others."""
        for name in vals.keys() & self._fields_of(parameter):
            field = policy._fields[name]
            if field.convert_to_cache(vals[name], policy) != field.convert_to_cache(policy[name], policy):
                return True
        return False

    @api.model
    def _lock(self, policies):
        """Have the rules to ourselves until the next commit.

        Waits for who changes them at this moment, or scores by them. When they were changed since this transaction
        began to look, PostgreSQL refuses and Odoo does the click again, which then sees the change.
        """
        if policies.ids:
            lock = SQL(
                "SELECT FROM customer_segmentation_policy WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                policies.ids,
            )
            self.env.cr.execute(lock, log_exceptions=False)

    @api.model
    def _changed(self, policies):
        """Count a change of the rules and keep the version.

        A version nobody has scored by yet that this transaction made is still being made.
        """
        self._lock(policies)
        made_here = self.env.cr.precommit.data.setdefault(MADE_HERE, {})
        live = self.env["customer.segmentation.rest"]._live(policies)
        finished = live.filtered(
            lambda policy: made_here.get(policy.id) != policy.version or self._is_scored_by(policy, policy.version)
        )
        for policy in finished:
            policy.sudo().version += 1
        made_here.update({policy.id: policy.version for policy in finished})
        for policy in live:
            self._keep_version(policy.sudo())

    @api.model
    def _perhaps_changed(self, policies):
        """The same after something was saved that is part of the rules, changed or not."""
        for policy in policies:
            kept = self._version_of(policy.sudo(), policy.version)
            present = deciding(self._of(policy))
            if not kept or _those_known(deciding(kept.rules), present) != present:
                self._changed(policy)

    @api.model
    def _scored_anew(self, policies):
        """An addon that scores has come or leaves: the next run scores by other rules, so that it calls nobody."""
        scored = policies.filtered(lambda policy: self._is_scored_by(policy, policy.version))
        self._changed(scored)
        for policy in policies - scored:
            self._keep_version(policy.sudo())
        for policy in policies.sudo():
            self._version_of(policy, policy.version).is_of_addons = True
        policies.filtered(lambda policy: policy._is_at_work())._queue_run()

    @api.model
    def _is_scored_by(self, policy, number):
        domain = [("policy_id", "=", policy.id), ("policy_version", "=", number), ("state", "!=", "pending")]
        return bool(self.env["customer.segmentation.run"].sudo().search_count(domain, limit=1))

    # ------------------------------------------------------------------ versions

    @api.model
    def _ensure_all_versions(self):
        """Called at each installation and update: policies from before versions were kept get their present one."""
        policies = self.env["customer.segmentation.policy"].sudo().with_context(active_test=False).search([])
        self._ensure_versions(policies, known=False)

    @api.model
    def _ensure_versions(self, policies, known=True):
        """Keep the present version of policies that have none.

        :param known: whether who calls, and now, is who made it, and when
        """
        live = self.env["customer.segmentation.rest"]._live(policies.sudo())
        for policy in live.filtered(lambda policy: not policy.version_ids):
            self._keep_version(policy, {} if known else {"user_id": False, "date": False})

    @api.model
    def _version_of(self, policy, number):
        return policy.env["customer.segmentation.policy.version"].search(
            [("policy_id", "=", policy.id), ("number", "=", number)]
        )

    @api.model
    def _score_alike(self, policy, number, other):
        """Whether two versions say the same, and no addon that scores came or left from one to the other."""
        if number == other:
            return True
        first, last = sorted((number, other))
        versions = (
            self.env["customer.segmentation.policy.version"]
            .sudo()
            .search(
                [
                    ("policy_id", "=", policy.id),
                    "|",
                    ("number", "in", (first, last)),
                    "&",
                    ("is_of_addons", "=", True),
                    "&",
                    ("number", ">", first),
                    ("number", "<=", last),
                ]
            )
        )
        if len(versions) != 2 or versions[0].is_of_addons:
            return False
        return deciding(versions[0].rules) == deciding(versions[1].rules)

    @api.model
    def _keep_version(self, policy, values=None):
        """Keep the present rules under the present number."""
        restored = policy.env.context.get("restored")
        told = {"restored_number": restored.number} if isinstance(restored, Restored) else {}
        values = {"rules": self._of(policy), **told, **(values or {})}
        kept = self._version_of(policy, policy.version)
        if kept:
            kept.write(values)
        else:
            kept.create({"policy_id": policy.id, "number": policy.version, **values})

    @api.model
    def _scored_months(self, policy):
        """The months of the window in which purchases were scored last; after a change of the rules, those before."""
        version = policy.rules_changed and self._version_of(policy.sudo(), policy.last_run_id.policy_version)
        return version.rules["fields"]["window_months"] if version else policy.window_months

    # ------------------------------------------------------------------ as a value

    @api.model
    def _of(self, policy):
        """Everything that decides scores, as JSON; in terms of the records that these ones stand for."""
        policy.ensure_one()
        policy = policy.sudo().with_context(active_test=False)
        return {
            "fields": {name: _plain(policy[name]) for name in self._fields_of() if name != "scheme_id"},
            "review": {name: _plain(policy[name]) for name in self._fields_of("is_review_rule")},
            "scheme": policy.scheme_id._as_rules(),
            **{name: [child._as_rules() for child in children] for name, children in self._children(policy).items()},
        }

    @api.model
    def _children(self, policy):
        """The records that belong to these rules beside the scheme, in order, by the name they have in a version."""
        return {"tiers": policy.tier_ids.sorted()}

    @api.model
    def _children_at_rest(self, _policy):
        """The same of those that are switched off: they decide nothing, but belong to the copy of a policy."""
        return {}

    @api.model
    def _copy(self, policy, values):
        """A copy of the policy with copies of the records that belong to its rules."""
        policy.ensure_one()
        quiet = policy.with_context(ladder_checked_by_caller=Told.BY_CODE)
        copy = quiet.copy(values)
        for children in (*self._children(quiet).values(), *self._children_at_rest(quiet).values()):
            children._copied_to(copy)
        copy.invalidate_recordset()
        return copy.with_env(policy.env)

    @api.model
    def _set(self, policy, rules):
        """Make these the rules of the policy, whatever they were.

        First the segments that tiers ask for, then fields and tiers together, then the segments that are left over:
        each step leaves something the checks of the next one can read.

        :param rules: from `_of`, of any time
        :raise UserError: when they cannot be set
        """
        policy.ensure_one()
        known = {name: value for name, value in (rules["fields"] | rules["review"]).items() if name in policy._fields}
        changed = {name: value for name, value in known.items() if _plain(policy[name]) != value}
        schemes = policy.env["customer.segment.scheme.rules"]
        scheme = schemes._scheme_of(rules["scheme"], policy.company_id)
        if scheme != policy.scheme_id:
            changed["scheme_id"] = scheme.id
        left_over = schemes._set_segments(scheme, rules["scheme"])
        policy.write({**changed, **self._ladder_of(policy, rules["tiers"], scheme)})
        left_over.with_context(scheme_checked_by_caller=Told.BY_CODE).unlink()
        scheme._segments_changed()
        for tier, values in zip(policy.tier_ids.sorted(), rules["tiers"], strict=True):
            if tier.id != values["id"]:
                say(tier, values["words"])

    @api.model
    def _ladder_of(self, policy, ladder, scheme):
        """The values that make this the ladder; none when it is."""
        schemes = self.env["customer.segment.scheme.rules"]
        present = {tier.id: tier._as_rules() for tier in policy.tier_ids.sorted()}
        if [deciding(tier) for tier in ladder] == [deciding(tier) for tier in present.values()]:
            return {}
        sequences = [tier["words"]["sequence"] for tier in ladder]
        if sequences != sorted(set(sequences)):  # of equal ones the identifier would decide
            sequences = range(10, 10 * len(ladder) + 10, 10)
        commands = [Command.delete(tier_id) for tier_id in present.keys() - {tier["id"] for tier in ladder}]
        for tier, sequence in zip(ladder, sequences, strict=True):
            values = {name: tier[name] for name in ("minimum_stay_days", "grace_days")} | {"sequence": sequence}
            criteria = [Command.create(schemes._criterion_of(scheme, criterion)) for criterion in tier["criteria"]]
            if tier["id"] not in present:
                words = {"name": name_said(tier["words"], self.env), "color": tier["words"]["color"]}
                commands.append(Command.create({**values, **words, "criterion_ids": criteria}))
                continue
            if deciding(present[tier["id"]]["criteria"]) != deciding(tier["criteria"]):
                values["criterion_ids"] = [Command.clear(), *criteria]
            commands.append(Command.update(tier["id"], values))
        return {"tier_ids": commands}

    # ------------------------------------------------------------------ a scheme of its own

    @api.model
    def _copy_scheme(self, policy):
        """Score this policy by a copy of its scheme; tiers and playbooks ask for the segments of the copy."""
        policy.ensure_one()
        copy, copies = policy.scheme_id._copy_to_change(policy.company_id)
        policy.write({"scheme_id": copy.id, "tier_ids": self._tiers_asking_for(policy, copies)})
        return copy

    @api.model
    def _tiers_asking_for(self, policy, copies):
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
            for criterion in policy.tier_ids.criterion_ids
            if criterion.measure == "segment"
        ]


def _those_known(rules, present):
    """The rules of a version without those of an addon that was uninstalled since."""
    asked = {name: value for name, value in rules["fields"].items() if name in present["fields"]}
    return {name: value for name, value in rules.items() if name in present} | {"fields": asked}


def _plain(value):
    """A value of a field as JSON."""
    if isinstance(value, models.BaseModel):
        return value.ids
    return fields.Date.to_string(value) if isinstance(value, date) else value
