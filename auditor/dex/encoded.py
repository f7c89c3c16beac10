"""Values written into a DEX file: constants of static fields, annotations, call sites, method handles.

Source: source.android.com/docs/core/runtime/dex-format, "encoded_value encoding".
Every reader here stops at damage and gives what it had.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from auditor.dex.classdata import Members
from auditor.dex.opcodes import Refers
from auditor.dex.program import ACC_STATIC, File, Program
from auditor.dex.tables import DexFile, Ids

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


class Value(NamedTuple):
    """One value: `what` is an integer, or the row that the kind points to."""

    kind: int
    what: int


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

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


def array_at(dex: DexFile, offset: int) -> list[Value]:
    """The encoded array at an offset, nested ones laid out flat; empty for 0."""
    found: list[Value] = []
    try:
        found.extend(_Reader(dex.data, offset).array() if offset else ())
    except IndexError:  # it reaches out of the file: what came before counts
        return found
    return found


def static_values(dex: DexFile, class_row: int) -> list[Value | None]:
    """Initial values of the first static fields of a class, in order; None for arrays."""
    offset = int(dex.classes[class_row, 7])
    reader, found = _Reader(dex.data, offset), list[Value | None]()
    try:
        for _ in range(reader.uleb() if offset else 0):
            inside = list(reader.value())
            found.append(inside[0] if len(inside) == 1 else None)
    except IndexError:  # as above
        return found
    return found


def constant_fields(dex: DexFile, fields: Members) -> Iterator[tuple[int, tuple[str, str]]]:
    """(string, (class, field)) for every static field whose initial value is a string, class by class."""
    static = fields.flags & ACC_STATIC > 0
    rows, class_defs = fields.row[static], fields.class_def[static]
    for class_row in np.flatnonzero(dex.classes[:, 7]).tolist():
        first, last = np.searchsorted(class_defs, (class_row, class_row + 1))
        values = static_values(dex, class_row)
        for row, value in zip(rows[first:last].tolist(), values, strict=False):
            if value and value.kind == STRING:
                owner = dex.type_name(int(dex.field_class[row]))
                yield value.what, (owner, dex.text(int(dex.field_name[row])))


def annotated(program: Program, descriptor: str) -> Ids:
    """Methods that carry an annotation of this type: int32[n]."""
    found = [n for file in program.files for n in _annotated_in(file, descriptor.encode())]
    return np.array(found, np.int32)


def _annotated_in(file: File, descriptor: bytes) -> Iterator[int]:
    """Looks through every class that has annotations, if the file knows this one at all."""
    names = file.dex.raws(file.dex.types)
    if descriptor not in names:
        return
    wanted, words = names.index(descriptor), file.dex.words
    for offset in np.unique(file.dex.classes[:, 5]).tolist():
        at = offset // 4
        if not offset or offset % 4 or at + 4 > len(words):
            continue
        fields, methods = int(words[at + 1]), int(words[at + 2])
        rows = words[at + 4 + 2 * fields : at + 4 + 2 * (fields + methods)].tolist()
        for method, listed in zip(rows[::2], rows[1::2], strict=False):
            if method < len(file.methods) and wanted in _annotation_types(file.dex, listed):
                yield int(file.methods[method])


def _annotation_types(dex: DexFile, offset: int) -> set[int]:
    """Types of the annotations in a set."""
    at = offset // 4
    if offset % 4 or not 0 < at < len(dex.words):
        return set()
    items = dex.words[at + 1 : at + 1 + min(int(dex.words[at]), 100)].tolist()
    return {_Reader(dex.data, item + 1).uleb() for item in items if 0 < item < len(dex.data) - 8}


def handled(program: Program) -> Iterator[tuple[int, int]]:
    """(code item, method) for methods behind the method handles and call sites that code uses."""
    for kind in (Refers.HANDLE, Refers.CALL_SITE):
        uses = program.uses(kind)
        owner = uses.items(np.arange(len(uses.target))).tolist()
        for item, row in zip(owner, uses.target.tolist(), strict=True):
            file = program.files[program.file_of(item)]
            yield from ((item, method) for method in _behind(file, row, kind))


def _behind(file: File, row: int, kind: Refers) -> list[int]:
    dex = file.dex
    rows = [row]
    if kind is Refers.CALL_SITE:
        start, count = _section(dex, _CALL_SITES)
        if row >= count or start // 4 + row >= len(dex.words):
            return []
        values = array_at(dex, int(dex.words[start // 4 + row]))
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
