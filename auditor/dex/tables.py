"""The identifier tables of one DEX file, as views into its bytes.

Layout: source.android.com/docs/core/runtime/dex-format. Nothing is copied, and
no text is decoded before it is asked for. The tables must hold together, for
the platform refuses a file whose tables do not; class data and code may be
damaged in part (`classdata`, `code`).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

import numpy as np
import numpy.typing as npt

type Bytes = npt.NDArray[np.uint8]
type Words = npt.NDArray[np.uint32]
type Ids = npt.NDArray[np.int32]

_PART = 4 << 20
"""Bytes of the file in which ends of strings are looked for at a time."""

VERSIONS = frozenset({b"035", b"036", b"037", b"038", b"039", b"040", b"041"})
"""041 is a container: several headers in one file, which share its data."""

HEADER = 0x70


class DexError(ValueError):
    """Not a DEX file that can be read; one clause says why."""


class DexFile:
    """One header with its tables. Raises DexError when they do not hold together."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self.data = data
        self.start = start
        """Offset of the header: 0 but for the later headers of a container."""
        self.table_bytes = 0
        """Size of all tables."""
        _check_header(data, start)
        self.bytes: Bytes = np.frombuffer(data, np.uint8)
        self.strings: Words = self._table(0x38, 1)[:, 0]
        """Offset of each string's data: uint32[strings]."""
        self.types: Words = self._table(0x40, 1)[:, 0]
        """String that names each type: uint32[types]."""
        self.protos: Words = self._table(0x48, 3)
        """Short form (string), return type, offset of parameters: uint32[protos, 3]."""
        fields, methods = self._table(0x50, 2), self._table(0x58, 2)
        self.field_class, self.field_type, self.field_name = _members(fields)
        self.method_class, self.method_proto, self.method_name = _members(methods)
        self.classes: Words = self._table(0x60, 8)
        """Rows of class_defs: type, flags, superclass, interfaces, source, annotations, data, values."""
        self._check_indices()
        self.text_begin, self.text_end = self._measure()
        """Where each string's text begins and ends: int64[strings]."""

    @cached_property
    def units(self) -> npt.NDArray[np.uint16]:
        """The file as code units: uint16[bytes // 2]."""
        return np.frombuffer(self.data, np.uint16, len(self.data) // 2)

    @cached_property
    def words(self) -> Words:
        """The file as words: uint32[bytes // 4]."""
        return np.frombuffer(self.data, np.uint32, len(self.data) // 4)

    def raw(self, index: int) -> bytes:
        """String `index` as it stands in the file: modified UTF-8."""
        return self.data[self.text_begin[index] : self.text_end[index]]

    def raws(self, indices: npt.NDArray[np.integer]) -> list[bytes]:
        """Many strings at once, as they stand in the file."""
        data = self.data
        places = zip(self.text_begin[indices].tolist(), self.text_end[indices].tolist(), strict=True)
        return [data[begin:end] for begin, end in places]

    def text(self, index: int) -> str:
        """String `index`, decoded."""
        return decode(self.raw(index))

    def find(self, wanted: str) -> int:
        """Row of a whole string, -1 when it is not there. Strings are sorted, or the platform refuses."""
        key = _order(wanted)
        row = self._lower_bound(key)
        return row if row < len(self.strings) and self._key(row) == key else -1

    def beginning_with(self, start: str) -> list[int]:
        """Rows of all strings that begin so."""
        key = _order(start)
        first = last = self._lower_bound(key)
        while last < len(self.strings) and self._key(last).startswith(key):
            last += 1
        return list(range(first, last))

    def _lower_bound(self, key: bytes) -> int:
        """First row that is not below `key`: eight bytes decide in numpy, what is left by halving."""
        head = np.uint64(int.from_bytes(key[:8].ljust(8, b"\0"), "big"))
        low = int(self._heads.searchsorted(head))
        if len(key) <= 8:
            return low
        high = int(self._heads.searchsorted(head, "right"))
        return bisect_left(range(high), key, low, high, key=self._key)

    def _key(self, row: int) -> bytes:
        """What strings are sorted by."""
        return self.raw(row).replace(b"\xc0", b"\0")

    @cached_property
    def _heads(self) -> npt.NDArray[np.uint64]:
        """The first eight bytes of each string as one number, to compare: uint64[strings]."""
        heads = np.zeros(len(self.strings), np.uint64)
        last = len(self.bytes) - 1
        for place in range(8):
            at = self.text_begin + place
            found = np.where(at < self.text_end, self.bytes[np.minimum(at, last)], 0)
            heads = heads << np.uint64(8) | np.where(found == 0xC0, 0, found).astype(np.uint64)
        return heads

    @cached_property
    def texts(self) -> Texts:
        """All strings where they lie in the file, to be searched as one buffer."""
        return Texts(self)

    def type_name(self, index: int) -> str:
        """Descriptor of a type, such as `Landroid/os/Build;`."""
        return self.text(int(self.types[index]))

    def proto(self, row: int) -> str:
        """Parameters and return type of a proto: `(Ljava/lang/String;I)V`."""
        _, result, at = self.protos[row].tolist()
        count = int(self.words[at // 4]) if at else 0
        listed = self.units[at // 2 + 2 : at // 2 + 2 + min(count, MOST_TYPES)].tolist()
        return f"({''.join(map(self.type_name, listed))}){self.type_name(result)}"

    @cached_property
    def parameters(self) -> tuple[Ids, Ids]:
        """Types of all parameters in a row, int32[n], and how many each proto has, int32[protos]."""
        types, counts, bad = self.type_lists(self.protos[:, 2])
        if bad.any():
            raise DexError(f"proto {int(np.argmax(bad))} has parameters outside the file, or too many")
        self._check_named(types)
        return types, counts

    def _check_named(self, parameters: Ids) -> None:
        """Names of members are written out when somebody asks: a long one must not be part of many."""
        text = self.text_end - self.text_begin
        kind = text[self.types]
        total = kind[parameters].sum() + kind[self.protos[:, 1]].sum()
        total += kind[self.method_class].sum() + text[self.method_name].sum()
        total += kind[self.field_class].sum() + text[self.field_name].sum()
        if int(total) > max(MOST_NAMED * len(self.data), 1 << 20):
            raise DexError("its members share long names: they are more text than the file holds")

    def type_lists(self, offsets: Words) -> tuple[Ids, Ids, npt.NDArray[np.bool_]]:
        """Types listed at each offset (0: none), all in a row; their counts; which lists are damaged."""
        at = offsets.astype(np.int64)
        inside = (at > 0) & (at + 4 <= len(self.data)) & (at % 4 == 0)
        counts = np.zeros(len(at), np.int64)
        counts[inside] = self.words[at[inside] // 4]
        bad = (counts > MOST_TYPES) | (at + 4 + 2 * counts > len(self.data)) | (~inside & (at > 0))
        counts[bad] = 0
        bad |= np.cumsum(counts) > len(self.data) // 2
        counts[bad] = 0
        types = self.units[ragged(at // 2 + 2, counts)].astype(np.int32)
        wrong = np.repeat(np.arange(len(at)), counts)[types >= len(self.types)]
        if not len(wrong):
            return types, counts.astype(np.int32), bad
        bad[wrong] = True
        return types[~np.repeat(bad, counts)], np.where(bad, 0, counts).astype(np.int32), bad

    def _measure(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Where the text of each string begins, behind its length (ULEB128), and where its NUL stands."""
        begin = self.strings.astype(np.int64)
        for _ in range(4):
            longer = self.bytes[np.minimum(begin, len(self.data) - 1)] > 0x7F
            if not longer.any():
                break
            begin += longer
        begin += 1
        end = self._ends(begin)
        self._check_texts(begin, end)
        return begin, end

    def _ends(self, begin: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The next NUL behind each place, looked for in one part of the file after the other, last first."""
        order = np.argsort(begin, kind="stable")
        end = np.full(len(begin), len(self.data))
        parts = np.arange(begin[order[0]], begin[order[-1]] + _PART + 1, _PART) if len(begin) else order
        cuts = np.searchsorted(begin[order], parts)
        behind = self.data.find(b"\0", int(parts[-1])) if len(begin) else -1
        behind = behind if behind >= 0 else len(self.data)
        for part in range(len(parts) - 2, -1, -1):
            nuls = parts[part] + np.flatnonzero(self.bytes[parts[part] : parts[part + 1]] == 0)
            nuls, mine = np.append(nuls, behind), order[cuts[part] : cuts[part + 1]]
            end[mine] = nuls[np.searchsorted(nuls, begin[mine])]
            behind = int(nuls[0])
        return end

    def _check_texts(self, begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> None:
        if len(end) and int(end.max()) >= len(self.data):
            raise DexError(f"string {int(np.argmax(end))} does not end")
        sizes = end - begin
        if max(int(sizes.sum()), int(sizes[self.types].sum())) > 2 * len(self.data):
            raise DexError("its strings overlap: they are more text than the file holds")

    def _table(self, header: int, words: int) -> Words:
        at = self.start + header
        count = int.from_bytes(self.data[at : at + 4], "little")
        start = int.from_bytes(self.data[at + 4 : at + 8], "little")
        if count and (start < HEADER or start + count * words * 4 > len(self.data) or start % 4):
            raise DexError(f"a table of {count} rows at byte {start} lies outside the file")
        self.table_bytes += count * words * 4
        if self.table_bytes > len(self.data):
            raise DexError("its tables overlap: they are more than the file holds")
        view = np.frombuffer(self.data, np.uint32, count * words, start if count else 0)
        return view.reshape(count, words)

    def _check_indices(self) -> None:
        strings, types = len(self.strings), len(self.types)
        _within(self.strings, len(self.data), "string_ids", "the file")
        _within(self.types, strings, "type_ids", "string_ids")
        _within(self.protos[:, 1], types, "proto_ids", "type_ids")
        _within(self.field_class, types, "field_ids", "type_ids")
        _within(self.field_type, types, "field_ids", "type_ids")
        _within(self.field_name, strings, "field_ids", "string_ids")
        _within(self.method_class, types, "method_ids", "type_ids")
        _within(self.method_proto, len(self.protos), "method_ids", "proto_ids")
        _within(self.method_name, strings, "method_ids", "string_ids")
        _within(self.classes[:, 0], types, "class_defs", "type_ids")


class Texts:
    """The bytes between the first string's text and the last one's, and which string each byte belongs to."""

    def __init__(self, dex: DexFile) -> None:
        self._order = np.argsort(dex.text_begin, kind="stable")
        self._begin, self._end = dex.text_begin[self._order], dex.text_end[self._order]
        self._first = int(self._begin[0]) if len(self._begin) else 0
        last = int(self._end.max()) if len(self._end) else 0
        self.data = memoryview(dex.data)[self._first : last]

    def row(self, offset: int) -> int:
        """Row of string_ids whose text holds, or last began before, this byte of `data`."""
        return int(self._order[self._at(offset)])

    def bounds(self, offset: int) -> tuple[int, int]:
        """Where in `data` that string begins and ends."""
        at = self._at(offset)
        return int(self._begin[at]) - self._first, int(self._end[at]) - self._first

    def _at(self, offset: int) -> int:
        return max(int(np.searchsorted(self._begin, self._first + offset, side="right")) - 1, 0)


def open_dex(data: bytes) -> list[DexFile]:
    """Every DEX file in these bytes: one, or all of a container (version 041). Raises DexError."""
    first = DexFile(data)
    found, at = [first], _next_header(data, 0)
    while data[4:7] == b"041" and HEADER <= at < len(data) - HEADER and len(found) < MAX_HEADERS:
        found.append(DexFile(data, at))
        if sum(dex.table_bytes for dex in found) > len(data):
            raise DexError("its headers share their tables: they are more than the file holds")
        at = _next_header(data, at)
    return found


MOST_TYPES = 2000
"""Parameters of one method (the format allows 255) or interfaces of one class."""

MOST_NAMED = 8
"""Names of members written out, against the file's size; in real files 0.3 to 1.3."""

MAX_HEADERS = 500
"""DEX files of one container; the largest real apps have about a hundred DEX files in all."""


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
    """Sort key of the format, UTF-16 code units: bytes of modified UTF-8 compare alike, but for NUL."""
    if text.isascii():
        return text.replace("\0", "\0\x80").encode("latin-1")
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = [units[i : i + 2].decode("utf-16-be", "surrogatepass") for i in range(0, len(units), 2)]
    return "".join(pairs).encode("utf-8", "surrogatepass").replace(b"\0", b"\0\x80")


def ragged(
    starts: npt.NDArray[np.integer], counts: npt.NDArray[np.integer], step: int = 1
) -> npt.NDArray[np.int64]:
    """`starts[i], starts[i] + step, ...`, `counts[i]` of them, for all i in a row: int64[sum of counts]."""
    total = int(counts.sum())
    if not total:
        return np.zeros(0, np.int64)
    ends = np.cumsum(counts, dtype=np.int64)
    shift = np.repeat(starts.astype(np.int64) - step * (ends - counts), counts)
    return shift + step * np.arange(total, dtype=np.int64)


def once[T: np.integer](values: npt.NDArray[T]) -> npt.NDArray[T]:
    """Each value once, ascending; `numpy.unique` without an inverse hashes and takes far longer."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def bounds(counts: npt.NDArray[np.integer]) -> Ids:
    """Where each of the groups with these sizes begins, and the end of the last: int32[n + 1]."""
    found = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=found[1:])
    return found


def _members(rows: Words) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16], Words]:
    """Class, type or proto, and name (string) of the rows of field_ids or method_ids."""
    halves = rows.view(np.uint16)
    return halves[:, 0], halves[:, 1], rows[:, 1]


def _within(values: npt.NDArray[np.unsignedinteger], limit: int, table: str, target: str) -> None:
    if len(values) and int(values.max()) >= limit:
        row = int(np.argmax(values >= limit))
        raise DexError(f"row {row} of {table} names {int(values[row])} of {limit} in {target}")


def _next_header(data: bytes, at: int) -> int:
    return at + int.from_bytes(data[at + 0x20 : at + 0x24], "little")


def _check_header(data: bytes, start: int) -> None:
    head = data[start : start + HEADER]
    if len(head) < HEADER:
        raise DexError(f"{len(head)} bytes are too few for a DEX header")
    if head[:4] == b"cdex":
        raise DexError("is a compact DEX file, which only devices make")
    if head[:4] != b"dex\n" or head[4:7] not in VERSIONS or head[7]:
        raise DexError(f"begins with {head[:8]!r}, not with a DEX header")
    if head[0x28:0x2C] != b"\x78\x56\x34\x12":
        raise DexError("is not little-endian")
