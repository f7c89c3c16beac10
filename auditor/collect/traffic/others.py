"""Other people in what came back: how many addresses, numbers and names a host sent; counted only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.collect.persona.search import Search
from auditor.collect.recordings.record import Record
from auditor.decode import Leaf, Tree
from auditor.model import Json

COUNTED = ("email-address", "phone-number", "national-id")
NAME = re.compile(
    r"(?i)(?:full|display|user|first|last|real)?_?name|emri?|emri_mbiemri|mbiemri?|author|nick(?:name)?"
)
LIST = re.compile(r"\[\d+\]")
PROGRAM = re.compile(r"(?i)javascript|/css|^font/|^image/|^video/|^audio/")
"""Types of content that hold a page's program, not people."""
FEWEST = 3
"""Names in one list that make it a list of people."""
MOST = 100_000
"""Distinct values that are told apart."""


@dataclass(slots=True)
class Others:
    """Counts by host."""

    seen: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    kept: int = 0

    def look(self, record: Record, received: Iterable[Tree], search: Search) -> None:
        """Count what a response, opened, holds of persons who are not the persona."""
        for opened in received:
            values = {leaf.place: leaf.value for leaf in opened.leaves}
            for match in search.find(opened.leaves):
                if match.confidence != "planted" and match.data in COUNTED:
                    self._add(record.host, match.data, values.get(match.place))
            for name in _names(opened.leaves):
                self._add(record.host, "name", name)

    def _add(self, host: str, data: str, value: object) -> None:
        known = self.seen.setdefault(host, {}).setdefault(data, set())
        if self.kept < MOST:
            before = len(known)
            known.add(hash(str(value).casefold()))
            self.kept += len(known) - before

    def about(self) -> Json:
        """Host to data type to the number of distinct values."""
        return {host: {data: len(seen) for data, seen in kinds.items()} for host, kinds in self.seen.items()}


def is_program(record: Record) -> bool:
    """Whether the answer is a page's program or a picture, which hold no people and stay closed."""
    return PROGRAM.search(record.response.header("content-type")) is not None


def _names(leaves: list[Leaf]) -> Iterator[str]:
    """Names in lists of people: the same key in several items of one list."""
    groups: dict[str, set[str]] = {}
    for leaf in leaves:
        if (
            isinstance(leaf.value, str)
            and "[" in leaf.place
            and NAME.fullmatch(leaf.key)
            and _like(leaf.value)
        ):
            groups.setdefault(LIST.sub("[]", leaf.place), set()).add(leaf.value)
    for names in groups.values():
        if len(names) >= FEWEST:
            yield from names


def _like(value: str) -> bool:
    """Whether it is written as names are: two words, or a capital in front."""
    return " " in value or value.istitle()
