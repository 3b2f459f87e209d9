"""Chromium for the browser tests, and the flags Odoo's test browser does not give it."""

import os
import shutil
from pathlib import Path

from . import apt, cache
from .terminal import Problem

# Odoo's HttpCase takes the first of these that it finds on PATH.
PROGRAMS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PACKAGES = ["chromium", "fonts-noto-cjk"]
# Without these Chromium calls its maker's servers at every start, which on a closed network costs time and noise.
FLAGS = "--disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run"


def wrapper_folder():
    return cache.root() / "browser"


def prepare():
    """Make sure there is a browser, and put a `chromium` with our flags first on the environment's PATH."""
    browser = find()
    if not browser:
        if apt.distribution() != "debian":  # elsewhere `chromium` may be a stub that wants another package system
            raise Problem(f"Chromium for the browser tests is missing: install it so that {PROGRAMS[1]} is on PATH")
        apt.install(PACKAGES, "Chromium for the browser tests")
        browser = find()
    script = f'#!/bin/sh\nexec {browser} {FLAGS} "$@"\n'
    for name in PROGRAMS[:2]:
        cache.write_file(wrapper_folder() / name, script, mode=0o755)


def find():
    places = [place for place in os.environ.get("PATH", "").split(os.pathsep) if Path(place) != wrapper_folder()]
    found = (shutil.which(program, path=os.pathsep.join(places)) for program in PROGRAMS)
    return next(filter(None, found), None)
