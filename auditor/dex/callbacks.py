"""Methods the platform calls by itself: overrides of what its own types declare.

An app never calls `onReceive` or `run` of most of its classes; the platform
does, once an object of the class exists. A type that neither the app defines
nor `Platform` knows is a stranger: it may call whatever lies below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from auditor.dex.hierarchy import Hierarchy
from auditor.dex.pairs import Groups, Limit, distinct
from auditor.dex.platform import OBJECT, Platform
from auditor.dex.program import ACC_ABSTRACT, Flags, Longs, Program
from auditor.dex.tables import Ids, once, ragged

MOST_ASKED = 2 << 20
"""Pairs of a class and a method that the platform may call on it; real apps of 30 MB have 30,000."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What is called once an object exists."""

    method: Flags
    """Whether a definition is called when an object of its class or of one below exists: bool[methods]."""
    heir: Longs
    """Classes that inherit a callback from a type that knows nothing of it, ascending: int64[n]."""
    inherited: Longs
    """The callback each inherits: int64[n]."""
    problems: list[str] = field(default_factory=list)


def callbacks(program: Program, hierarchy: Hierarchy, platform: Platform, others: Ids) -> Callbacks:
    """Callbacks of every class; `others` are methods called from outside for other reasons."""
    search = _Search(program, hierarchy, platform)
    flags = np.zeros(len(program.method_class), np.bool_)
    for methods in (search.of_every_object(), search.below_platform_types(), search.below_strangers()):
        flags[methods] = True
    flags &= program.method_flags & ACC_ABSTRACT == 0
    flags[others] = True
    heir, inherited = search.inherited()
    problems = ["too many callbacks to follow; not all were"] if search.limit.reached else []
    return Callbacks(flags, heir, inherited, problems)


