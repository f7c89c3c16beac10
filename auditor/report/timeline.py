"""The timeline of a recording as shapes: a lane for each recipient, dots for requests, bars for phases."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from auditor.recordedmodel import PhaseRow, Recorded, RecordedRow
from auditor.report.flowmap import LETTER, wrapped

WIDTH, LEFT, RIGHT = 760, 178, 748
"""The picture, and the part of it that is time."""
LANES = 12
"""Recipients with a lane of their own; the others share the last."""
LANE, BAR = 24, 20
"""Heights of a lane and of the bar of a phase."""
GRAIN = 4.0
"""Dots nearer than this are one, that grows."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 604800)
"""Seconds between two marks of the axis."""


class Bar(NamedTuple):
    """A phase over time."""

    x: float
    y: float
    width: float
    number: int
    phase: str
    fits: bool
    """Whether its name fits into it, rather than its number alone."""


class Dot(NamedTuple):
    """Requests at one moment to one recipient."""

    x: float
    y: float
    size: float
    kind: str
    """`data`, `plain` or `refused`."""
    requests: int


class Lane(NamedTuple):
    """A recipient, or all others."""

    y: float
    lines: tuple[str, ...]


class Tick(NamedTuple):
    """A mark of the axis."""

    x: float
    label: str


class TimeLine(NamedTuple):
    """All that is drawn."""

    height: float
    top: float
    """Where the lanes begin."""
    bottom: float
    bars: list[Bar]
    lanes: list[Lane]
    dots: list[Dot]
    ticks: list[Tick]


def clock(seconds: float | None) -> str:
    """Time from the beginning: `0:42`, `1:02:03`; empty when not known."""
    if seconds is None:
        return ""
    whole = int(abs(seconds) + 0.5)
    hours, minutes = whole // 3600, whole // 60 % 60
    sign = "−" if seconds <= -0.5 else ""
    return sign + (f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}")


def time_line(one: Recorded, names: Mapping[str, str], phases: Mapping[str, str], others: str) -> TimeLine:
    """The picture of one recording; `names` are those of recipients by `who`, `phases` those of phases."""
    rows = [row for row in one.rows if row.seconds is not None and row.kind != "mark"]
    scale = _Scale(max([one.seconds or 0, *(row.seconds or 0 for row in rows)]))
    bars = list(_bars(one.phases, phases, scale))
    top = BAR * len({bar.y for bar in bars}) + (8 if bars else 2)
    lanes = _lanes(rows, names, others)
    ys = {who: top + LANE * (n + 0.5) for n, who in enumerate(lanes)}
    dots = _dots(rows, names, ys, scale)
    bottom = top + LANE * len(lanes)
    labelled = [Lane(ys[who], wrapped(who, LEFT - 14)[:1]) for who in lanes]
    return TimeLine(bottom + 22, top, bottom, bars, labelled, dots, list(_ticks(scale)))


class _Scale(NamedTuple):
    """Seconds to places."""

    last: float

    def x(self, seconds: float | None, otherwise: float) -> float:
        if seconds is None:
            return otherwise
        share = seconds / self.last if self.last > 0 else 0.5
        return round(LEFT + 8 + (RIGHT - LEFT - 16) * min(1.0, max(0.0, share)), 1)


def _bars(rows: Sequence[PhaseRow], phases: Mapping[str, str], scale: _Scale) -> list[Bar]:
    """Phases that overlap stand in rows of their own."""
    found: list[Bar] = []
    free: list[float] = []
    for number, row in enumerate(rows, start=1):
        x, end = scale.x(row.begin, LEFT), scale.x(row.end, RIGHT)
        level = next((n for n, at in enumerate(free) if at <= x), len(free))
        free[level : level + 1] = [end]
        name = phases.get(row.phase, row.phase)
        fits = (len(name) + 3) * LETTER <= end - x
        found.append(Bar(x, BAR * level, max(2.0, round(end - x, 1)), number, name, fits))
    return found


def _lanes(rows: Sequence[RecordedRow], names: Mapping[str, str], others: str) -> list[str]:
    """Recipients in the order of their first request; few requests share a lane."""
    counts = Counter(names.get(row.who, row.who) for row in rows)
    kept = {who for who, _ in counts.most_common(LANES if len(counts) <= LANES else LANES - 1)}
    order = [who for who in dict.fromkeys(names.get(row.who, row.who) for row in rows) if who in kept]
    return [*order, others] if len(counts) > len(kept) else order


def _dots(
    rows: Sequence[RecordedRow], names: Mapping[str, str], ys: Mapping[str, float], scale: _Scale
) -> list[Dot]:
    found: Counter[tuple[float, float, str]] = Counter()
    last = max(ys.values(), default=0.0)
    for row in rows:
        kind = "refused" if row.kind == "refused" else "data" if row.data else "plain"
        x = GRAIN * round(scale.x(row.seconds, LEFT) / GRAIN)
        found[x, ys.get(names.get(row.who, row.who), last), kind] += 1
    order = {"plain": 0, "refused": 1, "data": 2}
    dots = [Dot(x, y, round(min(9, 3 + math.log2(n)), 1), kind, n) for (x, y, kind), n in found.items()]
    return sorted(dots, key=lambda dot: (order[dot.kind], dot.x, dot.y))


def _ticks(scale: _Scale) -> list[Tick]:
    step = next((step for step in STEPS if scale.last / step <= 8), 0)
    if not step or scale.last <= 0:
        return [Tick(scale.x(0, LEFT), clock(0))]
    return [Tick(scale.x(n * step, LEFT), clock(n * step)) for n in range(int(scale.last / step) + 1)]
