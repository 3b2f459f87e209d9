"""`bin/test`: lint, then pytest over the tests, against databases made for this run.

The tests of the glue addons, and of what is printed, have a database of their own, with every addon of this checkout
and the apps of Odoo they join; all others run on the main addon alone, without what Odoo installs with it by itself.
"""

import os
import re
import subprocess
from pathlib import Path

from . import cache, chromium, database, environment, odoo_command, python_packages, wkhtmltopdf
from .terminal import Problem, say

REPOSITORY_ROOT = environment.REPOSITORY_ROOT
WITHOUT_DATABASE = [REPOSITORY_ROOT / "tests" / "scoring", REPOSITORY_ROOT / "tests" / "dev"]
GLUE = REPOSITORY_ROOT / "tests" / "glue"
PRINTED = REPOSITORY_ROOT / "tests" / "printed"
ON_ALL_ADDONS = (GLUE, PRINTED)
NOTHING_FOUND = 5  # pytest's exit status, of one part when -k names a test of the other
USES_BROWSER = re.compile(r"\b(browser_js|start_tour|take_picture)\b|tests/browser")
TROUBLE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (?P<rest>.*)$")
USAGE = """usage: bin/test [--fast] [pytest arguments or paths]

Without a path everything is run: lint, the tests of the glue addons, then all others.
--fast     reuse the template database of Odoo's stock apps instead of building it anew
paths      run only these; tests/scoring and tests/dev need neither database nor browser"""


def main(arguments):
    if arguments in (["-h"], ["--help"]):
        say(USAGE)
        return 0
    pytest_arguments = [absolute(word) for word in arguments if word != "--fast"]
    paths = [Path(word.split("::")[0]) for word in pytest_arguments if word.startswith(str(REPOSITORY_ROOT))]
    os.chdir(REPOSITORY_ROOT)
    if paths and all(needs_no_database(path) for path in paths):
        return run_plain(pytest_arguments)
    prepared = environment.prepare()
    lint_status = 0 if paths else lint(prepared)
    if any(uses_browser(path) for path in paths or [REPOSITORY_ROOT / "tests"]):
        chromium.prepare()
    if any(PRINTED.is_relative_to(path) or path.is_relative_to(PRINTED) for path in paths or [REPOSITORY_ROOT]):
        pytest_arguments += without_printing()
    return run_with_database(prepared, pytest_arguments, "--fast" not in arguments) or lint_status


def without_printing():
    """pytest's arguments where nothing can be printed."""
    if wkhtmltopdf.prepare():
        return []
    say("The printed pages are not tested.")
    return [f"--ignore={PRINTED}"]


def absolute(word):
    """A path argument, from the folder we were called in or from the repository's root, made absolute."""
    path, separator, rest = word.partition("::")
    for base in (Path.cwd(), REPOSITORY_ROOT):
        place = (base / path).resolve()
        if path and not path.startswith("-") and place.exists() and place.is_relative_to(REPOSITORY_ROOT):
            return f"{place}{separator}{rest}"
    return word


def needs_no_database(path):
    return any(path.is_relative_to(folder) for folder in WITHOUT_DATABASE)


def uses_browser(path):
    files = path.rglob("*.py") if path.is_dir() else [path]
    return any(USES_BROWSER.search(f"{file.as_posix()}\n{file.read_text()}") for file in files)


def run_plain(pytest_arguments):
    """Tests that need Python packages only; the Odoo plugin would want a database."""
    python = python_packages.python(python_packages.prepare())
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY_ROOT)}
    return subprocess.run([python, "-m", "pytest", "-p", "no:odoo", *pytest_arguments], env=variables).returncode


def lint(prepared):
    """ruff's rules and format over everything, Odoo's own rules over the addons; 0 when both are content."""
    say("Lint …")
    statuses = [database.run_inside(prepared, command) for command in lint_commands(prepared.python)]
    say("Lint failed: see above; the tests are run all the same." if any(statuses) else "Lint passed.")
    return int(any(statuses))


