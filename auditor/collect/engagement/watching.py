"""How long persons watch, by numbers that run as the clock does.

A player that remembers where somebody stopped sends the same numbers: that is only possible. It counts when
the number is of a broadcast, earns points, stands beside an institution, or is called a time of watching.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.collect.engagement import course
from auditor.collect.engagement.course import Point
from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.identified import Identified
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.readings import Reading, Readings, ids
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.words import Families, words

KEPT = 1_024
"""Names whose meaning is remembered: those around a number stand around every number of a request."""
MOST_TRACKS = 2_000
MOST_POINTS = 2_000
BESIDE = (*SCORING, "award watch", "award attend", "task", "unit report")
"""Structures beside which the reports of a player count."""
NEAR = 6 * 3600.0
"""Seconds after something was opened in which the end of watching it is looked for."""


@dataclass(slots=True)
class Track:
    """One number of one endpoint."""

    points: list[Point] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)
    persons: int = 0
    why: set[str] = field(default_factory=set)
    """What makes it more than a player's memory: `broadcast`, `score`, `institution`, `watch`."""
    play: bool = False
    """Whether a word says that something is watched or played."""
    ended: bool = False
    """Whether it is a number at the end, and not one that runs."""

    def runs(self) -> bool:
        """Whether it counts time, or a share up to the whole."""
        counted = course.is_growing(self.points) or course.is_repeated(self.points)
        return self.ended or counted or (self.play and course.is_share(self.points))

    def level(self) -> str:
        """How surely it is a person's time of watching; empty where nothing says that anything is watched."""
        if not self.play and "broadcast" not in self.why:
            return ""
        if not self.persons or not self.why:
            return POSSIBLE
        return OBSERVED if self.why - {"watch"} and not self.ended else INFERRED


class Watching:
    """Detector of time of watching."""

    def __init__(self, families: Families, readings: Readings) -> None:
        self._families, self._readings = families, readings
        self._identified = Identified(families)
        self._says_watch_time = lru_cache(KEPT)(self._names_watch_time)
        self._tracks: dict[tuple[str, ...], Track] = {}
        self._opened: dict[str, float] = {}

    def look(self, exchange: Exchange) -> None:
        """Every number that is sent, with what stands around it."""
        found = self._readings.of(exchange)
        persons = self._identified.how(exchange) > 0 if found else False
        opened = [self._opened[one] for one in ids(exchange) if one in self._opened]
        for reading in found:
            track = self._track(reading.channel)
            if track and len(track.points) < MOST_POINTS and exchange.at:
                self._add(track, exchange, reading, persons=persons)
            if self._is_end(reading, exchange.at, opened):
                ended = self._track(("end", *reading.channel))
                if ended:
                    ended.ended = True
                    self._add(ended, exchange, reading, persons=persons)
        for one in ids(exchange):
            if exchange.at and len(self._opened) < MOST_TRACKS:
                self._opened.setdefault(one, exchange.at)

    def _track(self, channel: tuple[str, ...]) -> Track | None:
        if channel in self._tracks or len(self._tracks) < MOST_TRACKS:
            return self._tracks.setdefault(channel, Track())
        return None

    def _add(self, track: Track, exchange: Exchange, reading: Reading, *, persons: bool) -> None:
        around = f"{reading.name} {reading.around}"
        track.points.append(Point(exchange.at, reading.value))
        track.shown.add(exchange, reading.place)
        track.persons += persons
        track.why |= self._families.hinted(around) & {"broadcast"}
        track.why |= self._families.of(f"{around} {_answered(exchange)}") & {"score", "institution"}
        named = self._says_watch_time(reading.name) or self._says_watch_time(reading.around)
        track.why |= {"watch"} if named else set()
        track.play |= "watch" in self._families.hinted(around)

    def _names_watch_time(self, names: str) -> bool:
        """`watch_time`, `/watch-time`, `kohaShikimit`: a name of two words or more that says it."""
        return any(len(words(part)) > 1 and "watch" in self._families.of(part) for part in names.split())

    def _is_end(self, reading: Reading, at: float, opened: list[float]) -> bool:
        """A single number at the end: it is named a time of watching, or is the time since it was opened."""
        if self._families.of(reading.name) >= {"watch", "live"}:
            return True
        held = self._families.hinted(f"{reading.name} {reading.around}")
        since = [at - before for before in opened if at - before <= NEAR]
        elapsed = any(course.is_elapsed(reading.value, seconds) for seconds in since)
        return elapsed and bool(held & {"watch", "broadcast"})

    def signs(self) -> Iterator[Sign]:
        """One sign for each level and receiver."""
        found: dict[tuple[str, str], list[Track]] = {}
        running = {channel for channel, track in self._tracks.items() if track.points and track.runs()}
        for channel, track in self._tracks.items():
            again = channel[0] == "end" and channel[1:] in running
            if channel in running and not again and (level := track.level()):
                found.setdefault((level, track.shown.who), []).append(track)
        for (level, _), tracks in found.items():
            yield _sign(level, tracks)


def _sign(level: str, tracks: list[Track]) -> Sign:
    shown = Shown()
    for track in tracks:
        shown.join(track.shown)
    why = sorted(set().union(*(track.why for track in tracks)))
    said = {"watch": "named so", "score": "with points"}
    note = f"time of watching is reported, {shown.total} times"
    note += f" ({', '.join(said.get(one, one) for one in why)})" if why else ""
    named = "no" if all(track.persons for track in tracks) else "some"
    memory = "possible" if level == POSSIBLE else "no"
    counter = (f"requests that name nobody: {named}", f"a player that remembers where it stopped: {memory}")
    figures = {"reports": shown.total, "numbers": len(tracks)}
    return shown.sign("watching", level, note, figures=figures, counter=counter, beside=BESIDE)


def _answered(exchange: Exchange) -> str:
    return " ".join(leaf.key for leaf in exchange.received[:50])[:1_000]
