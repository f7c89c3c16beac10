"""The file of a test person: what was typed in and set up before an app was recorded.

YAML as `persona new` writes it, or a flat table of values (YAML or JSON). Nothing in it reaches evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor import document, forms
from auditor.collect.persona.guess import kind_of
from auditor.collect.persona.kinds import KINDS, SHORT
from auditor.collect.persona.numbers import born
from auditor.collect.persona.places import municipality
from auditor.forms import At, Problem
from auditor.model import Json

MAX_VALUES = 2_000
"""Values of a persona, contacts and decoys included."""
RADIUS = 500
"""Metres around the mocked position that still count as the position."""


class PersonaError(ValueError):
    """A persona file that cannot be used; every mistake on a line of its own."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One value that may show up."""

    kind: str
    """A word of `KINDS`: how it is written and what it tells."""
    value: str
    whose: str = "self"
    """`self`, `contact` (of the address book) or `decoy` (given to nobody)."""

    @property
    def data(self) -> str:
        """A word of `rules/data`."""
        return "contacts" if self.whose == "contact" else KINDS[self.kind].data

    @property
    def office(self) -> bool:
        """Whether it is a municipality as an office: `Bashkia Tiranë`, not the town."""
        return self.kind == "municipality" and municipality(self.value)[1]

    @property
    def family(self) -> str:
        """Family of keys that go with it; of a municipality without its office, those of towns as well."""
        return "city" if self.kind == "municipality" and not self.office else KINDS[self.kind].family


@dataclass(frozen=True, slots=True)
class Position:
    """Where the device was told to be."""

    lat: float
    lon: float
    radius: int = RADIUS
    decoy: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    """All that is searched for."""

    name: str
    planted: tuple[Planted, ...] = ()
    positions: tuple[Position, ...] = ()
    contacts: int = 0
    """Entries of the address book."""
    notes: tuple[str, ...] = field(default=())
    """What cannot be searched for, one clause each."""


def read(path: Path) -> Persona:
    """Read a persona file.

    Raises:
        PersonaError: with every mistake, file and line.
    """
    found = document.read(path, path.name)
    if not found.mistakes:
        found.value = _nested(found)
        found.check(_form)
    if found.mistakes:
        raise PersonaError("\n".join(map(str, sorted(found.mistakes))))
    return _persona(found.value, path)


def _nested(found: document.Document) -> Json:
    """A flat table in the form of the full one, its lines kept."""
    value = found.value
    if not isinstance(value, dict) or value.keys() & _PARTS.keys():
        return value
    lines = dict(found.lines)
    nested: dict[str, dict[str, Json]] = {"values": {}, "geo": {}, "device": {}}
    for key, item in value.items():
        name = SHORT.get(str(key), str(key))
        part = "geo" if name in ("lat", "lon", "radius_m") else "device" if name in _DEVICE else "values"
        nested[part][name] = item
        found.lines[part, name] = lines.get((str(key),), 1)
    return {part: table for part, table in nested.items() if table}


# Form -------------------------------------------------------------------------


def _plain(value: Json, at: At) -> Iterator[Problem]:
    """A text of reasonable length that can be written as UTF-8."""
    yield from forms.text(value, at)
    text = str(value)
    if len(text) > 500 or any("\ud800" <= sign <= "\udfff" or sign < " " for sign in text):
        yield at, f"{at[-1]} must be a text of one line and at most 500 characters"


def _degrees(limit: int) -> forms.Shape:
    def shape(value: Json, at: At) -> Iterator[Problem]:
        try:
            fine = abs(float(value)) <= limit
        except (TypeError, ValueError):
            fine = False
        if not fine:
            yield at, f"{at[-1]} must be degrees between -{limit} and {limit}, not {value!r}"

    return shape


_secret = forms.either(
    lambda value: isinstance(value, dict), forms.keys({}, {"value": _plain, "secret": forms.flag}), _plain
)


def _of(part: str) -> list[str]:
    return [kind for kind, what in KINDS.items() if what.part == part]


