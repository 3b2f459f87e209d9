"""Drafts applied during a recompute and at once: one version each, none lost, all customers scored by the last."""

import pytest

from .processes import wait_until
from .state import LADDER, MANAGERS, queue_run

APP = "customer_segmentation_preview"
CHUNK_SIZE = 80
LOCK = "FOR NO KEY UPDATE"  # the first statement of each step of a run, and of an application
UPDATE = 'UPDATE "customer_segmentation_policy"'
CONFLICT = "changed after this draft was begun"
FIELDS = {"values": {"abc_share_a": 50, "window_months": 6}}
OTHER_FIELDS = {"values": {"abc_share_a": 60}}
SEGMENTS = {"recencies": {"champions": (4, 5), "loyal": (3, 3)}}
WORDS = {"recencies": {"champions": (5, 5), "loyal": (3, 4)}, **OTHER_FIELDS}  # names of segments, and a field
TIERS = {"without_tier": "Silver"}
EVERYTHING = {**FIELDS, **SEGMENTS, **TIERS}
RESTORE = """
    versions = env["customer.segmentation.policy.version"].search([])
    versions.filtered(lambda version: version.number == {number}).action_restore()"""


class Rules:
    """The rules of a shop with a ladder; trials begin with the same, everybody being scored by them."""

    def __init__(self, database):
        self.database, self.workers = database, database.workers
        self.workers.run("python", code=MANAGERS)
        self.workers.run("python", code=LADDER)
        self.managers = database.values("SELECT id FROM res_users WHERE login ~ '^manager' ORDER BY login")
        self.first_version = self.version()

    def reset(self):
        """The rules of the beginning, as a new version; a run that waits, and everybody to be written by it."""
        self.database.wait_for_backends(wait_until)
        self.database.query("DELETE FROM customer_segmentation_policy WHERE draft_of_id IS NOT NULL")
        self.workers.run("python", code=RESTORE.format(number=self.first_version))
        queue_run(self.database)
        self.workers.run("recompute")
        self.database.query("UPDATE customer_segmentation_profile SET revenue = -1, segment_id = NULL")
        queue_run(self.database)
        self.began = self.version(), self.database.value("SELECT max(id) FROM customer_segmentation_run")

    def draft(self, change, manager=0):
        """A draft of a manager: what its application needs, and its rules."""
        user = self.managers[manager]
        draft = {"user_id": user, "draft_id": self.workers.run("draft", user_id=user, **change)}
        return draft, self.rules_of(draft)

    def rules_of(self, draft):
        return decided(self.workers.run("rules", draft_id=draft["draft_id"]))

    def version(self):
        return self.database.value("SELECT version FROM customer_segmentation_policy WHERE active")

    def drafts(self):
        return self.database.values("SELECT id FROM customer_segmentation_policy WHERE draft_of_id IS NOT NULL")

    def kept(self):
        """The rules of the versions since the trial began, the oldest first."""
        version, rows = None, []
        while version != self.version():  # else one was applied between the two questions
            version = self.version()
            since = "SELECT number, rules FROM customer_segmentation_policy_version WHERE number > %(began)s"
            rows = self.database.query(f"{since} ORDER BY number", began=self.began[0])
        assert [row["number"] for row in rows] == list(range(self.began[0] + 1, version + 1))
        return [decided(row["rules"]) for row in rows]

    def assert_applied(self, *rules):
        """These, in this order, a version each; and everybody is scored by the last, which the next run agrees with."""
        assert self.kept() == list(rules)
        self.workers.run("recompute")
        queue_run(self.database)
        self.workers.run("recompute")
        runs = self.database.query(
            "SELECT * FROM customer_segmentation_run WHERE id >= %(began)s ORDER BY id", began=self.began[1]
        )
        assert {run["state"] for run in runs} == {"done"}, [run["message"] for run in runs]
        assert (runs[-1]["changed_count"], runs[-1]["policy_version"]) == (0, self.version())
        assert self.database.value("SELECT count(*) FROM customer_segmentation_staging") == 0
        assert self.database.value("SELECT count(*) FROM customer_segmentation_profile WHERE revenue < 0") == 0


def decided(rules):
    """Rules without names, and without identifiers, which new records have not yet in a draft."""
    if isinstance(rules, dict):
        return {name: decided(value) for name, value in rules.items() if name not in ("words", "id")}
    return [decided(value) for value in rules] if isinstance(rules, list) else rules


@pytest.fixture(scope="module")
def rules(shop):
    return Rules(shop)


@pytest.fixture
def trial(rules):
    rules.reset()
    return rules


def finally_applied(application):
    """Odoo may have done the click again after a conflict, which it logs."""
    assert application.wait() == 0, application.log()
    return application.answer()["result"] is None


def assert_no_deadlock(*jobs):
    assert not [job.log() for job in jobs if "deadlock" in job.log().lower()]


