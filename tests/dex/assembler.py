"""A DEX assembler: classes with methods, code and every kind of reference, as bytes that `dexdump` accepts.

    dex(Class("A", [Method("run()V", new("B"), invoke("direct", "B", "<init>()V"), RETURN)]))

Class names are dotted (`al.example.A`); members are `run(ILjava/lang/String;)V` and `FIELD:I`.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

PUBLIC, PRIVATE, STATIC, INTERFACE, ABSTRACT, CONSTRUCTOR = 0x1, 0x2, 0x8, 0x200, 0x400, 0x10000

NO_INDEX = 0xFFFFFFFF


@dataclass(frozen=True)
class Index:
    """Stands in code for the row of something in one of the tables."""

    table: str
    key: tuple[str, ...]
    shift: int = 0
    """16 for the upper half of a const-string/jumbo."""


type Unit = int | Index
type Instruction = tuple[Unit, ...]


@dataclass(frozen=True)
class Method:
    """One definition; constructors, private and static ones become direct methods."""

    member: str
    code: tuple[Instruction, ...]
    flags: int

    def __init__(self, member: str, *code: Instruction, flags: int = PUBLIC) -> None:
        special = CONSTRUCTOR if member.startswith("<") else 0
        object.__setattr__(self, "member", member)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "flags", flags | special | (STATIC if member == "<clinit>()V" else 0))

    @property
    def direct(self) -> bool:
        return bool(self.flags & (STATIC | PRIVATE | CONSTRUCTOR))


def abstract(member: str) -> Method:
    return Method(member, flags=PUBLIC | ABSTRACT)


@dataclass(frozen=True)
class Class:
    name: str
    methods: Sequence[Method] = ()
    extends: str = "java.lang.Object"
    """Empty for none, as java.lang.Object has."""
    implements: Sequence[str] = ()
    flags: int = PUBLIC
    fields: Sequence[str] = ()
    """Static fields."""


def interface(name: str, methods: Sequence[Method] = (), extends: Sequence[str] = ()) -> Class:
    return Class(name, methods, implements=extends, flags=PUBLIC | INTERFACE | ABSTRACT)


# instructions -----------------------------------------------------------------------------------

RETURN: Instruction = (0x000E,)
NOP: Instruction = (0x0000,)
_INVOKE = {"virtual": 0x6E, "super": 0x6F, "direct": 0x70, "static": 0x71, "interface": 0x72}


def string(text: str, *, jumbo: bool = False) -> Instruction:
    low, high = Index("string", (text,)), Index("string", (text,), 16)
    return (0x1B, low, high) if jumbo else (0x1A, low)


def new(name: str) -> Instruction:
    return (0x22, Index("type", (descriptor(name),)))


def const_class(name: str) -> Instruction:
    return (0x1C, Index("type", (descriptor(name),)))


def cast(name: str) -> Instruction:
    return (0x1F, Index("type", (descriptor(name),)))


def invoke(kind: str, owner: str, member: str, *, wide: bool = False) -> Instruction:
    """An invoke without arguments; `wide` is its /range form."""
    return (_INVOKE[kind] + 6 * wide, method_index(owner, member), 0)


def made(name: str) -> tuple[Instruction, Instruction]:
    """`new Name()`."""
    return new(name), invoke("direct", name, "<init>()V")


def access(operation: str, owner: str, member: str) -> Instruction:
    """`iget`, `iput`, `sget` or `sput` of `FIELD:I`."""
    opcode = {"iget": 0x52, "iput": 0x59, "sget": 0x60, "sput": 0x67}[operation]
    name, _, kind = member.partition(":")
    return (opcode, Index("field", (descriptor(owner), name, kind)))


def polymorphic(owner: str, member: str, proto: str) -> Instruction:
    return (0xFA, method_index(owner, member), 0, Index("proto", (proto,)))


def custom(site: int) -> Instruction:
    """invoke-custom of one of the file's call sites."""
    return (0xFC, site, 0)


