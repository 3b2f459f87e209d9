"""Which tests run on which database."""

import pytest

from dev import environment
from dev.test import GLUE, PRINTED, runs

MAIN = [environment.MAIN_ADDON]
ROOT = environment.REPOSITORY_ROOT
ADDON = f"{ROOT / 'tests' / 'addon'}"
STOCK = f"{GLUE / 'test_stock.py'}::TestDeliveryPriority"
WITHOUT = [f"--ignore={GLUE}", f"--ignore={PRINTED}"]
ALL = [str(GLUE), str(PRINTED)]


@pytest.mark.parametrize(
    ("arguments", "on_all_addons", "on_the_main_addon"),
    [
        ([], ALL, WITHOUT),
        (["-q"], ["-q", *ALL], ["-q", *WITHOUT]),
        ([f"{ROOT / 'tests'}"], ALL, [*WITHOUT, f"{ROOT / 'tests'}"]),
        ([ADDON], None, [*WITHOUT, ADDON]),
        ([STOCK], [STOCK], None),
        ([str(GLUE), "-x"], ["-x", str(GLUE)], None),
        ([str(PRINTED)], [str(PRINTED)], None),
        ([STOCK, ADDON], [STOCK], [*WITHOUT, ADDON]),
    ],
)
def test_the_glue_addons_tests_run_where_all_addons_are(arguments, on_all_addons, on_the_main_addon):
    expected = [(environment.own_addons(), on_all_addons), (MAIN, on_the_main_addon)]
    assert list(runs(arguments)) == [run for run in expected if run[1] is not None]
