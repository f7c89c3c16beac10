"""What a detector says: a structure that the recording shows, with the places that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from auditor.collect.engagement.exchange import Exchange
from auditor.model import Json

OBSERVED, INFERRED, POSSIBLE = "observed", "inferred", "possible"
"""The recording shows it; several things together show it; it could be, and is only asked."""
PLACES = 20
"""Places that are kept of one sign; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """One supporting place."""

    where: str
    """`flow:3/body:json$.points`."""
    at: float
    """Seconds since 1970; 0 when not known."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One structure, seen."""

    structure: str
    """One of `catalogue.STRUCTURES`."""
    who: str
    """Whose server shows it: `app`, a vendor's id, or a host."""
    level: str
    note: str
    """What was seen, in a few neutral words without anybody's values: `like +5, 7 of 7`."""
    places: tuple[Place, ...]
    total: int = 0
    """Places in all."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """What practices ask about: `action`, `undone`, `of`."""
    figures: Mapping[str, Json] = field(default_factory=dict)
    """Counts for the profile: `points`, `support`, `of`, `persons` ..."""
    beside: tuple[str, ...] = ()
    """Structures beside which what is only possible counts as inferred; with an action: `award like`."""
    counter: tuple[str, ...] = ()
    """Which counter-evidence was looked for, with the result, one clause each."""


class Detector(Protocol):
    """Looks at every exchange, and says at the end what they show together. State is bounded."""

    def look(self, exchange: Exchange) -> None:
        """Note what matters of one exchange."""

    def signs(self) -> Iterable[Sign]:
        """What all exchanges show."""


class Shown:
    """Places that show one thing, gathered while reading: the first ones are kept, all are counted."""

    def __init__(self) -> None:
        self.who = ""
        self.places: list[Place] = []
        self.total = 0

    def add(self, exchange: Exchange, place: str = "") -> None:
        """One more place in this exchange."""
        self.who = self.who or exchange.who
        where = exchange.where(place)
        if self.places and self.places[-1].where == where:
            return
        self.total += 1
        if len(self.places) < PLACES:
            self.places.append(Place(where, exchange.at))

    def join(self, other: Shown) -> None:
        """Everything another one holds."""
        self.who = self.who or other.who
        self.total += other.total
        self.places += other.places[: PLACES - len(self.places)]

    def sign(
        self,
        structure: str,
        level: str,
        note: str,
        *,
        traits: Mapping[str, str] | None = None,
        figures: Mapping[str, Json] | None = None,
        counter: Iterable[str] = (),
        beside: tuple[str, ...] = (),
    ) -> Sign:
        """The sign these places make, at least one."""
        return Sign(
            structure,
            self.who,
            level,
            note,
            tuple(self.places),
            self.total,
            traits or {},
            figures or {},
            beside,
            tuple(counter),
        )
