"""Names for the numbered fields of protobuf messages: a rule of rules/decoders, as plain objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Named:
    """What one field number means."""

    name: str
    type: str = ""
    """`string`, `bytes`, `int`, `sint`, `double`, `float` or `bool`; empty: as it looks."""
    message: str = ""
    """Message that stands inside, a key of `FieldMap.messages`; empty for a plain value."""
    repeated: bool = False
    """Its places are numbered even when it stands once."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The messages of one protocol."""

    id: str
    """The step in places: `ga4f-batch`."""
    root: str
    """The message that the bytes are."""
    messages: Mapping[str, Mapping[int, Named]] = field(default_factory=dict)
