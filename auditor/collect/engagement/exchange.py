"""One request with its answer, as detectors ask for it: objects, lists of objects, writes, events, times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from auditor.collect.recordings.record import Record
from auditor.decode import Leaf, Scalar, Write

MOST_LEAVES = 20_000
"""Leaves of one side that are looked at."""
FEWEST_ALIKE = 3
"""Objects side by side with the same keys that make a list of them, though their names differ."""
MOST_FRAMES = 10_000
NESTED = 2
"""Objects inside an object whose values count as its own: `user.name`."""
_NAME = r"\.[^.\[\]:]{1,200}|\['(?:[^'\\]|\\.){1,200}'\]"
_LAST_NUMBER = re.compile(rf"^(.*)\[(\d{{1,9}})\]((?::[\w.-]+\$)?(?:{_NAME})+)$", re.DOTALL)
_NAMES = re.compile(r"\.([^.\[\]:]+)|\['((?:[^'\\]|\\.)+)'\]")
_INNERMOST = re.compile(rf"^(.*[^.\[])({_NAME})$", re.DOTALL)
_SECOND = re.compile(r"\[1\]")
_NUMBERED = re.compile(r"\[\d{1,9}\]")
STEP = ".[]'"
"""What stands around a name in a place."""
LONGEST_PATH = 4_096
HUGE = 1e15
"""Larger numbers are times and ids."""
_FRAME = re.compile(r"frame\[(\d{1,9})\]")


class Thing(NamedTuple):
    """One object of a body: its place, and what stands in it and below it by its path from there."""

    place: str
    values: Mapping[str, Leaf]
    """`name`, `user.name` ... to the leaf; lists inside are things of their own."""


class Told(NamedTuple):
    """An event that an SDK or the app reports, with the values of its parameters."""

    name: str
    place: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Source:
    """What reading the recording knows of a record."""

    record: Record
    sent: Sequence[Leaf]
    received: Sequence[Leaf]
    who: str
    """`app` for the app's own servers, a vendor's id, else the host."""
    vendors: tuple[str, ...] = ()
    """Vendors whose endpoint it is."""
    writes: Sequence[Write] = ()
    """Changes of a database, and of what vendors keep about a user: increments, tags, topics."""
    events: Sequence[Told] = ()
    data: frozenset[str] = frozenset()
    """Personal data that was recognised in the request."""
    front: str = "flow:"
    """Beginning of places: `flow:`, with the recording's name where a case has several."""
    mark: str = ""
    """What the examiner marked in the seconds before; empty when nothing."""
    shown: Callable[[str], str] = str
    """A place as it may be shown: names of fields that are somebody's data themselves are replaced."""


@dataclass(frozen=True)
class Exchange:
    """One request with its answer. Leaves are read-only; values are somebody's and never leave a detector."""

    source: Source
    index: int
    at: float
    """Seconds since 1970; 0 when not known."""
    host: str
    method: str
    path: str
    """Without query."""
    status: int
    sent: Sequence[Leaf] = field(repr=False)
    received: Sequence[Leaf] = field(repr=False)

    @property
    def who(self) -> str:
        """Whose server it is; see `Source.who`."""
        return self.source.who

    def where(self, place: str = "") -> str:
        """The place as evidence names it: `flow:3/body:json$.points`; of the request itself without one."""
        return f"{self.source.front}{self.index}/{self.source.shown(place or 'path')}"

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Parts of the path, without empty ones."""
        return tuple(filter(None, self.path.split("/")))[:40]

    @cached_property
    def things_sent(self) -> list[Thing]:
        """Every object of the request, the outermost ones with all that is below them."""
        return list(things(self.sent))

    @cached_property
    def things_received(self) -> list[Thing]:
        """Every object of the answer."""
        return list(things(self.received))

    @cached_property
    def lists_received(self) -> dict[str, list[Thing]]:
        """Place of a list of objects in the answer to its items, in order."""
        return lists(self.received)

    @cached_property
    def lists_sent(self) -> dict[str, list[Thing]]:
        """The same of the request."""
        return lists(self.sent)

    @cached_property
    def _longer(self) -> frozenset[str]:
        """Places of lists with more than one item."""
        leaves = (*self.sent, *self.received)
        found = ((leaf.place, _SECOND.finditer(leaf.place, _inside(leaf.place))) for leaf in leaves)
        return frozenset(place[: at.start()] for place, spots in found for at in spots)

    def is_one_of_many(self, place: str) -> bool:
        """Whether a place lies in a list that has more than one item."""
        found = _NUMBERED.finditer(place, _inside(place))
        return any(place[: at.start()] in self._longer for at in found)

    @property
    def events(self) -> Sequence[Told]:
        """Events with their parameters, as far as a vendor's endpoint says where they stand."""
        return self.source.events


