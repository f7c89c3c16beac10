"""Careless sending, as a recording shows it: personal data without encryption, data and keys in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.collect.recordings.record import Record
from auditor.decode import Leaf

OPEN = ("http", "ws")
"""Schemes that encrypt nothing."""
KEYS = re.compile(
    r"(?i)(?:access|auth|id|refresh|session|user|bearer)[_-]?token|token|auth|authorization|jwt|bearer"
    r"|session(?:[_-]?id)?|sid|pass(?:word|wd|code)?|pwd|(?:client[_-]?)?secret|ticket|otp"
)
"""Names under which keys of a person stand in addresses."""
PUBLIC = re.compile(r"\d{5,}(?:\||%7C)[0-9a-f]{32}")
"""An app's own client token at Facebook, which is the same for everybody (developers.facebook.com/docs/
facebook-login/guides/access-tokens, "Client Tokens")."""
SHORTEST = 6


def weaknesses(
    record: Record, hits: Iterable[tuple[str, str]], leaves: Iterable[Leaf]
) -> Iterator[tuple[str, str]]:
    """Words of `vocabulary.WEAKNESSES` with the place of each; `hits` are data types with their places."""
    for _, place in hits:
        if _in_address(place):
            yield "personal-data-in-url", place
        if record.scheme in OPEN:
            yield "personal-data-in-cleartext", place
    for leaf in leaves:
        if leaf.place.startswith("query$") and _is_credential(leaf):
            yield "credential-in-query", leaf.place


def _in_address(place: str) -> bool:
    return place.startswith(("query$", "query:", "path$", "path:"))


def _is_credential(leaf: Leaf) -> bool:
    if not isinstance(leaf.value, str) or ":" in leaf.place or not KEYS.fullmatch(leaf.key):
        return False
    return len(leaf.value) >= SHORTEST and not PUBLIC.fullmatch(leaf.value)
