"""Likes and shares in a social network that the app does itself.

A person may press the button of the network's own page inside the app. What speaks against that: nobody
pressed anything (the examiner's marks), several posts within seconds, the post was named by the app's own
server before, and a session that is used outside the network's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collect.engagement.actions import Actions
from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.networks import Acted, Asked, Networks

BURST, SECONDS = 3, 10.0
"""Posts within so many seconds are more than a person presses."""
MOST_NAMED = 20_000
MOST_ACTS = 2_000
SHORTEST = 5
"""Characters of an id; shorter ones meet by chance."""
PAGE = ("sec-fetch-site", "sec-ch-ua", "sec-fetch-mode")
"""Headers that a browser's page sends, and an app's own code does not."""


@dataclass(slots=True)
class Done:
    """Acts in one network."""

    shown: Shown = field(default_factory=Shown)
    times: list[tuple[float, str]] = field(default_factory=list)
    unmarked: int = 0
    named: int = 0
    session: int = 0
    marked: int = 0


class Automatic:
    """Detector of acts that nobody pressed."""

    def __init__(self, actions: Actions, networks: Networks) -> None:
        self._actions, self._networks = actions, networks
        self._named: set[int] = set()
        self._done: dict[str, Done] = {}
        self._marks = False

    def look(self, exchange: Exchange) -> None:
        """Acts in networks; ids and addresses that other servers named before."""
        told = self._actions.named(exchange.source.mark) if exchange.source.mark else None
        self._marks |= told is not None
        asked = Asked(exchange.method, exchange.host, exchange.path, exchange.sent)
        acted = self._networks.acted(asked)
        if not acted:
            if not self._networks.of_host(exchange.host):
                self._remember(exchange)
        elif not self._networks.is_own_app(exchange.source.record.app) and len(self._done) < MOST_ACTS:
            self._note(exchange, asked, acted, marked=told is not None)

    def _remember(self, exchange: Exchange) -> None:
        """What the app was told, so that a post can be known again; only as numbers."""
        for leaf in exchange.received:
            text = str(leaf.value)
            if SHORTEST <= len(text) <= 300 and len(self._named) < MOST_NAMED and any(map(str.isdigit, text)):
                self._named.add(hash(text))
                self._named.add(hash(text.rstrip("/").rpartition("/")[2]))

    def _note(self, exchange: Exchange, asked: Asked, acted: Acted, *, marked: bool) -> None:
        done = self._done.setdefault(acted.network, Done())
        done.shown.who = exchange.host  # the network is asked as a place, not as somebody's product
        done.shown.add(exchange)
        done.marked += marked
        done.unmarked += not marked
        if not marked and len(done.times) < MOST_ACTS:
            done.times.append((exchange.at, acted.target))
        done.named += not marked and len(acted.target) >= SHORTEST and hash(acted.target) in self._named
        done.session += not marked and self._networks.has_session(asked) and not _is_page(exchange)

    def signs(self) -> Iterator[Sign]:
        """One sign for each network."""
        for done in self._done.values():
            reasons = list(self._reasons(done))
            level = OBSERVED if len(reasons) > 1 else INFERRED if reasons else POSSIBLE
            note = f"{done.shown.total} likes, shares or comments in a social network"
            note += f" ({'; '.join(reasons)})" if reasons else ""
            pressed = f"marked by the examiner: {done.marked} of {done.shown.total}"
            counter = (pressed if self._marks else "whether somebody pressed: not marked in the recording",)
            yield done.shown.sign(
                "automatic", level, note, figures={"acts": done.shown.total}, counter=counter
            )

    def _reasons(self, done: Done) -> Iterator[str]:
        if self._marks and done.unmarked:
            yield "nobody pressed"
        if _is_burst(done.times):
            yield f"{BURST} posts within {SECONDS:g} seconds"
        if done.named:
            yield "posts that another server had named"
        if done.session:
            yield "with the session of the network's web page, outside that page"


def _is_burst(times: list[tuple[float, str]]) -> bool:
    return any(
        0 <= times[at + BURST - 1][0] - times[at][0] <= SECONDS
        and len({target for _, target in times[at : at + BURST]}) == BURST
        for at in range(len(times) - BURST + 1)
    )


def _is_page(exchange: Exchange) -> bool:
    return any(exchange.source.record.request.header(name) for name in PAGE)
