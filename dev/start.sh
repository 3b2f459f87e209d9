# Sourced by every entry point in bin/: finds a Python that Odoo 19 supports and hands over to the package dev.

is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_supported "$PYTHON" && echo "$PYTHON" && return
        echo "bin/$1: PYTHON=$PYTHON is no Python 3.10 to 3.13" >&2
        return 1
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
        is_supported "$candidate" && echo "$candidate" && return
    done
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "bin/$1: found $found, but Odoo 19 needs Python 3.10 to 3.13: install one, or name it with PYTHON=…" >&2
    return 1
}

start() {
    python=$(find_python "$1") || exit 1
    root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd) || exit 1
    PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH}
    export PYTHONPATH
    exec "$python" -m dev "$@"
}
