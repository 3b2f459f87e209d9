"""The two times everything is compared with, measured on the rows of the same database.

A   the bare `GROUP BY` over the confirmed orders, warm, best of three
B   A, and a bare `COPY` of the finished profiles into an empty table of the same columns without indexes
"""

import contextlib
import io
import time

import psycopg2

REPEATS = 3
GROUP_BY = """SELECT partner_id, max(date_order), count(*), sum(amount_untaxed) FROM sale_order
               WHERE state = 'sale' GROUP BY partner_id"""


@contextlib.contextmanager
def cursor(database):
    """A plain connection that commits every statement, without Odoo between."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as plain_cursor:
        yield plain_cursor


def seconds(work):
    """How long a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def group_by(database):
    """A in seconds: until all rows are with the client, which does nothing with them."""
    with cursor(database) as plain:
        return min(seconds(lambda: plain.execute(GROUP_BY)) for _ in range(REPEATS))


def copy_profiles(database):
    """What B adds to A, in seconds."""
    stream = io.BytesIO()
    with cursor(database) as plain:
        plain.copy_expert("COPY customer_segmentation_profile TO STDOUT", stream)
        plain.execute("CREATE TABLE benchmark_profile (LIKE customer_segmentation_profile)")
        try:
            return min(_copy(plain, stream) for _ in range(REPEATS))
        finally:
            plain.execute("DROP TABLE benchmark_profile")


def _copy(plain, stream):
    plain.execute("TRUNCATE benchmark_profile")
    stream.seek(0)
    return seconds(lambda: plain.copy_expert("COPY benchmark_profile FROM STDIN", stream))
