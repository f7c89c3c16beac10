"""What looks like personal data although nobody planted it: possible, never shown.

Most shapes count only under a key that goes with them; what has a check digit must pass it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from auditor.collect.persona import keys
from auditor.collect.persona.masks import masked
from auditor.collect.persona.match import SHAPE, Match
from auditor.collect.persona.numbers import born, is_iban, is_imei, is_kosovo_number, is_mobile
from auditor.collect.persona.places import municipality, offices
from auditor.decode import Leaf, Scalar


class Shape(NamedTuple):
    """Something that looks like personal data."""

    data: str
    """A word of `rules/data`."""
    kind: str
    text: str
    family: str = ""
    """Family of keys under which alone it counts; empty: anywhere."""


_LONGEST = 4_000
"""Characters of a text beyond which it is a document, not a value."""
_EMAIL = re.compile(
    r"(?<![\w.+%@/:-])[a-z0-9][\w.+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,4}[a-z]{2,12}(?![\w@-])",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:png|jpe?g|webp|gif|svg|js|mjs|css|json|map|html?|xml|so|dex|woff2?|ttf)$", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.])(?:(?:\+|00)355[ .-]?|0)6[789](?:[ .-]?\d){7}(?![\w]|\.\d)")
_NID = re.compile(r"(?<![0-9A-Za-z])[A-M]\d{8}[A-W](?![0-9A-Za-z])", re.IGNORECASE)
_SEVEN = re.compile(r"\d(?:[ .-]?\d){6}")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_FID = re.compile(r"[cdef][A-Za-z0-9_-]{21}")
_BROWSER = re.compile(r"fb\.[0-2]\.1\d{9,12}\.[\w-]{6,200}")
_IBAN = re.compile(r"(?<![0-9A-Za-z])AL\d{2}(?: ?[0-9A-Z]{4}){6}(?![0-9A-Za-z])", re.IGNORECASE)


def find(
    leaves: Sequence[Leaf], beside: Callable[[Leaf], list[Leaf]], taken: AbstractSet[str]
) -> list[Match]:
    """Shapes in leaves whose place is not taken by a planted value; one per data type and leaf."""
    found: list[Match] = []
    for leaf in leaves:
        if leaf.place not in taken:
            found += _of(leaf, of(leaf.value), beside)
    return _innermost(found, taken)


def of(value: Scalar) -> tuple[Shape, ...]:
    """What a value may be, whatever key it stands under."""
    text = str(value) if type(value) is int else value
    return shapes_in(text.strip()) if isinstance(text, str) and 5 <= len(text) <= _LONGEST else ()


def _of(leaf: Leaf, seen: Iterable[Shape], beside: Callable[[Leaf], list[Leaf]]) -> Iterator[Match]:
    """The shapes of one leaf that its key bears out, one per data type."""
    best: dict[str, Match] = {}
    for shape in seen:
        if shape.data not in best and (not shape.family or keys.fits(leaf, shape.family, beside(leaf))):
            shown = masked(shape.kind, shape.text)
            best[shape.data] = Match(
                shape.data, leaf.place, "shape", masked=shown, confidence=SHAPE, kind=shape.kind
            )
    yield from best.values()


def _innermost(found: list[Match], taken: AbstractSet[str]) -> list[Match]:
    """Without the layers around opened ones."""
    if not found:
        return []
    inner = {match.place for match in found} | taken
    outer = {place[:end] for place in inner for end in range(len(place)) if place[end] == ":"}
    return [match for match in found if match.place not in outer]


@lru_cache(20_000)
def shapes_in(text: str) -> tuple[Shape, ...]:
    """The same of a text without blanks around it."""
    return tuple(_shapes(text))


def _shapes(text: str) -> Iterator[Shape]:
    if "@" in text:
        found = (mail[0] for mail in _EMAIL.finditer(text))
        yield from (Shape("email-address", "email", mail) for mail in found if not _FILE.search(mail))
    if len(text) <= 40:
        yield from _alone(text)
    if _SEVEN.search(text):
        yield from _numbers(text)
    if "ashki" in text or "ASHKI" in text:
        yield from (Shape("municipality", "municipality", place) for place in offices(text))


def _numbers(text: str) -> Iterator[Shape]:
    for found in _PHONE.finditer(text):
        if is_mobile(found[0]):
            yield Shape("phone-number", "phone", found[0], "" if found[0][0] == "+" else "phone")
    for found in _NID.finditer(text):
        if born(found[0]):
            yield Shape("national-id", "nid", found[0], "number")
    yield from (Shape("payment-details", "iban", m[0]) for m in _IBAN.finditer(text) if is_iban(m[0]))
    if _BROWSER.fullmatch(text):
        yield Shape("identifier", "browser", text)


def _alone(text: str) -> Iterator[Shape]:
    """Values that are a leaf of their own."""
    if is_imei(text):
        yield Shape("hardware-identifier", "imei", text, "imei")
    if is_kosovo_number(text):
        yield Shape("national-id", "kosovo_id", text, "kosovo")
    if len(text) in (32, 36) and _UUID.fullmatch(text) and len(set(text)) > 4:
        yield Shape("advertising-id", "aaid", text, "advertising")
        yield Shape("device-identifier", "device", text, "device")
    if len(text) == 22 and _FID.fullmatch(text) and not text.isalpha():
        yield Shape("installation-id", "installation_id", text, "installation")
    if not any(map(str.isdigit, text)) and municipality(text)[0]:
        yield Shape("municipality", "municipality", text, "unit")
