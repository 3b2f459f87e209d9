"""`python -m dev.translations DATABASE`: bring i18n/*.pot and *.po up to the strings of our addons installed there.

An entry with msgctxt (the same English word with another meaning, such as the segment and the button "New") keeps
its places of use; Odoo's own export knows no contexts and would put both into one entry.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from . import database, environment


def main(name):
    for addon in environment.own_addons():
        if is_installed(name, addon):
            refresh_addon(name, addon)
        else:
            print(f"{addon} is not installed in {name}: its files are left as they are")


def is_installed(name, addon):
    statement = f"SELECT 1 FROM ir_module_module WHERE name = '{addon}' AND state = 'installed'"
    return bool(database.run_sql(environment.prepare(), statement, name))


def refresh_addon(name, addon):
    folder = environment.REPOSITORY_ROOT / addon / "i18n"
    template = folder / f"{addon}.pot"
    with tempfile.TemporaryDirectory() as temporary:
        exported = Path(temporary) / "exported.pot"
        odoo = environment.REPOSITORY_ROOT / "bin" / "odoo"
        subprocess.run([odoo, "i18n", "export", "-d", name, "-o", exported, addon], check=True)
        fresh = polib.pofile(str(exported))
    contexts = {
        (entry.msgctxt, entry.msgid, *place)
        for entry in polib.pofile(str(template))
        if entry.msgctxt
        for place in entry.occurrences
    }
    entries = [part for entry in fresh for part in split(entry, contexts)]
    for path in [template, *sorted(folder.glob("*.po"))]:
        print(f"{addon}/{path.name}: {refresh(path, entries)} of {len(entries)} to translate")


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
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgstr=text,
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    file.save(str(path))
    return len(file.untranslated_entries())


if __name__ == "__main__":
    main(sys.argv[1])
