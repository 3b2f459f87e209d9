"""Talking to the person at the terminal. Everything goes to stderr: stdout belongs to the command's result."""

import sys


class Problem(Exception):
    """Something the person can act on: shown as one line, never as a traceback."""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Progress:
    """`3/45 name`, redrawn in place on a terminal; one line per fifth of the way in a log file."""

    def __init__(self):
        self.total = self.fifths_shown = 0

    def show(self, done, total, name):
        if total != self.total:
            self.total, self.fifths_shown = total, 0
        if sys.stderr.isatty():
            print(f"\r  {done}/{total} {name}\033[K", end="", file=sys.stderr, flush=True)
        elif done * 5 // total > self.fifths_shown:
            self.fifths_shown = done * 5 // total
            say(f"  {done}/{total} {name}")

    def finish(self):
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
