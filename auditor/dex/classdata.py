"""What classes define: fields and methods, from the class_data items of one file.

The section is one stream of ULEB128 numbers. All of it is decoded at once:
every byte below 0x80 ends a number, so numbers are found without reading them
one after the other; where the lists of each class begin then follows from
their counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from auditor.dex.tables import Bytes, DexFile, Ids, ragged

type Longs = npt.NDArray[np.int64]

_MOST = 5
"""Bytes of one ULEB128 number."""


@dataclass(frozen=True, slots=True)
class Members:
    """Fields or methods that classes define, class by class."""

    class_def: Ids
    """Row of class_defs: int32[n]."""
    row: Ids
    """Row of field_ids or method_ids: int32[n]."""
    flags: Ids
    """Access flags: int32[n]."""
    code: Longs
    """Offset of the code item, 0 for none (abstract, native) and for fields: int64[n]."""


@dataclass(slots=True)
class ClassData:
    """Definitions of one file, and how many of its parts could not be read."""

    fields: Members
    methods: Members
    problems: list[str] = field(default_factory=list)


def read_class_data(dex: DexFile) -> ClassData:
    """Definitions of every class whose data holds together; the rest is counted in `problems`."""
    offsets = dex.classes[:, 6].astype(np.int64)
    rows = np.flatnonzero(offsets)
    problems: list[str] = []
    rows = _keep(rows, offsets[rows] < len(dex.data) - 3, "has data outside the file", problems)
    parts = [_read(dex, window, offsets, problems) for window in _windows(rows, offsets, _most(dex))]
    fields = _valid(_joined([f for f, _ in parts]), len(dex.field_name), "field", problems)
    methods = _valid(_joined([m for _, m in parts]), len(dex.method_name), "method", problems)
    return ClassData(fields, methods, problems)


def _most(dex: DexFile) -> int:
    """Numbers in the data of all classes: nothing is defined that the tables do not name."""
    return 4 * len(dex.classes) + 2 * len(dex.field_name) + 3 * len(dex.method_name)


def _windows(rows: Longs, offsets: Longs, most: int) -> Iterator[Longs]:
    """Classes whose data lies together; all of them, if no file lies about where its data is."""
    while len(rows):
        near = offsets[rows] < int(offsets[rows].min()) + _MOST * most
        yield rows[near]
        rows = rows[~near]


def _read(dex: DexFile, rows: Longs, offsets: Longs, problems: list[str]) -> tuple[Members, Members]:
    """Fields and methods of these classes."""
    numbers, first = _numbers(dex.bytes, offsets[rows], _MOST * _most(dex))
    keep = first + 4 <= len(numbers)
    rows, first = _keep(rows, keep, "has data outside the file", problems), first[keep]
    counts = numbers[first[:, None] + np.arange(4)]
    total = 4 + 2 * counts[:, :2].sum(1) + 3 * counts[:, 2:].sum(1)
    keep = (first + total <= len(numbers)) & (total <= _most(dex))
    keep &= np.cumsum(np.where(keep, total, 0)) <= 2 * _most(dex)
    rows = _keep(rows, keep, "has lists that lie outside the file, or are too long", problems)
    first, counts = first[keep], counts[keep]
    _count_shared(first, total[keep], problems)
    fields = _fields(numbers, rows, first + 4, counts[:, :2])
    return fields, _methods(numbers, rows, first + 4 + 2 * counts[:, :2].sum(1), counts[:, 2:])


def _count_shared(first: Longs, total: Longs, problems: list[str]) -> None:
    """Say when lists overlap: what one class defines can then depend on where another begins."""
    order = np.argsort(first, kind="stable")
    ends = np.maximum.accumulate((first + total)[order])
    shared = int((first[order][1:] < ends[:-1]).sum())
    if shared:
        problems.append(f"{shared} classes have data that overlaps with that of others")


_NONE: Longs = np.zeros(0, np.int64)

_FLAGS = 0x7FFFFFFF
"""The highest bit means nothing, and would make flags negative."""


def _joined(parts: Sequence[Members]) -> Members:
    if not parts:
        return _members(_NONE, _NONE, _NONE, _NONE)
    columns = [[getattr(part, name) for part in parts] for name in Members.__slots__]
    return Members(*map(np.concatenate, columns))


def _members(class_def: Longs, row: Longs, flags: Longs, code: Longs) -> Members:
    return Members(class_def.astype(np.int32), row.astype(np.int32), (flags & _FLAGS).astype(np.int32), code)


def _fields(numbers: Longs, rows: Longs, first: Longs, counts: Longs) -> Members:
    """Pairs (difference of row, flags): static fields, then instance fields."""
    at = ragged(first, counts.sum(1), 2)
    row = _undiff(numbers[at], counts.ravel())
    return _members(np.repeat(rows, counts.sum(1)), row, numbers[at + 1], np.zeros(len(at), np.int64))


def _methods(numbers: Longs, rows: Longs, first: Longs, counts: Longs) -> Members:
    """Triples (difference of row, flags, code offset): direct methods, then virtual ones."""
    at = ragged(first, counts.sum(1), 3)
    row = _undiff(numbers[at], counts.ravel())
    return _members(np.repeat(rows, counts.sum(1)), row, numbers[at + 1], numbers[at + 2])


def _undiff(differences: Longs, counts: Longs) -> Longs:
    """Sums within each of the lists that lie one behind the other."""
    sums = np.cumsum(differences)
    ends = np.cumsum(counts)
    before = np.where(ends - counts > 0, sums[np.maximum(ends - counts - 1, 0)] if len(sums) else 0, 0)
    restarted: Longs = sums - np.repeat(before, counts)
    return restarted


def _numbers(data: Bytes, starts: Longs, most: int) -> tuple[Longs, Longs]:
    """All ULEB128 numbers from the first class's data on, and the number each class begins with."""
    low = int(starts.min())
    region = data[low : _end(data, int(starts.max()), most)]
    ends = np.flatnonzero(region < 0x80)
    begins = np.zeros(len(ends), np.int64)
    begins[1:] = ends[:-1] + 1
    first = np.searchsorted(begins, starts - low)
    known = first < len(begins)
    if (begins[first[known]] != (starts - low)[known]).any() or (ends - begins >= _MOST).any():
        begins, ends = _cut(starts - low, begins, ends)
        first = np.searchsorted(begins, starts - low)
    return _values(region, begins, ends), first


