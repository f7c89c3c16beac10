"""Tasks to like, share or comment that are given to persons.

A list of things to do, a helpdesk, homework and the quests of a game have deadlines, assignees and points as
well. What tells these tasks apart is what is to be done: something with a post, or for other people to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.collect.engagement.actions import Actions
from auditor.collect.engagement.exchange import Exchange, Thing, number
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.networks import Networks
from auditor.decode import Leaf

WANTED = ("like", "comment", "share")
"""What is to be done; following alone is also what salespeople do with customers."""
BESIDE = (*SCORING, "award task", "proof")
"""Structures beside which tasks count that do not say what is to be done."""
MOST_ROWS = 500
_ENUMERATION = re.compile(r"[^\W\d_A-ZА-Я][^\W\d]{1,30}|[^\W\d_]{2,12}|[A-Z_]{2,30}")
_SENTENCE = re.compile(r"\s")


@dataclass(slots=True)
class Given:
    """Tasks of one level."""

    shown: Shown = field(default_factory=Shown)
    tasks: set[int] = field(default_factory=set)
    deadlines: int = 0
    units: int = 0
    actions: set[str] = field(default_factory=set)


class Tasks:
    """Detector of tasks."""

    def __init__(self, actions: Actions, networks: Networks) -> None:
        self._actions, self._networks, self._families = actions, networks, actions.families
        self._given: dict[tuple[str, str], Given] = {}

    def look(self, exchange: Exchange) -> None:
        """Lists in the answer, and single objects."""
        named = "task" in self._families.hinted(exchange.path)
        for place, rows in exchange.lists_received.items():
            around = named or "task" in self._families.hinted(place.rpartition("$")[2])
            for row in rows[:MOST_ROWS]:
                self._row(exchange, row, rows, around=around)
        for thing in exchange.things_received:
            if "[" not in thing.place.partition("$")[2]:
                around = named or "task" in self._families.hinted(thing.place.rpartition("$")[2])
                self._row(exchange, thing, [thing], around=around)

    def _row(self, exchange: Exchange, row: Thing, rows: Sequence[Thing], *, around: bool) -> None:
        held = self._held(row)
        called = around or "task" in held
        actions = self._wanted(exchange, row, rows)
        post = any(self._networks.post(leaf.value) for leaf in row.values.values())
        if level := _level(held, called=called, acts=bool(actions), post=post):
            given = self._given.setdefault((level, exchange.who), Given())
            given.shown.add(exchange, row.place)
            given.tasks.add(hash(tuple(str(leaf.value) for leaf in row.values.values())))
            given.deadlines += "deadline" in held
            given.units += "institution" in held
            given.actions |= actions

    def _held(self, row: Thing) -> set[str]:
        """Families of the keys; only numbers count as points, and a comment is one whatever it holds."""
        held: set[str] = set()
        for path, leaf in row.values.items():
            families = self._families.hinted(path)
            held |= families & {"task", "deadline", "institution"}
            if "score" in families and number(leaf) is not None:
                held.add("score")
            if "task" in families and "person" in families:
                held.add("assignee")
        return held

    def _wanted(self, exchange: Exchange, row: Thing, rows: Sequence[Thing]) -> set[str]:
        """What is to be done, by values that are one of a few words; never by sentences."""
        own = exchange.received
        inner = [leaf for leaf in own if leaf.parent.startswith(f"{row.place}.") and "[" in leaf.parent[-4:]]
        found = (self._action(leaf, path, rows) for path, leaf in _leaves(row, inner))
        return {action for action in found if action}

    def _action(self, leaf: Leaf, path: str, rows: Sequence[Thing]) -> str:
        value = leaf.value
        if not isinstance(value, str) or _SENTENCE.search(value) or not _ENUMERATION.fullmatch(value):
            return ""
        told = self._actions.named(value)
        repeated = sum(row.values[path].value == value for row in rows if path in row.values) > 1
        plain = value.islower() or value.isupper() or repeated
        return told[0] if told and told[0] in WANTED and plain and not told[1] else ""

    def signs(self) -> Iterator[Sign]:
        """One sign for each level and sender."""
        for (level, _), given in self._given.items():
            what = ", ".join(sorted(given.actions)) or "not said"
            note = f"{len(given.tasks)} tasks, to do: {what}; {given.deadlines} times with a deadline"
            figures = {"tasks": len(given.tasks), "deadlines": given.deadlines, "units": given.units}
            counter = (
                "a list of things to do, homework or a game: " + ("possible" if level == POSSIBLE else "no"),
            )
            yield given.shown.sign("task", level, note, figures=figures, counter=counter, beside=BESIDE)


def _level(held: set[str], *, called: bool, acts: bool, post: bool) -> str:
    """How surely a row is such a task; empty when it is none."""
    bound = held & {"deadline", "assignee", "institution", "score"}
    if acts and (called or held & {"deadline", "assignee"}) and (bound or post):
        return OBSERVED if post else INFERRED
    if post and called and bound:
        return INFERRED
    return POSSIBLE if called and held & {"deadline", "assignee", "institution"} else ""


def _leaves(row: Thing, inner: Iterable[Leaf]) -> Iterator[tuple[str, Leaf]]:
    yield from row.values.items()
    for leaf in inner:
        yield leaf.key, leaf