def lint_commands(python):
    ruff, addons = [python, "-m", "ruff"], environment.all_addons()
    commands = [[*ruff, "check", "--quiet", "."], [*ruff, "format", "--check", "--quiet", "."]]
    return commands + ([[python, "-m", "pylint", "--rcfile=.pylintrc", *addons]] if addons else [])


def run_with_database(prepared, pytest_arguments, rebuild):
    """One pytest run for each set of addons the tests need; the large one comes last, its closing line closes all."""
    prefix = f"customer_segmentation_test_{environment.checkout_key()}_"
    database.drop_left_behind(prepared, prefix)
    statuses = []
    for addons, arguments in runs(pytest_arguments):
        statuses.append(run_on_new_database(prepared, f"{prefix}{os.getpid()}", addons, arguments, rebuild))
        rebuild = False
    found = [status for status in statuses if status != NOTHING_FOUND]
    if len(statuses) > 1 and statuses[0] in found and statuses[0]:
        say("The tests of the glue addons failed: see above.")
    return max(found, default=NOTHING_FOUND)


def runs(pytest_arguments):
    """(addons to install, pytest arguments) of each run: the tests of the glue addons, and all others."""
    options = [word for word in pytest_arguments if not word.startswith(str(REPOSITORY_ROOT))]
    paths = [word for word in pytest_arguments if word not in options]
    glue = [word for word in paths if needs_all_addons(word)]
    others = [word for word in paths if word not in glue]
    everything = any(GLUE.is_relative_to(word.split("::")[0]) for word in others) or not paths
    if (glue or everything) and environment.own_addons():
        yield environment.own_addons(), [*options, *(glue if glue and not everything else map(str, ON_ALL_ADDONS))]
    if others or not paths:
        ignored = [f"--ignore={folder}" for folder in ON_ALL_ADDONS]
        yield environment.own_addons()[:1], [*options, *ignored, *others]


def needs_all_addons(word):
    path = Path(word.split("::")[0])
    return any(path.is_relative_to(folder) for folder in ON_ALL_ADDONS)


def run_on_new_database(prepared, name, addons, pytest_arguments, rebuild):
    """A fresh copy of the template with these addons installed, which live as long as the run."""
    try:
        database.create_from_template(name, prepared=prepared, rebuild=rebuild)
        install_addons(prepared, name, addons)
        database.stop_autovacuum(prepared, name)
        return run_pytest(prepared, name, pytest_arguments)
    finally:
        database.drop(prepared, name)


def install_addons(prepared, name, addons):
    if not addons:
        return
    say(f"Installing {', '.join(addons)} …")
    log = cache.root() / "logs" / f"{name}.log"
    alone = [] if addons == environment.own_addons() else [odoo_command.ALONE]
    odoo_command.install(prepared, name, addons, alone, log)
    complaints = complaints_about_us(log.read_text(errors="replace"))
    if complaints:
        say("\n".join(complaints))
        raise Problem(f"installing our addons logged {len(complaints)} warnings or errors: see above, and {log}")


def complaints_about_us(log):
    """Warnings and errors of an Odoo log that come from our addons or speak of them."""
    found = (TROUBLE.match(line) for line in log.splitlines())
    return [match.string for match in found if match and mentions_us(match["rest"])]


def mentions_us(text):
    return bool(re.search(r"\bcustomer[._](?!rank\b)[a-z]", text))


def run_pytest(prepared, name, pytest_arguments):
    """With a worker a core, each on a copy of the database; a file's tests stay together, and what they have made."""
    configuration = prepared.write_configuration(name, {"db_name": name})
    command = [prepared.python, "-m", "pytest", "--odoo-http", f"--odoo-config={configuration}"]
    command += ["--numprocesses=auto", "--dist=loadfile"]
    # the plugin's default, critical, would keep the warnings from us that tests/conftest.py looks for
    command += ["--odoo-log-level=warn", *pytest_arguments]
    try:
        return database.run_inside(prepared, command)
    finally:
        configuration.unlink()
