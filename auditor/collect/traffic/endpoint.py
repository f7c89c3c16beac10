"""One endpoint of a vendor: which requests are meant, and what stands where in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

from auditor.collect.recordings.record import Record
from auditor.collect.traffic import endpointwrites, places
from auditor.collect.traffic.eventnames import Event, events, named
from auditor.collect.traffic.places import Place
from auditor.decode import Leaf, Tree, Write

MAX_PATH = 4096
"""Characters of a path that are looked at."""

NOBODY = re.compile(r"[0:.\s-]*|null|nil|none|undefined|unknown|n/a", re.IGNORECASE)
"""Values that identify nobody: empty, all zero, or a word for it."""


class Sent(NamedTuple):
    """One value of a kind that rules know."""

    data: str
    """A file of `rules/data`."""
    place: str
    note: str = ""
    """The form in which it stands, when not plain: `sha256`."""


class Consent(NamedTuple):
    """What a request says about consent: a sign of what the app told the vendor, no proof of a choice."""

    meaning: str
    """One of `endpointforms.MEANINGS`."""
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one endpoint recognised in one record."""

    vendor: str
    endpoint: str
    evidence: tuple[Sent, ...] = ()
    events: tuple[Event, ...] = ()
    opaque: str = ""
    """Why the body stays closed, one clause; empty when it does not."""
    consent: tuple[Consent, ...] = ()
    elsewhere: bool = False
    """Whether its shape alone told it: the SDK is known, and whoever owns the host receives the data."""
    writes: tuple[Write, ...] = ()
    """What changes at the server: to reckon with, never to be shown."""


class _Value(NamedTuple):
    """One place of an endpoint that holds something."""

    at: Place
    data: str
    never: frozenset[str]
    only: re.Pattern[str] | None
    beside: Mapping[str, frozenset[str]]
    note: str


class Endpoint:
    """One entry of `endpoints`, made ready."""

    def __init__(self, vendor: str, raw: Mapping[str, Any]) -> None:
        self.vendor, self.id = vendor, str(raw["id"])
        match = raw["match"]
        self.hosts = tuple(match.get("host", ()))
        self.decoder = raw.get("decode", {}).get("body", "")
        self._methods = frozenset(match.get("method", ()))
        self._paths = [re.compile(path) for path in _many(match["path"])]
        self._raw = raw
        shape = (
            (at, re.compile(like)) for name, like in match.get("shape", {}).items() for at in self._full(name)
        )
        self._shape = [(places.parse(at), like) for at, like in shape]

    @cached_property
    def _values(self) -> dict[str, list[_Value]]:
        """By the key their leaves have; empty for any."""
        found: dict[str, list[_Value]] = {}
        for field in self._raw.get("fields", ()):
            for at in self._full(field["at"]):
                value = _value(at, field)
                found.setdefault(value.at.key, []).append(value)
        return found

    @cached_property
    def _changes(self) -> list[endpointwrites.Change]:
        raws = self._raw.get("writes", ())
        return [
            endpointwrites.change(raw, self._full(raw["at"]), self._full(raw.get("of", ()))) for raw in raws
        ]

    def matches(self, record: Record) -> bool:
        """Whether method and path are meant; the host is known to be."""
        right = not self._methods or record.method.upper() in self._methods
        return right and self._path(record) is not None

    def has_shape(self, trees: Mapping[str, Tree]) -> bool:
        """Whether the body carries what tells it on a host of any name."""
        leaves = list(_leaves(trees)) if self._shape else []
        return all(
            any(at.matches(leaf.place) and like.search(str(leaf.value)) for leaf in leaves)
            for at, like in self._shape
        )

    def found(self, record: Record, trees: Mapping[str, Tree]) -> Found:
        """What this endpoint recognises in the parts that the app sent."""
        leaves = [*_leaves(trees), *self._path_leaves(record)]
        if record.frames:
            leaves = [leaf for leaf in leaves if _own(leaf, record)]
        values = tuple(dict.fromkeys(self._sent(leaves)))
        told = tuple(self._events(leaves)) if "events" in self._raw else ()
        consent = tuple(self._consent(leaves))
        writes = tuple(endpointwrites.writes(self._changes, leaves))
        shut = self._closed(record, trees)
        return Found(self.vendor, self.id, values, told, shut, consent, not self.hosts, writes)

    def _sent(self, leaves: Sequence[Leaf]) -> Iterator[Sent]:
        likely = ((value, leaf) for leaf in leaves for value in self._candidates(leaf))
        hits = [(value, leaf) for value, leaf in likely if value.at.matches(leaf.place)]
        siblings = _siblings({leaf.parent for value, leaf in hits if value.beside}, leaves)
        for value, leaf in hits:
            if _counts(value, leaf, siblings.get(leaf.parent, {})):
                yield Sent(value.data, leaf.place, value.note)

    def _candidates(self, leaf: Leaf) -> list[_Value]:
        """Values whose place may be the leaf's; the key of a protobuf value can be the name beside it."""
        known = self._values
        found = known.get(leaf.key, []) + (known.get("", []) if leaf.key else [])
        if not leaf.place.endswith(leaf.key):
            found = found + known.get(places.last_name(leaf.place), [])
        return found

    def _consent(self, leaves: Sequence[Leaf]) -> Iterator[Consent]:
        for sign in self._raw.get("consent", ()):
            for value, leaf in named(self._full(sign["at"]), leaves):
                if value:
                    yield Consent(sign["meaning"], leaf.place, value)

    def _events(self, leaves: Sequence[Leaf]) -> Iterator[Event]:
        raw: Mapping[str, Any] = self._raw["events"]
        at = {key: self._full(raw.get(key, ())) for key in ("name", "params", "values", "properties")}
        return events(at, raw.get("known", {}), leaves)

    def _full(self, at: str | Sequence[str]) -> list[str]:
        """Places of this endpoint, each below those that `in` names."""
        within = _many(self._raw.get("in", ()))
        return [place for one in _many(at) for place in places.full(one, within)]

    def _closed(self, record: Record, trees: Mapping[str, Tree]) -> str:
        """Why the body is closed by design; `always` does not hold against a body that could be opened."""
        opaque = self._raw.get("opaque")
        if not opaque:
            return ""
        query = dict(_pairs(record.path.partition("?")[2]))
        asked = [(query.get(name, ""), like) for name, like in opaque.get("query", {}).items()]
        asked += [(record.request.header(name), like) for name, like in opaque.get("header", {}).items()]
        shut = opaque.get("always") and ("body" not in trees or trees["body"].opaque > 0)
        told = shut or any(text and re.search(like, text) for text, like in asked)
        return str(opaque["why"]) if told and record.request.body else ""

    def _path_leaves(self, record: Record) -> Iterator[Leaf]:
        """Named groups of the path's expression."""
        found = self._path(record)
        for name, value in (found.groupdict() if found else {}).items():
            if found and value:
                yield Leaf(unquote(value), f"path$.{name}", (), name, "path", *found.span(name))

    def _path(self, record: Record) -> re.Match[str] | None:
        path = record.path.partition("?")[0][:MAX_PATH]
        return next((found for like in self._paths if (found := like.search(path))), None)


