"""Who brought in whom, and how many people somebody has to bring in.

Shops give codes for a discount: a code alone is only possible. It counts when an inviter is named with the
person, or a list names the people somebody brought in. An invitation to a meeting or a group is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.collect.engagement.exchange import Exchange, Thing, names, number
from auditor.collect.engagement.identified import BY_NAME, Identified
from auditor.collect.engagement.people import People
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.words import words
from auditor.decode import Leaf

INVITING = frozenset({"invite", "referral", "recruit"})
BESIDE = (*SCORING, "quota", "award invite", "unit report", "belonging")
"""Structures beside which a code counts."""
FEWEST = 2
"""People of a list of those who were brought in."""
FAR = frozenset("install utm url link source medium header google campaign http https uri".split())
"""Words of how an app was found in a store, and of addresses."""
OWN = frozenset({"me", "my", "self"})
"""Parts of paths that stand for who is logged in."""
_PERSON = re.compile(
    r"\+?\d[\d ()/-]{6,18}\d|[^@\s]{1,64}@[^@\s]{1,120}|\d{1,12}|[0-9a-f-]{24,36}|[\w-]{20,36}"
)
_CODE = re.compile(r"[\w-]{3,20}")
_LIMIT = re.compile(r"(?i)limit|max")
_VERSION = re.compile(r"v\d{1,3}|api|rest|[\w-]*\d[\w-]*")


class Recruiting:
    """Detector of inviters, of those brought in, and of numbers to bring in."""

    def __init__(self, people: People) -> None:
        self._people, self._families = people, people.families
        self._identified = Identified(people.families)
        self._inviters: dict[str, Shown] = {}
        self._lists: dict[str, Shown] = {}
        self._quotas: dict[str, Shown] = {}
        self._brought = 0

    def look(self, exchange: Exchange) -> None:
        """Sign-ups and profiles with an inviter, lists of people, and targets."""
        if not exchange.source.vendors or exchange.source.writes:
            self._sent(exchange)
        for place, rows in exchange.lists_received.items():
            self._list(exchange, place, rows)
        for thing in (*exchange.things_received, *exchange.things_sent):
            self._profile(exchange, thing)
            self._quota(exchange, thing)

    # who invited ----------------------------------------------------------------------------------

    def _sent(self, exchange: Exchange) -> None:
        """`invited_by` beside who somebody is."""
        for write in exchange.source.writes:
            if self._is_inviter(write.field, write.value) and "person" in self._families.hinted(write.path):
                self._inviters.setdefault(INFERRED, Shown()).add(exchange, write.place)
        if exchange.method not in ("POST", "PUT", "PATCH") or exchange.source.writes:
            return
        for leaf in exchange.sent:
            if leaf.place.startswith(("body", "query")) and self._is_inviter(_key(leaf), leaf.value):
                named = self._is_named(exchange) and not _is_code(leaf)
                self._inviters.setdefault(INFERRED if named else POSSIBLE, Shown()).add(exchange, leaf.place)

    def _is_named(self, exchange: Exchange) -> bool:
        """Whether the request says who it is about, by data that was recognised or by its keys."""
        if self._identified.how(exchange) == BY_NAME:
            return True
        keys = (self._families.hinted(leaf.key) for leaf in exchange.sent if leaf.place.startswith("body"))
        return any(held & {"contacts", "contact"} or {"name"} <= held for held in keys)

    def _is_inviter(self, key: str, value: object) -> bool:
        """An id, number, address or code under a key of inviting; no store's or link's referrer."""
        parts = words(key)
        held = self._families.hinted(key) | self._families.hinted("".join(parts))
        if not held & INVITING or FAR & set(parts):
            return False
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        return text not in ("", "0") and bool(_PERSON.fullmatch(text) or _CODE.fullmatch(text))

    def _profile(self, exchange: Exchange, thing: Thing) -> None:
        """A person's own object in an answer, with who invited that person."""
        received = thing.place.startswith("response")
        if not received or "[" in thing.place.partition("$")[2] or self._people.name(thing) is None:
            return
        for leaf in thing.values.values():
            if self._is_inviter(_key(leaf), leaf.value) and _is_by(_key(leaf)) and not _is_code(leaf):
                self._inviters.setdefault(INFERRED, Shown()).add(exchange, leaf.place)

    # who was brought in ---------------------------------------------------------------------------

    def _list(self, exchange: Exchange, place: str, rows: list[Thing]) -> None:
        held = self._families.hinted(f"{exchange.path} {place.rpartition('$')[2]}")
        persons = sum(self._people.name(row) is not None for row in rows)
        inviters = sum(any(map(_is_by, row.values)) and self._has_inviter(row) for row in rows)
        if persons < FEWEST or persons < len(rows) * 0.8 or held & {"attend", "task"}:
            return
        if inviters >= FEWEST or (held & {"invite", "recruit"} and self._is_own(exchange)):
            level = OBSERVED
        elif "referral" in held:
            level = POSSIBLE
        else:
            return
        self._lists.setdefault(level, Shown()).add(exchange, place)
        self._brought = max(self._brought, persons)

    def _has_inviter(self, row: Thing) -> bool:
        return any(self._is_inviter(path, leaf.value) for path, leaf in row.values.items())

    def _is_own(self, exchange: Exchange) -> bool:
        """Whether the path names nothing to be invited to: `/me/invited`, `/users/7/invites`."""
        plain = [part for part in exchange.segments if not _VERSION.fullmatch(part.lower())]
        known = INVITING | {"person", "referral", "unit", "app"}
        return all(part.lower() in OWN or self._families.hinted(part) & known for part in plain)

    # how many to bring in -------------------------------------------------------------------------

    def _quota(self, exchange: Exchange, thing: Thing) -> None:
        """`{"invited": 3, "target": 25}`: a number of people beside a larger or equal one to reach."""
        numbers = [
            (path, value) for path, leaf in thing.values.items() if (value := number(leaf)) is not None
        ]
        around = self._families.hinted(f"{exchange.path} {thing.place.rpartition('$')[2]}") & INVITING
        have = [value for path, value in numbers if self._counts(path) or (around and self._gained(path))]
        need = [path for path, value in numbers if self._is_target(path, around=bool(around)) and value > 1]
        if have and need:
            level = POSSIBLE if self._is_bargain(thing) else INFERRED
            self._quotas.setdefault(level, Shown()).add(exchange, thing.place)

    def _counts(self, path: str) -> bool:
        """The number of those brought in, by its own name."""
        held = self._families.hinted(path)
        return bool(held & INVITING) and "quota" not in held and not path.lower().endswith(("id", "by"))

    def _gained(self, path: str) -> bool:
        """A count inside an object that is about inviting: `count`, `current`, `done`."""
        return "quota" not in self._families.hinted(path) and not re.search(r"(?i)id$|time|date|year", path)

    def _is_target(self, path: str, *, around: bool) -> bool:
        held = self._families.hinted(path)
        named = around or held & INVITING or path.count(".") == 0
        return "quota" in held and bool(named) and not _LIMIT.search(path)

    def _is_bargain(self, thing: Thing) -> bool:
        """A price or a thing for sale beside it: friends are brought in for a discount."""
        return any("group" in self._families.hinted(path) for path in thing.values)

    # conclusion -----------------------------------------------------------------------------------

    def signs(self) -> Iterator[Sign]:
        """Inviters, lists, quotas."""
        counter = ("a code for a discount, an invitation to a meeting, how the app was found: looked for",)
        for level, shown in self._inviters.items():
            note = "who invited a person is recorded"
            yield shown.sign("referral", level, note, counter=counter, beside=BESIDE)
        for level, shown in self._lists.items():
            note = f"a list of {self._brought} people whom somebody brought in"
            figures = {"persons": self._brought}
            yield shown.sign("referral", level, note, figures=figures, counter=counter, beside=BESIDE)
        for level, shown in self._quotas.items():
            note = "a number of people brought in stands beside a number to reach"
            yield shown.sign("quota", level, note, counter=counter, beside=("award invite",))


def _key(leaf: Leaf) -> str:
    """The key; of an id inside an object, with the object's name: `inviter.id`."""
    if leaf.key.lower() not in ("id", "uid", "phone", "code"):
        return leaf.key
    return f"{names(leaf.parent)[-1]}.{leaf.key}" if names(leaf.parent) else leaf.key


def _is_code(leaf: Leaf) -> bool:
    """A code that can be passed on, not an id, number or address of a person."""
    return "code" in words(leaf.key) or not _PERSON.fullmatch(str(leaf.value))


def _is_by(path: str) -> bool:
    """`invited_by`, `inviter_id`, `ftuar_nga`: the key names one who did it, not those it was done to."""
    return not any(part in ("count", "total", "at", "date", "status") for part in words(path))
