"""All DEX files of an app as one program: the same type, method or field has one number everywhere.

A type is the same when its descriptor is; a method when class, name and proto
are. Numbers are dense, so that whatever is known per type or per method is one
array. Names stay bytes in the files until somebody asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from auditor.dex.classdata import ClassData, Members, read_class_data
from auditor.dex.code import Code, References, references, sweep
from auditor.dex.opcodes import Refers
from auditor.dex.tables import Bytes, DexError, DexFile, Ids, bounds, decode, once, open_dex, ragged

type Longs = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

MOST_SHARED = 4
"""How often the bytes of a file may be read as part of one of its headers; honest ones share strings."""

ACC_PRIVATE, ACC_STATIC, ACC_NATIVE, ACC_INTERFACE, ACC_ABSTRACT = 0x2, 0x8, 0x100, 0x200, 0x400


@dataclass(slots=True)
class File:
    """One DEX file, read: tables, definitions, instructions, and its numbers in the program."""

    name: str
    """What the caller calls it, such as `classes2.dex`; a container's later files add `#1`, `#2`."""
    dex: DexFile
    data: ClassData
    code: Code
    types: Ids
    """Number of each of its types in the program: int32[type_ids]."""
    names: Ids
    """Number of each string that names a member, -1 for others: int32[string_ids]."""
    protos: Ids
    methods: Ids
    fields: Ids
    first_item: int
    """Number of its first code item in the program."""

    @property
    def problems(self) -> list[str]:
        """What could not be read, one clause each."""
        return [*self.data.problems, *self.code.problems]


class Method(NamedTuple):
    """A method by its names."""

    owner: str
    """Descriptor of the class it is referred to with."""
    name: str
    proto: str
    """`(Ljava/lang/String;I)V`."""

    def __str__(self) -> str:
        """`Lcom/acme/Client;->send(Ljava/lang/String;)V`, as dexdump and smali write it."""
        return f"{self.owner}->{self.name}{self.proto}"


@dataclass(frozen=True, slots=True)
class Uses:
    """All references of one kind in the program, in the order of files and code items."""

    target: Ids
    """Number of the method, field or type; row of string_ids for strings: int32[n]."""
    at: Ids
    """Unit of the instruction in its file: int32[n]."""
    opcode: Bytes
    bounds: Ids
    """References of code item i are `bounds[i]:bounds[i + 1]`: int32[items + 1]."""

    def items(self, chosen: Longs | Ids) -> Longs:
        """Code items that hold the chosen references (positions, ascending or not): int64[len(chosen)]."""
        return np.searchsorted(self.bounds, np.asarray(chosen, np.int32), side="right") - 1

    def item(self, chosen: int) -> int:
        """Code item that holds one reference."""
        return int(self.bounds.searchsorted(np.int32(chosen), side="right")) - 1

    def of(self, items: Longs | Ids) -> Longs:
        """Positions of all references inside these code items: int64[n]."""
        return ragged(self.bounds[items], self.bounds[np.asarray(items) + 1] - self.bounds[items])


def _numbering() -> dict[bytes, int]:
    """Gives every new name the next number when it is looked up."""
    return defaultdict(count().__next__)


@dataclass(slots=True)
class _Numbers:
    """Numbers given out so far, by name."""

    types: dict[bytes, int] = field(default_factory=_numbering)
    names: dict[bytes, int] = field(default_factory=_numbering)


