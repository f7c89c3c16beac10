"""Numbers that a request sends, wherever they stand: in its body, in a write to a database, in an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from auditor.collect.engagement.exchange import Exchange, number
from auditor.decode import Leaf, Scalar

LARGEST = 1e11
"""Larger numbers are points in time or ids: three years are 1e11 milliseconds."""
LONGEST_NAMES = 1_000
ID_KEY = re.compile(r"(?i:(?:^|_)(?:uu|gu|u)?id$)|(?<=[a-z])(?:Id|ID)$")
_LIST = re.compile(r"\[\d+\]")
_SHAPE = re.compile(r"(?<=/)[^/]*\d[^/]*")


class Reading(NamedTuple):
    """One number of a request."""

    channel: tuple[str, ...]
    """The same for the same number of later requests."""
    name: str
    """Its own name: the key, the field, the parameter."""
    around: str
    """Names that stand around it: path, other keys, the event."""
    value: float
    place: str


class Readings:
    """The numbers of an exchange, found once for all who ask."""

    def __init__(self) -> None:
        self._last: tuple[Exchange | None, list[Reading]] = (None, [])

    def of(self, exchange: Exchange) -> list[Reading]:
        """Every number of the request."""
        if self._last[0] is not exchange:
            self._last = (exchange, list(readings(exchange)))
        return self._last[1]


def readings(exchange: Exchange) -> Iterator[Reading]:
    """Every number. Where a vendor's form is known its fields and events count, and not the bytes around."""
    path = _SHAPE.sub("*", exchange.path)
    for write in exchange.source.writes:
        if (value := _number(write.value)) is not None:
            channel = (exchange.host, write.op, write.path, write.field)
            yield Reading(channel, write.field, f"{write.path} {write.field}", value, write.place)
    for event in exchange.events:
        around = " ".join((event.name, *event.values))[:LONGEST_NAMES]
        for name, told in event.values.items():
            if (value := _number(told)) is not None and not ID_KEY.search(name):
                yield Reading((exchange.host, "event", event.name, name), name, around, value, event.place)
    if not exchange.source.writes and not exchange.events:
        yield from _plain(exchange, path)


def _plain(exchange: Exchange, path: str) -> Iterator[Reading]:
    around = names(exchange)
    for leaf in exchange.sent:
        told = leaf.place.startswith(("body", "frame", "query")) and not ID_KEY.search(leaf.key)
        if told and (value := _number(leaf.value)) is not None:
            channel = (exchange.host, path, _LIST.sub("[]", leaf.place))
            yield Reading(channel, leaf.key, around, value, leaf.place)


def names(exchange: Exchange) -> str:
    """Parts of the path, keys, and values that are one or two words: `"event": "live_join"`."""
    told = [leaf for leaf in exchange.sent[:500] if leaf.place.startswith(("body", "frame", "query"))]
    short = (str(leaf.value) for leaf in told if isinstance(leaf.value, str) and len(leaf.value) < 30)
    plain = (value for value in short if re.fullmatch(r"[^\W\d][\w.-]*", value))
    return " ".join((*exchange.segments, *(leaf.key for leaf in told), *plain))[:LONGEST_NAMES]


def ids(exchange: Exchange) -> set[str]:
    """Ids that a request holds, in its path and under keys of ids."""
    of_path = {part for part in exchange.segments if re.search(r"\d", part)}
    told = (leaf for leaf in exchange.sent[:500] if ID_KEY.search(leaf.key) and "header" not in leaf.place)
    return {text for text in of_path | {str(leaf.value) for leaf in told} if 1 < len(text) < 100}


def _number(value: Scalar | object) -> float | None:
    if not isinstance(value, str | int | float):
        return None
    found = number(Leaf(value, "", (), "", "", 0, 0))
    return found if found is not None and 0 <= found < LARGEST else None
