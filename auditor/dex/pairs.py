"""Relations between types as arrays of pairs, joined and looked up without a loop."""

from __future__ import annotations

import numpy as np

from auditor.dex.program import Flags, Longs
from auditor.dex.tables import Ids, bounds, once, ragged


class Limit:
    """Holds back pairs that a hostile file has too many of, and remembers that it did."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.reached = False

    def __call__(self, counts: Longs | Ids) -> Longs | Ids:
        """The counts, from the place on where they sum up to more than `most` all 0."""
        few = np.cumsum(counts, dtype=np.int64) <= self.most
        if few.all():
            return counts
        self.reached = True
        return np.where(few, counts, 0)


class Groups:
    """A relation sorted by its left side; `of` gives what each left side has on its right."""

    def __init__(self, left: Longs, right: Longs, size: int) -> None:
        order = np.argsort(left, kind="stable")
        self.right = right[order]
        self.bounds = bounds(np.bincount(left, minlength=size))

    def of(self, left: Longs | Ids, limit: Limit | None = None) -> tuple[Longs, Longs]:
        """(index of the question, right side) for every pair."""
        counts = self.bounds[left + 1] - self.bounds[left]
        counts = limit(counts) if limit else counts
        return np.repeat(np.arange(len(left)), counts), self.right[ragged(self.bounds[left], counts)]


class Spans:
    """Parts of the class tree that belong to an owner, as intervals of places that do not overlap."""

    def __init__(self, owner: Longs, first: Longs, last: Longs) -> None:
        """Intervals of the same owner may lie within each other; only the outer ones are kept."""
        order = np.argsort(owner << 32 | first)
        begins, ends = (owner << 32 | first)[order], (owner << 32 | last)[order]
        outer = np.ones(len(begins), np.bool_)
        outer[1:] = begins[1:] > np.maximum.accumulate(ends)[:-1]
        self._begins, self._ends = begins[outer], ends[outer]

    def hold(self, owner: Longs | Ids, place: Longs) -> Flags:
        """Whether a place lies in one of the owner's intervals: bool[n]."""
        if not len(self._begins):
            return np.zeros(len(place), np.bool_)
        key = owner.astype(np.int64) << 32 | place
        at = np.searchsorted(self._begins, key, side="right") - 1
        return (at >= 0) & (key <= self._ends[np.maximum(at, 0)])

    def meet(self, owner: Longs | Ids, first: Longs, last: Longs) -> Flags:
        """Whether an interval of the class tree has a place in common with one of the owner's: bool[n]."""
        high = owner.astype(np.int64) << 32
        begin = np.searchsorted(self._begins, high | first)
        end = np.searchsorted(self._begins, high | last, side="right")
        return (end > begin) | self.hold(owner, first)

    def of(self, owner: Longs | Ids, limit: Limit) -> tuple[Longs, Longs, Longs]:
        """(index of the question, first, last) for every interval of these owners."""
        high = owner.astype(np.int64) << 32
        low = np.searchsorted(self._begins, high)
        counts = limit(np.searchsorted(self._begins, high + (1 << 32)) - low)
        at = ragged(low, counts)
        question = np.repeat(np.arange(len(owner)), counts)
        return question, self._begins[at] & 0xFFFFFFFF, self._ends[at] & 0xFFFFFFFF


def joined(left: Longs, right: Longs, limit: Limit) -> Longs:
    """Pairs (a, c) for which (a, b) is in `left` and (b, c) in `right`."""
    order = np.argsort(right[:, 0], kind="stable")
    keys = right[order, 0]
    low = np.searchsorted(keys, left[:, 1])
    counts = limit(np.searchsorted(keys, left[:, 1], side="right") - low)
    return np.column_stack((np.repeat(left[:, 0], counts), right[order[ragged(low, counts)], 1]))


def distinct(pairs: Longs) -> Longs:
    """Each pair once, ascending."""
    keys = once(pairs[:, 0] << 32 | pairs[:, 1])
    return np.column_stack((keys >> 32, keys & 0xFFFFFFFF))


def only_new(pairs: Longs, known: Longs) -> Longs:
    """Distinct pairs that are not among the known ones."""
    pairs = distinct(pairs)
    return pairs[~among(pairs[:, 0] << 32 | pairs[:, 1], np.sort(known[:, 0] << 32 | known[:, 1]))]


def among(keys: Longs, ordered: Longs) -> Flags:
    """Whether each key is one of some ascending ones: bool[n]; `numpy.isin` may hash, which is slow."""
    if not len(ordered):
        return np.zeros(len(keys), np.bool_)
    found: Flags = ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys
    return found
