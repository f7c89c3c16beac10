"""Which phase a moment of a recording belongs to: before consent, after refusal, while closed ...

Phases come from marks set while recording, from a file beside the recording, or from the command line; never
from the traffic itself. Outside every marked interval a moment has no phase, and nothing is guessed.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from auditor.model import Json

CONSENT = {
    "before consent": "before consent",
    "consent shown": "before consent",
    "accepted": "after consent",
    "after consent": "after consent",
    "refused": "after refusal",
    "rejected": "after refusal",
    "after refusal": "after refusal",
    "withdrawn": "after withdrawal",
    "after withdrawal": "after withdrawal",
}
"""Marks that tell what the person has answered, and the phase they begin. "Launched" is none of them: whether
consent was given in an earlier run, only who records can say."""
USE = {
    "closed": "while closed",
    "while closed": "while closed",
    "backgrounded": "in background",
    "in background": "in background",
    "opened": "",
    "launched": "",
}
"""Marks that tell whether the app is in use; an empty phase ends the one before."""
LOGIN = {"before login": "before login", "logged in": "", "registered": ""}
"""Marks that tell whether the person has an account in the app."""
AXES = (CONSENT, USE, LOGIN)
"""Each mark changes one of them and leaves the others as they are."""
PHASES = tuple(dict.fromkeys(phase for axis in AXES for phase in axis.values() if phase))
MOST = 10_000
"""Marks of one recording."""
BEFORE = 60.0
"""Seconds by which a mark may come before the first record and still be meant for this recording."""


class PhaseError(ValueError):
    """Not a phase or a time; one sentence that says what was expected."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, absolute in seconds since 1970, or counted from the first record."""

    seconds: float
    offset: bool

    def after(self, start: float) -> float:
        """Seconds since 1970, in a recording that began at `start`."""
        return start + self.seconds if self.offset else self.seconds


FIRST, LAST = Moment(-math.inf, offset=False), Moment(math.inf, offset=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A phase from one moment to another; the end is not part of it."""

    phase: str
    begin: Moment = FIRST
    end: Moment = LAST


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said of one moment."""

    at: Moment
    word: str


_TIME = (
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?|(?:\d{1,3}:)?\d{1,3}:\d\d(?:\.\d+)?"
)
_OPTION = re.compile(rf"([A-Za-z][A-Za-z _-]*):({_TIME})-({_TIME})?")
_OFFSET = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d(?:\.\d+)?)")


def span(text: str) -> Span:
    """`before-consent:00:00-00:42` as a Span: minutes and seconds from the first record, or ISO times.

    Raises PhaseError.
    """
    found = _OPTION.fullmatch(text.strip())
    if not found:
        raise PhaseError(f"{text!r} is no phase; expected such as before-consent:00:00-00:42")
    return made(found[1], found[2], found[3] or "")


def made(phase: str, begin: str, end: str) -> Span:
    """A Span from words; an empty time leaves that side open. Raises PhaseError."""
    name = _phase(plain(phase))
    if not name:
        raise PhaseError(f"{phase!r} is no phase; expected one of {', '.join(PHASES)}")
    first, last = moment(begin) if begin else FIRST, moment(end) if end else LAST
    if first.offset == last.offset and first.seconds >= last.seconds:
        raise PhaseError(f"{phase}: ends at {end}, before it begins at {begin}")
    return Span(name, FIRST if first == Moment(0, offset=True) else first, last)


def moment(text: str) -> Moment:
    """`00:42`, `1:02:03` or `2026-01-01T10:00:42Z` as a Moment. Raises PhaseError."""
    if found := _OFFSET.fullmatch(text.strip()):
        hours, minutes, seconds = float(found[1] or 0), float(found[2]), float(found[3])
        return Moment(hours * 3600 + minutes * 60 + seconds, offset=True)
    try:
        stated = datetime.fromisoformat(text.strip())
    except ValueError:
        stated = None
    if stated is None or stated.tzinfo is None:
        raise PhaseError(f"{text!r} is no time; expected 00:42 from the start, or 2026-01-01T10:00:42Z")
    return Moment(stated.timestamp(), offset=False)


def plain(word: str) -> str:
    """`After_Refusal` as `after refusal`."""
    return re.sub(r"[\s_-]+", " ", word).strip().lower()


