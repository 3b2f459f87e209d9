"""`python -m dev.translations DATABASE`: bring i18n/*.pot and *.po up to the strings of an installed addon.

An entry with msgctxt (the same English word with another meaning, such as the segment and the health "Lost") keeps
its places of use; Odoo's own export knows no contexts and would put both into one entry.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from . import environment

ADDON = "customer_segmentation"


def main(database):
    folder = environment.REPOSITORY_ROOT / ADDON / "i18n"
    template = folder / f"{ADDON}.pot"
    with tempfile.TemporaryDirectory() as temporary:
        exported = Path(temporary) / "exported.pot"
        odoo = environment.REPOSITORY_ROOT / "bin" / "odoo"
        command = [odoo, "i18n", "export", "-d", database, "-o", exported, ADDON]
        subprocess.run(command, check=True)
        fresh = polib.pofile(str(exported))
    contexts = {(entry.msgctxt, entry.msgid, *place) for entry in polib.pofile(str(template)) if entry.msgctxt
                for place in entry.occurrences}  # fmt: skip
    entries = [part for entry in fresh for part in split(entry, contexts)]
    for path in [template, *sorted(folder.glob("*.po"))]:
        print(f"{path.name}: {refresh(path, entries)} of {len(entries)} to translate")


def split(entry, contexts):
    """The entry without the places that belong to a context, and one entry for each context."""
    moved = {}
    for place in entry.occurrences:
        for context, source, *where in contexts:
            if source == entry.msgid and tuple(where) == place:
                moved.setdefault(context, []).append(place)
    taken = {place for places in moved.values() for place in places}
    rest = [place for place in entry.occurrences if place not in taken]
    for context, places in [(None, rest), *sorted(moved.items())]:
        if places:
            yield polib.POEntry(msgid=entry.msgid, msgctxt=context, comment=entry.comment, occurrences=places)


def refresh(path, entries):
    """Write the file with these entries and the translations it had; returns how many are missing."""
    file = polib.pofile(str(path), wrapwidth=78)
    known = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in file if not entry.obsolete}
    file.clear()
    for entry in entries:
        text = known.get((entry.msgctxt, entry.msgid), "")
        file.append(
            polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgstr=text, comment=entry.comment,
                          occurrences=entry.occurrences)
        )  # fmt: skip
    file.save(str(path))
    return len(file.untranslated_entries())


if __name__ == "__main__":
    main(sys.argv[1])
