"""Figures of the dashboard about where customers stand: segments, heat map, movement."""

from collections import defaultdict

from odoo import api, models
from odoo.addons.customer_segmentation.tools.context import by_code, refuse
from odoo.addons.customer_segmentation.tools.labels import ABC_CLASSES, LIFECYCLE_STAGES
from odoo.tools import SQL, format_date

REVENUES = ("first_revenue", "last_revenue")
NONE = "none"  # the group of who is no customer: not yet, or no more
LAST = 1_000_000  # below every group


class CustomerSegmentationDashboard(models.AbstractModel):
    _inherit = "customer.segmentation.dashboard"

    # ------------------------------------------------------------------ segments

    @api.readonly
    @api.model
    def read_segments(self, company_id, start, end, scope=None):
        """The segments at the end of a period, see `_figures`."""
        selection = self._select(company_id, start, end, scope)
        since = self._history_since(selection)
        return {
            "segments": self._segments(selection),
            "domain": self._all_standing(selection, selection.passed.end),
            **self._both_open(selection, selection.passed.end, selection.before.end),
            "running": selection.running,
            "day": format_date(self.env, selection.passed.end),
            "before_day": format_date(self.env, selection.before.end),
            "known": bool(since and selection.passed.end >= since),
            "since": since and format_date(self.env, since),
        }

    @api.model
    def _segments(self, selection):
        before, after = self._sums(selection, "segment_id")
        money = self._segment_money(selection) if after is not None else {}
        total = sum(revenue for revenue, _orders in money.values())
        rows = []
        for group in self._groups(selection.policy, "segment_id", {*(before or ()), *(after or ()), *money} - {NONE}):
            key = group["key"]
            revenue, orders = money.get(key, (None if after is None else 0, 0))
            rows.append(
                {
                    **group,
                    "id": int(key) if key else False,
                    "name": group["label"],
                    "customers": self._customers(after, key),
                    "previous": self._customers(before, key),
                    "revenue": revenue,
                    "share": revenue / total if revenue and total > 0 else 0,
                    "average": revenue / orders if orders else None,
                    "domain": self._standing(selection, selection.passed.end, "segment_id", key),
                    "previous_domain": self._standing(selection, selection.before.end, "segment_id", key),
                }
            )
        return rows

    @api.model
    def _segment_money(self, selection):
        """Revenue and orders in the window by segment, both as of the end of the period."""
        day = selection.passed.end
        rows = self._profiles_on(selection, day)._read_group(
            self._all_standing(selection, day), ["segment_then_id"], ["revenue_then:sum", "order_count_then:sum"]
        )
        return {str(segment.id or ""): (revenue, orders) for segment, revenue, orders in rows}

    @api.model
    def _profiles_on(self, selection, day):
        """The profiles, with the columns about a day in the past as of that day."""
        return self.env["customer.segmentation.profile"].with_context(
            figures_day=str(day) if day < selection.today else False, **by_code(only_company_id=selection.company.id)
        )

    # ------------------------------------------------------------------ heat map

    @api.readonly
    @api.model
    def read_heat_map(self, company_id, start, end, scope=None):
        """Customers and revenue by R and FM, as they are now."""
        selection = self._select(company_id, start, end, scope)
        rows = self.env["customer.segmentation.profile"]._read_group(
            self._of_customers(selection, ("recency_score", ">", 0)),
            ["recency_score", "frequency_score", "monetary_score", "segment_id"],
            ["__count", "revenue:sum"],
        )
        cells = defaultdict(lambda: [0, 0, set(), set()])
        for recency, frequency, monetary, segment, count, revenue in rows:
            cell = cells[recency, (frequency + monetary + 1) // 2]
            cell[0] += count
            cell[1] += revenue
            cell[2].add(segment)
            cell[3].add(f"{recency}{frequency}{monetary}")
        return {
            "bands": selection.policy.bands,
            "opens": self._opens(selection, selection.today),
            "cells": [
                {
                    "recency": recency,
                    "fm": fm,
                    "customers": count,
                    "revenue": revenue,
                    "segments": [segment.name for segment in self.env["customer.segment"].union(*segments).sorted()],
                    "domain": self._of_customers(selection, ("rfm_code", "in", sorted(codes))),
                }
                for (recency, fm), (count, revenue, segments, codes) in sorted(cells.items())
            ],
        }

    # ------------------------------------------------------------------ movement

    @api.readonly
    @api.model
    def read_movement(self, company_id, start, end, grouping="segment_id", measure="customers", scope=None):
        """Who was where at the end of the period before, and where at the end of this one.

        :param measure: "revenue" for the revenue of these customers, too, in the windows that end with the two days
        """
        selection = self._select(company_id, start, end, scope)
        table = self._movement_table(selection, grouping, measure)
        return {
            **table,
            "since": table["since"] and format_date(self.env, table["since"]),
            "before_day": format_date(self.env, table["first_day"]),
            "after_day": format_date(self.env, selection.passed.end),
            "rules_changed": table["first_day"] > selection.before.end,
            "before_opens": self._opens(selection, table["first_day"]),
            "opens": self._opens(selection, selection.passed.end),
        }

    @api.model
    def _movement_table(self, selection, grouping, measure="customers"):
        if not isinstance(grouping, str):
            refuse(self.env, "grouping", grouping)
        if grouping not in dict(self._groupings(selection.policy, every=True)):
            grouping = "segment_id"
        since = self._history_since(selection)
        known = bool(since and selection.before.end >= since)
        first = self._comparable_from(selection) if known else selection.before.end
        moved = self._movement(selection, grouping, first, measure == "revenue") if known else []
        groups = self._groups(selection.policy, grouping, {key for row in moved for key in row[:2]})
        names = ("before", "after", "customers", *(("revenue_before", "revenue") if measure == "revenue" else ()))
        return {
            "grouping": grouping,
            "measure": measure,
            "known": known,
            "since": since,
            "first_day": first,
            "groups": groups,
            "cells": [
                {**dict(zip(names, row, strict=True)), "domain": self._moved(selection, grouping, *row[:2], first)}
                for row in moved
            ],
            **self._movement_totals(selection, grouping, [group["key"] for group in groups], first),
        }

    @api.model
    def _comparable_from(self, selection):
        """The end of the period before, or the last day since on which the rules were changed.

        Where somebody stood by other rules is no place to have risen or fallen from.
        """
        first = selection.before.end
        changes = self.env["customer.segmentation.transition"].sudo()
        return changes._rules_changed_on(selection.company, first, selection.passed.end) or first

    @api.model
    def _movement_totals(self, selection, grouping, keys, first):
        """Domains of the sums of rows and columns, and of all customers at both days.

        Who was no customer on one day is counted as far as they were one on the other.
        """
        found, last = {}, selection.passed.end
        for name, day in (("before", first), ("after", last)):
            found[f"{name}_domains"] = {
                key: self._standing(selection, day, grouping, key) for key in keys if key != NONE
            }
            found[f"{name}_domain"] = self._all_standing(selection, day)
        found["before_domains"][NONE] = self._on_both_days(
            selection, self._stood(selection, first, grouping, NONE), self._customers_on(selection, last)
        )
        found["after_domains"][NONE] = self._on_both_days(
            selection, self._customers_on(selection, first), self._stood(selection, last, grouping, NONE)
        )
        return found

    @api.model
    def _moved(self, selection, grouping, before, after, first):
        return self._on_both_days(
            selection,
            self._stood(selection, first, grouping, before),
            self._stood(selection, selection.passed.end, grouping, after),
        )

    @api.model
    def _on_both_days(self, selection, first, last):
        """A domain on profiles of terms about the two days; what is searched in the past goes into one text."""
        terms = [*first, *last]
        past = " & ".join(value for name, _operator, value in terms if name == "stood_at")
        now = [term for term in terms if term[0] != "stood_at"]
        return [*selection.customers, *([("stood_at", "=", past)] if past else []), *now]

    @api.model
    def _movement(self, selection, name, first=None, with_revenue=False):
        """(group before, group after, customers) for all who were customers at one of two days.

        :param first: the first day, by default the end of the period before; the second is the end of this one
        :param with_revenue: also what they had bought in the window that ended with the first day, and in the one that
            ended with the second
        """
        first = first or selection.before.end
        profiles = self.env["customer.segmentation.profile"]
        query = profiles._search(selection.customers)
        self.env.flush_all()
        money = self._both_revenues(selection, query, first) if with_revenue else [SQL("0"), SQL("0")]
        now = query.select(
            *(SQL.identifier(query.table, column) for column in ("id", "abc_class", *({name} - {"abc_class"}))),
            *(SQL("%s AS %s", *term) for term in zip(money, map(SQL.identifier, REVENUES), strict=True)),
        )
        statement = SQL(
            """WITH change AS MATERIALIZED (%(changes)s)
               SELECT COALESCE(was_customer, is_customer), CASE WHEN moved THEN before ELSE after END,
                      is_customer, after, count(*), sum(first_revenue), sum(last_revenue)
                 FROM (SELECT moved.profile_id IS NOT NULL AS moved, moved.value AS before, moved.was_customer,
                              COALESCE(later.was_customer, now.abc_class IS NOT NULL) AS is_customer,
                              CASE WHEN later.profile_id IS NULL THEN now.%(name)s ELSE later.value END AS after,
                              now.first_revenue, now.last_revenue
                         FROM (%(now)s) now
                         LEFT JOIN change moved ON moved.profile_id = now.id AND NOT moved.is_later
                         LEFT JOIN change later ON later.profile_id = now.id AND later.is_later) stood
                WHERE COALESCE(was_customer, is_customer) OR is_customer GROUP BY 1, 2, 3, 4""",
            name=SQL.identifier(name),
            now=now,
            changes=profiles._sql_stood_at(first, name, selection.passed.end),
        )
        merged = defaultdict(lambda: [0, 0, 0])
        for was_customer, before, is_customer, after, *numbers in self.env.execute_query(statement):
            key = self._key(was_customer, before), self._key(is_customer, after)
            merged[key] = [total + float(number) for total, number in zip(merged[key], numbers, strict=True)]
        return [
            (*keys, int(count), *(revenues if with_revenue else ()))
            for keys, (count, *revenues) in sorted(merged.items())
        ]

    @api.model
    def _both_revenues(self, selection, query, first):
        """Revenue in the windows that end with a first day, and with the last day of the period, as SQL."""
        return [
            self._profiles_on(selection, day)._field_to_sql(query.table, "revenue_then", query)
            for day in (first, selection.passed.end)
        ]

    @api.model
    def _key(self, customer, value):
        return str(value or "") if customer else NONE

    @api.model
    def _sums(self, selection, name):
        """Customers by group at the end of the period before, and of this one; None when not known."""
        since = self._history_since(selection)
        sums = (defaultdict(int), defaultdict(int))
        for *keys, customers in self._movement(selection, name):
            for found, key in zip(sums, keys, strict=True):
                found[key] += customers
        days = (selection.before.end, selection.passed.end)
        return [
            dict(found) if day >= selection.today or (since and day >= since) else None
            for found, day in zip(sums, days, strict=True)
        ]

    @api.model
    def _customers(self, sums, key):
        """The customers of a group; None where nobody knows."""
        return None if sums is None else sums.get(key, 0)

    @api.model
    def _counts_at(self, selection, day, name):
        """How many profiles stood in each group at the end of a day; also who was no customer, but a prospect."""
        profiles = self.env["customer.segmentation.profile"]
        self.env.flush_all()
        statement = SQL(
            """SELECT CASE WHEN was.profile_id IS NULL THEN now.%(name)s ELSE was.value END, count(*)
                 FROM (%(now)s) now LEFT JOIN (%(was)s) was ON was.profile_id = now.id GROUP BY 1""",
            name=SQL.identifier(name),
            now=self._columns(selection, "id", name),
            was=profiles._sql_stood_at(day, name),
        )
        return dict(self.env.execute_query(statement))

    @api.model
    def _history_since(self, selection):
        """The day of the company's first change: what was before it nobody knows.

        Of what is too old to be kept, single changes stay that something still waits for: they are no history.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT change.date FROM customer_segmentation_transition change
                     JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                    WHERE profile.company_id = %s ORDER BY change.date LIMIT 1""",
                selection.company.id,
            )
        )
        kept_since = self.env["customer.segmentation.retention"]._kept_since(selection.policy)
        return max(rows[0][0], kept_since or rows[0][0]) if rows else None

    # ------------------------------------------------------------------ groups

    @api.model
    def _groupings(self, policy, every=False):
        """What movement can be shown by, with its label; tiers only where there are some."""
        names = ["segment_id", "tier_id", "abc_class", "lifecycle_stage"]
        if not every and not policy.tier_ids:
            names.remove("tier_id")
        profiles = self.env["customer.segmentation.profile"]
        return [(name, profiles._fields[name]._description_string(self.env)) for name in names]

    @api.model
    def _groups(self, policy, name, keys):
        """The groups of these keys, best first, then who has none, then who is no customer."""
        groups = self._records(policy, name, keys) if name.endswith("_id") else self._choices(name, keys)
        if "" in keys:
            groups.append({"key": "", "label": self.env._("None of Them"), "color": 0, "standing": LAST})
        if NONE in keys:
            groups.append({"key": NONE, "label": self.env._("No Customer"), "color": 0, "standing": LAST})
        return groups

    @api.model
    def _records(self, policy, name, keys):
        model = self.env["customer.segmentation.profile"]._fields[name].comodel_name
        records = self.env[model].browse(int(key) for key in keys if key and key != NONE).sudo().exists().sorted()
        standing = {record: place for place, record in enumerate(records, 1)}
        if name == "segment_id":  # listed in the order of the scheme, but silence never leads upwards
            standing = {record: record.standing for record in records}
        return [
            {"key": str(record.id), "label": record.name, "color": record.color, "standing": standing[record]}
            for record in records
        ]

    @api.model
    def _choices(self, name, keys):
        labels = dict(self.env["customer.segmentation.profile"]._fields[name]._description_selection(self.env))
        ordered = ABC_CLASSES if name == "abc_class" else LIFECYCLE_STAGES[::-1]
        return [
            {"key": key, "label": labels[key], "color": 0, "standing": place}
            for place, (key, _label) in enumerate(ordered, 1)
            if key in keys
        ]
