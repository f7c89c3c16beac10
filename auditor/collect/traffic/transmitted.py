"""Lines of evidence from a recording: each with the phase of its moment, and not without bound.

Phases are given when all marks are known; until then lines wait with their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from auditor.collect.traffic import tidy
from auditor.collect.traffic.phases import Phases
from auditor.model import Evidence, Fact, Rung

PLACES = 1_000
"""Lines of one fact in one phase; the rest is counted in the last of them."""
WAITING = 200_000
"""Lines that wait for their phase."""


class Line(NamedTuple):
    """One line before its phase is known."""

    fact: Fact
    where: str
    at: float
    by: str


@dataclass(slots=True)
class Lines:
    """Collects lines; `evidence` gives them with their phases."""

    phases: Phases
    once: bool = False
    """Whether only the first place of each fact and phase is kept, the rest counted."""
    _waiting: list[Line] = field(default_factory=list)
    _kept: dict[tuple[Fact, str], list[Evidence]] = field(default_factory=dict)
    _more: dict[tuple[Fact, str], int] = field(default_factory=dict)

    def add(self, fact: Fact, where: str, at: float, by: str) -> None:
        """One line."""
        self._waiting.append(Line(fact, tidy.line(where), at, by))
        if len(self._waiting) >= WAITING:
            self._settle()

    def evidence(self) -> Iterator[Evidence]:
        """Every line, one per phase its moment lies in; what was not kept is counted in the last."""
        self._settle()
        for key, items in self._kept.items():
            yield from items[:-1]
            more = self._more.get(key, 0)
            yield _counted(items[-1], more) if more and not self.once else items[-1]

    def _settle(self) -> None:
        most = 1 if self.once else PLACES
        for line in self._waiting:
            for phase in self.phases.of(line.at) or ("",):
                kept = self._kept.setdefault((line.fact, phase), [])
                if len(kept) < most:
                    kept.append(
                        Evidence(line.fact, Rung.TRANSMITTED, line.where, phase, day(line.at), line.by)
                    )
                else:
                    self._more[line.fact, phase] = self._more.get((line.fact, phase), 0) + 1
        self._waiting.clear()


def _counted(item: Evidence, more: int) -> Evidence:
    where = f"{item.where} (and {more} more places)"
    return Evidence(item.fact, item.level, where, item.phase, item.date, item.by)


def day(at: float) -> str:
    """ISO date in UTC; empty for a time that is not known, or is none."""
    try:
        return datetime.fromtimestamp(at, UTC).date().isoformat() if at > 0 else ""
    except (ValueError, OverflowError, OSError):  # a recording may claim any number
        return ""
