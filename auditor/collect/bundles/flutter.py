"""Flutter: the snapshot of Dart code in `libapp.so`, with its texts and names, and the engine beside it.

Instructions and the graph of objects are not read. Texts lie in a snapshot in one of two ways: as objects
behind a header that states their length, or, where pointers are compressed (64-bit Android since 2021), one
after the other, each behind its length in groups of seven bits. In both, the byte after a text may pass for
one more letter, so that the length must be asked.

Sources: dart-lang/sdk `runtime/vm/snapshot.h` (header), `app_snapshot.cc` (StringSerializationCluster),
`datastream.h` (WriteUnsigned), `raw_object.h` (UntaggedString). Held against Linux builds of Flutter 3.24 and
3.41, which have wide objects; the other two layouts follow the sources alone. All numbers are little-endian.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from auditor.collect.bundles.texts import MAX_NAME, Region, Text

MAX_TEXT = 1 << 16
"""Bytes of one text; longer ones are not told apart from what surrounds them."""
MAX_BACK = 4096
"""Bytes before a hit in which the beginning of its text is looked for."""
HASHES = 8
"""How many hashes of the engine are kept; builds hold two or three."""

_SNAPSHOT = re.compile(rb"\xf5\xf5\xdc\xdc.{16}([0-9a-f]{32})([ -~]{1,2000}?)\0", re.DOTALL)
_ENGINE = re.compile(rb"\0([0-9a-f]{40})(?=\0)")
_DART = re.compile(
    rb"\0(\d{1,2}\.\d{1,3}\.\d{1,3}[ -~]{0,40}? \((?:stable|beta|dev|main|master)\)[ -~]{0,80})\0"
)
_NAME = rb"(package:[\w/.]{3,250}+|(?:[gs]et:)?[A-Za-z_$][\w$]{2,120}+(?:@\d{4,12})?)"
_AFTER_LENGTH = {
    "wide": re.compile(rb"\0" + _NAME, re.ASCII),
    "narrow": re.compile(rb"\0\0.{4}" + _NAME, re.ASCII | re.DOTALL),
    "stream": re.compile(rb"[\x80-\xff]" + _NAME, re.ASCII),
}
"""What may be a name behind the end of a length, which in objects of 32 bits a hash follows."""
_LIBRARY_PART = re.compile(rb"@\d{4,12}$|^[gs]et:")
"""What the compiler adds to names: the number of the library to private ones, and what an accessor does."""


class Snapshot(NamedTuple):
    """What the head of a snapshot tells."""

    hash: str
    """Which build of Dart it fits, 32 hexadecimal digits."""
    features: tuple[str, ...]
    """`product`, `arm64`, `android`, `compressed-pointers` ..."""

    @property
    def layout(self) -> str:
        """How texts lie: `stream`, `wide` (64-bit objects) or `narrow` (32-bit objects)."""
        if "compressed-pointers" in self.features:
            return "stream"
        return (
            "narrow" if {"arm", "ia32", "riscv32"} & {f.partition("-")[0] for f in self.features} else "wide"
        )


class Texts(Region):
    """Data of a snapshot, in which each text knows its length."""

    __slots__ = ("layout",)

    def __init__(self, data: bytes, place: str, base: int, layout: str) -> None:
        super().__init__(data, place, base)
        self.layout = layout

    def bounds(self, offset: int) -> tuple[int, int] | None:
        """The text around `offset`, when a length before it says that there is one."""
        lowest = max(0, offset - MAX_BACK)
        before = max((found.end() for found in _CONTROL.finditer(self.data, lowest, offset)), default=lowest)
        stop = self._next_control(offset, MAX_TEXT)
        for start in range(offset, before - 1, -1):
            length = stated_length(self.data, start, stop, self.layout)
            if start + length > offset:
                return start, start + length
        return None

    def length(self, start: int) -> int:
        """Length of the name that begins at `start`; 0 when none does."""
        return stated_length(self.data, start, self._next_control(start, MAX_NAME + 1), self.layout)

    def _next_control(self, start: int, most: int) -> int:
        found = _CONTROL.search(self.data, start, start + most)
        return found.start() if found else min(start + most, len(self.data))


def snapshot(data: bytes) -> Snapshot | None:
    """The head of the last snapshot in `data`, which is the app's own; None when there is none."""
    found = deque(_SNAPSHOT.finditer(data), maxlen=1)
    return Snapshot(found[0][1].decode(), tuple(found[0][2].decode().split())) if found else None


def names(region: Texts) -> Iterator[Text]:
    """Names of libraries, classes, functions and fields: whole texts that could be nothing else.

    Words of one kind with names (`submit`) pass too: in a snapshot nothing tells them apart.
    """
    for found in _AFTER_LENGTH[region.layout].finditer(region.data):
        start, end = found.span(1)
        length = region.length(start)
        if 2 < length <= end - start:  # shorter: the byte after it happened to look like a letter
            name = _LIBRARY_PART.sub(b"", region.data[start : start + length]).decode("ascii")
            yield Text(name, region.locate(start))


def engine(data: bytes) -> dict[str, str | list[str]]:
    """Version of Dart and hashes of source revisions in `libflutter.so`."""
    hashes = list(dict.fromkeys(found[1].decode() for found in islice(_ENGINE.finditer(data), HASHES)))
    dart = _DART.search(data)
    return {"dart": dart[1].decode() if dart else "", "engine": hashes}


def stated_length(data: bytes, start: int, stop: int, layout: str) -> int:
    """Length in bytes of the text from `start`, by what lies before it; 0 when none ends by `stop`.

    Lengths are stated twice as long: the lowest bit is that of a small integer, or of texts in UTF-16.
    """
    if layout == "stream":
        return _stream_length(data, start, stop)
    at, size = (start - 8, 8) if layout == "wide" else (start - 8, 4)
    stated = int.from_bytes(data[at : at + size], "little") if at >= 0 else 0
    return stated // 2 if stated % 2 == 0 and start + stated // 2 <= stop else 0


def _stream_length(data: bytes, start: int, stop: int) -> int:
    """A number in groups of seven bits, lowest first; the last has its highest bit set.

    How many groups there are is not told backwards: it is right when another length follows the text.
    """
    value, at = 0, start - 1
    for group in range(4):
        if at < 0 or (data[at] >= _LAST_GROUP) is not (group == 0):
            break
        value, at = value << 7 | data[at] & 0x7F, at - 1
        end = start + value // 2
        follows = any(byte >= _LAST_GROUP for byte in data[end : end + 3])
        if value > 1 and value % 2 == 0 and end <= stop and follows:
            return value // 2
    return 0


_LAST_GROUP = 0x80
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
