"""The rules of a test run: skips and complaints of ours fail it."""

import os
import shutil
import subprocess
import sys

import pytest

from dev import test as test_command
from dev.environment import REPOSITORY_ROOT

HEADER = "import logging, unittest, pytest\nlog = logging.getLogger('odoo.addons.customer_segmentation.models.x')\n"
FAILING = {
    "a skip": "def test_it(): pytest.skip('later')",
    "a skipped file": "pytest.importorskip('no_such_package')\ndef test_it(): pass",
    "an expected failure": "@pytest.mark.xfail\ndef test_it(): raise ValueError",
    "an unexpected success": "@pytest.mark.xfail\ndef test_it(): pass",
    "a skipped method": "class T(unittest.TestCase):\n    @unittest.skip('x')\n    def test_it(self): pass",
    "a skipped subtest": (
        "class T(unittest.TestCase):\n    def test_it(self):\n        with self.subTest(): self.skipTest('x')"
    ),
    "a warning of ours": "def test_it(): log.warning('careful')",
    "a warning in the set-up of a class": (
        "class T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls): log.warning('x')\n"
        "    def test_it(self): pass"
    ),
    "an error of Odoo about us": "def test_it(): logging.getLogger('odoo.sql_db').error('table customer_tier')",
}
PASSING = {
    "an expected warning": (
        "class T(unittest.TestCase):\n    def test_it(self):\n        with self.assertLogs(log): log.warning('x')"
    ),
    "a warning about others": "def test_it(): logging.getLogger('odoo.sql_db').error('table res_partner')",
    "an information of ours": "def test_it(): log.info('x')",
}


def run_pytest(folder, text):
    shutil.copy(REPOSITORY_ROOT / "tests" / "conftest.py", folder)
    (folder / "test_sample.py").write_text(HEADER + text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:odoo", "-p", "no:cacheprovider", str(folder)]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY_ROOT)}
    return subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING.keys())
def test_fails(text, tmp_path):
    result = run_pytest(tmp_path, text)
    assert result.returncode != 0, result.stdout
    assert "skipped" not in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("text", PASSING.values(), ids=PASSING.keys())
def test_passes(text, tmp_path):
    result = run_pytest(tmp_path, text)
    assert result.returncode == 0, result.stdout


def test_complaints_of_an_installation_are_told_apart():
    log = """\
2026-01-01 00:00:00,000 1 INFO db odoo.modules.loading: loading customer_segmentation/data/x.xml
2026-01-01 00:00:00,000 1 WARNING db odoo.addons.base.models.ir_ui_view: a view of sale
2026-01-01 00:00:00,000 1 WARNING db odoo.fields: customer.segmentation.profile.x: unknown parameter
2026-01-01 00:00:00,000 1 ERROR db odoo.addons.customer_segmentation_pos.models.x: broken
Running as user 'root' is a security risk.
"""
    assert len(test_command.complaints_about_us(log)) == 2


def test_which_paths_need_a_database():
    tests = REPOSITORY_ROOT / "tests"
    assert test_command.needs_no_database(tests / "scoring" / "test_x.py")
    assert test_command.needs_no_database(tests / "dev")
    assert not test_command.needs_no_database(tests / "addon")
    assert not test_command.needs_no_database(tests)
