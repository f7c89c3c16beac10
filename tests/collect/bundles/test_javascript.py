"""Names in JavaScript, pages and settings: those that programmers gave, not words in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.javascript import names
from auditor.collect.bundles.texts import Lines


def found(source: str, member: str = "a.js") -> list[str]:
    return [text.text for text in names(member, Lines(source.encode(), "js:a.js"))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("user.loyaltyPoints += 1", ["user", "loyaltyPoints"]),
        ("function addPoints(a){return b.total}", ["addPoints", "total"]),
        ("x={\"quiz_points\":1,'rank' : 2}", ["quiz_points", "rank"]),
        ("call(\"some words\", 'more words')", ["call"]),
        ("one; // comment words\n two2; /* and\n more */ three", ["one", "two2", "three"]),
        ("value = first / second / third", ["value", "first", "second", "third"]),
        ('re = /qu"ote\'s[/"]words/gi; after', ["after"]),
        ('re.test(/a\\/b"/) && after', ["test", "after"]),
        ("return /a'b/.test(rest)", ["test", "rest"]),
        ("`words ${inner.name} words ${`deep ${x1y}`}`; after", ["inner", "name", "x1y", "after"]),
        ("`${{key1: '}'}} words`; after", ["key1", "after"]),
        ("state ? 'active' : \"inactive\"", ["state"]),
        ("'never closed\nafter", ["after"]),
        ("var përshkrim = Acme.send", ["Acme", "send"]),
        ("x" * 65 + " ok1", ["ok1"]),
        ("0xFFab, 12px, abc", ["abc"]),
    ],
)
def test_code(source: str, expected: list[str]) -> None:
    """Names are found once each; texts, comments and regular expressions are passed over."""
    assert expected == found(source)


def test_places_are_lines_and_columns() -> None:
    [text] = names("a.js", Lines(b"\n\n  acme", "js:assets/www/a.js"))

    assert "js:assets/www/a.js:3:3" == text.where


def test_pages_give_their_scripts_and_the_names_of_their_elements() -> None:
    page = '<p id="score-box">Some words</p><SCRIPT src=x>send("word")</script> more <script>left'

    assert ["score-box", "send", "left"] == found(page, "a.html")


def test_json_gives_its_keys() -> None:
    assert ["points", "rank"] == found(
        '{"points": "words", "list": ["words"], "rank" : 1}'.replace("list", "l"), "a.json"
    )


def test_settings_give_no_names() -> None:
    assert [] == found("API_KEY=secretvalue", ".env")


@given(
    st.lists(
        st.sampled_from(['"', "'", "`", "${", "}", "{", "/", "*", "\\", "\n", "abc", "=", "[", "]", ":", " "])
    )
)
def test_any_order_of_signs_ends(signs: list[str]) -> None:
    """Whatever is opened and never closed, only names that stand in the source are told."""
    source = "".join(signs)

    assert all(name in source for name in found(source))


@pytest.mark.parametrize(
    "sign", ['"', "'", "`${", "/*", "=/[", "=/a\\", "`${{", '{"aaa":', "`${}", "<script"]
)
def test_what_is_opened_fifty_thousand_times_costs_no_more_than_its_bytes(sign: str) -> None:
    """A reader that goes back would need minutes for these."""
    assert set(found(sign * 50_000)) <= {"aaa", "script"}
