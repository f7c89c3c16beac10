"""Leaves of JSON values without the decode tree, and a person to search for."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collect.persona import Match, Persona, Planted, Position, Search
from auditor.decode import Leaf
from auditor.model import Json

PERSON = Persona(
    "arben",
    (
        Planted("first_name", "Arben"),
        Planted("last_name", "Testaku"),
        Planted("full_name", "Arben Testaku"),
        Planted("email", "arben.testaku@example.org"),
        Planted("phone", "+355692123456"),
        Planted("nid", "J50101001H"),
        Planted("birth_date", "1995-01-01"),
        Planted("gender", "M"),
        Planted("municipality", "Tiranë"),
        Planted("institution", "Drejtoria e Testimit"),
        Planted("password", "Prove-445140-bu8w"),
        Planted("aaid", "6a1c1487-a0af-4223-b142-a0f4621d0311"),
        Planted("imei", "350481941794727"),
        Planted("mac", "02:14:b1:b4:9a:7b"),
        Planted("phone", "+355671112233", "contact"),
        Planted("email", "elira@example.net", "contact"),
        Planted("full_name", "Elira Provashi", "contact"),
        Planted("email", "nobody@example.com", "decoy"),
    ),
    (Position(41.327546, 19.818698), Position(40.1, 19.2, decoy=True)),
    1,
)
SEARCH = Search(PERSON)


def leaves(
    value: Json, place: str = "body:json$", key: str = "", parent: str = "body:json"
) -> Iterator[Leaf]:
    """Every value of a JSON document as a leaf."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{place}.{name}", name, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{place}[{index}]", key, place)
    else:
        yield Leaf(value, place, ("json",), key, parent, 0, 0)


def found(value: Json, search: Search = SEARCH) -> list[Match]:
    """What a search finds in a JSON document, shapes left out."""
    return [match for match in search.find(list(leaves(value))) if match.confidence == "planted"]


def told(value: Json) -> set[tuple[str, str, str]]:
    """Data type, last part of the place, and form."""
    return {(match.data, match.place.removeprefix("body:json$"), match.form) for match in found(value)}
