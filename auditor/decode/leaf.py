"""What comes out of a part, and how much of one is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

type Scalar = str | int | float | bool | bytes | None


class Leaf(NamedTuple):
    """One value."""

    value: Scalar
    place: str
    """Steps and paths in turn: `body:gzip:json$.user.mail`, `header$.authorization:jwt$.claims.email`."""
    chain: tuple[str, ...]
    """The steps of `place`, in order."""
    key: str
    """The nearest name: `mail`; of an item in a list, the name of the list; empty for none."""
    parent: str
    """Place of the object or list that holds it: leaves with the same parent stand side by side."""
    begin: int
    """First byte in the part that was given, of the value itself where the steps keep offsets, else of the
    smallest piece around it that still has one."""
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is opened of one part; reaching a limit is a problem."""

    depth: int = 10
    """Steps inside each other."""
    nodes: int = 20_000
    """Leaves and containers."""
    size: int = 64 << 20
    """Bytes expanded in all."""
    ratio: int = 200
    """Expanded to packed size of one step, above 1 MiB."""


LIMITS = Limits()


@dataclass(slots=True)
class Tree:
    """What a part was found to hold."""

    leaves: list[Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Limits that were hit and encodings that broke: one clause each, behind the place (`piece.told`)."""
    opaque: int = 0
    """Bytes that stayed closed although they look like neither text nor a known medium."""
    media: str = ""
    """`image/jpeg`, `application/pdf` ... when the whole part is such a file."""
