"""The dashboard, block by block, after two years of history, read as the web client reads it.

A block is measured for the month and the year that are running, and for the ones before. The history is made by this
module: ten changes of each customer, spread over the last 24 month-ends.
"""

from .floors import seconds
from .odoo_session import open_database, transaction

REPEATS = 3
USER = 2
BLOCKS = {
    "purchases": ("read_tiles", "purchases"),
    "standing": ("read_tiles", "standing"),
    "segments": ("read_segments",),
    "heat_map": ("read_heat_map",),
    "movement": ("read_movement",),
    "at_stake": ("read_at_stake",),
    "pareto": ("read_pareto",),
    "funnel": ("read_funnel",),
    "cohorts": ("read_cohorts",),
}
KINDS = ("month", "year")
MAKE_HISTORY = """
    INSERT INTO customer_segmentation_transition
           (profile_id, run_id, date, from_segment_id, to_segment_id, from_abc_class, to_abc_class,
            from_lifecycle_stage, to_lifecycle_stage, revenue, direction, active, processed)
    SELECT profile.id, profile.changed_run_id,
           (date_trunc('month', now()) - month * interval '1 month' - interval '1 day')::date,
           segment.id, profile.segment_id, 'B', profile.abc_class, 'active', profile.lifecycle_stage, 100, 'up',
           TRUE, TRUE
      FROM generate_series(0, 23) month
      JOIN customer_segmentation_profile profile ON (profile.id::bigint * 7919 + month * 104729) % 12 < 5
      JOIN LATERAL (SELECT id FROM customer_segment OFFSET (profile.id + month) % 11 LIMIT 1) segment ON TRUE
     WHERE profile.segment_id IS NOT NULL AND profile.changed_run_id IS NOT NULL"""


def measure(database):
    """Seconds of the slowest block in a month and in a year, best of `REPEATS` each, and the seconds of all."""
    registry = open_database(database)
    make_history(registry)
    found = {}
    for kind in KINDS:
        blocks = {}
        for period in periods(registry, kind):
            for block, call in BLOCKS.items():
                blocks[block] = max(blocks.get(block, 0), measure_block(registry, call, period))
        found[f"dashboard_{kind}"] = max(blocks.values())
        found[f"dashboard_{kind}_blocks"] = blocks
    return found


def make_history(registry):
    with transaction(registry) as env:
        env.cr.execute(MAKE_HISTORY)
        env["customer.segmentation.policy"].search([])._queue_run()
        env["customer.segmentation.run"].search([("state", "=", "pending")])._execute()
    with registry.cursor() as cr:
        cr.execute("ANALYZE customer_segmentation_transition")


def periods(registry, kind):
    """What is told to each block: the running period, and the one before."""
    with transaction(registry, USER) as env:
        dashboard = env["customer.segmentation.dashboard"]
        running = dashboard.open_dashboard(None, kind)
        before = dashboard.open_dashboard(None, kind, running["period"]["previous"])
        return [(one["company_id"], one["period"]["start"], one["period"]["end"]) for one in (running, before)]


def measure_block(registry, call, period):
    taken = []
    for _ in range(REPEATS):
        with transaction(registry, USER) as env:
            method = getattr(env["customer.segmentation.dashboard"], call[0])
            taken.append(seconds(lambda method=method: method(*period, *call[1:])))
    return min(taken)