def exchanges(source: Source) -> Iterator[Exchange]:
    """The exchange a record is; of a socket, one for each message sent, with what came before the next.

    What a socket is sent before it asks anything is one of its own.
    """
    if source.record.frames:
        yield from _messages(source)
    else:
        yield _exchange(source, source.record.at, source.sent[:MOST_LEAVES], source.received[:MOST_LEAVES])


def _exchange(source: Source, at: float, sent: Sequence[Leaf], received: Sequence[Leaf]) -> Exchange:
    record = source.record
    path = unquote(record.path.partition("?")[0][:LONGEST_PATH])
    return Exchange(
        source, record.index, at, record.host, record.method.upper(), path, record.status, sent, received
    )


def _messages(source: Source) -> Iterator[Exchange]:
    frames = source.record.frames[:MOST_FRAMES]
    sent, received = _by_frame(source.sent), _by_frame(source.received)
    writes: dict[int, list[Write]] = {}
    for write in source.writes:
        writes.setdefault(_frame(write.place), []).append(write)
    asked = sorted({0, *(number for number, frame in enumerate(frames) if frame.sent)})
    for number, following in pairwise([*asked, len(frames)]):
        answers = [leaf for at in range(number, following) for leaf in received.get(at, ())]
        one = replace(source, writes=writes.get(number, ()), events=())
        at = frames[number].at or source.record.at
        yield _exchange(one, at, sent.get(number, [])[:MOST_LEAVES], answers[:MOST_LEAVES])


def _by_frame(leaves: Iterable[Leaf]) -> dict[int, list[Leaf]]:
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        found.setdefault(_frame(leaf.place), []).append(leaf)
    return found


def _frame(place: str) -> int:
    """Number of the message a place is in; -1 for what opened the socket."""
    found = _FRAME.match(place)
    return int(found[1]) if found else -1


def things(leaves: Iterable[Leaf]) -> Iterator[Thing]:
    """One thing for each object, its inner objects' values included: `name`, `unit.name`."""
    found: dict[str, dict[str, Leaf]] = {}
    for leaf in leaves:
        if leaf.key:
            outer, path = leaf.parent, leaf.key
            for _ in range(NESTED + 1):
                found.setdefault(outer, {}).setdefault(path, leaf)
                step = _INNERMOST.match(outer)
                if step is None:
                    break
                outer, path = step[1], f"{step[2].strip(STEP)}.{path}"
    for place, values in found.items():
        yield Thing(place, values)


def names(place: str) -> list[str]:
    """The names in a place, steps and numbers left out: `body:json$.me['puan'][2].x` -> me, puan, x."""
    return [plain or quoted for plain, quoted in _NAMES.findall(place.partition("$")[2])]


def in_list(place: str) -> bool:
    """Whether a place lies in a list."""
    return _NUMBERED.search(place.partition("$")[2]) is not None


def _inside(place: str) -> int:
    """Where a place goes on inside its part: the number of a message (`frame[1]`) is none of a list."""
    return place.find("$") + 1


def lists(leaves: Iterable[Leaf]) -> dict[str, list[Thing]]:
    """Lists of objects; objects with the same keys under names of their own count as a list as well."""
    numbered: dict[str, dict[int, dict[str, Leaf]]] = {}
    plain: list[Leaf] = []
    for leaf in leaves:
        split = _LAST_NUMBER.match(leaf.place)
        if split and split[3]:
            inner = numbered.setdefault(split[1], {}).setdefault(int(split[2]), {})
            inner[".".join(plain or quoted for plain, quoted in _NAMES.findall(split[3]))] = leaf
        elif not in_list(leaf.place):
            plain.append(leaf)
    found = {
        place: [Thing(f"{place}[{number}]", items[number]) for number in sorted(items)]
        for place, items in numbered.items()
    }
    return found | _named_lists(plain)


def _named_lists(leaves: Iterable[Leaf]) -> dict[str, list[Thing]]:
    """`{"u1": {"name": ..., "points": ...}, "u2": {...}, "u3": {...}}`, as databases answer."""
    objects: dict[str, dict[str, Leaf]] = {}
    for leaf in leaves:
        if leaf.key and leaf.parent:
            objects.setdefault(leaf.parent, {})[leaf.key] = leaf
    groups: dict[tuple[str, frozenset[str]], list[Thing]] = {}
    for place, values in objects.items():
        if len(values) > 1:
            around = _INNERMOST.match(place)
            key = (around[1] if around else "", frozenset(values))
            groups.setdefault(key, []).append(Thing(place, values))
    return {around: items for (around, _), items in groups.items() if around and len(items) >= FEWEST_ALIKE}


def number(leaf: Leaf | None) -> float | None:
    """The leaf's value as a number; None when it is none."""
    return None if leaf is None else number_of(leaf.value)


def number_of(value: Scalar) -> float | None:
    """A value as a number; also of a text that is nothing else, in the digits of any script.

    None when it is none, or a truth value.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < HUGE else None
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,12}(?:\.\d{1,6})?", value):
        return float(value)
    return None
