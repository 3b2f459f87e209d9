"""The CDNOW purchase history, a public data set with published results, out of a package of the Python index."""

import zipfile

from . import cache, python_packages
from .terminal import say

WHEEL = "lifetimes==0.11.3"
FILE = "lifetimes/datasets/CDNOW_sample.txt"  # in the package
WHOLE = "lifetimes/datasets/CDNOW_master.txt"


def sample():
    """The path of `CDNOW_sample.txt`: customer, customer in the sample, date, number of discs, amount."""
    return python_path() / FILE


def whole():
    """The path of `CDNOW_master.txt`; the sample is a tenth of its 23,570 customers: customer, date, discs, amount."""
    return python_path() / WHOLE


def python_path():
    """A folder for Python's search path, where the demo addon finds the package: no more of it than the files."""
    return cache.build_once(cache.root() / f"cdnow-{WHEEL.replace('==', '-')}-whole", download)


def download(partial):
    say(f"Downloading the CDNOW purchase history ({WHEEL}, 0.6 MB) …")
    interpreter = python_packages.python(python_packages.prepare())
    arguments = ["download", "--no-deps", "--dest", str(partial), WHEEL]
    python_packages.pip(interpreter, arguments, "the CDNOW purchase history could not be downloaded")
    (wheel,) = partial.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for file in (FILE, WHOLE):
            archive.extract(file, partial)
    wheel.unlink()
