"""Previews of changed rules beside a recompute, beside each other, killed: nobody waits, no number changes."""

import pytest

from .processes import wait_until
from .state import MANAGERS, Shop

APP = "customer_segmentation_preview"
CHUNK_SIZE = 80
LOCK = "FOR NO KEY UPDATE"  # the first statement of each step of a run
DRAFT = {"abc_share_a": 50, "window_months": 6}
LABELS = ("segment_id", "tier_id", "abc_class", "lifecycle_stage")
COMPARE, CLEAN_UP = "compared AS MATERIALIZED", "DELETE FROM customer_segmentation_staging"


class PreviewShop(Shop):
    """A shop with a draft of its rules and a new day to be scored."""

    def __init__(self, database):
        super().__init__(database)
        database.workers.run("python", code=MANAGERS)
        self.managers = database.values("SELECT id FROM res_users WHERE login ~ '^manager' ORDER BY login")
        self.draft = database.workers.run("draft", user_id=self.managers[0], values=DRAFT)

    def reset(self):
        super().reset()
        self.database.query("UPDATE res_partner SET active = TRUE WHERE ref = 'RESILIENCE'")

    def arguments(self, manager=0):
        return {"user_id": self.managers[manager], "draft_id": self.draft}

    def preview(self):
        return self.database.workers.run("preview", **self.arguments())

    def labels(self):
        """What each customer is at this moment."""
        profiles = self.profiles()
        return {partner: tuple(row[name] for name in LABELS) for partner, (row, _changed) in profiles.items()}

    def changes(self, preview):
        """From and to of each customer who would change."""
        rows = self.database.query(
            "SELECT * FROM customer_segmentation_preview_change WHERE preview_id = %(id)s", id=preview
        )
        changes = {
            row["partner_id"]: tuple(tuple(row[f"{end}_{name}"] for name in LABELS) for end in ("from", "to"))
            for row in rows
        }
        assert len(changes) == len(rows)
        return changes

    def matrix(self, preview):
        return self.database.query(
            """SELECT kind, from_key, to_key, customer_count, revenue FROM customer_segmentation_preview_line
                WHERE preview_id = %(id)s ORDER BY kind, from_key, to_key""",
            id=preview,
        )

    def previews(self):
        return self.database.value("SELECT count(*) FROM customer_segmentation_preview")

    def would_be(self, labels, preview):
        """What each customer would be: as it is, unless it changes."""
        return {**labels, **{partner: after for partner, (_before, after) in self.changes(preview).items()}}


@pytest.fixture(scope="module")
def trial(shop):
    trial = PreviewShop(shop)
    trial.reset()
    trial.old = trial.labels()
    preview = trial.preview()
    trial.before, trial.result = (trial.changes(preview), trial.matrix(preview)), trial.would_be(trial.old, preview)
    shop.workers.run("recompute", chunk_size=CHUNK_SIZE)
    trial.clean, trial.new = trial.outcome(), trial.labels()
    return trial


def assert_of(trial, preview, labels):
    """It holds what the draft makes of everybody against these labels, and only that."""
    changes = trial.changes(preview)
    differing = {partner for partner, after in trial.result.items() if labels.get(partner, (None,) * 5) != after}
    assert changes.keys() == differing
    for partner, change in changes.items():
        assert change == (labels.get(partner, (None,) * 5), trial.result[partner])
    assert sum(row["customer_count"] for row in trial.matrix(preview) if row["kind"] == "abc") > 300


def finish(trial, run):
    run.proceed()
    run.result()
    assert trial.outcome() == trial.clean
    assert [run["state"] for run in trial.runs()] == ["done"]
    assert trial.staged_count() == 0


def test_the_draft_is_worth_previewing(trial):
    """Otherwise the tests below prove nothing."""
    assert trial.new != trial.old
    assert sum(trial.result[partner] != trial.new[partner] for partner in trial.new) > 100
    assert len(trial.before[0]) > 100


@pytest.mark.parametrize("step", [2, 3, 4, 7])
def test_between_two_steps_of_a_run(trial, step):
    """It is held against what the run has written so far; the run goes on with what it staged."""
    trial.reset()
    run = trial.database.workers.start_stopped("recompute", LOCK, step, chunk_size=CHUNK_SIZE)
    before, staged = trial.outcome(), trial.staged_count()
    assert_of(trial, trial.preview(), trial.labels())
    assert trial.outcome() == before, "no customer was written"
    assert trial.staged_count() == staged
    finish(trial, run)


