"""Hermes bytecode, which React Native runs instead of JavaScript: its tables of strings and functions.

The format changes with nearly every version; what is read here (counts in the header, string kinds, string
table, string storage, function names) kept its layout from version 74 to 96, and again from 97 on with
shorter function headers. A file of any version is believed only when its counts and kinds add up and every
string lies inside the storage, which no file of another layout passes.

Sources: facebook/hermes, `include/hermes/BCGen/HBC/BytecodeFileFormat.h` and `StringKind.h` (branches main
and static_h); held against `hermesc -dump-bytecode` of versions 74, 76, 84, 89, 90, 94, 96, 98 and 99 in
`tests/collect/test_hermes.py`. All numbers are little-endian; sizes are bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from auditor.collect.bundles.sources import File, Sources, cut, hidden, with_gap
from auditor.collect.bundles.texts import Bundle, Entries, Text, first_places

MAGIC = bytes.fromhex("c61fbc03c103191f")
DELTA_MAGIC = bytes(255 - byte for byte in MAGIC)
"""Begins a file prepared to be compared, which is turned back before it runs."""
FIRST = 74
"""React Native 0.61 (2019). Before it, string kinds and the header were laid out differently."""
MAX_FILE = 256 << 20
"""Bytes; the largest bundle known has 60 million."""
MAX_STRINGS = 4_000_000
"""Also functions; the largest bundle known has 600,000."""

_HEADER = 128
_COUNTS = struct.Struct("<8L")
_OVERFLOWED = 0xFF
"""Length that sends the reader to the table of long strings."""
_SHORT_HEADERS = 97
"""First version with function headers of twelve bytes."""
_NOT_FOLLOWED = "which function uses which text, and what is called, was not followed"


class HermesError(ValueError):
    """Not bytecode that can be read; one clause says why."""


class Counts(NamedTuple):
    """How much of everything the header states."""

    file: int
    """Bytes of the whole file."""
    global_code: int
    functions: int
    kinds: int
    """Runs of strings of one kind."""
    identifiers: int
    strings: int
    overflows: int
    """Strings too long, or too far away, for the short table."""
    storage: int
    """Bytes of all strings; they overlap, so that together they are longer."""


class Hermes:
    """Tables of one file. Everything is measured before it is read; what does not fit raises HermesError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.version = _version(data)
        self.counts = Counts(*_COUNTS.unpack_from(data, 32))
        self._function_size = 12 if self.version >= _SHORT_HEADERS else 16
        self._starts = self._layout()
        self._is_identifier = self._read_kinds()
        self.strings = self._read_strings()

    def identifiers(self) -> Iterator[int]:
        """Indexes of strings that the code uses as names: of properties, variables, functions."""
        return (index for index, is_name in enumerate(self._is_identifier) if is_name)

    def functions(self) -> Iterator[tuple[int, int]]:
        """Index of each function and of the string that is its name (empty for many)."""
        size, start = self._function_size, self._starts["functions"]
        headers = self.data[start : start + size * self.counts.functions]
        if self.version >= _SHORT_HEADERS:
            names = (self._short_header(*words) for words in struct.iter_unpack("<3L", headers))
        else:
            names = (self._long_header(*words) for words in struct.iter_unpack("<4L", headers))
        return ((index, name) for index, name in enumerate(names) if name < self.counts.strings)

    def _layout(self) -> dict[str, int]:
        """Where each table begins; all are aligned to four bytes and follow each other."""
        counts = self.counts
        sizes = {
            "functions": self._function_size * counts.functions,
            "kinds": 4 * counts.kinds,
            "hashes": 4 * counts.identifiers,
            "strings": 4 * counts.strings,
            "overflows": 8 * counts.overflows,
            "storage": counts.storage,
        }
        if max(counts.strings, counts.functions, counts.kinds) > MAX_STRINGS:
            raise HermesError(f"states more than {MAX_STRINGS:,} strings or functions")
        starts = [*accumulate(sizes.values(), initial=_HEADER)]
        if counts.file > len(self.data) or starts[-1] > counts.file:
            raise HermesError(f"its tables need {starts[-1]} bytes, the file has {len(self.data)}")
        return dict(zip(sizes, starts, strict=False))

    def _words(self, table: str, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{count}L", self.data, self._starts[table])

    def _read_kinds(self) -> list[bool]:
        """Which strings are identifiers: the highest bit of a run says so, the rest is how many."""
        runs = self._words("kinds", self.counts.kinds)
        total = sum(run & 0x7FFFFFFF for run in runs)
        names = sum(run & 0x7FFFFFFF for run in runs if run >> 31)
        if (total, names) != (self.counts.strings, self.counts.identifiers):
            raise HermesError(
                f"kinds of {total} strings are stated, {names} of them identifiers, but there are"
                f" {self.counts.strings} and {self.counts.identifiers}"
            )
        return [bool(run >> 31) for run in runs for _ in range(run & 0x7FFFFFFF)]

    def _read_strings(self) -> list[bytes]:
        """Every string as UTF-8. They overlap in the storage; all of them are at most a few times as long."""
        entries = list(self._entries())
        total = sum(length for _, _, length in entries)
        if total > 4 * self.counts.storage + (1 << 20):
            raise HermesError(f"{self.counts.storage} bytes of storage are said to hold {total} characters")
        start = self._starts["storage"]
        storage = self.data[start : start + self.counts.storage]
        return [
            _utf8(storage[at : at + 2 * length]) if wide else storage[at : at + length]
            for wide, at, length in entries
        ]

    def _entries(self) -> Iterator[tuple[int, int, int]]:
        """Whether a string is UTF-16, where it begins in the storage, and how many characters it has."""
        overflows = self._words("overflows", 2 * self.counts.overflows)
        for index, word in enumerate(self._words("strings", self.counts.strings)):
            wide, at, length = word & 1, word >> 1 & 0x7FFFFF, word >> 24
            if length == _OVERFLOWED:
                if at >= self.counts.overflows:
                    raise HermesError(f"string {index} is none of the {self.counts.overflows} long ones")
                at, length = overflows[2 * at], overflows[2 * at + 1]
            if at + (length << wide) > self.counts.storage:
                raise HermesError(f"string {index} lies outside the storage")
            yield wide, at, length

    def _long_header(self, first: int, second: int, third: int, fourth: int) -> int:
        """Index of a function's name, up to version 96: 17 bits, or in a larger header elsewhere."""
        if fourth >> 29 & 1:
            return self._number((third & 0x1FFFFFF) << 16 | first & 0xFFFF, 12)
        return second >> 15

    def _short_header(self, first: int, second: int, third: int) -> int:
        """Index of a function's name, from version 97 on: eight bits, or in a larger header elsewhere."""
        if third >> 29 & 1:
            return self._number((second >> 14 & 0xFF) << 24 | first & 0xFFFFFF, 16)
        return second >> 14 & 0xFF

    def _number(self, header: int, at: int) -> int:
        """A number of a larger header; beyond any string when the header is outside the file."""
        if header + at + 4 > len(self.data):
            return self.counts.strings
        return int.from_bytes(self.data[header + at : header + at + 4], "little")


def _version(data: bytes) -> int:
    if data[:8] == DELTA_MAGIC:
        raise HermesError("is in the form made for comparing, which does not run")
    if data[:8] != MAGIC or len(data) < _HEADER:
        raise HermesError("does not begin as Hermes bytecode does")
    if len(data) > MAX_FILE:
        raise HermesError(f"is larger than {MAX_FILE >> 20} MiB")
    version = int.from_bytes(data[8:12], "little")
    if version < FIRST:
        raise HermesError(f"has version {version}; read are {FIRST} and later")
    return version


def _utf8(text: bytes) -> bytes:
    """UTF-16 as UTF-8; halves of a pair that stand alone become question marks, as no address holds them."""
    return text.decode("utf-16-le", "replace").encode()


# --- bundles -----------------------------------------------------------------------------------


def read(files: Sequence[File], sources: Sources) -> list[Bundle]:
    """One bundle for each file; one that cannot be read is a gap."""
    bundles = [_bundle(data, file.place) for file in files if (data := sources.read(file))]
    return with_gap(
        bundles, "hermes", lambda at: f"Hermes bytecode ({at}): names and texts were read; {_NOT_FOLLOWED}"
    )


def _bundle(data: bytes, place: str) -> Bundle:
    try:
        found = Hermes(data)
    except HermesError as error:
        why = f"Hermes bytecode was not read ({place}): it {error}"
        return Bundle("hermes", place, gaps=(hidden(why),))
    names, more = first_places(_names(found, f"hermes:{place}"))
    about = {
        "bytecode version": found.version,
        "functions": found.counts.functions,
        "strings": found.counts.strings,
        "identifiers": found.counts.identifiers,
    }
    texts = Entries(found.strings, f"hermes:{place}/string")
    return Bundle("hermes", place, about, names, (), (texts,), cut(place, names, more=more))


def _names(found: Hermes, place: str) -> Iterator[Text]:
    """Functions first, since they are defined here; then whatever the code uses as a name."""
    for function, string in found.functions():
        yield Text(found.strings[string].decode("utf-8", "replace"), f"{place}/function[{function}]")
    for string in found.identifiers():
        yield Text(found.strings[string].decode("utf-8", "replace"), f"{place}/string[{string}]")
