"""`bin/demo`: a database with customers and orders to click through, and Odoo serving it until Ctrl-C."""

import argparse
import signal
import socket
import subprocess
import urllib.request

from . import cache, cdnow, database, environment, odoo_command, wkhtmltopdf
from .terminal import Problem, say

COMPLETE = "demo complete"
HINTS = "customer_segmentation_demo.hints"  # the system parameter in which the demo addon leaves what to look at
ADDON_FILES = {".py", ".xml", ".csv", ".po", ".js", ".scss"}


def main(arguments):
    options = parse(arguments)
    check_port_is_free(options.port)
    prepared = environment.prepare()
    wkhtmltopdf.prepare()
    name = "customer_segmentation_demo" + ("" if options.lang == "en_US" else f"_{options.lang}")
    with cache.lock(name):
        mark = read_mark(prepared, name)
        if options.reset or not mark.startswith(COMPLETE):
            build(prepared, name, options.lang)
        elif mark != complete_mark():
            update(prepared, name)
    return serve(prepared, name, options.port)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bin/demo", description=__doc__)
    parser.add_argument("--lang", choices=database.LANGUAGES.split(","), default="en_US", help="language of the demo")
    parser.add_argument("--reset", action="store_true", help="make the demo database anew")
    parser.add_argument("--port", type=int, default=8069, help="port to serve on (8069)")
    return parser.parse_args(arguments)


def check_port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise Problem(f"--port {port} is no port number: choose one from 1024 to 65535") from None
        except OSError as error:
            raise Problem(f"port {port} cannot be used ({error.strerror}): choose another with --port") from None


def read_mark(prepared, name):
    """The mark is set last, so a database whose loading was interrupted has none and is made anew."""
    return database.run_sql(
        prepared, f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )


def complete_mark():
    """Says that a demo is whole, and which state of the addons it was made or updated with."""
    folders = [environment.REPOSITORY_ROOT / name for name in environment.own_addons()]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in ADDON_FILES)
    return f"{COMPLETE} {cache.short_hash(*(path.read_text(encoding='utf-8') for path in files))}"


def set_mark(prepared, name):
    database.run_sql(prepared, f"COMMENT ON DATABASE \"{name}\" IS '{complete_mark()}'")


def build(prepared, name, language):
    say(f"Making the demo database {name} …")
    database.create_from_template(name, prepared=prepared)
    speak(prepared, name, language)
    log = cache.root() / "logs" / f"{name}-install.log"
    odoo_command.install(prepared, name, [environment.DEMO_ADDON], [], log, [cdnow.python_path()])
    set_mark(prepared, name)


def speak(prepared, name, language):
    """The shop of the demo addon speaks as the administrator does."""
    administrator = "SELECT partner_id FROM res_users WHERE login = 'admin'"
    database.run_sql(prepared, f"UPDATE res_partner SET lang = '{language}' WHERE id = ({administrator})", name)


def update(prepared, name):
    """Bring the addons of a demo made earlier up to the state of this checkout; its data stay."""
    say(f"Updating the addons in the demo database {name} …")
    log = cache.root() / "logs" / f"{name}-update.log"
    # updates the glue addons that are installed as well
    odoo_command.install(prepared, name, [environment.MAIN_ADDON], ["-u", environment.MAIN_ADDON], log)
    set_mark(prepared, name)


def serve(prepared, name, port):
    print_from(prepared, name, port)
    log = cache.root() / "logs" / f"{name}.log"
    command = [*prepared.odoo_command, "-c", prepared.configuration, "-d", name, "--db-filter", f"^{name}$"]
    command += ["--http-port", port, "--logfile", log]
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    # In a session of its own, so that Ctrl-C reaches Odoo once, from us: a second signal would cut it short.
    with open(log, "a") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "start_new_session": True}
        server = subprocess.Popen(list(map(str, command)), env=prepared.full_variables(), **streams)
    try:
        announce(prepared, server, name, port, log)
        return server.wait()
    except KeyboardInterrupt:
        return stop(server)


def print_from(prepared, name, port):
    """wkhtmltopdf fetches styles and pictures from the server itself, at whichever port it is this time."""
    database.run_sql(
        prepared,
        f"""INSERT INTO ir_config_parameter (key, value) VALUES ('report.url', 'http://127.0.0.1:{port}')
            ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
        name,
    )


def announce(prepared, server, name, port, log):
    wait_until_it_answers(server, port, log)
    say(f"\n  Odoo is at http://localhost:{port}    (its log: {log})")
    say("  Log in as manager / manager, as rep / rep (a sales rep), or as admin / admin")
    hints = database.run_sql(prepared, f"SELECT value FROM ir_config_parameter WHERE key = '{HINTS}'", name)
    if hints:
        say(f"\n  Look at first\n  {hints}\n")
    say("  Ctrl-C stops it.")


def wait_until_it_answers(server, port, log):
    say("Starting Odoo …")
    while not answers(port):
        try:
            server.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        raise Problem(f"Odoo stopped while starting: see {log}")


def answers(port):
    """Whether the first page is served: by then Odoo has loaded the database."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60):
            return True
    except OSError:
        return False


def stop(server):
    """Let Odoo end its requests and jobs; a second Ctrl-C does not wait for them."""
    say("\nStopping Odoo …")
    server.terminate()
    try:
        server.wait(timeout=30)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        server.kill()
        server.wait()
    return 0
