"""Customers by what they did and where they stood in the past: searched, never stored.

    bought_between   "2026-01-01/2026-03-31"        who bought in that time
    stood_at         "2026-03-31:segment_id=7"      customers who were in that segment at the end of that day; likewise
                                                    tier_id, abc_class, lifecycle_stage; nothing after = for none
                     "2026-03-31:customer"          all who were customers then, that is, had a purchase
                     "2026-03-31:none"              who was none yet, or none any more

Several conditions are joined by " & " in one text: Odoo takes two terms on one field for a contradiction.

Where a customer stood on a day is what the first change after it came from, and without one, what is true now.
"""

from datetime import date

from odoo import api, fields, models
from odoo.addons.customer_segmentation.tools.context import said
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

GROUPINGS = ("segment_id", "tier_id", "abc_class", "lifecycle_stage")


class CustomerSegmentationProfile(models.Model):
    _inherit = "customer.segmentation.profile"

    bought_between = fields.Char(
        store=False,
        search="_search_bought_between",
        help="Finds who bought between two days, both included: 2026-01-01/2026-03-31.",
    )
    stood_at = fields.Char(
        store=False,
        search="_search_stood_at",
        string="Stood at Day",
        help="Finds customers by where they stood at the end of a day: 2026-03-31:lifecycle_stage=lost.",
    )

    # ------------------------------------------------------------------ purchases

    @api.model
    def _search_bought_between(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._any_of_all(value, self._parse_days, self._sql_bought)

    @api.model
    def _any_of_all(self, value, parse, to_sql):
        """A domain: one of the texts is true, and of a text all that is joined by " & "."""
        searched = [[parse(part) for part in str(text or "").split("&")] for text in value]
        self.env.flush_all()
        return Domain.OR(
            Domain.AND(
                Domain.custom(to_sql=lambda _model, alias, _query, term=term: to_sql(alias, *term)) for term in terms
            )
            for terms in searched
        )

    @api.model
    def _parse_days(self, text):
        try:
            first, last = (date.fromisoformat(day.strip()) for day in text.split("/"))
        except ValueError as error:
            raise UserError(
                self.env._("“%s” are not two days; write them like 2026-01-01/2026-03-31.", text)
            ) from error
        if first > last:
            raise UserError(
                self.env._("%(first)s is after %(last)s; write the earlier day first.", first=first, last=last)
            )
        return first, last

    @api.model
    def _sql_bought(self, alias, first, last):
        return SQL(
            "(%s, %s) IN (%s)",
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
            self.env["customer.transaction"]._sql_buyers(first, last),
        )

    # ------------------------------------------------------------------ states

    @api.model
    def _search_stood_at(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._any_of_all(value, self._parse_state, self._sql_stood)

    @api.model
    def _parse_state(self, text):
        """(day, column or None, value, whether a customer) of a search text."""
        try:
            day, state = text.strip().split(":", 1)
            day = date.fromisoformat(day.strip())
            if state in ("customer", "none"):
                return day, None, None, state == "customer"
            name, value = state.split("=", 1)
            if name not in GROUPINGS:
                raise ValueError(name)
            value = (int(value) if name.endswith("_id") else value) if value else None
            return day, name, value, value != "prospect"
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“%(text)s” is no state on a day; write it like 2026-03-31:lifecycle_stage=lost, with one of "
                    "%(names)s.",
                    text=text,
                    names=", ".join(GROUPINGS),
                )
            ) from error

    @api.model
    def _sql_stood(self, alias, day, name, value, customer):
        past = self._sql_stood_at(day, name)
        profile_id, abc = SQL.identifier(alias, "id"), SQL.identifier(alias, "abc_class")
        now = SQL("%s IS NOT NULL", abc) if customer else SQL("%s IS NULL", abc)
        then = SQL("was_customer") if customer else SQL("NOT was_customer")
        if name:
            now = SQL("%s AND %s IS NOT DISTINCT FROM %s", now, SQL.identifier(alias, name), value)
            then = SQL("%s AND value IS NOT DISTINCT FROM %s", then, value)
        return SQL(
            """(%(id)s IN (SELECT profile_id FROM (%(past)s) past WHERE %(then)s)
                OR (%(now)s AND NOT EXISTS (SELECT FROM customer_segmentation_transition change
                                             WHERE change.profile_id = %(id)s AND %(after)s)))""",
            id=profile_id,
            past=past,
            then=then,
            now=now,
            after=self._sql_changed_after(day, name),
        )

    @api.model
    def _sql_stood_at(self, day, name=None, later=None):
        """Of each profile the first change after a day: profile_id, was_customer, value of a column before, revenue.

        Everybody with a purchase has an ABC class, nobody else has.

        :param later: a second day: also the first change after this one, told apart by `is_later`
        """
        first = self._sql_first_change(day, name, is_later=False)
        return first if later is None else SQL("%s UNION ALL %s", first, self._sql_first_change(later, name, True))

    @api.model
    def _sql_first_change(self, day, name, is_later):
        """Sorted as the index of the history is."""
        return SQL(
            """(SELECT DISTINCT ON (change.profile_id) change.profile_id, %(is_later)s AS is_later,
                      change.from_abc_class IS NOT NULL AS was_customer, %(value)s AS value, change.revenue
                 FROM customer_segmentation_transition change
                WHERE %(after)s ORDER BY change.profile_id, change.date, change.id)""",
            is_later=is_later,
            value=SQL.identifier("change", f"from_{name}") if name else SQL("NULL"),
            after=self._sql_changed_after(day, name),
        )

    @api.model
    def _sql_changed_after(self, day, name):
        """The changes after a day that know a column: some left the stage out where a tier was set by hand.

        Only those of the profiles code says in `only_profile_ids`, if it does.
        """
        terms = [SQL("change.active AND change.date > %s", day)]
        only = said(self.env, "only_profile_ids")
        if only is not None:
            terms.append(SQL("change.profile_id = ANY(%s)", only))
        if name == "lifecycle_stage":
            terms.append(SQL("(change.from_lifecycle_stage IS NOT NULL OR change.to_lifecycle_stage IS NOT NULL)"))
        return SQL(" AND ").join(terms)
