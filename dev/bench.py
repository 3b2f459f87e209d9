"""`bin/bench`: the benchmarks, inside the environment."""

from . import environment


def main(arguments):
    prepared = environment.prepare()
    return prepared.enter([prepared.python, "-m", "benchmarks", *arguments])
