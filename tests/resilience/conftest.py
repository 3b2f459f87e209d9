"""Databases and worker processes.

installed   the addon and 400 customers, first run pending     copied, never worked in
  ▼
scored      the same after the first run                       copied, never worked in
  ▼
shop        a copy of `scored` for the tests of one module, with workers
"""

import pytest

from dev import environment

from .databases import Database, drop_left_behind
from .processes import Workers

CUSTOMERS, ORDERS = 400, 8


@pytest.fixture(scope="session")
def prepared():
    prepared = environment.prepare()
    drop_left_behind(prepared)
    return prepared


@pytest.fixture(scope="session")
def installed(prepared):
    """The addon was installed into a database that already had orders; nothing has been scored yet."""
    database = Database(prepared, "installed")
    try:
        database.create().fill(CUSTOMERS, ORDERS)
        database.install()
        yield database
    finally:
        database.drop()


@pytest.fixture(scope="session")
def scored(installed, tmp_path_factory):
    with_workers = open_copy(installed, "scored", tmp_path_factory)
    database, workers = next(with_workers)
    try:
        workers.run("scheduler")
        assert database.value("SELECT state FROM customer_segmentation_run") == "done"
        workers.close()
        yield database
    finally:
        with_workers.close()


@pytest.fixture(scope="module")
def shop(scored, tmp_path_factory, request):
    """A scored database with `workers` to run jobs in processes of their own; with the `APP` of the module, if any."""
    options = ("-i", request.module.APP) if hasattr(request.module, "APP") else ()
    with_workers = open_copy(scored, request.module.__name__.rpartition(".")[2], tmp_path_factory, *options)
    try:
        database, database.workers = next(with_workers)
        yield database
    finally:
        with_workers.close()


@pytest.fixture(autouse=True)
def no_process_left(request):
    yield
    if "shop" in request.fixturenames:
        request.getfixturevalue("shop").workers.kill_unfinished()


def open_copy(source, name, tmp_path_factory, *options):
    """A copy, in which Odoo's command line was run with these options if there are any, and its workers."""
    database = source.copy(name)
    workers = None
    try:
        if options:
            database.odoo(*options)
        workers = Workers(database, tmp_path_factory.mktemp(name))
        yield database, workers
    finally:
        if workers:
            workers.close()
        database.drop()
