"""Which word covers which: `advertising-id` is an `identifier` is `personal`.

Words of one kind form a graph of `broader` arrows; vendors have roles, and
every role but `framework` is a third party, with a seat in some country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.model import Fact

TRACKERS = frozenset({"advertising", "analytics", "attribution", "session-replay", "engagement"})
"""Roles whose purpose is to observe people."""

NO_RECIPIENTS = frozenset({"framework"})
"""Roles of code that sends data to nobody of its own."""

UNSEEN = "unseen"
"""`sdk:unseen` in a gap: any SDK that nothing shows, whatever its role; never one that something shows."""

WEAKNESSES = frozenset(
    {
        "cleartext-traffic",
        "user-certificates-trusted",
        "backup-allowed",
        "debuggable",
        "debug-certificate",
        "exported-component",
        "credential-in-package",
        "request-logging",
        "personal-data-in-url",
        "personal-data-in-cleartext",
        "credential-in-query",
        "social-token-sent",
        "signature-invalid",
    }
)
"""Security words that `collect/manifest.py`, `collect/code.py` and `collect/traffic/weak.py` can state."""

SEAT = "seat-"
"""`seat-us`: the company that offers the product is seated there."""

WITHOUT_ADEQUACY = f"{SEAT}without-adequacy"
"""Its country is in no list of adequate countries, and no list leaves it open."""

CONTEXTS = frozenset(
    {"party", "public-body", "employer", "public-employees", "members", "students", "signer-differs"}
)
"""What a person states in the case file about who runs the app and who must use it."""

STATED = CONTEXTS - {"signer-differs"}
"""What nobody but a person tells: no unread artifact hides it, only a missing case file."""

NOTICES = frozenset({"policy-link"})
"""Items of a privacy notice that a package alone can show."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Upward arrows per word; `covers` follows them."""

    broader: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Word to all words above it (closed transitively), for every kind together."""
    typed: frozenset[str] = frozenset()
    """Data that people also type in: that it was sent does not show access to the phone."""

    def up(self, word: str) -> frozenset[str]:
        """The word itself and everything broader."""
        return self.broader.get(word, frozenset()) | {word}

    def covers(self, wide: Fact, narrow: Fact) -> bool:
        """Whether a statement about `narrow` is also one about `wide`."""
        return (
            wide.kind == narrow.kind
            and (wide.what == "*" or wide.what in self.up(narrow.what))
            and (not wide.who or (bool(narrow.who) and wide.who in self.up(narrow.who)))
        )


def vocabulary(arrows: Mapping[str, Iterable[str]], typed: Iterable[str] = ()) -> Vocabulary:
    """Close `word -> broader words` transitively. A cycle simply closes on itself."""
    direct = {word: frozenset(above) for word, above in arrows.items()}
    return Vocabulary({word: _closure(word, direct) for word in direct}, frozenset(typed))


def roles_above(roles: Iterable[str]) -> frozenset[str]:
    """The words that cover a vendor with these roles."""
    named = frozenset(roles)
    third = {"third-party"} if named - NO_RECIPIENTS else set()
    tracker = {"tracker"} if named & TRACKERS else set()
    return named | third | tracker


def words_of_vendor(roles: Iterable[str], country: str, lists: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Roles and seat. A seat counts only for whoever may receive data, and only when it is known.

    Args:
        roles: as in its file.
        country: ISO 3166 code of the seat, or nothing.
        lists: `adequate` of every law that has one.

    """
    above = roles_above(roles)
    return above | seats_above(country, lists) if "third-party" in above else above


def seats_above(country: str, lists: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """`seat-in`, and `seat-without-adequacy` where no list knows the country as adequate or open."""
    if not country:
        return frozenset()
    known = list(lists)
    without = known and not any(country in _named_in(one) for one in known)
    return frozenset({f"{SEAT}{country.lower()}"} | ({WITHOUT_ADEQUACY} if without else set()))


def _named_in(one: Mapping[str, Any]) -> set[str]:
    groups = (*one["listed"], *one["open"])
    return {one["home"], *(country for group in groups for country in group["countries"])}


def _closure(word: str, direct: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen: set[str] = set()
    ahead = list(direct.get(word, ()))
    while ahead:
        above = ahead.pop()
        if above not in seen:
            seen.add(above)
            ahead.extend(direct.get(above, ()))
    return frozenset(seen)
