"""Customers enter a playbook: how long one takes in bulk, and one by one with Odoo's own way to schedule activities.

Both ways make the same activities with the same texts for the same number of customers, in a transaction that is undone
afterwards: the list of activities must stay what it was for the next measure.
"""

import time

from dev.terminal import Problem

from .odoo_session import open_database, transaction

MOST = 5_000  # customers who enter in bulk
ONE_BY_ONE = 100
SUPERUSER = 1
SUMMARY = "Call {{ object.partner_id.name }}: {{ object.revenue }} in {{ object.order_count }} orders"


def measure(database):
    """Seconds per customer: `playbook_in_bulk`, `playbook_one_by_one`."""
    registry = open_database(database)
    return {"playbook_in_bulk": in_bulk(registry), "playbook_one_by_one": one_by_one(registry)}


def in_bulk(registry):
    """Everything from the unseen change to the activity on the desk."""
    with transaction(registry, SUPERUSER) as env:
        policy = env["customer.segmentation.policy"].search([], limit=1)
        policy.playbook_capacity_person = 10_000
        list(env["customer.playbook.engine"]._batches())
        playbook = env["customer.playbook"].create(
            {"name": "Benchmark", "summary": SUMMARY, "note": f"<p>{SUMMARY}</p>"}
        )
        playbook._start(policy.company_id)
        changes = change_many(env, policy)
        start = time.perf_counter()
        list(env["customer.playbook.engine"]._batches())
        seconds = time.perf_counter() - start
        opened = env["customer.playbook.entry"].search_count(
            [("playbook_id", "=", playbook.id), ("state", "=", "open")]
        )
        if opened != changes:
            raise Problem(f"{changes} customers should have entered the playbook, {opened} did")
        env.cr.rollback()
    return seconds / opened


def change_many(env, policy):
    """An unseen change of many customers who are worth a call; returns of how many."""
    from odoo.tools import SQL

    today = policy._today()
    env.cr.execute(
        SQL(
            """INSERT INTO customer_segmentation_transition
                      (profile_id, run_id, date, to_segment_id, direction, active, processed, revenue)
               SELECT id, %s, %s, segment_id, 'same', TRUE, FALSE, revenue FROM customer_segmentation_profile profile
                WHERE segment_id IS NOT NULL AND company_id = %s AND %s ORDER BY id LIMIT %s""",
            policy.last_run_id.id,
            today,
            policy.company_id.id,
            env["customer.playbook.consistency"]._sql_worth_a_call(policy, today),
            MOST,
        )
    )
    return env.cr.rowcount


def one_by_one(registry):
    """As a loop over customers does it."""
    with transaction(registry, SUPERUSER) as env:
        profiles = env["customer.segmentation.profile"].search([("segment_id", "!=", False)], limit=ONE_BY_ONE)
        start = time.perf_counter()
        for profile in profiles:
            values = {"summary": SUMMARY, "note": f"<p>{SUMMARY}</p>"}
            texts = {
                name: env["mail.render.mixin"]._render_template(text, profile._name, profile.ids)[profile.id]
                for name, text in values.items()
            }
            profile.partner_id.activity_schedule("mail.mail_activity_data_todo", user_id=2, **texts)
            env.flush_all()
        seconds = time.perf_counter() - start
        env.cr.rollback()
    return seconds / len(profiles)
