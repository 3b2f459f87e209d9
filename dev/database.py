"""Databases: made from a template that holds Odoo's stock apps, with their filestore."""

import os
import shutil
import subprocess

from . import cache, environment, odoo_command, process
from .terminal import say

STOCK_APPS = ("sale_management", "crm", "sale_crm", "sale_margin", "account", "calendar")
LANGUAGES = "en_US,zh_CN"


def run_sql(prepared, statement, database="postgres"):
    """Run one statement and return what it answers, a row a line, columns split by |."""
    command = [prepared.server.programs / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
    command += ["-d", database, "-c", statement]
    return process.read(command, f"the database {database} refused", env=prepared.full_variables()).strip()


def exists(prepared, name):
    return bool(run_sql(prepared, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(prepared, name):
    return prepared.data_folder / "filestore" / name


def drop(prepared, name):
    run_sql(prepared, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(prepared, name), ignore_errors=True)


def copy(prepared, template, name):
    """Clone a database nobody is connected to, filestore included."""
    run_sql(prepared, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    if filestore(prepared, template).exists():
        shutil.copytree(filestore(prepared, template), filestore(prepared, name))


def rename(prepared, old, new):
    if filestore(prepared, old).exists():
        shutil.move(filestore(prepared, old), filestore(prepared, new))
    run_sql(prepared, f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def template_name(prepared, modules=STOCK_APPS):
    return f"customer_segmentation_template_{cache.short_hash(prepared.source.key, LANGUAGES, *modules)}"


def ensure_template(prepared, modules=STOCK_APPS, rebuild=False):
    """The template database of these modules, in English and Chinese, without demo data."""
    name = template_name(prepared, modules)
    with cache.lock(name):
        if rebuild or not exists(prepared, name):
            build_template(prepared, name, modules)
    return name


def build_template(prepared, name, modules):
    """Under another name until it is whole, so that an interrupted start leaves no half template."""
    say(f"Building the template database of {', '.join(modules)}: one to two minutes …")
    partial = f"{name}_partial"
    drop(prepared, partial)
    log = cache.root() / "logs" / f"{name}.log"
    odoo_command.install(prepared, partial, modules, [f"--load-language={LANGUAGES}"], log)
    drop(prepared, name)
    rename(prepared, partial, name)


def create_from_template(name, modules=STOCK_APPS, prepared=None, rebuild=False):
    """Make the database `name` anew as a copy of the template; returns the environment it lives in."""
    prepared = prepared or environment.prepare()
    template = ensure_template(prepared, modules, rebuild)
    with cache.lock(template):  # the template must not be rebuilt while it is copied
        drop(prepared, name)
        copy(prepared, template, name)
    return prepared


def stop_autovacuum(prepared, name):
    """Keep autovacuum from counting tables whose rows are never committed, as those of tests.

    It takes them for empty, and PostgreSQL then plans for no rows where a test has made thousands: a query of a second
    takes hours.
    """
    tables = "SELECT oid::regclass AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    statement = f"""DO $$ DECLARE found record; BEGIN FOR found IN {tables} LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', found.name); END LOOP; END $$"""
    run_sql(prepared, statement, name)


def drop_left_behind(prepared, prefix):
    """Drop databases `prefix<pid>`, and their copies `prefix<pid>-<worker>`, of processes that are gone."""
    names = run_sql(prepared, f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')").split()
    for name in names:
        pid = name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not is_running(int(pid)):
            drop(prepared, name)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def run_inside(prepared, command, **options):
    """Run a command inside the environment and return its exit status."""
    return subprocess.run(list(map(str, command)), env=prepared.full_variables(), **options).returncode
