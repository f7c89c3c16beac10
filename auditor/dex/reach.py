"""What can run: from entry points through calls, objects, class names and callbacks.

A method of an object runs only if such an object can exist, so virtual calls
count once the receiver's class, or one below it, has been created or named in
code that runs (rapid type analysis). The search goes level by level; every
method keeps the one it was reached from, so that its path is a shortest one.

What this cannot see makes the result a lower bound: reflection with computed
names, code loaded at run time, calls from native code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from auditor.dex.callbacks import Callbacks
from auditor.dex.graph import Calls
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.opcodes import STATIC_FIELD, Refers
from auditor.dex.program import Flags, Longs, Program, Uses
from auditor.dex.tables import Ids, bounds, ragged

MOST_ROUNDS = 5000
"""Methods on a path; the longest shortest path of real apps has a hundred."""


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a path."""

    method: int
    """Its number; -1 for a class: an object of it exists, so that its callbacks run."""
    name: str
    """`Lal/example/Main;->onCreate(Landroid/os/Bundle;)V` or `Lal/example/Main;`."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Ways into code that instructions do not show."""

    named: Uses
    """const-string that is the name of a class: target is the type."""
    handles: Uses
    """Methods behind method handles and call sites."""


class Reach:
    """Everything reachable from the roots, with a shortest path to each method."""

    def __init__(
        self,
        program: Program,
        hierarchy: Hierarchy,
        calls: Calls,
        callbacks: Callbacks,
        extra: Extra,
        roots: Iterable[int],
    ) -> None:
        """`roots` are types that the platform, or a name in some file, brings to life."""
        self.program = program
        self._hierarchy, self._calls, self._callbacks, self._extra = hierarchy, calls, callbacks, extra
        methods, types = len(program.method_class), hierarchy.types
        self.problems: list[str] = []
        self.methods: Flags = np.zeros(methods, np.bool_)
        """Whether each method can run: bool[methods]."""
        self._from: Longs = np.full(methods, -1, np.int64)
        """Method it was reached from; `methods + t` when type t brought it."""
        self._asked, self._called = np.zeros(methods, np.bool_), np.zeros(methods, np.bool_)
        self._caller = np.full(methods, -1, np.int64)
        self.live: Flags = np.zeros(types + 1, np.bool_)
        """Whether objects of the type can exist: bool[types + 1]."""
        self._built = np.zeros(types + 1, np.bool_)
        self._tree = np.zeros(types + 1, np.bool_)
        self._tree[types] = True
        self._maker: Longs = np.full(types + 1, -1, np.int64)
        self._stamp = np.zeros(max(methods, types + 1), np.int64)
        self._index()
        self._search(np.array(sorted(set(roots)), np.int64))

    def path(self, method: int) -> list[Step]:
        """From an entry point to the method; empty when nothing leads there."""
        if not self.methods[method]:
            return []
        steps, here, count = [], method, len(self.methods)
        while here >= 0:
            steps.append(self._step(here))
            here = int(self._from[here]) if here < count else int(self._maker[here - count])
        return steps[::-1]

    def _step(self, node: int) -> Step:
        if node < len(self.methods):
            return Step(node, str(self.program.method(node)))
        return Step(-1, self.program.type_name(node - len(self.methods)))

    # preparation --------------------------------------------------------------------------------

    def _index(self) -> None:
        program, types = self.program, self._hierarchy.types
        self._first = np.searchsorted(program.method_class, np.arange(types + 2)).astype(np.int64)
        self._heirs = bounds(np.bincount(self._callbacks.heir, minlength=types + 1))
        self._types = self._types_used()
        names = program.names
        named = program.selector_name[program.method_selector]
        self._constructor = named == names.get(b"<init>", -2)
        initialiser = np.flatnonzero((named == names.get(b"<clinit>", -2)) & (program.method_flags >= 0))
        self._hands_down = np.zeros(types + 1, np.bool_)  # such interfaces are initialised with their classes
        self._hands_down[program.method_class[self._hierarchy.default_methods]] = True
        self._initialiser = np.full(types + 1, -1, np.int64)
        self._initialiser[program.method_class[initialiser]] = initialiser
        for level in self._hierarchy.levels[1:]:
            above = self._initialiser[self._hierarchy.superclass[level]]
            self._initialiser[level] = np.where(self._initialiser[level] < 0, above, self._initialiser[level])

    def _types_used(self) -> Uses:
        """Types that code creates, names or touches, in one row; `opcode` says how."""
        program = self.program
        fields = program.uses(Refers.FIELD)
        static = np.flatnonzero(STATIC_FIELD[fields.opcode])
        parts = [
            (_NEW, program.uses(Refers.NEW), None),
            (_NAMED, program.uses(Refers.CLASS), None),
            (_NAMED, self._extra.named, None),
        ]
        rows = [(role, uses.target, uses.items(np.arange(len(uses.target)))) for role, uses, _ in parts]
        rows.append((_TOUCHED, program.field_class[fields.target[static]], fields.items(static)))
        role = np.repeat([row[0] for row in rows], [len(row[1]) for row in rows]).astype(np.uint8)
        target, items = (np.concatenate([row[n] for row in rows]) for n in (1, 2))
        order = np.argsort(items, kind="stable")
        groups = np.searchsorted(items[order], np.arange(program.items + 1)).astype(np.int32)
        return Uses(target[order].astype(np.int32), order.astype(np.int32), role[order], groups)

    # the search ---------------------------------------------------------------------------------

    def _search(self, roots: Longs) -> None:
        nothing = np.full(len(roots), -1, np.int64)
        ahead = np.concatenate((self._bring(roots, nothing), self._build(roots, nothing)))
        for _ in range(MOST_ROUNDS):
            ahead = self._step_from(ahead)
            if not len(ahead):
                return
        self.problems.append(
            f"calls lead through more than {MOST_ROUNDS} methods; what lies behind was not followed"
        )

    def _step_from(self, methods: Longs) -> Longs:
        """All that runs, or comes to life, because these methods run."""
        items = self.program.method_item[methods]
        methods, items = methods[items >= 0], items[items >= 0]
        found = [_NOBODY, *self._call(methods, items), *self._use(methods, items)]
        if len(self._extra.handles.target):
            source, targets, _ = _referred(self._extra.handles, methods, items)
            found += [*self._plain(targets, source), self._virtual(targets, source)]
        return np.concatenate(found)

    def _call(self, methods: Longs, items: Ids) -> list[Longs]:
        source, target, position = _referred(self._calls.uses, methods, items)
        if not len(target):
            return []
        virtual = self._calls.virtual[position]
        found = self._plain(target[~virtual], source[~virtual])
        return [*found, self._virtual(target[virtual], source[virtual])]

    def _plain(self, target: Ids, source: Longs) -> list[Longs]:
        """Static, direct and super calls."""
        method = self._calls.resolved[target]
        known = method >= 0
        method, source = method[known], source[known]
        return [self._reach(method, source), self._initialise(self.program.method_class[method], source)]

    def _virtual(self, target: Ids, source: Longs) -> Longs:
        """Calls on an object: those of its possible definitions run whose class some object has."""
        asked, source = self._once(target, source, self._asked)
        question, arrived = self._calls.arrivals(asked)
        definition, source = self._once(arrived, source[question], self._called)
        self._caller[definition] = source
        ready = self._tree[self.program.method_class[definition]]
        return self._reach(definition[ready], source[ready])

    def _use(self, methods: Longs, items: Ids) -> list[Longs]:
        source, types, position = _referred(self._types, methods, items)
        if not len(types):
            return []
        role = self._types.opcode[position]
        found = [self._initialise(types, source)]
        exists = (role == _NEW) | (role == _NAMED)
        found.append(self._bring(types[exists], source[exists]))
        named = role == _NAMED
        return [*found, self._build(types[named], source[named])]

    def _initialise(self, types: Longs | Ids, source: Longs) -> Longs:
        """Class initialisers: a class's own or, without one, that of the nearest class above it."""
        if not len(types):
            return _NOBODY
        method = self._initialiser[types]
        has = method >= 0
        found = [self._reach(method[has], source[has])]
        while len(found[-1]):
            above = self._hierarchy.superclass[self.program.method_class[found[-1]]]
            method = self._initialiser[above]
            has = method >= 0
            found.append(self._reach(method[has], found[-1][has]))
        return np.concatenate(found)

    def _build(self, types: Longs | Ids, source: Longs) -> Longs:
        """Classes that something outside the instructions creates: any of their constructors may run."""
        types, source = self._once(types, source, self._built)
        node = np.where(source < 0, types + len(self.methods), source)
        return self._own(types, node, self._constructor)

    def _bring(self, types: Longs | Ids, source: Longs) -> Longs:
        """Objects of these types can exist, so that their methods can be called."""
        defined = self.program.class_row[types] >= 0
        types, source = self._once(types[defined], source[defined], self.live)
        if not len(types):
            return _NOBODY
        self._maker[types] = source
        node = types + len(self.methods)
        found = [self._initialise(types, node)]
        ahead = types
        while len(ahead):
            ahead, node = self._once(ahead, node, self._tree)
            found.append(self._awake(ahead, node))
            question, interfaces = self._hierarchy.interfaces_of(ahead)
            interfaces, origin = self._once(interfaces, node[question], self._tree)
            handing = self._hands_down[interfaces]
            found += [self._awake(interfaces, origin), self._initialise(interfaces[handing], origin[handing])]
            ahead = self._hierarchy.superclass[ahead].astype(np.int64)
        return np.concatenate(found)

    def _awake(self, types: Longs, node: Longs) -> Longs:
        """Definitions in these types run if something calls them, or the platform does."""
        if not len(types):
            return _NOBODY
        found = [self._own(types, node, self._callbacks.method)]
        methods, _ = self._members(types, node)
        waiting = methods[self._called[methods]]
        found.append(self._reach(waiting, self._caller[waiting]))
        begin, count = self._heirs[types], self._heirs[types + 1] - self._heirs[types]
        inherited = self._callbacks.inherited[ragged(begin, count)]
        found.append(self._reach(inherited, np.repeat(node, count)))
        return np.concatenate(found)

    def _own(self, types: Longs, node: Longs, flag: Flags) -> Longs:
        methods, source = self._members(types, node)
        return self._reach(methods[flag[methods]], source[flag[methods]])

    def _members(self, types: Longs, node: Longs) -> tuple[Longs, Longs]:
        """Methods of these types (they lie together), each with the type's origin."""
        count = self._first[types + 1] - self._first[types]
        return ragged(self._first[types], count), np.repeat(node, count)

    def _reach(self, methods: Longs | Ids, source: Longs) -> Longs:
        if not len(methods):
            return _NOBODY
        defined = self.program.method_flags[methods] >= 0
        methods, source = self._once(methods[defined], source[defined], self.methods)
        self._from[methods] = source
        return methods

    def _once(self, values: Longs | Ids, source: Longs, seen: Flags) -> tuple[Longs, Longs]:
        """Values not seen before, each once, marked as seen."""
        new = ~seen[values]
        if not new.any():
            return _NOBODY, _NOBODY
        values, source = self._distinct(values[new], source[new])
        seen[values] = True
        return values, source

    def _distinct(self, values: Longs | Ids, source: Longs) -> tuple[Longs, Longs]:
        order = np.arange(len(values))
        self._stamp[values[::-1]] = order[::-1]
        first = self._stamp[values] == order
        return values[first].astype(np.int64), source[first]


_NOBODY: Longs = np.zeros(0, np.int64)

_NEW, _NAMED, _TOUCHED = range(3)
"""What code does with a type: creates an object, names the class, uses a static field."""


def _referred(uses: Uses, methods: Longs, items: Ids) -> tuple[Longs, Ids, Longs]:
    """Of these methods, which have these code items: (method, target, position) of each reference."""
    position = uses.of(items)
    source = np.repeat(methods, uses.bounds[items + 1] - uses.bounds[items])
    return source, uses.target[position], position


def roots_of(program: Program, descriptors: Sequence[str]) -> list[int]:
    """Numbers of those types that the program knows."""
    return [number for d in descriptors if (number := program.type_of(d)) >= 0]
