"""The virtual environment with everything Odoo, the addon and the tests import."""

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt, cache
from .terminal import Problem, say

REPOSITORY_ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = [
    REPOSITORY_ROOT / "dev" / "odoo-requirements.txt",
    REPOSITORY_ROOT / "requirements.txt",
    REPOSITORY_ROOT / "requirements-dev.txt",
]
ODOO_LAUNCHER = """#!{python}
import odoo.cli

odoo.cli.main()
"""


def prepare():
    """The virtual environment of these requirements and this Python, made when there is none."""
    version = platform.python_version()
    contents = [path.read_text() for path in REQUIREMENTS]
    folder = cache.root() / f"python-{version}-{cache.short_hash(platform.machine(), *contents)}"
    if folder.exists() and not python(folder).exists():
        shutil.rmtree(folder)  # the Python it was made from is gone from this machine
    return cache.build_once(folder, lambda partial: build(partial, folder))


def python(virtual_environment):
    return virtual_environment / "bin" / "python"


def build(partial, final):
    say(f"Installing the Python packages: about 200 MB, unpacked 700 MB, into {final} …")
    create(partial)
    arguments = [word for path in REQUIREMENTS for word in ("-r", str(path))]
    pip(python(partial), ["install", *arguments], "the Python packages could not be installed")
    launcher = partial / "bin" / "odoo"
    launcher.write_text(ODOO_LAUNCHER.format(python=python(final)))
    launcher.chmod(0o755)
    point_scripts_to(partial, final)


def create(folder):
    try:
        import ensurepip  # noqa: F401 - Debian ships Python without it
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        apt.install([f"python{version}-venv"], f"the venv module of Python {version}")
    status = subprocess.run([sys.executable, "-m", "venv", folder], stdout=subprocess.DEVNULL).returncode
    if status:
        raise Problem(f"{sys.executable} could not make a virtual environment in {folder.parent} (see above)")


def pip(interpreter, arguments, failure):
    """Run pip, telling which package is being fetched and how big it is."""
    command = [interpreter, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    tail = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout:
            tail = [*tail[-100:], line]
            show(line)
    if process.returncode:
        raise Problem(f"{failure}: {reason(tail)}")


def reason(lines):
    """Why pip failed. Without a network it only says, at the end, that it found no such version."""
    if any(word in line for line in lines for word in ("Failed to establish", "name resolution", "timed out")):
        return "the package index cannot be reached; check the network, or pip's configuration"
    errors = [line.strip() for line in lines if line.startswith("ERROR")]
    return (errors or ["pip failed"])[0].removeprefix("ERROR: ")


def show(line):
    downloading = re.match(r"\s+Downloading (?:.*/)?(\S+) (\(.* [kMG]B\))", line)
    if downloading:
        say(f"  {downloading[1].split('-cp')[0]} {downloading[2]}")
    elif line.startswith("Installing collected packages"):
        say(f"  installing {line.count(',') + 1} packages")


def point_scripts_to(partial, final):
    """The scripts name the folder they were installed in: let them name the one it is renamed to."""
    for script in [*(partial / "bin").iterdir(), partial / "pyvenv.cfg"]:
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if str(partial).encode() in content:
            script.write_bytes(content.replace(str(partial).encode(), str(final).encode()))
