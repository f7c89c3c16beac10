"""Several accounts in one social network behind one user: lists of accounts with their network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.collect.engagement.actions import WRITING
from auditor.collect.engagement.exchange import Exchange, Thing, in_list, names
from auditor.collect.engagement.people import OWN, People
from auditor.collect.engagement.sign import OBSERVED, POSSIBLE, Shown, Sign

FEWEST = 2
"""Accounts in the same network."""
MOST = 200
"""Accounts that one person can have; longer lists are of other people."""
BESIDE = ("award", "task", "proof", "automatic")
"""Structures beside which accounts that are not said to be the person's own count."""


class Accounts:
    """Detector of lists of accounts."""

    def __init__(self, people: People) -> None:
        self._people, self._families = people, people.families
        self._found: dict[str, Shown] = {}
        self._most = dict.fromkeys((OBSERVED, POSSIBLE), 0)
        self._entered: dict[str, set[int]] = {}

    def look(self, exchange: Exchange) -> None:
        """Lists of accounts, sent or received, and accounts that are entered one by one."""
        for side, listed in (("sent", exchange.lists_sent), ("received", exchange.lists_received)):
            for place, rows in listed.items():
                if FEWEST <= len(rows) <= MOST and self._is_of_accounts(place, exchange.path):
                    own = side == "sent" or self._is_own(exchange, place)
                    self._count(exchange, place, rows, OBSERVED if own else POSSIBLE)
        if exchange.method in WRITING:
            for thing in exchange.things_sent:
                if not in_list(thing.place) and self._is_of_accounts(thing.place, exchange.path):
                    self._enter(exchange, thing)

    def _is_own(self, exchange: Exchange, place: str) -> bool:
        """Whether the path or place says whose accounts these are: `/me/accounts`, `user.accounts`."""
        words = self._families.of(f"{exchange.path} {place.partition('$')[2]}")
        return "person" in words or not OWN.isdisjoint((*exchange.segments, *names(place)))

    def _enter(self, exchange: Exchange, thing: Thing) -> None:
        """Log-ins or links to one network, with different names."""
        network, handle = self._network(thing), self._handle(thing)
        if network and handle and (network in self._entered or len(self._entered) < MOST):
            handles = self._entered.setdefault(network, set())
            if len(handles) < MOST:
                handles.add(hash(handle))
            if len(handles) >= FEWEST:
                self._note(exchange, thing.place, OBSERVED, len(handles))

    def _is_of_accounts(self, place: str, path: str) -> bool:
        return "account" in self._families.hinted(f"{place.rpartition('.')[2]} {path.rpartition('/')[2]}")

    def _count(self, exchange: Exchange, place: str, rows: Sequence[Thing], level: str) -> None:
        networks = Counter(network for row in rows if (network := self._network(row)))
        handles = len({self._handle(row) for row in rows} - {""})
        most = max(networks.values(), default=0)
        if most >= FEWEST and handles >= FEWEST:
            self._note(exchange, place, level, handles)

    def _note(self, exchange: Exchange, place: str, level: str, count: int) -> None:
        self._found.setdefault(level, Shown()).add(exchange, place)
        self._most[level] = max(self._most[level], count)

    def _network(self, row: Thing) -> str:
        """The social network that a row names, as it is written there."""
        named = (str(leaf.value).lower() for leaf in row.values.values() if isinstance(leaf.value, str))
        return next(
            (text for text in named if len(text) < 30 and "social" in self._families.hinted(text)), ""
        )

    def _handle(self, row: Thing) -> str:
        keys = {"account", "name", "person"}
        held = (str(leaf.value) for path, leaf in row.values.items() if self._families.hinted(path) & keys)
        return next(held, "")

    def signs(self) -> Iterator[Sign]:
        """One sign for each level, with the number of the longest list."""
        for level, shown in self._found.items():
            count = self._most[level]
            whose = "of one person " if level == OBSERVED else ""
            own = "yes" if level == OBSERVED else "no"
            counter = (f"the accounts are said to be the person's own: {own}",)
            yield shown.sign(
                "accounts",
                level,
                f"{count} accounts {whose}in social networks",
                figures={"accounts": count},
                counter=counter,
                beside=BESIDE,
            )
