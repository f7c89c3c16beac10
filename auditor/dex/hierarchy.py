"""Who extends and implements whom, so that "is a kind of" is one comparison.

Classes form a tree under `java.lang.Object`. Each gets its place in a walk
through that tree (preorder) and the place of its last descendant: D extends C,
directly or not, exactly when `place[C] <= place[D] <= last[C]`. Types that no
file defines hang where `platform` says, else under Object.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.dex.pairs import Groups, Limit, Spans, among, distinct, joined, only_new
from auditor.dex.platform import NOTHING_KNOWN, OBJECT, Platform
from auditor.dex.program import ACC_ABSTRACT, ACC_INTERFACE, ACC_PRIVATE, ACC_STATIC, Flags, Longs, Program
from auditor.dex.tables import Ids, ragged

DEEPEST = 2000
"""Levels of the class tree; real ones stay below 40."""

MOST_PAIRS = 1 << 20
"""Pairs of a type and an interface above it; real apps of 30 MB have 10,000."""


class Hierarchy:
    """The class tree and the interfaces of one program."""

    def __init__(self, program: Program, platform: Platform = NOTHING_KNOWN) -> None:
        self.program = program
        self.problems: list[str] = []
        self.types = len(program.type_names)
        """Number of types; this number itself is the root above Object."""
        outside = list(self._undefined(platform))
        self.superclass: Ids = self._superclasses(outside)
        """int32[types + 1]; the root's is the root."""
        self._walk()
        direct = self._direct_interfaces(outside)
        limit = Limit(MOST_PAIRS)
        self.above: Longs = self._interfaces_above(direct, limit)
        """Pairs (interface, interface it extends, directly or not): int64[n, 2]."""
        self._implement(direct, limit)
        if limit.reached:
            self.problems.append("too many interfaces extend each other; not all were followed")
        self._sort_definitions()

    # the class tree -----------------------------------------------------------------------------

    def _superclasses(self, outside: list[tuple[int, str, list[str]]]) -> Ids:
        program, root = self.program, self.types
        top = program.type_of(OBJECT)
        found = np.full(root + 1, top if top >= 0 else root, np.int32)
        for index, file in enumerate(program.files):
            mine = file.types[file.dex.classes[:, 0]]
            stated = file.dex.classes[:, 2]
            loaded = self._loaded(index) & (stated < len(file.types))
            found[mine[loaded]] = file.types[stated[loaded]]
        for number, superclass, _ in outside:
            found[number] = program.type_of(superclass) if superclass else found[number]
        found[[root, top if top >= 0 else root]] = root
        return found

    def _loaded(self, index: int) -> Flags:
        """Which of a file's class_defs are the ones the platform loads: bool[class_defs]."""
        program, file = self.program, self.program.files[index]
        mine = file.types[file.dex.classes[:, 0]]
        loaded: Flags = (program.class_file[mine] == index) & (
            program.class_row[mine] == np.arange(len(mine))
        )
        return loaded

    def _undefined(self, platform: Platform) -> Iterator[tuple[int, str, list[str]]]:
        """Types no file defines and the platform knows: number, nearest superclass and interfaces."""
        program = self.program
        for number in np.flatnonzero(program.class_row < 0).tolist():
            if platform.knows(program.type_names[number]):
                yield number, *platform.nearest(program.type_name(number), program.types)

    def _walk(self) -> None:
        levels = self._levels()
        lost = self.types + 1 - sum(map(len, levels))
        if lost:
            self.problems.append(f"{lost} classes extend themselves, or lie too deep; taken to extend Object")
            self._lift(levels)
            levels = self._levels()
        size = np.ones(self.types + 1, np.int64)
        for level in reversed(levels[1:]):
            np.add.at(size, self.superclass[level], size[level])
        self.place = np.zeros(self.types + 1, np.int64)
        for level in levels[1:]:
            parent = self.superclass[level]
            before = np.cumsum(size[level]) - size[level]
            eldest = np.flatnonzero(np.append(True, parent[1:] != parent[:-1]))
            shift = np.repeat(before[eldest], np.diff(np.append(eldest, len(level))))
            self.place[level] = self.place[parent] + 1 + before - shift
        self.last = self.place + size - 1
        self.levels = levels
        """Types by depth: the root, what lies right below it, and so on; siblings lie together."""

    def _levels(self) -> list[Longs]:
        """Root, its children, their children: types in groups of siblings."""
        order = np.argsort(self.superclass[: self.types], kind="stable")
        counts = np.bincount(self.superclass[: self.types], minlength=self.types + 1)
        begins = np.cumsum(counts) - counts
        levels: list[Longs] = []
        level = np.array([self.types])
        while len(level) and len(levels) < DEEPEST:
            levels.append(level)
            level = order[ragged(begins[level], counts[level])]
        return levels

    def _lift(self, levels: list[Longs]) -> None:
        reached = np.zeros(self.types + 1, np.bool_)
        reached[np.concatenate(levels)] = True
        top = self.program.type_of(OBJECT)
        self.superclass[~reached] = top if top >= 0 and reached[top] else self.types

    # interfaces ---------------------------------------------------------------------------------

    def _direct_interfaces(self, outside: list[tuple[int, str, list[str]]]) -> Longs:
        """Pairs (type, interface named in its definition): int64[n, 2]."""
        pairs = [np.zeros((0, 2), np.int64)]
        for index, file in enumerate(self.program.files):
            mine = file.types[file.dex.classes[:, 0]]
            rows = np.flatnonzero((file.dex.classes[:, 3] > 0) & self._loaded(index))
            named, counts, bad = file.dex.type_lists(file.dex.classes[rows, 3])
            if bad.any():
                clause = f"{int(bad.sum())} classes of {file.name} list interfaces outside it, or too many"
                self.problems.append(clause)
            pairs.append(np.column_stack((np.repeat(mine[rows], counts), file.types[named])))
        listed = [(number, self.program.type_of(name)) for number, _, names in outside for name in names]
        pairs.append(np.array(listed, np.int64).reshape(-1, 2))
        return self._true_interfaces(distinct(np.concatenate(pairs)))

    def _true_interfaces(self, direct: Longs) -> Longs:
        """Without pairs that call a class an interface: the platform refuses the class that says so."""
        program = self.program
        self.is_interface = (program.class_flags & ACC_INTERFACE) > 0
        direct = direct[self.is_interface[direct[:, 1]] | (program.class_row[direct[:, 1]] < 0)]
        self.is_interface[direct[:, 1]] = True
        return direct

    def _interfaces_above(self, direct: Longs, limit: Limit) -> Longs:
        found = step = direct[self.is_interface[direct[:, 0]]]
        while len(step) and len(found) < limit.most and not limit.reached:
            step = only_new(joined(step, found, limit), found)
            found = np.concatenate((found, step))
        limit.reached |= len(found) >= limit.most
        return found

    def _implement(self, direct: Longs, limit: Limit) -> None:
        """All pairs (class, interface above it), sorted by interface and by class."""
        classes = direct[~self.is_interface[direct[:, 0]]]
        pairs = distinct(np.concatenate((classes, joined(classes, self.above, limit))))
        self.class_interfaces = Groups(pairs[:, 0], pairs[:, 1], self.types + 1)
        """Interfaces a class itself implements (its superclasses' are theirs)."""
        self.implementers = Groups(pairs[:, 1], pairs[:, 0], self.types + 1)
        """Classes that themselves implement an interface or one below it."""
        self.below = Groups(self.above[:, 1], self.above[:, 0], self.types + 1)
        """Interfaces that extend an interface."""
        self.extends = Groups(self.above[:, 0], self.above[:, 1], self.types + 1)
        """Interfaces that an interface extends."""
        self._spans = Spans(pairs[:, 1], self.place[pairs[:, 0]], self.last[pairs[:, 0]])

    def interfaces_of(self, types: Longs | Ids) -> tuple[Longs, Longs]:
        """Interfaces that classes implement or interfaces extend, directly: (index of the question, type)."""
        implementing, implemented = self.class_interfaces.of(types)
        extending, extended = self.extends.of(types)
        return np.concatenate((implementing, extending)), np.concatenate((implemented, extended))

    # definitions --------------------------------------------------------------------------------

    def _sort_definitions(self) -> None:
        program = self.program
        self.defined_methods = np.flatnonzero(program.method_flags >= 0)
        flags = program.method_flags[self.defined_methods]
        virtual = self.defined_methods[(flags & (ACC_PRIVATE | ACC_STATIC) == 0) & ~self._special()]
        keys = self._key(program.method_selector[virtual], self.place[program.method_class[virtual]])
        order = np.argsort(keys)
        self._keys, self.virtual_methods = keys[order], virtual[order]
        """Methods that can be overridden or override, by selector and place of their class: int64[n]."""
        inside = self.is_interface[program.method_class[self.virtual_methods]]
        concrete = program.method_flags[self.virtual_methods] & ACC_ABSTRACT == 0
        self.default_methods = self.virtual_methods[inside & concrete]
        """Those that an interface hands down, by selector: int64[n]."""

    def overridable(self, methods: Longs) -> Flags:
        """Whether each defined method is neither private nor static nor a constructor: bool[n]."""
        found = np.zeros(len(self.program.method_class), np.bool_)
        found[self.virtual_methods] = True
        return found[methods]

    def _special(self) -> Flags:
        """Constructors and class initialisers among the defined methods."""
        names = self.program.names
        special = [names.get(name, -2) for name in (b"<init>", b"<clinit>")]
        selectors = self.program.method_selector[self.defined_methods]
        return np.isin(self.program.selector_name[selectors], special)

    @staticmethod
    def _key(selector: Ids | Longs, place: Longs) -> Longs:
        return selector.astype(np.int64) << 32 | place

    def between(self, types: Longs | Ids, selectors: Longs | Ids) -> tuple[Longs, Longs]:
        """Definitions of each selector in the class itself or below, as ranges of `virtual_methods`."""
        low = np.searchsorted(self._keys, self._key(selectors, self.place[types]))
        high = np.searchsorted(self._keys, self._key(selectors, self.last[types]), side="right")
        return low, high

    def overrides(self, types: Longs | Ids, selectors: Longs | Ids, limit: Limit) -> tuple[Longs, Longs]:
        """The same one by one: (index of the question, method)."""
        low, high = self.between(types, selectors)
        counts = limit(high - low)
        question = np.repeat(np.arange(len(types)), counts)
        return question, self.virtual_methods[ragged(low, counts)]

    def resolve(self, types: Longs | Ids, selectors: Longs | Ids) -> Longs:
        """The definition a class has or inherits from its superclasses, -1 for none: int64[n]."""
        program = self.program
        found = np.full(len(types), -1, np.int64)
        here, left = types.astype(np.int64), np.arange(len(types))
        last = len(program.method_key) - 1
        while len(left) and last >= 0:
            inside = program.class_row[np.minimum(here, self.types - 1)] >= 0
            left, here = left[inside & (here < self.types)], here[inside & (here < self.types)]
            key = here << 32 | selectors[left]
            row = np.minimum(np.searchsorted(program.method_key, key), last)
            hit = (program.method_key[row] == key) & (program.method_flags[row] >= 0)
            found[left[hit]] = row[hit]
            left, here = left[~hit], self.superclass[here[~hit]].astype(np.int64)
        return found

    def handed_down(self, selectors: Longs | Ids, limit: Limit) -> tuple[Longs, Longs]:
        """Definitions of each selector in any interface: (index of the question, method)."""
        known = self.program.method_selector[self.default_methods]
        low = np.searchsorted(known, selectors)
        counts = limit(np.searchsorted(known, selectors, side="right") - low)
        return np.repeat(np.arange(len(selectors)), counts), self.default_methods[ragged(low, counts)]

    def inherit(self, types: Longs | Ids, interfaces: Longs | Ids) -> Flags:
        """Whether each class or interface lies below the interface beside it: bool[n]."""
        above = np.sort(self.above[:, 0] << 32 | self.above[:, 1])
        direct = among(types.astype(np.int64) << 32 | interfaces, above)
        return direct | (~self.is_interface[types] & self._spans.hold(interfaces, self.place[types]))

    def meet(self, types: Longs | Ids, interfaces: Longs | Ids, limit: Limit) -> Flags:
        """Whether some class lies below the type and below the interface beside it: bool[n]."""
        found = self._spans.meet(interfaces, self.place[types], self.last[types])
        found &= ~self.is_interface[types]
        asked = np.flatnonzero(self.is_interface[types])
        question, first, last = self._spans.of(types[asked], limit)
        both = self._spans.meet(interfaces[asked[question]], first, last)
        found[asked[question[both]]] = True
        return found

    def default(self, types: Longs | Ids, selectors: Longs | Ids, limit: Limit) -> Longs:
        """The definition a type takes from the interfaces above it, -1 for none: int64[n].

        Of several, the one in the interface that extends most others, which is never above another's.
        """
        question, method = self.handed_down(selectors, limit)
        owner = self.program.method_class[method]
        keep = self.inherit(types[question], owner)
        question, method, owner = question[keep], method[keep], owner[keep]
        depth = self.extends.bounds[owner + 1] - self.extends.bounds[owner]
        order = np.lexsort((method, -depth, question))
        found = np.full(len(types), -1, np.int64)
        found[question[order][::-1]] = method[order][::-1]
        return found
