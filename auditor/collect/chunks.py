"""Binary XML and resource tables measured, chunk by chunk, before a parser sees them.

A reader that believes sizes and counts reads past the end of a chunk, goes back and reads again, or
decodes one long string a hundred thousand times, so that a file of 300 KB keeps it busy for hours.
What passes here is read in time and memory proportional to its size. Most of what is refused
Android refuses too.

Sources: AOSP frameworks/base, libs/androidfw: `ResourceTypes.h` for the layout; `validate_chunk`,
`ResStringPool::setTo` and `ResXMLTree::validateNode` in `ResourceTypes.cpp`, and `LoadedArsc.cpp`,
for what Android checks. All numbers are little-endian; sizes are bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

MAX_DEPTH = 64
MAX_NODES = 200_000
"""Elements and texts of one document; the largest manifests have 20,000."""
MAX_ATTRIBUTES = 200
"""Of one element; Android knows some 80 for an activity."""
MAX_NAMESPACES = 50
MAX_TEXT = 16 << 20
"""Characters of all attribute values and texts; a string counts each time it is used."""
MAX_VALUES = 1_000_000
"""Of one table: entries, and items of arrays and styles."""

_POOL, _MAP, _PACKAGE, _TYPE, _SPEC = 0x0001, 0x0180, 0x0200, 0x0201, 0x0202
_OPEN_NAMESPACE, _OPEN, _CLOSE, _TEXT = 0x0100, 0x0102, 0x0103, 0x0104
_NODES = {_OPEN_NAMESPACE: 8, 0x0101: 8, _OPEN: 20, _CLOSE: 8, _TEXT: 12}
"""Kinds of nodes and the bytes each has behind its header; Android skips other kinds."""
_NONE = 0xFFFFFFFF
_STRING = 3
"""Type of a value that is an index into the string pool."""


class ChunkError(ValueError):
    """A chunk that Android would refuse, or more than is read; one clause says which."""


class Chunk(NamedTuple):
    """One chunk where it lies in the file."""

    kind: int
    header: int
    """Size of its header."""
    start: int
    end: int


def trim_document(data: bytes) -> bytes:
    """Binary XML with what Android reads of it, and nothing else.

    Left out are comments, unknown chunks, and whatever follows the end of the root element, where
    packers put what stops other readers.

    Raises:
        ChunkError: it is malformed or over a bound.

    """
    whole = _chunk(data, 0, len(data))
    first = _chunk(data, whole.header, whole.end)
    if first.kind != _POOL:
        raise ChunkError("begins with no string pool")
    lengths = _string_lengths(data, first)
    kept = [data[first.start : first.end], *_nodes(data, first.end, whole.end, lengths)]
    body = b"".join(kept)
    return struct.pack("<HHL", 3, 8, 8 + len(body)) + body


def check_table(data: bytes) -> None:
    """Measure a `resources.arsc`.

    Raises:
        ChunkError: it is malformed or over a bound.

    """
    whole = _chunk(data, 0, len(data))
    budget = _Budget(min(MAX_VALUES, len(data) // 2))
    for chunk in _chunks(data, whole.start + whole.header, whole.end):
        if chunk.kind == _POOL:
            _string_lengths(data, chunk)
        elif chunk.kind == _PACKAGE:
            _check_package(data, chunk, budget)


def inner_chunks(data: bytes, start: int = 0) -> Iterator[Chunk]:
    """Chunks inside the one at `start`; its own header and what its header points to are passed over.

    Raises:
        ChunkError: one does not fit into the other.

    """
    outer = _chunk(data, start, len(data))
    yield from _chunks(data, start + outer.header, outer.end)


class _Budget:
    """Counts values down, so that what is small in the file stays small in memory."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise ChunkError("holds more values than a file of its size can, or more than are read")


# --- chunks and string pools -------------------------------------------------------------------


def _chunk(data: bytes, at: int, end: int) -> Chunk:
    """The chunk at `at`, which must end by `end` (`validate_chunk`)."""
    if at + 8 > end:
        raise ChunkError(f"ends inside a chunk at byte {at}")
    kind, header, size = struct.unpack_from("<HHL", data, at)
    if not 8 <= header <= size or size > end - at:
        raise ChunkError(f"chunk {kind:#06x} at byte {at} states {size} bytes, {end - at} are left")
    return Chunk(kind, header, at, at + size)


