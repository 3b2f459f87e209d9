"""PostgreSQL's binary COPY from and to NumPy arrays.

Rows whose columns all have a fixed size and are never NULL are fixed-size records on the wire, so a NumPy record type
reads and writes them without a loop. Format: PostgreSQL documentation, COPY, "Binary Format".
"""

import io
from collections.abc import Mapping

import numpy as np

from odoo.tools import SQL

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
INTEGER, FLOAT = np.dtype(">i4"), np.dtype(">f8")


def text(size: int) -> np.dtype:
    """The type of a column of ASCII strings that all have `size` characters."""
    return np.dtype(f"S{size}")


def type_of(values: np.ndarray) -> np.dtype:
    """The type on the wire of an array of floats, of byte strings, or of integers."""
    return {"f": FLOAT, "S": text(values.dtype.itemsize)}.get(values.dtype.kind, INTEGER)


def read(cr, query: SQL, columns: Mapping[str, np.dtype]) -> dict[str, np.ndarray]:
    """The columns of a query, in the machine's byte order.

    :param query: a SELECT of exactly these columns, in this order, none NULL, cast to int4, float8 or char of one size
    :raise ValueError: when a row holds a NULL or a value of another size
    """
    stream = io.BytesIO()
    cr.copy_expert(cr.mogrify(SQL("COPY (%s) TO STDOUT (FORMAT binary)", query).code, query.params).decode(), stream)
    record = _record(columns)
    with stream.getbuffer() as received:
        body = received[len(HEADER) : -len(TRAILER)]
        if len(body) % record.itemsize:
            raise ValueError(f"COPY delivered rows of another size than {record.itemsize} bytes.")
        rows = np.frombuffer(body, dtype=record)
        wrong = [name for name, dtype in columns.items() if not (rows[f"size of {name}"] == dtype.itemsize).all()]
        values = {name: rows[name].astype(dtype.newbyteorder("=")) for name, dtype in columns.items()}
        del rows, body  # the stream cannot be closed while they look into it
    if wrong:
        raise ValueError(f"COPY delivered NULL or another type in column {', '.join(wrong)}.")
    return values


def write(cr, table: str, columns: Mapping[str, np.dtype], values: Mapping[str, np.ndarray]) -> None:
    """Append rows to a table.

    :param values: one array a column, all of one length; never missing
    """
    rows = np.empty(len(next(iter(values.values()))), dtype=_record(columns))
    rows["fields"] = len(columns)
    for name, dtype in columns.items():
        rows[f"size of {name}"] = dtype.itemsize
        rows[name] = values[name]
    statement = SQL(
        "COPY %s (%s) FROM STDIN (FORMAT binary)",
        SQL.identifier(table),
        SQL(", ").join(SQL.identifier(name) for name in columns),
    )
    cr.copy_expert(statement.code, io.BytesIO(b"".join((HEADER, rows.tobytes(), TRAILER))))


def _record(columns: Mapping[str, np.dtype]) -> np.dtype:
    """One row on the wire: the number of fields, then each field's size and value."""
    fields = [("fields", ">i2")]
    for name, dtype in columns.items():
        fields += [(f"size of {name}", ">i4"), (name, dtype)]
    return np.dtype(fields)