class _Search:
    """A *shape* is a name with a number of parameters, which is how `Platform` tells methods."""

    def __init__(self, program: Program, hierarchy: Hierarchy, platform: Platform) -> None:
        self.program = program
        self.hierarchy = hierarchy
        self.platform = platform
        self.limit = Limit(MOST_ASKED)
        self.methods = hierarchy.virtual_methods
        self._row, self._shape = self._shapes_defined()
        self._named: dict[str, list[int]] = {}
        self._below, self._above = self._edges()
        self._known = self._platform_knows()
        self._type, self._asked, self._brought = self._ask()

    def below_platform_types(self) -> Longs:
        """Definitions that override what a platform type above their class declares."""
        keys = self._shape << 32 | self.hierarchy.place[self.program.method_class[self.methods]]
        order = np.argsort(keys)
        asked, place = self._asked << 32, self.hierarchy.place[self._type]
        low = np.searchsorted(keys[order], asked | place)
        high = np.searchsorted(keys[order], asked | self.hierarchy.last[self._type], side="right")
        found: Longs = self.methods[order][_covered(low, high, len(keys))]
        return found

    def below_strangers(self) -> Longs:
        """Every overridable method of classes below a type nobody knows."""
        strange = self._below[~self._known]
        hierarchy, program = self.hierarchy, self.program
        within = _covered(hierarchy.place[strange], hierarchy.last[strange] + 1, hierarchy.types + 1)
        found: Longs = self.methods[within[hierarchy.place[program.method_class[self.methods]]]]
        return found

    def of_every_object(self) -> Longs:
        """`toString` and its like, wherever they are defined."""
        found: Longs = self.methods[np.isin(self._shape, self._own(OBJECT))]
        return found

    def inherited(self) -> tuple[Longs, Longs]:
        """Pairs (class, method of a superclass or interface) where the class brings what calls the method."""
        heirs, shapes = self._type[self._brought], self._asked[self._brought]
        found = [self._from_superclasses(heirs, shapes), self._from_interfaces(heirs, shapes)]
        heir, method = distinct(np.concatenate(found, axis=1).T).T
        concrete = self.program.method_flags[method] & ACC_ABSTRACT == 0
        return heir[concrete], method[concrete]

    def _from_superclasses(self, heirs: Longs, shapes: Longs) -> Longs:
        """(heir, method) in two rows: what lies above each heir and is not overridden below."""
        keys = self.program.method_class[self.methods].astype(np.int64) << 32 | self._shape
        order = np.argsort(keys)
        keys, found = keys[order], [np.zeros((2, 0), np.int64)]
        above = self.hierarchy.superclass[heirs].astype(np.int64)
        while len(heirs):
            low = np.searchsorted(keys, above << 32 | shapes)
            counts = self.limit(np.searchsorted(keys, above << 32 | shapes, side="right") - low)
            found.append(np.stack((np.repeat(heirs, counts), self.methods[order[ragged(low, counts)]])))
            left = above < self.hierarchy.types
            heirs, shapes, above = (
                heirs[left],
                shapes[left],
                self.hierarchy.superclass[above[left]].astype(np.int64),
            )
        heir, method = np.concatenate(found, axis=1)
        own = self.hierarchy.resolve(heir, self.program.method_selector[method]) == method
        return np.stack((heir[own], method[own]))

    def _from_interfaces(self, heirs: Longs, shapes: Longs) -> Longs:
        """(heir, method) in two rows: what interfaces hand down where no superclass has it."""
        defaults = np.flatnonzero(np.isin(self.methods, self.hierarchy.default_methods))
        groups = Groups(self._shape[defaults], self.methods[defaults], len(self._row))
        question, method = groups.of(shapes, self.limit)
        heir, selector = heirs[question], self.program.method_selector[method]
        missing = self.hierarchy.resolve(heir, selector) < 0
        heir, selector = heir[missing], selector[missing]
        method = self.hierarchy.default(heir, selector, self.limit)
        return np.stack((heir[method >= 0], method[method >= 0]))

    # who lies below the platform ----------------------------------------------------------------

    def _edges(self) -> tuple[Longs, Longs]:
        """Pairs (defined type, undefined type right above it or brought by it), Object left out."""
        program, hierarchy = self.program, self.hierarchy
        defined = np.flatnonzero(program.class_row >= 0)
        question, interfaces = hierarchy.interfaces_of(defined)
        below = np.concatenate((defined, defined[question]))
        above = np.concatenate((hierarchy.superclass[defined], interfaces))
        outside = np.append(program.class_row < 0, False)[above] & (above != program.type_of(OBJECT))
        return below[outside], above[outside]

    def _platform_knows(self) -> Flags:
        names = self.program.type_names
        types, number = np.unique(self._above, return_inverse=True)
        known = np.array([self.platform.knows(names[t]) for t in types.tolist()], np.bool_)
        return known[number]

    def _ask(self) -> tuple[Longs, Longs, Flags]:
        """(type, shape that a platform type above it declares, whether a class brings it by an interface)."""
        below, above = self._below[self._known], self._above[self._known]
        types = once(above)
        shapes = [self._declared(self.program.type_name(t)) for t in types.tolist()]
        owner = np.repeat(types, np.fromiter(map(len, shapes), np.int64))
        declared = np.array([shape for listed in shapes for shape in listed], np.int64)
        question, shape = Groups(owner, declared, self.hierarchy.types + 1).of(above, self.limit)
        brought = self.hierarchy.is_interface[above] & ~self.hierarchy.is_interface[below]
        return below[question], shape, brought[question]

    # shapes -------------------------------------------------------------------------------------

    def _shapes_defined(self) -> tuple[dict[int, int], Longs]:
        """Every shape that a virtual method has, with its row; the row of each virtual method: int64[n]."""
        program = self.program
        selector = program.method_selector[self.methods]
        count = program.parameter_count[program.selector_proto[selector]]
        shapes, rows = np.unique(
            program.selector_name[selector].astype(np.int64) << 32 | count, return_inverse=True
        )
        return {shape: row for row, shape in enumerate(shapes.tolist())}, rows

    def _declared(self, descriptor: str) -> list[int]:
        """Rows of the shapes that a platform type, or a type above it, declares."""
        types = self.platform.closure(descriptor) - {OBJECT}
        return sorted({row for name in types for row in self._own(name)})

    def _own(self, descriptor: str) -> list[int]:
        """Rows of the shapes that a platform type declares itself and that some method has."""
        if descriptor not in self._named:
            keys = (key.partition("/") for key in self.platform.overridable(descriptor))
            numbers = ((self.program.names.get(name.encode(), -1), int(count)) for name, _, count in keys)
            rows = (self._row.get(name << 32 | count, -1) for name, count in numbers)
            self._named[descriptor] = [row for row in rows if row >= 0]
        return self._named[descriptor]


def _covered(begins: Longs, ends: Longs, size: int) -> Flags:
    """Which of the places up to `size` lie in one of the ranges `begins[i]:ends[i]`: bool[size]."""
    change = np.bincount(begins, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    return np.cumsum(change)[:size] > 0
