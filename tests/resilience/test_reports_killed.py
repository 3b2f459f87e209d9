"""The job that e-mails reports is killed with SIGKILL, or two work at once: everybody gets each period once."""

import pytest

from .processes import moments, wait_until

APP = "customer_segmentation_dashboard"
RECIPIENTS = 4
LOCK = "FOR NO KEY UPDATE SKIP LOCKED"  # the first statement of each report
MAIL = 'INSERT INTO "mail_mail"'
MOMENTS = 6  # how many of the job's statements the process is killed before
START = """
    people = env["res.users"].create([
        {"name": f"Reader {n}", "login": f"reader{n}", "email": f"reader{n}@example.com",
         "group_ids": [(4, env.ref("sales_team.group_sale_manager").id)]}
        for n in range(3)
    ])
    env["customer.report.recipient"].create([{"user_id": user.id} for user in people])
    env["customer.report.recipient"].create({"user_id": people[0].id, "frequency": "quarter"})"""
# Both the month and the quarter are over, and nobody has got the report of either.
DUE = """
    DELETE FROM mail_mail;
    DELETE FROM mail_message WHERE subject LIKE 'Customers of%%';
    DELETE FROM ir_attachment WHERE res_model = 'mail.message' AND name LIKE 'customers-%%';
    DELETE FROM ir_cron_trigger;
    DELETE FROM ir_cron_progress;
    UPDATE ir_cron SET failure_count = 0 WHERE active;
    UPDATE customer_report_recipient SET sent_until = current_date - 366;
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron WHERE cron_name = 'Customer Segmentation: e-mail reports'"""


class Outbox:
    def __init__(self, database):
        self.database = database
        database.workers.run("python", code=START)

    def reset(self):
        self.database.wait_for_backends(wait_until)
        self.database.query(DUE)

    def mails(self):
        """Who gets which period, and what is attached."""
        return [
            (row["email_to"], row["subject"], row["files"])
            for row in self.database.query(
                """SELECT mail.email_to, message.subject,
                          (SELECT array_agg(file.name ORDER BY file.name)
                             FROM message_attachment_rel attached JOIN ir_attachment file
                               ON file.id = attached.attachment_id
                            WHERE attached.message_id = message.id) AS files
                     FROM mail_mail mail JOIN mail_message message ON message.id = mail.mail_message_id
                    ORDER BY 1, 2"""
            )
        ]

    def sent(self):
        noted = "SELECT count(*) FROM customer_report_recipient WHERE sent_until > current_date - 366"
        return self.database.value(noted)


@pytest.fixture(scope="module")
def outbox(shop):
    """The reports, sent once by a job that was left alone; what it asked of the database."""
    outbox = Outbox(shop)
    for _ in range(2):  # the first one ever asks the database a little more than all later ones
        outbox.reset()
        job = shop.workers.start("scheduler")
        job.result()
    outbox.events, outbox.clean = job.events(), outbox.mails()
    return outbox


@pytest.fixture
def trial(outbox):
    outbox.reset()
    return outbox


def assert_completed(trial):
    """The scheduler, woken again, sends what is missing; woken once more, nothing."""
    trial.database.wait_for_backends(wait_until)
    for _ in range(2):
        trial.database.workers.run("scheduler")
        assert trial.mails() == trial.clean


def test_there_is_something_to_send(outbox):
    assert len(outbox.clean) == len({(to, subject) for to, subject, _files in outbox.clean}) == RECIPIENTS
    assert all(files for _to, _subject, files in outbox.clean)
    assert sum(LOCK in event for event in outbox.events) >= RECIPIENTS


@pytest.mark.parametrize("number", range(1, RECIPIENTS + 1))
def test_killed_between_the_mail_and_its_note(trial, number):
    """The e-mail was made, that it was is not noted yet: both go."""
    stop = {"before": 'UPDATE "customer_report_recipient"', "occurrence": number}
    assert trial.database.workers.start("scheduler", stop).wait() == -9
    trial.database.wait_for_backends(wait_until)
    assert (len(trial.mails()), trial.sent()) == (number - 1, number - 1)
    assert_completed(trial)


def test_killed_before_each_of_some_statements(outbox):
    reached = set()
    for moment in moments(outbox.events, MOMENTS):
        outbox.reset()
        assert outbox.database.workers.start("scheduler", {"before": moment}).wait() == -9
        outbox.database.wait_for_backends(wait_until)
        assert len(outbox.mails()) == outbox.sent()
        reached.add(outbox.sent())
        assert_completed(outbox)
    assert len(reached) > 2, "the moments lie before, between and after the reports"


def test_killed_again_and_again(trial):
    """Each life of the process gets one recipient further."""
    for life in range(1, RECIPIENTS):
        assert trial.database.workers.start("reports", {"before": LOCK, "occurrence": 2}).wait() == -9
        trial.database.wait_for_backends(wait_until)
        assert len(trial.mails()) == life
    assert_completed(trial)


@pytest.mark.parametrize(
    ("before", "occurrence"), [("COMMIT", 1), (LOCK, 1), (LOCK, 3), (MAIL, 1), (MAIL, 3), ("COMMIT", 2)]
)
def test_a_job_that_was_kept_waiting(trial, before, occurrence):
    """It has looked who is due, or is in the middle of a report, while another one sends all it can."""
    workers = trial.database.workers
    slow = workers.start_stopped("reports", before, occurrence)
    workers.run("reports")
    slow.proceed()
    slow.result()
    assert trial.mails() == trial.clean
    assert_completed(trial)


@pytest.mark.parametrize("jobs", [2, 3])
def test_at_once(trial, jobs):
    for job in [trial.database.workers.start("reports") for _ in range(jobs)]:
        job.result()
    assert trial.mails() == trial.clean
    assert_completed(trial)
