"""Two rules for every test: nothing is skipped, and nothing of ours complains in the log unless the test expects it.

And files for every process that runs tests: Odoo deletes after each class what its database does not know, which the
tests of another process may be using.
"""

import contextlib
import logging
import shutil

import pytest

from dev.test import mentions_us


class OurComplaints(logging.Handler):
    """Collects warnings and errors that come from our addons or speak of them.

    `mute_logger` and `assertLogs` keep what they catch from the root logger, so a test that expects a complaint
    says so with one of them.
    """

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        text = record.getMessage()
        from_odoo = record.name.split(".")[0] in ("odoo", "py")
        if from_odoo and (mentions_us(text) or record.name.startswith("odoo.addons.customer_segmentation")):
            self.lines.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        taken, self.lines = self.lines, []
        return taken


complaints = OurComplaints()


def pytest_configure(config):
    logging.getLogger().addHandler(complaints)
    odoo_plugin = config.pluginmanager.get_plugin("odoo")
    if odoo_plugin:
        odoo_plugin._shared_filestore = own_filestore  # the plugin has them all use that of the database they copy


@contextlib.contextmanager
def own_filestore(copied, database):
    from odoo.tools import config

    if copied == database:
        yield
        return
    files = config.filestore(database)
    shutil.copytree(config.filestore(copied), files, dirs_exist_ok=True)
    try:
        yield
    finally:
        shutil.rmtree(files, ignore_errors=True)


def pytest_unconfigure(config):
    logging.getLogger().removeHandler(complaints)


def fail_on_complaints():
    """Wrap one phase of a test (setup, call, teardown: a class's set-up logs in the first)."""
    complaints.take()
    result = yield
    lines = complaints.take()
    if lines:
        pytest.fail("logged, and not expected by the test:\n" + "\n".join(lines), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    return (yield from fail_on_complaints())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from fail_on_complaints())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    return (yield from fail_on_complaints())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """A skipped test, or one expected to fail, proves nothing: it counts as failed."""
    return count_as_failed((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    return count_as_failed((yield))


def count_as_failed(report):
    expected_to_fail = getattr(report, "wasxfail", None) is not None
    if report.skipped or expected_to_fail:
        why = report.wasxfail if expected_to_fail else reason_of(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped or expected to fail, which is not accepted here: {why}"
        if expected_to_fail:
            del report.wasxfail
    return report


def reason_of(longrepr):
    return longrepr[2] if isinstance(longrepr, tuple) else longrepr
