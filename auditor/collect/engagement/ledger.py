"""Accounts of points: rows that name an action and its amount, and tariffs that a server states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.collect.engagement.actions import Actions
from auditor.collect.engagement.exchange import Exchange, Thing, number
from auditor.collect.engagement.people import People
from auditor.collect.engagement.scores import NO_POINTS, Scores, last_name
from auditor.decode import Leaf

MOST_ROWS = 200
"""Rows of an account of points that are read in one answer."""
MOST_KNOWN = 2_000
"""Rows that are told apart, so that an account fetched again is not counted again."""
TELLING = 0.4
"""Share of the rows that must name an action."""
LARGEST = 1_000_000
_NUMBERS = re.compile(r"\[\d+\]|(?<=[./])[^./]*\d[^./]*")


class Entry(NamedTuple):
    """One amount for one action."""

    action: str
    undone: bool
    value: float
    place: str
    channel: str = ""
    """The same for all rows of one account."""


class Ledger:
    """Reads accounts and tariffs out of lists and tables."""

    def __init__(self, actions: Actions, people: People, scores: Scores) -> None:
        self._actions, self._people, self._scores = actions, people, scores
        self._rows: set[int] = set()

    def entries(self, exchange: Exchange) -> Iterator[Entry]:
        """Rows such as `{"action": "like", "points": 5}`, each once in a recording."""
        for lists in (exchange.lists_received, exchange.lists_sent):
            for place, rows in lists.items():
                paths = self._amounts(place, rows[0])
                if paths and not self._people.is_writing(rows[0]) and self._is_account(rows[:MOST_ROWS]):
                    for row in rows[:MOST_ROWS]:
                        yield from self._entry(exchange, place, row, paths)

    def stated(self, exchange: Exchange) -> Iterator[Entry]:
        """`{"points": {"like": 5, "share": 15}}`: a tariff that the server states."""
        for thing in exchange.things_received:
            for path, leaf in thing.values.items() if self._scores.is_score(last_name(thing.place)) else ():
                told, value = self._actions.named(path), number(leaf)
                if told and value is not None and 0 < abs(value) < LARGEST:
                    yield Entry(*told, value, leaf.place)

    def _amounts(self, place: str, row: Thing) -> list[str]:
        """Columns that are points; in a list of points, any whole number."""
        amounts = [path for path, leaf in row.values.items() if self._scores.is_amount(path, leaf)]
        if amounts or not self._scores.is_score(last_name(place)):
            return amounts
        whole = (path for path, leaf in row.values.items() if isinstance(leaf.value, int))
        return [path for path in whole if not NO_POINTS.search(path)]

    def _entry(self, exchange: Exchange, place: str, row: Thing, paths: Sequence[str]) -> Iterator[Entry]:
        amount = next((row.values[path] for path in paths if path in row.values), None)
        told = next((told for leaf in row.values.values() if (told := self._told(leaf))), None)
        if amount is None or told is None or (value := number(amount)) is None:
            return
        bare = _NUMBERS.sub("[]", place)
        key = hash((exchange.host, bare, *(str(leaf.value) for leaf in row.values.values())))
        if key not in self._rows and len(self._rows) < MOST_KNOWN:
            self._rows.add(key)
            yield Entry(*told, value, amount.place, f"row {bare}")

    def _is_account(self, rows: Sequence[Thing]) -> bool:
        """Whether enough rows name an action: a club or a surname that looks like one does not make it so."""
        named = sum(any(map(self._told, row.values.values())) for row in rows)
        return named >= TELLING * len(rows)

    def _told(self, leaf: Leaf) -> tuple[str, bool] | None:
        """The action a value names; surnames may look like words."""
        if not isinstance(leaf.value, str) or self._people.is_name(leaf):
            return None
        return self._actions.named(leaf.value)
