"""What begins at one place of a buffer: an address, or a host that stands alone; and where words end.

A buffer is any bytes; nothing here reads further than `LONGEST_ADDRESS` from where it was sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from auditor.catalogue import Addresses
from auditor.collect.archive import Buffer

type Bytes = Buffer | memoryview
"""What can be scanned; a memoryview must be one of single bytes."""

type Entry = tuple[int, int]
"""Where the text around a hit begins and ends."""

ADDRESS = "address"
"""The kind of every hit that is no secret."""

LONGEST_ADDRESS = 1024
"""Bytes of one address; what is longer is cut there, and scanned on."""


class Found(NamedTuple):
    """One hit. `text` is secret until `masked` or `addresses.shown` has seen it."""

    kind: str
    """`address`, or the id of a file in `rules/secrets`."""
    text: str
    start: int
    """Offset of the first byte in the buffer."""
    end: int

    def __repr__(self) -> str:
        """Without the text: it would end in a log."""
        return f"Found({self.kind!r}, {self.start}, {self.end})"


def masked(found: Found) -> str:
    """Kind, last four characters and the beginning of the SHA-256, by which holders of the value know it.

    Of less than twelve characters neither is shown: together they would give the value away.
    """
    value = found.text.strip()
    if len(value) < 12:
        return f"{found.kind} ..."
    end = "".join(c if c.isprintable() and not c.isspace() else "?" for c in value[-4:])
    return f"{found.kind} ...{end}, SHA-256 {hashlib.sha256(found.text.encode()).hexdigest()[:12]}..."


# Addresses --------------------------------------------------------------------

SCHEME = rb"(?i:https?|wss?|mqtts?|grpcs?):(?:\\?/|\\u002[fF]){2}"
r"""How an address begins; `\/` and `\u002F` are slashes in JSON and JavaScript."""

_HEAD = re.compile(SCHEME)
_TAIL = re.compile(
    rb"(?:[!#$%&()*+,./0-9:;=?@A-GI-VX-Z\[\]_a-gi-vx-z{|}~-]++"
    rb"|(?<=[/=?&#%:])[HWhw]|[HWhw](?!(?i:ttps?|ss?):(?:\\?/){2})"
    rb"|\\/|\\u00[2-7][0-9A-Fa-f]"
    rb"|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})*+"
)
"""What an address may go on with: no quotes, no angle brackets, no lone backslash; UTF-8 beyond ASCII.

