"""Events, their parameters and names of what is kept about a user, as SDKs report them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from auditor.collect.traffic import places
from auditor.collect.traffic.places import Place
from auditor.decode import Leaf, Scalar

DEPTH = 64
"""Places around a place that are looked at."""
LONG = 200
"""Characters of a name that are kept."""


class Event(NamedTuple):
    """One event, screen or property that an SDK reports; for readers names only, never values."""

    name: str
    place: str
    params: tuple[str, ...] = ()
    kind: str = "event"
    """`event` or `property`."""
    values: tuple[tuple[str, Scalar], ...] = ()
    """What the parameters hold, by name: to reckon with, never to be shown."""


def events(
    at: Mapping[str, Sequence[str]], known: Mapping[str, str], leaves: Sequence[Leaf]
) -> Iterator[Event]:
    """Events with their parameters, and names of what is kept about the user.

    Without places for `values`, those of `params` that leave the name open hold the values.
    """
    names = list(named(at["name"], leaves))
    params: dict[str, dict[str, Scalar]] = {leaf.parent: {} for _, leaf in names}
    spots = {leaf.place for _, leaf in names}
    for param, leaf in named(at["params"], leaves):
        if leaf.place not in spots:
            nearest(params, leaf.place).setdefault(known.get(param, param), None)
    for param, leaf in valued(at["values"] or [one for one in at["params"] if "*" in one], leaves):
        if leaf.place not in spots:
            nearest(params, leaf.place)[known.get(param, param)] = leaf.value
    for name, leaf in names:
        held = params[leaf.parent]
        values = tuple((param, value) for param, value in held.items() if value is not None)
        yield Event(known.get(name, name), leaf.place, tuple(held), values=values)
    for name, leaf in named(at["properties"], leaves):
        yield Event(known.get(name, name), leaf.place, kind="property")


def nearest[Held](known: Mapping[str, dict[str, Held]], place: str) -> dict[str, Held]:
    """What is known of the nearest place that a place stands in, or of the only one; else an empty table."""
    only = next(iter(known.values())) if len(known) == 1 else {}
    return next((known[outer] for outer in islice(_around(place), DEPTH) if outer in known), only)


def _around(place: str) -> Iterator[str]:
    """Every place that a place stands in, the nearest first."""
    for at in range(len(place) - 1, 0, -1):
        if place[at] in ".[:$":
            yield place[:at]
            yield place[: at + 1]


def named(at: Sequence[str], leaves: Sequence[Leaf]) -> Iterator[tuple[str, Leaf]]:
    """The name that a place leaves open (`.*`); the value that stands there when it leaves none open."""
    for place, leaf in _standing(at, leaves):
        yield (place.open_name(leaf.place) or str(leaf.value))[:LONG], leaf


def valued(at: Sequence[str], leaves: Sequence[Leaf]) -> Iterator[tuple[str, Leaf]]:
    """The name that a place leaves open, or by which the decoder knows the value that stands there."""
    for place, leaf in _standing(at, leaves):
        yield (place.open_name(leaf.place) or leaf.key)[:LONG], leaf


def _standing(at: Sequence[str], leaves: Sequence[Leaf]) -> Iterator[tuple[Place, Leaf]]:
    for place in map(places.parse, at):
        for leaf in leaves:
            if place.matches(leaf.place):
                yield place, leaf
