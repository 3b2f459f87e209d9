"""Things in the cache are whole or not there at all."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dev import cache
from dev.environment import REPOSITORY_ROOT


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def build(partial):
    (partial / "whole").write_text("yes")


def names():
    return sorted(place.name for place in cache.root().iterdir() if place.name != "locks")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interrupted_build_leaves_nothing(interruption):
    def interrupted(partial):
        build(partial)
        raise interruption

    with pytest.raises(BaseException) as raised:
        cache.build_once(cache.root() / "thing", interrupted)
    assert raised.type in (KeyboardInterrupt, OSError)
    assert names() == []


def test_the_next_build_removes_what_a_killed_one_left():
    code = "from dev import cache; import time\n"
    code += "cache.build_once(cache.root() / 'thing', lambda partial: (print('building', flush=True), time.sleep(60)))"
    killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=REPOSITORY_ROOT)
    assert killed.stdout.readline() == b"building\n"
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert len(names()) == 1 and names()[0].startswith("thing.partial-")

    cache.build_once(cache.root() / "thing", build)
    assert names() == ["thing"]
    assert (cache.root() / "thing" / "whole").read_text() == "yes"


def test_two_starts_at_once_build_once():
    built = []

    def slow(partial):
        built.append(partial)
        time.sleep(0.2)

    starts = [threading.Thread(target=cache.build_once, args=(cache.root() / "thing", slow)) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(built) == 1
    assert names() == ["thing"]
