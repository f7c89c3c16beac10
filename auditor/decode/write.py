"""Writes to a database, of whatever protocol, and leaves as plain values again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from auditor.decode.leaf import Leaf, Scalar

type Value = str | int | float | bool | bytes | list[Value] | dict[str, Value] | None

OPERATIONS = ("set", "increment", "maximum", "minimum", "union", "remove", "delete", "server-time")
type _Node = dict[str | int, _Node | Scalar]
"""An object or a list that is being put together."""
MOST_ITEMS = 20_000

_STEP = re.compile(r"\.([A-Za-z_][\w-]*+)|\['((?:[^'\\]|\\.)*+)'\]|\[(\d{1,9})\]", re.ASCII)
_QUOTED = re.compile(r"\\(.)")


class Write(NamedTuple):
    """One change of one field."""

    path: str
    """Of the document or node, without the database: `users/u777`."""
    field: str
    """Name below it, with dots where it is nested; empty for the whole."""
    op: str
    """One of OPERATIONS."""
    value: Value
    """Set, increment, maximum, minimum: the value; union, remove: the list of items; else None."""
    place: str = ""
    """Place of the message in the tree it was found in."""


def steps(path: str) -> list[str | int]:
    """`.fields['odd name'][2]` as names and numbers."""
    found: list[str | int] = []
    for step in _STEP.finditer(path):
        name, quoted, index = step.groups()
        if index is not None:
            found.append(int(index))
        else:
            found.append(name if name is not None else _QUOTED.sub(r"\1", quoted))
    return found


def messages(leaves: Iterable[Leaf], step: str) -> dict[str, Value]:
    """What every step whose name begins with `step` gave, as plain values: its place to its value.

    Names that the sender took in snake case are left so. What was opened further inside is left out.
    """
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.chain and leaf.chain[-1].startswith(step):
            root, mark, _ = leaf.place.rpartition(f":{leaf.chain[-1]}$")
            if mark:
                found.setdefault(f"{root}:{leaf.chain[-1]}", []).append(leaf)
    return {place: _value(group, len(place) + 1) for place, group in found.items()}


def _value(leaves: list[Leaf], skip: int) -> Value:
    root: _Node = {}
    for leaf in leaves:
        node, path = root, steps(leaf.place[skip:])
        for name in path[:-1]:
            inner = node.get(name)
            if not isinstance(inner, dict):
                inner = node[name] = {}
            node = inner
        if path and not isinstance(node.get(path[-1]), dict):
            node[path[-1]] = leaf.value
    return _plain(root)


def _plain(node: _Node | Scalar) -> Value:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(name, int) for name in node):
        return [_plain(node[name]) for name in sorted(node)[:MOST_ITEMS]]
    return {str(name): _plain(inner) for name, inner in node.items()}


def mapping(value: Value) -> Mapping[str, Value]:
    """The value when it has names, else nothing."""
    return value if isinstance(value, dict) else {}


def listing(value: Value) -> list[Value]:
    """The value when it is a list, else nothing."""
    return value if isinstance(value, list) else []
