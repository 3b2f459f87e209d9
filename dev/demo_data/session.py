"""An ORM environment of the database, and loading in batches that are committed and counted."""

from contextlib import contextmanager
from datetime import datetime

import pytz

from dev.terminal import Progress, say

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


@contextmanager
def opened(database, language):
    """An environment of the superuser in the demo's language; committed at the end."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level", "error", "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {**QUIET, "lang": language})


def stored_moment(day, time, time_zone):
    """A moment of a day in a time zone, as Odoo stores it."""
    # not zoneinfo: a small machine may have no time zones of its own
    local = pytz.timezone(time_zone).localize(datetime.combine(day, time))
    return local.astimezone(pytz.utc).replace(tzinfo=None)


def batches(env, items, size, what):
    """Slices of `items`, each committed and counted."""
    return counted(env, slices(items, size), what)


def slices(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def counted(env, batches, what):
    """The batches one by one; after each the work is committed and the count shown."""
    say(f"{what[0].upper()}{what[1:]} …")
    progress = Progress()
    done, total = 0, sum(map(len, batches))
    for batch in batches:
        yield batch
        env.cr.commit()
        env.invalidate_all()  # what is written need not stay in memory
        done += len(batch)
        progress.show(done, total, what)
    progress.finish()
