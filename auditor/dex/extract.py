"""A few methods out of a program, as a DEX file of their own that holds nothing else.

Instructions stay as they are but for the numbers of what they refer to. What surrounds the methods is left
out: other members, interfaces, annotations, constants of fields, debug information.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from auditor.dex.assemble import Body, Class, Handler, Ref, Table, Try, assemble, closed, numbered
from auditor.dex.opcodes import CONST_STRING_JUMBO, NOP, Refers
from auditor.dex.program import File, Program
from auditor.dex.tables import DexError, bounds, decode

MOST_UNITS = 16_384
"""Code units of one method."""

MOST_TEXT = 1 << 20
"""Bytes of all names and strings that one method refers to: hostile strings may overlap."""

MOST_CATCHES = 4096
"""Exception types that one method's handlers name, and ranges of code they guard."""

MOST_ROWS = 20_000
"""Rows of one table, so that every index fits into 16 bits and reading the file takes no time."""


FLAGS = 0x3FFFF
"""Bits of access flags that mean something."""


@dataclass(slots=True)
class Extract:
    """A DEX file, where its methods are, and which ones it could not take."""

    content: bytes
    rows: dict[int, int]
    """Methods of the program to rows of method_ids in `content`."""
    refused: dict[int, str]
    """One clause each."""


def extract(program: Program, methods: Iterable[int]) -> Extract:
    """These methods of the program with their classes and everything they refer to by name."""
    taken = _Taken(program)
    for method in dict.fromkeys(methods):
        try:
            taken.add(method)
        except DexError as error:
            taken.refused[method] = str(error)
    rows = numbered(taken.needed)
    found = {method: rows[ref] for method, ref in taken.methods.items()}
    return Extract(assemble(taken.classes.values(), rows), found, taken.refused)


@dataclass(slots=True)
class _Taken:
    program: Program
    classes: dict[bytes, Class] = field(default_factory=dict)
    methods: dict[int, Ref] = field(default_factory=dict)
    needed: set[Ref] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)

    def add(self, method: int) -> None:
        """Take a method, or nothing of it: DexError."""
        item = int(self.program.method_item[method])
        if item < 0:
            raise DexError("it has no code")
        file = self.program.files[self.program.file_of(item)]
        names = _Names(file)
        body = _body(file, item - file.first_item, names)
        ref = names.ref(Table.METHOD, int(np.flatnonzero(file.methods == method)[0]))
        owner = self._class(method, file, names)
        if ref in owner.methods:
            raise DexError("another method has the same name")
        self._need(closed((*body.needs(), *owner.needs(), ref)))
        self.classes[owner.name], self.methods[method] = owner, ref
        owner.methods[ref] = (int(self.program.method_flags[method]) & FLAGS, body)
        owner.fields |= self._fields(method, file, names)

    def _class(self, method: int, file: File, names: _Names) -> Class:
        owner = int(self.program.method_class[method])
        row, flags, above = file.dex.classes[int(self.program.class_row[owner]), :3].tolist()
        known = above < len(file.dex.types) and above != row
        found = Class(names.type(row), flags, names.type(above) if known else None)
        return self.classes.get(found.name, found)

    def _need(self, more: set[Ref]) -> None:
        more |= self.needed
        if max(Counter(ref.table for ref in more).values()) > MOST_ROWS:
            raise DexError("it refers to more than a file of excerpts holds")
        self.needed = more

    def _fields(self, method: int, file: File, names: _Names) -> dict[Ref, int]:
        """Which of the fields it uses the method's class defines, with their flags."""
        fields, owner = file.data.fields, int(self.program.method_class[method])
        mine = np.flatnonzero(fields.class_def == self.program.class_row[owner])
        flags = dict(zip(fields.row[mine].tolist(), fields.flags[mine].tolist(), strict=True))
        return {ref: flags[row] & FLAGS for row, ref in names.used(Table.FIELD) if row in flags}


class _Names:
    """Rows of one file's tables by what they say, as far as one method needs them."""

    def __init__(self, file: File) -> None:
        self._dex = file.dex
        self._found: dict[tuple[Table, int], Ref] = {}
        self._left = MOST_TEXT
        self._types, counts = file.dex.parameters
        self._bounds = bounds(counts)

    def ref(self, table: Table, row: int) -> Ref:
        """What a row says. DexError when there is no such row, or too much text."""
        if (table, row) not in self._found:
            parts = self._parts(table, row)
            self._left -= sum(map(len, parts)) + len(parts)
            if self._left < 0:
                raise DexError("it refers to more text than an excerpt needs")
            self._found[table, row] = Ref(table, parts)
        return self._found[table, row]

    def type(self, row: int) -> bytes:
        """Descriptor of a type."""
        return self.ref(Table.TYPE, row).parts[0]

    def used(self, table: Table) -> list[tuple[int, Ref]]:
        """Rows of a table that were asked for."""
        return [(row, ref) for (of, row), ref in self._found.items() if of == table]

    def _parts(self, table: Table, row: int) -> tuple[bytes, ...]:
        dex = self._dex
        if row >= self._count(table):
            raise DexError(f"it refers to row {row} of {table.name.lower()}_ids, which has fewer")
        match table:
            case Table.STRING:
                return (_sound(dex.raw(row)),)
            case Table.TYPE:
                return self.ref(Table.STRING, int(dex.types[row])).parts
            case Table.PROTO:
                listed = self._types[self._bounds[row] : self._bounds[row + 1]].tolist()
                return tuple(map(self.type, [int(dex.protos[row, 1]), *listed]))
            case Table.FIELD:
                name = self.ref(Table.STRING, int(dex.field_name[row])).parts
                return self.type(int(dex.field_class[row])), *name, self.type(int(dex.field_type[row]))
            case Table.METHOD:
                name = self.ref(Table.STRING, int(dex.method_name[row])).parts
                proto = self.ref(Table.PROTO, int(dex.method_proto[row])).parts
                return self.type(int(dex.method_class[row])), *name, *proto

    def _count(self, table: Table) -> int:
        dex = self._dex
        tables = (dex.strings, dex.types, dex.protos, dex.field_name, dex.method_name)
        return len(tables[table - 1])


