"""Typed netstrings, the form of mitmproxy's flow files: `5:hello,` one value after the other.

A value is its length in decimal digits, a colon, that many bytes and one byte for its type
(tnetstrings.info; `;` for Unicode text is mitmproxy's addition). Names in dictionaries are given as text
and dictionaries as plain dicts; bytes stay bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from auditor.collect.recordings.lenient import WIDEST

type Value = bool | int | float | bytes | str | list[Value] | dict[str, Value] | None

LARGEST = 2 * WIDEST
"""Bytes of one flow; what is larger is skipped."""
DEEPEST = 32
MOST_VALUES = 4_000_000
"""Values of one flow: an empty list takes three bytes of a file and twenty times that in memory."""
LONGEST_NUMBER = 64
_DIGITS = 12


class TnetError(ValueError):
    """The bytes are no typed netstring; one clause, with the byte."""


class TooLarge(TnetError):
    """A value beyond LARGEST; it was skipped, the next one can be read."""


class CutOff(TnetError):
    """The file ends in the middle of a value."""


def load(file: BinaryIO) -> dict[str, Value]:
    """The next value of a file, which must be a dictionary. Raises EOFError, TnetError and its kinds.

    After TnetError the file stands behind the value where its length was readable.
    """
    at = file.tell()
    length = _length(file, at)
    if length > LARGEST:
        _skip(file, at, length + 1)
        raise TooLarge(f"a flow of {length} bytes at byte {at}")
    data = file.read(length + 1)
    if len(data) <= length:
        raise CutOff(f"{length} bytes announced at byte {at}, {len(data)} left")
    found = _Flow(data).value(0, length, 0)
    if not isinstance(found, dict):
        raise TnetError(f"the value at byte {at} is no flow")
    return found


def loads(data: bytes) -> Value:
    """One value that fills `data`. Raises TnetError."""
    found, end = _Flow(data).read(0, len(data), 0)
    if end != len(data):
        raise TnetError(f"{len(data) - end} bytes behind the value")
    return found


def _length(file: BinaryIO, at: int) -> int:
    head = file.read(_DIGITS + 1)
    if not head.strip():
        raise EOFError
    digits, colon, _ = head.partition(b":")
    if not digits.isdigit():
        raise TnetError(f"a length expected at byte {at}")
    if not colon:
        raise CutOff(f"the file ends in a length at byte {at}")
    file.seek(at + len(digits) + 1)
    return int(digits)


def _skip(file: BinaryIO, at: int, length: int) -> None:
    begin = file.tell()
    end = file.seek(0, 2)
    if begin + length > end:
        raise CutOff(f"{length} bytes announced at byte {at}, {end - begin} left")
    file.seek(begin + length)


class _Flow:
    """The bytes of one flow, and how many values were built of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.values = 0

    def read(self, at: int, end: int, depth: int) -> tuple[Value, int]:
        """The value that begins at `at`, and where it ends."""
        colon = self.data.find(b":", at, min(at + _DIGITS + 1, end))
        digits = self.data[at:colon] if colon > 0 else b""
        if not digits.isdigit():
            raise TnetError(f"a length expected at byte {at} of a flow")
        last = colon + 1 + int(digits)
        if last >= end:
            raise TnetError(f"{int(digits)} bytes announced at byte {at} of a flow, {end - colon - 1} left")
        return self.value(colon + 1, last, depth), last + 1

    def value(self, begin: int, end: int, depth: int) -> Value:
        """The value of these bytes; the byte at `end` is its type."""
        kind = self.data[end : end + 1]
        self._count(begin, depth)
        match kind:
            case b",":
                return self.data[begin:end]
            case b";":
                return self.data[begin:end].decode("utf-8", "surrogateescape")
            case b"#" | b"^":
                return _number(self.data[begin:end], whole=kind == b"#")
            case b"!":
                return self.data[begin:end] == b"true"
            case b"~":
                return None
            case b"]":
                return list(self._items(begin, end, depth + 1))
            case b"}":
                return self._dict(begin, end, depth + 1)
        raise TnetError(f"type {kind!r} at byte {end} of a flow")

    def _count(self, at: int, depth: int) -> None:
        self.values += 1
        if depth > DEEPEST:
            raise TnetError(f"more than {DEEPEST} values inside each other at byte {at} of a flow")
        if self.values > MOST_VALUES:
            raise TnetError(f"more than {MOST_VALUES} values in one flow")

    def _items(self, at: int, end: int, depth: int) -> Iterator[Value]:
        while at < end:
            value, at = self.read(at, end, depth)
            yield value

    def _dict(self, begin: int, end: int, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        items = self._items(begin, end, depth)
        for key in items:
            if not isinstance(key, str | bytes):
                raise TnetError(f"a name expected behind byte {begin} of a flow")
            name = key if isinstance(key, str) else key.decode("utf-8", "surrogateescape")
            try:
                found[name] = next(items)
            except StopIteration:
                raise TnetError(f"a name without a value behind byte {begin} of a flow") from None
        return found


def _number(digits: bytes, *, whole: bool) -> int | float:
    try:
        if len(digits) <= LONGEST_NUMBER:
            return int(digits) if whole else float(digits)
    except ValueError:
        pass  # told below, as for one that is too long
    raise TnetError(f"no number in {len(digits)} bytes")
