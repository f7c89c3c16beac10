"""Everything together: evidence lines, the account for the report, and that nobody's values come out."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.engagement import MARK_HOLDS, Engagement
from auditor.collect.engagement.exchange import Source
from auditor.collect.engagement.sign import PLACES
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import engaged
from auditor.decode import Leaf
from tests.collect.engagement.recorded import RULES, get, post

SOMEBODY = "Zyqxwana"
"""Stands in every text of the recordings below, and may stand in nothing that is told."""
PERSON = {"name": f"Ana {SOMEBODY}", "phone": "+355691234567", "institution": f"Drejtoria {SOMEBODY}"}
DAY: list[dict[str, Any]] = [
    post(1, "/register", PERSON),
    *(post(20 * n, f"/posts/{SOMEBODY}{n}/like", {"text": SOMEBODY}, {"points": 5}) for n in range(1, 40)),
    get(
        900,
        "/leaderboard",
        {"top": [{"rank": n, "name": f"Ana {SOMEBODY}{chr(96 + n)}", "points": 99 - n} for n in range(1, 9)]},
    ),
    post(950, "/contacts", {"contacts": [{"name": SOMEBODY, "phone": f"+35569{n:07}"} for n in range(20)]}),
    post(960, "/accounts", {"accounts": [{"network": "vk", "login": f"{SOMEBODY}{n}"} for n in range(5)]}),
]


def told(recording: list[dict[str, Any]]) -> tuple[str, Engagement]:
    """Everything that leaves the detectors, as one text."""
    shown = engaged.by_hand(recording, RULES)
    lines = [f"{line.fact} {line.where}" for line in shown.lines()]
    return f"{json.dumps(shown.about())} {lines}", shown


def test_lines_name_practice_receiver_place_and_level() -> None:
    lines = list(told(DAY)[1].lines())
    practices = {line.fact.what for line in lines}
    assert {"points-per-action", "leaderboard", "workplace-attribution", "address-book-upload"} <= practices
    [board] = [line for line in lines if line.fact.what == "leaderboard"]
    assert ("app", "practices/leaderboard") == (board.fact.who, board.by)
    assert board.where.startswith("flow:40/response.body:json$.top (a ranking of 8 rows")
    assert board.where.endswith("; observed)")


def test_no_value_comes_out() -> None:
    assert SOMEBODY not in told(DAY)[0]


def test_places_are_kept_up_to_a_number_and_counted() -> None:
    [award] = [sign for sign in told(DAY)[1].signs() if sign.structure == "award"]
    assert (PLACES, 39) == (len(award.places), award.total)


def test_the_account_for_the_report() -> None:
    about = told(DAY)[1].about()
    assert [{"action": "like", "points": 5, "support": 39, "of": 39, "against": []}] == about["tariff"]
    assert {"award", "ranking", "belonging"} <= {row["structure"] for row in about["signs"]}
    assert {row["structure"] for row in about["signs"]} <= set(about["looked for"])


def test_what_is_only_possible_is_told_and_is_no_evidence() -> None:
    text, shown = told([post(0, "/send", {"to": [f"p{n}@test.example" for n in range(12)]})])
    assert "address book" in text
    assert [] == list(shown.lines())


def test_a_key_that_is_somebodys_is_not_shown_in_a_place() -> None:
    board = {f"ana.{n}@test.example": {"name": "Ana Testi", "rank": n, "points": 9 - n} for n in range(1, 5)}
    text, shown = told(
        [get(0, "/leaderboard", {"users": {"ana@test.example": {"all": list(board.values())}}})]
    )
    assert [sign for sign in shown.signs() if sign.structure == "ranking"]
    assert "@test.example" not in text


def test_a_mark_holds_for_seconds() -> None:
    shown = Engagement(RULES)
    shown.mark("like", 100.0)
    assert "like" == shown.marked(100.0 + MARK_HOLDS)
    assert "" == shown.marked(100.1 + MARK_HOLDS)
    assert "" == shown.marked(99.0)


def test_exchanges_of_other_things_change_nothing() -> None:
    noise = [get(at, "/weather", {"t": at % 30, "city": "Test"}) for at in range(5, 900, 50)]
    mixed = sorted([*DAY, *noise], key=lambda row: row["at"])
    plain, with_noise = told(DAY)[1].signs(), told(mixed)[1].signs()
    assert {(sign.structure, sign.note) for sign in plain} == {
        (sign.structure, sign.note) for sign in with_noise
    }


_KEYS = st.sampled_from("points rank name like id user phone action institution contacts x".split())
_VALUES = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.binary(max_size=5),
    st.just(10**400),
    st.text(max_size=9),
)
_STEPS = st.lists(
    st.one_of(
        _KEYS.map(lambda key: f".{key}"), st.integers(0, 99).map(lambda n: f"[{n}]"), st.just("['a.b[0]']")
    ),
    max_size=4,
)


@st.composite
def _leaves(draw: st.DrawFn) -> list[Leaf]:
    found = []
    for _ in range(draw(st.integers(0, 25))):
        steps, key = draw(_STEPS), draw(_KEYS)
        parent = f"{draw(st.sampled_from(('body:json$', 'query$', 'header$')))}{''.join(steps)}"
        value = draw(st.one_of(_VALUES, st.just(SOMEBODY), st.just(f"Ana {SOMEBODY}"), st.just("like")))
        found.append(Leaf(value, f"{parent}.{key}", ("json",), key, parent, 0, 0))
    return found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_leaves(), _leaves(), st.sampled_from(("GET", "POST", "DELETE"))), max_size=4))
def test_no_leaves_break_it_and_no_value_comes_out(day: list[tuple[list[Leaf], list[Leaf], str]]) -> None:
    shown = Engagement(RULES)
    for at, (sent, received, method) in enumerate(day):
        record = Record(
            at, Kind.EXCHANGE, at=float(at), host="a.example", method=method, path=f"/{SOMEBODY}/like"
        )
        shown.look(Source(record, sent, received, "app"))
    lines = [line.where for line in shown.lines()]
    assert SOMEBODY not in f"{json.dumps(shown.about())} {lines}"
