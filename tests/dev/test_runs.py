"""Which tests run on which database."""

import pytest

from dev import environment
from dev.test import GLUE, runs

MAIN = [environment.MAIN_ADDON]
ROOT = environment.REPOSITORY_ROOT
ADDON = f"{ROOT / 'tests' / 'addon'}"
STOCK = f"{GLUE / 'test_stock.py'}::TestDeliveryPriority"
WITHOUT_GLUE = f"--ignore={GLUE}"


@pytest.mark.parametrize(
    ("arguments", "on_all_addons", "on_the_main_addon"),
    [
        ([], [str(GLUE)], [WITHOUT_GLUE]),
        (["-q"], ["-q", str(GLUE)], ["-q", WITHOUT_GLUE]),
        ([f"{ROOT / 'tests'}"], [str(GLUE)], [WITHOUT_GLUE, f"{ROOT / 'tests'}"]),
        ([ADDON], None, [WITHOUT_GLUE, ADDON]),
        ([STOCK], [STOCK], None),
        ([str(GLUE), "-x"], ["-x", str(GLUE)], None),
        ([STOCK, ADDON], [STOCK], [WITHOUT_GLUE, ADDON]),
    ],
)
def test_the_glue_addons_tests_run_where_all_addons_are(arguments, on_all_addons, on_the_main_addon):
    expected = [(environment.own_addons(), on_all_addons), (MAIN, on_the_main_addon)]
    assert list(runs(arguments)) == [run for run in expected if run[1] is not None]
