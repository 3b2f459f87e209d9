"""Locks of jobs that come back by themselves."""

from contextlib import contextmanager

import psycopg2

from odoo.exceptions import LockError
from odoo.tools import SQL

LONGEST_WAIT = "5s"


@contextmanager
def lock_refused(env):
    """Around a statement that locks without waiting: a lock that is refused, or comes too late, is a LockError."""
    try:
        with env.cr.savepoint():
            yield
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.SerializationFailure) as error:
        raise LockError(str(error)) from error


def wait_briefly(env):
    """Until the next commit, wait a moment for a lock somebody holds, then give up: jobs come back by themselves."""
    env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, TRUE)", LONGEST_WAIT))
