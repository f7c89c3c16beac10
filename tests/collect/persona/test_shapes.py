import json
import random

import pytest

from auditor.collect.persona import Search
from tests.collect.persona.builders import leaves

SEARCH = Search(None)


def data(value: object) -> set[str]:
    return {match.data for match in SEARCH.find(list(leaves(value)))}


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"x": "someone.else@example.org"}, "email-address"),
        ({"x": "write to <a@b.example> today"}, "email-address"),
        ({"x": "+355 68 222 3344"}, "phone-number"),
        ({"phone": "0682223344"}, "phone-number"),
        ({"personal_number": "J50101001H"}, "national-id"),
        ({"nid": "j50101001h"}, "national-id"),
        ({"imei": "350481941794727"}, "hardware-identifier"),
        ({"gaid": "6a1c1487-a0af-4223-b142-a0f4621d0311"}, "advertising-id"),
        ({"deviceId": "6a1c1487-a0af-4223-b142-a0f4621d0311"}, "device-identifier"),
        ({"fid": "cJ5x0Q2rSkyV1m9a-WbT3_"}, "installation-id"),
        ({"_fbp": "fb.1.1700000000000.1234567890"}, "identifier"),
        ({"account": "AL47212110090000000235698741"}, "payment-details"),
        ({"municipality": "Skrapar"}, "municipality"),
        ({"x": "Bashkia Has"}, "municipality"),
    ],
)
def test_shapes(value: dict, what: str) -> None:
    assert {what} == data(value)


@pytest.mark.parametrize(
    "value",
    [
        {"x": "logo@2x.png"},
        {"x": "lodash@4.17.21"},
        {"x": "@example"},
        {"x": "https://user@host.example/"},
        {"x": "0682223344"},
        {"x": "J50101001H"},
        {"nid": "J50101001A"},
        {"nid": "J59901001H"},
        {"x": "350481941794727"},
        {"gaid": "00000000-0000-0000-0000-000000000000"},
        {"x": "6a1c1487-a0af-4223-b142-a0f4621d0311"},
        {"city": "Has"},
        {"x": "Mat"},
        {"x": "AL48212110090000000235698741"},
        {"ts": 1700000000000},
    ],
)
def test_what_only_looks_alike(value: dict) -> None:
    assert set() == data(value)


def test_shapes_are_marked_and_masked() -> None:
    (match,) = SEARCH.find(list(leaves({"mail": "someone.else@example.org"})))

    assert ("shape", "shape") == (match.confidence, match.form)
    assert "someone" not in match.masked


def test_a_megabyte_of_other_things_holds_no_personal_number() -> None:
    """Codes of ten signs, not under a key of personal numbers."""
    chance = random.Random(5)  # noqa: S311
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    rows = [
        {
            "id": chance.randrange(10**12),
            "code": "".join(chance.choices(letters, k=10)),
            "ref": f"{chance.random()}",
        }
        for _ in range(15_000)
    ]

    assert len(json.dumps(rows)) > 1_000_000
    assert "national-id" not in data(rows)
