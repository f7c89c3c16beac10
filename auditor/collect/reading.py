"""Questions to the code of one app, answered with places, owners and paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from auditor.catalogue import Catalogue
from auditor.collect.archive import printable
from auditor.collect.names import GENERATED, Argument, class_name, descriptor
from auditor.collect.owners import APP, Owners, is_own
from auditor.collect.recognise import is_meant
from auditor.collect.seen import Call
from auditor.dex import encoded
from auditor.dex.analysis import Code
from auditor.dex.constants import HOLE, Constants, Passed
from auditor.dex.opcodes import Refers
from auditor.dex.program import Method, Uses

MOST_PATH = 3000
"""Characters of a path; longer ones lose their middle."""


NAMERS = ("java.lang.Class.forName", "java.lang.ClassLoader.loadClass")
"""Calls that choose a class by its name."""


class Reading:
    """Questions to the code of one app, answered with places and owners."""

    def __init__(self, code: Code, owners: Owners, roots: tuple[str, ...], rules: Catalogue) -> None:
        self.code = code
        self.program = code.program
        self.constants = Constants(code.program, code.calls)
        self._owners, self._roots, self._rules = owners, roots, rules
        self._whose: dict[int, str] = {}
        self._paths: dict[int, str] = {}
        self._notes: dict[int, dict[int, list[int]]] = {}

    # names --------------------------------------------------------------------------------------

    def classes(self) -> Iterator[tuple[str, str]]:
        """Every class defined, with its place."""
        program = self.program
        defined = np.flatnonzero(program.class_row >= 0)
        for number, file in zip(defined.tolist(), program.class_file[defined].tolist(), strict=True):
            name = program.type_name(number)
            yield class_name(name), f"dex:{program.files[file].name}/{name}"

    def members(self) -> Iterator[tuple[str, str]]:
        """Fields and methods of the app's own classes that no tool wrote."""
        program = self.program
        own = np.zeros(len(program.type_names), np.bool_)
        own[[n for n in np.flatnonzero(program.class_row >= 0).tolist() if self._is_written(n)]] = True
        for number in np.flatnonzero(own[program.method_class] & (program.method_flags >= 0)).tolist():
            method = program.method(number)
            yield self._member(int(program.method_class[number]), method.name)
        for number in self._defined_fields(own):
            yield self._member(int(program.field_class[number]), program.field(number).rpartition("->")[2])

    def _is_written(self, number: int) -> bool:
        name = class_name(self.program.type_name(number))
        return is_own(name, self._roots, self._owners) and not GENERATED.search(f".{name}")

    def _member(self, owner: int, name: str) -> tuple[str, str]:
        file, of = self.program.files[self.program.class_file[owner]], self.program.type_name(owner)
        return f"{class_name(of)}.{name}", f"dex:{file.name}/{of}->{name}"

    def _defined_fields(self, own: npt.NDArray[np.bool_]) -> list[int]:
        numbers = [file.fields[file.data.fields.row] for file in self.program.files]
        found = np.unique(np.concatenate(numbers)) if numbers else np.zeros(0, np.int64)
        return found[own[self.program.field_class[found]]].tolist()  # type: ignore[no-any-return]

    def figures(self) -> dict[str, int]:
        """Methods that have code, and how many of them something leads to."""
        has = self.program.method_item >= 0
        return {"methods": int(has.sum()), "reachable": int((has & self.code.reach.methods).sum())}

    def reached_vendors(self) -> Iterator[tuple[str, str]]:
        """Each vendor something leads to, with a path to the first of its methods that is reached."""
        program, seen = self.program, set[str]()
        running = np.flatnonzero(self.code.reach.methods & (program.method_item >= 0))
        _, first = np.unique(program.method_class[running], return_index=True)
        for method in running[first].tolist():
            who = self.whose(method)
            if who not in ("", APP) and who not in seen:
                seen.add(who)
                yield who, self.path(method)

    # places -------------------------------------------------------------------------------------

    def call(self, item: int, at: int, what: str) -> Call:
        """A use of `what` by the instruction at `at`: its place, whose code it is, how it is reached."""
        methods = self.program.owners(item)
        if not methods:
            return Call(f"dex:{self._file(item)}/code[{item}]+{self._offset(item, at)} {what}", "")
        method = next((m for m in methods if self.code.reach.methods[m]), methods[0])
        text = str(self.program.method(method))
        where = f"dex:{self._file(item)}/{text}+{self._offset(item, at)} {what}"
        path = self.path(method)
        return Call(where, self.whose(method), f"{path} -> {what}" if path else "", method)

    def whose(self, method: int) -> str:
        """`app`, a vendor's id, or empty: who wrote the class of a method."""
        owner = int(self.program.method_class[method])
        if owner not in self._whose:
            name = class_name(self.program.type_name(owner))
            self._whose[owner] = self._owners.whose(name, self._roots)
        return self._whose[owner]

    def path(self, method: int) -> str:
        """`dex:` and every station from an entry point to the method; empty when nothing leads there."""
        if method not in self._paths:
            stations = list(self._stations(method))
            self._paths[method] = f"dex:{_path(stations)}" if stations else ""
        return self._paths[method]

    def path_to(self, member: str) -> str:
        """How a method `al.example.Points.onLike` is reached; empty when nothing leads there."""
        owner, _, name = member.rpartition(".")
        number = self.program.type_of(descriptor(owner))
        methods = self.program.methods_named([number], name).tolist() if number >= 0 else []
        return next(filter(None, map(self.path, methods)), "")

    def _stations(self, method: int) -> Iterator[str]:
        """Classes and methods on the way, and who calls where that is neither code nor the platform."""
        after_class = False
        for step in self.code.reach.path(method):
            if after_class and step.method in self.code.outside:
                yield f"({self.code.outside[step.method]})"
            yield _station(step.name)
            after_class = step.method < 0

    def _file(self, item: int) -> str:
        return self.program.files[self.program.file_of(item)].name

    def _offset(self, item: int, at: int) -> str:
        return f"{self.program.offset(item, at):#06x}"

    # calls --------------------------------------------------------------------------------------

    def calls(self, wanted: set[str]) -> dict[str, list[Call]]:
        """Every use of the wanted members: by instruction, by constant arguments, by reflection."""
        found: dict[str, list[Call]] = {}
        for name, positions in self.positions(wanted).items():
            found[name] = [self._at(self.code.calls.uses, p, name) for p in positions]
        for name, call in (*self._fields_read(wanted), *self._with_constants(), *self._reflected(wanted)):
            found.setdefault(name, []).append(call)
        return found

    def _at(self, uses: Uses, position: int, what: str) -> Call:
        return self.call(uses.item(position), int(uses.at[position]), what)

    def positions(self, wanted: Iterable[str]) -> dict[str, list[int]]:
        """Positions of method calls, by the name they were wanted with."""
        by_method: dict[int, list[str]] = {}
        for method, name in self._methods(wanted):
            by_method.setdefault(method, []).append(name)
        hit = np.zeros(len(self.program.method_class) + 1, np.bool_)
        hit[list(by_method)] = True
        found: dict[str, list[int]] = {}
        uses = self.code.calls.uses
        for position in np.flatnonzero(hit[uses.target]).tolist():
            for name in by_method[int(uses.target[position])]:
                found.setdefault(name, []).append(position)
        return found

    def _methods(self, wanted: Iterable[str]) -> Iterator[tuple[int, str]]:
        """(method, wanted name): the method itself, and what inherits it under another class's name."""
        program = self.program
        members = self._by_name(wanted)
        owners = {program.type_of(owner) for listed in members.values() for owner, _ in listed}
        mine = np.zeros(len(program.type_names) + 1, np.bool_)
        mine[[number for number in owners if number >= 0]] = True
        named = program.selector_name[program.method_selector]
        asked = np.zeros(len(program.name_texts) + 1, np.bool_)
        asked[list(members)] = True
        asked_for = (
            asked[named] & self._called & (mine[program.method_class] | (self.code.calls.resolved < 0))
        )
        for method in np.flatnonzero(asked_for).tolist():
            listed = members[int(named[method])]
            owner = program.type_name(int(program.method_class[method]))
            same = [name for above, name in listed if above == owner]
            yield from ((method, name) for name in same or self._heirs(method, listed))

    def _by_name(self, wanted: Iterable[str]) -> dict[int, list[tuple[str, str]]]:
        """Number of the member's name to (class, wanted name); names no file holds are left out."""
        members: dict[int, list[tuple[str, str]]] = {}
        for name in wanted:
            owner, _, member = name.rpartition(".")
            number = self.program.names.get(member.encode())
            if number is not None:
                members.setdefault(number, []).append((descriptor(owner), name))
        return members

    @cached_property
    def _called(self) -> npt.NDArray[np.bool_]:
        called = np.zeros(len(self.program.method_class), np.bool_)
        called[self.code.calls.uses.target] = True
        return called

    def _heirs(self, method: int, members: list[tuple[str, str]]) -> Iterator[str]:
        """`MainActivity.requestPermissions`, which no class of the app defines, is `Activity`'s."""
        if self.code.calls.resolved[method] < 0 and not members[0][1].endswith("<init>"):
            owner = int(self.program.method_class[method])
            yield from (name for above, name in members if self.code.inherits(owner, above))

    def _fields_read(self, wanted: Iterable[str]) -> Iterator[tuple[str, Call]]:
        program, uses = self.program, self.program.uses(Refers.FIELD)
        members = self._by_name(wanted)
        asked = np.zeros(len(program.name_texts) + 1, np.bool_)
        asked[list(members)] = True
        names: dict[int, str] = {}
        for number in np.flatnonzero(asked[program.field_name]).tolist():
            owner = program.type_name(int(program.field_class[number]))
            for above, name in members[int(program.field_name[number])]:
                if above == owner:
                    names[number] = name
        hit = np.zeros(len(program.field_class) + 1, np.bool_)
        hit[list(names)] = True
        for position in np.flatnonzero(hit[uses.target]).tolist():
            name = names[int(uses.target[position])]
            yield name, self._at(uses, position, name)

    # constants ----------------------------------------------------------------------------------

    def _with_constants(self) -> Iterator[tuple[str, Call]]:
        """Calls that mean something only with a certain constant: `X.m(1)=value`."""
        rows = [row for kind in self._rules.data.values() for row in kind.called_with]
        positions = self.positions({row["call"] for row in rows})
        found: dict[tuple[str, Call], None] = {}
        for row in rows:
            near = self._near(row)
            for position in positions.get(row["call"], ()):
                if near is None or self.code.calls.uses.item(position) in near:
                    found.update(self._meant(row, position))
        yield from found

    def _meant(self, row: Mapping[str, Any], position: int) -> Iterator[tuple[tuple[str, Call], None]]:
        for passed in self.constants.passed(position, row["argument"]):
            if is_meant(row, str(passed.value)):
                name = f"{row['call']}({row['argument']})={_shown(passed.value)}"
                yield (name, self.call(passed.item, passed.at, name)), None

    def _near(self, row: Mapping[str, Any]) -> set[int] | None:
        """Code that holds the texts a row asks for, and what it calls; None when the row asks for numbers."""
        texts = [text for text in row.get("equals", ()) if isinstance(text, str)]
        if len(texts) < len(row.get("equals", ())):
            return None
        items: set[int] = set()
        for index, file in enumerate(self.program.files):
            rows = [found for text in texts if (found := file.dex.find(text)) >= 0]
            rows += [found for begin in row.get("begins", ()) for found in file.dex.beginning_with(begin)]
            items.update(item for found in rows for item, _ in self._string_uses(index, found))
        return items | self._called_from(items) if items else items

    def _called_from(self, items: set[int]) -> set[int]:
        """Code of the methods that these call: helpers to which they hand their texts."""
        calls = self.code.calls
        targets = calls.resolved[calls.uses.target[calls.uses.of(np.array(sorted(items), np.int64))]]
        return set(self.program.method_item[targets[targets >= 0]].tolist())

    def arguments(self) -> Iterator[Argument]:
        """Constants that the app's own code, or code of nobody known, passes to calls worth knowing about."""
        rows = [(kind, row) for kind in self._rules.arguments.values() for row in kind.calls]
        positions = self.positions({row["call"] for _, row in rows})
        found: dict[Argument, None] = {}
        for kind, row in rows:
            for position in filter(self.is_nobodys, positions.get(row["call"], ())):
                for passed in self.constants.passed(position, row["argument"], each=row.get("each", False)):
                    found.update(self._argument(kind.id, row["call"], passed))
        yield from found

    def is_nobodys(self, position: int) -> bool:
        """Whether a call stands in code that is no known vendor's."""
        methods = self.program.owners(self.code.calls.uses.item(position))
        return bool(methods) and self.whose(methods[0]) in ("", APP)

    def _argument(self, kind: str, call: str, passed: Passed) -> dict[Argument, None]:
        used = self.call(passed.item, passed.at, call)
        value = _shown(passed.value)
        if used.who not in ("", APP) or not value.strip(HOLE_SHOWN):
            return {}
        return {Argument(kind, value, used.where, used.who, used.path): None}

    def texts_of(self, item: int) -> list[tuple[int, str]]:
        """(unit, text) of every const-string of a code item, in order."""
        uses, file = self.program.uses(Refers.STRING), self.program.files[self.program.file_of(item)]
        found = range(int(uses.bounds[item]), int(uses.bounds[item + 1]))
        return [(int(uses.at[p]), file.dex.text(int(uses.target[p]))) for p in found]

    def call_at(self, item: int, at: int) -> int:
        """Position of the call that the instruction at `at` makes; -1 when it makes none."""
        uses = self.code.calls.uses
        found = range(int(uses.bounds[item]), int(uses.bounds[item + 1]))
        return next((p for p in found if int(uses.at[p]) == at), -1)

    def called(self, position: int) -> Method:
        """The method that a call names."""
        return self.program.method(int(self.code.calls.uses.target[position]))

    def values_of(self, field: str) -> list[str | int]:
        """Constants that a static field `al.example.Points.PER_LIKE` holds."""
        owner, _, name = field.rpartition(".")
        program = self.program
        number, named = program.type_of(descriptor(owner)), program.names.get(name.encode(), -1)
        found = np.flatnonzero((program.field_class == number) & (program.field_name == named)).tolist()
        held = [value for one in found for value in self.constants.static(one)[0]]
        return [value for value in held if isinstance(value, str) or type(value) is int]

    def computed_names(self) -> Iterator[str]:
        """Places in code that runs where a class is chosen by a name no constant gives."""
        for name, positions in self.positions(NAMERS).items():
            for position in positions:
                used = self._at(self.code.calls.uses, position, name)
                if used.path and not any(map(self._is_text, self.constants.passed(position, 0))):
                    yield used.where

    def _is_text(self, passed: Passed) -> bool:
        """Whether a name stands whole among the strings, where it was followed; others were put together."""
        value = str(passed.value)
        return HOLE not in value and any(file.dex.find(value) >= 0 for file in self.program.files)

    def _reflected(self, wanted: Iterable[str]) -> Iterator[tuple[str, Call]]:
        """Members that one method names as texts, class and member: how SDKs call what may be absent."""
        members = [(*name.rpartition(".")[::2], name) for name in wanted if not name.endswith("<init>")]
        for index, file in enumerate(self.program.files):
            rows = {owner: file.dex.find(owner) for owner in {owner for owner, _, _ in members}}
            for owner, member, name in members:
                if rows[owner] >= 0 and (other := file.dex.find(member)) >= 0:
                    for item, at in self._together(index, rows[owner], other):
                        yield name, self.call(item, at, f"{name} (by reflection)")

    def _together(self, file: int, first: int, second: int) -> Iterator[tuple[int, int]]:
        """Code items that hold both strings, and the instruction with the second."""
        one = {item for item, _ in self._string_uses(file, first)}
        yield from ((item, at) for item, at in self._string_uses(file, second) if item in one)

    def _string_uses(self, file: int, row: int) -> Iterator[tuple[int, int]]:
        """(code item, unit) of every const-string of this row."""
        uses, first = self.program.uses(Refers.STRING), self.program.files[file].first_item
        begin, end = uses.bounds[first], uses.bounds[first + len(self.program.files[file].code)]
        positions = begin + np.flatnonzero(uses.target[begin:end] == row)
        yield from zip(uses.items(positions).tolist(), uses.at[positions].tolist(), strict=True)

    def strings(self, rules: Catalogue) -> dict[str, list[Call]]:
        """Scopes, content addresses and what practices ask for among the strings, with whoever uses them."""
        wanted = [
            asked for kind in rules.practices.values() for asked in kind.told_by if "text" in asked["in"]
        ]
        scopes = {scope for vendor in rules.vendors.values() for scope in vendor.scopes}
        scopes |= {text for asked in wanted for text in asked.get("equals", ())}
        content = {begin for kind in rules.data.values() for begin in kind.content}
        content |= {begin for asked in wanted for begin in asked.get("begins", ())}
        found: dict[str, list[Call]] = {}
        for index, file in enumerate(self.program.files):
            rows = [row for text in scopes if (row := file.dex.find(text)) >= 0]
            rows += [row for begin in content for row in file.dex.beginning_with(begin)]
            for row in rows:
                text = file.dex.text(row)
                found.setdefault(text, []).extend(self.users(index, row, printable(text, 80)))
        return found

    def users(self, file: int, row: int, shown: str) -> list[Call]:
        """Who uses a string: instructions; else the field it is the value of; else its row in the table."""
        used = [self.call(item, at, shown) for item, at in self._string_uses(file, row)]
        if used:
            return used
        of = self.program.files[file]
        holder = encoded.field_holding(of.dex, of.data.fields, row)
        if not holder:
            return [Call(f"dex:{of.name}/string_ids[{row}] {shown}")]
        owner, field = holder
        who = self._owners.whose(class_name(owner), self._roots)
        return [Call(f"dex:{of.name}/{owner}->{field} {shown}", who)]

    def annotated(self, file: int, row: int, shown: str) -> list[Call]:
        """Methods of nobody known whose annotations hold a string: `@POST("v2/likes")`."""
        return [
            Call(
                f"dex:{self.program.files[file].name}/{self.program.method(m)} {shown}",
                self.whose(m),
                self.path(m),
                m,
            )
            for m in self._noted(file).get(row, ())
        ]

    def _noted(self, file: int) -> dict[int, list[int]]:
        """Row of string_ids to the methods that carry it in an annotation."""
        if file not in self._notes:
            of, found = self.program.files[file], dict[int, list[int]]()
            own = {n for n, m in enumerate(of.methods.tolist()) if self.whose(m) in ("", APP)}
            for method, text in encoded.annotation_texts(of.dex, own):
                found.setdefault(text, []).append(int(of.methods[method]))
            self._notes[file] = found
        return self._notes[file]


HOLE_SHOWN = "…"
"""Shown where a part of a text is not known."""


def _shown(value: str | int) -> str:
    return printable(str(value).replace(HOLE, HOLE_SHOWN), 300)


def _station(name: str) -> str:
    """`Lal/example/Main;->onCreate(I)V` -> `al.example.Main.onCreate`; a class stays a class."""
    owner, arrow, member = name.partition("->")
    return f"{class_name(owner)}.{member.partition('(')[0]}" if arrow else class_name(owner)


def _path(stations: Iterable[str]) -> str:
    """All stations, or the first and last ones when they are too many to print."""
    shown = listed = list(stations)
    left = right = len(listed) // 2
    while sum(map(len, shown)) + 4 * len(shown) > MOST_PATH and left > 1:
        left, right = left - 1, right + 1
        shown = [*listed[:left], f"... {right - left} more ...", *listed[right:]]
    return " -> ".join(shown)
