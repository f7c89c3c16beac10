"""Rankings of persons and institutions, medals; and the tables that are none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.engagement.rankings import FEWEST
from auditor.collect.engagement.sign import INFERRED, OBSERVED
from tests.collect.engagement.recorded import get, levels, post, signs

NAMES = ("Ana Testi", "Ben Provaj", "Jean-Luc Essai", "Mira O'Test", "Dea Shembull", "Eno Mostra")


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"rank": n + 1, "name": NAMES[n], "points": 90 - 7 * n} | more for n in range(count)]


def top(items: list[dict[str, Any]], path: str = "/leaderboard") -> dict[str, Any]:
    return get(0, path, {"top": items})


def test_who_is_exposed_is_counted() -> None:
    items = [
        row | {"photo": f"https://a.example/{n % 2}.png", "institution": f"Drejtoria {n % 3}"}
        for n, row in enumerate(rows(6))
    ]
    [sign] = signs("ranking", top(items))
    assert (OBSERVED, {"of": "person"}) == (sign.level, sign.traits)
    assert {"rows": 6, "persons": 6, "photos": 2, "institutions": 3} == sign.figures


@settings(deadline=None)
@given(st.integers(FEWEST, len(NAMES)), st.integers(1, 3))
def test_persons_are_counted_once_however_often_it_is_fetched(count: int, times: int) -> None:
    [sign] = signs("ranking", *(top(rows(count)) | {"at": n} for n in range(times)))
    assert (count, times) == (sign.figures["persons"], sign.total)


@pytest.mark.parametrize(
    ("place", "score", "name"),
    [
        ("vendi", "pikë", "emri"),
        ("место", "баллы", "имя"),
        ("رتبه", "امتیاز", "نام"),
        ("posizione", "punti", "nome"),
        ("helyezes", "pontok", "nev"),
        ("plasman", "bodovi", "ime"),
    ],
)
def test_in_other_languages(place: str, score: str, name: str) -> None:
    items = [{place: n + 1, name: NAMES[n], score: 90 - n} for n in range(4)]
    assert 1 == len(signs("ranking", get(0, "/x/1", {"r": items})))


def test_without_any_known_word() -> None:
    items = [{"k": n + 1, "q": NAMES[n], "z": 90 - n} for n in range(5)]
    assert [INFERRED] == levels("ranking", get(0, "/x", {"r": items}))


def test_institutions_are_ranked() -> None:
    items = [{"rank": n + 1, "institution": f"Drejtoria {n}", "points": 90 - n} for n in range(4)]
    [sign] = signs("ranking", top(items))
    assert ({"of": "institution"}, 0) == (sign.traits, sign.figures["persons"])


def test_medals_and_the_own_place() -> None:
    assert [OBSERVED] == levels("tier", top(rows(4, medal="gold")))
    assert [OBSERVED] == levels("tier", get(0, "/me", {"medals": [{"id": 1, "at": "2026"}]}))
    assert [INFERRED] == levels("ranking", get(0, "/me", {"rank": 17, "points": 120}))


ORDINARY = {
    "clubs": [{"position": n + 1, "team": f"FK {n}", "played": 9, "points": 40 - n} for n in range(6)],
    "countries": [{"rank": n + 1, "country": c, "gold": 9 - n} for n, c in enumerate("ABCD")],
    "songs": [{"rank": n + 1, "artist": NAMES[n], "song": "x", "score": 9 - n} for n in range(4)],
    "goods": [{"id": n + 1, "name": "Blue Shirt", "price": 90 - n, "rating": 5 - n} for n in range(4)],
    "comments": [{"id": n + 1, "user": NAMES[n], "likes": 9 - n, "text": "hello"} for n in range(4)],
    "two persons": rows(2),
    "persons by name": [{"id": 10 + n, "name": NAMES[n], "phone": "x"} for n in range(5)],
    "a chat": [{"user": NAMES[n % 2], "at": 900 - n, "text": "hello"} for n in range(5)],
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_lists_are_no_ranking(name: str) -> None:
    assert [] == signs("ranking", get(0, "/list", {"items": ORDINARY[name]}))


def test_badges_of_goods_are_no_medals() -> None:
    assert [] == signs("tier", get(0, "/products", {"items": [{"name": "x", "badge": "new"}] * 4}))


def test_what_is_sent_is_no_ranking() -> None:
    assert [] == signs("ranking", post(0, "/scores", {"top": rows(5)}))
