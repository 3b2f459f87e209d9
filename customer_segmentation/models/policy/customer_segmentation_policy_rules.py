"""The rules of a policy as one value: kept with each version, set again when a version is restored.

    _rules()            everything that decides scores, as JSON: fields, the scheme with its segments, the ladder
    _rule_children()    the records that belong to the rules; an addon with rules of its own adds its records
    _set_rules()        make such a value the rules of the policy
    _rules_changed()    counts the change and keeps the version; several changes of one transaction are one version

Records stand with their identifier and with their values: one that was deleted meanwhile is made again. What only
names or colours a record is under "words": it decides nothing, and is set only where the record is made. A field says
itself that it is a rule: `is_rule`. An addon with rules of its own extends `_rule_children` and `_set_rules`, and
`_rule_changes` of the version says what changed in them.
"""

from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.context import Told
from ...tools.rule_words import deciding, name_said, say, words_of

RANGE_FIELDS = (
    "recency_min",
    "recency_max",
    "frequency_min",
    "frequency_max",
    "monetary_min",
    "monetary_max",
    "fm_min",
    "fm_max",
    "first_purchase",
)
MADE_HERE = "customer_segmentation_versions"


class Restored(NamedTuple):
    """The version that is made the rules again, in the context of its policy."""

    number: int


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    version_ids = fields.One2many(
        "customer.segmentation.policy.version", "policy_id", string="Versions", readonly=True, engine_only=True
    )
    version_count = fields.Integer(compute="_compute_version_count")

    @api.depends("version_ids")
    def _compute_version_count(self):
        for policy in self:
            policy.version_count = len(policy.version_ids)

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._ensure_versions()
        return policies

    # ------------------------------------------------------------------ versions

    @api.model
    def _ensure_all_versions(self):
        """Called at each installation and update: policies from before versions were kept get their present one."""
        self.sudo().with_context(active_test=False).search([])._ensure_versions(known=False)

    def _ensure_versions(self, known=True):
        """Keep the present version of policies that have none.

        :param known: whether who calls, and now, is who made it, and when
        """
        for policy in self.sudo()._live().filtered(lambda policy: not policy.version_ids):
            policy._keep_version({} if known else {"user_id": False, "date": False})

    def _lock_rules(self):
        """Have the rules to ourselves until the next commit.

        Waits for who changes them at this moment, or scores by them. When they were changed since this transaction
        began to look, PostgreSQL refuses and Odoo does the click again, which then sees the change.
        """
        if self.ids:
            lock = SQL(
                "SELECT FROM customer_segmentation_policy WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", self.ids
            )
            self.env.cr.execute(lock, log_exceptions=False)

    def _rules_changed(self):
        """A version nobody has scored by yet that this transaction made is still being made."""
        self._lock_rules()
        made_here = self.env.cr.precommit.data.setdefault(MADE_HERE, {})
        live = self._live()
        finished = live.filtered(
            lambda policy: made_here.get(policy.id) != policy.version or policy._is_scored_by(policy.version)
        )
        result = super(CustomerSegmentationPolicy, finished)._rules_changed()
        made_here.update({policy.id: policy.version for policy in finished})
        for policy in live:
            policy.sudo()._keep_version({})
        return result

    def _rules_perhaps_changed(self):
        """The same after something was saved that is part of the rules, changed or not."""
        for policy in self:
            kept = policy.sudo()._version_of(policy.version)
            present = deciding(policy._rules())
            if not kept or _those_known(deciding(kept.rules), present) != present:
                policy._rules_changed()

    def _scored_anew(self):
        """An addon that scores has come or leaves: the next run scores by other rules, so that it calls nobody."""
        scored = self.filtered(lambda policy: policy._is_scored_by(policy.version))
        scored._rules_changed()
        for policy in self - scored:
            policy.sudo()._keep_version({})
        self.filtered(lambda policy: policy._is_at_work())._queue_run()

    def _is_scored_by(self, number):
        domain = [("policy_id", "=", self.id), ("policy_version", "=", number), ("state", "!=", "pending")]
        return bool(self.env["customer.segmentation.run"].sudo().search_count(domain, limit=1))

    def _scored_months(self):
        """The months of the window in which purchases were scored last; after a change of the rules, those before."""
        version = self.rules_changed and self.sudo()._version_of(self.last_run_id.policy_version)
        return version.rules["fields"]["window_months"] if version else self.window_months

    def _window_in_words(self):
        """The window the figures were scored in, as the end of a sentence."""
        return self._months_in_words(self._scored_months())

    @api.model
    def _months_in_words(self, months):
        return self.env._("in the last month") if months == 1 else self.env._("in the last %s months", months)

    def _version_of(self, number):
        return self.env["customer.segmentation.policy.version"].search(
            [("policy_id", "=", self.id), ("number", "=", number)]
        )

    def _keep_version(self, values):
        """Keep the present rules under the present number."""
        restored = self.env.context.get("restored")
        told = {"restored_number": restored.number} if isinstance(restored, Restored) else {}
        values = {"rules": self._rules(), **told, **values}
        kept = self._version_of(self.version)
        if kept:
            kept.write(values)
        else:
            kept.create({"policy_id": self.id, "number": self.version, **values})

    def action_open_versions(self):
        """Every version of the rules: who, when, and what changed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_segmentation.action_policy_versions")
        return dict(action, domain=[("policy_id", "=", self.id)])

    # ------------------------------------------------------------------ as a value

    def _rules(self):
        """Everything that decides scores, as JSON; in terms of the records that these ones stand for."""
        self.ensure_one()
        policy = self.sudo().with_context(active_test=False)
        return {
            "fields": {name: _plain(policy[name]) for name in self._rule_fields() if name != "scheme_id"},
            "review": {name: _plain(policy[name]) for name in self._rule_fields("is_review_rule")},
            "scheme": policy.scheme_id._as_rules(),
            **{name: [child._as_rules() for child in children] for name, children in policy._rule_children().items()},
        }

    def _rule_children(self):
        """The records that belong to these rules beside the scheme, in order, by the name they have in a version."""
        return {"tiers": self.tier_ids.sorted()}

    def _copy_with_rules(self, values):
        """A copy of the policy with copies of the records that belong to its rules."""
        self.ensure_one()
        policy = self.with_context(ladder_checked_by_caller=Told.BY_CODE)
        copy = policy.copy(values)
        for children in policy._rule_children().values():
            children._copied_to(copy)
        copy.invalidate_recordset()
        return copy.with_env(self.env)

    def _set_rules(self, rules):
        """Make these the rules of the policy, whatever they were.

        First the segments that tiers ask for, then fields and tiers together, then the segments that are left over:
        each step leaves something the checks of the next one can read.

        :param rules: from `_rules`, of any time
        :raise UserError: when they cannot be set
        """
        self.ensure_one()
        known = {name: value for name, value in (rules["fields"] | rules["review"]).items() if name in self._fields}
        changed = {name: value for name, value in known.items() if _plain(self[name]) != value}
        scheme = self.env["customer.segment.scheme"]._scheme_of_rules(rules["scheme"])
        if scheme != self.scheme_id:
            changed["scheme_id"] = scheme.id
        left_over = scheme._set_segments(rules["scheme"])
        self.write({**changed, **self._ladder_of_rules(rules["tiers"], scheme)})
        left_over.with_context(scheme_checked_by_caller=Told.BY_CODE).unlink()
        scheme._segments_changed()
        for tier, values in zip(self.tier_ids.sorted(), rules["tiers"], strict=True):
            if tier.id != values["id"]:
                say(tier, values["words"])

    def _ladder_of_rules(self, ladder, scheme):
        """The values that make this the ladder; none when it is."""
        present = {tier.id: tier._as_rules() for tier in self.tier_ids.sorted()}
        if [deciding(tier) for tier in ladder] == [deciding(tier) for tier in present.values()]:
            return {}
        sequences = [tier["words"]["sequence"] for tier in ladder]
        if sequences != sorted(set(sequences)):  # of equal ones the identifier would decide
            sequences = range(10, 10 * len(ladder) + 10, 10)
        commands = [Command.delete(tier_id) for tier_id in present.keys() - {tier["id"] for tier in ladder}]
        for tier, sequence in zip(ladder, sequences, strict=True):
            values = {name: tier[name] for name in ("minimum_stay_days", "grace_days")} | {"sequence": sequence}
            criteria = [Command.create(scheme._criterion_of_rules(criterion)) for criterion in tier["criteria"]]
            if tier["id"] not in present:
                words = {"name": name_said(tier["words"], self.env), "color": tier["words"]["color"]}
                commands.append(Command.create({**values, **words, "criterion_ids": criteria}))
                continue
            if deciding(present[tier["id"]]["criteria"]) != deciding(tier["criteria"]):
                values["criterion_ids"] = [Command.clear(), *criteria]
            commands.append(Command.update(tier["id"], values))
        return {"tier_ids": commands}


class CustomerSegmentScheme(models.Model):
    _inherit = "customer.segment.scheme"

    def _as_rules(self):
        return {
            "id": self._origin_record().id,
            "bands": self.bands,
            "words": words_of(self, "name"),
            "segments": [segment._as_rules() for segment in self.segment_ids.sorted()],
        }

    @api.model
    def _scheme_of_rules(self, rules):
        """The scheme some rules name, made again when it was deleted."""
        scheme = self.browse(rules["id"]).exists()
        if not scheme:
            scheme = self.with_context(scheme_checked_by_caller=Told.BY_CODE).create(
                {"name": name_said(rules["words"], self.env), "bands": rules["bands"], "active": False}
            )
            say(scheme, rules["words"])
            scheme.active = True  # its segments come before it is checked
        elif not scheme.active:
            raise UserError(
                self.env._(
                    "These rules score by the scheme %s, which is archived. Unarchive it under Schemes first.",
                    scheme.name,
                )
            )
        return scheme.with_env(self.env)

    def _set_segments(self, rules):
        """Give the segments the ranges they have in some rules, and make those that are missing.

        :return: the segments the rules do not know; the caller deletes them and checks the scheme
        """
        scheme = self.with_context(scheme_checked_by_caller=Told.BY_CODE)
        if scheme.bands != rules["bands"]:
            scheme.bands = rules["bands"]
        found = scheme.segment_ids.browse()
        for number, values in enumerate(rules["segments"], 1):
            segment = scheme._segment_of_rules(values)
            if not segment:
                name, code = name_said(values["words"], self.env), values["code"]
                segment = segment.create({"scheme_id": scheme.id, "name": name, "code": code})
                say(segment, values["words"])
            if segment.sequence != 10 * number and [s.id for s in scheme.segment_ids.sorted()] != self._order_of(rules):
                segment.sequence = 10 * number
            if segment._as_rules()["ranges"] != values["ranges"]:
                ranges = [dict(zip(RANGE_FIELDS, limits, strict=True)) for limits in values["ranges"]]
                segment.range_ids = [Command.clear(), *map(Command.create, ranges)]
            found |= segment
        return (scheme.segment_ids - found).with_env(self.env)

    @api.model
    def _order_of(self, rules):
        return [segment["id"] for segment in rules["segments"]]

    def _segment_of_rules(self, rules):
        """The segment some rules name: the same record, else the one with its code."""
        same = self.segment_ids.filtered(lambda segment: segment.id == rules["id"])
        return same or self.segment_ids.filtered(lambda segment: segment.code == rules["code"])

    def _criterion_of_rules(self, rules):
        """The values of a criterion, whose segments are those of this scheme."""
        if rules["measure"] not in self.env["customer.segmentation.measure"]._declared():
            raise UserError(
                self.env._(
                    "These rules ask for the measure %s, which comes with an app that is not installed. Install it "
                    "first, or set the ladder up by hand.",
                    rules["measure"],
                )
            )
        segments = {
            name: self._segment_of_rules(rules[name]).id if rules[name] else False
            for name in ("entry_segment_id", "keep_segment_id")
        }
        return {**rules, **segments}


class CustomerSegment(models.Model):
    _inherit = "customer.segment"

    def _as_rules(self):
        return {
            "id": self._origin_record().id,
            "code": self.code,
            "ranges": sorted([scope[name] for name in RANGE_FIELDS] for scope in self.range_ids),
            "words": words_of(self, "name", "advice", "color", "health", "attention"),
        }


class CustomerTier(models.Model):
    _inherit = "customer.tier"

    def _as_rules(self):
        return {
            "id": self._origin_record().id,
            "minimum_stay_days": self.minimum_stay_days,
            "grace_days": self.grace_days,
            "criteria": [criterion._as_rules() for criterion in self.criterion_ids],
            "words": words_of(self, "name", "description", "color", "sequence"),
        }


class CustomerTierCriterion(models.Model):
    _inherit = "customer.tier.criterion"

    def _as_rules(self):
        rules = {name: self[name] for name in ("measure", "kind", "entry", "keep")}
        for name in ("entry_segment_id", "keep_segment_id"):
            segment = self[name]
            known = {"id": segment._origin_record().id, "code": segment.code, "words": {"name": segment.name}}
            rules[name] = known if segment else False
        return rules


def _those_known(rules, present):
    """The rules of a version without those of an addon that was uninstalled since."""
    asked = {name: value for name, value in rules["fields"].items() if name in present["fields"]}
    return {name: value for name, value in rules.items() if name in present} | {"fields": asked}


def _plain(value):
    """A value of a field as JSON."""
    if isinstance(value, models.BaseModel):
        return value.ids
    return fields.Date.to_string(value) if isinstance(value, date) else value
