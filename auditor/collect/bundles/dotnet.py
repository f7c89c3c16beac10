""".NET assemblies, as Xamarin, .NET MAUI and Unity with Mono ship them: names and texts from the metadata.

Read are the names of the assembly, of what it refers to, of its types and their members, and the heap of
texts. Instructions are not.

Sources: ECMA-335 (6th edition), partition II: 24.2 (metadata root, streams, heaps), 22 (tables), 23.2 and
24.2.6 (sizes of columns), 25 (PE file). All numbers are little-endian; sizes are bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

MAX_ROWS = 500_000
"""Of one table; the largest assemblies have 100,000 members."""
MAX_NAME = 1024
"""Bytes of one name; compilers refuse longer ones."""
MAX_TEXTS = 500_000
"""Literal texts of one assembly."""
MAX_STREAMS = 16
MAX_SECTIONS = 96
"""The limit of Windows' own loader."""

_TYPE_REF, _TYPE_DEF, _FIELD, _METHOD = 0x01, 0x02, 0x04, 0x06
_MEMBER_REF, _ASSEMBLY, _ASSEMBLY_REF = 0x0A, 0x20, 0x23

# Columns of each table (II.22): 2 and 4 are numbers of so many bytes, S G B indexes into the heaps of names,
# GUIDs and blobs, a number in hexadecimal an index into that table, a word one into several (`_CODED`).
_SCHEMA = """
00 2 S G G G | 01 Scope S S | 02 4 S S Type 04 06 | 03 04 | 04 2 S B | 05 06 | 06 4 2 2 S B 08 | 07 08
08 2 2 S | 09 02 Type | 0A Parent S B | 0B 2 Constant B | 0C Attributed AttributeType B | 0D Marshal B
0E 2 Secured B | 0F 2 4 02 | 10 4 04 | 11 B | 12 02 14 | 13 14 | 14 2 S Type | 15 02 17 | 16 17 | 17 2 S B
18 2 06 Semantics | 19 02 Method Method | 1A S | 1B B | 1C 2 Forwarded S 1A | 1D 4 04 | 1E 4 4 | 1F 4
20 4 2 2 2 2 4 B S S | 21 4 | 22 4 4 4 | 23 2 2 2 2 4 B S S B
"""
_CODED = {
    # name: (bits that tell the table, tables)
    "Type": (2, (0x02, 0x01, 0x1B)),
    "Constant": (2, (0x04, 0x08, 0x17)),
    "Attributed": (
        5,
        (
            *(0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14),
            *(0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C, 0x2B),
        ),
    ),
    "Marshal": (1, (0x04, 0x08)),
    "Secured": (2, (0x02, 0x06, 0x20)),
    "Parent": (3, (0x02, 0x01, 0x1A, 0x06, 0x1B)),
    "Semantics": (1, (0x14, 0x17)),
    "Method": (1, (0x06, 0x0A)),
    "Forwarded": (1, (0x04, 0x06)),
    "AttributeType": (3, (0x06, 0x0A)),
    "Scope": (2, (0x00, 0x1A, 0x23, 0x01)),
}


class DotnetError(ValueError):
    """Not a .NET assembly that can be read; one clause says why."""


class Named(NamedTuple):
    """A name and the row of the table that holds it."""

    table: str
    row: int
    """From 1, as in tokens of instructions."""
    name: str
    """With namespace, and for a member with its type: `Acme.Quiz.Scorer.AddPoints`."""


