"""A small DEX file (version 035), written: tables, map, checksums; no debug information, no annotations.

Layout: source.android.com/docs/core/runtime/dex-format. Names are modified UTF-8 throughout, so that nothing
is lost between the file they come from and this one.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from auditor.dex.opcodes import CONST_STRING_JUMBO
from auditor.dex.tables import HEADER

STATIC, DIRECT = 0x8, 0x1000A
"""Access flags: of static members; of methods that nothing overrides (static, private, constructors)."""

NO_INDEX = 0xFFFFFFFF


class Table(IntEnum):
    """The identifier tables, in the order of the file; the value is also the kind of its map item."""

    STRING = 1
    TYPE = 2
    PROTO = 3
    FIELD = 4
    METHOD = 5


_WIDTHS = {Table.STRING: 4, Table.TYPE: 4, Table.PROTO: 12, Table.FIELD: 8, Table.METHOD: 8}
_CLASS_DEF, _MAP, _LIST, _CLASS_DATA, _CODE, _STRING_DATA = 6, 0x1000, 0x1001, 0x2000, 0x2001, 0x2002
"""Kinds of the other map items."""


class Ref(NamedTuple):
    """A row of one of the tables, by what it says."""

    table: Table
    parts: tuple[bytes, ...]
    """A text; a descriptor; a return type and parameters; a class, a name, and a type or a proto."""


type Rows = Mapping[Ref, int]


class Handler(NamedTuple):
    """Where exceptions go on: by type, and for all others."""

    catches: tuple[tuple[bytes, int], ...]
    rest: int | None


class Try(NamedTuple):
    """Units whose exceptions a handler catches."""

    start: int
    length: int
    handler: int
    """Which of the body's handlers."""


@dataclass(slots=True)
class Body:
    """Code of one method; the indices inside `units` are written anew."""

    registers: int
    arguments: int
    out: int
    """Words that calls need for their arguments."""
    units: list[int]
    refs: list[tuple[int, Ref]] = field(default_factory=list)
    """Unit at which an instruction begins, and what it refers to."""
    tries: list[Try] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)

    def needs(self) -> Iterator[Ref]:
        """Rows that the code refers to."""
        yield from (ref for _, ref in self.refs)
        yield from (Ref(Table.TYPE, (name,)) for handler in self.handlers for name, _ in handler.catches)


@dataclass(slots=True)
class Class:
    """A class with some of its members."""

    name: bytes
    flags: int
    above: bytes | None
    """Superclass."""
    fields: dict[Ref, int] = field(default_factory=dict)
    """With their flags."""
    methods: dict[Ref, tuple[int, Body]] = field(default_factory=dict)
    """With their flags and code."""

    def needs(self) -> Iterator[Ref]:
        """Rows that the definition itself names."""
        yield from (Ref(Table.TYPE, (name,)) for name in (self.name, self.above) if name is not None)
        yield from self.fields
        yield from self.methods


def closed(refs: Iterable[Ref]) -> set[Ref]:
    """These rows with all that they name in turn."""
    found: set[Ref] = set()
    left = list(refs)
    while left:
        ref = left.pop()
        if ref not in found:
            found.add(ref)
            left.extend(_named(ref))
    return found


def numbered(refs: Iterable[Ref]) -> dict[Ref, int]:
    """Each row's place in its table, in the order that the format asks for."""
    tables: dict[Table, list[Ref]] = {table: [] for table in Table}
    for ref in refs:
        tables[ref.table].append(ref)
    return {ref: row for refs in tables.values() for row, ref in enumerate(sorted(refs, key=_order))}


def assemble(classes: Iterable[Class], rows: Rows) -> bytes:
    """A DEX file of these classes; `rows` number everything they need."""
    ordered = sorted(classes, key=lambda each: each.name)  # so that the same classes make the same file
    return _Writer(_supertypes_first({each.name: each for each in ordered}), rows).content()


def _named(ref: Ref) -> Iterator[Ref]:
    parts = ref.parts
    match ref.table:
        case Table.TYPE:
            yield Ref(Table.STRING, parts)
        case Table.PROTO:
            yield Ref(Table.STRING, (_short(parts),))
            yield from (Ref(Table.TYPE, (name,)) for name in parts)
        case Table.FIELD:
            yield from (Ref(Table.TYPE, parts[:1]), Ref(Table.STRING, parts[1:2]), Ref(Table.TYPE, parts[2:]))
        case Table.METHOD:
            yield from (
                Ref(Table.TYPE, parts[:1]),
                Ref(Table.STRING, parts[1:2]),
                Ref(Table.PROTO, parts[2:]),
            )