def _cut(starts: Longs, begins: Longs, ends: Longs) -> tuple[Longs, Longs]:
    """Begins and ends, made new: a number ends before a class begins, and with its fifth byte."""
    begins = np.union1d(begins, starts[starts <= ends[-1]] if len(ends) else starts[:0])
    ends = ends[np.searchsorted(ends, begins)]
    ends[:-1] = np.minimum(ends[:-1], begins[1:] - 1)
    pieces = (ends - begins) // _MOST + 1
    last = np.repeat(ends, pieces)
    begins = ragged(begins, pieces, _MOST)
    return begins, np.minimum(begins + _MOST - 1, last)


def _values(region: Bytes, begins: Longs, ends: Longs) -> Longs:
    """The numbers, of which each has at most five bytes; bits above 32 are dropped, as in Android."""
    values = (region[begins] & 0x7F).astype(np.int64)
    longer = np.flatnonzero(ends > begins)
    for place in range(1, _MOST):
        at = begins[longer] + place
        values[longer] |= (region[at] & 0x7F).astype(np.int64) << (7 * place)
        longer = longer[ends[longer] > at]
    return values & 0xFFFFFFFF


def _end(data: Bytes, last: int, most: int) -> int:
    """Where the data of the class with the highest offset ends at the latest."""
    head = data[last : last + 4 * _MOST]
    ends = np.flatnonzero(head < 0x80)[:4]
    begins = np.concatenate(([0], ends[:-1] + 1))
    short = len(ends) == 4 and (ends - begins < _MOST).all()
    counts = _values(head, begins, ends) if short else np.full(4, most)
    total = int(4 + 2 * counts[:2].sum() + 3 * counts[2:].sum()) * _MOST
    return min(len(data), last + min(total, most))


def _keep(rows: Longs, keep: npt.NDArray[np.bool_], why: str, problems: list[str]) -> Longs:
    dropped = len(rows) - int(keep.sum())
    if dropped:
        problems.append(f"{dropped} classes not read: class_defs[{int(rows[~keep][0])}] {why}")
    return rows[keep]


def _valid(members: Members, limit: int, what: str, problems: list[str]) -> Members:
    keep = (members.row >= 0) & (members.row < limit)
    if keep.all():
        return members
    problems.append(f"{int((~keep).sum())} {what}s not read: their row lies outside {what}_ids")
    parts = (members.class_def, members.row, members.flags, members.code)
    return Members(*(part[keep] for part in parts))  # type: ignore[arg-type]
