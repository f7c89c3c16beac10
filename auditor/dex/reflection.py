"""Names in texts: classes and methods that code reaches by reflection with constant names.

`Class.forName("a.b.C").getMethod("run")` leaves two texts and no reference. A
text that is exactly the name of a class the app defines is taken for a use of
it; the name of one of its methods, in the same method, for a call.
"""

from __future__ import annotations

import numpy as np

from auditor.dex.opcodes import Refers
from auditor.dex.program import Flags, Program, Uses
from auditor.dex.tables import DexFile, Ids, bounds, once, ragged


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


def named_methods(program: Program, classes: Uses) -> list[tuple[int, int]]:
    """(code item, method) where a method names a class and one of its methods, at most `MOST_PAIRS`."""
    items = once(classes.items(np.arange(len(classes.target)))).tolist()
    found: list[tuple[int, int]] = []
    for item in items:
        names = _names(program, item)
        if names and len(found) < MOST_PAIRS:
            owners = once(classes.target[classes.bounds[item] : classes.bounds[item + 1]])
            found += [(item, method) for method in _methods(program, owners, names)]
    return found[:MOST_PAIRS]


MOST_NAMES = 500
"""Texts of one method that are tried as names of members, and as names of classes that have them."""

MOST_PAIRS = 1 << 20
"""Methods named by code; real apps have some hundreds."""


def _names(program: Program, item: int) -> list[int]:
    """Names of members among the texts of a method."""
    strings, dex = program.uses(Refers.STRING), program.files[program.file_of(item)].dex
    rows = once(strings.target[strings.bounds[item] : strings.bounds[item + 1]])[:MOST_NAMES]
    return [program.names[text] for text in dex.raws(rows) if text in program.names]


def _methods(program: Program, owners: Ids, names: list[int]) -> list[int]:
    """Methods of these names that the classes define: by class, then by name, they lie in a row."""
    first, last = (np.searchsorted(program.selector_name, names, side) for side in ("left", "right"))
    classes = owners.astype(np.int64)[:MOST_NAMES, None] << 32
    begin, end = (np.searchsorted(program.method_key, (classes | at).ravel()) for at in (first, last))
    methods = ragged(begin, end - begin)
    return methods[program.method_flags[methods] >= 0].tolist()  # type: ignore[no-any-return]


def as_uses(program: Program, pairs: list[tuple[int, int]]) -> Uses:
    """Pairs (code item, method) as references of the code."""
    pairs = sorted(set(pairs))
    items = np.array([item for item, _ in pairs], np.int64)
    target = np.array([method for _, method in pairs], np.int32)
    none = np.zeros(len(pairs), np.int32)
    return Uses(target, none, none.astype(np.uint8), bounds(np.bincount(items, minlength=program.items)))
