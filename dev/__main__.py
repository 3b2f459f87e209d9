"""`python -m dev COMMAND …`: what the entry points in bin/ start."""

import errno
import importlib
import sys

from .terminal import Problem, say

COMMANDS = {"odoo": "odoo_command", "test": "test", "demo": "demo", "bench": "bench"}


def main():
    name, *arguments = sys.argv[1:] or [""]
    if name not in COMMANDS:
        say(f"usage: python -m dev {{{','.join(COMMANDS)}}} …")
        return 2
    try:
        return importlib.import_module(f".{COMMANDS[name]}", __package__).main(arguments)
    except Problem as problem:
        say(f"bin/{name}: {problem}")
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        say(f"bin/{name}: {'the disk is full' if full else error.strerror}: {error.filename or 'while writing'}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
