"""The indicators of the value score among the rules of a policy: kept with versions, copied, set again."""

from odoo import SUPERUSER_ID, api, models
from odoo.addons.customer_segmentation.tools.context import Told
from odoo.addons.customer_segmentation.tools.rule_words import deciding, name_said, say, words_of
from odoo.fields import Command

WEIGHTS = ("weight", "kind", "higher_is_better", "missing")


class CustomerSegmentationRules(models.AbstractModel):
    _inherit = "customer.segmentation.rules"

    @api.model
    def _children(self, policy):
        return super()._children(policy) | {"indicators": policy._active_indicators()}

    @api.model
    def _children_at_rest(self, policy):
        everything = policy.with_context(active_test=False).indicator_ids
        return super()._children_at_rest(policy) | {"indicators": (everything - everything.filtered("active")).sorted()}

    @api.model
    def _copy(self, policy, values):
        """The copy is based on the value score before its indicators are there."""
        unchecked = policy.with_context(weights_checked_by_caller=Told.BY_CODE)
        return super()._copy(unchecked, values).with_env(policy.env)

    @api.model
    def _set(self, policy, rules):
        """The weights are checked as a whole, after everything else is set."""
        result = super()._set(policy.with_context(weights_checked_by_caller=Told.BY_CODE), rules)
        if "indicators" in rules:  # versions from before there was a value score do not say anything about it
            policy._set_indicators(rules["indicators"])
        policy._check_abc_basis()
        return result


class CustomerSegmentationPolicy(models.Model):
    _inherit = "customer.segmentation.policy"

    def _set_indicators(self, rules):
        """Make these the indicators that are switched on; all others are switched off, and lost by nobody."""
        present = {indicator.id: indicator for indicator in self.with_context(active_test=False).indicator_ids}
        wanted = {indicator["id"] for indicator in rules}
        commands = [
            Command.update(indicator.id, {"active": False})
            for indicator in present.values()
            if indicator.active and indicator.id not in wanted
        ]
        for place, values in enumerate(rules, 1):
            indicator = present.get(values["id"])
            asked = {name: value for name, value in values.items() if name not in ("id", "words")}
            if not indicator:
                words = {"name": name_said(values["words"], self.env), "sequence": 10 * place}
                commands.append(Command.create(asked | words))
            elif not indicator.active or deciding(indicator._as_rules()) != deciding(values):
                changed = {name: value for name, value in asked.items() if indicator[name] != value}
                commands.append(Command.update(indicator.id, changed | {"active": True}))
        if commands:
            self.write({"indicator_ids": commands})
        for indicator, values in zip(self._active_indicators(), rules, strict=True):
            if indicator.id != values["id"]:
                say(indicator, {"name": values["words"]["name"]})


class CustomerSegmentationIndicator(models.Model):
    _inherit = "customer.segmentation.indicator"

    def _copied_to(self, parent):
        """Made by OdooBot so that each keeps its author: nobody typed anything.

        What its author may not read any more, whoever copies takes over.
        """
        rows = []
        for indicator in self.sudo():
            author = self.env.user if indicator._refused_to_author() else indicator.author_id or self.env.user
            rows.append(indicator.copy_data({"policy_id": parent.id, "author_id": author.id})[0])
        copies = self.with_user(SUPERUSER_ID).create(rows).with_env(self.env)
        for copy, indicator in zip(copies, self, strict=True):
            say(copy, words_of(indicator, "name"))
        return copies

    def _as_rules(self):
        values = {name: self[name] for name in (*WEIGHTS, *self._source_fields())}
        return {"id": self._origin_record().id, **values, "words": words_of(self, "name", "sequence")}


class CustomerSegmentationPolicyVersion(models.Model):
    _inherit = "customer.segmentation.policy.version"

    @api.model
    def _rule_changes(self, old, new):
        """Indicators that are not made yet have no identifier: they are told apart by their place."""
        before = {indicator["id"]: indicator for indicator in old.get("indicators", [])}
        after = {
            indicator["id"] or ("new", place): indicator for place, indicator in enumerate(new.get("indicators", []))
        }
        names = {
            key: self._name_of("customer.segmentation.indicator", rules) for key, rules in {**before, **after}.items()
        }
        changes = [self.env._("Indicator %s removed", names[key]) for key in before if key not in after]
        for key, rules in after.items():
            if key not in before:
                words = self._indicator_in_words(rules)
                changes.append(self.env._("Indicator %(name)s added: %(rule)s", name=names[key], rule=words))
            elif deciding(before[key]) != deciding(rules):
                words = (self._indicator_in_words(indicator) for indicator in (before[key], rules))
                changes.append(self._change(self.env._("Indicator %s", names[key]), *words))
        return [*super()._rule_changes(old, new), *changes]

    @api.model
    def _indicator_in_words(self, rules):
        """ "25%: Revenue; more is better; if unknown: as the middle" """
        values = {name: value for name, value in rules.items() if name not in ("id", "words")}
        indicator = self.env["customer.segmentation.indicator"].new(values)
        missing = dict(indicator._fields["missing"]._description_selection(self.env))
        return self.env._(
            "%(weight)s%%: %(weighed)s; if unknown: %(missing)s",
            weight=self.env["customer.segmentation.policy"]._percent(rules["weight"]),
            weighed=indicator.source_in_words or "–",
            missing=missing[rules["missing"]],
        )