def _sound(raw: bytes) -> bytes:
    """Modified UTF-8 that holds together; what does not becomes U+FFFD."""
    if raw.isascii():
        return raw
    try:
        text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # hostile
        text = decode(raw)
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "".join(map(chr, units)).encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


# code -----------------------------------------------------------------------------------------------

_TABLES = {
    Refers.STRING: Table.STRING,
    Refers.TYPE: Table.TYPE,
    Refers.CLASS: Table.TYPE,
    Refers.NEW: Table.TYPE,
    Refers.FIELD: Table.FIELD,
    Refers.METHOD: Table.METHOD,
}
"""Version 035 knows no other references; 038 and 039 added invoke-polymorphic, invoke-custom and such."""


def _body(file: File, item: int, names: _Names) -> Body:
    """One code item with everything it refers to by name. DexError when it is damaged."""
    dex, first = file.dex, int(file.code.first[item])
    registers, arguments, out, tries = dex.units[first - 8 : first - 4].tolist()
    size = int(dex.words[first // 2 - 1])
    if size > MOST_UNITS:
        raise DexError(f"its {size:,} code units are more than an excerpt takes")
    if first + size > _limit(file, item):
        raise DexError("its code reaches into the next method's, or out of the file")
    body = Body(registers, arguments, out, dex.units[first : first + size].tolist())
    body.refs = list(_refs(file, item, body.units, names))
    if tries:
        _exceptions(body, dex.data, 2 * (first + size + size % 2), tries, names)
    return body


def _limit(file: File, item: int) -> int:
    """Unit at which the next code item begins."""
    after = file.code.offset[item + 1 : item + 2]
    return int(after[0]) // 2 if len(after) else len(file.dex.units)


def _refs(file: File, item: int, units: Sequence[int], names: _Names) -> Iterator[tuple[int, Ref]]:
    code, first = file.code, int(file.code.first[item])
    mine = slice(*code.bounds[item : item + 2].tolist())
    places, opcodes, kinds = ((part[mine]).tolist() for part in (code.at, code.opcode, code.kind))
    for at, opcode, kind in zip(places, opcodes, kinds, strict=True):
        place = at - first
        if opcode == NOP and units[place] & 0xFF:
            raise DexError(f"its instruction at {place:#06x} is unknown or cut off")
        if kind:
            yield place, _ref(kind, units[place : place + 3], names)


def _ref(kind: int, units: Sequence[int], names: _Names) -> Ref:
    table = _TABLES.get(Refers(kind))
    if table is None:
        raise DexError("it calls through a method handle, for which version 035 has no instruction")
    high = units[2] << 16 if units[0] & 0xFF == CONST_STRING_JUMBO else 0
    return names.ref(table, units[1] | high)


def _exceptions(body: Body, data: bytes, at: int, count: int, names: _Names) -> None:
    """Read what is caught where: `count` ranges at byte `at`, and behind them the handlers they name."""
    base, places = at + 8 * count, dict[int, int]()
    if count > MOST_CATCHES or base > len(data):
        raise DexError("its exception table is too long, or lies outside the file")
    left = MOST_CATCHES
    for start, length, offset in struct.iter_unpack("<L2H", data[at:base]):
        if offset not in places:
            places[offset] = len(places)
            handler = _handler(data, base + offset, left, names)
            body.handlers.append(handler)
            left -= 1 + len(handler.catches)
        body.tries.append(Try(start, length, places[offset]))


def _handler(data: bytes, at: int, most: int, names: _Names) -> Handler:
    """As many types with addresses as a signed number says; below 1, it is followed by one for all others."""
    unsigned, after = _number(data, at)
    size = unsigned - (1 << 7 * (after - at)) if data[after - 1] & 0x40 else unsigned
    if abs(size) >= most:
        raise DexError("it catches more exceptions than an excerpt takes")
    catches = []
    for _ in range(abs(size)):
        row, after = _number(data, after)
        target, after = _number(data, after)
        catches.append((names.type(row), target))
    return Handler(tuple(catches), _number(data, after)[0] if size <= 0 else None)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where it ends."""
    value = 0
    for place, byte in enumerate(data[at : at + 5]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value & 0xFFFFFFFF, at + place + 1
    raise DexError("its exception table holds a number that does not end")
