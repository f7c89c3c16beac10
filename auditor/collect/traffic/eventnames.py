"""Names of events, their parameters and what is kept about a user, as SDKs report them; never values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from auditor.collect.traffic import places
from auditor.decode import Leaf

DEPTH = 64
"""Places around a place that are looked at."""


class Event(NamedTuple):
    """One event, screen or property that an SDK reports; names only, never values."""

    name: str
    place: str
    params: tuple[str, ...] = ()
    kind: str = "event"
    """`event` or `property`."""


def events(
    at: Mapping[str, Sequence[str]], known: Mapping[str, str], leaves: Sequence[Leaf]
) -> Iterator[Event]:
    """Events with the names of their parameters, and names of what is kept about the user."""
    names = list(named(at["name"], leaves))
    params: dict[str, dict[str, None]] = {leaf.parent: {} for _, leaf in names}
    spots = {leaf.place for _, leaf in names}
    for param, leaf in named(at["params"], leaves):
        if leaf.place in spots:
            continue
        around = next((place for place in islice(_around(leaf.place), DEPTH) if place in params), "")
        params.get(around, {})[known.get(param, param)] = None
    for name, leaf in names:
        yield Event(known.get(name, name), leaf.place, tuple(params[leaf.parent]))
    for name, leaf in named(at["properties"], leaves):
        yield Event(known.get(name, name), leaf.place, kind="property")


def _around(place: str) -> Iterator[str]:
    """Every place that a place stands in, the nearest first."""
    for at in range(len(place) - 1, 0, -1):
        if place[at] in ".[:$":
            yield place[:at]
            yield place[: at + 1]


def named(at: Sequence[str], leaves: Sequence[Leaf]) -> Iterator[tuple[str, Leaf]]:
    """The value at a place that ends in a name; the name itself where the place ends in `.*`."""
    for one in at:
        place = places.parse(one)
        for leaf in leaves:
            if place.matches(leaf.place):
                yield (leaf.key if one.endswith(".*") else str(leaf.value))[:200], leaf
