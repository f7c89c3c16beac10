"""The log of a HAR file, member by member; behind an entry that is no JSON, reading goes on at the next one.

People take names out of such files by hand, and a quote too many must not cost what stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from auditor.collect.recordings.jsonstream import JsonError, Scanner, parsed
from auditor.collect.recordings.unpacked import opened
from auditor.model import Json

ENTRIES, REFUSED = "entries", "_tlsErrors"
BEGIN = "entries["
"""Told once, where the list of entries begins; no member can be mistaken for it."""
MOST_BREAKS = 20
"""Places at which reading goes on; each may have cost a walk to the end of the file."""

_ENTRY = re.compile(rb'\{\s*"(?:startedDateTime|pageref|_connectionId|_initiator|_sha1Id)"\s*:')
"""How producers begin an entry; inside of strings the quotes would be escaped."""

type Member = tuple[str, Json | JsonError]


def members(path: Path) -> Iterator[Member]:
    """Members of `log`: each item of `entries` and `_tlsErrors`, every other one once.

    A value that cannot be read is given as JsonError; that is raised where there is no way on.
    """
    with opened(path) as read:
        scanner = Scanner(read)
        scanner.expect(b"{")
        while not scanner.accept(b"}"):
            if scanner.key() == "log":
                yield from _log_and_rest(scanner)
                return
            scanner.value()
            scanner.accept(b",")
        raise JsonError("there is no log in it")


def _log_and_rest(scanner: Scanner) -> Iterator[Member]:
    """The log; where a broken entry made it seem to end, the entries behind that as well."""
    breaks = iter(range(MOST_BREAKS))
    broken, ended, reading = False, None, _log(scanner, breaks)
    while True:
        try:
            for key, value in reading:
                broken = broken or (key == ENTRIES and not (isinstance(value, dict) and "request" in value))
                yield key, value
        except JsonError as problem:
            broken, ended = True, problem
        if not broken or next(breaks, None) is None or not _at_entry(scanner):
            break
        yield ENTRIES, ended or JsonError(f"the log seems to end before byte {scanner.place}")
        ended, reading = None, _items(scanner, ENTRIES, breaks)
    if ended:
        raise ended


def _at_entry(scanner: Scanner) -> bool:
    return scanner.peek() == b"{" or scanner.resume(_ENTRY)


def _log(scanner: Scanner, breaks: Iterator[int]) -> Iterator[Member]:
    scanner.expect(b"{")
    while not scanner.accept(b"}"):
        key = scanner.key()
        if key in (ENTRIES, REFUSED) and scanner.accept(b"["):
            if key == ENTRIES:
                yield BEGIN, True
            yield from _items(scanner, key, breaks)
        else:
            raw = scanner.value()
            if key != "pages" and raw and (inner := _another(raw)):
                scanner.back(len(raw) - inner)
                raise JsonError(f"an entry inside of {key[:40]!r} at byte {scanner.place}")
            yield key, _tried(raw)
        scanner.accept(b",")


def _items(scanner: Scanner, key: str, breaks: Iterator[int]) -> Iterator[Member]:
    marker = _ENTRY if key == ENTRIES else None
    while not scanner.accept(b"]"):
        try:
            raw = scanner.value(marker)
        except JsonError as broken:
            if marker is None or next(breaks, None) is None or not scanner.resume(marker):
                raise
            yield key, broken
            continue
        found = _tried(raw)
        if marker and raw and not isinstance(found, JsonError) and _another(raw):
            found = JsonError("the next entry stands inside of it")
        if marker and raw and isinstance(found, JsonError):
            _realign(scanner, marker, raw)
        yield key, found
        scanner.accept(b",")


def _another(raw: bytes) -> int:
    """Where another entry begins in a value; 0 when none does.

    An entry may be cut inside a list of objects, so that those behind it seem to be its items.
    """
    inner = _ENTRY.search(raw, 1)
    return inner.start() if inner and raw.find(b'"request"', inner.end()) > 0 else 0


def _realign(scanner: Scanner, marker: re.Pattern[bytes], raw: bytes) -> None:
    """Stands where the next entry begins, also when the broken one seemed to end behind or before it."""
    if swallowed := marker.search(raw, 1):
        scanner.back(len(raw) - swallowed.start())
        return
    scanner.accept(b",")
    if scanner.peek() not in (b"{", b"]"):
        scanner.resume(marker)


def _tried(raw: bytes | None) -> Json | JsonError:
    try:
        return parsed(raw)
    except JsonError as broken:
        return broken
