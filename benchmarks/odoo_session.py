"""Odoo inside this process: an environment on a database, without a server."""

import contextlib
import functools


def open_database(database):
    """The registry of a database."""
    configure()
    from odoo.modules.registry import Registry

    return Registry(database)


@functools.cache
def configure():
    """Read Odoo's configuration, once a process; only complaints are logged."""
    from odoo.tools import config

    config.parse_config(["--log-level=warn"], setup_logging=True)


@contextlib.contextmanager
def transaction(registry, user_id=None):
    """A fresh environment in a transaction of its own, committed at the end; by default of the superuser."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, user_id or SUPERUSER_ID, {})
