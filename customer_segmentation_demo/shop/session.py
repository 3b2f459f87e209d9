"""How historic records are made: quietly, at their moment, batch by batch."""

import logging
from datetime import datetime

import pytz

_logger = logging.getLogger(__name__)

# Historic records: nobody is notified of them and nothing about their making is logged on them.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "mail_notify_force_send": False,
    "no_reset_password": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
}

# The models of thousands of rows.
LARGE = (
    "res.partner",
    "sale.order",
    "sale.order.line",
    "account.move",
    "account.move.line",
    "mail.message",
    "mail.activity",
    "customer.segmentation.profile",
    "customer.segmentation.transition",
    "customer.segmentation.snapshot",
)


def stored_moment(day, time, time_zone):
    """A moment of a day in a time zone, as Odoo stores it."""
    # not zoneinfo: a small machine may have no time zones of its own
    local = pytz.timezone(time_zone).localize(datetime.combine(day, time))
    return local.astimezone(pytz.utc).replace(tzinfo=None)


def batches(env, items, size, what):
    """Slices of `items`, each written and counted."""
    return counted(env, slices(items, size), what)


def slices(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def counted(env, batches, what):
    """The batches one by one; each is written, and the log says how far it is as it does of modules.

    Nothing is committed: whoever installs the addon gets the whole shop or nothing.
    """
    done, total = 0, sum(map(len, batches))
    for batch in batches:
        yield batch
        env.flush_all()
        env.invalidate_all()  # what is written need not stay in memory
        done += len(batch)
        _logger.info("Loading %s (%d/%d)", what, done, total)
    count_rows(env)


def count_rows(env):
    """Tell PostgreSQL how many rows there are: autovacuum does not count rows of a transaction still open.

    Only of the tables that grow large, and without waiting: the lock of each is kept until the end.
    """
    env.cr.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(env[model]._table for model in LARGE)}")