def _value(at: str, field: Mapping[str, Any]) -> _Value:
    beside = {key: frozenset(map(str, _many(value))) for key, value in field.get("beside", {}).items()}
    only = re.compile(field["only"]) if "only" in field else None
    never = frozenset(map(str, field.get("not", ())))
    return _Value(places.parse(at), field["data"], never, only, beside, field.get("form", ""))


def _siblings(parents: set[str], leaves: Sequence[Leaf]) -> dict[str, dict[str, str]]:
    """What stands in these objects: place to key to value."""
    found: dict[str, dict[str, str]] = {parent: {} for parent in parents}
    for leaf in leaves if parents else ():
        if leaf.parent in found:
            found[leaf.parent][leaf.key] = str(leaf.value)
    return found


def _counts(value: _Value, leaf: Leaf, siblings: Mapping[str, str]) -> bool:
    """Whether the value says something, of the kind that is meant."""
    text = "" if leaf.value is None else str(leaf.value)
    if text in value.never or (NOBODY.fullmatch(text) and not isinstance(leaf.value, int | float)):
        return False
    if value.only and not value.only.search(text[:MAX_PATH]):
        return False
    return all(siblings.get(key, "") in wanted for key, wanted in value.beside.items())


def _leaves(trees: Mapping[str, Tree]) -> Iterator[Leaf]:
    for part, tree in trees.items():
        if not part.startswith("response"):
            yield from tree.leaves


def _own(leaf: Leaf, record: Record) -> bool:
    """Whether the app sent it: of frames, only those that went out."""
    found = re.match(r"frame\[(\d{1,9})\]", leaf.place)
    number = int(found[1]) if found else -1
    return not 0 <= number < len(record.frames) or record.frames[number].sent


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for pair in query[: 16 * MAX_PATH].split("&"):
        name, _, value = pair.partition("=")
        yield unquote(name), unquote(value)


def _many(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)
