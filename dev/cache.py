"""The cache outside the checkout: things built once, whole or not at all, shared by every checkout."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .terminal import say


def root():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "customer_segmentation"


def short_hash(*texts):
    return hashlib.sha256("\0".join(map(str, texts)).encode()).hexdigest()[:10]


@contextlib.contextmanager
def lock(name):
    """Only one process at a time; the kernel lets go of the lock when its holder dies."""
    folder = root() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another start that is busy with {name} …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build_once(path, build):
    """Return `path`, built by `build(partial_folder)` if it is not there yet.

    It is built beside its place and renamed, so that a start that is interrupted never leaves something half-made
    behind that the next one would take for whole.
    """
    if path.exists():
        return path
    with lock(path.name):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_leftovers(path)
            build_beside(path, build)
    return path


def build_beside(path, build):
    partial = Path(tempfile.mkdtemp(prefix=f"{path.name}.partial-", dir=path.parent))
    partial.chmod(0o755)
    try:
        build(partial)
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def remove_leftovers(path):
    """What a killed build left behind: nobody works on it, the caller holds the lock."""
    for leftover in path.parent.glob(f"{path.name}.partial-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def write_file(path, text, mode=0o644):
    """Write a small file that another process may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    with open(descriptor, "w") as handle:
        handle.write(text)
    os.chmod(partial, mode)
    os.replace(partial, path)
