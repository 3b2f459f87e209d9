"""What holds for every module: its examples are true, and it loads no more than it needs."""

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import scoring

MODULES = sorted(module.name for module in pkgutil.iter_modules(scoring.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name):
    result = doctest.testmod(importlib.import_module(f"scoring.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def loaded_by(name):
    """The packages of others that a fresh Python has loaded after importing `name`."""
    program = f"import sys, {name}; print(*sorted({{'numpy', 'pandas', 'scipy', 'odoo'}} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(Path(scoring.__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return run.stdout.split()


WEB_PAGES = [
    "explanation",
    "knots",
    "rounding",
    "segment_range",
    "uplift",
    "value_points",
    "what_if",
]


@pytest.mark.parametrize("name", ["scoring", *(f"scoring.{name}" for name in WEB_PAGES)])
def test_what_a_web_page_needs_is_plain_python(name):
    assert loaded_by(name) == []


NUMPY_ONLY = ["allocation", "bands", "pareto", "percentiles", "rhythm", "lifecycle", "lifetime_value", "backtest"]


@pytest.mark.parametrize("name", [f"scoring.{name}" for name in NUMPY_ONLY])
def test_arithmetic_needs_numpy_only(name):
    assert loaded_by(name) == ["numpy"]


def test_nothing_needs_odoo():
    assert "odoo" not in loaded_by("scoring.pipeline")
