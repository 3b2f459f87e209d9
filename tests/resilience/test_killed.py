"""A recompute is killed with SIGKILL: every customer is wholly old or wholly new, and the next run completes it."""

import random
import time

import pytest

from .processes import moments, wait_until
from .state import Shop

CHUNK_SIZE = 80
MOMENTS = 24  # how many of the run's statements and commits the process is killed before


@pytest.fixture(scope="module")
def trial(shop):
    """A shop whose second run was once left alone: what it must come to, and what the process asked of the database."""
    trial = Shop(shop)
    trial.reset()
    trial.old = trial.profiles()
    job = shop.workers.start("scheduler", chunk_size=CHUNK_SIZE)
    job.result()
    trial.events, trial.clean = job.events(), trial.outcome()
    trial.reset()
    job, began = start_writing(trial), time.monotonic()
    job.result()
    trial.seconds = time.monotonic() - began
    return trial


def assert_old_or_new(trial):
    """Each profile is the old one, or the new one with exactly its transition; the number of new ones."""
    profiles, transitions = trial.outcome()
    new, new_transitions = trial.clean
    written = {partner for partner, (_row, changed) in profiles.items() if changed}
    for partner in profiles.keys() | trial.old.keys():
        expected = new if partner in written else trial.old
        assert profiles.get(partner) == expected.get(partner)
    assert transitions == {partner: new_transitions[partner] for partner in written & new_transitions.keys()}
    return len(written)


def assert_completed(trial, workers):
    """The scheduler, woken again, brings the shop where an uninterrupted run brings it."""
    trial.database.wait_for_backends(wait_until)
    workers.run("scheduler", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean
    assert [run["state"] for run in trial.runs()] == ["done"]
    assert trial.runs()[0]["progress"] == 100
    assert trial.staged_count() == 0


def kill_before(trial, event):
    trial.reset()
    job = trial.database.workers.start("scheduler", chunk_size=CHUNK_SIZE, stop={"before": event})
    assert job.wait() == -9
    trial.database.wait_for_backends(wait_until)


def find(trial, text, number=0):
    """Which of the events is the first, second, … with this text."""
    return [index for index, name in enumerate(trial.events) if text in name][number]


def test_the_second_run_is_worth_killing(trial):
    """Otherwise the tests below prove nothing."""
    profiles, transitions = trial.clean
    assert len(profiles) > 390
    assert len(transitions) > 100
    assert sum(row["recency_score"] is None for row, _changed in profiles.values()) > 10
    assert sum("WITH staged" in name for name in trial.events) >= 5
    assert {len(rows) for rows in transitions.values()} == {1}
    moved = {partner for partner in profiles if label(profiles, partner) != label(trial.old, partner)}
    assert transitions.keys() == moved


def label(profiles, partner):
    row, _changed = profiles.get(partner, ({}, False))
    return tuple(row.get(name) for name in ("segment_id", "abc_class", "tier_id", "lifecycle_stage"))


def test_killed_before_each_of_many_statements(trial):
    written = set()
    spread = moments(trial.events, MOMENTS)
    for event in sorted({*spread, *range(find(trial, "WITH staged"), find(trial, "WITH staged", 1) + 1, 2)}):
        kill_before(trial, event)
        written.add(assert_old_or_new(trial))
        assert_completed(trial, trial.database.workers)
    assert len(written) > 4, "the moments lie before, between and after the chunks"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_killed_at_a_moment_by_the_clock(trial, share):
    """Somewhere in the writing, be it in the middle of a statement or of Python."""
    trial.reset()
    job = start_writing(trial)
    time.sleep(share * trial.seconds * random.uniform(0.8, 1.2))
    job.kill()
    job.wait()
    trial.database.wait_for_backends(wait_until)
    assert_old_or_new(trial)
    assert_completed(trial, trial.database.workers)


def start_writing(trial):
    """A run that has staged its rows and goes on to write them."""
    job = trial.database.workers.start_stopped("recompute", "FOR NO KEY UPDATE", 2, chunk_size=CHUNK_SIZE)
    job.proceed()
    return job


def test_killed_in_the_middle_of_a_chunks_statement(trial):
    """A lock held on the last customer of a chunk keeps its statement half done while the process is killed."""
    trial.reset()
    last = sorted(trial.old)[2 * CHUNK_SIZE - 10]
    with trial.database.session() as cursor:
        cursor.execute("SELECT FROM customer_segmentation_profile WHERE partner_id = %s FOR UPDATE", [last])
        job = trial.database.workers.start("scheduler", chunk_size=CHUNK_SIZE)
        wait_until(trial.database.somebody_waits, "the chunk waits for the lock")
        job.kill()
        job.wait()
        assert assert_old_or_new(trial) > 0, "the first chunk is written"
        # The orphaned statement still holds the company: whoever comes now leaves it alone.
        trial.database.workers.run("recompute", chunk_size=CHUNK_SIZE)
    trial.database.wait_for_backends(wait_until)
    assert_completed(trial, trial.database.workers)


def test_killed_again_and_again(trial):
    """Each life of the process gets a few statements further; nobody is written twice."""
    trial.reset()
    workers = trial.database.workers
    written = []
    for _life in range(3):
        third_step = {"before": "FOR NO KEY UPDATE", "occurrence": 3}
        assert workers.start("recompute", chunk_size=CHUNK_SIZE, stop=third_step).wait() == -9
        trial.database.wait_for_backends(wait_until)
        written.append(assert_old_or_new(trial))
    assert 0 < written[0] < written[1] < written[2]
    assert_completed(trial, workers)


@pytest.mark.parametrize("chunks", [0, 2])
def test_crash_of_the_database_empties_the_staging_table(trial, chunks):
    """It is unlogged: after a crash PostgreSQL truncates it, and the run has to stage its rows again."""
    kill_before(trial, find(trial, "WITH staged", chunks))
    assert trial.staged_count() > 300
    trial.database.query("TRUNCATE customer_segmentation_staging")
    assert_completed(trial, trial.database.workers)


def test_staging_is_unlogged(trial):
    """What the test above relies on."""
    kind = "SELECT relpersistence FROM pg_class WHERE relname = 'customer_segmentation_staging'"
    assert trial.database.value(kind) == "u"