class Assembly:
    """Metadata of one assembly. Every offset is checked; a bad one raises DotnetError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._streams = dict(_streams(data, _metadata(data)))
        self._names = self._stream("#Strings")
        self._left = 4 * len(data) + (16 << 20)  # text to decode: names that overlap would have no end
        self._tables = _Tables(self._stream("#~") or self._stream("#-"))

    @property
    def name(self) -> str:
        """Name of the assembly itself; empty for a mere module."""
        return next((self._name(row[7]) for row in self._tables.rows(_ASSEMBLY)), "")

    def references(self) -> list[str]:
        """Names of the assemblies it needs."""
        return [self._name(row[6]) for row in self._tables.rows(_ASSEMBLY_REF)]

    def types(self) -> Iterator[Named]:
        """Types defined here, without those that compilers make (`<>c__DisplayClass`, `<Module>`)."""
        for row, name in enumerate(self._type_names(), 1):
            if "<" not in name:
                yield Named("TypeDef", row, name)

    def members(self) -> Iterator[Named]:
        """Methods and fields defined here, after the name of their type; a property shows as its methods."""
        owners = self._type_names()
        starts = [(row[4], row[5]) for row in self._tables.rows(_TYPE_DEF)]
        for table, kind, column, name_at in (("MethodDef", _METHOD, 1, 3), ("Field", _FIELD, 0, 1)):
            owner = -1
            for row, values in enumerate(self._tables.rows(kind), 1):
                while owner + 1 < len(starts) and starts[owner + 1][column] <= row:
                    owner += 1
                name = self._name(values[name_at])
                if name[:1] not in ("<", ".", "") and owner >= 0 and "<" not in owners[owner]:
                    yield Named(table, row, f"{owners[owner]}.{name}")

    def imports(self) -> Iterator[Named]:
        """Members of other assemblies that are used: `Android.Telephony.TelephonyManager.get_DeviceId`."""
        types = [_joined(self._name(row[2]), self._name(row[1])) for row in self._tables.rows(_TYPE_REF)]
        for row, values in enumerate(self._tables.rows(_MEMBER_REF), 1):
            table, owner = values[0] & 7, values[0] >> 3
            if table == 1 and 0 < owner <= len(types):  # 1: a type of another assembly
                yield Named("MemberRef", row, f"{types[owner - 1]}.{self._name(values[1])}")

    def texts(self) -> list[bytes]:
        """Literal texts of the code as UTF-8, in the order of the heap (II.24.2.4)."""
        heap = self._stream("#US")
        found: list[bytes] = []
        at = 1
        while at < len(heap):
            if len(found) >= MAX_TEXTS:
                raise DotnetError(f"holds more than {MAX_TEXTS:,} texts")
            size, at = _length(heap, at)
            text = heap[at : at + (size & ~1)]  # the last byte, when odd, tells how to compare the text
            at += size
            if text:
                found.append(text.decode("utf-16-le", "replace").encode())
        return found

    def _type_names(self) -> list[str]:
        return [_joined(self._name(row[2]), self._name(row[1])) for row in self._tables.rows(_TYPE_DEF)]

    def _stream(self, name: str) -> bytes:
        start, size = self._streams.get(name, (0, 0))
        return self.data[start : start + size]

    def _name(self, index: int) -> str:
        stop = self._names.find(0, index, index + MAX_NAME)
        self._left -= max(0, stop - index)
        if self._left < 0:
            raise DotnetError("repeats its names more often than a file of its size can")
        return self._names[index:stop].decode("utf-8", "backslashreplace") if stop > index else ""


class _Tables:
    """The stream of tables: which there are, how wide their columns are, where their rows begin."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 24:
            raise DotnetError("has no tables in its metadata")
        heaps, present = struct.unpack_from("<6xB1xQ", data)
        numbers = [table for table in range(64) if present >> table & 1]
        if 24 + 4 * len(numbers) > len(data):
            raise DotnetError("is cut off in its tables")
        counts = dict(zip(numbers, struct.unpack_from(f"<{len(numbers)}L", data, 24), strict=True))
        if max(counts.values(), default=0) > MAX_ROWS:
            raise DotnetError(f"states more than {MAX_ROWS:,} rows of one table")
        self._places: dict[int, tuple[int, int, struct.Struct]] = {}
        at = 24 + 4 * len(numbers) + 4 * (heaps >> 6 & 1)
        for table, row in _row_layouts(counts, heaps).items():
            count = counts.get(table, 0)
            self._places[table] = (at, count, row)
            at += count * row.size
        if at > len(data):
            raise DotnetError("is cut off in its tables")

    def rows(self, table: int) -> Iterator[tuple[int, ...]]:
        """Rows as numbers, in the order of the columns."""
        start, count, row = self._places[table]
        return row.iter_unpack(self._data[start : start + count * row.size])


