"""wkhtmltopdf, with which Odoo prints PDF files; without it the reports are web pages."""

import shutil

from . import apt
from .terminal import Problem, say

PROGRAM = "wkhtmltopdf"
PACKAGES = [PROGRAM, "fonts-noto-cjk"]


def prepare():
    """Make sure reports can be printed, where this system has the program; whether they can."""
    if not shutil.which(PROGRAM):
        try:
            apt.install(PACKAGES, "wkhtmltopdf for PDF files")
        except Problem as problem:  # newer Debians have it no more
            say(f"{problem}\nReports open as web pages instead.")
    return bool(shutil.which(PROGRAM))
