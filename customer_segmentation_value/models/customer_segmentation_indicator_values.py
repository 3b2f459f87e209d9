"""The value of each indicator for all customers of a run, or for some of them: one query an indicator.

Read with the rights of whoever set the indicator up, in the company of the policy: a score does not depend on who
looks, and holds nothing its author may not read. Records of the company and its branches count, and those of none.
"""

import logging
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import psycopg2
import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CustomerSegmentationIndicator(models.Model):
    _inherit = "customer.segmentation.indicator"

    def _values(self, scoring):
        """The values of these indicators, and why some of them could not be read.

        :return: {indicator: array in the order of `facts`, NaN for none}, {indicator: reason}
        """
        self.env.flush_all()
        measured = self.filtered(lambda indicator: indicator.kind == "measure" and not indicator._problem())
        measure_of = measured._read_measures(scoring)
        values, reasons = {}, {}
        for indicator in self:
            with indicator._skipped_when_it_fails(reasons):
                values[indicator] = measure_of(indicator) if indicator in measured else indicator._read_values(scoring)
        return values, reasons

    @contextmanager
    def _skipped_when_it_fails(self, reasons):
        """Note why the indicator cannot be read: one indicator must not stop the scores of everybody."""
        try:
            with self.env.cr.savepoint(flush=False):
                yield
        except psycopg2.OperationalError:
            raise  # locks and restarts: the whole step is tried again
        except Exception as error:
            _logger.info("Indicator %s skipped", self.ids, exc_info=True)
            reasons[self] = str(error) or type(error).__name__

    def _read_measures(self, scoring):
        """How to read a measure: all of them at once, so that each place is read once; one by one if that fails."""
        measures, together = self.env["customer.segmentation.measure"], {}

        def read(names):
            return measures._frame(names, scoring, keep_missing=True)

        with self._skipped_when_it_fails({}):  # the one that fails says why when it is read alone
            together = read(sorted(set(self.mapped("measure"))))
        return lambda indicator: (together if len(together) else read([indicator.measure]))[
            indicator.measure
        ].to_numpy()

    def _read_values(self, scoring):
        import numpy as np
        import pandas as pd  # loaded by the job, not by every worker

        from odoo.addons.customer_segmentation.tools import binary_copy

        if problem := self._problem():
            raise UserError(problem)
        reader = self._evaluator(scoring.policy.company_id)
        if refused := self._refused_names(reader):
            raise UserError(refused)
        customers, only = scoring.facts["partner_id"], scoring.only_these
        query = (
            self._query_of_field(reader, only)
            if self.kind == "field"
            else self._query_of_records(reader, scoring.policy, scoring.as_of, only)
        )
        types = {"customer": binary_copy.INTEGER, "value": binary_copy.FLOAT}
        rows = binary_copy.read(self.env.cr, query, types)
        # No record is a count and a sum of 0, but no average and no last day.
        nothing = 0 if self.kind == "records" and self.aggregate in ("count", "sum") else np.nan
        found = pd.Series(rows["value"], index=rows["customer"]).reindex(customers, fill_value=nothing).to_numpy()
        return np.where(np.isfinite(found), found, np.nan)

    # ------------------------------------------------------------------ a field of the contact

    def _query_of_field(self, reader, customer_ids):
        """`customer, value` of the customers that have a value: a selection by its order, a checkbox as 0 or 1."""
        partners = reader.env["res.partner"].with_context(active_test=False)
        field = partners._fields[self.partner_field]
        only = Domain("id", "in", customer_ids) if customer_ids is not None else Domain.TRUE
        query = partners._search(only)
        value = partners._field_to_sql(query.table, field.name, query)
        if field.type == "selection":
            choices = [choice for choice, _label in field._description_selection(self.env)]
            value = SQL("array_position(%s::varchar[], (%s)::varchar)", choices, value)
        elif field.type == "boolean":
            value = SQL("COALESCE(%s, FALSE)::int", value)
        query.add_where(SQL("%s IS NOT NULL", value))
        return query.select(SQL("%s::int4", SQL.identifier(query.table, "id")), SQL("(%s)::float8", value))

    # ------------------------------------------------------------------ records of the customer

    def _query_of_records(self, reader, policy, as_of, customer_ids):
        """`customer, value` of the customers with records.

        An event to which two people of a customer are linked is one event of the customer.
        """
        records = reader.env[self.model_name].with_context(tz=policy.tz)
        narrowed = reader._checked(self.domain, self.model_name)
        query = records._search(narrowed & self._counted_domain(records, policy, as_of))
        customer = self._customer_sql(records, query, customer_ids)
        moment = (
            records._field_to_sql(query.table, self.date_field, query) if self.date_field else SQL("%s::date", as_of)
        )
        amount = self._amount_sql(records, query, self._day_sql(moment, policy), policy)
        columns = [
            SQL("%s AS customer", customer),
            SQL("%s AS moment", moment),
            SQL("%s AS amount", amount),
            SQL("%s AS id", SQL.identifier(query.table, "id")),
        ]
        if records._fields[self.link_field].type == "many2many":
            columns[0] = SQL("DISTINCT %s", columns[0])
        return SQL(
            """SELECT customer::int4, value::float8
                 FROM (SELECT customer, %s AS value FROM (%s) linked GROUP BY customer) aggregated
                WHERE value IS NOT NULL""",
            self._aggregated(policy, as_of),
            query.select(*columns),
        )

    def _aggregated(self, policy, as_of):
        """Numbers as decimals: a sum does not depend on the order in which the rows are read."""
        return {
            "count": SQL("COUNT(*)"),
            "sum": SQL("ROUND(SUM(amount), 6)"),
            "average": SQL("ROUND(AVG(amount), 6)"),
            "last": SQL("%s::date - %s", as_of, self._day_sql(SQL("MAX(moment)"), policy)),
        }[self.aggregate]

    @api.model
    def _companies(self, policy):
        every_one = self.env["res.company"].sudo().with_context(active_test=False)
        below = every_one.search([("id", "child_of", policy.company_id.id)])
        return policy.company_id | below

    def _counted_domain(self, records, policy, as_of):
        """What every indicator keeps to: the company, customers, and the days."""
        domain = Domain.TRUE
        company = records._fields.get("company_id")
        if company is not None and company.store and company.comodel_name == "res.company":
            domain &= Domain("company_id", "in", [*self._companies(policy).ids, False])
        link = records._fields[self.link_field]
        if link.type == "many2one_reference":
            domain &= Domain(link.model_field, "=", "res.partner")
        domain &= Domain(self.link_field, "!=", False)
        return domain & self._dates(records, policy, as_of)

    def _dates(self, records, policy, as_of):
        """Up to the day, and inside the months: a day in the policy's time zone."""
        if not self.date_field:
            return Domain.TRUE
        limits = [("<", as_of + timedelta(days=1))]
        if self.window_months:
            limits.append((">=", as_of - relativedelta(months=self.window_months) + timedelta(days=1)))
        if records._fields[self.date_field].type == "datetime":
            limits = [(operator, _utc(day, policy.tz)) for operator, day in limits]
        return Domain.AND([Domain(self.date_field, operator, limit) for operator, limit in limits])

    def _day_sql(self, moment, policy):
        """The day of a value of the date field, in the policy's time zone."""
        if not self.date_field or self.env[self.model_name]._fields[self.date_field].type == "date":
            return moment
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, policy.tz)

    def _customer_sql(self, records, query, customer_ids):
        """The commercial entity a record belongs to; narrows the query to some of them if asked to."""
        partners, link = records.env["res.partner"], records._fields[self.link_field]
        if link.type == "many2many":
            relation = query.make_alias(query.table, "linked")
            query.add_join(
                "JOIN",
                relation,
                link.relation,
                SQL("%s = %s", SQL.identifier(relation, link.column1), SQL.identifier(query.table, "id")),
            )
            person = SQL.identifier(relation, link.column2)
        else:
            person = records._field_to_sql(query.table, self.link_field, query)
        alias = query.make_alias(query.table, "customer")
        query.add_join("JOIN", alias, "res_partner", SQL("%s = %s", SQL.identifier(alias, "id"), person))
        customer = partners._field_to_sql(alias, "commercial_partner_id", query)
        if customer_ids is not None:
            query.add_where(SQL("%s = ANY(%s)", customer, list(customer_ids)))
        return customer

    # ------------------------------------------------------------------ amounts

    def _amount_sql(self, records, query, day, policy):
        """The number of a record as a decimal; amounts in company currency, none where the day has no rate."""
        if self.aggregate not in ("sum", "average"):
            return SQL("NULL::numeric")
        field = records._fields[self.amount_field]
        number = SQL("(%s)::numeric", records._field_to_sql(query.table, field.name, query))
        # To PostgreSQL, NaN is above infinity.
        finite = SQL("CASE WHEN %s > '-Infinity' AND %s < 'Infinity' THEN %s END", number, number, number)
        currency_name = field.type == "monetary" and field.get_currency_field(records)
        if not currency_name or not self._is_in_sql(records._fields[currency_name]):
            return finite  # a number, or an amount in the currency of its company
        currency, own = records._field_to_sql(query.table, currency_name, query), policy.currency_id.id
        return SQL(
            "CASE WHEN COALESCE(%(currency)s, %(own)s) = %(own)s THEN %(number)s "
            "ELSE %(number)s / %(rate)s * COALESCE(%(own_rate)s, 1) END",
            currency=currency,
            own=own,
            number=finite,
            rate=self._rate(currency, day, policy),
            own_rate=self._rate(SQL("%s", own), day, policy),
        )

    @api.model
    def _is_in_sql(self, field):
        return field.store or bool(field.related)

    @api.model
    def _rate(self, currency, day, policy):
        """Units of a currency per unit of the reference currency on a day, as Odoo looks rates up; NULL without one."""
        return SQL(
            """(SELECT known.rate FROM res_currency_rate known
                 WHERE known.currency_id = %s AND known.name <= %s AND known.rate > 0
                   AND (known.company_id IS NULL OR known.company_id = %s)
                 ORDER BY known.company_id, known.name DESC LIMIT 1)""",
            currency,
            day,
            policy.company_id.id,
        )


def _utc(day, tz):
    """Midnight of a day in a time zone, as the naive UTC moment Odoo stores."""
    return pytz.timezone(tz).localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
