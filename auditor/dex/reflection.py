"""Names in texts: classes and methods that code reaches by reflection with constant names.

`Class.forName("a.b.C").getMethod("run")` leaves two texts and no reference. A
text that is exactly the name of a class the app defines is taken for a use of
it; the name of one of its methods, in the same method, for a call.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.dex.opcodes import Refers
from auditor.dex.program import Flags, Program, Uses
from auditor.dex.tables import DexFile, Ids, bounds


def class_names(program: Program) -> Uses:
    """const-string instructions whose text names a class the app defines: `Class.forName` and its like."""
    uses = program.uses(Refers.STRING)
    items = uses.items(np.arange(len(uses.target)))
    files = np.searchsorted([f.first_item for f in program.files], items, "right") - 1
    target = np.full(len(uses.target), -1, np.int32)
    for index, file in enumerate(program.files):
        mine = np.flatnonzero(files == index)
        rows, inverse = np.unique(uses.target[mine], return_inverse=True)
        named = np.full(len(rows), -1, np.int32)
        likely = np.flatnonzero(_may_name_a_class(file.dex, rows))
        named[likely] = [_class_named(program, text) for text in file.dex.raws(rows[likely])]
        target[mine] = named[inverse]
    chosen = np.flatnonzero(target >= 0)
    groups = np.searchsorted(chosen, uses.bounds).astype(np.int32)
    return Uses(target[chosen], uses.at[chosen], uses.opcode[chosen], groups)


def _may_name_a_class(dex: DexFile, rows: Ids) -> Flags:
    """Whether texts hold a dot or a slash: most do not, and need not be cut out of the file."""
    begin, end = dex.text_begin[rows], dex.text_end[rows]
    if not len(rows):
        return np.zeros(0, np.bool_)
    low = int(begin.min())
    region = dex.bytes[low : int(end.max())]
    borders = low + np.flatnonzero((region == ord(".")) | (region == ord("/")))
    return np.searchsorted(borders, begin) < np.searchsorted(borders, end)


def _class_named(program: Program, text: bytes) -> int:
    """Number of the defined class that this text names, `a.b.C` or `a/b/C`; -1 for none."""
    number = program.types.get(b"L%b;" % text.replace(b".", b"/"), -1)
    return number if number >= 0 and program.class_row[number] >= 0 else -1


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
    first, last = program.method_class.searchsorted(np.array((owner, owner + 1), np.int32))
    found = program.selector_name[program.method_selector[first:last]] == name
    return (first + np.flatnonzero(found & (program.method_flags[first:last] >= 0))).tolist()  # type: ignore[no-any-return]


def as_uses(program: Program, pairs: list[tuple[int, int]]) -> Uses:
    """Pairs (code item, method) as references of the code."""
    pairs = sorted(set(pairs))
    items = np.array([item for item, _ in pairs], np.int64)
    target = np.array([method for _, method in pairs], np.int32)
    none = np.zeros(len(pairs), np.int32)
    return Uses(target, none, none.astype(np.uint8), bounds(np.bincount(items, minlength=program.items)))
