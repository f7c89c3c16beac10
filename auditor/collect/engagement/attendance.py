"""Presence at broadcasts and events, person by person: joins, leaves, and lists of who was there.

Joining a call or answering an invitation is in many apps: alone it is only possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collect.engagement.actions import WRITING, Actions
from auditor.collect.engagement.exchange import Exchange, Thing
from auditor.collect.engagement.identified import Identified
from auditor.collect.engagement.people import People
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.readings import ID_KEY, names
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign

BESIDE = (*SCORING, "award attend", "award watch", "watching", "task", "unit report", "belonging")
"""Structures beside which presence counts though nothing says that it is at a broadcast."""
FEWEST = 3
"""Persons of a list of who was there."""
MOST = 2_000


@dataclass(slots=True)
class Presence:
    """Who came and went, for one broadcast or event."""

    shown: Shown = field(default_factory=Shown)
    joins: int = 0
    leaves: int = 0
    said: bool = False
    """Whether a word says presence outright: `attendance`."""
    broadcast: bool = False
    persons: int = 0

    def level(self) -> str:
        """How surely presence is recorded per person."""
        if not self.persons or not self.broadcast:
            return POSSIBLE
        followed = self.joins and (self.leaves or self.joins > 1)
        return OBSERVED if self.said else INFERRED if followed else POSSIBLE


class Attendance:
    """Detector of presence."""

    def __init__(self, actions: Actions, people: People) -> None:
        self._actions, self._people, self._families = actions, people, actions.families
        self._identified = Identified(actions.families)
        self._presences: dict[tuple[str, str], Presence] = {}
        self._lists: dict[str, Shown] = {}

    def look(self, exchange: Exchange) -> None:
        """Joins and leaves that are sent, and lists that come back."""
        words = self._words(exchange)
        for place, rows in exchange.lists_received.items():
            if len(rows) >= FEWEST and all(self._is_present(row, f"{exchange.path} {place}") for row in rows):
                level = INFERRED if "broadcast" in words else POSSIBLE
                self._lists.setdefault(level, Shown()).add(exchange, place)
        writes = exchange.method in WRITING or exchange.source.record.frames
        if writes and words & {"attend", "leave"} and (key := self._key(exchange)):
            self._note(exchange, self._presences.setdefault(key, Presence()), words)

    def _words(self, exchange: Exchange) -> frozenset[str]:
        """Families of the path, keys and short values, of fields that are written, and of events."""
        told = (event.name for event in exchange.events)
        kept = (f"{write.path} {write.field}" for write in exchange.source.writes)
        return self._families.hinted(" ".join((names(exchange), *told, *kept))[:2_000])

    def _key(self, exchange: Exchange) -> tuple[str, str] | None:
        """Receiver and what is attended; None where nothing is, and once too many are held."""
        parts = exchange.segments
        pairs = zip(("", *parts), parts, strict=False)
        told = [part for before, part in pairs if any(map(str.isdigit, part)) and not self._is_person(before)]
        act = next((act for act in self._actions.of(exchange) if act.action == "attend"), None)
        target = act.target if act and act.target in told else told[-1] if told else ""
        if not target and "broadcast" not in self._words(exchange) and not self._ids(exchange):
            return None
        key = (exchange.who, target)
        return key if key in self._presences or len(self._presences) < MOST else None

    def _is_person(self, name: str) -> bool:
        """`/members/7/presence` says of whom, and not at what."""
        return not name or "person" in self._families.hinted(name)

    def _ids(self, exchange: Exchange) -> bool:
        """Whether a key names the id of something that is no person."""
        keys = [leaf.key for leaf in exchange.sent if leaf.place.startswith(("body", "frame", "query"))]
        return any(ID_KEY.search(key) and not self._is_person(key) for key in keys)

    def _note(self, exchange: Exchange, presence: Presence, words: frozenset[str]) -> None:
        presence.shown.add(exchange)
        presence.leaves += "leave" in words
        presence.joins += "attend" in words and "leave" not in words
        presence.broadcast |= "broadcast" in words
        kept = (write.path for write in exchange.source.writes)
        presence.said |= any("attend" in self._families.of(part) for part in (*exchange.segments, *kept))
        presence.persons += self._identified.how(exchange) > 0

    def _is_present(self, row: Thing, around: str) -> bool:
        """A person with a word of presence, in the row or around it."""
        held = self._families.hinted(" ".join((around, *row.values))[:1_000])
        return "attend" in held and self._people.name(row) is not None

    def signs(self) -> Iterator[Sign]:
        """One sign for each level and receiver."""
        found: dict[tuple[str, str], list[Presence]] = {}
        for (who, _), presence in self._presences.items():
            if presence.joins:
                found.setdefault((presence.level(), who), []).append(presence)
        for (level, _), presences in found.items():
            yield _sign(level, presences)
        for level, shown in self._lists.items():
            note = "a list tells who was present"
            yield shown.sign("attendance", level, note, beside=BESIDE)


def _sign(level: str, presences: list[Presence]) -> Sign:
    shown = Shown()
    for presence in presences:
        shown.join(presence.shown)
    joins, leaves = (sum(getattr(one, name) for one in presences) for name in ("joins", "leaves"))
    note = f"presence is reported: {joins} times joined, {leaves} times left"
    counter = ("a call or chat in place of a broadcast: " + ("possible" if level == POSSIBLE else "no"),)
    figures = {"joins": joins, "leaves": leaves}
    return shown.sign("attendance", level, note, figures=figures, counter=counter, beside=BESIDE)
