"""How far a request says which person it is about."""

from __future__ import annotations

import re

from auditor.collect.engagement.exchange import Exchange
from auditor.collect.words import Families
from auditor.decode import Leaf

BY_NAME, BY_ID, BY_LOGIN, NOBODY = 3, 2, 1, 0
"""Name, e-mail address, telephone or identity number; an id of a user; a session of somebody logged in."""
NAMES = frozenset({"name", "phone-number", "email-address", "national-id", "contact-details"})
"""Data with which anybody could say who it is."""
MOST_OPENING = 200
_ID = re.compile(r"(?i)(?:^|[._-])(?:uid|id|uuid|guid|pk|no|number)$|(?<=[a-z])(?:Id|ID|Uid|UID)$")
_CLAIMS = ":jwt$.claims."
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,120}\.[a-z]{2,24}")


class Identified:
    """Tells how surely a request is about one known person."""

    def __init__(self, families: Families) -> None:
        self._families = families
        self._last: tuple[Exchange | None, int] = (None, NOBODY)

    def how(self, exchange: Exchange) -> int:
        """One of BY_NAME, BY_ID, BY_LOGIN, NOBODY: the surest that the request shows."""
        if self._last[0] is not exchange:  # asked for every number of it
            self._last = (exchange, self._surest(exchange))
        return self._last[1]

    def _surest(self, exchange: Exchange) -> int:
        if exchange.source.data & NAMES:
            return BY_NAME
        told = max((self._leaf(leaf) for leaf in (*exchange.sent, *_opening(exchange))), default=NOBODY)
        return max(told, BY_ID if self._by_data(exchange) else NOBODY)

    def _by_data(self, exchange: Exchange) -> bool:
        """A user id that a vendor's endpoint is known to hold, or a document in a collection of persons."""
        collections = (write.path.partition("/") for write in exchange.source.writes)
        kept = any(inner and "person" in self._families.hinted(first) for first, _, inner in collections)
        return kept or "user-id" in exchange.source.data

    def _leaf(self, leaf: Leaf) -> int:
        text = str(leaf.value)
        if leaf.value in (None, "", 0) or isinstance(leaf.value, bool) or len(text) > 200:
            return BY_LOGIN if leaf.key == "authorization" and text else NOBODY
        if _CLAIMS in leaf.place:
            return BY_NAME if _MAIL.fullmatch(text) else BY_ID if self._is_user_key(leaf.key) else BY_LOGIN
        if leaf.place.startswith("cookie"):
            return NOBODY
        if leaf.key == "authorization":
            return BY_LOGIN
        return BY_ID if self._is_user_key(leaf.key) and not leaf.place.startswith("path") else NOBODY

    def _is_user_key(self, key: str) -> bool:
        """`user_id`, `uid`, `sub`, `idPerdoruesi`; an id of a device or installation is none."""
        held = self._families.hinted(key)
        return key in ("sub", "uid") or ("person" in held and _ID.search(key) is not None)


def _opening(exchange: Exchange) -> list[Leaf]:
    """What opened the socket; its messages do not say it again."""
    if not exchange.source.record.frames:
        return []
    return [
        leaf for leaf in exchange.source.sent[:MOST_OPENING] if leaf.place.startswith(("header", "query"))
    ]
