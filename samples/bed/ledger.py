"""What is true: who did what, when, and what it earned; the truth log."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ME = "persona"
"""How the truth log names the test person; others are named by number, for they are invented."""


@dataclass(slots=True)
class Person:
    """Somebody the service knows. `extra` holds what else it says of persons."""

    id: str
    name: str
    unit: str
    total: int
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Act:
    """One thing the test person does; `said` is what the scenario says of it."""

    name: str
    said: dict[str, Any]
    at: float
    given: int = 0
    by: list[str] = field(default_factory=list)


class Ledger:
    """Totals of all persons, and the act that is going on. One client only, so one act at a time."""

    def __init__(self, tariff: Mapping[str, int], limits: Mapping[str, int], people: list[Person]) -> None:
        self.medals: list[str] = []
        """Medals of the first places, the best first."""
        self.tariff, self.limits = tariff, limits
        self.me, *self.others = people
        self.act = Act("", {}, time.time())
        self.truth: list[dict[str, Any]] = []
        self._paid: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def begin(self, name: str, said: Mapping[str, Any]) -> Act:
        """The person begins to do something."""
        self.act = Act(name, dict(said), time.time())
        return self.act

    def end(self) -> None:
        """It is done: one line of truth."""
        act = self.act
        line = {"at": round(act.at, 3), "who": ME, "action": act.name, **act.said}
        self.truth.append(line | {"points": act.given, "total": self.me.total, "by": sorted(set(act.by))})
        self.act = Act("", {}, time.time())

    def worth(self) -> int:
        """What the act earns by the tariff; nothing once its limit is reached."""
        name = self.act.name
        paid = self._paid[name] < self.limits.get(name, 1 << 30)
        return self.tariff.get(name, 0) if paid else 0

    def award(self, points: int) -> None:
        """The person's number changes."""
        with self._lock:
            self.me.total += points
            self.act.given += points
            self._paid[self.act.name] += 1

    def heard(self, how: str) -> None:
        """The service was told of the act in this way."""
        self.act.by.append(how)

    def ranking(self) -> list[dict[str, Any]]:
        """Everybody, the highest total first, with rank and a number to know them by."""
        people = sorted([self.me, *self.others], key=lambda person: -person.total)
        return [self._row(person, rank) for rank, person in enumerate(people, 1)]

    def rank(self) -> int:
        """The test person's own place."""
        return 1 + sum(person.total > self.me.total for person in self.others)

    def _row(self, person: Person, rank: int) -> dict[str, Any]:
        row = {"id": person.id, "name": person.name, "unit": person.unit, "total": person.total}
        medal = self.medals[rank - 1] if rank <= len(self.medals) else None
        return {**person.extra, **row, "rank": rank, "medal": medal}

    def lines(self) -> Iterator[str]:
        """The truth log, one JSON object a line."""
        return (json.dumps(line, ensure_ascii=False) + "\n" for line in self.truth)
