"""Pieces of SQL that several models need."""

from odoo.tools import SQL

NOTHING = SQL("(SELECT WHERE FALSE)")  # a table of which it is known that it has no row


def once(select):
    """A SELECT as one that PostgreSQL works out a single time, whatever it is joined with.

    Of a table whose rows it has not counted yet, PostgreSQL expects one row, and may then work out a joined SELECT anew
    for each row of the other side: minutes instead of milliseconds. Conditions from outside do not reach inside.
    """
    return SQL("WITH worked_out AS MATERIALIZED (%s) SELECT * FROM worked_out", select)
