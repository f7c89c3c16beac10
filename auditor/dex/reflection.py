"""Names in texts: classes and methods that code reaches by reflection with constant names.

`Class.forName("a.b.C").getMethod("run")` leaves two texts and no reference. A
text that is exactly the name of a class the app defines is taken for a use of
it; the name of one of its methods, in the same method, for a call.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.dex.opcodes import Refers
from auditor.dex.program import Program, Uses
from auditor.dex.tables import bounds


def class_names(program: Program) -> Uses:
    """const-string instructions whose text names a class the app defines: `Class.forName` and its like."""
    uses = program.uses(Refers.STRING)
    items = uses.items(np.arange(len(uses.target)))
    files = np.searchsorted([f.first_item for f in program.files], items, "right") - 1
    target = np.full(len(uses.target), -1, np.int32)
    number = _classes_by_text(program).get
    for index, file in enumerate(program.files):
        mine = np.flatnonzero(files == index)
        rows, inverse = np.unique(uses.target[mine], return_inverse=True)
        named = [-1 if found is None else found for found in map(number, file.dex.raws(rows))]
        target[mine] = np.array(named, np.int32)[inverse]
    chosen = np.flatnonzero(target >= 0)
    groups = np.searchsorted(chosen, uses.bounds).astype(np.int32)
    return Uses(target[chosen], uses.at[chosen], uses.opcode[chosen], groups)


def _classes_by_text(program: Program) -> dict[bytes, int]:
    """Defined classes by their names as code writes them: `a.b.C` and `a/b/C`."""
    numbers = np.flatnonzero(program.class_row >= 0).tolist()
    slashed = {program.type_names[n][1:-1]: n for n in numbers}
    return {text.replace(b"/", b"."): n for text, n in slashed.items() if b"/" in text} | slashed


def named_methods(program: Program, classes: Uses) -> Iterator[tuple[int, int]]:
    """(code item, method) where a method names a class and one of its methods."""
    strings = program.uses(Refers.STRING)
    items = classes.items(np.arange(len(classes.target))).tolist()
    for item, owner in set(zip(items, classes.target.tolist(), strict=True)):
        dex = program.files[program.file_of(item)].dex
        rows = np.unique(strings.target[strings.bounds[item] : strings.bounds[item + 1]])
        for name in dex.raws(rows)[:MOST_NAMES]:
            if name in program.names:
                yield from ((item, method) for method in _methods(program, owner, program.names[name]))


MOST_NAMES = 500
"""Texts of one method that are tried as names."""


def _methods(program: Program, owner: int, name: int) -> list[int]:
    """Methods of this name in a class; a class's methods lie together."""
    first, last = np.searchsorted(program.method_class, (owner, owner + 1))
    found = program.selector_name[program.method_selector[first:last]] == name
    return (first + np.flatnonzero(found & (program.method_flags[first:last] >= 0))).tolist()  # type: ignore[no-any-return]


def as_uses(program: Program, pairs: list[tuple[int, int]]) -> Uses:
    """Pairs (code item, method) as references of the code."""
    pairs = sorted(set(pairs))
    items = np.array([item for item, _ in pairs], np.int64)
    target = np.array([method for _, method in pairs], np.int32)
    none = np.zeros(len(pairs), np.int32)
    return Uses(target, none, none.astype(np.uint8), bounds(np.bincount(items, minlength=program.items)))
