"""`resources.arsc`: names and values of an app's resources, per locale.

Source: AOSP frameworks/base, libs/androidfw, `ResourceTypes.h` (`ResTable_*`).
The table is measured by `chunks.check_table` first, so that every place read
here lies inside the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collect.chunks import ChunkError, check_table, inner_chunks
from auditor.collect.values import Pool, shown

MAX_TABLE = 256 * 1024 * 1024

VALUED = ("string", "bool", "integer", "xml", "layout")
"""Resource types whose values are read; of the others the names suffice."""

_POOL, _PACKAGE, _TYPE = 0x0001, 0x0200, 0x0201
_BAG, _COMPACT = 1, 8
_SPARSE, _SHORT = 1, 2


class TableError(ValueError):
    """A resource table that cannot be read; one clause says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one resource in one locale."""

    id: int
    type: str
    """`string`, `bool`, `xml`, `id` ..."""
    name: str
    locale: str
    """`sq`, `en-US`; empty for the default."""
    value: str | None
    """Text for plain values (references as `@7F...`); None for bags such as arrays."""


@dataclass(slots=True)
class Table:
    """Resources of one package set, with look-up by id and by name."""

    entries: dict[tuple[str, str], dict[str, Entry]] = field(default_factory=dict)
    """(type, name) to locale to entry."""
    by_id: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep the first value per locale; the table lists the plainest first."""
        key = (entry.type, entry.name)
        self.entries.setdefault(key, {}).setdefault(entry.locale, entry)
        self.by_id.setdefault(entry.id, key)

    def value(self, kind: str, name: str, locale: str = "") -> str:
        """Text of a resource in a locale, else the default, else empty."""
        found = self.entries.get((kind, name), {})
        entry = found.get(locale) or found.get("") or next(iter(found.values()), None)
        return self.resolve(entry.value or "", locale) if entry else ""

    def resolve(self, text: str, locale: str = "", depth: int = 0) -> str:
        """Follow `@7F...` references (at most five deep); other text comes back as it is."""
        key = self.by_id.get(_reference(text))
        if key is None or depth > 5:
            return text
        found = self.entries[key]
        entry = found.get(locale) or found.get("") or next(iter(found.values()))
        return self.resolve(entry.value or "", locale, depth + 1)

    def name_of(self, text: str) -> str:
        """`type/name` of a reference; empty when it is none or unknown."""
        return "/".join(self.by_id.get(_reference(text), ()))


def read_table(data: bytes) -> Table:
    """A `resources.arsc` as a table. Raises TableError."""
    if len(data) > MAX_TABLE:
        raise TableError(f"{len(data)} bytes are more than the {MAX_TABLE} read")
    table = Table()
    try:
        check_table(data)
        for entry in _entries(data):
            table.add(entry)
    except (ChunkError, struct.error) as error:
        raise TableError(f"resource table: {error}") from error
    return table


def _entries(data: bytes) -> Iterator[Entry]:
    pool = None
    for chunk in inner_chunks(data):
        if chunk.kind == _POOL and pool is None:
            pool = Pool(data, chunk.start, chunk.end)
        elif chunk.kind == _PACKAGE and pool is not None:
            package = _Package(data, chunk.start, chunk.end)
            for kind in inner_chunks(data, chunk.start):
                if kind.kind == _TYPE:
                    yield from package.entries(kind.start, kind.header, pool)


class _Package:
    """One package of the table: its id and its pools of type and key names."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data = data
        self.id = struct.unpack_from("<L", data, start + 8)[0] & 0xFF
        types, _, keys = struct.unpack_from("<LLL", data, start + 268)
        self.types = Pool(data, start + types, end)
        self.keys = Pool(data, start + keys, end)

    def entries(self, start: int, header: int, pool: Pool) -> Iterator[Entry]:
        """Every entry of one type in one configuration."""
        number, flags, count, begin = struct.unpack_from("<BBxxLL", self.data, start + 8)
        kind, locale = self.types[number - 1] if number else "", _locale(self.data, start + 20)
        base = self.id << 24 | number << 16
        for index, offset in _offsets(self.data, start + header, flags, count):
            name, value = self._entry(start + begin + offset, pool, kind in VALUED)
            yield Entry(base | index, kind, name, locale, value)

    def _entry(self, at: int, pool: Pool, valued: bool) -> tuple[str, str | None]:
        size, flags, key = struct.unpack_from("<HHL", self.data, at)
        if flags & _BAG:
            return self.keys[key], None
        if flags & _COMPACT:  # the key stands in the size, the type in the flags, the value behind them
            return self.keys[size], shown(flags >> 8, key, pool) if valued else None
        kind, value = struct.unpack_from("<BL", self.data, at + 11)
        return self.keys[key], shown(kind, value, pool) if valued else None


def _offsets(data: bytes, at: int, flags: int, count: int) -> Iterator[tuple[int, int]]:
    """Index and byte offset of every entry that exists; three ways of writing them."""
    if flags & _SPARSE:
        numbers = struct.unpack_from(f"<{2 * count}H", data, at)
        yield from zip(numbers[::2], (4 * n for n in numbers[1::2]), strict=True)
        return
    form, none, unit = ("H", 0xFFFF, 4) if flags & _SHORT else ("L", 0xFFFFFFFF, 1)
    for index, number in enumerate(struct.unpack_from(f"<{count}{form}", data, at)):
        if number != none:
            yield index, number * unit


def _locale(data: bytes, config: int) -> str:
    """`sq` or `en-US` from language and region of a `ResTable_config`; empty for the default."""
    language, region = data[config + 8 : config + 10], data[config + 10 : config + 12]
    return "-".join(filter(None, (_unpacked(language, ord("a")), _unpacked(region, ord("0")))))


def _unpacked(code: bytes, base: int) -> str:
    """Two letters as they stand, or three packed into 15 bits (`unpackLanguageOrRegion`)."""
    if len(code) < 2 or not code[0]:
        return ""
    if code[0] & 0x80:
        packed = (code[1] & 0x1F, (code[1] & 0xE0) >> 5 | (code[0] & 3) << 3, (code[0] & 0x7C) >> 2)
        return "".join(chr(letter + base) for letter in packed)
    return "".join(chr(c) for c in code if chr(c).isalnum() and c < 0x80)


def _reference(text: str) -> int:
    digits = text.removeprefix("@")
    try:
        return int(digits, 16) if text.startswith("@") else -1
    except ValueError:
        return -1
