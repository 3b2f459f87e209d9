"""Odoo 19 itself: yours, Debian's, or a clone, in this order."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache, process
from .terminal import Problem, say

SERIES = "19.0"
REPOSITORY = "https://github.com/odoo/odoo"

# The web client's scripts and fonts are links into these packages; without them every page is an error 500.
DEBIAN_PACKAGES = [
    "odoo-19",
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
]
# Debian leaves this file out; the browser would report it missing on every page.
FILE_LEFT_OUT_BY_DEBIAN = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """A usable Odoo: `python_path` holds the package `odoo`, `key` names this very version."""

    key: str
    python_path: Path
    addons: tuple


def find():
    """The Odoo to work with, downloaded when there is none."""
    if os.environ.get("ODOO_HOME"):
        return from_home(Path(os.environ["ODOO_HOME"]).absolute())
    return from_import() or from_debian() or from_git()


def from_home(home):
    package = package_in(home)
    if not package:
        raise Problem(f"ODOO_HOME={home} holds no Odoo {SERIES}: unset it, or let it name a folder that does")
    return describe(package.parent, f"home-{cache.short_hash(home)}")


def from_import():
    """An Odoo that this Python can already import."""
    spec = importlib.util.find_spec("odoo")
    locations = list(spec.submodule_search_locations or ()) if spec else []
    packages = [Path(place) for place in locations if is_wanted_series(Path(place))]
    if not packages or packages[0].is_relative_to(cache.root()):
        return None
    # Alone on the path through a link: the packages beside it belong to another Python environment.
    link = cache.root() / f"odoo-import-{cache.short_hash(packages[0])}"
    cache.build_once(link, lambda partial: (partial / "odoo").symlink_to(packages[0]))
    source = describe(link, link.name)
    beside = packages[0].parent / "addons"
    return OdooSource(source.key, link, (*source.addons, beside)) if beside.is_dir() else source


def from_debian():
    folder = cache.root() / f"odoo-{SERIES}-debian"
    if not folder.exists() and not apt.mirror():
        return None
    try:
        cache.build_once(folder, unpack_debian)
    except Problem as problem:
        say(f"No Odoo {SERIES} from Debian: {problem}. Trying git instead.")
        return None
    return describe(package_in(folder).parent, folder.name)


def unpack_debian(partial):
    say(f"Downloading Odoo {SERIES} from Debian unstable: 133 MB, unpacked 1.2 GB, only into {partial.parent} …")
    work = partial / "work"
    work.mkdir()
    apt.unpack(DEBIAN_PACKAGES, "sid", partial, work)
    shutil.rmtree(work)
    package = package_in(partial)
    if not package:
        raise Problem(f"the package {DEBIAN_PACKAGES[0]} holds no Odoo {SERIES}")
    left_out = package / FILE_LEFT_OUT_BY_DEBIAN
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()


def from_git():
    folder = cache.root() / f"odoo-{SERIES}-git"
    cache.build_once(folder, clone)
    return describe(folder, folder.name)


def clone(partial):
    say(f"Downloading Odoo {SERIES} with git from {REPOSITORY}: about 300 MB, on disk about 1.3 GB …")
    command = ["git", "clone", "--depth", "1", "--branch", SERIES, "--progress", REPOSITORY, partial]
    failure = f"Odoo {SERIES} could not be downloaded; check the network, or name its folder in ODOO_HOME"
    process.run_showing(command, failure)


def package_in(home):
    """The folder of the package `odoo` of the wanted series in a source checkout or an unpacked Debian package."""
    for candidate in (home / "odoo", home / "usr/lib/python3/dist-packages/odoo"):
        if is_wanted_series(candidate):
            return candidate
    return None


def is_wanted_series(package):
    release = package / "release.py"
    numbers = SERIES.replace(".", r",\s*")
    return release.is_file() and bool(re.search(rf"^version_info = \({numbers}\b", release.read_text(), re.M))


def describe(python_path, key):
    addons = [python_path / "odoo" / "addons", python_path / "addons"]
    return OdooSource(key, python_path, tuple(folder for folder in addons if folder.is_dir()))