def const_handle(handle: int) -> Instruction:
    return (0xFE, handle)


def const_proto(proto: str) -> Instruction:
    return (0xFF, Index("proto", (proto,)))


def packed_switch(targets: int, stated: int | None = None) -> Instruction:
    """The table of a packed-switch; `stated` may lie."""
    return (0x0100, targets if stated is None else stated, 0, 0, *[0, 0] * targets)


def sparse_switch(targets: int, stated: int | None = None) -> Instruction:
    return (0x0200, targets if stated is None else stated, *[0, 0, 0, 0] * targets)


def array_data(width: int, content: bytes, stated: int | None = None) -> Instruction:
    """The contents of a fill-array-data."""
    count = len(content) // width if stated is None else stated
    padded = content + bytes(len(content) % 2)
    return (0x0300, width, count & 0xFFFF, count >> 16, *struct.unpack(f"<{len(padded) // 2}H", padded))


def method_index(owner: str, member: str) -> Index:
    name, proto = _split(member)
    return Index("method", (descriptor(owner), name, proto))


# a file -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handle:
    """A method handle: kind 4 is invoke-static, 5 invoke-instance, 6 constructor, 7 direct, 8 interface."""

    kind: int
    owner: str
    member: str


@dataclass(frozen=True)
class CallSite:
    """What invoke-custom calls first: the handle of a bootstrap method, a name and a proto."""

    handle: int
    name: str
    proto: str
    more: Sequence[int] = ()
    """Further arguments: numbers of handles."""


def dex(
    *classes: Class,
    version: bytes = b"035",
    handles: Sequence[Handle] = (),
    sites: Sequence[CallSite] = (),
    shared: bool = False,
) -> bytes:
    """One DEX file. `shared`: methods with the same code share one code item, as R8 makes it."""
    return _Writer(classes, version, handles, sites, shared).bytes()


def container(*files: Sequence[Class]) -> bytes:
    """Several headers in one file (version 041), each behind the data of the one before."""
    data = b""
    for classes in files:
        data += _Writer(classes, b"041", base=len(data)).bytes()
    parts, at = bytearray(data), 0
    while at < len(data):
        struct.pack_into("<LL", parts, at + 0x70, len(data), at)
        at += struct.unpack_from("<L", data, at + 0x20)[0]
    return bytes(parts)


@cache
def descriptor(name: str) -> str:
    """`al.example.A` as `Lal/example/A;`; what already is a descriptor stays."""
    return name if name.endswith(";") or name.startswith("[") else f"L{name.replace('.', '/')};"


def uleb(value: int) -> bytes:
    """Unsigned LEB128."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _split(member: str) -> tuple[str, str]:
    name, _, rest = member.partition("(")
    return name, "(" + rest


def _parameters(proto: str) -> list[str]:
    return re.findall(r"\[*(?:L[^;]*;|[^L\[])", proto[1 : proto.index(")")])


def _shorty(proto: str) -> str:
    kinds = [proto.partition(")")[2], *_parameters(proto)]
    return "".join("L" if kind[0] in "L[" else kind for kind in kinds)


@dataclass
class _Tables:
    """The identifier tables: each key and, once sorted, its row."""

    rows: dict[str, dict[tuple[str, ...], int]] = field(
        default_factory=lambda: {name: {} for name in ("string", "type", "proto", "field", "method")}
    )

    def add(self, table: str, key: tuple[str, ...]) -> None:
        if key in self.rows[table]:
            return
        self.rows[table][key] = 0
        for part in _parts(table, key):
            self.add(*part)

    def __call__(self, table: str, *key: str) -> int:
        return self.rows[table][key]

    def sort(self) -> None:
        """Into the order that the format asks for; later tables sort by rows of earlier ones."""
        orders: dict[str, Callable[[tuple[str, ...]], object]] = {
            "string": lambda k: k[0].encode("utf-16-be", "surrogatepass"),
            "type": lambda k: self("string", k[0]),
            "proto": lambda k: [self("type", t) for t in [k[0].partition(")")[2], *_parameters(k[0])]],
            "field": lambda k: (self("type", k[0]), self("string", k[1]), self("type", k[2])),
            "method": lambda k: (self("type", k[0]), self("string", k[1]), self("proto", k[2])),
        }
        for table, order in orders.items():
            ordered = sorted(self.rows[table], key=order)  # type: ignore[type-var]
            self.rows[table] = {key: row for row, key in enumerate(ordered)}


def _parts(table: str, key: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a row of a table names in other tables."""
    if table == "type":
        yield "string", key
    elif table == "proto":
        yield "string", (_shorty(key[0]),)
        yield from (("type", (name,)) for name in [key[0].partition(")")[2], *_parameters(key[0])])
    elif table == "field":
        yield from [("type", key[:1]), ("string", key[1:2]), ("type", key[2:])]
    elif table == "method":
        yield from [("type", key[:1]), ("string", key[1:2]), ("proto", key[2:])]


