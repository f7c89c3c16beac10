"""Texts inside texts: found where they mean something, left alone where they do not."""

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import looks
from tests.decode.make import text, values, wide

MAIL = "arben.testi@example.org"


def inside(value: str) -> dict[str, object]:
    """What a text in JSON leads to, by the place behind it."""
    found = values(text({"v": value}))
    return {
        place.removeprefix("body:json$.v"): leaf for place, leaf in found.items() if place != "body:json$.v"
    }


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (base64.b64encode(MAIL.encode()).decode(), ":base64"),
        (base64.b64encode(MAIL.encode()).decode().rstrip("="), ":base64"),
        (MAIL.encode().hex(), ":hex"),
        (MAIL.encode().hex().upper(), ":hex"),
        ("0x" + MAIL.encode().hex(), ":hex"),
        ("arben%2Etesti%40example.org", ":percent"),
        ("data:text/plain;charset=utf-8;base64," + base64.b64encode(MAIL.encode()).decode(), ":base64"),
        ("https://x.example/p?a=1&mail=" + MAIL, ":form$.mail"),
        ("utm=x&mail=arben.testi%40example.org", ":form$.mail"),
        (f"<a><mail>{MAIL}</mail></a>", ":xml$.a.mail"),
    ],
)
def test_encodings_of_a_text(value: str, place: str) -> None:
    assert inside(value)[place] == MAIL


@given(st.integers(1, 3), st.sampled_from(["A", "x", "9"]))
def test_base64_behind_other_characters(count: int, letter: str) -> None:
    value = letter * count + base64.b64encode(json.dumps({"mail": MAIL, "n": 1}).encode()).decode()

    assert inside(value)[":base64:json$.mail"] == MAIL


@given(st.text("abcdefghijklmnopqrstuvwxyz.@", min_size=9, max_size=40))
def test_base64_of_texts_comes_out(value: str) -> None:
    assert value in inside(base64.b64encode(value.encode()).decode()).values()


@given(
    st.text("abcdefghijklmnopqrstuvwxyzëç.@", min_size=6, max_size=40),
    st.sampled_from(["utf-16-le", "utf-16-be", "utf-16"]),
    st.sampled_from([lambda data: base64.b64encode(data).decode(), bytes.hex]),
)
def test_texts_of_two_bytes_per_character_come_out(
    value: str, coding: str, written: Callable[[bytes], str]
) -> None:
    assert value in inside(written(value.encode(coding))).values()


def test_small_numbers_of_two_bytes_are_no_text() -> None:
    assert looks.wide(b"".join(n.to_bytes(2, "little") for n in range(40))) is None


@pytest.mark.parametrize("value", ["Bearer {}", "{}", "Firebase {}"])
def test_tokens(value: str) -> None:
    token = f"{wide(text({'alg': 'RS256'}))}.{wide(text({'email': MAIL}))}.{wide(b'signature')}"
    found = inside(value.format(token))

    assert (found[":jwt$.header.alg"], found[":jwt$.claims.email"]) == ("RS256", MAIL)


@pytest.mark.parametrize(
    "value",
    [
        "username",
        "accelerometer",
        "com.example.application",
        "6a1c1487-a0af-4223-b142-a0f4621d0311",
        "d41d8cd98f00b204e9800998ecf8427e",
        "5044426e0bc76a837fdd735eef79bebbb4c732fb4e42dea27a9554bbd9ac803a",
        "355692123456",
        "20260101120000",
        "2026-01-01T10:00:00.000Z",
        "Mozilla/5.0 (Linux; Android 13; Pixel 6)",
        "100% of it",
        "fIDabcdefghijklmnopqr",
        "SessionManagerImplementation",
        "https://example.org/a/b/c",
    ],
)
def test_what_is_no_encoding_is_left_alone(value: str) -> None:
    assert inside(value) == {}


@pytest.mark.parametrize(
    "hostile", ["eyJ" * 50_000, "=" * 100_000, "%2" * 50_000, "a=" * 60_000, "A" * 500_001]
)
def test_long_texts_end(hostile: str) -> None:
    assert any(len(str(value)) > len(hostile) - 4 for value in values(hostile.encode()).values())
