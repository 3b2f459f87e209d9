"""A scheme and its segments among the rules of a policy: found, made or set as some rules say.

Ranges that a company is scored by in which the user may not work are never changed: the policy gets a copy.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.context import Told
from ...tools.labels import RANGE_FIELDS
from ...tools.rule_words import deciding, name_said, say


class CustomerSegmentSchemeRules(models.AbstractModel):
    _name = "customer.segment.scheme.rules"
    _description = "Segments among the Rules of a Policy"

    @api.model
    def _scheme_of(self, rules, company):
        """The scheme to set some rules of a company on: the one they name, or a copy of one others are scored by."""
        scheme = self.env["customer.segment.scheme"].browse(rules["id"]).exists()
        if scheme.sudo().company_id - company:
            scheme = scheme.browse()
        if scheme and scheme._used_out_of_sight() and self._is_changed_by(scheme, rules):
            return scheme._copy_to_change(company)[0]
        return self._named(scheme, rules, company)

    @api.model
    def _named(self, scheme, rules, company):
        """The scheme some rules name, made again when it was deleted."""
        if not scheme:
            scheme = scheme.with_context(scheme_checked_by_caller=Told.BY_CODE).create(
                {
                    "name": name_said(rules["words"], self.env),
                    "company_id": company.id,
                    "bands": rules["bands"],
                    "active": False,
                }
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

    @api.model
    def _set_segments(self, scheme, rules):
        """Give the segments the ranges they have in some rules, and make those that are missing.

        :return: the segments the rules do not know; the caller deletes them and checks the scheme
        """
        given, scheme = scheme.env, scheme.with_context(scheme_checked_by_caller=Told.BY_CODE)
        if scheme.bands != rules["bands"]:
            scheme.bands = rules["bands"]
        found = scheme.segment_ids.browse()
        for number, values in enumerate(rules["segments"], 1):
            segment = self._segment_of(scheme, values)
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
        return (scheme.segment_ids - found).with_env(given)

    @api.model
    def _order_of(self, rules):
        return [segment["id"] for segment in rules["segments"]]

    @api.model
    def _segment_of(self, scheme, rules):
        """The segment some rules name: the same record, else the one with its code."""
        same = scheme.segment_ids.filtered(lambda segment: segment.id == rules["id"])
        return same or scheme.segment_ids.filtered(lambda segment: segment.code == rules["code"])

    @api.model
    def _criterion_of(self, scheme, rules):
        """The values of a criterion, whose segments are those of this scheme."""
        if rules["measure"] not in self.env["customer.segmentation.measure"]._declared():
            raise UserError(
                self.env._(
                    "These rules ask for the measure %s, which comes with an app that is not installed. Install it "
                    "first, or set the tiers up by hand.",
                    rules["measure"],
                )
            )
        segments = {
            name: self._segment_of(scheme, rules[name]).id if rules[name] else False
            for name in ("entry_segment_id", "keep_segment_id")
        }
        return {**rules, **segments}

    @api.model
    def _is_changed_by(self, scheme, rules):
        """Whether some rules score by other ranges or another order of the segments."""
        own = scheme._as_rules()
        return any(deciding(own[name]) != deciding(rules[name]) for name in ("bands", "segments"))
