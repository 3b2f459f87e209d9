"""The shell entry points: which Python they take, and that a failure is one clear line."""

import os
import shutil
import socket
import subprocess

import pytest

from dev.environment import REPOSITORY_ROOT


def run(command, **variables):
    environment = {**os.environ, **variables}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=REPOSITORY_ROOT, timeout=60)
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture
def only_python_39(tmp_path):
    """A search path whose only Python says it is 3.9."""
    for program in ("dirname", "readlink", "sh"):
        (tmp_path / program).symlink_to(shutil.which(program))
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\ncase "$1" in --version) echo "Python 3.9.1" ;; *) exit 1 ;; esac\n')
    python.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("name", ["odoo", "test", "demo", "bench"])
def test_an_unsupported_python_is_named_in_one_line(name, only_python_39):
    result = run([f"bin/{name}"], PATH=str(only_python_39), PYTHON="")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"bin/{name}: found Python 3.9.1, but Odoo 19 needs Python 3.10 to 3.13" in result.stderr


def test_the_chosen_python_must_be_supported(only_python_39):
    result = run(["bin/odoo", "env"], PYTHON=str(only_python_39 / "python3"))
    assert result.returncode == 1
    assert "is no Python 3.10 to 3.13" in result.stderr


def test_a_newer_name_is_found_when_plain_python3_is_too_old(only_python_39):
    newer = only_python_39 / "python3.12"
    newer.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "started $*"\n')
    newer.chmod(0o755)
    result = run(["bin/odoo", "shell", "-d", "a b"], PATH=str(only_python_39), PYTHON="")
    assert result.stdout == "started -m dev odoo shell -d a b\n"


def test_an_entry_point_works_through_a_link(only_python_39):
    link = only_python_39 / "demo"
    link.symlink_to(REPOSITORY_ROOT / "bin" / "demo")
    assert run([str(link), "--help"]).returncode == 0


def test_a_port_in_use_is_named_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(["bin/demo", "--port", str(port)])
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"port {port} cannot be used" in result.stderr
    assert "--port" in result.stderr


def test_a_number_that_is_no_port_is_refused():
    result = run(["bin/demo", "--port", "99999"])
    assert result.returncode == 1
    assert "99999 is no port number" in result.stderr


def test_an_odoo_home_without_odoo_is_refused(tmp_path):
    code = "import sys; from dev import odoo_source, terminal; sys.argv[1:] = ['odoo', 'env']\n"
    code += "import dev.environment as e; e.prepare = odoo_source.find\n"
    code += "import dev.__main__ as m; sys.exit(m.main())"
    result = run([shutil.which("python3"), "-c", code], ODOO_HOME=str(tmp_path))
    assert result.returncode == 1
    advice = "unset it, or let it name a folder that does"
    assert result.stderr == f"bin/odoo: ODOO_HOME={tmp_path} holds no Odoo 19.0: {advice}\n"
