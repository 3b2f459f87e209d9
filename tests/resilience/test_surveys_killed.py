"""The job that asks after a delivery is killed with SIGKILL, or two work at once: each customer is asked once."""

import pytest

from .conftest import open_copy
from .databases import OTHER_JOBS_OFF
from .processes import wait_until

BATCH_SIZE = 12
LOCK = "pg_try_advisory_xact_lock"  # the first statement of each batch
START = """
    survey = env["survey.survey"].create({
        "title": "How was it?", "access_mode": "token",
        "question_and_page_ids": [(0, 0, {"title": "Satisfied?", "question_type": "scale"})],
    })
    policy = env["customer.segmentation.policy"].search([])
    policy.write({"satisfaction_survey_on": True, "satisfaction_survey_id": survey.id})
    policy.satisfaction_survey_since = "2020-01-01"
"""
ADDRESSES = """
    UPDATE res_partner SET email = 'customer' || id || '@example.com',
                           email_normalized = 'customer' || id || '@example.com'
     WHERE ref = 'RESILIENCE'"""
DUE = """
    DELETE FROM mail_mail;
    DELETE FROM mail_message WHERE model = 'customer.satisfaction.request';
    DELETE FROM customer_satisfaction_request;
    DELETE FROM survey_user_input;
    DELETE FROM ir_cron_trigger;
    DELETE FROM ir_cron_progress;
    UPDATE ir_cron SET failure_count = 0 WHERE active;
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron
     WHERE cron_name = 'Customer Segmentation: send satisfaction surveys'"""


@pytest.fixture(scope="module")
def shop(scored, tmp_path_factory):
    """A scored shop with the addon that joins the Surveys app, switched on, and many deliveries to be asked about."""
    with_workers = open_copy(scored, "surveys", tmp_path_factory, "-i", "customer_segmentation_survey")
    try:
        database, database.workers = next(with_workers)
        database.query(OTHER_JOBS_OFF)
        database.query(ADDRESSES)
        database.workers.run("python", code=START)
        yield database
    finally:
        with_workers.close()


class Outbox:
    def __init__(self, database):
        self.database = database

    def reset(self):
        self.database.wait_for_backends(wait_until)
        self.database.query(DUE)

    def asked(self):
        """Whom each request, e-mail and link is for."""
        requests = self.database.query(
            "SELECT partner_id, contact_id, order_id, delivered_on FROM customer_satisfaction_request ORDER BY 1, 3"
        )
        mails = self.database.values(
            """SELECT recipient.res_partner_id FROM mail_mail mail
                 JOIN mail_mail_res_partner_rel recipient ON recipient.mail_mail_id = mail.id ORDER BY 1"""
        )
        links = self.database.values("SELECT partner_id FROM survey_user_input ORDER BY 1")
        assert [row["contact_id"] for row in requests] == mails == links, "asked by one e-mail with one link"
        return requests

    def problem(self):
        return self.database.value("SELECT satisfaction_survey_problem FROM customer_segmentation_policy")


@pytest.fixture(scope="module")
def outbox(shop):
    """Everybody asked once by a job that was left alone; what it asked of the database."""
    outbox = Outbox(shop)
    for _ in range(2):  # the first one ever asks the database a little more than all later ones
        outbox.reset()
        job = shop.workers.start("surveys", batch_size=BATCH_SIZE)
        job.result()
    outbox.events, outbox.clean = job.events(), outbox.asked()
    return outbox


@pytest.fixture
def trial(outbox):
    outbox.reset()
    return outbox


def kill(trial, before, occurrence=1):
    stop = {"before": before, "occurrence": occurrence}
    assert trial.database.workers.start("surveys", stop, batch_size=BATCH_SIZE).wait() == -9
    trial.database.wait_for_backends(wait_until)


def assert_completed(trial):
    """The scheduler asks who is left; woken once more, nobody."""
    for _ in range(2):
        trial.database.workers.run("scheduler")
        assert trial.asked() == trial.clean
    assert not trial.problem()


def test_there_is_somebody_to_ask(outbox):
    assert len(outbox.clean) > 3 * BATCH_SIZE
    assert len({row["partner_id"] for row in outbox.clean}) == len(outbox.clean)


@pytest.mark.parametrize(
    ("before", "occurrence", "batches"),
    [
        ("COMMIT", 1, 0),
        ('INSERT INTO "customer_satisfaction_request"', 2, 1),
        ('INSERT INTO "mail_mail"', 1, 0),
        ('INSERT INTO "mail_mail"', 3, 2),
        ("COMMIT", 3, 1),
        (LOCK, 3, 2),
    ],
)
def test_killed(trial, before, occurrence, batches):
    """Before, in the middle of, and after a batch, whose e-mails and marks are one."""
    kill(trial, before, occurrence)
    assert len(trial.asked()) == batches * BATCH_SIZE
    assert_completed(trial)


def test_killed_again_and_again(trial):
    """Each life of the process gets a batch further."""
    for life in (1, 2, 3):
        kill(trial, LOCK, 2)
        assert len(trial.asked()) == life * BATCH_SIZE
    assert_completed(trial)


@pytest.mark.parametrize(
    ("before", "occurrence"),
    [("COMMIT", 1), (LOCK, 1), (LOCK, 3), ('INSERT INTO "customer_satisfaction_request"', 2), ("COMMIT", 3)],
)
def test_a_job_that_was_kept_waiting(trial, before, occurrence):
    """It has looked whom to ask, or is in the middle of a batch, while another one asks all it can."""
    workers = trial.database.workers
    slow = workers.start_stopped("surveys", before, occurrence, batch_size=BATCH_SIZE)
    workers.run("surveys", batch_size=BATCH_SIZE - 5)
    slow.proceed()
    slow.result()
    assert trial.asked() == trial.clean
    assert_completed(trial)


@pytest.mark.parametrize("jobs", [2, 3])
def test_at_once(trial, jobs):
    for job in [trial.database.workers.start("surveys", batch_size=BATCH_SIZE) for _ in range(jobs)]:
        job.result()
    assert len(trial.asked()) > BATCH_SIZE
    assert_completed(trial)


def test_who_objects_meanwhile_is_not_asked(trial):
    """After the job looked whom to ask, and before the batch."""
    workers = trial.database.workers
    job = workers.start_stopped("surveys", LOCK, 2, batch_size=BATCH_SIZE)
    objecting = trial.clean[-1]["partner_id"]
    workers.run("python", code=f'env["mail.blacklist"]._add("customer{objecting}@example.com")')
    job.proceed()
    job.result()
    assert trial.asked() == [row for row in trial.clean if row["partner_id"] != objecting]
    trial.database.query("DELETE FROM mail_blacklist")
    assert_completed(trial)
