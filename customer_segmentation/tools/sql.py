"""Pieces of SQL that several models need."""

from odoo.tools import SQL

NOTHING = SQL("(SELECT WHERE FALSE)")  # a table of which it is known that it has no row


def of_company(alias, company):
    """Whether a contact is everybody's, or of a root company or one of its branches, as a condition."""
    return SQL(
        """(%(own)s IS NULL OR %(own)s IN (
              SELECT id FROM res_company WHERE split_part(parent_path, '/', 1)::int = %(company)s))""",
        own=SQL.identifier(alias, "company_id"),
        company=company.id,
    )


def seen_with(alias, customer, company):
    """Whether who may see a customer of a root company, whichever branch of it they work in, may see a contact.

    :param alias, customer: of the tables of the contact and of its customer
    """
    return SQL(
        """(%(own)s IS NULL OR %(own)s = %(company)s OR EXISTS (
              SELECT FROM res_company above JOIN res_company below ON below.parent_path LIKE above.parent_path || '%%'
               WHERE above.id = %(own)s AND below.id = %(theirs)s))""",
        own=SQL.identifier(alias, "company_id"),
        theirs=SQL.identifier(customer, "company_id"),
        company=company.id,
    )


def once(select):
    """A SELECT as one that PostgreSQL works out a single time, whatever it is joined with.

    Of a table whose rows it has not counted yet, PostgreSQL expects one row, and may then work out a joined SELECT anew
    for each row of the other side: minutes instead of milliseconds. Conditions from outside do not reach inside.
    """
    return SQL("WITH worked_out AS MATERIALIZED (%s) SELECT * FROM worked_out", select)


def open_days_later(day, days, closed):
    """The date so many open days after another, as `scoring.closed_days.later` finds it.

    :param closed: first and last day of each run of closed days, counted from 1970 on, ascending and apart
    """
    if not closed:
        return SQL("(%s + %s)", day, days)
    return SQL(
        """(SELECT DATE '1970-01-01' + (number.reached + (
                     SELECT COALESCE(SUM(run.days), 0) FROM (VALUES %(runs)s) run(first, days, opens)
                      WHERE run.opens < number.reached))::int
              FROM (SELECT (%(day)s - DATE '1970-01-01') + %(days)s - (
                      SELECT SUM(LEAST(GREATEST(%(day)s - DATE '1970-01-01' - run.first + 1, 0), run.days))
                        FROM (VALUES %(runs)s) run(first, days, opens)) AS reached) number)""",
        day=day,
        days=days,
        runs=SQL(", ").join(_runs(closed)),
    )


def _runs(closed):
    """Of each run its first day, its length, and the open number it stands still at."""
    before = 0
    for first, last in closed:
        yield SQL("(%s, %s, %s)", first, last - first + 1, first - 1 - before)
        before += last - first + 1
