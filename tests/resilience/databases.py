"""Databases of the resilience tests: real commits, so each is made for its tests and dropped after them."""

import contextlib
import os

import psycopg2
import psycopg2.extras

from dev import cache, database, environment, odoo_command
from dev.test import complaints_about_us

PREFIX = f"customer_segmentation_resilience_{environment.checkout_key()}_"
ADDON = "customer_segmentation"

CUSTOMERS = """
    INSERT INTO res_partner (name, complete_name, is_company, type, active, ref, lang, partner_share, customer_rank,
                             autopost_bills, create_date, write_date)
    SELECT 'Customer ' || n, 'Customer ' || n, TRUE, 'contact', TRUE, 'RESILIENCE', 'en_US', TRUE, 1, 'ask', now(),
           now()
      FROM generate_series(1, %(customers)s) n;
    UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL"""
# Spread over two years, and different from customer to customer in number, amount and days.
ORDERS = """
    INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id,
                            currency_rate, user_id, state, invoice_status, date_order, amount_untaxed, amount_tax,
                            amount_total, locked, require_signature, require_payment, create_uid, write_uid,
                            create_date, write_date)
    SELECT 'R' || partner.id || '-' || n, company.id, partner.id, partner.id, partner.id, company.currency_id, 1, 2,
           'sale', 'no', date_trunc('day', now()) - make_interval(days => 1 + mod(partner.id * 7 + n * 53, 720)),
           amount, 0, amount, FALSE, FALSE, FALSE, 1, 1, now(), now()
      FROM res_company company
      JOIN res_partner partner ON partner.ref = 'RESILIENCE'
     CROSS JOIN LATERAL generate_series(1, 1 + mod(partner.id * 31, 2 * %(orders)s - 1)) n
     CROSS JOIN LATERAL (SELECT 5 + mod(partner.id * 97 + n * 61, 900) AS amount) spread
     WHERE company.id = 1"""
# Playbooks mark the changes they have dealt with, at another moment in every trial: they have tests of their own.
OTHER_JOBS_OFF = """
    UPDATE ir_cron SET active = FALSE
     WHERE NOT starts_with(cron_name, 'Customer Segmentation') OR cron_name = 'Customer Segmentation: run playbooks'"""


class Database:
    """One database, with a connection that sees and writes what is committed."""

    def __init__(self, prepared, name):
        self.prepared, self.name = prepared, f"{PREFIX}{os.getpid()}_{name}"
        self.connection = None

    def connect(self):
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        variables = self.prepared.server.variables
        return psycopg2.connect(dbname=self.name, **{key: variables.get(name) for key, name in names.items()})

    @contextlib.contextmanager
    def session(self):
        """A cursor of another session; what it locks is free after the block."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            yield cursor

    def somebody_waits(self):
        """Whether a session waits for a lock."""
        waiting = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = %(name)s AND wait_event_type = 'Lock'"
        return self.value(waiting, name=self.name)

    def query(self, statement, **parameters):
        """Run a statement; the rows it returns as dictionaries."""
        if self.connection is None:
            self.connection = self.connect()
            self.connection.autocommit = True
            with self.connection.cursor() as cursor:
                cursor.execute("SET TIME ZONE 'UTC'")  # as Odoo does
        with self.connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(statement, parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def value(self, statement, **parameters):
        return next(iter(self.query(statement, **parameters)[0].values()))

    def values(self, statement, **parameters):
        """The first column."""
        return [next(iter(row.values())) for row in self.query(statement, **parameters)]

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def create(self):
        database.create_from_template(self.name, prepared=self.prepared)
        return self

    def copy(self, name):
        self.disconnect()
        clone = Database(self.prepared, name)
        database.drop(self.prepared, clone.name)
        database.copy(self.prepared, self.name, clone.name)
        return clone

    def drop(self):
        self.disconnect()
        database.drop(self.prepared, self.name)

    def fill(self, customers, orders):
        """Customers with one order at least, about `orders` on average."""
        self.query(CUSTOMERS, customers=customers)
        self.query(ORDERS, orders=orders)
        self.query("ANALYZE")

    def odoo(self, *options):
        """Run Odoo's command line to its end; what it logged. Nothing of ours may complain."""
        log = cache.root() / "logs" / f"{self.name}.log"
        odoo_command.install(self.prepared, self.name, [ADDON], [odoo_command.ALONE, *options], log)
        text = log.read_text(errors="replace")
        log.unlink()
        assert not complaints_about_us(text), text
        return text

    def install(self):
        text = self.odoo()
        self.query(OTHER_JOBS_OFF)
        return text

    def wait_for_backends(self, wait_until):
        """Until the server has noticed that killed processes are gone and has undone what they left open."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %(name)s AND pid <> pg_backend_pid()"
        wait_until(lambda: not self.value(others, name=self.name), "killed processes leave the database")


def drop_left_behind(prepared):
    """Drop databases of test runs that were killed."""
    statement = f"SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')"
    for name in database.run_sql(prepared, statement).split():
        pid = name.removeprefix(PREFIX).split("_")[0]
        if not database.is_running(int(pid)):
            database.drop(prepared, name)
