"""Social networks, by `rules/networks`.

Told is what a request likes, shares or comments there, which of its values are addresses of posts, and
whether it reads what a person did. Whoever asks brings method, host, path and leaves; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from auditor.catalogue import Catalogue, Network
from auditor.decode import Leaf

LONGEST = 1_000
"""Characters of a value that is looked at as an address."""
MOST = 2_000
"""Leaves of one request that are looked at."""
_ADDRESS = re.compile(r"(?i)(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})(/\S{1,900})")
_ID = re.compile(r"-?\d{1,24}(?:_\d{1,24})?|[\w=-]{8,120}")


class Asked(NamedTuple):
    """One request, as networks are asked about it."""

    method: str
    host: str
    path: str
    """Without query."""
    sent: Sequence[Leaf]


class Acted(NamedTuple):
    """What a request does in a network."""

    network: str
    action: str
    """`like`, `share`, `comment`."""
    undone: bool
    target: str
    """Id or address of what it is done to; empty when not told."""


class Networks:
    """All networks, to be asked request by request."""

    def __init__(self, rules: Catalogue) -> None:
        self._networks = tuple(map(_Network, rules.networks.values()))

    def of_host(self, host: str) -> str:
        """The network whose server it is; empty when it is none's."""
        return next((one.id for one in self._networks if one.owns(host)), "")

    def acted(self, asked: Asked) -> Acted | None:
        """What the request does in a network; None when it does nothing there."""
        found = (one.acted(asked) for one in self._networks if one.owns(asked.host))
        return next(filter(None, found), None)

    def reads(self, asked: Asked) -> str:
        """The network in which it is read what persons did; empty when in none."""
        at = (one for one in self._networks if one.owns(asked.host))
        return next((one.id for one in at if any(read.search(asked.path) for read in one.reads)), "")

    def post(self, value: object) -> str:
        """The network of whose post a value is the address; empty when it is no such address."""
        if not isinstance(value, str) or len(value) > LONGEST or "/" not in value:
            return ""
        found = _ADDRESS.fullmatch(value.strip())
        at = (one for one in self._networks if found and one.owns(found[1].lower()))
        return next((one.id for one in at if found and any(post.match(found[2]) for post in one.posts)), "")

    def posts(self, leaves: Iterable[Leaf]) -> Iterator[tuple[Leaf, str]]:
        """Leaves that are addresses of posts, each with its network."""
        for leaf in leaves:
            if network := self.post(leaf.value):
                yield leaf, network

    def has_session(self, asked: Asked) -> bool:
        """Whether the request carries the cookie of somebody logged in at the network's web page."""
        names = {leaf.key for leaf in asked.sent[:MOST] if leaf.place.startswith("cookie")}
        return any(one.owns(asked.host) and names & one.session for one in self._networks)

    def is_own_app(self, package: str) -> bool:
        """Whether a package is the app of a network."""
        return any(package in one.apps for one in self._networks)


class _Network:
    def __init__(self, rule: Network) -> None:
        self.id, self.apps = rule.id, frozenset(rule.apps)
        self.session = frozenset(rule.session)
        self.posts = [re.compile(text) for text in rule.posts]
        self.reads = [re.compile(text) for text in rule.reads]
        self._hosts, self._acts, self._targets = rule.hosts, rule.acts, frozenset(rule.targets)
        self._paths = [re.compile(act.get("path", "")) for act in rule.acts]

    def owns(self, host: str) -> bool:
        return any(host == name or host.endswith(f".{name}") for name in self._hosts)

    def acted(self, asked: Asked) -> Acted | None:
        """A path may be enough, or a name such as that of a GraphQL operation, or both may be asked for."""
        values = {leaf.value for leaf in asked.sent[:MOST] if isinstance(leaf.value, str)}
        for act, path in zip(self._acts, self._paths, strict=True):
            if _fits(act, asked.method, values) and path.search(asked.path):
                return Acted(self.id, act["action"], act.get("undone", False), self._target(asked))
        return None

    def _target(self, asked: Asked) -> str:
        """What the networks' own parameter says, else the id in the path."""
        told = (str(leaf.value) for leaf in asked.sent[:MOST] if leaf.key in self._targets)
        parts = [part for part in asked.path.split("/") if re.search(r"\d", part) and _ID.fullmatch(part)]
        return next(told, parts[-1] if parts else "")[:LONGEST]


def _fits(act: Any, method: str, values: set[str]) -> bool:
    names = act.get("names", ())
    return method in act.get("method", (method,)) and (not names or not values.isdisjoint(names))