@dataclass(slots=True)
class Phases:
    """The phases of one recording; marks may still come while it is read."""

    spans: list[Span] = field(default_factory=list)
    start: float = 0.0
    """When the first record of the file began; 0 until it is known."""
    marks: list[tuple[float, str]] = field(default_factory=list)
    since: float = 0.0
    """When the recorder began, in seconds since 1970; 0 when it does not say."""
    lost: int = 0
    """Marks beyond `MOST`."""
    early: int = 0
    """Marks that were made before the recording began: they tell of another one."""
    _pending: list[Mark] = field(default_factory=list)
    _moments: list[float] = field(default_factory=list)
    _states: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, stated: Iterable[Span | Mark]) -> None:
        """What a file beside the recording, or the command line, says."""
        for item in stated:
            if isinstance(item, Span):
                self.spans.append(item)
            else:
                self._pending.append(item)

    def begin(self, at: float) -> None:
        """The first moment of the recording: offsets count from here, and what was marked before is early."""
        self.start = at
        for item in self._pending:
            if item.at.after(at) < (self.since or at - BEFORE):
                self.early += 1
            else:
                self.mark(item.at.after(at), item.word)
        self._pending.clear()

    def mark(self, at: float, word: str) -> None:
        """Somebody marked this moment; two who tell the same are one."""
        mark = (at, plain(word)[:80])
        if mark in self.marks[bisect_left(self.marks, mark) :][:1]:
            return
        if len(self.marks) >= MOST:
            self.lost += 1
            return
        insort(self.marks, mark)
        self._moments.clear()

    @property
    def unused(self) -> int:
        """Marks that no record's time could be held against."""
        return self.early + len(self._pending)

    def of(self, at: float) -> tuple[str, ...]:
        """Every phase the moment lies in; none for a time that is not known."""
        if not at:
            return ()
        stated = [s.phase for s in self.spans if s.begin.after(self.start) <= at < s.end.after(self.start)]
        marked = [  # what is stated by hand outdoes a mark of its axis
            phase
            for axis, phase in zip(AXES, self._marked(at), strict=True)
            if phase and not set(axis.values()) & set(stated)
        ]
        return tuple(dict.fromkeys((*stated, *marked)))

    def _marked(self, at: float) -> tuple[str, ...]:
        if self.marks and not self._moments:
            self._states = list(_states(word for _, word in self.marks))
            self._moments = [moment for moment, _ in self.marks]
        index = bisect_right(self._moments, at)
        return self._states[index - 1] if index else ("",) * len(AXES)

    def intervals(self) -> list[Json]:
        """Every phase from when to when, as `of` answers; None leaves a side open."""
        stated = [m.after(self.start) for s in self.spans for m in (s.begin, s.end)]
        points = sorted({-math.inf, *stated, *(at for at, _ in self.marks)} - {math.inf})[:MOST]
        rows: list[dict[str, Json]] = []
        last: dict[str, dict[str, Json]] = {}
        for begin, end in pairwise((*points, math.inf)):
            for phase in self.of(begin):
                if phase not in last or last[phase]["to"] != begin:
                    last[phase] = {"phase": phase, "from": _finite(begin)}
                    rows.append(last[phase])
                last[phase]["to"] = _finite(end)
        return rows

    def describe(self) -> list[Json]:
        """Marks and stated intervals, for the report: times in seconds since 1970."""
        rows: list[Json] = [{"at": at, "mark": word, "phase": _phase(word)} for at, word in self.marks]
        for s in self.spans:
            begin, end = s.begin.after(self.start), s.end.after(self.start)
            rows.append({"phase": s.phase, "from": _finite(begin), "to": _finite(end)})
        return rows


def _phase(word: str) -> str:
    """The phase that a mark begins; empty when it begins none."""
    return next((axis[word] for axis in AXES if word in axis), "")


def _states(words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """After each mark: the phase on every axis."""
    state: tuple[str, ...] = ("",) * len(AXES)
    for word in words:
        state = tuple(axis.get(word, phase) for axis, phase in zip(AXES, state, strict=True))
        yield state


def _finite(at: float) -> float | None:
    return at if math.isfinite(at) else None
