"""How an app counts and watches what people do, as `report-v1` holds it. Frozen, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model import Text


@dataclass(frozen=True, slots=True)
class SeenStructure:
    """One structure that a recording shows, or only gives cause to ask about."""

    note: str
    """What was seen, in a few words: `a ranking of 100 rows`."""
    level: str
    """`observed`, `inferred` or `possible`; what is only possible is a question and no evidence."""
    who: str
    """Whose server shows it: `app`, a vendor's id, or a host."""
    where: str
    """Its first place: `flow:3/body:json$.points`."""
    total: int
    """Places in all."""
    counter: tuple[str, ...]
    """Which counter-evidence was looked for, with its result."""


@dataclass(frozen=True, slots=True)
class FirstLine:
    """The lines of evidence of one rung: the first place, and how many there are."""

    where: str
    total: int


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One practice with everything that shows it."""

    id: str
    name: Text
    part: str
    """Its part of the profile, one of `PARTS`."""
    rung: str
    """The highest that was reached; empty where a recording only gives cause to ask."""
    rungs: Mapping[str, FirstLine]
    """Every rung that was reached, from the lowest."""
    seen: tuple[SeenStructure, ...]
    """The first structures of recordings; questions come last."""
    seen_total: int
    asks: tuple[Text, ...]
    """What the files cannot answer."""


@dataclass(frozen=True, slots=True)
class Earning:
    """What one source says an action earns."""

    points: float
    rung: str
    """`declared`, `referenced`, `reachable` or `transmitted`."""
    where: str
    support: int = 0
    """Times this change was seen after the action; 0 where it was read and not observed."""
    of: int = 0
    """Times the action was seen with any change, or none."""
    against: tuple[float, ...] = ()
    """Other changes that were seen after it."""


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One action, and what all sources say it earns."""

    action: str
    """A word of ours such as `like`, `unlike`, `share`; or the app's own word."""
    rung: str
    """The highest of its earnings."""
    earnings: tuple[Earning, ...]
    differ: bool
    """Whether the sources name different numbers."""


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One ranking in an answer of a server: how many others it shows."""

    of: str
    """`person` or `institution`."""
    rows: int
    names: int
    photos: int
    institutions: int
    level: str
    who: str
    where: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the files show of scoring and watching; empty when nothing was seen."""

    practices: tuple[PracticeRow, ...] = ()
    tariff: tuple[TariffRow, ...] = ()
    rankings: tuple[RankingRow, ...] = ()
    asks: tuple[Text, ...] = ()
    """Questions about all of it."""
    looked_for: tuple[Text, ...] = ()
    """Names of the practices that were looked for."""
    sources: tuple[str, ...] = ()
    """`package` and `recording`, as far as they were read."""
    unread: tuple[str, ...] = field(default=())
    """Why more may be hidden, one clause each."""
