"""What a search found, without the value itself."""

from __future__ import annotations

from typing import NamedTuple

from auditor.collect.persona import masks
from auditor.collect.persona.variants import PLAIN

PLANTED = "planted"
"""The value equals one that was planted."""
SHAPE = "shape"
"""It only looks like such a value: possible, not shown."""


class Match(NamedTuple):
    """A value of a person in a leaf."""

    data: str
    """A word of `rules/data`."""
    place: str
    """Place of the leaf."""
    form: str = PLAIN
    """`plain`, `national form`, `sha256`, `md5 of digits` ..."""
    precise: int | None = None
    """Metres to which a position is told."""
    masked: str = ""
    """The value with most of it covered."""
    confidence: str = PLANTED
    """`planted` or `shape`."""
    kind: str = ""
    """The value's word in the persona file."""
    whose: str = "self"
    """`self`, `contact` or `decoy`."""
    distance: int | None = None
    """Metres between a position and the mocked one."""
    digest: bool = False
    whole: bool = True
    """Whether the leaf holds nothing else."""

    @property
    def decoy(self) -> bool:
        """Whether it is a value that no app was given: a mistake of the search, or of the test."""
        return self.whose == "decoy"

    @property
    def note(self) -> str:
        """What follows the place in evidence: ` (sha256)`; empty for a value as it was planted."""
        parts = [] if self.form == PLAIN else [self.form]
        parts += [f"{self.precise} m"] if self.precise is not None else []
        return f" ({', '.join(parts)})" if parts else ""

    def covered(self, value: str) -> Match:
        """With the value as a report may show it."""
        return self._replace(masked=masks.masked(self.kind, value))
