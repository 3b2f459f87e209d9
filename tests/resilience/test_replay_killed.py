"""A replay is killed with SIGKILL: every history is whole at any moment, and in the end nothing is written twice."""

import pytest

from .processes import moments, wait_until
from .state import Shop

APP = "customer_segmentation_dashboard"
MONTHS = 4
MOMENTS = 10  # how many of the replay's statements and commits the process is killed before
LABELS = ("segment_id", "abc_class", "tier_id", "lifecycle_stage")


class ReplayShop(Shop):
    """A scored shop; trials of a replay begin from there."""

    def __init__(self, database):
        database.query("DELETE FROM customer_segmentation_run WHERE state = 'pending'")
        super().__init__(database, new_day="SELECT")

    def reset(self):
        """Back to the state after the first run, with a replay waiting and its job due."""
        super().reset()
        self.database.query(
            """DELETE FROM customer_segmentation_run WHERE state = 'pending';
               DELETE FROM customer_segmentation_snapshot;
               INSERT INTO customer_segmentation_run
                      (policy_id, company_id, as_of, replay_from, kind, state, create_uid)
               SELECT policy.id, policy.company_id, (date_trunc('month', run.as_of) - interval '1 day')::date,
                      (date_trunc('month', run.as_of) - interval %(months)s - interval '1 day')::date, 'replay',
                      'pending', 1
                 FROM customer_segmentation_policy policy
                 JOIN customer_segmentation_run run ON run.id = policy.last_run_id""",
            months=f"{MONTHS - 1} months",
        )

    def history(self):
        """Every change of each customer, oldest first, without identifiers."""
        labels = ", ".join(f"change.from_{name}, change.to_{name}" for name in LABELS)
        return self.database.query(
            f"""SELECT profile.partner_id, change.date, run.kind, change.revenue, change.direction, change.processed,
                      change.active, {labels}
                 FROM customer_segmentation_transition change
                 JOIN customer_segmentation_run run ON run.id = change.run_id
                 JOIN customer_segmentation_profile profile ON profile.id = change.profile_id
                ORDER BY profile.partner_id, change.date, change.id"""
        )

    def groups(self):
        return self.database.query(
            """SELECT to_jsonb(snapshot) - 'id' - 'run_id' AS row FROM customer_segmentation_snapshot snapshot
                ORDER BY date, segment_id, tier_id, abc_class, lifecycle_stage"""
        )

    def outcome(self):
        return self.history(), self.groups(), self.profiles()

    def state(self):
        return self.database.value("SELECT state FROM customer_segmentation_run WHERE kind = 'replay'")


@pytest.fixture(scope="module")
def trial(shop):
    """A shop whose replay was once left alone: what it must come to, and what it asked of the database."""
    trial = ReplayShop(shop)
    trial.reset()
    job = shop.workers.start("recompute")
    job.result()
    trial.events, trial.clean = job.events(), trial.outcome()
    return trial


def assert_whole(trial):
    """Each change starts where the one before went, and the last ends where the customer is."""
    profiles, state = trial.profiles(), {}
    for change in trial.history():
        came, went = (tuple(change[f"{end}_{name}"] for name in LABELS) for end in ("from", "to"))
        assert state.get(change["partner_id"], (None,) * len(LABELS)) == came, change
        state[change["partner_id"]] = went
    assert state == {partner: tuple(row[name] for name in LABELS) for partner, (row, _new) in profiles.items()}


def assert_completed(trial):
    """The job, called again, brings the history where an uninterrupted replay brings it."""
    trial.database.workers.run("recompute")
    assert trial.state() == "done"
    assert trial.outcome() == trial.clean
    assert trial.staged_count() == 0


def kill_before(trial, event):
    trial.reset()
    job = trial.database.workers.start("recompute", stop={"before": event})
    assert job.wait() == -9
    trial.database.wait_for_backends(wait_until)


def test_the_replay_is_worth_killing(trial):
    """Otherwise the tests below prove nothing."""
    history, groups, _profiles = trial.clean
    assert len({row["row"]["date"] for row in groups}) == MONTHS
    assert sum(change["kind"] == "replay" for change in history) > 400
    assert sum(change["kind"] == "live" for change in history) > 50
    assert sum(not change["active"] for change in history) > 50
    assert trial.events.count("COMMIT") > MONTHS
    assert_whole(trial)


def test_killed_before_each_of_many_statements(trial):
    reached = set()
    for event in moments(trial.events, MOMENTS):
        kill_before(trial, event)
        assert_whole(trial)
        reached.add(trial.database.value("SELECT replayed_until FROM customer_segmentation_run WHERE kind = 'replay'"))
        assert_completed(trial)
    assert len(reached) > MONTHS // 2, "the moments lie before, between and after the months"


def test_killed_again_and_again(trial):
    """Each life of the process gets a month further."""
    trial.reset()
    for _life in range(2):
        second_month = {"before": "INSERT INTO customer_segmentation_snapshot", "occurrence": 2}
        assert trial.database.workers.start("recompute", stop=second_month).wait() == -9
        trial.database.wait_for_backends(wait_until)
        assert_whole(trial)
    assert len({row["row"]["date"] for row in trial.groups()}) == 2
    assert_completed(trial)


def test_crash_of_the_database_empties_the_staging_table(trial):
    """The replay has to begin anew; what it wrote before goes, and nothing is doubled."""
    second_month = {"before": "INSERT INTO customer_segmentation_snapshot", "occurrence": 2}
    trial.reset()
    assert trial.database.workers.start("recompute", stop=second_month).wait() == -9
    trial.database.wait_for_backends(wait_until)
    assert trial.staged_count() > 300
    trial.database.query("TRUNCATE customer_segmentation_staging")
    assert_completed(trial)
