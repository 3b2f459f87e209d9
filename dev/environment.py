"""Everything put together: Odoo, Python packages, PostgreSQL; paths, variables and Odoo's configuration."""

import os
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import cache, chromium, odoo_source, postgres, python_packages

REPOSITORY_ROOT = python_packages.REPOSITORY_ROOT
MAIN_ADDON = "customer_segmentation"  # the others, its glue, join it to further apps of Odoo
DEMO_ADDON = "customer_segmentation_demo"  # but this one: installing it fills a new database


@dataclass(frozen=True)
class Environment:
    source: odoo_source.OdooSource
    virtual_environment: Path
    server: postgres.Server

    @property
    def python(self):
        return python_packages.python(self.virtual_environment)

    @property
    def odoo_command(self):
        return [str(self.python), str(self.virtual_environment / "bin" / "odoo")]

    @cached_property
    def data_folder(self):
        """Odoo's filestore; one per server, because it is found by the database's name alone."""
        server = "embedded" if self.server.embedded else cache.short_hash(*sorted(self.server.variables.items()))
        return cache.root() / f"odoo-data-{server}"

    @cached_property
    def configuration(self):
        return self.write_configuration("odoo", {})

    def write_configuration(self, name, options):
        """Write an Odoo configuration file of this checkout and return its path."""
        addons = [*self.source.addons, *([REPOSITORY_ROOT] if own_addons() else [])]
        all_options = {
            "addons_path": ",".join(map(str, addons)),
            "data_dir": self.data_folder,
            "http_interface": "127.0.0.1",  # the demo's passwords are known to everybody
            **options,
        }
        lines = ["[options]", *(f"{key} = {value}" for key, value in all_options.items())]
        path = cache.root() / "configuration" / checkout_key() / f"{name}.conf"
        cache.write_file(path, "\n".join(lines) + "\n")
        return path

    def variables(self):
        """What a process needs in its environment to be inside."""
        search_path = os.environ.get("PATH", "").split(os.pathsep)
        ours = [self.virtual_environment / "bin", chromium.wrapper_folder()]
        # with a server of one's own, its own clients (pg_dump minds the version) come first
        theirs = [self.server.programs] if self.server.embedded else []
        last = [] if self.server.embedded else [self.server.programs]
        wanted = list(map(str, [*ours, *theirs]))
        rest = [place for place in search_path if place not in wanted]
        return {
            **self.server.variables,
            "ODOO_RC": str(self.configuration),
            "PATH": os.pathsep.join([*wanted, *rest, *map(str, last)]),
            "PYTHONPATH": os.pathsep.join([str(self.source.python_path), str(REPOSITORY_ROOT)]),
        }

    def full_variables(self):
        return {**os.environ, **self.variables()}

    def enter(self, command):
        """Become `command`: it gets our signals and gives our exit code."""
        os.execve(command[0], list(map(str, command)), self.full_variables())


def prepare():
    """The environment, with whatever is missing downloaded, built and started."""
    virtual_environment = python_packages.prepare()
    source = odoo_source.find()
    return Environment(source, virtual_environment, postgres.prepare())


def own_addons():
    """Names of the addons of this checkout but the demo, the one the others build on first."""
    return [name for name in all_addons() if name != DEMO_ADDON]


def all_addons():
    """Names of the addons of this checkout, the one the others build on first."""
    manifests = REPOSITORY_ROOT.glob("customer_segmentation*/__manifest__.py")
    return sorted(manifest.parent.name for manifest in manifests)


def checkout_key():
    """Several checkouts share one cache; what belongs to one of them carries this."""
    return cache.short_hash(REPOSITORY_ROOT)


def shell_exports(environment):
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment.variables().items())
