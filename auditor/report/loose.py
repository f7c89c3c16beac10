"""Plain values of a dossier that may be a stranger's: what has another form than ours is passed over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from auditor.model import Json

LARGEST = 1e15
"""Numbers beyond this are none of ours."""


def rows(value: Json) -> Iterator[Mapping[str, Json]]:
    """The objects in a list."""
    return (row for row in (value if isinstance(value, (list, tuple)) else ()) if isinstance(row, Mapping))


def mapping(value: Json) -> Mapping[str, Json]:
    """An object; empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def text(value: Json) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""


def texts(value: Json) -> tuple[str, ...]:
    """The texts in a list, or the names in an object."""
    return (
        tuple(item for item in value if isinstance(item, str)) if isinstance(value, (list, Mapping)) else ()
    )


def number(value: Json) -> float:
    """A finite number; 0 for anything else."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if plain and math.isfinite(value) and abs(value) < LARGEST else 0.0


def count(value: Json) -> int:
    """How many; 0 for what is no number."""
    return max(0, int(number(value)))


def counts(value: Json) -> dict[str, int]:
    """An object of numbers."""
    return {str(name): count(item) for name, item in mapping(value).items()}


def numbers(value: Json) -> tuple[float, ...]:
    """The numbers in a list."""
    return tuple(map(number, value)) if isinstance(value, (list, tuple)) else ()
