"""Two recomputes at once: one works, the other waits or leaves; nothing fails and nobody is written twice."""

import pytest

from .state import Shop

CHUNK_SIZE = 80


@pytest.fixture(scope="module")
def trial(shop):
    trial = Shop(shop)
    trial.reset()
    shop.workers.run("recompute", chunk_size=CHUNK_SIZE)
    trial.clean = trial.outcome()
    return trial


@pytest.mark.parametrize("schedulers", [2, 2, 2, 3])
def test_recomputes_at_once(trial, schedulers):
    """One works, the others leave or take turns: nothing fails, and nobody is written twice."""
    trial.reset()
    jobs = [trial.database.workers.start("recompute", chunk_size=20) for _ in range(schedulers)]
    for job in jobs:
        job.result()
    trial.database.workers.run("recompute")
    assert trial.outcome() == trial.clean
    assert {run["state"] for run in trial.runs()} == {"done"}
    assert trial.staged_count() == 0


@pytest.mark.parametrize("step", [1, 2, 4, 6, 7])
def test_recompute_that_looked_before_the_other_wrote(trial, step):
    """It read the run, was kept waiting, and goes on after the other has finished: it must not write what it read."""
    trial.reset()
    workers = trial.database.workers
    slow = workers.start_stopped("recompute", "FOR NO KEY UPDATE", step, chunk_size=CHUNK_SIZE)
    workers.run("recompute", chunk_size=CHUNK_SIZE)
    slow.proceed()
    slow.result()
    workers.run("recompute", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean
    assert [run["state"] for run in trial.runs()] == ["done"]


def test_schedulers_woken_at_once(trial):
    """Through the scheduler itself."""
    trial.reset()
    for job in [trial.database.workers.start("scheduler", chunk_size=20) for _ in range(3)]:
        job.result()
    assert trial.outcome() == trial.clean