def _row_layouts(counts: Mapping[int, int], heaps: int) -> dict[int, struct.Struct]:
    """How rows of each table are laid out: an index is as wide as what it points into is long."""
    wide = {"S": heaps & 1, "G": heaps & 2, "B": heaps & 4}
    layouts = {}
    for table in _SCHEMA.replace("\n", " | ").strip(" |").split(" | "):
        number, *columns = table.split()
        layouts[int(number, 16)] = struct.Struct("<" + "".join(_column(c, counts, wide) for c in columns))
    return layouts


def _column(column: str, counts: Mapping[int, int], wide: Mapping[str, int]) -> str:
    if column in ("2", "4"):
        return "H" if column == "2" else "L"
    if column in wide:
        return "L" if wide[column] else "H"
    bits, tables = _CODED.get(column) or (0, (int(column, 16),))
    return "L" if max(counts.get(t, 0) for t in tables) >= 1 << 16 - bits else "H"


def _joined(space: str, name: str) -> str:
    return f"{space}.{name}" if space else name


def _length(heap: bytes, at: int) -> tuple[int, int]:
    """A compressed number of one, two or four bytes (II.23.2), and where it ends."""
    first = heap[at]
    if first < 0x80:
        return first, at + 1
    if first < 0xC0:
        return int.from_bytes(heap[at : at + 2], "big") & 0x3FFF, at + 2
    return int.from_bytes(heap[at : at + 4], "big") & 0x1FFFFFFF, at + 4


# --- the file around the metadata --------------------------------------------------------------


def _metadata(data: bytes) -> int:
    """Where the metadata begins: through the PE header and the CLI header (II.25)."""
    if data[:2] != b"MZ" or len(data) < 64:
        raise DotnetError("is not a PE file")
    pe = int.from_bytes(data[60:64], "little")
    if data[pe : pe + 4] != b"PE\0\0":
        raise DotnetError("is not a PE file")
    optional = pe + 24
    wide = int.from_bytes(data[optional : optional + 2], "little") == 0x20B
    directory = optional + (112 if wide else 96) + 14 * 8
    cli = _file_offset(data, pe, int.from_bytes(data[directory : directory + 4], "little"))
    start = _file_offset(data, pe, int.from_bytes(data[cli + 8 : cli + 12], "little"))
    if data[start : start + 4] != b"BSJB":
        raise DotnetError("holds no .NET metadata")
    return start


def _file_offset(data: bytes, pe: int, address: int) -> int:
    """Where in the file an address of the loaded image comes from."""
    count, optional = struct.unpack_from("<6xH12xH", data[pe : pe + 22].ljust(22, b"\0"))
    for index in range(min(count, MAX_SECTIONS)):
        at = pe + 24 + optional + 40 * index
        if at + 40 > len(data):
            break
        start, size, offset = struct.unpack_from("<12xLLL", data, at)
        if start <= address < start + size:
            return int(address - start + offset)
    raise DotnetError("points outside its sections")


def _streams(data: bytes, root: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, offset and size of each stream (II.24.2.1)."""
    at = root + 16 + int.from_bytes(data[root + 12 : root + 16], "little") + 4
    count = int.from_bytes(data[at - 2 : at], "little")
    for _ in range(min(count, MAX_STREAMS)):
        if at + 12 > len(data):
            return
        offset, size = struct.unpack_from("<LL", data, at)
        stop = data.find(0, at + 8, at + 8 + 32)
        yield data[at + 8 : stop].decode("ascii", "replace"), (root + offset, size)
        at = stop + 4 - (stop - at) % 4 if stop > 0 else len(data)
