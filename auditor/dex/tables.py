"""The identifier tables of one DEX file, read straight from the bytes.

Layout: source.android.com/docs/core/runtime/dex-format. Nothing is decoded
before it is asked for; a lookup by name is a binary search, because the
format demands sorted strings (the platform refuses a file without them).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class DexError(ValueError):
    """Not a DEX file that can be read; one clause says why."""


class Member(NamedTuple):
    """A row of method_ids or field_ids: something some code refers to or defines."""

    table: str
    """`method_ids` or `field_ids`."""
    row: int
    owner: str
    """Class descriptor such as `Lcom/acme/Client;`."""
    name: str


MAX_STRING = 0xFFFF
"""Bytes of one string; the class files that DEX is made from hold no longer ones."""

MAX_NAME = 2048
"""Bytes of the name of a class or member; obfuscators reach some hundred."""

_VERSIONS = {b"035", b"036", b"037", b"038", b"039", b"040"}

_TABLES = {
    # name: (offset of the (size, offset) pair in the header, bytes per row)
    "string_ids": (0x38, 4),
    "type_ids": (0x40, 4),
    "field_ids": (0x50, 8),
    "method_ids": (0x58, 8),
    "class_defs": (0x60, 32),
}


class Dex:
    """Tables of one file. Every offset is checked; a bad one raises DexError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        _check_header(data)
        self._tables = {name: self._table(*where) for name, where in _TABLES.items()}
        self._types: dict[int, str] = {}
        self._left = 4 * len(data) + (16 << 20)  # text to decode: overlapping strings would have no end

    def __len__(self) -> int:
        """Number of classes defined."""
        return len(self._tables["class_defs"]) // 8

    def string(self, index: int) -> str:
        """String `index` of string_ids, decoded from modified UTF-8."""
        return decode(self._string_bytes(index))

    def type_name(self, index: int) -> str:
        """Descriptor of a type, such as `Landroid/os/Build;`."""
        if index not in self._types:
            self._types[index] = self._name(self._at("type_ids", index))
        return self._types[index]

    def classes(self) -> Iterator[str]:
        """Descriptors of the classes *defined* here, in file order."""
        return (self.type_name(index) for index in self._tables["class_defs"][::8])

    def find_string(self, wanted: str) -> int | None:
        """Index of a whole string, or None."""
        index = self._lower_bound(wanted)
        found = index < len(self._tables["string_ids"]) and self.string(index) == wanted
        return index if found else None

    def strings_from(self, beginning: str) -> Iterator[tuple[int, str]]:
        """Index and text of every string that begins so."""
        for index in range(self._lower_bound(beginning), len(self._tables["string_ids"])):
            text = self.string(index)
            if not text.startswith(beginning):
                return
            yield index, text

    def find_types(self, descriptors: Iterator[str]) -> dict[int, str]:
        """Type index to descriptor, for those of the given ones the file knows."""
        strings = {index: d for d in descriptors if (index := self.find_string(d)) is not None}
        rows = enumerate(self._tables["type_ids"])
        return {row: strings[string] for row, string in rows if string in strings}

    def members(self, owners: dict[int, str]) -> Iterator[Member]:
        """Rows of method_ids and field_ids whose class is among `owners` (type index to name)."""
        for table in ("method_ids", "field_ids"):
            words = self._tables[table]
            classes = memoryview(words).cast("B").cast("H")[::4]
            for index, owner in enumerate(classes):
                if owner in owners:
                    yield Member(table, index, owners[owner], self._name(words[2 * index + 1]))

    def defined_types(self) -> dict[int, str]:
        """Type index to descriptor of the classes defined here."""
        return {index: self.type_name(index) for index in self._tables["class_defs"][::8]}

    def _table(self, header: int, width: int) -> memoryview:
        count = int.from_bytes(self.data[header : header + 4], "little")
        start = int.from_bytes(self.data[header + 4 : header + 8], "little")
        if count and (start < 0x70 or start + count * width > len(self.data) or start % 4):
            raise DexError(f"a table of {count} rows at byte {start} lies outside the file")
        return memoryview(self.data)[start : start + count * width].cast("I")

    def _at(self, table: str, index: int) -> int:
        rows = self._tables[table]
        if index >= len(rows):
            raise DexError(f"row {index} of {table} asked for, {len(rows)} there")
        return rows[index]

    def _name(self, index: int) -> str:
        raw = self._string_bytes(index)
        if len(raw) > MAX_NAME:
            raise DexError(f"string {index} is a name of {len(raw)} bytes")
        return decode(raw)

    def _string_bytes(self, index: int) -> bytes:
        start = self._at("string_ids", index)
        data = self.data
        for _ in range(5):  # the length in UTF-16 units, ULEB128, which we do not need
            if start >= len(data):
                raise DexError(f"string {index} lies outside the file")
            start += 1
            if data[start - 1] < 0x80:
                break
        end = data.find(b"\0", start, start + MAX_STRING + 1)
        if end < 0:
            raise DexError(f"string {index} does not end, or not within {MAX_STRING} bytes")
        self._left -= end - start + 16
        if self._left < 0:
            raise DexError("its strings overlap: they are more text than the file holds")
        return data[start:end]

    def _lower_bound(self, wanted: str) -> int:
        low, high = 0, len(self._tables["string_ids"])
        target = _order(wanted)
        while low < high:
            middle = (low + high) // 2
            if _order(self.string(middle)) < target:
                low = middle + 1
            else:
                high = middle
        return low


def decode(raw: bytes) -> str:
    """Modified UTF-8 to text; lone surrogates become U+FFFD, so that every result can be written out."""
    if raw.isascii():
        return raw.decode("ascii")
    plain = raw.replace(b"\xc0\x80", b"\0")
    try:
        text = plain.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # hostile bytes: what cannot be read shows as U+FFFD
        text = plain.decode("utf-8", "replace")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _order(text: str) -> bytes:
    """Sort key of the format: UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def _check_header(data: bytes) -> None:
    if len(data) < 0x70:
        raise DexError(f"{len(data)} bytes are too few for a DEX header")
    if data[:4] == b"dex\n" and data[4:7] == b"041":
        raise DexError("DEX containers (version 041) are not read yet")
    if data[:4] != b"dex\n" or data[4:7] not in _VERSIONS or data[7]:
        raise DexError(f"begins with {data[:8]!r}, not with a DEX header")
    if data[0x28:0x2C] != b"\x78\x56\x34\x12":
        raise DexError("is not little-endian")