class _Writer:
    def __init__(
        self,
        classes: Sequence[Class],
        version: bytes,
        handles: Sequence[Handle] = (),
        sites: Sequence[CallSite] = (),
        shared: bool = False,
        base: int = 0,
    ) -> None:
        self.classes = _supertypes_first(classes)
        self.version, self.handles, self.sites, self.shared, self.base = version, handles, sites, shared, base
        self.header = 0x78 if version == b"041" else 0x70
        self.tables = _Tables()
        self._collect()
        self.tables.sort()
        self.map: list[tuple[int, int, int]] = []
        self.codes: dict[bytes, int] = {}

    def _collect(self) -> None:
        for each in self.classes:
            for name in filter(None, [each.name, each.extends, *each.implements]):
                self.tables.add("type", (descriptor(name),))
            for text in each.fields:
                name, _, kind = text.partition(":")
                self.tables.add("field", (descriptor(each.name), name, kind))
            for method in each.methods:
                self.tables.add("method", method_index(each.name, method.member).key)
                for unit in (unit for i in method.code for unit in i if isinstance(unit, Index)):
                    self.tables.add(unit.table, unit.key)
        for handle in self.handles:
            self.tables.add("method", method_index(handle.owner, handle.member).key)
        for site in self.sites:
            self.tables.add("string", (site.name,))
            self.tables.add("proto", (site.proto,))

    # layout -------------------------------------------------------------------------------------

    def bytes(self) -> bytes:
        sizes = {"string": 4, "type": 4, "proto": 12, "field": 8, "method": 8}
        at, self.begin = self.base + self.header, dict[str, int]()
        for table, size in sizes.items():
            self.begin[table] = at
            at += size * len(self.tables.rows[table])
        self.begin["class"], at = at, at + 32 * len(self.classes)
        self.begin["site"], at = at, at + 4 * len(self.sites)
        self.begin["handle"], at = at, at + 8 * len(self.handles)
        self.data, self.data_at = bytearray(), at
        return self._finish(self._sections())

    def _sections(self) -> bytes:
        code = {id(m): self._code(m) for c in self.classes for m in c.methods if m.code}
        self._mapped(0x2001, len(self.codes), self.data_at)
        lists = self._lists()
        strings = self._strings()
        arrays = [self._put(self._site(site)) for site in self.sites]
        self._mapped(0x2005, len(arrays), arrays[0] if arrays else 0)
        datas = [self._put(self._class_data(c, code)) if c.methods or c.fields else 0 for c in self.classes]
        self._mapped(0x2000, len(list(filter(None, datas))), min(filter(None, datas), default=0))
        ids = b"".join([*self._ids(strings, lists), *self._class_defs(datas, lists)])
        ids += b"".join(struct.pack("<L", at) for at in arrays)
        rows = [(h.kind, 0, self.tables(*_flat(method_index(h.owner, h.member))), 0) for h in self.handles]
        return ids + b"".join(struct.pack("<4H", *row) for row in rows)

    def _put(self, content: bytes, align: int = 1) -> int:
        self.data += bytes(-(self.data_at + len(self.data)) % align)
        at = self.data_at + len(self.data)
        self.data += content
        return at

    def _mapped(self, kind: int, count: int, at: int) -> None:
        if count:
            self.map.append((kind, count, at))

    def _code(self, method: Method) -> int:
        units = [self._unit(unit) for instruction in method.code for unit in instruction]
        body = struct.pack(f"<4HLL{len(units)}H", 16, 0, 0, 0, 0, len(units), *units)
        if not (self.shared and body in self.codes):
            key = body if self.shared else body + len(self.codes).to_bytes(4)
            self.codes[key] = self._put(body, 4)
            return self.codes[key]
        return self.codes[body]

    def _unit(self, unit: Unit) -> int:
        return unit if isinstance(unit, int) else self.tables(unit.table, *unit.key) >> unit.shift & 0xFFFF

    def _lists(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {(): 0}
        protos = (tuple(_parameters(key[0])) for key in self.tables.rows["proto"])
        classes = (tuple(map(descriptor, c.implements)) for c in self.classes)
        for names in [*protos, *classes]:
            if names not in found:
                rows = struct.pack(f"<L{len(names)}H", len(names), *(self.tables("type", n) for n in names))
                found[names] = self._put(rows, 4)
        self._mapped(0x1001, len(found) - 1, min(filter(None, found.values()), default=0))
        return found

    def _strings(self) -> list[int]:
        found = []
        for (text,) in self.tables.rows["string"]:
            length = len(text.encode("utf-16-le", "surrogatepass")) // 2
            found.append(self._put(uleb(length) + mutf8(text) + b"\0"))
        self._mapped(0x2002, len(found), found[0] if found else 0)
        return found

    def _site(self, site: CallSite) -> bytes:
        """An array of a handle, a name, a proto and further handles."""
        values = [(0x16, site.handle), (0x17, self.tables("string", site.name))]
        values += [(0x15, self.tables("proto", site.proto)), *((0x16, handle) for handle in site.more)]
        return uleb(len(values)) + b"".join(struct.pack("<BH", 0x20 | kind, row) for kind, row in values)

    def _class_data(self, each: Class, code: dict[int, int]) -> bytes:
        fields = sorted(self.tables("field", descriptor(each.name), *f.split(":")) for f in each.fields)
        direct = [m for m in each.methods if m.direct]
        virtual = [m for m in each.methods if not m.direct]
        head = b"".join(map(uleb, (len(fields), 0, len(direct), len(virtual))))
        steps = [b - a for a, b in zip([0, *fields], fields, strict=False)]
        body = b"".join(uleb(step) + uleb(PUBLIC | STATIC) for step in steps)
        return head + body + self._methods(each, direct, code) + self._methods(each, virtual, code)

    def _methods(self, each: Class, methods: list[Method], code: dict[int, int]) -> bytes:
        rows = sorted(
            (self.tables(*_flat(method_index(each.name, m.member))), i) for i, m in enumerate(methods)
        )
        out, before = b"", 0
        for row, i in rows:
            out += uleb(row - before) + uleb(methods[i].flags) + uleb(code.get(id(methods[i]), 0))
            before = row
        return out

    def _ids(self, strings: list[int], lists: dict[tuple[str, ...], int]) -> Iterator[bytes]:
        rows = self.tables.rows
        yield struct.pack(f"<{len(strings)}L", *strings)
        yield b"".join(struct.pack("<L", self.tables("string", *key)) for key in rows["type"])
        for (proto,) in rows["proto"]:
            shorty, result = (
                self.tables("string", _shorty(proto)),
                self.tables("type", proto.partition(")")[2]),
            )
            yield struct.pack("<3L", shorty, result, lists[tuple(_parameters(proto))])
        for owner, name, kind in rows["field"]:
            numbers = self.tables("type", owner), self.tables("type", kind), self.tables("string", name)
            yield struct.pack("<HHL", *numbers)
        for owner, name, proto in rows["method"]:
            numbers = self.tables("type", owner), self.tables("proto", proto), self.tables("string", name)
            yield struct.pack("<HHL", *numbers)

    def _class_defs(self, datas: list[int], lists: dict[tuple[str, ...], int]) -> Iterator[bytes]:
        for each, data in zip(self.classes, datas, strict=True):
            above = self.tables("type", descriptor(each.extends)) if each.extends else NO_INDEX
            listed = lists[tuple(map(descriptor, each.implements))]
            number = self.tables("type", descriptor(each.name))
            yield struct.pack("<8L", number, each.flags, above, listed, NO_INDEX, 0, data, 0)

    # header and map -----------------------------------------------------------------------------

    def _finish(self, ids: bytes) -> bytes:
        counts = [(name, len(self.tables.rows[name])) for name in self.tables.rows]
        counts.append(("class", len(self.classes)))
        entries = [(0, 1, self.base)]
        entries += [(n + 1, count, self.begin[name]) for n, (name, count) in enumerate(counts) if count]
        entries += [(n, len(rows), self.begin[name]) for n, name, rows in self._late() if rows]
        map_at = self._put(b"", 4)
        entries += [*sorted(self.map, key=lambda row: row[2]), (0x1000, 1, map_at)]
        rows = b"".join(struct.pack("<HHLL", kind, 0, count, at) for kind, count, at in entries)
        self._put(struct.pack("<L", len(entries)) + rows)
        return _signed(self._head(counts, map_at) + ids + bytes(self.data))

    def _late(self) -> Iterable[tuple[int, str, Sequence[object]]]:
        return (7, "site", self.sites), (8, "handle", self.handles)

    def _head(self, counts: list[tuple[str, int]], map_at: int) -> bytes:
        size = self.data_at - self.base + len(self.data)
        tables = [n for name, count in counts for n in (count, self.begin[name] if count else 0)]
        numbers = [size, self.header, 0x12345678, 0, 0, map_at, *tables, len(self.data), self.data_at]
        return (
            b"dex\n" + self.version + bytes(25) + struct.pack("<20L", *numbers).ljust(self.header - 32, b"\0")
        )


def _signed(data: bytes) -> bytes:
    """With digest and checksum, which `dexdump` wants to be right."""
    data = data[:12] + hashlib.sha1(data[32:], usedforsecurity=False).digest() + data[32:]
    return data[:8] + struct.pack("<L", zlib.adler32(data[12:])) + data[12:]


def mutf8(text: str) -> bytes:
    """Modified UTF-8: each UTF-16 unit by itself, and zero as two bytes."""
    raw = text.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
    return b"".join(b"\xc0\x80" if u == 0 else chr(u).encode("utf-8", "surrogatepass") for u in units)


def _flat(index: Index) -> tuple[str, ...]:
    return index.table, *index.key


def _supertypes_first(classes: Sequence[Class]) -> list[Class]:
    """In an order in which every class stands behind those it extends and implements."""
    by_name, done = {c.name: c for c in classes}, dict[int, Class]()
    ahead = list(reversed(classes))
    open_ = set[int]()
    while ahead:
        each = ahead[-1]
        above = [by_name[n] for n in (each.extends, *each.implements) if n in by_name]
        missing = [c for c in above if id(c) not in done and id(c) not in open_]
        if id(each) in done or not missing:
            done.setdefault(id(ahead.pop()), each)
        open_.add(id(each))
        ahead += missing
    return list(done.values())
