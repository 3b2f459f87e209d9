"""What is at stake with customers: yearly value × chance of losing it, the one ranking of every list.

Not stored, for it moves every night without any order: an expression over stored columns and dates of the profile, the
day of each company, and the chances its last run counted (`scoring.stake`, `cut_points["stake"]`).

    _sql()          at stake now, as a column of profiles
    _sql_on()       on a day, by the chances of a run
    _sql_chance()   the chance, which another addon may know better

Expressions are made of terms: a function that gives the SQL of a column of profiles by its name.
"""

import functools

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...scoring import calendar
from ...tools.words import amount_in_words

COMPARISONS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}


def as_array(values):
    """Numbers as PostgreSQL writes an array: Odoo hashes expressions, and so cannot have lists in them."""
    return f"{{{','.join(map(str, values))}}}"


class CustomerSegmentationStake(models.AbstractModel):
    _name = "customer.segmentation.stake"
    _description = "What Is at Stake with Customers"

    # ------------------------------------------------------------------ as SQL

    @api.model
    def _sql(self, term):
        """Money at stake today; NULL of who is gone, never bought or is not scored."""
        return self._by_company(term, functools.partial(self._sql_on, term))

    @api.model
    def _sql_on(self, term, day, found):
        """Money at stake on a day.

        :param found: the chances of a run, from `_chances`; without any nothing is known
        """
        if not found:
            return SQL("NULL::numeric")
        return SQL(
            "CASE WHEN %(gone)s > %(day)s::date THEN GREATEST(%(value)s, 0) * %(chance)s END",
            gone=term("gone_date"),
            day=day,
            value=term("yearly_value"),
            chance=self._sql_chance(term, day, found),
        )

    @api.model
    def _sql_chance(self, term, day, found):
        """The chance of losing a customer, 0…1; an addon that knows it better says so here."""
        last_kind, last_ratio = len(found["purchase_days"]) - 1, len(found["ratios"]) - 1
        chances = as_array(as_array(of_kind) for of_kind in found["chances"])
        return SQL(
            # Counted from 0, as width_bucket does: below the first limit, whatever it is, holds the first step.
            "(%(chances)s::numeric[])[width_bucket(%(count)s, %(counts)s::int[])]"
            "[width_bucket(%(silence)s / NULLIF(%(gap)s, 0), %(ratios)s::numeric[])]",
            chances=f"[0:{last_kind}][0:{last_ratio}]={chances}",
            count=term("purchase_day_count"),
            counts=as_array(found["purchase_days"][1:]),
            silence=self._sql_silence(term, day, found),
            gap=term("typical_gap_days"),
            ratios=as_array(found["ratios"][1:]),
        )

    @api.model
    def _sql_silence(self, term, day, found):
        """How many days a customer has been silent for; those on which the shop was closed are none."""
        last, until = term("last_order_date"), fields.Date.to_date(day)
        closed = [one for one in found["closed_days"] if one <= calendar.day_of(until)]
        silence = SQL("(%s::date - %s)", until, last)
        if not closed:
            return silence
        return SQL(
            "(%s - %s + width_bucket(%s - DATE '1970-01-01', %s::int[]))", silence, len(closed), last, as_array(closed)
        )

    @api.model
    def _by_company(self, term, expression):
        """An expression of each company's day and chances; NULL of companies that were not scored.

        :param expression: a function of both
        """
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", company.id, expression(day, found)) for company, day, found in self._companies()
        )
        return SQL("CASE %s %s END", term("company_id"), cases) if cases else SQL("NULL::numeric")

    @api.model
    def _companies(self):
        """The scored companies with their day and the chances of their last run."""
        for policy in self.env["customer.order.age"]._all_policies():
            found = self._chances(policy.last_run_id.cut_points)
            if found:
                yield policy.company_id, policy._today(), found

    @api.model
    def _chances(self, cut_points):
        """The chances of a run and the days its company was closed, ascending, as these expressions take them."""
        if not cut_points or "stake" not in cut_points:
            return None
        runs = cut_points.get("rhythm", {}).get("closed_days", [])
        return cut_points["stake"] | {"closed_days": [day for first, last in runs for day in range(first, last + 1)]}

    # ------------------------------------------------------------------ reading

    @api.model
    def _fill_in(self, profiles):
        """The amount of each of these profiles, read at once as lists sort and sum it."""
        amounts = self._read(profiles, self._sql)
        for profile in profiles:
            profile.at_stake = amounts.get(profile._origin.id) or 0

    @api.model
    def _read(self, profiles, expression):
        """What an expression says of each of these profiles, by their identifiers.

        :param expression: a function of terms
        """
        if not profiles._origin:
            return {}
        table = profiles._table
        term = functools.partial(profiles._field_to_sql, table)
        query = SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)", expression(term), SQL.identifier(table), profiles._origin.ids
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _search_amount(self, operator, value):
        """Of whom nothing is at stake, zero is shown."""

        def compared(model, alias, query, sign, limit):
            return SQL("COALESCE(%s, 0) %s %s", model._field_to_sql(alias, "at_stake", query), sign, limit)

        if operator in COMPARISONS:
            return Domain.custom(to_sql=lambda *args: compared(*args, COMPARISONS[operator], value or 0))
        if operator != "in":
            return NotImplemented
        values = tuple({item or 0 for item in value})
        return Domain.custom(to_sql=lambda *args: compared(*args, SQL("IN"), values))

    # ------------------------------------------------------------------ in words

    @api.model
    def _fill_in_words(self, profiles):
        chances = self._read(profiles, self._sql_chance_now)
        own_history = {company.id: bool(found["customers"]) for company, _day, found in self._companies()}
        for profile in profiles:
            chance = profile.at_stake and chances.get(profile._origin.id)
            profile.stake_in_words = bool(chance) and self._in_words(
                profile,
                {"value": amount_in_words(profile, profile.yearly_value), "chance": round(100 * chance)},
                own_history[profile.company_id.id],
            )

    @api.model
    def _sql_chance_now(self, term):
        return self._by_company(term, functools.partial(self._sql_chance, term))

    @api.model
    def _in_words(self, profile, words, has_history):
        """What an amount is made of.

        :param words: yearly value and chance
        :param has_history: whether the chance was counted among the company's own customers
        """
        if has_history:
            return self.env._(
                "%(value)s a year × %(chance)s%%: so much of what customers like this one brought stayed away for 180 "
                "days after as many usual gaps of silence.",
                **words,
            )
        return self.env._(
            "%(value)s a year × %(chance)s%%: a usual chance, for your own customers have too little history yet.",
            **words,
        )
