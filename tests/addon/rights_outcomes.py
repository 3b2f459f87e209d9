"""What came of a call: its outcome as one sign, and everything it said as text."""

import base64
import io
import json
import re
import zipfile

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError

GRANTED, REFUSED, EMPTY, IN_WORDS, NOTHING_THERE, CRASH = "+", "-", "0", "w", ".", "!"
ENCODED = re.compile(r"[A-Za-z0-9+/=\n]{40,}")
THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f'](?=\d{3})")


class Undo(Exception):
    """Ends the savepoint of a call, so that the next one finds the world as it was."""


class Answer:
    def __init__(self, outcome, text=""):
        self.outcome, self.text = outcome, text


def ask(env, call):
    """The answer to a call, which leaves nothing behind. `call` returns what is to be looked at, as plain values."""
    answer = None
    try:
        with env.cr.savepoint():
            said = call()
            env.flush_all()
            answer = Answer(GRANTED if said not in ([], {}) else EMPTY, as_text(said))
            raise Undo
    except Undo:
        return answer
    except (AccessError, MissingError) as error:
        return Answer(REFUSED, str(error))
    except (UserError, RedirectWarning, IntegrityError) as error:  # the last one is put into words by Odoo
        return Answer(IN_WORDS, str(error))
    except Exception as error:
        return Answer(CRASH, f"{type(error).__name__}: {error}")


def as_text(said):
    """Everything in an answer, files included."""
    text = said if isinstance(said, str) else json.dumps(said, default=as_plain, ensure_ascii=False)
    files = [inside(match) for match in ENCODED.findall(text)]
    return "\n".join([text, *filter(None, files)])


def as_plain(value):
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return str(value)


def inside(encoded):
    """The text in a file that is written as base64; empty where it is none."""
    try:
        return file_text(base64.b64decode(encoded, validate=False))
    except ValueError:
        return ""


def file_text(content):
    """The text of a file, also of an Excel file."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def leaks(text, forbidden):
    """Which of the forbidden names and amounts a text holds."""
    names, amounts = forbidden
    found = [name for name in names if name in text]
    digits = THOUSANDS.sub("", text)
    return found + [amount for amount in amounts if re.search(rf"(?<![\d.]){amount}(?!\d)", digits)]
