"""Positions near the mocked one, in every form in which positions are written.

Open Location Code: as specified by Google (Apache-2.0). Geohash: as described by its inventor, public domain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.collect.persona.file import Position

METRES_PER_DEGREE = 111_320
_COARSEST = 20_000
"""Metres beyond which a position is only a region."""
_GEOHASH = "0123456789bcdefghjkmnpqrstuvwxyz"
_PLUS = "23456789CFGHJMPQRVWX"
_NUMBER = r"[-+\d]\d{0,3}\.\d{1,15}"
_PAIR = re.compile(rf"({_NUMBER})(?:\s*[,;|/:_~ ]\s*|%2c|(?=[-+]))({_NUMBER})(?![\w.]*\d)", re.IGNORECASE)
_MAYBE_CODE = re.compile(rf"\+[{_PLUS}]{{2}}", re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]?\d{1,3}\.\d{1,17}", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{7,10}", re.ASCII)
_HASH = re.compile(rf"[{_GEOHASH}]{{5,12}}")
_CODE = re.compile(rf"(?<![A-Z0-9])[{_PLUS}]{{8}}\+[{_PLUS}]{{2,3}}(?![A-Z0-9])")
_SHORT = re.compile(rf"(?<![A-Z0-9])[{_PLUS}]{{4}}\+[{_PLUS}]{{2,3}}(?![A-Z0-9])")


class Near(NamedTuple):
    """A position found near a mocked one."""

    position: Position
    form: str
    precise: int
    """Metres to which it is told."""
    distance: int
    """Metres to the mocked position."""
    sure: bool
    """Whether it counts under any key."""


class Number(NamedTuple):
    """One coordinate as sent, in degrees."""

    degrees: float
    step: float
    """Degrees of its last digit."""
    form: str


class Reading(NamedTuple):
    """What one value may say of a position."""

    whole: tuple[Near, ...]
    """Positions that it tells by itself."""
    lats: tuple[tuple[int, Number], ...] = ()
    """Number of the position near whose latitude it is, and how it was read."""
    lons: tuple[tuple[int, Number], ...] = ()


NOTHING = Reading(())
_LONGEST, _MOST = 80, 100_000
"""Characters of a value whose reading is remembered, and how many values are."""


def coordinate(value: object) -> Iterator[Number]:
    """What a value means in degrees: a decimal number, or a whole one in millionths or ten-millionths."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if _DECIMAL.fullmatch(text):
        yield Number(float(text), 10.0 ** -min(len(text.partition(".")[2]), 8), "plain")
    elif _WHOLE.fullmatch(text):
        yield Number(int(text) / 1e6, 1e-6, "millionths of a degree")
        yield Number(int(text) / 1e7, 1e-7, "ten-millionths of a degree")


class Places:
    """The mocked positions, to hold numbers and texts against."""

    def __init__(self, positions: Sequence[Position]) -> None:
        self.positions = positions
        self._known: dict[tuple[type, object], Reading] = {}

    def read(self, value: object) -> Reading:
        """What a value says of the mocked positions; recordings repeat most of their values."""
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            return NOTHING
        known = self._known.get((type(value), value))
        if known is None:
            whole = tuple(self.in_text(value)) if isinstance(value, str) else ()
            lats, lons = self.could_be(value)
            known = Reading(whole, tuple(lats), tuple(lons)) if whole or lats or lons else NOTHING
            if len(self._known) < _MOST and not (isinstance(value, str) and len(value) > _LONGEST):
                self._known[type(value), value] = known
        return known

    def could_be(self, value: object) -> tuple[list[tuple[int, Number]], list[tuple[int, Number]]]:
        """The value as latitude and as longitude: number of the position, and how it was read."""
        numbers = [] if isinstance(value, str) and not 3 <= len(value) <= 24 else list(coordinate(value))
        if not numbers:
            return [], []
        lats = [
            (i, n) for i, p in enumerate(self.positions) for n in numbers if _close(*n[:2], p.lat, p.radius)
        ]
        wide = [
            (i, n)
            for i, p in enumerate(self.positions)
            for n in numbers
            if _close(*n[:2], p.lon, _widened(p))
        ]
        return lats, wide

    def pair(self, index: int, lat: Number, lon: Number) -> Near | None:
        """Latitude and longitude of one object, if they are read alike and near enough together."""
        place = self.positions[index]
        if lat.form != lon.form:
            return None
        return _near(place, lat.degrees, lon.degrees, max(lat.step, lon.step), lat.form)

    def in_text(self, text: str) -> Iterator[Near]:
        """Positions written as a text of their own: a pair, a geohash, a plus code."""
        for found in _PAIR.finditer(text) if "." in text else ():
            first, second = (next(coordinate(number), None) for number in found.groups())
            if not first or not second or re.match(r"[\w.]", text[max(0, found.start() - 1) : found.start()]):
                continue
            for lat, lon, form in ((first, second, "pair"), (second, first, "pair, longitude first")):
                step = max(first.step, second.step)
                yield from self._all(lat.degrees, lon.degrees, step, form)
        if _MAYBE_CODE.search(text):
            yield from self._codes(text)
        lower = text.strip().lower()
        if _HASH.fullmatch(lower):
            yield from self._geohash(lower)

    def _all(self, lat: float, lon: float, step: float, form: str) -> Iterator[Near]:
        found = (_near(place, lat, lon, step, form) for place in self.positions)
        yield from (near for near in found if near)

    def _geohash(self, text: str) -> Iterator[Near]:
        lat, lon, high, wide = unhash(text)
        if abs(lat) > 85:
            return
        for near in self._all(lat, lon, 2 * max(high, wide), "geohash"):
            telling = len(text) >= 8 and any(sign.isdigit() for sign in text)
            yield near._replace(sure=telling and not text.isdigit())

    def _codes(self, text: str) -> Iterator[Near]:
        for found in _CODE.finditer(text.upper()):
            lat, lon, step = uncode(found[0])
            yield from self._all(lat, lon, step, "plus code")
        for found in _SHORT.finditer(text.upper()):
            for place in self.positions:
                whole = code(place.lat, place.lon)[:4] + found[0]
                lat, lon, step = uncode(whole)
                near = _near(place, lat, lon, step, "short plus code")
                yield from [near] if near else []


