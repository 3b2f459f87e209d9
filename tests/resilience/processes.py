"""The test's side of the worker processes, and a real Odoo server."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from dev.database import run_sql
from dev.test import complaints_about_us

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 120  # seconds after which a process counts as stuck, on a machine that is busy with other things
CLOSING = 5  # statements at the end, of which a process that knows more than the first one needs fewer


def moments(events, count):
    """The numbers of some of the statements of a process, spread evenly."""
    return range(0, len(events) - CLOSING, max(1, len(events) // count))


class Job:
    """One job in a process of its own."""

    def __init__(self, workers, pid, output):
        self.workers, self.pid, self.output, self.status = workers, pid, output, None

    def wait(self, timeout=PATIENCE):
        """The exit status; fails when the process hangs."""
        self.status = self.workers.ask({"wait": {"pid": self.pid, "timeout": timeout}})
        if self.status is None:
            self.kill()
            raise AssertionError(f"still at work after {timeout} s:\n{self.log()}")
        return self.status

    def result(self, timeout=PATIENCE):
        """What the job returned; it must have worked, and nothing of ours may have complained."""
        assert self.wait(timeout) == 0, self.log()
        assert not complaints_about_us(self.log()), self.log()
        return self.answer()["result"]

    def events(self):
        return self.answer()["events"]

    def answer(self):
        return json.loads(Path(f"{self.output}.json").read_text())

    def log(self):
        return Path(f"{self.output}.log").read_text(errors="replace")

    def is_stopped(self):
        state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        assert state != "Z", f"the process ended before:\n{self.log()}"
        return state == "T"

    def proceed(self):
        os.kill(self.pid, signal.SIGCONT)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


class Workers:
    """Starts jobs in processes of one database (see worker.py)."""

    def __init__(self, database, folder):
        self.database, self.folder, self.jobs = database, folder, []
        prepared = database.prepared
        command = [prepared.python, WORKER, prepared.configuration, database.name]
        variables = {**prepared.full_variables(), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            list(map(str, command)),
            env=variables,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(folder / "worker.log", "w"),  # noqa: SIM115 - closed with the process
        )

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, (self.folder / "worker.log").read_text()
        return json.loads(answer)

    def start(self, job, stop=None, **arguments):
        output = str(self.folder / f"{len(self.jobs)}_{job}")
        request = {"job": job, "arguments": arguments, "output": output, "stop": stop or {}}
        self.jobs.append(Job(self, self.ask(request), output))
        return self.jobs[-1]

    def start_stopped(self, job, before, occurrence=1, **arguments):
        """A job that stands still before a statement (see `Events`) until it is told to proceed."""
        started = self.start(job, {"before": before, "occurrence": occurrence, "name": "SIGSTOP"}, **arguments)
        wait_until(started.is_stopped, f"the process stands before its {occurrence}. {before}")
        return started

    def run(self, job, **arguments):
        return self.start(job, **arguments).result()

    def kill_unfinished(self):
        """After a test that failed: a process that stands still would hold its locks for ever."""
        for job in self.jobs:
            if job.status is None:
                job.kill()
                job.wait()

    def close(self):
        self.kill_unfinished()
        self.process.stdin.close()
        self.process.wait(10)


@contextlib.contextmanager
def odoo_server(database, folder, *options):
    """A real Odoo server whose scheduler works on the database; yields the path of its log."""
    prepared, log = database.prepared, folder / "server.log"
    command = [*prepared.odoo_command, "-c", prepared.configuration, "-d", database.name, "--no-http"]
    with log.open("w") as file:
        server = subprocess.Popen(
            [*map(str, command), *options], env=prepared.full_variables(), stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield log
    finally:
        server.terminate()
        server.wait(30)


def wake_scheduler(database):
    """As the commit of a transaction does that triggers a scheduled action."""
    run_sql(database.prepared, f"SELECT pg_notify('cron_trigger', '{database.name}')")


def wait_until(condition, what, timeout=PATIENCE, pause=0.01):
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(pause)
