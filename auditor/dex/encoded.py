"""Values written into a DEX file: constants of static fields, annotations, call sites, method handles.

Source: source.android.com/docs/core/runtime/dex-format, "encoded_value encoding".
Every reader here stops at damage and gives what it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from auditor.dex.classdata import Members
from auditor.dex.opcodes import Refers
from auditor.dex.program import ACC_STATIC, File, Longs, Program
from auditor.dex.tables import DexFile, Words, once, ragged

STRING, TYPE, FIELD, METHOD, HANDLE, ARRAY, ANNOTATION, NULL, BOOLEAN = (
    0x17,
    0x18,
    0x19,
    0x1A,
    0x16,
    0x1C,
    0x1D,
    0x1E,
    0x1F,
)
_INTEGERS = frozenset({0x00, 0x02, 0x04, 0x06})
"""byte, short, int, long: sign-extended."""

DEEPEST = 8
"""Arrays and annotations inside each other."""

_CALL_SITES, _HANDLES = 0x0007, 0x0008
"""Kinds of map items."""


MOST_VALUES = 70_000
"""Values of one class's fields, which are at most 65,535."""

MOST_ARGUMENTS = 600
"""Values of one call site, of which the virtual machine allows 251, or inside arrays beside one class."""


class Value(NamedTuple):
    """One value: `what` is an integer, or the row that the kind points to."""

    kind: int
    what: int


