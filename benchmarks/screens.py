"""The lists people open, read as the web client reads them, by a user whom record rules bind."""

from .floors import seconds
from .odoo_session import open_database, transaction

REPEATS = 5
USER = 2
MY_CUSTOMERS_COLUMNS = (
    "partner_id",
    "segment_id",
    "tier_id",
    "rhythm",
    "revenue",
)


def measure(database):
    """Seconds of each list, best of `REPEATS`, all of them in turn so that they meet the same machine."""
    registry = open_database(database)
    taken = {name: [] for name in LISTS}
    for _ in range(REPEATS + 1):
        for name, read in LISTS.items():
            with transaction(registry, USER) as env:
                taken[name].append(seconds(lambda read=read, env=env: read(env)))
    return {name: min(times[1:]) for name, times in taken.items()}


def group_by(field):
    return lambda env: env["res.partner"].web_read_group([], [field], ["__count"])


def count_one_segment(env):
    segment = env["customer.segment"].search([], limit=1)
    return env["res.partner"].search_count([("customer_segment_id", "=", segment.id)])


def page_by_score(env):
    columns = {"complete_name": {}, "customer_segment_id": {"fields": {"display_name": {}}}, "customer_rfm_score": {}}
    return env["res.partner"].web_search_read([], columns, limit=80, order="customer_rfm_score desc")


def page_my_customers(env):
    profiles = env["customer.segmentation.profile"]
    columns = {
        name: {"fields": {"display_name": {}}} if profiles._fields[name].type == "many2one" else {}
        for name in MY_CUSTOMERS_COLUMNS
    }
    mine = [("user_id", "=", env.uid)]
    return profiles.web_search_read(mine, columns, limit=80, order="attention, lifetime_revenue desc, id")


LISTS = {
    "group_by_country": group_by("country_id"),
    "group_by_segment": group_by("customer_segment_id"),
    "count_one_segment": count_one_segment,
    "page_by_score": page_by_score,
    "page_my_customers": page_my_customers,
}