def _short(proto: tuple[bytes, ...]) -> bytes:
    """Return type and parameters with one letter each."""
    return b"".join(b"L" if name[:1] in b"[L" else name[:1] for name in proto)


def _order(ref: Ref) -> tuple[bytes, ...]:
    """Rows are ordered by the UTF-16 units of their names: that of modified UTF-8, but for NUL (C0 80)."""
    return tuple(part.replace(b"\xc0\x80", b"\0") for part in ref.parts)


def _supertypes_first(classes: Mapping[bytes, Class]) -> list[Class]:
    ordered: dict[bytes, Class] = {}
    for each in classes.values():
        chain, seen = list[Class](), set[bytes]()
        above: Class | None = each
        while above and above.name not in seen:
            chain.append(above)
            seen.add(above.name)
            above = classes.get(above.above or b"")
        ordered |= {link.name: link for link in reversed(chain) if link.name not in ordered}
    return list(ordered.values())


class _Writer:
    def __init__(self, classes: Sequence[Class], rows: Rows) -> None:
        self._classes, self._rows = classes, rows
        self._tables: dict[Table, list[Ref]] = {table: [] for table in Table}
        for ref in sorted(rows, key=rows.__getitem__):
            self._tables[ref.table].append(ref)
        self._map: list[tuple[int, int, int]] = [(0, 1, 0)]
        self._start = HEADER
        for table, width in _WIDTHS.items():
            self._mapped(table, len(self._tables[table]), self._start)
            self._start += width * len(self._tables[table])
        self._mapped(_CLASS_DEF, len(classes), self._start)
        self._start += 32 * len(classes)
        self._data = bytearray()

    def content(self) -> bytes:
        methods = [(ref, each.methods[ref][1]) for each in self._classes for ref in sorted(each.methods)]
        placed = self._section(_CODE, [self._code(body) for _, body in methods], 4)
        code = {ref: at for (ref, _), at in zip(methods, placed, strict=True)}
        lists = self._lists()
        strings = self._section(_STRING_DATA, [_string(ref.parts[0]) for ref in self._tables[Table.STRING]])
        datas = self._section(_CLASS_DATA, [self._class_data(each, code) for each in self._classes])
        ids = self._ids(strings, lists) + self._class_defs(datas)
        return self._finish(ids, self._put_map())

    # sections -----------------------------------------------------------------------------------

    def _mapped(self, kind: int, count: int, at: int) -> None:
        if count:
            self._map.append((kind, count, at))

    def _put(self, content: bytes, align: int = 1) -> int:
        self._data += bytes(-(self._start + len(self._data)) % align)
        at = self._start + len(self._data)
        self._data += content
        return at

    def _section(self, kind: int, contents: Sequence[bytes], align: int = 1) -> list[int]:
        """Where each of the items came to lie."""
        placed = [self._put(content, align) for content in contents]
        self._mapped(kind, len(placed), placed[0] if placed else 0)
        return placed

    def _put_map(self) -> int:
        at = self._put(b"", 4)
        self._map.append((_MAP, 1, at))
        return self._put(_words(len(self._map), *(word for item in self._map for word in item)))

    # items --------------------------------------------------------------------------------------

    def _code(self, body: Body) -> bytes:
        units = list(body.units)
        for at, ref in body.refs:
            row = self._rows[ref]
            wide = units[at] & 0xFF == CONST_STRING_JUMBO
            units[at + 1 : at + 2 + wide] = [row & 0xFFFF, row >> 16][: 1 + wide]
        head = (body.registers, body.arguments, body.out, len(body.tries), 0, len(units))
        padding = [0] * (len(units) % 2 if body.tries else 0)
        return struct.pack("<4H2L", *head) + _halves(*units, *padding) + self._exceptions(body)

    def _exceptions(self, body: Body) -> bytes:
        if not body.tries:
            return b""
        handlers, offsets = bytearray(_uleb(len(body.handlers))), list[int]()
        for handler in body.handlers:
            offsets.append(len(handlers))
            handlers += self._handler(handler)
        tries = (struct.pack("<L2H", t.start, t.length, offsets[t.handler]) for t in body.tries)
        return b"".join(tries) + handlers

    def _handler(self, handler: Handler) -> bytes:
        count = len(handler.catches)
        out = _sleb(count if handler.rest is None else -count)
        for name, at in handler.catches:
            out += _uleb(self._rows[Ref(Table.TYPE, (name,))]) + _uleb(at)
        return out if handler.rest is None else out + _uleb(handler.rest)

    def _lists(self) -> dict[tuple[bytes, ...], int]:
        """Where the parameters of each proto came to lie; 0 for none."""
        wanted = list(dict.fromkeys(ref.parts[1:] for ref in self._tables[Table.PROTO] if ref.parts[1:]))
        rows = [[self._rows[Ref(Table.TYPE, (name,))] for name in names] for names in wanted]
        placed = self._section(_LIST, [_words(len(row)) + _halves(*row) for row in rows], 4)
        return dict(zip(wanted, placed, strict=True)) | {(): 0}

    def _class_data(self, each: Class, code: Mapping[Ref, int]) -> bytes:
        fields = self._divided(each.fields, {ref: flags & STATIC for ref, flags in each.fields.items()})
        methods = self._divided(each.methods, {ref: m[0] & DIRECT for ref, m in each.methods.items()})
        out = b"".join(_uleb(len(group)) for group in (*fields, *methods))
        for group in fields:
            out += b"".join(_uleb(step) + _uleb(each.fields[ref]) for step, ref in self._steps(group))
        for group in methods:
            for step, ref in self._steps(group):
                out += _uleb(step) + _uleb(each.methods[ref][0]) + _uleb(code[ref])
        return out

    def _divided(self, members: Iterable[Ref], first: Mapping[Ref, int]) -> tuple[list[Ref], list[Ref]]:
        ordered = sorted(members, key=self._rows.__getitem__)
        return [ref for ref in ordered if first[ref]], [ref for ref in ordered if not first[ref]]

    def _steps(self, group: Iterable[Ref]) -> Iterator[tuple[int, Ref]]:
        """Each member with the difference of its row to the one before."""
        before = 0
        for ref in group:
            yield self._rows[ref] - before, ref
            before = self._rows[ref]

    # tables -------------------------------------------------------------------------------------

    def _ids(self, strings: Sequence[int], lists: Mapping[tuple[bytes, ...], int]) -> bytes:
        out = bytearray(_words(*strings))
        for table in list(Table)[1:]:
            for ref in self._tables[table]:
                rows = [self._rows[named] for named in _named(ref)]
                match table:
                    case Table.TYPE:
                        out += _words(*rows)
                    case Table.PROTO:
                        out += _words(*rows[:2], lists[ref.parts[1:]])
                    case _:
                        out += struct.pack("<2HL", rows[0], rows[2], rows[1])
        return bytes(out)

    def _class_defs(self, datas: Sequence[int]) -> bytes:
        out = bytearray()
        for each, data in zip(self._classes, datas, strict=True):
            row, *above = (
                self._rows[Ref(Table.TYPE, (n,))] for n in (each.name, each.above) if n is not None
            )
            out += _words(row, each.flags, *(above or [NO_INDEX]), 0, NO_INDEX, 0, data, 0)
        return bytes(out)

    def _finish(self, ids: bytes, map_at: int) -> bytes:
        self._put(b"", 4)
        places = {kind: (count, at) for kind, count, at in self._map}
        tables = [number for kind in (*Table, _CLASS_DEF) for number in places.get(kind, (0, 0))]
        size = self._start + len(self._data)
        head = _words(size, HEADER, 0x12345678, 0, 0, map_at, *tables, len(self._data), self._start)
        body = head + ids + bytes(self._data)
        signed = hashlib.sha1(body, usedforsecurity=False).digest() + body
        return b"dex\n035\0" + _words(zlib.adler32(signed)) + signed


def _string(text: bytes) -> bytes:
    """A string with its length in UTF-16 units, each of which modified UTF-8 begins once."""
    return _uleb(sum(byte & 0xC0 != 0x80 for byte in text)) + text + b"\0"


def _words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}L", *numbers)


def _halves(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def _uleb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _sleb(value: int) -> bytes:
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value & 0x7F])
