"""Actions that no word names: a short code beside the address of a post, or a call of the app's own server.

They get a number, for a code may be somebody's. They count only when the server is told the post of a social
network, or beside actions that are named and change the same number.
"""

from __future__ import annotations

import re

from auditor.collect.engagement.actions import WRITING
from auditor.collect.engagement.exchange import Exchange
from auditor.collect.words import Families
from auditor.decode import Leaf

FRONT = "unnamed action "
MOST = 200
"""Actions that are told apart."""
_CODE = re.compile(r"[a-z]{1,6}")
_HOST = re.compile(r"https?://([^/:?#\s]{1,253})")


class Unnamed:
    """Numbers the actions of one recording."""

    def __init__(self, families: Families) -> None:
        self._families = families
        self._known: dict[str, str] = {}
        self._social: set[str] = set()

    def of(self, exchange: Exchange) -> tuple[str, ...]:
        """The label of the action that a request is; none for requests that only read, or go to a vendor."""
        if exchange.method not in WRITING or exchange.source.vendors:
            return ()
        texts = [
            leaf for leaf in exchange.sent if leaf.place.startswith("body") and isinstance(leaf.value, str)
        ]
        social = any("social" in self._families.hinted(_host(leaf)) for leaf in texts)
        codes = [str(leaf.value) for leaf in texts if _CODE.fullmatch(str(leaf.value))]
        label = self._label(exchange, codes[0] if social and len(codes) == 1 else "")
        if social and label:
            self._social.add(label)
        return (label,) if label else ()

    def is_social(self, label: str) -> bool:
        """Whether the server was told the address of a post with it."""
        return label in self._social

    def _label(self, exchange: Exchange, code: str) -> str:
        called = next((part for part in reversed(exchange.segments) if not re.search(r"\d", part)), "")
        key = f"{exchange.host} {exchange.method} {called} {code}"
        if key not in self._known and len(self._known) < MOST:
            self._known[key] = f"{FRONT}{len(self._known) + 1}"
        return self._known.get(key, "")


def _host(leaf: Leaf) -> str:
    """The host of an address; empty when the text is none."""
    found = _HOST.match(str(leaf.value))
    return found[1] if found else ""
