"""`python -m benchmarks.recompute DATABASE REPEATS`: the scheduled action alone, in a process of its own.

Prints one JSON object: seconds of a first recompute and of another one with nothing changed, split by part, how many
rows were written, and the peak memory of this process. Then the same with a ladder of tiers in use, and a review that
lowers every customer above the last tier; at last the same with twenty indicators in a value score.

The action is called as the scheduler calls it, with its commits. The modules it imports are loaded before, as in a
worker that ran it the day before.
"""

import contextlib
import importlib
import json
import sys
import time
from collections import Counter
from pathlib import Path
from unittest import mock

from . import indicators
from .odoo_session import open_database, transaction

PIPELINE = "odoo.addons.customer_segmentation.scoring.pipeline"
# Where the time of a run is spent; what is in none of them is the rest.
PARTS = {
    "facts": [("customer.transaction", "_read_transactions"), ("customer.segmentation.engine", "_find_facts")],
    "scoring": [(PIPELINE, "score_customers")],
    "staging": [
        ("customer.segmentation.staging", "_stage_scores"),
        ("customer.segmentation.staging", "_stage_customers_without_purchase"),
    ],
    "write": [("customer.segmentation.writer", "_write_staged_rows")],
}
FORGET_EVERYTHING = """
    UPDATE customer_segmentation_policy SET last_run_id = NULL;
    TRUNCATE customer_segmentation_transition, customer_segmentation_profile, customer_segmentation_staging CASCADE;
    DELETE FROM customer_segmentation_run"""
# As if nobody had bought anything since the last review.
ALL_DUE = """
    UPDATE customer_segmentation_policy SET tier_review_by_hand = FALSE, tier_last_review_date = '2000-01-01';
    UPDATE customer_segmentation_profile
       SET tier_below_since = '2000-01-01', tier_review_date = '2000-03-31', tier_lowered_date = NULL
     WHERE tier_id <> (SELECT id FROM customer_tier ORDER BY sequence DESC, id DESC LIMIT 1)"""
TUPLES_WRITTEN = """
    SELECT COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables
     WHERE relname IN ('customer_segmentation_profile', 'customer_segmentation_transition')"""


def main(database, repeats):
    registry = open_database(database)
    for module in (PIPELINE, "scipy.optimize", "scipy.special"):
        importlib.import_module(module)
    idle = memory()
    firsts = [recompute(registry, forget=True) for _ in range(repeats)]
    before = tuples_written(registry)
    again = [recompute(registry) for _ in range(repeats)]
    written = tuples_written(registry) - before
    result = {
        "first": best(firsts),
        "unchanged": best(again),
        "tuples_written_unchanged": written,
        "changed_count_unchanged": max(run["changed_count"] for run in again),
        "memory": memory(),
        "memory_idle": idle,
    }
    print(json.dumps(result | with_ladder(registry, repeats) | with_indicators(registry, repeats)))


def with_ladder(registry, repeats):
    """A recompute with nothing changed while a ladder is in use, and a review of tiers; the ladder is gone after it."""
    use_ladder(registry)
    recompute(registry)
    unchanged = best([recompute(registry) for _ in range(repeats)])
    reviewed = review(registry)  # once: it leaves fewer to lower
    remove_ladder(registry)
    return {"unchanged_with_ladder": unchanged, "review": reviewed}


def with_indicators(registry, repeats):
    """A recompute with nothing changed while twenty indicators are weighed; they are gone after it."""
    with transaction(registry) as env:
        indicators.use(env["customer.segmentation.policy"].search([]))
    recompute(registry)
    unchanged = best([recompute(registry) for _ in range(repeats)])
    with transaction(registry) as env:
        policies = env["customer.segmentation.policy"].search([])
        read, skipped = indicators.computed(policies)
        indicators.remove(policies)
    recompute(registry)
    return {"unchanged_with_indicators": unchanged, "indicators": read, "indicators_skipped": skipped}


def use_ladder(registry):
    with transaction(registry) as env:
        env["customer.segmentation.policy"].search([]).with_context(ladder="value").action_use_ladder()


def remove_ladder(registry):
    with transaction(registry) as env:
        env["customer.segmentation.policy"].search([]).write({"tier_ids": [(5, 0, 0)]})
    recompute(registry)


def review(registry):
    """Make everybody due, hold the review as the scheduler does, and say how many were lowered how fast."""
    with transaction(registry) as env:
        env.cr.execute(ALL_DUE)
        due = env.cr.rowcount
    with transaction(registry) as env:
        start = time.perf_counter()
        env["customer.tier.review"]._cron_review()
        elapsed = time.perf_counter() - start
    return {"seconds": elapsed, "lowered": due - still_due(registry)}


def still_due(registry):
    with transaction(registry) as env:
        env.cr.execute("SELECT count(*) FROM customer_segmentation_profile WHERE tier_review_date = '2000-03-31'")
        return env.cr.fetchone()[0]


def best(runs):
    return min(runs, key=lambda run: run["seconds"])


def recompute(registry, forget=False):
    """Queue a run, let the scheduled action take it to its end, and say how long each part took."""
    with transaction(registry) as env:
        if forget:
            env.cr.execute(FORGET_EVERYTHING)
        policies = env["customer.segmentation.policy"].search([])
        policies.replay_months = 0  # the replay that follows a first run is another matter
        policies._queue_run()
    parts = Counter()
    with timed_parts(registry, parts), transaction(registry) as env:
        start = time.perf_counter()
        env["customer.segmentation.run"]._cron_recompute()
        elapsed = time.perf_counter() - start
    return {"seconds": elapsed, "parts": {**parts, "rest": elapsed - parts.total()}, **outcome(registry)}


def outcome(registry):
    with transaction(registry) as env:
        run = env["customer.segmentation.run"].search([], limit=1)
        if run.state != "done":
            sys.exit(f"the run is {run.state}: {run.message}")
        return {"changed_count": run.changed_count, "customer_count": run.customer_count}


@contextlib.contextmanager
def timed_parts(registry, parts):
    """Add up in `parts` how long the methods of each part take."""
    with contextlib.ExitStack() as stack:
        for part, methods in PARTS.items():
            parts[part] = 0.0
            for owner_name, method in methods:
                owner = sys.modules[owner_name] if owner_name == PIPELINE else registry[owner_name]
                wrapped = timed(getattr(owner, method), part, parts)
                stack.enter_context(mock.patch.object(owner, method, wrapped))
        yield


def timed(function, part, parts):
    def call(*arguments, **named_arguments):
        start = time.perf_counter()
        try:
            return function(*arguments, **named_arguments)
        finally:
            parts[part] += time.perf_counter() - start

    return call


def tuples_written(registry):
    """Rows of profiles and transitions ever written; statistics of this connection are handed over first."""
    with transaction(registry) as env:
        if env.cr._cnx.server_version >= 150000:
            env.cr.execute("SELECT pg_stat_force_next_flush()")
    time.sleep(1.1)  # older servers hand them over at most once a second
    with transaction(registry) as env:
        env.cr.execute(TUPLES_WRITTEN)
        return env.cr.fetchone()[0]


def memory():
    """Peaks of this process in bytes."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(lines[key].split()[0]) * 1024 for name, key in (("resident", "VmHWM"), ("virtual", "VmPeak"))}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