It ends where another one begins (`https://a.al,https://b.al`), unless that is part of its path or query.
"""

_READABLE = re.compile(r"[!-~\w]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BRACKET = re.compile(r"[()\[\]{}]")
_BRACKETS = 32
"""Brackets that are looked at in one address."""

_IN_CERTIFICATE = (0x86, 0x16)
"""DER tags of an address in a certificate: its length follows, and other things behind it (RFC 5280)."""


def read_address(data: Bytes, start: int, entry: Entry) -> Found | None:
    """The address that begins at `start`, without the text or punctuation that follows it."""
    head = _HEAD.match(data, start, entry[1])
    if not head or not (data[start] in b"hH" or begins_word(data, start, entry[0])):  # not `news://`
        return None
    stop = min(entry[1], start + LONGEST_ADDRESS)
    if start - entry[0] >= 2 and data[start - 2] in _IN_CERTIFICATE and data[start - 1] < 0x80:
        stop = min(stop, start + data[start - 1])
    body = min(head.end(), stop)
    return _found(data, start, body, _end(_TAIL, data, body, stop))


def _end(pattern: re.Pattern[bytes], data: Bytes, at: int, stop: int) -> int:
    found = pattern.match(data, at, stop)
    return found.end() if found else at


def _found(data: Bytes, start: int, body: int, end: int) -> Found:
    """The address from `start` to at most `end`; what may be trimmed begins at `body`."""
    text = _trimmed(bytes(data[body:end]).decode("utf-8", "replace"))
    scheme = bytes(data[start:body]).decode("ascii")
    return Found(ADDRESS, scheme + text, start, body + len(text.encode()))


def _trimmed(text: str) -> str:
    """Without what only follows: a closing bracket, the punctuation of a sentence."""
    readable = _READABLE.match(text)
    text = _balanced(readable[0] if readable else "").rstrip(",;:!?|")
    return text.rstrip(".") if "/" in text else text


def _balanced(text: str) -> str:
    """Cut at the first bracket that closes nothing: it belongs to what is around the address."""
    opened = dict.fromkeys(_PAIRS.values(), 0)
    for found in islice(_BRACKET.finditer(text), _BRACKETS):
        closes = _PAIRS.get(found[0])
        if closes and not opened[closes]:
            return text[: found.start()]
        opened[closes or found[0]] += -1 if closes else 1
    return text


# Hosts that stand alone -------------------------------------------------------


class Hosts:
    """Hosts that stand alone as a whole text, such as `api.example.al`, by the endings the rules list."""

    _RUN = re.compile(rb"[a-z0-9.-]*")
    _REST = re.compile(rb"(?::[0-9]{1,5})?(?:/(?:%b))?" % _TAIL.pattern)

    def __init__(self, rules: Mapping[str, Addresses]) -> None:
        self._least = {end: n for rule in rules.values() for end, n in rule.without_scheme.items()}
        self._depth = max((end.count(".") + 1 for end in self._least), default=0)
        self._packages = {name for rule in rules.values() for name in rule.packages}
        endings = b"|".join(re.escape(end).encode() for end in sorted(self._least))
        self.heads = [rb"\.(?:%b)\b" % endings] if endings else []

    def read(self, data: Bytes, dot: int, entry: Entry) -> Found | None:
        """The host around the dot at `dot`; None when it names a package, a file or anything else."""
        if data[dot] != ord("."):
            return None
        start = self._start(data, dot, entry[0])
        end = _end(self._RUN, data, start, min(entry[1], start + 254))
        stop = _end(self._REST, data, end, min(entry[1], start + LONGEST_ADDRESS))
        ending = self._ending(bytes(data[start:end]).decode("ascii"))
        alone = _begins_text(data, start, entry[0]) and (stop == entry[1] or data[stop] in _QUOTES)
        # an ending of two labels, such as firebaseio.com, is the service's own wherever it stands
        return _found(data, start, start, stop) if ending and (alone or "." in ending) else None

    def _start(self, data: Bytes, dot: int, low: int) -> int:
        before = bytes(data[max(low, dot - 253) : dot])
        start = dot - _end(self._RUN, before[::-1], 0, len(before))
        return start + _is_length(data, start, low)  # a digit or letter may be the length of a DEX string

    def _ending(self, host: str) -> str:
        """The longest listed end of the host; empty when there is none, or it has too few labels."""
        labels = host.split(".")
        ends = (".".join(labels[-length:]) for length in range(min(self._depth, len(labels) - 1), 0, -1))
        end = next((end for end in ends if end in self._least), "")
        sound = all(labels) and labels[0] not in self._packages and not host.startswith("-")
        return end if end and sound and len(labels) >= self._least[end] else ""


# Borders ----------------------------------------------------------------------

_QUOTES = b"\0\"'`"
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


def begins_word(data: Bytes, at: int, low: int) -> bool:
    """Whether no word is cut in two here."""
    return at == low or data[at] not in _WORD or data[at - 1] not in _WORD or _is_length(data, at - 1, low)


def ends_word(data: Bytes, at: int, high: int) -> bool:
    """Whether no word goes on here."""
    return at == high or data[at - 1] not in _WORD or data[at] not in _WORD


def _begins_text(data: Bytes, at: int, low: int) -> bool:
    """Whether a whole text begins here: an entry, something quoted, or a string of a DEX file."""
    return at == low or data[at - 1] in _QUOTES or _is_length(data, at - 1, low)


def _is_length(data: Bytes, at: int, low: int) -> bool:
    """Whether this byte is the length that stands in front of a short string of a DEX file, after a NUL."""
    if at - 1 < low or data[at - 1] != 0:
        return False
    length = data[at]
    return length < 0x80 and bytes(data[at + 1 : at + 2 + length]).find(b"\0") == length
