"""What a request changes at a vendor's server, by `writes` of its endpoint: amounts added, tags set.

The same `Write` that Firestore and the Realtime Database give, so that whoever reckons asks once for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from auditor.collect.traffic.eventnames import nearest, valued
from auditor.decode import Leaf, Scalar, Write

LISTS = ("union", "remove")
"""Operations on lists, even of a single item."""
MAX_NAME = 4096
"""Characters of an object's name that are looked at."""
_ITEM = re.compile(r"\[\d{1,9}\]$")


class Change(NamedTuple):
    """One entry of `writes`, its places whole."""

    op: str
    """One of `auditor.decode.write.OPERATIONS`, or `decrement`."""
    at: Sequence[str]
    beside: Mapping[str, frozenset[str]]
    """What must stand in the same object, or around the list."""
    of: Sequence[str]
    """Where the changed object is named."""
    cut: re.Pattern[str] | None = None
    """What of that name is meant: its group `object`."""


def writes(changes: Sequence[Change], leaves: Sequence[Leaf]) -> Iterator[Write]:
    """Every change that the leaves of one request tell; the items of a list are one."""
    objects = _objects(leaves) if any(change.beside for change in changes) else {}
    for change in changes:
        values: dict[tuple[str, str], list[Leaf]] = {}
        for name, leaf in valued(change.at, leaves):
            if _holds(change, leaf, objects):
                spot = leaf.parent if _ITEM.search(leaf.place) else leaf.place
                values.setdefault((spot, name), []).append(leaf)
        for (spot, name), items in values.items():
            yield _write(change, name, items, _object(change, spot, leaves))


def _write(change: Change, name: str, items: Sequence[Leaf], path: str) -> Write:
    place, value = items[0].place, items[0].value
    if change.op in LISTS or (change.op == "set" and _ITEM.search(place)):
        return Write(path, name, change.op, [item.value for item in items], place)
    if change.op == "decrement":
        return Write(path, name, "increment", _negative(value), place)
    return Write(path, name, change.op, None if change.op == "delete" else value, place)


def _negative(value: Scalar) -> Scalar:
    return -value if isinstance(value, int | float) else value


def _objects(leaves: Sequence[Leaf]) -> dict[str, dict[str, str]]:
    """What stands in every object: place to key to value."""
    found: dict[str, dict[str, str]] = {}
    for leaf in leaves:
        if not leaf.place.endswith("]") or leaf.place.endswith("']"):
            found.setdefault(leaf.parent, {})[leaf.key] = str(leaf.value)
    return found


def _holds(change: Change, leaf: Leaf, objects: Mapping[str, dict[str, str]]) -> bool:
    around = nearest(objects, leaf.place) if change.beside else {}
    return all(around.get(key, "") in wanted for key, wanted in change.beside.items())


def _object(change: Change, place: str, leaves: Sequence[Leaf]) -> str:
    """The name of the changed object: the nearest one that stands around the place, else that of the path."""
    named = [leaf for _, leaf in valued(change.of, leaves)] if change.of else []
    near = [leaf for leaf in named if place.startswith(leaf.parent)] or named
    name = str(max(near, key=lambda leaf: len(leaf.parent)).value) if near else ""
    found = change.cut.search(name[:MAX_NAME]) if change.cut else None
    return found["object"] if found else name


def change(raw: Mapping[str, Any], at: Sequence[str], of: Sequence[str]) -> Change:
    """An entry of a rule with its places whole."""
    beside = {
        key: frozenset(map(str, value if isinstance(value, list | tuple) else (value,)))
        for key, value in raw.get("beside", {}).items()
    }
    return Change(raw["op"], at, beside, of, re.compile(raw["cut"]) if "cut" in raw else None)
