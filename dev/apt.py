"""Debian packages: installed where the machine's owner lets us, or only unpacked into a private folder."""

import os
import re
import shutil
from pathlib import Path

from . import process
from .terminal import Problem, say


def distribution():
    """`debian`, `ubuntu`, … or an empty string."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    return fields.get("ID", "").strip('"')


def prefix():
    """The words before `apt-get` that make us root, or None when we may not be."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        try:
            process.read(["sudo", "-n", "true"], "sudo")
        except Problem:
            return None
        return ["sudo", "-n"]
    return None


def install(packages, purpose):
    """Install packages on the machine itself, or say which ones are wanted."""
    names = " ".join(packages)
    become_root = prefix()
    if become_root is None:
        raise Problem(f"{purpose} is missing: please install it (on Debian: apt-get install {names})")
    say(f"Installing {names} with apt-get ({purpose}) …")
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "Dpkg::Use-Pty=0"]
    failure = f"{purpose} could not be installed with apt-get"
    process.run_showing([*apt_get, "update", "-q"], failure)
    process.run_showing([*apt_get, "install", "-q", "-y", "--no-install-recommends", *packages], failure)


def mirror():
    """The Debian mirror this machine is configured with, or None."""
    if distribution() != "debian" or not shutil.which("apt-get") or not shutil.which("dpkg"):
        return None
    listed = process.read(["apt-get", "indextargets", "--format", "$(REPO_URI)"], "apt's sources could not be read")
    mirrors = [uri for uri in listed.split() if re.search(r"/debian/?$", uri)]
    return mirrors[0] if mirrors else None


def unpack(packages, suite, folder, work):
    """Download packages of another suite and unpack them into `folder`; the machine's own apt lists stay untouched."""
    options = private_options(suite, work)
    process.run_showing(["apt-get", *options, "update", "-q"], f"the package list of Debian {suite} could not be read")
    downloads = work / "packages"
    downloads.mkdir()
    failure = f"packages of Debian {suite} could not be downloaded"
    process.run_showing(["apt-get", *options, "-q", "download", *packages], failure, cwd=downloads)
    archives = sorted(downloads.glob("*.deb"))
    for number, archive in enumerate(archives, 1):
        say(f"  unpacking {number}/{len(archives)} {archive.name.split('_')[0]}")
        process.run_showing(["dpkg", "-x", archive, folder], f"{archive.name} could not be unpacked")


def private_options(suite, work):
    for name in ("lists/partial", "cache/archives/partial", "parts"):
        (work / name).mkdir(parents=True)
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    signed_by = f"[signed-by={keyring}] " if keyring.exists() else ""
    (work / "sources.list").write_text(f"deb {signed_by}{mirror()} {suite} main\n")
    settings = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": work / "parts",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work / "cache",
        "Acquire::Languages": "none",
        "APT::Update::Error-Mode": "any",  # otherwise a mirror that cannot be reached is only a warning
        # as root, apt would download as a user of its own, who may not write into our folder
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
    }
    return [word for name, value in settings.items() if value for word in ("-o", f"{name}={value}")]
