"""The tables kept beside the tests: one line a subject, one column a role, compared with what was found.

CUSTOMER_SEGMENTATION_WRITE_TABLE=1 in the environment writes what was found instead; then read the difference by eye.
"""

import os
from pathlib import Path

WRITE = "CUSTOMER_SEGMENTATION_WRITE_TABLE"
WIDTH = 15


def lines_of(roles, found):
    """{subject: {role: cell}} as lines of text, with a heading."""
    first = max(map(len, found), default=0) + 1
    heading = " ".join(role.ljust(WIDTH) for role in roles)
    lines = [f"{'':{first}} {heading}".rstrip()]
    for subject in sorted(found):
        cells = " ".join(found[subject].get(role, "").ljust(WIDTH) for role in roles)
        lines.append(f"{subject:{first}} {cells}".rstrip())
    return lines


def differences(path, roles, found):
    """What is found otherwise than the table says, as sentences; nothing when the table has just been written."""
    path = Path(path)
    lines = lines_of(roles, found)
    if os.environ.get(WRITE):
        path.write_text("\n".join(lines) + "\n")
        return []
    kept = read(path)
    wrong = [f"{subject} is not in {path.name}" for subject in sorted(found.keys() - kept.keys())]
    wrong += [f"{subject} is in {path.name} and nowhere else" for subject in sorted(kept.keys() - found.keys())]
    for subject in sorted(found.keys() & kept.keys()):
        for role in roles:
            cell, before = found[subject].get(role, ""), kept[subject].get(role, "")
            if cell != before:
                wrong.append(f"{subject} as {role}: expected {before!r} ({path.name}), found {cell!r}")
    return wrong


def read(path):
    """{subject: {role: cell}} of a table."""
    if not path.exists():
        return {}
    heading, *lines = path.read_text().splitlines()
    roles = heading.split()
    first = len(heading) - len(heading.lstrip())
    found = {}
    for line in lines:
        cells = line[first:]
        found[line[:first].strip()] = {
            role: cells[number * (WIDTH + 1) :][:WIDTH].strip() for number, role in enumerate(roles)
        }
    return found
