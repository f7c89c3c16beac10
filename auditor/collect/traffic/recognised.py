"""What is recognised in one record: by vendors' endpoints and by the search, always both."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from auditor.collect.persona import PLANTED, SHAPE, Match, Search
from auditor.collect.recordings.record import Record
from auditor.collect.traffic import parts
from auditor.collect.traffic.endpoints import Found
from auditor.decode import Tree

PERSONA, SHAPES = "persona", "shapes"
"""Who recognised a value, where no vendor's file did."""
_NUMBER = re.compile(r"\[\d+\]")


class Hit(NamedTuple):
    """One value that was recognised."""

    data: str
    """A file of `rules/data`."""
    place: str
    note: str
    """The form in which it stands; empty when plain."""
    by: str
    """`persona`, `shapes` or `vendors/acme`."""
    masked: str = ""
    more: int = 0
    """Further items of the same list that hold the same."""


def hits(found: Iterable[Found], matches: Iterable[Match]) -> list[Hit]:
    """One hit per data type and place: a planted value proves more than a rule, a rule more than a shape."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in (*_by_rules(found), *map(_by_search, matches)):
        other = best.get((hit.data, hit.place))
        if other is None or _weight(hit) > _weight(other):
            best[hit.data, hit.place] = hit
    return list(_each_shape_once(_innermost(best.values())))


def _innermost(found: Collection[Hit]) -> Iterator[Hit]:
    """Not a body as a whole, where the same kind of data was found in a field of it."""
    located = {(hit.data, _part(hit.place)) for hit in found if "$" in hit.place}
    for hit in found:
        if "$" in hit.place or (hit.data, _part(hit.place)) not in located:
            yield hit


def _part(place: str) -> str:
    return re.split("[:$]", place, maxsplit=1)[0]


def _each_shape_once(found: Iterable[Hit]) -> Iterator[Hit]:
    """What rules see in each item of a list stands once, with their number; what was planted, always."""
    alike: dict[tuple[str, str], list[Hit]] = {}
    for hit in found:
        if hit.by == PERSONA:
            yield hit
        else:
            alike.setdefault((hit.data, _NUMBER.sub("[]", hit.place)), []).append(hit)
    for first, *more in alike.values():
        yield first._replace(more=len(more))


def searched(record: Record, trees: Mapping[str, Tree], search: Search) -> list[Match]:
    """Everything of the persona, decoys included; in bytes of bodies as well, where no leaf holds it."""
    matches = search.find(parts.leaves(trees))
    for part, data in parts.raw(record).items():
        matches += search.find_raw(data, part, matches)
    return matches


def _by_rules(found: Iterable[Found]) -> Iterator[Hit]:
    for one in found:
        for item in one.evidence:
            yield Hit(item.data, item.place, item.note, f"vendors/{one.vendor}")


def _by_search(match: Match) -> Hit:
    note = match.note.strip(" ()")
    if match.confidence == PLANTED:
        return Hit(match.data, match.place, note, PERSONA, match.masked)
    return Hit(match.data, match.place, note.replace(SHAPE, "by its shape"), SHAPES, match.masked)


def _weight(hit: Hit) -> int:
    return {PERSONA: 2, SHAPES: 0}.get(hit.by, 1)


def receivers(found: Sequence[Found]) -> list[str]:
    """Vendors at whose own endpoints the request arrives; its shape alone does not tell whose they are."""
    return vendors([one for one in found if not one.elsewhere])


def vendors(found: Sequence[Found]) -> list[str]:
    """Vendors whose endpoints match, each once."""
    return list(dict.fromkeys(one.vendor for one in found))
