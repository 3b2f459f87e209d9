"""20,000 customers under the limits Odoo puts on a scheduler process by default."""

from .processes import odoo_server, wait_until, wake_scheduler

CUSTOMERS, ORDERS = 20_000, 10
KILLED = ("timeout", "CPU time limit", "virtual memory", "MemoryError", "reached", "Traceback")


def test_default_limits_let_a_run_of_20_000_customers_finish(installed, tmp_path):
    """Prefork mode, where the limits on processor time, real time and memory are enforced."""
    database = installed.copy("size")
    try:
        database.fill(CUSTOMERS, ORDERS)
        with odoo_server(database, tmp_path, "--workers=1", "--max-cron-threads=1") as log:
            wait_until(lambda: is_done(database), "the run is done", timeout=120, pause=0.5)
        text = log.read_text()
        duration = "SELECT EXTRACT(epoch FROM finished_at - started_at) FROM customer_segmentation_run"
        assert database.value(duration) < 60
        assert [word for word in KILLED if word in text] == [], text
        assert database.value("SELECT count(*) FROM customer_segmentation_profile WHERE segment_id > 0") > CUSTOMERS
    finally:
        database.drop()


def is_done(database):
    wake_scheduler(database)
    return database.value("SELECT state FROM customer_segmentation_run") == "done"