def _close(degrees: float, step: float, wanted: float, radius: float) -> bool:
    """Whether one coordinate lies within the radius, or is what rounding or cutting leaves of it."""
    off = abs(degrees - wanted)
    cut = 0 <= abs(wanted) - abs(degrees) < step
    return off <= radius / METRES_PER_DEGREE or off <= step * 0.51 or (cut and off < step)


def _widened(place: Position) -> float:
    """The radius as metres of longitude, which is shorter than latitude away from the equator."""
    return place.radius / max(0.01, math.cos(math.radians(place.lat)))


def _near(place: Position, lat: float, lon: float, step: float, form: str) -> Near | None:
    precise = max(1, round(step * METRES_PER_DEGREE))
    together = _close(lat, step, place.lat, place.radius) and _close(lon, step, place.lon, _widened(place))
    if not together or precise > _COARSEST:
        return None
    away = distance(place.lat, place.lon, lat, lon)
    return Near(place, form, precise, round(away), sure=precise < 1_000)


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two positions on a sphere; infinite when one is no position."""
    if max(abs(lat), abs(other_lat)) > 90 or max(abs(lon), abs(other_lon)) > 180:
        return math.inf
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(min(1.0, half)))


def unhash(text: str) -> tuple[float, float, float, float]:
    """Middle of a geohash (latitude, longitude) and half its height and width, in degrees."""
    halves = {0: [-180.0, 180.0], 1: [-90.0, 90.0]}
    bits = [_GEOHASH.index(sign) >> shift & 1 for sign in text for shift in range(4, -1, -1)]
    for place, bit in enumerate(bits):
        low, high = halves[place % 2]
        halves[place % 2][1 - bit] = (low + high) / 2
    (west, east), (south, north) = halves[0], halves[1]
    return (south + north) / 2, (west + east) / 2, (north - south) / 2, (east - west) / 2


def code(lat: float, lon: float) -> str:
    """The full plus code of a position, ten digits."""
    high, wide = int((lat + 90) * 8000), int((lon + 180) * 8000)
    digits = ""
    for power in range(4, -1, -1):
        digits += _PLUS[high // 20**power % 20] + _PLUS[wide // 20**power % 20]
    return digits[:8] + "+" + digits[8:]


def uncode(text: str) -> tuple[float, float, float]:
    """Middle of a full plus code (latitude, longitude) and its height in degrees."""
    digits = text.replace("+", "")
    high = sum(_PLUS.index(sign) * 20.0 ** (1 - i) for i, sign in enumerate(digits[0:10:2]))
    wide = sum(_PLUS.index(sign) * 20.0 ** (1 - i) for i, sign in enumerate(digits[1:10:2]))
    return high - 90 + 0.0000625, wide - 180 + 0.0000625, 0.000125
