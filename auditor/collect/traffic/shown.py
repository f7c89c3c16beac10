"""Paths, places and values of a recording as they may be shown: nobody's data, no token.

Evidence and gaps name places; a place can hold somebody's address as the name of a field, a path an id.
"""

from __future__ import annotations

import re
from itertools import pairwise

from auditor.collect.archive import printable
from auditor.collect.recordings.record import Kind, Record
from auditor.decode import Leaf, Scalar

LONGEST = 160
"""Characters of a path or value that are shown."""

_MAIL = re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")
_DIGITS = re.compile(r"(?<![\w.])\+?\d[\d-]{4,}\d(?!\w)")
_RUN = re.compile(r"[0-9A-Za-z_~+=|%-]{16,}")
_PLACE_NAME = re.compile(r"\['(?:[^'\\]|\\.)*'\]|\.[^.\[\]:$]+")
_FILE = re.compile(r"\.(?:js|json|css|png|jpe?g|webp|svg|gif|woff2?|html?|xml|txt|pdf|php|aspx?)$")

TELLING = re.compile(
    r"(?i)(?:event|action|type|platform|^os|version|sdk|locale|lang|zone|package|format|method|fields|status"
    r"|currency|category|screen|orientation|connection|network|environment|level|state|^t$|^a$|build)"
)
"""Keys whose values tell how a program is made, and are shown when they look so."""
_WORD = re.compile(r"[A-Za-z][\w.:/-]{0,39}|\d{1,3}(?:\.\d{1,4}){0,3}")


def path(text: str) -> str:
    """A path without its query, with ids and addresses replaced: `/v1/users/<id>/posts`."""
    plain = text.partition("?")[0].partition("#")[0]
    return "/".join(_segment(part) for part in plain.split("/"))[:LONGEST] or "/"


def _segment(part: str) -> str:
    if not _FILE.search(part):
        part = _hidden(part)
    return _MAIL.sub("<e-mail address>", part)


def _hidden(part: str) -> str:
    masked = _DIGITS.sub("<number>", _UUID.sub("<id>", _MAIL.sub("<e-mail address>", part)))
    return _RUN.sub(lambda found: "<id>" if _random(found[0]) else found[0], masked)


def _random(run: str) -> bool:
    """Whether a run of 16 characters or more is no name: several digits in it, or capitals at random."""
    digits = sum(c.isdigit() for c in run)
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(run))
    long_word = max((len(word) for word in re.findall(r"[A-Z]?[a-z]{4,}", run)), default=0)
    return digits >= 4 or (len(run) >= 20 and turns >= 3 and long_word < 6)


def address(record: Record) -> str:
    """`POST https://host/path`, as evidence of a contact names it."""
    front = f"{record.scheme or 'https'}://{record.host}"
    if record.kind is Kind.EXCHANGE:
        return f"{printable(record.method, 20)} {front}{path(record.path)}"
    port = f":{record.port}" if record.port else ""
    return f"{record.kind.value} {record.scheme or 'tcp'}://{record.host}{port}"


def place(text: str) -> str:
    """The place of a leaf, with names of fields replaced that are data themselves."""
    return _PLACE_NAME.sub(lambda found: _name(found[0]), text)


def _name(name: str) -> str:
    return _hidden(name) if len(name) > 6 else name


def name(text: str) -> str:
    """The name of a field or event, as far as it is one."""
    return _hidden(text)[:80]


def value(leaf: Leaf) -> str:
    """What may be shown of a leaf's value."""
    return scalar(leaf.key, leaf.value)


def scalar(key: str, told: Scalar) -> str:
    """What may be shown of a value nobody vouches for: the words of programs; of all else only the size."""
    if told is None or isinstance(told, bool):
        return str(told).lower()
    text = str(told)
    plain = not isinstance(told, bytes) and TELLING.search(key) and _WORD.fullmatch(text)
    return text if plain and _hidden(text) == text else size(told)


def size(told: Scalar) -> str:
    """`(text of 12 characters)`."""
    if isinstance(told, bytes):
        return f"({len(told)} bytes)"
    kind = "text" if isinstance(told, str) else "number"
    return f"({kind} of {len(str(told))} characters)"
