"""What the tooling writes and says, without network or database."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev.__main__
from dev import environment, odoo_source, postgres, terminal
from dev.environment import REPOSITORY_ROOT


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "it's a cache"))
    source = odoo_source.OdooSource("key", tmp_path / "odoo $HOME", (tmp_path / "odoo $HOME" / "addons",))
    server = postgres.Server({"PGHOST": str(tmp_path / "a socket"), "PGUSER": 'quo"ted'}, tmp_path / "pg", True)
    return environment.Environment(source, tmp_path / "venv", server)


def test_the_exports_are_read_by_a_shell_as_they_are_meant(prepared):
    print_them = f"{sys.executable} -c 'import os, json; print(json.dumps(dict(os.environ)))'"
    script = f"{environment.shell_exports(prepared)}\n{print_them}"
    printed = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    told = json.loads(printed)
    assert {name: told[name] for name in prepared.variables()} == prepared.variables()
    assert set(prepared.variables()) == {"PGHOST", "PGUSER", "ODOO_RC", "PATH", "PYTHONPATH"}


def test_the_environment_can_be_entered_twice(prepared, monkeypatch):
    once = prepared.variables()
    monkeypatch.setenv("PATH", once["PATH"])
    assert prepared.variables() == once


def test_the_configuration_names_odoos_addons_and_ours(prepared):
    lines = Path(prepared.configuration).read_text().splitlines()
    (addons,) = [line.removeprefix("addons_path = ") for line in lines if line.startswith("addons_path")]
    expected = [*prepared.source.addons, *([REPOSITORY_ROOT] if environment.own_addons() else [])]
    assert addons.split(",") == list(map(str, expected))


def test_our_own_server_is_not_taken_for_a_foreign_one(tmp_path, monkeypatch):
    for name in postgres.SERVER_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not postgres.names_another_server(tmp_path)
    monkeypatch.setenv("PGUSER", "somebody")
    assert postgres.names_another_server(tmp_path)
    monkeypatch.setenv("PGHOST", str(tmp_path))
    assert not postgres.names_another_server(tmp_path)


def test_the_pid_file_of_a_dead_server_is_forgotten_when_another_program_has_its_number(tmp_path):
    (tmp_path / "data").mkdir()
    pid_file = tmp_path / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/somewhere\n")
    postgres.forget_dead_server(tmp_path)
    assert not pid_file.exists()


def test_a_running_servers_pid_file_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir()
    pid_file = tmp_path / "data" / "postmaster.pid"
    with subprocess.Popen(["sh", "-c", "read line # postgres"], stdin=subprocess.PIPE) as like_a_server:
        pid_file.write_text(f"{like_a_server.pid}\n")
        postgres.forget_dead_server(tmp_path)
        assert pid_file.exists()
        like_a_server.stdin.close()


@pytest.mark.parametrize(
    ("failure", "said", "status"),
    [
        (terminal.Problem("no network: plug it in"), "bin/bench: no network: plug it in\n", 1),
        (OSError(errno.ENOSPC, "No space left", "/a/file"), "bin/bench: the disk is full: /a/file\n", 1),
        (PermissionError(errno.EACCES, "Permission denied", "/a/file"), "bin/bench: Permission denied: /a/file\n", 1),
        (KeyboardInterrupt(), "\nStopped.\n", 130),
    ],
)
def test_a_failure_is_one_line(failure, said, status, monkeypatch, capsys):
    def fail(arguments):
        raise failure

    monkeypatch.setattr("dev.bench.main", fail)
    monkeypatch.setattr(sys, "argv", ["dev", "bench"])
    assert dev.__main__.main() == status
    assert capsys.readouterr().err == said
