"""Running other programs, with a failure that says in one line what is wrong."""

import subprocess
import sys

from .terminal import Problem


def run_showing(command, failure, **options):
    """Run a long command and let its own progress through."""
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, **options).returncode
    except FileNotFoundError:
        raise Problem(f"{failure}: the program {command[0]} is missing") from None
    if status:
        raise Problem(f"{failure} ({command[0]} ended with status {status}; its last lines are above)")


def read(command, failure, **options):
    """Run a short command and return what it printed."""
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    except FileNotFoundError:
        raise Problem(f"{failure}: the program {command[0]} is missing") from None
    if result.returncode:
        raise Problem(f"{failure}: {reason(result.stderr or result.stdout)}")
    return result.stdout


def reason(output):
    """The one line of a program's output that says why: the first error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower() or line.startswith("E:")]
    return (errors or lines[-1:] or ["no output"])[0]
