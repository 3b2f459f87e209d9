"""A tier review is killed with SIGKILL, or two come at once: everybody falls once, and the review is held once."""

import time

import pytest

from .processes import moments, wait_until
from .state import ReviewShop

CHUNK_SIZE = 40
MOMENTS = 8  # how many of the review's statements and commits the process is killed before
CHUNK = "INSERT INTO customer_segmentation_transition"
LOCK = "FOR NO KEY UPDATE"


@pytest.fixture(scope="module")
def trial(shop):
    """A shop whose review was once left alone: what it must come to, and what the process asked of the database."""
    trial = ReviewShop(shop)
    trial.reset()
    trial.old = trial.profiles()
    job = shop.workers.start("scheduler", chunk_size=CHUNK_SIZE)
    job.result()
    trial.events, trial.clean = job.events(), trial.outcome()
    return trial


def assert_old_or_new(trial):
    """Each profile is the old one, or the new one with exactly its transition; the number of new ones."""
    profiles, transitions = trial.outcome()
    new, new_transitions = trial.clean
    for partner, profile in profiles.items():
        assert profile == (new if partner in transitions else trial.old)[partner]
    assert transitions == {partner: new_transitions[partner] for partner in transitions}
    assert not trial.is_held() or transitions == new_transitions
    return len(transitions)


def assert_completed(trial):
    """The scheduler, woken again, brings the shop where an uninterrupted review brings it; the next run agrees."""
    trial.database.wait_for_backends(wait_until)
    trial.database.workers.run("scheduler", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean
    assert trial.is_held()


def kill_before(trial, event, occurrence=1, job="scheduler"):
    stop = {"before": event, "occurrence": occurrence}
    assert trial.database.workers.start(job, chunk_size=CHUNK_SIZE, stop=stop).wait() == -9
    trial.database.wait_for_backends(wait_until)


def test_the_review_is_worth_killing(trial):
    """Otherwise the tests below prove nothing."""
    profiles, transitions = trial.clean
    assert len(transitions) > 3 * CHUNK_SIZE
    assert {len(rows) for rows in transitions.values()} == {1}
    assert {row["direction"] for [row] in transitions.values()} == {"down"}
    assert not any(row["processed"] for [row] in transitions.values())
    fallen = {
        partner for partner, (row, _run) in profiles.items() if row["tier_id"] != trial.old[partner][0]["tier_id"]
    }
    assert transitions.keys() == fallen
    still_below = sum(row["tier_below_since"] is not None for row, _run in profiles.values())
    assert 4 < still_below < len(transitions)
    assert sum(CHUNK in event for event in trial.events) >= 4


def test_the_next_run_agrees(trial):
    """In the statement that writes profiles: it has nothing to write."""
    trial.reset()
    trial.database.workers.run("review")
    before = trial.outcome()
    trial.queue_run()
    trial.database.workers.run("recompute")
    [run] = trial.runs()
    assert (run["state"], run["changed_count"]) == ("done", 0)
    assert trial.outcome() == before == trial.clean


def test_killed_before_each_of_many_statements(trial):
    lowered = set()
    first, last = ([n for n, event in enumerate(trial.events) if CHUNK in event][end] for end in (0, -1))
    spread = moments(trial.events, MOMENTS)
    for event in sorted({*spread, *range(first, last + 6, 7)}):
        trial.reset()
        kill_before(trial, event)
        lowered.add(assert_old_or_new(trial))
        assert_completed(trial)
    assert len(lowered) > 3, "the moments lie before, between and after the chunks"


def test_killed_again_and_again(trial):
    """Each life of the process gets one chunk further; nobody is lowered twice."""
    trial.reset()
    lowered = []
    for _life in range(3):
        kill_before(trial, LOCK, 2, job="review")
        lowered.append(assert_old_or_new(trial))
    assert lowered == [CHUNK_SIZE, 2 * CHUNK_SIZE, 3 * CHUNK_SIZE]
    assert_completed(trial)


def test_killed_in_the_middle_of_a_chunks_statement(trial):
    """A lock held on a customer of a chunk keeps its statement half done while the process is killed."""
    trial.reset()
    partner = sorted(trial.clean[1])[CHUNK_SIZE + 5]
    with trial.database.session() as cursor:
        cursor.execute("SELECT FROM customer_segmentation_profile WHERE partner_id = %s FOR UPDATE", [partner])
        job = trial.database.workers.start("scheduler", chunk_size=CHUNK_SIZE)
        wait_until(trial.database.somebody_waits, "the chunk waits for the lock")
        job.kill()
        job.wait()
        assert assert_old_or_new(trial) > 0, "the first chunk is written"
        # The orphaned statement still holds the company: whoever comes now leaves it alone.
        trial.database.workers.run("review", chunk_size=CHUNK_SIZE)
    trial.database.wait_for_backends(wait_until)
    assert_completed(trial)


@pytest.mark.parametrize("reviews", [2, 2, 3])
def test_reviews_at_once(trial, reviews):
    """One works, the others leave or take turns."""
    trial.reset()
    for job in [trial.database.workers.start("review", chunk_size=10) for _ in range(reviews)]:
        job.result()
    trial.database.workers.run("review")
    assert trial.outcome() == trial.clean
    assert trial.is_held()


@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_review_that_looked_before_the_other_lowered(trial, step):
    """It was kept waiting and goes on after the other has finished: it must not lower who fell already."""
    trial.reset()
    workers = trial.database.workers
    slow = workers.start_stopped("review", LOCK, step, chunk_size=CHUNK_SIZE)
    workers.run("review", chunk_size=CHUNK_SIZE)
    slow.proceed()
    slow.result()
    assert trial.outcome() == trial.clean


@pytest.mark.parametrize("step", [1, 2])
def test_a_review_that_looked_before_a_run_began(trial, step):
    """The run staged everybody's old tier: the review must wait for it, else the run would lift them again."""
    trial.reset()
    workers = trial.database.workers
    slow = workers.start_stopped("review", LOCK, step, chunk_size=CHUNK_SIZE)
    trial.queue_run()
    run = workers.start_stopped("recompute", LOCK, 2, chunk_size=CHUNK_SIZE)
    slow.proceed()
    slow.result()
    assert assert_old_or_new(trial) == (step - 1) * CHUNK_SIZE
    run.proceed()
    run.result()
    workers.run("recompute")
    workers.run("review", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean


def test_a_run_that_looked_before_a_review_began(trial):
    """It must not stage who stood where before the review."""
    trial.reset()
    workers = trial.database.workers
    trial.queue_run()
    run = workers.start_stopped("recompute", LOCK, 1)
    trial.database.query("UPDATE customer_segmentation_run SET state = 'cancelled' WHERE state = 'pending'")
    workers.run("review", chunk_size=CHUNK_SIZE)
    run.proceed()
    run.result()
    assert trial.outcome() == trial.clean


def test_a_review_and_a_recompute_at_once(trial):
    """In whatever order they come to work."""
    for _turn in range(2):
        trial.reset()
        trial.queue_run()
        workers = trial.database.workers
        for job in [workers.start(name, chunk_size=20) for name in ("review", "recompute", "review")]:
            job.result()
            time.sleep(0.01)
        workers.run("recompute")
        workers.run("review")
        assert trial.outcome() == trial.clean
