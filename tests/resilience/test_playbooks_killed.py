"""The playbooks' job is killed with SIGKILL, or two work at once: the same activities as of one that was left alone."""

import pytest

from .processes import wait_until

# So many transactions as possible: each batch a few customers.
SIZES = {"CHANGES_SIZE": 90, "FILL_SIZE": 15, "CLOSE_SIZE": 5}
START = """
    users = env["res.users"]
    sellers = users.create([
        {"name": f"Seller {n}", "login": f"seller{n}", "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)]}
        for n in range(3)
    ])
    profiles = env["customer.segmentation.profile"].search([], order="partner_id")
    for number, profile in enumerate(profiles):
        profile.partner_id.user_id = sellers[number % 3]
    env["customer.segmentation.policy"].search([]).playbook_capacity_person = 12
    segments = env["customer.segmentation.policy"].search([]).scheme_id.segment_ids
    at_risk = segments.filtered(lambda segment: segment.code == "at_risk")
    playbooks = env["customer.playbook"].create([
        {"name": "Win back", "segment_ids": [(6, 0, at_risk.ids)], "closes_on_order": True, "seed": "1",
         "summary": "Call {{ object.partner_id.name }}", "control_share": 20},
        {"name": "All", "segment_ids": [(6, 0, at_risk.ids)], "seed": "2", "summary": "Mail"},
        {"name": "Stay", "segment_ids": [(6, 0, at_risk.ids)], "seed": "3", "trigger": "segment_stay",
         "trigger_days": 1, "summary": "Stay"},
    ])
    playbooks._start(env.company)
    playbooks.started_dates = {str(env.company.id): "2020-01-01"}
"""
# Everybody with an even number falls to At Risk, as a run would have it.
CHANGE = """
    DELETE FROM customer_playbook_entry;
    DELETE FROM mail_activity;
    DELETE FROM mail_message WHERE subject LIKE '%%from playbooks%%';
    UPDATE customer_playbook_state SET states_date = NULL;
    DELETE FROM customer_segmentation_queue;
    DELETE FROM customer_segmentation_transition;
    DELETE FROM ir_cron_trigger;
    UPDATE customer_segmentation_profile SET segment_id = {champions}, segment_since = current_date - 30;
    INSERT INTO customer_segmentation_transition
           (profile_id, run_id, date, from_segment_id, to_segment_id, direction, active, processed, revenue)
    SELECT profile.id, (SELECT max(id) FROM customer_segmentation_run), current_date, {champions}, {at_risk}, 'down',
           TRUE, FALSE, revenue
      FROM customer_segmentation_profile profile WHERE mod(partner_id, 2) = 0;
    UPDATE customer_segmentation_profile SET segment_id = {at_risk}, segment_since = current_date - 5
     WHERE mod(partner_id, 2) = 0"""


class Desk:
    """What lies on whose desk."""

    def __init__(self, database):
        self.database = database
        database.workers.run("python", code=START)
        self.segments = {
            code: database.value(
                """SELECT segment.id FROM customer_segment segment
                     JOIN customer_segmentation_policy policy ON policy.scheme_id = segment.scheme_id
                    WHERE segment.code = %(code)s""",
                code=code,
            )
            for code in ("champions", "at_risk")
        }

    def reset(self):
        self.database.wait_for_backends(wait_until)
        self.database.query(CHANGE.format(**self.segments))

    def outcome(self):
        """Entries, activities and messages without what differs from trial to trial."""
        entries = self.database.query(
            """SELECT playbook_id, partner_id, state, treatment, user_id, closing_reason, opened_on, announced_on,
                      (SELECT array_agg(ARRAY[user_id::text, res_id::text, summary, active::text] ORDER BY id)
                         FROM mail_activity WHERE customer_playbook_entry_id = entry.id) AS activities
                 FROM customer_playbook_entry entry ORDER BY playbook_id, partner_id, id"""
        )
        activities = self.database.value("SELECT count(*) FROM mail_activity")
        messages = self.database.query(
            """SELECT subject, count(*) FROM mail_message WHERE subject LIKE '%%from playbooks%%'
                GROUP BY subject ORDER BY subject"""
        )
        unprocessed = "SELECT count(*) FROM customer_segmentation_transition WHERE NOT processed"
        return entries, activities, messages, self.database.value(unprocessed)

    def check(self):
        """What holds at any moment."""
        assert not self.database.query(
            """SELECT playbook_id, profile_id FROM customer_playbook_entry
                WHERE state IN ('waiting', 'open') GROUP BY 1, 2 HAVING count(*) > 1"""
        )
        assert not self.database.query(
            """SELECT entry.id FROM customer_playbook_entry entry
                WHERE (state = 'open') <> EXISTS (SELECT FROM mail_activity
                                                   WHERE customer_playbook_entry_id = entry.id AND active)"""
        )
        assert not self.database.query(
            "SELECT user_id FROM customer_playbook_entry WHERE state = 'open' GROUP BY 1 HAVING count(*) > 12"
        )


@pytest.fixture(scope="module")
def desk(shop):
    desk = Desk(shop)
    for _ in range(2):  # the first one ever asks the database a little more than all later ones
        desk.reset()
        job = shop.workers.start("playbooks", sizes=SIZES)
        job.result()
        desk.check()
    desk.commits = [number for number, name in enumerate(job.events()) if name == "COMMIT"]
    desk.events, desk.clean = job.events(), desk.outcome()
    return desk


def test_there_is_something_to_kill(desk):
    entries, activities, messages, unprocessed = desk.clean
    states = {entry["state"] for entry in entries}
    assert states == {"open", "waiting", "control"}
    assert len(entries) > 250 and activities == 36 and len(messages) == 1 and not unprocessed
    assert len(desk.commits) > 12


def test_killed_between_any_two_commits_and_in_between(desk):
    commits = [{"before": "COMMIT", "occurrence": number} for number in range(1, len(desk.commits) - 1)]
    spread = range(0, desk.commits[-3], max(1, len(desk.events) // 8))
    for moment in [*commits, *({"before": number} for number in spread)]:
        desk.reset()
        assert desk.database.workers.start("playbooks", sizes=SIZES, stop=moment).wait() == -9
        desk.database.wait_for_backends(wait_until)
        desk.check()
        desk.database.workers.run("playbooks", sizes=SIZES)
        desk.check()
        assert desk.outcome() == desk.clean, f"killed at {moment}"


@pytest.mark.parametrize("workers", [2, 2, 3])
def test_at_once(desk, workers):
    desk.reset()
    for job in [desk.database.workers.start("playbooks", sizes=SIZES) for _ in range(workers)]:
        job.result()
    desk.check()
    desk.database.workers.run("playbooks", sizes=SIZES)
    assert desk.outcome() == desk.clean


@pytest.mark.parametrize("occurrence", [1, 4, 8, 12])
def test_one_that_looked_before_the_other_wrote(desk, occurrence):
    """It stands before taking the lock, its view of the database is old, and then goes on."""
    desk.reset()
    workers = desk.database.workers
    slow = workers.start_stopped("playbooks", "FOR UPDATE SKIP LOCKED", occurrence, sizes=SIZES)
    workers.run("playbooks", sizes=SIZES)
    slow.proceed()
    slow.result()
    desk.check()
    workers.run("playbooks", sizes=SIZES)
    assert desk.outcome() == desk.clean
