"""Bytes on their way to be opened, with the way that led to them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
LONGEST_NAME = 120
"""Characters of a name that are kept in places: a name stands in the place of everything below it."""


class Piece(NamedTuple):
    """Bytes that stand somewhere in a part."""

    data: bytes
    place: str
    chain: tuple[str, ...]
    key: str
    parent: str
    begin: int
    end: int
    exact: bool
    """Byte n of `data` is byte `begin` + n of the part."""

    def step(self, name: str) -> Piece:
        """The same bytes, read by step `name`."""
        return self._replace(place=f"{self.place}:{name}", chain=(*self.chain, name))

    def opened(self, name: str, data: bytes) -> Piece:
        """What step `name` made of the bytes: from here on offsets are those of the whole piece."""
        return self.step(name)._replace(data=data, exact=False)

    def part(self, begin: int, end: int) -> Piece:
        """Bytes `begin` to `end` of it."""
        return self._replace(data=self.data[begin:end], begin=self.at(begin), end=self.until(end))

    def child(self, path: str, key: str, parent: str) -> Piece:
        """The same bytes at `path` below this place."""
        return self._replace(place=self.place + path, key=key, parent=parent)

    def at(self, offset: int) -> int:
        """Where byte `offset` of the data begins in the part."""
        return self.begin + offset if self.exact else self.begin

    def until(self, offset: int) -> int:
        """Where the bytes before `offset` end in the part."""
        return self.begin + offset if self.exact else self.end


@lru_cache(8192)
def _segment(name: str) -> str:
    if PLAIN_NAME.fullmatch(name):
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"


_PROBLEM = re.compile(r"((?:\['(?:[^'\\]|\\.)*+'\]|(?!: ).)*+): (.+)", re.DOTALL)


def told(problem: str) -> tuple[str, str]:
    """Place and clause of a problem of a tree; a name in the place may hold any signs."""
    found = _PROBLEM.fullmatch(problem)
    return (found[1], found[2]) if found else ("", problem)


def segment(name: str) -> str:
    """A name as it stands in a place: `.mail`, or `['odd name']`."""
    if len(name) > LONGEST_NAME:
        return _segment(name[:LONGEST_NAME] + "…")
    return _segment(name)