@pytest.mark.parametrize("step", [1, 2, 3, 6])
def test_between_two_steps_of_a_run(trial, step):
    """It waits for nothing; the run goes on by the new rules, as what it staged may name a tier that is gone."""
    draft, expected = trial.draft(EVERYTHING)
    run = trial.workers.start_stopped("recompute", LOCK, step, chunk_size=CHUNK_SIZE)
    assert trial.workers.run("apply", **draft) is None
    run.proceed()
    run.result()
    trial.assert_applied(expected)


@pytest.mark.parametrize(
    ("before", "occurrence"),
    [
        ("INSERT INTO customer_segmentation_staging", 1),  # everybody is being staged
        ('UPDATE "customer_segmentation_run"', 4),  # a chunk is written and not committed
        (UPDATE, 1),  # the last step
    ],
)
def test_while_a_run_holds_its_lock(trial, before, occurrence):
    """It waits for the step, no longer."""
    draft, expected = trial.draft(EVERYTHING)
    run = trial.workers.start_stopped("recompute", before, occurrence, chunk_size=CHUNK_SIZE)
    application = trial.workers.start("apply", **draft)
    wait_until(trial.database.somebody_waits, "the application waits for the step")
    assert trial.kept() == []
    run.proceed()
    run.result()
    assert finally_applied(application)
    assert_no_deadlock(run, application)
    trial.assert_applied(expected)


def test_run_while_a_draft_is_being_applied(trial):
    """The run leaves the company alone, and is taken up afterwards."""
    draft, expected = trial.draft(EVERYTHING)
    application = trial.workers.start_stopped("apply", "COMMIT", **draft)
    trial.workers.run("recompute")
    application.proceed()
    assert application.result() is None
    trial.assert_applied(expected)


@pytest.mark.parametrize(
    ("first", "second"),
    [(FIELDS, OTHER_FIELDS), (SEGMENTS, WORDS), (WORDS, SEGMENTS), (SEGMENTS, TIERS)],
)
@pytest.mark.parametrize("before", [LOCK, UPDATE])
def test_two_drafts_at_once(trial, first, second, before):
    """One is applied; who comes second is told, keeps the draft, and can apply it all the same."""
    (draft, expected), (other, other_expected) = trial.draft(first), trial.draft(second, 1)
    slow = trial.workers.start_stopped("apply", before, **draft)
    quick = trial.workers.start("apply", **other)
    if before == LOCK:  # it has looked and locked nothing yet
        wait_until(lambda: trial.kept(), "the second is applied")
        refused, expected = draft, other_expected
    else:
        wait_until(trial.database.somebody_waits, "the second waits for the first")
        refused = other
    slow.proceed()
    answers = [slow.result(), quick.result()]
    assert_no_deadlock(slow, quick)
    assert [CONFLICT in (answer or "") for answer in answers] == [refused is draft, refused is other]
    assert trial.kept() == [expected]
    assert trial.drafts() == [refused["draft_id"]]
    rest = trial.rules_of(refused)  # a draft without segments of its own has those of the scheme
    assert trial.workers.run("apply", anyway=True, **refused) is None
    trial.assert_applied(expected, rest)


def test_two_drafts_at_once_anyway(trial):
    """Both managers saw the other's changes and want their own all the same: two versions, the later one holds."""
    (draft, expected), (other, other_expected) = trial.draft(EVERYTHING), trial.draft(WORDS, 1)
    slow = trial.workers.start_stopped("apply", UPDATE, anyway=True, **draft)
    quick = trial.workers.start("apply", anyway=True, **other)
    wait_until(trial.database.somebody_waits, "the second waits for the first")
    slow.proceed()
    assert (slow.result(), quick.result()) == (None, None)
    assert_no_deadlock(slow, quick)
    assert trial.drafts() == []
    trial.assert_applied(expected, other_expected)


def test_applied_while_it_is_being_previewed(trial):
    draft, expected = trial.draft(EVERYTHING)
    preview = trial.workers.start_stopped("preview", "DELETE FROM customer_segmentation_staging", **draft)
    application = trial.workers.start("apply", **draft)
    wait_until(trial.database.somebody_waits, "the draft is removed after its preview")
    preview.proceed()
    preview.result()
    assert finally_applied(application)
    assert trial.drafts() == []
    trial.assert_applied(expected)


@pytest.mark.parametrize("before", [UPDATE, "DELETE FROM", "COMMIT"])
def test_killed(trial, before):
    """All of the rules, or none of them."""
    draft, expected = trial.draft(EVERYTHING)
    assert trial.workers.start("apply", {"before": before}, **draft).wait() == -9
    trial.database.wait_for_backends(wait_until)
    assert (trial.kept(), trial.drafts()) == ([], [draft["draft_id"]])
    assert trial.workers.run("apply", **draft) is None
    trial.assert_applied(expected)
