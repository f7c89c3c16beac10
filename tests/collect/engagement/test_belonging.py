"""Institutions tied to a person; and those that are only spoken of."""

from typing import Any

import pytest

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs

PERSON = {"name": "Ana Testi", "phone": "+355691234567"}
LIKES = [post(20 * n, f"/posts/{n}/like", {"ok": 1}, {"points": 5}) for n in range(1, 5)]
HEAD = "eyJhbGciOiJIUzI1NiJ9"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("institution", "Drejtoria e Testimit"),
        ("institucioni", "Testi"),
        ("министерство", "Тест"),
        ("وزارت", "آزمون"),
        ("ministarstvo", "Test"),
        ("министерство_id", 7),
        ("ministero", "Prova"),
        ("miniszterium", "Proba"),
    ],
)
def test_at_sign_up(key: str, value: object) -> None:
    [sign] = signs("belonging", post(0, "/register", PERSON | {key: value}))
    assert OBSERVED == sign.level
    assert str(value) not in sign.note


def test_in_the_profile_that_comes_back() -> None:
    assert [OBSERVED] == levels("belonging", get(0, "/me", PERSON | {"institution": "X"}))
    assert [OBSERVED] == levels("belonging", get(0, "/start", {"user": PERSON | {"department": {"id": 7}}}))


def test_in_a_token() -> None:
    claims = "eyJzdWIiOiI3IiwiaW5zdGl0dXRpb24iOiJEcmVqdG9yaWEifQ"  # {"sub": "7", "institution": "Drejtoria"}
    row = get(0, "/feed", {}) | {"headers": {"authorization": f"Bearer {HEAD}.{claims}.c2lnbmF0dXJl"}}
    assert [OBSERVED] == levels("belonging", row)


def test_a_district_counts_beside_points() -> None:
    told = post(0, "/register", PERSON | {"district": "Test"})
    assert [POSSIBLE] == levels("belonging", told)
    assert [INFERRED] == levels("belonging", told, *LIKES)


ORDINARY: dict[str, dict[str, Any]] = {
    "a delivery": post(0, "/orders", PERSON | {"street": "Rr. X", "municipality": "Test", "company": "Y"}),
    "a complaint": post(
        0, "/complaints", PERSON | {"institution": "Ministria", "subject": "x", "message": "y"}
    ),
    "an appointment": post(0, "/appointments", PERSON | {"institution": "Spitali", "slot": "9:00"}),
    "a report to an office": post(0, "/institutions/7/reports", PERSON | {"text": "x"}),
    "an office": get(0, "/offices/7", {"name": "Zyra Qendrore", "phone": "1", "institution": "Ministria"}),
    "offices": get(0, "/offices", {"items": [{"name": "Zyra", "institution": "Ministria"}] * 4}),
    "a department of a shop": post(
        0, "/view", {"email": "ana@test.example", "department": "Shoes", "price": 3}
    ),
    "a search": get(0, "/search?department=Shoes&email=ana@test.example", {}),
    "an article": get(0, "/articles/7", {"author": "Ana Testi", "institution": "Universiteti", "title": "x"}),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_only_spoken_of(name: str) -> None:
    assert [] == levels("belonging", ORDINARY[name])
