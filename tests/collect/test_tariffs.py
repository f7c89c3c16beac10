"""Amounts in labels, numbers and scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.collect.bundles.texts import Lines
from auditor.collect.resourcetable import Entry, Table
from auditor.collect.tariffs import Award, action_in, of_resources, of_script, of_texts, strongest
from auditor.collect.words import families_of

FAMILIES = families_of(catalogue.load())


def written(script: str) -> list[str]:
    """Awards in a script."""
    return list(map(str, strongest(of_script(Lines(script.encode(), "js:a.js"), FAMILIES))))


def stated(kind: str, name: str, value: str) -> list[str]:
    """Awards in one resource."""
    table = Table()
    table.add(Entry(1, kind, name, "", value))
    return list(map(str, of_resources(table, ("abc_",), FAMILIES)))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("const POINTS_PER_LIKE = 5;", ["like +5"]),
        ("exports.unlike = (u) =>\n  send('/v2/unlikes', {points: -5, userId: u});", ["unlike -5"]),
        ("function onShare(post) { me.update({points: increment(15)}); }", ["share +15"]),
        ("addPoints('share', 15); addPoints('comment', 10)", ["comment +10", "share +15"]),
        ("var POINTS = {like: 5, share: 15, retry: 3};", ["like +5", "share +15"]),
        ("const mission = {title: 'x', points: 10};", ["task +10"]),
        ("e.share=function(e){return t.post({points:15,user:e})}", ["share +15"]),
    ],
)
def test_a_script_says_what_an_action_earns(script: str, expected: list[str]) -> None:
    assert expected == written(script)


@pytest.mark.parametrize(
    "script",
    [
        "function onShare() { setTimeout(send, 500); retry(3); }",
        "const chart = {points: 12, width: 300};",
        "function onEnemyHit() { player.addPoints(10); }",
        "const SHARE_REQUEST_CODE = 15, MAX_POINTS_PER_SHARE = 100;",
        "function onLike() { post.update({likes: increment(1)}); }",
        "polyline.points = {color: 3, weight: 5};",
    ],
)
def test_other_numbers_in_a_script(script: str) -> None:
    assert [] == written(script)


@pytest.mark.parametrize(
    ("kind", "name", "value", "expected"),
    [
        ("integer", "points_per_share", "15", ["share +15"]),
        ("string", "tariff_first", "5 pikë për pëlqim", ["like +5"]),
        ("string", "unlike_recorded", "Heqja e pëlqimit u regjistrua: \N{MINUS SIGN}5 pikë", ["unlike -5"]),
        ("string", "account_points", "20 points for an account", ["account +20"]),
        ("integer", "max_points_per_share", "100", []),
        ("integer", "share_button_width", "15", []),
        ("string", "target", "Objektivi: 20 000 pikë në tre muaj", []),
        ("string", "my_points", "%1$d points", []),
        ("string", "abc_points_per_like", "5 points", []),
        ("string", "offer", "You have 50 points. Would you like to use them for your next order?", []),
    ],
)
def test_resources_that_state_an_amount(kind: str, name: str, value: str, expected: list[str]) -> None:
    assert expected == stated(kind, name, value)


def test_an_action_that_is_undone() -> None:
    assert ["unlike", "undo share", "share", ""] == [
        action_in(name, FAMILIES) for name in ("onUnlike", "removeShare", "onShare", "onViewCreated")
    ]


@given(st.text(max_size=200))
def test_any_text_gives_amounts_within_bounds(script: str) -> None:
    found = list(of_script(Lines(script.encode(), "js:a.js"), FAMILIES))

    assert all(isinstance(award, Award) and 0 < abs(award.points) <= 100_000 for award in found)


def test_a_script_made_to_cost_time_ends() -> None:
    """Each amount looks back a fixed distance, whatever stands there."""
    assert [] == written("points: 1," * 20_000)
    assert [] == written("points={" * 20_000 + "a:1")


def test_labels_in_code_that_is_not_dex() -> None:
    page = Lines(
        '<b>5 pikë për pëlqim</b> {"a": "Earn 15 points for a share", "b": "30 points"}'.encode(), "js:a"
    )

    assert ["like +5", "share +15"] == list(map(str, of_texts(page, FAMILIES)))
