"""The preview of changed rules: everybody scored by a draft and compared, nobody written.

The draft asks for other segments, classes and tiers at once, so that most customers change. It is undone afterwards.
"""

import time

from dev.terminal import Problem

from .floors import REPEATS
from .odoo_session import open_database, transaction

SUPERUSER = 1
CHANGES = {"window_months": 6, "abc_share_a": 60, "at_risk_ratio": 1.5}


def measure(database):
    """Seconds from the click to the page: `preview`, the best of three, and how many customers change."""
    registry = open_database(database)
    with transaction(registry, SUPERUSER) as env:
        draft = env["customer.segmentation.policy"].search([], limit=1)._begin_draft()
        draft.write(CHANGES)
        draft.with_context(ladder="metals").action_use_ladder()
        env.flush_all()
        seconds, changed = min(_preview(env, draft) for _ in range(REPEATS))
        env.cr.rollback()
    if not changed:
        raise Problem("the preview should have moved customers")
    return {"preview": seconds, "preview_changed": changed}


def _preview(env, draft):
    start = time.perf_counter()
    preview = env["customer.segmentation.preview"]._preview(draft)
    page = preview.read(["segment_table", "tier_table", "abc_table", "stage_table", "other_tables", "top_change_ids"])
    return time.perf_counter() - start, page and preview.changed_count
