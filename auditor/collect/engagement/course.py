"""How one number runs beside the clock: does it count how long something lasts, or how far it is."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

FEWEST = 4
"""Readings that make a course."""
SLOWEST, FASTEST = 0.5, 1.5
"""Seconds that are counted in a second of the recording."""
UNITS = (1.0, 1_000.0, 1 / 60)
"""Seconds, milliseconds, minutes: what is counted in a second."""
SHORTEST = 1.0
"""Seconds between two readings, so that their quotient says something."""
MOST = 1e8
"""Larger numbers are points in time (seconds since 1970) and no duration of seconds."""
WHOLE = (100.0, 1.0)
"""What the end of a share is written as."""
NEARLY = 0.9


class Point(NamedTuple):
    """The number once."""

    at: float
    value: float


def is_growing(points: list[Point]) -> bool:
    """Whether it grows as the clock does: `position: 10, 20, 30` every ten seconds; after a fall, anew."""
    steps = [(b.at - a.at, b.value - a.value) for a, b in pairwise(points) if b.value >= a.value]
    steps = [step for step in steps if step[0] >= SHORTEST]
    return len(steps) >= FEWEST - 1 and max(point.value for point in points) < MOST and _as_the_clock(steps)


def is_repeated(points: list[Point]) -> bool:
    """Whether each says the time since the one before: `watched: 10` every ten seconds."""
    steps = [(b.at - a.at, b.value) for a, b in pairwise(points) if b.at - a.at >= SHORTEST]
    return len(steps) >= FEWEST - 1 and all(value > 0 for _, value in steps) and _as_the_clock(steps)


def is_share(points: list[Point]) -> bool:
    """Whether it runs up to the whole: 25, 50, 75, 100."""
    values = [point.value for point in points]
    rises = all(a <= b for a, b in pairwise(values)) and len(set(values)) >= FEWEST - 1
    return rises and values[0] >= 0 and any(NEARLY * whole <= values[-1] <= whole for whole in WHOLE)


def is_elapsed(value: float, seconds: float) -> bool:
    """Whether a number is a time that went by, ten seconds or more."""
    return seconds >= 10 and any(0.8 <= value / (unit * seconds) <= 1.1 for unit in UNITS)


def _as_the_clock(steps: list[tuple[float, float]]) -> bool:
    """All but one of the steps: a pause or a jump forward is allowed."""
    return any(
        sum(SLOWEST <= step / (time * unit) <= FASTEST for time, step in steps)
        >= max(FEWEST - 1, len(steps) - 1)
        for unit in UNITS
    )
