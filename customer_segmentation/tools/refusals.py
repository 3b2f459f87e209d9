"""What may go wrong when somebody's condition is worked out: told in words, never a traceback."""

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError

REFUSALS = (
    ValueError,
    TypeError,
    SyntaxError,
    RecursionError,
    MemoryError,
    KeyError,
    DatabaseError,
    AccessError,
    UserError,
    NotImplementedError,
)