@pytest.mark.parametrize(
    ("before", "occurrence"),
    [
        ("INSERT INTO customer_segmentation_staging", 1),  # everybody is being staged
        ('UPDATE "customer_segmentation_run"', 2),  # the rows are staged
        ("INSERT INTO customer_segmentation_transition", 3),  # two chunks are committed
        ('UPDATE "customer_segmentation_run"', 4),  # a chunk is written and not committed
        ('UPDATE "customer_segmentation_policy"', 1),  # the last step
    ],
)
def test_while_a_run_holds_its_lock(trial, before, occurrence):
    """The preview waits for nothing, and sees what is committed."""
    trial.reset()
    run = trial.database.workers.start_stopped("recompute", before, occurrence, chunk_size=CHUNK_SIZE)
    with trial.database.session() as cursor, pytest.raises(Exception, match="could not obtain lock"):
        cursor.execute("SELECT FROM customer_segmentation_policy WHERE draft_of_id IS NULL FOR NO KEY UPDATE NOWAIT")
    assert_of(trial, trial.preview(), trial.labels())
    finish(trial, run)


@pytest.mark.parametrize("before", ["SELECT", COMPARE, CLEAN_UP, "COMMIT"])
def test_run_while_a_preview_is_at_work(trial, before):
    """The run waits for nothing; the preview shows the moment it began to look."""
    trial.reset()
    workers = trial.database.workers
    occurrence = 40 if before == "SELECT" else 1
    preview = workers.start_stopped("preview", before, occurrence, **trial.arguments())
    workers.run("recompute", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean
    preview.proceed()
    number = preview.result()
    assert (trial.changes(number), trial.matrix(number)) == trial.before
    assert trial.outcome() == trial.clean
    assert trial.staged_count() == 0


def test_customer_removed_while_a_preview_is_at_work(trial):
    """The run deletes the profile of a customer whom the preview names: it waits for the preview's end, no longer."""
    trial.reset()
    workers = trial.database.workers
    gone = next(iter(trial.before[0].keys() & trial.old.keys()))
    preview = workers.start_stopped("preview", CLEAN_UP, **trial.arguments())
    workers.run("write", model="res.partner", ids=[gone], values={"active": False})
    run = workers.start("recompute", chunk_size=CHUNK_SIZE)
    wait_until(trial.database.somebody_waits, "the run waits for the preview")
    preview.proceed()
    preview.result()
    run.result()
    assert gone not in trial.profiles()
    assert [run["state"] for run in trial.runs()] == ["done"]


@pytest.mark.parametrize("before", [COMPARE, CLEAN_UP])
def test_two_managers_preview_the_same_draft(trial, before):
    """One stands in the middle, the other begins after it and is done before it."""
    trial.reset()
    workers = trial.database.workers
    slow = workers.start_stopped("preview", before, **trial.arguments(0))
    quick = workers.run("preview", **trial.arguments(1))
    slow.proceed()
    for preview in (quick, slow.result()):
        assert (trial.changes(preview), trial.matrix(preview)) == trial.before
    assert trial.staged_count() == 0


def test_many_previews_and_a_run_at_once(trial):
    trial.reset()
    workers = trial.database.workers
    run = workers.start("recompute", chunk_size=20)
    previews = [workers.start("preview", **trial.arguments(manager % 2)) for manager in range(3)]
    run.result()
    for preview in previews:
        changes = trial.changes(preview.result())
        assert {partner: after for partner, (_before, after) in changes.items()} == {
            partner: trial.result[partner] for partner in changes
        }
    assert trial.outcome() == trial.clean
    assert trial.staged_count() == 0


@pytest.mark.parametrize("before", [COMPARE, CLEAN_UP, "COMMIT"])
def test_killed(trial, before):
    """It leaves nothing: no rows for a run to find, and no half preview to open."""
    trial.reset()
    previews, old = trial.previews(), trial.outcome()
    assert trial.database.workers.start("preview", {"before": before}, **trial.arguments()).wait() == -9
    trial.database.wait_for_backends(wait_until)
    assert (trial.previews(), trial.staged_count(), trial.outcome()) == (previews, 0, old)
    trial.database.workers.run("recompute", chunk_size=CHUNK_SIZE)
    assert trial.outcome() == trial.clean
