"""Institutions and units tied to a person: in a profile, in a token, at sign-up, in what vendors keep."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collect.engagement.actions import WRITING
from auditor.collect.engagement.exchange import Exchange, Thing, in_list
from auditor.collect.engagement.people import People
from auditor.collect.engagement.sign import OBSERVED, POSSIBLE, Shown, Sign
from auditor.decode import Scalar, Write

PERSONAL = frozenset({"name", "phone-number", "email-address", "user-id", "national-id", "contact-details"})
"""Data in a request that say whom it is about."""
BESIDE = (
    "award",
    "ranking",
    "task",
    "unit report",
    "automatic",
    "accounts",
    "attendance",
    "watching",
    "proof",
)
"""Structures beside which a district or branch counts as a unit: else it may be where somebody lives."""
OTHER = frozenset({"address", "matter", "group"})
"""Words of an object in which an institution is not where somebody works: a delivery, a complaint to an
office or an appointment there, a thing for sale in a department."""
HEAD = ("header", "cookie", "path")
"""Parts that do not say who somebody is: a complaint to an office has its name in the path too."""
LONGEST = 200


class Belonging:
    """Detector of what a person is said to belong to."""

    def __init__(self, people: People) -> None:
        self._people, self._families = people, people.families
        self._sure, self._wide = Shown(), Shown()

    def look(self, exchange: Exchange) -> None:
        """Writes to profiles, sign-ups, tokens, and the profile that comes back."""
        for write in exchange.source.writes:
            if self._is_of_person(write) and _is_told(write.value):
                self._note(exchange, _unit_in(write), write.place, write.value)
        self._tokens(exchange)
        named = bool(exchange.source.data & PERSONAL) and _tells(exchange)
        for thing in exchange.things_sent:
            elsewhere = thing.place.startswith(HEAD) or self._is(OTHER, exchange, thing)
            if not elsewhere and (named or self._people.name(thing)):
                self._thing(exchange, thing)
        for thing in exchange.things_received:
            if not in_list(thing.place) and self._is_profile(exchange, thing):
                self._thing(exchange, thing)

    def _is_of_person(self, write: Write) -> bool:
        """A field of a person's document, of a profile at a vendor, or a member of a unit."""
        above = self._families.hinted(write.path)
        return write.op in ("set", "union") and (not write.path or "person" in above)

    def _tokens(self, exchange: Exchange) -> None:
        for leaf in exchange.sent:
            if ":jwt$.claims" in leaf.place and _is_told(leaf.value):
                self._note(exchange, leaf.key, leaf.place, leaf.value)

    def _thing(self, exchange: Exchange, thing: Thing) -> None:
        """What an object that is about a person says of a unit."""
        for path, leaf in thing.values.items():
            if _is_told(leaf.value):
                self._note(exchange, path, leaf.place, leaf.value)

    def _is_profile(self, exchange: Exchange, thing: Thing) -> bool:
        """A named person who is the one asked about (`/me`, `user.name`), and no office or author."""
        if self._people.name(thing) is None or self._is(OTHER - {"address"}, exchange, thing):
            return False
        own = any("person" in self._families.of(path) for path in thing.values)
        return own or self._people.is_asked_about(exchange, thing.place)

    def _is(self, families: frozenset[str], exchange: Exchange, thing: Thing) -> bool:
        """By the end of the path (its beginning may be `/api/services/app`), and by what the object holds."""
        called = " ".join(exchange.segments[-2:])
        return any(self._families.hinted(name) & families for name in (called, *thing.values))

    def _note(self, exchange: Exchange, name: str, place: str, value: object) -> None:
        """By the name; a unit counts as an institution when its own name says so (`Drejtoria e ...`)."""
        wide = self._families.hinted(name) & {"institution", "unit"}
        if "institution" in self._families.of(name) or (wide and self._is_institution(value)):
            self._sure.add(exchange, place)
        elif wide:
            self._wide.add(exchange, place)

    def _is_institution(self, value: object) -> bool:
        return isinstance(value, str) and "institution" in self._families.of(value)

    def signs(self) -> Iterator[Sign]:
        """What is surely an institution; and what may be one, or a place to live."""
        traits, counter = {"of": "person"}, ("a delivery, a request to an office or goods instead: none",)
        if self._sure.total:
            note = "an institution or workplace is tied to the person"
            yield self._sure.sign("belonging", OBSERVED, note, traits=traits, counter=counter)
        if self._wide.total:
            note = "a district, branch or unit is tied to the person"
            yield self._wide.sign("belonging", POSSIBLE, note, traits=traits, counter=counter, beside=BESIDE)


def _tells(exchange: Exchange) -> bool:
    """Whether the request says something, and does not only ask."""
    return exchange.method in WRITING or bool(exchange.source.record.frames)


def _unit_in(write: Write) -> str:
    """Names that may name a unit: the field, and the collection a member is written below."""
    return f"{write.path.partition('/')[0]} {write.field}"


def _is_told(value: Scalar | object) -> bool:
    told = isinstance(value, str | int) and not isinstance(value, bool)
    return (told and str(value) not in ("", "0") and len(str(value)) < LONGEST) or isinstance(value, list)