def _chunks(data: bytes, at: int, end: int) -> Iterator[Chunk]:
    while at + 8 <= end:
        chunk = _chunk(data, at, end)
        yield chunk
        at = chunk.end


def _string_lengths(data: bytes, pool: Chunk) -> list[int]:
    """How long each string of the pool says it is, in characters or bytes.

    Strings may overlap; all of them together must not be longer than twice the pool.
    """
    size = pool.end - pool.start
    if size < 28:
        raise ChunkError("a string pool is cut off")
    styles, flags, strings, styled = struct.unpack_from("<4L", data, pool.start + 12)
    count = max(0, (strings - 28) // 4 - styles)  # as the parser takes it, whatever the pool states
    if strings > size or 28 + 4 * (count + styles) > size or (styles and not strings <= styled <= size):
        raise ChunkError(f"a string pool of {size} bytes states {count} strings and {styles} styles")
    offsets = struct.unpack_from(f"<{count}L", data, pool.start + 28)
    reading = _length8 if flags & 0x100 else _length16
    text = data[pool.start + strings : pool.end]
    lengths = [reading(text, offset) for offset in offsets]
    if sum(lengths) > 2 * size:
        raise ChunkError(f"a string pool of {size} bytes states {sum(lengths)} characters")
    return lengths


def _length8(text: bytes, at: int) -> int:
    """Bytes of a UTF-8 string, which stand behind its characters; each number takes one byte or two."""
    at += 2 if text[at : at + 1] >= b"\x80" else 1
    if at + 2 > len(text):
        return 0  # outside the pool: reads as empty
    length = (text[at] & 0x7F) << 8 | text[at + 1] if text[at] & 0x80 else text[at]
    return length if at + length < len(text) else 0


def _length16(text: bytes, at: int) -> int:
    if at + 4 > len(text):
        return 0
    first, second = struct.unpack_from("<HH", text, at)
    length: int = (first & 0x7FFF) << 16 | second if first & 0x8000 else first
    return length if at + 2 * length < len(text) else 0


# --- binary XML --------------------------------------------------------------------------------


def _nodes(data: bytes, at: int, end: int, lengths: list[int]) -> Iterator[bytes]:
    """Resource map, namespaces, elements and texts, up to the end of the root element."""
    depth, begun, counts = 0, False, _Counts(lengths)
    for chunk in _chunks(data, at, end):
        if chunk.kind == _MAP and not begun:
            yield data[chunk.start : chunk.end]
        if chunk.kind not in _NODES or (depth == 0 and chunk.kind in (_CLOSE, _TEXT)):
            continue
        yield counts.take(data, chunk)
        depth += (chunk.kind == _OPEN) - (chunk.kind == _CLOSE)
        begun = begun or chunk.kind == _OPEN
        if depth > MAX_DEPTH:
            raise ChunkError(f"is nested more than {MAX_DEPTH} deep")
        if begun and depth == 0:
            return
    raise ChunkError("ends before its root element does")


class _Counts:
    """What a document uses up, held against the bounds."""

    def __init__(self, lengths: list[int]) -> None:
        self._lengths = lengths
        self._nodes = self._namespaces = self._text = 0

    def take(self, data: bytes, chunk: Chunk) -> bytes:
        """One node as plainly as it can be written.

        Raises:
            ChunkError: it does not fit its chunk, or there are too many.

        """
        if chunk.header != 16 or chunk.end - chunk.start < 16 + _NODES[chunk.kind]:
            raise ChunkError(f"node {chunk.kind:#06x} at byte {chunk.start} is malformed")
        self._nodes += 1
        self._namespaces += chunk.kind == _OPEN_NAMESPACE
        body = data[chunk.start + 16 : chunk.end]
        if chunk.kind == _TEXT:
            self._use(struct.unpack_from("<L", body)[0])
        if chunk.kind == _OPEN:
            body = body[:8] + b"".join(self._attributes(body))
        if self._nodes > MAX_NODES or self._namespaces > MAX_NAMESPACES or self._text > MAX_TEXT:
            raise ChunkError("has too many elements, namespaces or too much text")
        return struct.pack("<HHLLL", chunk.kind, 16, 16 + len(body), 0, _NONE) + body

    def _attributes(self, body: bytes) -> Iterator[bytes]:
        """Where attributes begin, how wide they are and how many there are; then each of them."""
        start, width, count = struct.unpack_from("<HHH", body, 8)
        if count and (width < 20 or start + width * count > len(body)):
            raise ChunkError(f"an element of {len(body)} bytes states {count} attributes of {width}")
        if count > MAX_ATTRIBUTES:
            raise ChunkError(f"an element has more than {MAX_ATTRIBUTES} attributes")
        yield struct.pack("<HHH", 20, 20, count) + body[14:20]
        for at in range(start, start + width * count, width or 1):
            yield self._attribute(*struct.unpack_from("<LLLHBBL", body, at))

    def _attribute(
        self, space: int, name: int, raw: int, size: int, zero: int, kind: int, value: int
    ) -> bytes:
        """An attribute whose two values agree: the typed one counts, where Android reads that."""
        if kind == _STRING:
            raw = value if space != _NONE or raw == _NONE else raw
            self._use(raw)
        return struct.pack("<LLLHBBL", space, name, raw, size, zero, kind, value)

    def _use(self, string: int) -> None:
        self._text += self._lengths[string] if string < len(self._lengths) else 0


# --- resource tables ---------------------------------------------------------------------------


def _check_package(data: bytes, package: Chunk, budget: _Budget) -> None:
    if package.header < 284 or package.end - package.start < 288:
        raise ChunkError("a package is cut off")
    places = struct.unpack_from("<LLL", data, package.start + 268)[::2]
    pools = [_chunk(data, package.start + place, package.end) for place in places]
    for pool in pools:
        _string_lengths(data, pool)
    # the parser does not look where the pools are, but takes them to come first
    first = package.start + package.header + sum(pool.end - pool.start for pool in pools)
    for chunk in _chunks(data, first, package.end):
        if chunk.kind == _SPEC:
            _check_spec(data, chunk)
        elif chunk.kind == _TYPE:
            _check_type(data, chunk, budget)


def _check_spec(data: bytes, chunk: Chunk) -> None:
    room = chunk.end - chunk.start - 16
    if room < 0 or struct.unpack_from("<L", data, chunk.start + 12)[0] > room // 4:
        raise ChunkError(f"flags of a type at byte {chunk.start} do not fit their chunk")


def _check_type(data: bytes, chunk: Chunk, budget: _Budget) -> None:
    """One type in one configuration: its offsets and every entry lie inside the chunk."""
    if chunk.end - chunk.start < 36:
        raise ChunkError(f"a type at byte {chunk.start} is cut off")
    flags, count, entries, config = struct.unpack_from("<BxxLLL", data, chunk.start + 9)
    at = chunk.start + chunk.header
    if config < 16 or chunk.header != 20 + config or config % 4:
        raise ChunkError(f"a type at byte {chunk.start} states a configuration of {config} bytes")
    sparse, short = flags & 1, flags & 3 == 2
    if at + count * (2 if short else 4) > chunk.end:
        raise ChunkError(f"a type at byte {chunk.start} states {count} entries")
    budget.spend(count)
    values = struct.unpack_from(f"<{2 * count}H" if sparse else f"<{count}{'H' if short else 'L'}", data, at)
    none, unit = (None, 4) if sparse else (0xFFFF, 4) if short else (_NONE, 1)
    for value in values[1::2] if sparse else values:
        if value != none:
            _check_entry(data, chunk.start + entries + value * unit, chunk.end, budget)


def _check_entry(data: bytes, at: int, end: int, budget: _Budget) -> None:
    """Sixteen bytes, eight when compact; a bag is followed by its items of twelve bytes."""
    flags = data[at + 2] if at + 8 <= end else 0
    if at + (8 if flags & 9 == 8 else 16) > end:
        raise ChunkError(f"an entry at byte {at} lies outside its type")
    if flags & 1:
        items = int.from_bytes(data[at + 12 : at + 16], "little")
        if items * 12 > end - at - 16:
            raise ChunkError(f"an entry at byte {at} states {items} items")
        budget.spend(items)
