"""Points for actions, in every form in which an app may tell them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.engagement import Engagement, Source
from auditor.collect.engagement.sign import OBSERVED
from auditor.collect.recordings.record import Frame, Kind, Record
from auditor.collect.traffic import parts
from tests.collect.engagement.recorded import RULES, get, post, signs

TARIFF = {"like": 5, "share": 15, "comment": 7}


def found(*recording: dict[str, Any]) -> dict[str, Any]:
    return {str(sign.figures["action"]): sign.figures["points"] for sign in signs("award", *recording)}


def act(at: float, action: str, answer: Any) -> dict[str, Any]:
    return post(at, f"/posts/{at}/{action}", {"ok": 1}, answer)


def noise(at: float) -> dict[str, Any]:
    return post(at, "/log", {"battery": at % 7, "screen": "home"}, {"ok": True})


@settings(deadline=None, max_examples=50)
@given(
    st.permutations([name for name in TARIFF for _ in range(3)]),
    st.booleans(),
    st.lists(st.integers(0, 8), max_size=4),
    st.integers(0, 900),
)
def test_a_tariff_comes_back_exactly(done: list[str], total: bool, noisy: list[int], start: int) -> None:
    points, recording = start, [get(0, "/me", {"points": start})] if total else []
    for at, name in enumerate(done):
        points += TARIFF[name]
        answer = {"points": points} if total else {"awarded_points": TARIFF[name]}
        recording += [act(20 * at + 10, name, answer)]
        recording += [noise(20 * at + 15)] if at in noisy else []
    assert TARIFF == found(*recording)


@pytest.mark.parametrize(
    "word", ["pikë", "баллы", "امتیاز", "поени", "bodovi", "punti", "pontok", "хол", "xp"]
)
def test_a_score_by_its_word(word: str) -> None:
    assert {"like": 5} == found(*(act(20 * n, "like", {word: 5}) for n in range(1, 5)))


def test_a_total_in_later_answers() -> None:
    rows = [get(0, "/me", {"user": {"points": 100}})]
    for at in (10, 30, 50):
        rows += [post(at, f"/posts/{at}/like"), get(at + 5, "/me", {"user": {"points": 105 + at // 20 * 5}})]
    assert {"like": 5} == found(*rows)


def test_increments_of_a_database() -> None:
    base = "projects/x/databases/(default)/documents"
    rows = [
        {
            "at": at,
            "url": f"https://firestore.googleapis.com/v1/{base}:commit",
            "body": {
                "json": {
                    "writes": [
                        {"update": {"name": f"{base}/posts/p{at}/likes/u1", "fields": {}}},
                        {
                            "transform": {
                                "document": f"{base}/users/u1",
                                "fieldTransforms": [
                                    {"fieldPath": "points", "increment": {"integerValue": "5"}}
                                ],
                            }
                        },
                    ]
                }
            },
        }
        for at in (1, 20, 40)
    ]
    assert {"like": 5} == found(*rows)


def test_an_account_of_points() -> None:
    rows = [{"action": "like", "points": 5, "at": n} for n in range(3)] + [
        {"action": "share", "points": 15, "at": 9}
    ]
    assert {"like": 5, "share": 15} == found(get(0, "/me/history", {"items": rows}))


def test_a_stated_tariff() -> None:
    [like, share] = signs("award", get(0, "/config", {"points": {"like": 5, "share": 15}}))
    assert ("like +5, stated by the server", OBSERVED) == (like.note, like.level)
    assert 15 == share.figures["points"]


def test_places_and_counter_evidence() -> None:
    [sign] = signs("award", *(act(20 * n, "like", {"points": 5}) for n in range(1, 4)))
    assert "flow:0/response.body:json$.points" == sign.places[0].where
    assert "like +5, 3 of 3" == sign.note
    assert "like with another effect: 0 of 3" in sign.counter


def test_a_short_code_beside_a_post_is_not_told() -> None:
    rows = [
        post(20 * n, "/a", {"k": "ana", "u": f"https://www.facebook.com/p/{n}"}, {"points": 5})
        for n in range(1, 5)
    ]
    [sign] = signs("award", *rows)
    assert 5 == sign.figures["points"]
    assert "ana" not in f"{sign.note} {sign.figures} {sign.traits} {sign.counter}"


ORDINARY = {
    "a count of likes": [act(20 * n, "like", {"likes": 10 + 3 * n, "liked": True}) for n in range(1, 7)],
    "levels of a game": [
        post(20 * n, f"/levels/{n}/finish", {"moves": n}, {"score": 10 * n}) for n in range(1, 7)
    ],
    "votes for a post": [
        act(20 * n, "like", {"score": value}) for n, value in enumerate((57, 1203, 9, 30), 1)
    ],
    "comments with their points": [
        get(
            0,
            "/item",
            {
                "children": [
                    {"type": "comment", "author": "x", "points": 3, "text": "I think that this is fine"}
                ]
                * 4
            },
        )
    ],
    "coordinates and times": [
        act(20 * n, "like", {"x": n, "time": 100 + 5 * n, "id": n}) for n in range(1, 7)
    ],
    "a basket": [
        post(20 * n, "/cart/items", {"sku": n}, {"total": 5 * n, "currency": "EUR"}) for n in range(1, 7)
    ],
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_numbers_are_no_tariff(name: str) -> None:
    assert {} == found(*ORDINARY[name])


def test_the_example_of_the_page() -> None:
    rows = [
        get(0, "/me", {"points": 100}),
        post(10, "/posts/1/like", None, {"points": 105}),
        post(20, "/posts/2/like", None, {"points": 110}),
        post(30, "/posts/2/share", None, {"points": 125}),
        post(40, "/posts/3/share", None, {"points": 140}),
        post(50, "/posts/1/like", None, {"points": 135}, method="DELETE"),
    ]
    notes = ["like +5, 2 of 2", "share +15, 2 of 2", "unlike -5, 1 of 1"]
    assert notes == [sign.note for sign in signs("award", *rows)]


def test_names_that_look_like_words_are_no_actions() -> None:
    persons = [
        {"name": name, "points": 90 - n} for n, name in enumerate(("Eno Proben", "Ana Testi", "Like Share"))
    ]
    clubs = [
        {"team": team, "points": 40 - n} for n, team in enumerate(("FK Testi", "FK Prova", "FK Y", "FK Z"))
    ]
    assert {} == found(get(0, "/a", {"rows": persons}), get(9, "/b", {"rows": clubs}))


def test_answers_over_a_socket() -> None:
    frames = [(True, {"do": "like", "post_id": "p1"}), (False, {"points": 5})] * 3
    sent = tuple(
        Frame(json.dumps(body).encode(), sent=own, at=9.0 * n) for n, (own, body) in enumerate(frames, 1)
    )
    record = Record(0, Kind.EXCHANGE, at=1.0, host="a.example", method="GET", path="/ws", frames=sent)
    received = [leaf for opened in parts.received(record) for leaf in opened.leaves]
    shown = Engagement(RULES)
    shown.look(Source(record, parts.leaves(parts.sent(record)), received, "app"))
    [award] = [sign for sign in shown.signs() if sign.structure == "award"]
    assert "like +5, 3 of 3" == award.note