class Program:
    """Types, members, classes, code items and references of all files."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        """`files` are (name, content), in the order in which the platform searches them for classes.

        A file that cannot be read is left out, and said in `problems`.
        """
        self._uses: dict[Refers, Uses] = {}
        self._methods: dict[int, Method] = {}
        self._protos: dict[int, str] = {}
        self.files: list[File] = []
        self.problems: list[tuple[str, str]] = []
        """(file, clause) for everything that was not read."""
        numbers = _Numbers()
        for name, content in files:
            self._read(name, content, numbers)
        self.type_names = list(numbers.types)
        """Descriptor of every type, as bytes of modified UTF-8."""
        self.types = dict(numbers.types)
        """Descriptor (bytes) to number."""
        self.names = dict(numbers.names)
        """Name of a member (bytes) to number."""
        self.name_texts = list(numbers.names)
        self._number_protos()
        self._number_members()
        self._place_classes()
        self._place_definitions()

    # names --------------------------------------------------------------------------------------

    def type_name(self, number: int) -> str:
        """Descriptor of a type."""
        return decode(self.type_names[number])

    def method(self, number: int) -> Method:
        """Names of a method."""
        if number not in self._methods:
            self._methods[number] = self._method(number)
        return self._methods[number]

    def _method(self, number: int) -> Method:
        selector = int(self.method_selector[number])
        name = decode(self.name_texts[int(self.selector_name[selector])])
        proto = self.proto(int(self.selector_proto[selector]))
        return Method(self.type_name(int(self.method_class[number])), name, proto)

    def proto(self, number: int) -> str:
        """Parameters and return type, `(I)V`."""
        if number not in self._protos:
            at = int(self._proto_at[number])
            index = int(np.searchsorted(self._proto_bounds, at, side="right")) - 1
            self._protos[number] = self.files[index].dex.proto(at - int(self._proto_bounds[index]))
        return self._protos[number]

    def field(self, number: int) -> str:
        """`Landroid/os/Build;->MODEL`."""
        name = decode(self.name_texts[int(self.field_name[number])])
        return f"{self.type_name(int(self.field_class[number]))}->{name}"

    def string(self, file: int, row: int) -> str:
        """String `row` of a file's string_ids."""
        return self.files[file].dex.text(row)

    # lookups ------------------------------------------------------------------------------------

    def type_of(self, descriptor: str) -> int:
        """Number of a type, -1 when no file names it."""
        return self.types.get(descriptor.encode("utf-8", "surrogatepass"), -1)

    def defined(self, number: int) -> bool:
        """Whether some file defines the class."""
        return bool(self.class_row[number] >= 0)

    def methods_named(self, owners: Iterable[int], name: str) -> Ids:
        """Numbers of the methods of this name that are referred to with, or defined in, one of the types."""
        wanted = self.names.get(name.encode("utf-8", "surrogatepass"), -1)
        mine = np.zeros(len(self.type_names) + 1, np.bool_)
        mine[list(owners)] = True
        named = self.selector_name[self.method_selector] == wanted
        return np.flatnonzero(named & mine[self.method_class]).astype(np.int32)

    def file_of(self, item: int) -> int:
        """Index of the file that holds a code item."""
        return int(np.searchsorted(self._item_bounds, item, side="right")) - 1

    def offset(self, item: int, at: int) -> int:
        """Unit of an instruction counted from the start of its method, as dexdump prints it."""
        file = self.files[self.file_of(item)]
        return at - int(file.code.first[item - file.first_item])

    def owners(self, item: int) -> list[int]:
        """Methods that share a code item; nearly always one."""
        begin, end = self._owner_bounds[item : item + 2]
        return self._owner[begin:end].tolist()  # type: ignore[no-any-return]

    # building -----------------------------------------------------------------------------------

    def _read(self, name: str, content: bytes, numbers: _Numbers) -> None:
        left = MOST_SHARED * len(content)
        try:
            for index, dex in enumerate(open_dex(content)):
                left -= self._add(f"{name}#{index}" if index else name, dex, numbers)
                if left < 0:
                    raise DexError("its headers share names and code: they are more than the file holds")
        except DexError as error:
            self.problems.append((name, str(error)))

    def _add(self, name: str, dex: DexFile, numbers: _Numbers) -> int:
        """Read one file; about how many bytes of names and code it has."""
        data = read_class_data(dex)
        offsets = once(data.methods.code[data.methods.code > 0])
        _ = dex.parameters  # their checks may still refuse the file
        named = once(np.concatenate((dex.field_name, dex.method_name)))
        texts = dex.raws(dex.types), dex.raws(named)
        names = np.full(len(dex.strings), -1, np.int32)
        types, names[named] = _numbered(numbers.types, texts[0]), _numbered(numbers.names, texts[1])
        code = sweep(dex, offsets)
        first = self.files[-1].first_item + len(self.files[-1].code) if self.files else 0
        self.files.append(File(name, dex, data, code, types, names, _NONE, _NONE, _NONE, first))
        return 2 * len(code.at) + sum(map(len, texts[0])) + sum(map(len, texts[1]))

    def _number_protos(self) -> None:
        """Two protos are one when return type and all parameters are: compared place by place."""
        self._proto_bounds = bounds(np.array([len(f.dex.protos) for f in self.files], np.int64))
        key = _joined([f.types[f.dex.protos[:, 1]] for f in self.files]).astype(np.int64)
        counts = _joined([f.dex.parameters[1] for f in self.files])
        types = _joined([f.types[f.dex.parameters[0]] for f in self.files])
        begins = np.cumsum(counts) - counts
        given = len(self.type_names)
        for place in range(int(counts.max()) if len(counts) else 0):
            longer = np.flatnonzero(counts > place)
            pair = key[longer] << 32 | types[begins[longer] + place]
            _, inverse = np.unique(pair, return_inverse=True)
            key[longer] = given + inverse
            given += int(inverse.max()) + 1
        self._proto_at, number = _unique(key)
        self.parameter_count = counts[self._proto_at]
        """Parameters of each proto: int32[protos]."""
        for file, begin in zip(self.files, self._proto_bounds.tolist(), strict=False):
            file.protos = number[begin : begin + len(file.dex.protos)]

    def _number_members(self) -> None:
        files = self.files
        name = _joined([f.names[f.dex.method_name] for f in files]).astype(np.int64)
        proto = _joined([f.protos[f.dex.method_proto] for f in files])
        owner = _joined([f.types[f.dex.method_class] for f in files])
        chosen, selector = _unique(name << 32 | proto)
        self.selector_name, self.selector_proto = name[chosen].astype(np.int32), proto[chosen]
        """Name and proto of each selector (what an override must share): int32[selectors]."""
        self.method_key, chosen, methods = _distinct(owner.astype(np.int64) << 32 | selector)
        """Class and selector in one number, ascending: int64[methods]; a class's methods lie together."""
        self.method_class, self.method_selector = owner[chosen], selector[chosen]
        """Class and selector of each method: int32[methods]."""
        name = _joined([f.names[f.dex.field_name] for f in files]).astype(np.int64)
        kind = _joined([f.types[f.dex.field_type] for f in files])
        owner = _joined([f.types[f.dex.field_class] for f in files])
        _, signature = _unique(name << 32 | kind)
        chosen, fields = _unique(owner.astype(np.int64) << 32 | signature)
        self.field_class, self.field_name = owner[chosen], name[chosen].astype(np.int32)
        """Class and name of each field: int32[fields]."""
        for file, m, f in zip(files, _begins(files, "method"), _begins(files, "field"), strict=True):
            file.methods = methods[m : m + len(file.dex.method_name)]
            file.fields = fields[f : f + len(file.dex.field_name)]

    def _place_classes(self) -> None:
        """Where each class is defined: the first file that has it counts, as for the platform."""
        total = len(self.type_names)
        self.class_file = np.full(total, -1, np.int32)
        self.class_row = np.full(total, -1, np.int32)
        """Row of class_defs in `class_file`, -1 for types nobody defines: int32[types]."""
        self.class_flags = np.zeros(total, np.int32)
        for index in range(len(self.files) - 1, -1, -1):
            file = self.files[index]
            mine = file.types[file.dex.classes[::-1, 0]]
            self.class_file[mine] = index
            self.class_row[mine] = np.arange(len(mine) - 1, -1, -1)
            self.class_flags[mine] = file.dex.classes[::-1, 1].astype(np.int32)

    def _place_definitions(self) -> None:
        """Methods that have a definition: flags, code item, and whether their class is the one loaded."""
        total = len(self.method_class)
        self.method_flags = np.full(total, -1, np.int32)
        """Access flags, -1 for methods nobody defines: int32[methods]."""
        self.method_item = np.full(total, -1, np.int32)
        """Code item, -1 for none: int32[methods]."""
        owner: list[Ids] = []
        items: list[Longs] = []
        for index in range(len(self.files) - 1, -1, -1):
            methods, item = self._define(index)
            owner.append(methods[item >= 0])
            items.append(item[item >= 0])
        self._item_bounds = np.array([f.first_item for f in self.files], np.int64)
        self._share(_joined(owner), np.concatenate(items) if items else np.zeros(0, np.int64))

    def _define(self, index: int) -> tuple[Ids, Longs]:
        """Number and code item of each method that a file defines; the loaded ones are kept."""
        file = self.files[index]
        rows: Members = file.data.methods
        methods = file.methods[rows.row]
        place = np.searchsorted(file.code.offset, rows.code)
        known = place < len(file.code)
        known[known] = file.code.offset[place[known]] == rows.code[known]
        item = np.where(known & (rows.code > 0), place + file.first_item, -1)
        types = self.method_class[methods]
        loaded = (self.class_file[types] == index) & (self.class_row[types] == rows.class_def)
        self.method_flags[methods[loaded]] = rows.flags[loaded]
        self.method_item[methods[loaded]] = item[loaded]
        return methods, item

    def _share(self, owner: Ids, items: Longs) -> None:
        """Group methods by code item: R8 lets methods with the same code share it."""
        order = np.argsort(items, kind="stable")
        self.items = self.files[-1].first_item + len(self.files[-1].code) if self.files else 0
        """Number of code items of the program."""
        self._owner = owner[order]
        self._owner_bounds = np.searchsorted(items[order], np.arange(self.items + 1)).astype(np.int32)

    # references ---------------------------------------------------------------------------------

    def uses(self, kind: Refers) -> Uses:
        """All references of one kind; computed once."""
        if kind not in self._uses:
            self._uses[kind] = self._collect(kind)
        return self._uses[kind]

    def _collect(self, kind: Refers) -> Uses:
        parts = [(f, references(f.dex, f.code, kind, _limit(f, kind))) for f in self.files]
        begins = np.cumsum([0, *(len(found.index) for _, found in parts)])
        groups = [found.bounds[:-1] + begin for (_, found), begin in zip(parts, begins, strict=False)]
        return Uses(
            _joined([_in_program(f, kind, found) for f, found in parts]),
            _joined([found.at for _, found in parts]),
            np.concatenate([np.zeros(0, np.uint8), *(found.opcode for _, found in parts)]),
            np.append(_joined(groups), begins[-1]).astype(np.int32),
        )


