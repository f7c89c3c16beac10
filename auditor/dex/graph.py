"""Which method a call can arrive at: class-hierarchy analysis over a whole program.

A call names a class and a method. `invoke-static`, `-direct` and `-super`
arrive at the definition that class has or inherits; `invoke-virtual` and
`-interface` also at every definition in a class below it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auditor.dex.hierarchy import Hierarchy
from auditor.dex.opcodes import INTERFACE, INVOKE, VIRTUAL, Refers
from auditor.dex.pairs import Limit, distinct
from auditor.dex.program import ACC_ABSTRACT, Flags, Longs, Program, Uses
from auditor.dex.tables import Bytes, Ids, bounds, once, ragged

MOST_TARGETS = 2 << 20
"""Pairs of a method called and a definition, in each step; real apps of 30 MB have 80,000 in all."""

_NONE: Ids = np.zeros(0, np.int32)


@dataclass(slots=True)
class Calls:
    """Every invoke instruction, and where it can arrive."""

    uses: Uses
    virtual: Flags
    """Whether the call is dispatched on the receiver's class: bool[calls]."""
    resolved: Ids
    """By method: the definition that static, direct and super calls of it arrive at, -1: int32[methods]."""
    dispatch: Ids
    """By method: its possible definitions are `targets[dispatch[m]:dispatch[m + 1]]`: int32[methods + 1]."""
    targets: Ids
    problems: list[str]

    def arrivals(self, methods: Longs | Ids) -> tuple[Longs, Ids]:
        """(index of the question, definition) for virtual calls of these methods."""
        counts = self.dispatch[methods + 1] - self.dispatch[methods]
        return np.repeat(np.arange(len(methods)), counts), self.targets[
            ragged(self.dispatch[methods], counts)
        ]

    def edges(self) -> Longs:
        """All pairs (code item, definition), each once, ascending: int64[n, 2]. For tests and figures."""
        items = self.uses.items(np.arange(len(self.uses.target)))
        plain = self.resolved[self.uses.target[~self.virtual]]
        calls = np.column_stack((items[~self.virtual], plain))[plain >= 0]
        question, found = self.arrivals(self.uses.target[self.virtual])
        pairs = np.concatenate((calls, np.column_stack((items[self.virtual][question], found))))
        return distinct(pairs.astype(np.int64))


def calls_of(program: Program, hierarchy: Hierarchy, handled: Ids = _NONE) -> Calls:
    """Resolve every call of the program, and of the methods behind handles as if they were called."""
    uses = program.uses(Refers.METHOD)
    kind: Bytes = INVOKE.take(uses.opcode)
    virtual = (kind == VIRTUAL) | (kind == INTERFACE)
    limit = Limit(MOST_TARGETS)
    resolved = _resolve(program, hierarchy, np.append(uses.target, handled), limit)
    asked = np.zeros(len(resolved), np.bool_)
    asked[uses.target[virtual]] = asked[handled] = True
    pairs = _dispatch(program, hierarchy, np.flatnonzero(asked), resolved, limit)
    counts = np.bincount(pairs >> 32, minlength=len(resolved))
    problems = ["calls have too many possible targets; not all were followed"] if limit.reached else []
    return Calls(uses, virtual, resolved, bounds(counts), (pairs & 0xFFFFFFFF).astype(np.int32), problems)


def _resolve(program: Program, hierarchy: Hierarchy, called: Ids, limit: Limit) -> Ids:
    """Definition of each called method, looked up in superclasses and interfaces where it is not its own."""
    resolved = np.full(len(program.method_class), -1, np.int32)
    own = program.method_flags >= 0
    resolved[own] = np.flatnonzero(own)
    elsewhere = np.zeros(len(resolved), np.bool_)
    elsewhere[called] = True
    asked = np.flatnonzero(elsewhere & ~own & (program.class_row[program.method_class] >= 0))
    resolved[asked] = hierarchy.resolve(program.method_class[asked], program.method_selector[asked])
    asked = asked[resolved[asked] < 0]
    resolved[asked] = hierarchy.default(program.method_class[asked], program.method_selector[asked], limit)
    return resolved


def _dispatch(program: Program, hierarchy: Hierarchy, asked: Longs, resolved: Ids, limit: Limit) -> Longs:
    """Pairs (method called, definition) as one number each, ascending and distinct."""
    owner, selector = program.method_class[asked], program.method_selector[asked]
    known = resolved[asked] >= 0
    question, method = hierarchy.overrides(owner, selector, limit)
    found = [asked[known] << 32 | resolved[asked[known]], asked[question] << 32 | method]
    found += _through_interfaces(hierarchy, asked, owner, selector, limit)
    found.append(_defaults(hierarchy, asked, owner, selector, limit))
    pairs = np.concatenate(found)
    abstract = program.method_flags & ACC_ABSTRACT > 0
    return once(pairs[~abstract[pairs & 0xFFFFFFFF]])


def _through_interfaces(
    hierarchy: Hierarchy, asked: Longs, owner: Ids, selector: Ids, limit: Limit
) -> list[Longs]:
    """Definitions in interfaces below the one called, in classes that implement it, above and below them."""
    within, below = hierarchy.below.of(owner, limit)
    defaults, method = hierarchy.overrides(below, selector[within], limit)
    found = [asked[within[defaults]] << 32 | method]
    within, classes = hierarchy.implementers.of(owner, limit)
    inherited = hierarchy.resolve(classes, selector[within])
    has = (inherited >= 0) & hierarchy.overridable(inherited)
    found.append(asked[within[has]] << 32 | inherited[has])
    question, method = hierarchy.overrides(classes, selector[within], limit)
    return [*found, asked[within[question]] << 32 | method]


def _defaults(hierarchy: Hierarchy, asked: Longs, owner: Ids, selector: Ids, limit: Limit) -> Longs:
    """Methods that interfaces hand down to any class below both the interface and the type called."""
    call, method = hierarchy.handed_down(selector, limit)
    meet = hierarchy.meet(owner[call], hierarchy.program.method_class[method], limit)
    return asked[call[meet]] << 32 | method[meet]
