"""How a field of the profile is staged: its column in the staging table, its values on the wire, and back.

| field             | column  | on the wire                         | none            |
|-------------------|---------|-------------------------------------|-----------------|
| integer, many2one | int4    | the number                          | −2³¹            |
| float, monetary   | float8  | the number                          | NaN             |
| date              | date    | days since 2000-01-01               | infinity        |
| selection         | int4    | the position in its list, from 1 on | 0               |
| char              | varchar | ASCII, all of one length in a COPY  | column not sent |

Binary COPY knows no NULL, so a value of each type stands for it.
"""

from datetime import date

from odoo.tools import SQL

from ..scoring import calendar

NO_NUMBER = -(2**31)
INFINITY = 2**31 - 1  # PostgreSQL's date "infinity" on the wire
POSTGRES_EPOCH = calendar.day_of(date(2000, 1, 1))

COLUMN_TYPES = {
    "integer": "int4",
    "many2one": "int4",
    "float": "float8",
    "monetary": "float8",
    "date": "date",
    "selection": "int4",
    "char": "varchar",
}
NONE = {"int4": SQL("%s", NO_NUMBER), "float8": SQL("'NaN'::float8"), "date": SQL("'infinity'::date")}


def column_type(field):
    """The type of a field's column in the staging table, as PostgreSQL calls it."""
    return COLUMN_TYPES[field.type]


def on_the_wire(field, values, decimal_places):
    """The values of a field as binary COPY takes them.

    :param values: an array: numbers and days since 1970-01-01 with NaN for none, records as identifiers with anything
        below 1 for none, choices as positions, texts as bytes or strings
    :param decimal_places: of amounts
    """
    import numpy as np  # loaded by the job, not by every worker

    from ..scoring.rounding import half_up_all

    values = np.asarray(values)
    if field.type == "char":
        return np.array(values.tolist(), dtype="S")
    if field.type == "monetary":
        return half_up_all(values, decimal_places)
    if field.type == "many2one":
        return np.where(values > 0, values, NO_NUMBER)
    if field.type == "date":
        return _whole(values - POSTGRES_EPOCH, INFINITY)
    return values.astype(float) if field.type == "float" else _whole(values, NO_NUMBER)


def _whole(values, none):
    """Numbers as integers, NaN as another number."""
    import numpy as np

    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), none, np.nan_to_num(values)).astype(np.int64)


def stored_sql(field, choices):
    """A staged column as the profile stores it.

    :param choices: the values of a selection
    """
    column = SQL.identifier(field.name)
    if field.type == "selection":  # nothing stands before the first
        return SQL("(%s::varchar[])[%s] AS %s", choices, column, column)
    if field.type == "char":
        return column
    value = SQL("NULLIF(%s, %s)", column, NONE[column_type(field)])
    if field.type == "monetary":  # exact to the last digit, however large; a score compares faster as it is
        value = SQL("%s::numeric", value)
    return SQL("%s AS %s", value, column)


def position_sql(choices, column):
    """The position of a stored choice in its list as SQL, NULL for none."""
    return SQL("array_position(%s::varchar[], %s)", choices, column)


def positions(choices, values):
    """The position of each value in a list of choices from 1 on, 0 for none."""
    return sum(number * (values == name) for number, name in enumerate(choices, 1))
