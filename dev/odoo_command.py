"""`bin/odoo`: Odoo's own command line inside the environment; `bin/odoo env` prints the environment itself."""

import os
import re
import subprocess

from . import environment
from .terminal import Problem, Progress, say

ALONE = "--skip-auto-install"  # only the modules named, without those Odoo installs with them by itself
LOADING = re.compile(r"Loading (?:module )?(\S.*?) \((\d+)/(\d+)\)")  # modules; and, by the demo addon, its records


def main(arguments):
    prepared = environment.prepare()
    if arguments[:1] == ["env"]:
        print(environment.shell_exports(prepared))
        return 0
    return prepared.enter([*prepared.odoo_command, *arguments])


def install(prepared, database, modules, options, log_path, python_path=()):
    """Install modules into a database, showing how far it is; the full log goes to `log_path`.

    :param python_path: further folders where Python looks for packages
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [*prepared.odoo_command, "-c", prepared.configuration, "-d", database, "-i", ",".join(modules)]
    command += ["--stop-after-init", "--no-http", *options]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    variables = prepared.full_variables()
    variables["PYTHONPATH"] = os.pathsep.join([variables["PYTHONPATH"], *map(str, python_path)])
    progress = Progress()
    with open(log_path, "w") as log, subprocess.Popen(command, env=variables, **streams) as odoo:
        for line in odoo.stdout:
            log.write(line)
            loading = LOADING.search(line)
            if loading:
                progress.show(int(loading[2]), int(loading[3]), loading[1])
    progress.finish()
    if odoo.returncode:
        show_end(log_path)
        raise Problem(f"Odoo could not install {', '.join(modules)} into {database}: the whole log is {log_path}")


def show_end(log_path):
    for line in log_path.read_text(errors="replace").splitlines()[-25:]:
        say(f"  | {line}")