class _Reader:
    def __init__(self, data: bytes, at: int, most: int = MOST_VALUES) -> None:
        self.data, self.at, self.left = data, at, most

    def uleb(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        return value

    def value(self, depth: int = 0) -> Iterator[Value]:
        """The value here; of an array or annotation, what is inside."""
        head = self.data[self.at]
        self.at += 1
        self.left -= 1
        if self.left < 0:
            raise IndexError
        kind, size = head & 0x1F, (head >> 5) + 1
        if kind in (ARRAY, ANNOTATION) and depth < DEEPEST:
            yield from self.array(depth + 1) if kind == ARRAY else self.annotation(depth + 1)
        elif kind == BOOLEAN:
            yield Value(kind, size - 1)
        elif kind == NULL:
            yield Value(kind, 0)
        else:
            raw = self.data[self.at : self.at + size]
            self.at += size
            yield Value(kind, int.from_bytes(raw, "little", signed=kind in _INTEGERS))

    def array(self, depth: int = 0) -> Iterator[Value]:
        for _ in range(self.uleb()):
            yield from self.value(depth)

    def annotation(self, depth: int = 0) -> Iterator[Value]:
        yield Value(TYPE, self.uleb())
        for _ in range(self.uleb()):
            self.uleb()
            yield from self.value(depth)


def array_at(dex: DexFile, offset: int, most: int = MOST_VALUES) -> list[Value]:
    """The encoded array at an offset, nested ones laid out flat; empty for 0."""
    found: list[Value] = []
    try:
        found.extend(_Reader(dex.data, offset, most).array() if offset else ())
    except IndexError:  # it reaches out of the file: what came before counts
        return found
    return found


def static_values(dex: DexFile, class_row: int, most: int = MOST_VALUES) -> list[Value | None]:
    """Initial values of the first static fields of a class, `most` at most, in order; None for arrays."""
    offset = int(dex.classes[class_row, 7])
    reader, found = _Reader(dex.data, offset, most + MOST_ARGUMENTS), list[Value | None]()
    try:
        for _ in range(min(reader.uleb(), most) if offset else 0):
            inside = list(reader.value())
            found.append(inside[0] if len(inside) == 1 else None)
    except IndexError:  # as above
        return found
    return found


def field_holding(dex: DexFile, fields: Members, string: int) -> tuple[str, str] | None:
    """(class, field) of a static field whose initial value is this string.

    The value as it is written is looked for first, so that one class is read and not all of them.
    """
    size = max(1, (string.bit_length() + 7) // 8)
    written = bytes([(size - 1) << 5 | STRING]) + string.to_bytes(size, "little")
    offsets = dex.classes[:, 7].astype(np.int64)
    order = np.argsort(offsets, kind="stable")
    at = dex.data.find(written, int(offsets[offsets > 0].min(initial=len(dex.data))))
    tried = {-1}
    for _ in range(MOST_PLACES):
        if at < 0:
            break
        place = int(np.searchsorted(offsets[order], at, side="right")) - 1
        if place not in tried and (found := _holder(dex, fields, int(order[place]), string)):
            return found
        tried.add(place)
        at = dex.data.find(written, at + 1)
    return None


MOST_PLACES = 50
"""Places that look like the value and are tried."""


def _holder(dex: DexFile, fields: Members, class_row: int, string: int) -> tuple[str, str] | None:
    mine = (fields.class_def == class_row) & (fields.flags & ACC_STATIC > 0)
    rows = fields.row[mine].tolist()
    for row, value in zip(rows, static_values(dex, class_row, len(rows)), strict=False):
        if value == Value(STRING, string):
            return dex.type_name(int(dex.field_class[row])), dex.text(int(dex.field_name[row]))
    return None


def annotated(program: Program, descriptors: Iterable[str]) -> dict[int, str]:
    """Methods that carry one of these annotations, and which."""
    found: dict[int, str] = {}
    numbers = {program.type_of(name): name for name in descriptors}
    for file in program.files:
        wanted = {row: numbers[n] for row, n in enumerate(file.types.tolist()) if n in numbers and n >= 0}
        if wanted:
            method, kind = _annotations(file.dex)
            chosen = np.isin(kind, list(wanted)) & (method < len(file.methods))
            rows = zip(file.methods[method[chosen]].tolist(), kind[chosen].tolist(), strict=True)
            found |= {number: wanted[row] for number, row in rows}
    return found


def annotation_texts(dex: DexFile, wanted: set[int]) -> Iterator[tuple[int, int]]:
    """(row of method_ids, row of string_ids) for every text in an annotation of these methods."""
    method, items = _annotation_items(dex)
    for row, item in zip(method.tolist(), items.tolist(), strict=True):
        if row in wanted:
            try:
                values = list(_Reader(dex.data, item + 1).annotation())
            except IndexError:  # it reaches out of the file
                continue
            yield from ((row, value.what) for value in values if value.kind == STRING)


def _annotations(dex: DexFile) -> tuple[Longs, Longs]:
    """(row of method_ids, row of type_ids) for every annotation of a method; damaged lists are left out."""
    method, items = _annotation_items(dex)
    return method, _numbers(dex, items + 1)


def _annotation_items(dex: DexFile) -> tuple[Longs, Longs]:
    """(row of method_ids, offset of the annotation) for every annotation of a method."""
    words = dex.words
    directory = _aligned(once(dex.classes[:, 5]), 4, words) // 4
    fields, methods = words[directory + 1].astype(np.int64), words[directory + 2].astype(np.int64)
    begin, count = _inside(directory + 4 + 2 * fields, methods, 2, words)
    at = ragged(begin, count, 2)
    method, sets = words[at].astype(np.int64), words[at + 1]
    valid = (sets > 0) & (sets % 4 == 0) & (sets // 4 + 1 < len(words))
    method, place = method[valid], sets[valid].astype(np.int64) // 4
    begin, count = _inside(place + 1, words[place].astype(np.int64), 1, words)
    items = words[ragged(begin, count)].astype(np.int64)
    method = np.repeat(method, count)
    near = items + 4 < len(dex.data)
    return method[near], items[near]


def _aligned(offsets: Words, margin: int, words: Words) -> Longs:
    """Offsets of structures that begin inside the file, on a word, with `margin` words left."""
    at = offsets.astype(np.int64)
    found: Longs = at[(at > 0) & (at % 4 == 0) & (at // 4 + margin <= len(words))]
    return found


def _inside(begin: Longs, count: Longs, step: int, words: Words) -> tuple[Longs, Longs]:
    """Lists that reach out of the file, or are longer than any real one, or than the file together: empty."""
    fits = (count <= MOST_LISTED) & (begin + step * count <= len(words))
    fits &= np.cumsum(np.where(fits, count, 0)) <= len(words)
    return np.where(fits, begin, 0), np.where(fits, count, 0)


MOST_LISTED = 20_000
"""Annotated methods of one class, or annotations of one method."""


def _numbers(dex: DexFile, at: Longs) -> Longs:
    """ULEB128 numbers of up to three bytes: rows of type_ids have 16 bits."""
    first, second, third = (dex.bytes[at + n].astype(np.int64) for n in range(3))
    value = first & 0x7F
    value |= np.where(first > 0x7F, (second & 0x7F) << 7, 0)
    value |= np.where((first > 0x7F) & (second > 0x7F), (third & 0x7F) << 14, 0)
    return value


def handled(program: Program) -> Iterator[tuple[int, int]]:
    """(code item, method) for methods behind the method handles and call sites that code uses."""
    for kind in (Refers.HANDLE, Refers.CALL_SITE):
        uses = program.uses(kind)
        owner = uses.items(np.arange(len(uses.target))).tolist()
        known: dict[tuple[int, int], list[int]] = {}
        for item, row in dict.fromkeys(zip(owner, uses.target.tolist(), strict=True)):
            index = program.file_of(item)
            if (index, row) not in known:
                known[index, row] = sorted(set(_behind(program.files[index], row, kind)))
            yield from ((item, method) for method in known[index, row])


def _behind(file: File, row: int, kind: Refers) -> list[int]:
    dex = file.dex
    rows = [row]
    if kind is Refers.CALL_SITE:
        start, count = _section(dex, _CALL_SITES)
        if row >= count or start // 4 + row >= len(dex.words):
            return []
        values = array_at(dex, int(dex.words[start // 4 + row]), MOST_ARGUMENTS)
        rows = [value.what for value in values if value.kind == HANDLE]
    return [method for handle in rows for method in _method_of(file, handle)]


def _method_of(file: File, handle: int) -> Iterator[int]:
    """The method a handle invokes; handles 0 to 3 get and put fields."""
    start, count = _section(file.dex, _HANDLES)
    at = start // 2 + 4 * handle
    if handle < count and at + 4 <= len(file.dex.units) and file.dex.units[at] >= 4:
        row = int(file.dex.units[at + 2])
        if row < len(file.methods):
            yield int(file.methods[row])


def _section(dex: DexFile, kind: int) -> tuple[int, int]:
    """Offset and number of items of one kind, from the map; (0, 0) when there is none."""
    at = int.from_bytes(dex.data[dex.start + 0x34 : dex.start + 0x38], "little")
    if at % 4 or not 0 < at < len(dex.data) - 4:
        return 0, 0
    rows = dex.words[at // 4 + 1 : at // 4 + 1 + 3 * min(int(dex.words[at // 4]), 100)]
    for what, count, offset in rows[: len(rows) // 3 * 3].reshape(-1, 3).tolist():
        if what & 0xFFFF == kind and not offset % 4:
            return offset, count
    return 0, 0
