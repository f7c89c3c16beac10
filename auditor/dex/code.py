"""The sweep: every instruction of every method of one file, found in lock step.

An instruction's length stands in its first unit, so the next one is only known
once this one is. Within a method that is a walk; across methods it is not: all
of them take their first step together, then their second, as one vector
operation each. `docs/dex.md` has the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from auditor.dex import opcodes
from auditor.dex.tables import Bytes, DexFile, Ids, bounds

type Units = npt.NDArray[np.uint16]
type Longs = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

FEW = 96
"""Methods left at which a plain loop is quicker than vector steps over so few."""

_WINDOW = 1 << 16
"""Units of a method that the plain loop holds as Python numbers at a time; few methods are longer."""


@dataclass(slots=True)
class Code:
    """Code items in the order of the file, and their instructions in one row."""

    offset: Longs
    """Offset of each code item in bytes, ascending: int64[items]."""
    first: Ids
    """Unit of each item's first instruction, counted from the start of the file: int32[items]."""
    bounds: Ids
    """Instructions of item i are `bounds[i]:bounds[i + 1]`: int32[items + 1]."""
    at: Ids
    """Unit at which each instruction begins, ascending: int32[instructions]."""
    opcode: Bytes
    """uint8[instructions]."""
    kind: Bytes
    """`opcodes.Refers` of each instruction: uint8[instructions]."""
    payloads: int = 0
    """How many of the instructions are data: switch tables and array contents."""
    problems: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Number of code items."""
        return len(self.offset)


def sweep(dex: DexFile, offsets: Longs) -> Code:
    """All instructions of the code items at `offsets` (ascending, distinct, as the file tells them)."""
    problems: list[str] = []
    inside = (offsets % 4 == 0) & (offsets + 16 <= len(dex.data))
    if not inside.all():
        problems.append(f"{int((~inside).sum())} code items not read: they lie outside the file")
    offsets = offsets[inside]
    first = (offsets + 16) // 2
    end = first + dex.words[(offsets + 12) // 4]
    end = _shortened(offsets, end, len(dex.units), problems)
    starts = _walk(dex.units, first, end)
    at = starts.astype(np.int32)
    limits = np.searchsorted(at, np.append(first, len(dex.units)).astype(np.int32)).astype(np.int32)
    opcode = (dex.units[at] & 0xFF).astype(np.uint8)
    payloads = _check(dex.units, at, opcode, limits, end, problems)
    kind = opcodes.KIND.take(opcode)
    return Code(offsets, first.astype(np.int32), limits, at, opcode, kind, payloads, problems)


def _shortened(offsets: Longs, end: Longs, units: int, problems: list[str]) -> Longs:
    """Code that runs into the next item, or out of the file, is cut there: no byte is swept twice."""
    most = np.append(offsets[1:] // 2, units)
    cut = end > most
    if cut.any():
        problems.append(f"{int(cut.sum())} code items cut: they reach into the next one or out of the file")
    shortened: Longs = np.minimum(end, most)
    return shortened


def _walk(units: Units, first: Longs, end: Longs) -> Longs:
    """Start of every instruction, ascending."""
    mark = np.zeros(len(units), np.bool_)
    order = np.argsort(first - end, kind="stable")
    at, end = first[order], end[order]
    at, end = at[at < end], end[at < end]
    while len(at) > FEW:
        mark[at] = True
        step = opcodes.UNIT_LENGTH[units[at]]
        at = at + (step if step.all() else _lengths(units, at))
        left = at < end
        if not left.all():
            at, end = at[left], end[left]
    _walk_singly(units, mark, at, end)
    return np.flatnonzero(mark)


def _walk_singly(units: Units, mark: Flags, at: Longs, end: Longs) -> None:
    for begin, stop in zip(at.tolist(), end.tolist(), strict=True):
        here = begin
        while here < stop:
            here = _walk_window(units, mark, here, min(stop, here + _WINDOW))


def _walk_window(units: Units, mark: Flags, begin: int, stop: int) -> int:
    """Mark the instructions that begin in this window; where the next one begins."""
    lengths, code = _UNIT_LENGTHS, units[begin:stop].tolist()
    here, found, last = 0, [], stop - begin
    while here < last:
        found.append(here)
        here += lengths[code[here]] or _payload(units, begin + here)
    mark[begin + np.array(found, np.int64)] = True
    return begin + here


_UNIT_LENGTHS: list[int] = opcodes.UNIT_LENGTH.tolist()


def _payload(units: Units, at: int) -> int:
    """Units of the switch table or array content that begins here."""
    return int(_lengths(units, np.array([at]))[0])


def _lengths(units: Units, at: Longs | Ids) -> Longs:
    """Units of each instruction, and of switch tables and array contents, which tell their own size."""
    step = opcodes.UNIT_LENGTH[units[at]].astype(np.int64)
    data = np.flatnonzero(step == 0)
    if len(data):
        begin, last = at[data], len(units) - 1
        second, third, fourth = (units[np.minimum(begin + n, last)].astype(np.int64) for n in (1, 2, 3))
        sizes = (2 * second + 4, 4 * second + 2, (second * (third | fourth << 16) + 1) // 2 + 4)
        step[data] = np.choose((units[begin] >> 8) - 1, sizes)
    return step


def _check(units: Units, at: Ids, opcode: Bytes, limits: Ids, end: Longs, problems: list[str]) -> int:
    """Mark payloads, and instructions that are none or run over their method's end, as NOP."""
    data = (opcode == opcodes.NOP) & (units[at] > 0)
    payloads = int((opcodes.UNIT_LENGTH[units[at[data]]] == 0).sum())
    filled = limits[1:] > limits[:-1]
    last = limits[1:][filled] - 1
    over = last[at[last] + _lengths(units, at[last]) > end[filled]]
    opcode[over] = opcodes.NOP
    unknown = opcodes.UNKNOWN[opcode]
    count = len(over) + int(unknown.sum())
    if count:
        opcode[unknown] = opcodes.NOP
        problems.append(f"{count} instructions not read: unknown, or cut off by the end of their method")
    return payloads


@dataclass(frozen=True, slots=True)
class References:
    """What instructions of one kind point to, in the order of the file."""

    index: Ids
    """Row of the table in question, as the instruction has it: int32[n]."""
    at: Ids
    """Unit of the instruction, counted from the start of the file: int32[n]."""
    opcode: Bytes
    bounds: Ids
    """References of code item i are `bounds[i]:bounds[i + 1]`: int32[items + 1]."""


def references(dex: DexFile, code: Code, kind: opcodes.Refers, limit: int) -> References:
    """All references of one kind; an index of `limit` or more is dropped and counted as a problem."""
    chosen = np.flatnonzero(code.kind == kind)
    index = _index(dex, code, chosen)
    valid = index < limit
    if not valid.all():
        code.problems.append(f"{int((~valid).sum())} references not read: no such {kind.name.lower()}")
        chosen, index = chosen[valid], index[valid]
    groups = np.searchsorted(chosen, code.bounds).astype(np.int32)
    return References(index.astype(np.int32), code.at[chosen], code.opcode[chosen], groups)


def _index(dex: DexFile, code: Code, chosen: Longs) -> Longs:
    units, at = dex.units, code.at[chosen]
    index = units[at + 1].astype(np.int64)
    jumbo = np.flatnonzero(code.opcode[chosen] == opcodes.CONST_STRING_JUMBO)
    index[jumbo] |= units[at[jumbo] + 2].astype(np.int64) << 16
    return index


__all__ = ["Code", "References", "bounds", "references", "sweep"]