_NONE: Ids = np.zeros(0, np.int32)


def _limit(file: File, kind: Refers) -> int:
    match kind:
        case Refers.STRING:
            return len(file.dex.strings)
        case Refers.FIELD:
            return len(file.fields)
        case Refers.METHOD | Refers.POLYMORPHIC:
            return len(file.methods)
        case Refers.TYPE | Refers.CLASS | Refers.NEW:
            return len(file.types)
        case Refers.PROTO:
            return len(file.protos)
        case _:
            return 1 << 32


def _in_program(file: File, kind: Refers, found: References) -> Ids:
    match kind:
        case Refers.FIELD:
            return file.fields[found.index]
        case Refers.METHOD | Refers.POLYMORPHIC:
            return file.methods[found.index]
        case Refers.TYPE | Refers.CLASS | Refers.NEW:
            return file.types[found.index]
        case _:
            return found.index


def _numbered(known: dict[bytes, int], names: list[bytes]) -> Ids:
    return np.fromiter(map(known.__getitem__, names), np.int32, len(names))


def _joined(parts: Sequence[npt.NDArray[np.int32]]) -> Ids:
    return np.concatenate(parts) if parts else _NONE


def _unique(keys: Longs) -> tuple[Longs, Ids]:
    """One place at which each distinct key stands, and the number of the key at each place."""
    return _distinct(keys)[1:]


def _distinct(keys: Longs) -> tuple[Longs, Longs, Ids]:
    """Distinct keys, ascending; a place at which each stands; the number of the key at each place."""
    distinct, number = np.unique(keys, return_inverse=True)
    place = np.zeros(len(distinct), np.int64)
    place[number[::-1]] = np.arange(len(keys) - 1, -1, -1)
    return distinct, place, number.astype(np.int32)


def _begins(files: Sequence[File], table: str) -> Iterator[int]:
    at = 0
    for file in files:
        yield at
        at += len(getattr(file.dex, f"{table}_name"))


__all__ = ["File", "Flags", "Method", "Program", "Uses"]
