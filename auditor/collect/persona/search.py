"""The planted values of a person in the leaves of a recording: where, in which form, how sure.

A value that is short or common counts only under a key that goes with it, or beside a second value of the
same person in one object; whatever stands inside an opened layer is told there, not in the layer around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from auditor.collect.persona import keys, masks, shapes
from auditor.collect.persona.file import Persona
from auditor.collect.persona.geo import NOTHING, Near, Number, Places
from auditor.collect.persona.index import Hit, Index
from auditor.collect.persona.kinds import DISTINCT, LETTER
from auditor.collect.persona.match import PLANTED, Match
from auditor.collect.persona.raw import Needles
from auditor.decode import Leaf

__all__ = ["Match", "Search", "innermost", "uploaded"]

_REMEMBERED, _LONGEST = 100_000, 80
"""How many values are remembered to tell nothing, and characters of the longest."""
_COARSE = 1_000
"""Metres from which a position is approximate."""


class _Seen(NamedTuple):
    """A hit and the leaf it stands in."""

    leaf: Leaf
    hit: Hit
    object: str


class Search:
    """Holds leaves against a persona, and against shapes when `persona` is None."""

    def __init__(self, persona: Persona | None) -> None:
        self.persona = persona or Persona("")
        self._raw = Needles(self.persona.planted)
        self._index = Index(self.persona.planted, self._raw)
        self._places = Places(self.persona.positions)
        self._empty: dict[type, set[object]] = {str: set(), int: set(), float: set()}
        """Values that tell nothing, by their type: most values of a recording come again and again."""

    def find(self, leaves: Sequence[Leaf]) -> list[Match]:
        """The persona's values in the leaves of one part, then shapes in leaves that hold none of them."""
        beside = _Beside(leaves)
        telling = [leaf for leaf in leaves if self._tells(leaf)]
        matches = [*self._values(telling, beside), *self._positions(telling, beside)]
        found = innermost(matches)
        return found + shapes.find(telling, beside.of, {match.place for match in found})

    def find_raw(self, data: bytes, part: str, found: Iterable[Match]) -> list[Match]:
        """Values that stand in the bytes of a part although no leaf of it held them.

        Their place is the part, their form begins with `unlocated`.
        """
        known = {(match.kind, match.whose) for match in found}
        hits = [(self.persona.planted[number], form) for number, form in self._raw.in_bytes(data).items()]
        return [
            Match(item.data, part, f"unlocated {form}", kind=item.kind, whose=item.whose).covered(item.value)
            for item, form in hits
            if (item.kind, item.whose) not in known
        ]

    def _tells(self, leaf: Leaf) -> bool:
        """Whether the value alone, wherever it stands, may be of use."""
        value = leaf.value
        empty = self._empty.get(type(value))
        if empty is None:
            return isinstance(value, bytes)
        if value in empty:
            return False
        if self._hits(leaf) or self._places.read(value) is not NOTHING or shapes.of(value):
            return True
        if len(empty) < _REMEMBERED and not (isinstance(value, str) and len(value) > _LONGEST):
            empty.add(value)
        return False

    # Values -------------------------------------------------------------------

    def _values(self, leaves: Sequence[Leaf], beside: _Beside) -> list[Match]:
        seen = [_Seen(leaf, hit, keys.holder(leaf)) for leaf in leaves for hit in self._hits(leaf)]
        if not seen:
            return []
        company = defaultdict(set)
        for one in seen:
            if one.hit.whole or one.hit.tier == DISTINCT:
                company[one.object].add(one.hit.item)
        return [self._match(one) for one in seen if self._counts(one, company[one.object], beside)]

    def _hits(self, leaf: Leaf) -> tuple[Hit, ...]:
        value = leaf.value
        if isinstance(value, str):
            return self._index.in_text(value)
        if isinstance(value, bytes):
            return self._index.in_bytes(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._index.in_text(str(value))
        return ()

    def _counts(self, one: _Seen, company: set[int], beside: _Beside) -> bool:
        """Whether a hit tells enough by itself, by its key, or by what stands beside it."""
        hit, planted = one.hit, self.persona.planted
        item = planted[hit.item]
        if hit.tier == DISTINCT or keys.fits(one.leaf, item.family or "account", beside.of(one.leaf)):
            return True
        if hit.tier == LETTER or not hit.whole or item.office:
            return False
        return any(
            planted[other].whose == item.whose and planted[other].kind != item.kind for other in company
        )

    def _match(self, one: _Seen) -> Match:
        item = self.persona.planted[one.hit.item]
        match = Match(item.data, one.leaf.place, one.hit.form, kind=item.kind, whose=item.whose)
        return match.covered(item.value)._replace(digest=one.hit.digest, whole=one.hit.whole)

    # Positions ----------------------------------------------------------------

    def _positions(self, leaves: Sequence[Leaf], beside: _Beside) -> list[Match]:
        if not self.persona.positions:
            return []
        found = []
        lats: dict[tuple[str, int], list[tuple[Leaf, Number]]] = defaultdict(list)
        lons: dict[tuple[str, int], list[tuple[Leaf, Number]]] = defaultdict(list)
        for leaf in leaves:
            told = self._places.read(leaf.value)
            if told is NOTHING:
                continue
            found += [(leaf, near) for near in told.whole]
            for table, could in ((lats, told.lats), (lons, told.lons)):
                for index, number in could:
                    table[keys.holder(leaf), index].append((leaf, number))
        for (holder, index), candidates in lats.items():
            found += self._pairs(index, candidates[:8], lons.get((holder, index), [])[:8])
        return [
            _placed(leaf, near)
            for leaf, near in found
            if near.sure or keys.fits(leaf, "place", beside.of(leaf))
        ]

    def _pairs(
        self, index: int, lats: list[tuple[Leaf, Number]], lons: list[tuple[Leaf, Number]]
    ) -> list[tuple[Leaf, Near]]:
        """The latitude of every object that also has the longitude."""
        for leaf, lat in lats:
            for other, lon in lons:
                near = self._places.pair(index, lat, lon) if other is not leaf else None
                if near:
                    return [(leaf, near)]
        return []


class _Beside:
    """Leaves of one object, gathered when first asked for."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._groups: dict[str, list[Leaf]] = {}
        self._places: dict[str, Leaf] = {}

    def of(self, leaf: Leaf) -> list[Leaf]:
        """The leaf and those beside it; of a value without a name of its own, also those around its layer."""
        if not self._groups:
            for each in self._leaves:
                self._groups.setdefault(keys.holder(each), []).append(each)
        group = self._groups.get(keys.holder(leaf), [])
        return group + self._around(leaf.place) if keys.nameless(leaf) else group

    def _around(self, place: str) -> list[Leaf]:
        """The leaf whose opening gave this place, and those beside it."""
        if not self._places:
            self._places = {leaf.place: leaf for leaf in self._leaves}
        while ":" in place:
            place = place.rpartition(":")[0]
            if place in self._places:
                return self._groups.get(keys.holder(self._places[place]), [])
        return []


def _placed(leaf: Leaf, near: Near) -> Match:
    data = "precise-location" if near.precise < _COARSE else "approximate-location"
    return Match(
        data,
        leaf.place,
        near.form,
        precise=near.precise,
        distance=near.distance,
        whose="decoy" if near.position.decoy else "self",
        masked=masks.position(near.position.lat, near.position.lon),
        kind="position",
    )


def innermost(matches: Iterable[Match]) -> list[Match]:
    """One match per place and type of data; not in the layers around an opened one."""
    best: dict[tuple[str, str, str], Match] = {}
    for match in matches:
        known = best.setdefault((match.place, match.data, match.whose), match)
        if (not match.whole, len(match.masked)) < (not known.whole, 0):
            best[match.place, match.data, match.whose] = match
    layers: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for match in best.values():
        parts = match.place.split(":")
        outer = (":".join(parts[:end]) for end in range(1, len(parts)))
        layers[match.data, match.whose, match.digest].update(outer)
    return [match for match in best.values() if not _covered(match, layers)]


def _covered(match: Match, layers: dict[tuple[str, str, bool], set[str]]) -> bool:
    return match.confidence == PLANTED and match.place in layers.get(
        (match.data, match.whose, match.digest), ()
    )


def uploaded(matches: Iterable[Match]) -> int:
    """How many different entries of the planted address book the matches hold, whole or as digests."""
    return len({match.masked for match in matches if match.data == "contacts" and match.whose == "contact"})