_DEVICE = frozenset(_of("device"))
_geo = forms.keys(
    {"lat": _degrees(90), "lon": _degrees(180)}, {"radius_m": forms.number, "mocked": forms.flag}
)
_contact = forms.keys({}, dict.fromkeys(("name", "phone", "email"), _plain))
_decoy = forms.either(
    lambda value: isinstance(value, dict),
    forms.keys({}, dict.fromkeys((*KINDS, "lat_lon"), _secret)),
    _plain,
)
_PARTS: dict[str, forms.Shape] = {
    "persona": _plain,
    "seed": forms.number,
    "country": _plain,
    "values": forms.keys({}, dict.fromkeys(_of("values"), _secret)),
    "device": forms.keys({}, dict.fromkeys(_of("device"), _plain)),
    "geo": _geo,
    "contacts": forms.many(_contact),
    "social": forms.keys({}, dict.fromkeys(_of("social"), _plain)),
    "decoys": forms.many(_decoy),
    "notes": forms.many(_plain),
}
_keys = forms.keys({}, _PARTS)


def _form(value: Json, at: At) -> Iterator[Problem]:
    yield from _keys(value, at)
    table = value if isinstance(value, dict) else {}
    if not any(table.get(part) for part in ("values", "device", "geo", "contacts", "social")):
        yield at, "says nothing to search for; expected values, device, geo, contacts or social"
    lists = [table.get(part) for part in ("contacts", "decoys")]
    if sum(len(items) for items in lists if isinstance(items, list)) > MAX_VALUES:
        yield at, f"has more than {MAX_VALUES} contacts and decoys"


# Values -----------------------------------------------------------------------


def _persona(value: dict[str, Json], path: Path) -> Persona:
    own = {**value.get("values", {}), **value.get("device", {}), **value.get("social", {})}
    items = [*_own(own), *_contacts(value.get("contacts", [])), *_decoys(value.get("decoys", []))]
    secret = [key for key, item in own.items() if isinstance(item, dict) and not item.get("value")]
    return Persona(
        str(value.get("persona", path.stem)),
        tuple(dict.fromkeys(item for item in items if item.value.strip())),
        tuple(_positions(value)),
        len(value.get("contacts", [])),
        tuple(f"{key} is not written in the persona file" for key in secret),
    )


def _own(values: dict[str, Json]) -> Iterator[Planted]:
    texts = {key: _text(item) for key, item in values.items()}
    if "full_name" not in texts and texts.keys() >= {"first_name", "last_name"}:
        texts["full_name"] = f"{texts['first_name']} {texts['last_name']}"
    told = born(texts.get("nid", ""))
    if told:
        texts.setdefault("birth_date", told.day.isoformat())
        texts.setdefault("gender", told.sex)
    return (Planted(key, text) for key, text in texts.items())


def _contacts(contacts: list[dict[str, str]]) -> Iterator[Planted]:
    for entry in contacts:
        for key, item in entry.items():
            yield Planted("full_name" if key == "name" else key, str(item), "contact")


def _decoys(decoys: list[Json]) -> Iterator[Planted]:
    for item in decoys:
        pairs = item.items() if isinstance(item, dict) else [(kind_of(str(item)), item)]
        yield from (Planted(key, _text(value), "decoy") for key, value in pairs if key != "lat_lon")


def _positions(value: dict[str, Json]) -> Iterator[Position]:
    if geo := value.get("geo"):
        yield Position(float(geo["lat"]), float(geo["lon"]), geo.get("radius_m", RADIUS))
    for item in value.get("decoys", []):
        text = item.get("lat_lon") if isinstance(item, dict) else item
        if text and (isinstance(item, dict) or kind_of(str(text)) == "lat_lon"):
            lat, lon = str(text).split(",")
            yield Position(float(lat), float(lon), decoy=True)


def _text(item: Json) -> str:
    return str(item.get("value", "") if isinstance(item, dict) else item)
