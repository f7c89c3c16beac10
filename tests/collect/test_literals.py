"""Addresses and keys in bytes of every kind; values are invented and stand in pieces."""

from __future__ import annotations

import hashlib
import mmap
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import catalogue
from auditor.collect import secrets
from auditor.collect.archive import Unreadable
from auditor.collect.literals import ADDRESS, Found, Scanner, masked
from auditor.shapes import VALIDATORS

RULES = catalogue.load()
SCANNER = Scanner(RULES)
SAMPLE = Path(__file__).parents[2] / "samples" / "aktivisti" / "app.apk"

GOOGLE = "AIza" + "b" * 35
SLACK = "xoxb-" + "1" * 12 + "-" + "b" * 24
GITHUB = "ghp_" + "b" * 36


def texts(data: bytes | str) -> list[str]:
    raw = data.encode() if isinstance(data, str) else data
    return [found.text for found in SCANNER.scan(raw)]


def dex_strings(*strings: str) -> bytes:
    """As they lie in a DEX file: length in UTF-16 units, modified UTF-8, NUL."""
    return b"\0" + b"".join(bytes([len(s)]) + s.encode() + b"\0" for s in strings)


def entries(*strings: str) -> tuple[bytes, list[tuple[int, int]]]:
    """As in the storage of Hermes: one behind the other, with nothing between them."""
    borders = [0]
    for string in strings:
        borders.append(borders[-1] + len(string))
    return "".join(strings).encode(), list(pairwise(borders))


# --- real files and forms ------------------------------------------------------------------------


def test_the_sample_names_its_database_and_its_project() -> None:
    with zipfile.ZipFile(SAMPLE) as package:
        found = list(SCANNER.scan(package.read("resources.arsc")))

    assert "https://aktivisti-model-default-rtdb.europe-west1.firebasedatabase.app" in [f.text for f in found]
    assert "firebase-app-id" in [f.kind for f in found]


def test_strings_of_a_dex_file_come_without_their_length() -> None:
    """57 and 97 to 122 are lengths that look like a digit and letters of the string itself."""
    long = "https://api.example.al/" + "x" * 90
    data = dex_strings(SLACK, long, "wss://a.al/" + "y" * 95, "b" * 45 + ".al", GOOGLE)

    assert [SLACK, long, "wss://a.al/" + "y" * 95, "b" * 45 + ".al", GOOGLE] == texts(data)


@pytest.mark.parametrize("length", [48, 57, 97, 101, 122])
def test_a_token_whose_length_is_a_letter_or_digit_is_whole(length: int) -> None:
    token = "xoxb-" + "b" * (length - 5)

    assert [token] == texts(dex_strings("before", token, "after"))


def test_hits_end_with_their_entry() -> None:
    strings = [
        "getItem",
        "https://api.example.al/v1",
        "toString",
        GOOGLE,
        "https://",
        "b.eu.example",
        "x",
        GITHUB,
    ]
    data, borders = entries(*strings)

    def around(offset: int) -> tuple[int, int]:
        return next(entry for entry in borders if entry[0] <= offset < entry[1])

    found = [found.text for found in SCANNER.scan(data, around)]

    assert ["https://api.example.al/v1", GOOGLE, "https://", "b.eu.example", GITHUB] == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fetch("https://api.example.al/v1",{})', ["https://api.example.al/v1"]),
        ("fetch('https://api.example.al/v1'+x)", ["https://api.example.al/v1"]),
        ("`https://${host}/v1`", ["https://${host}/v1"]),
        (r'{"url":"https:\/\/api.example.al\/v1"}', [r"https:\/\/api.example.al\/v1"]),
        (r'{"u":"https:\u002F\u002Fapi.example.al\u002Fv1"}', [r"https:\u002F\u002Fapi.example.al\u002Fv1"]),
        ("a{background:url(https://img.example.al/a.png);color:red}", ["https://img.example.al/a.png"]),
        ("see [the page](https://p.example.al/a_(b)).", ["https://p.example.al/a_(b)"]),
        ("<a href=https://a.example.al>here</a>", ["https://a.example.al"]),
        ("https://a.al,https://b.al;https://c.al", ["https://a.al", "https://b.al", "https://c.al"]),
        ("https://a.alhttps://b.al", ["https://a.al", "https://b.al"]),
        ("https://web.example/https://a.al?u=https://b.al", ["https://web.example/https://a.al?u=https://b.al"]),
        ("Look at https://a.al/x, then at https://b.al/y.", ["https://a.al/x", "https://b.al/y"]),
        ("HTTPS://API.EXAMPLE.AL/", ["HTTPS://API.EXAMPLE.AL/"]),
        ("网址：https://例子.example/页。再见", ["https://例子.example/页"]),
        ("mqtt://m.al mqtts://m.al grpc://g.al", ["mqtt://m.al", "mqtts://m.al", "grpc://g.al"]),
        ("wss://w.al ws://w.al", ["wss://w.al", "ws://w.al"]),
        ("news://n.al aws://b.al", []),
        ("http:/a.al https:a.al", []),
    ],
)  # fmt: skip
def test_an_address_ends_where_a_person_would_end_it(text: str, expected: list[str]) -> None:
    assert expected == texts(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"api.example.al"', ["api.example.al"]),
        ('"api.example.al:8443/v1"', ["api.example.al:8443/v1"]),
        ("'partia.al'", ["partia.al"]),
        ('"www.google-analytics.com"', ["www.google-analytics.com"]),
        ("x=model-rtdb.firebaseio.com;", ["model-rtdb.firebaseio.com"]),
        (
            "model.europe-west1.firebasedatabase.app/people",
            ["model.europe-west1.firebasedatabase.app/people"],
        ),
        ('"com.example.al"', []),
        ('"gmail.com"', []),
        ('"al.example.aktivisti"', []),
        ('"info@partia.example.al"', []),
        ('".facebook.com"', []),
        ('"a..example.com"', []),
        ('"www.example.com is the name"', []),
        ("visit www.example.com today", []),
        ('"report.al.json"', []),
        ('"firebaseio.com"', []),
    ],
)
def test_a_host_alone_is_told_from_names_of_packages_and_files(text: str, expected: list[str]) -> None:
    assert expected == texts(text)


def test_an_address_in_a_certificate_ends_where_its_length_says() -> None:
    address = b"http://www.example.org/example_ca.crl"
    data = b"\x30\x0c\x86" + bytes([len(address)]) + address + b"0a0\x06"

    assert [address.decode()] == texts(data)


def test_keys_inside_an_address_are_found_with_it() -> None:
    data = f'"https://admin:{"b" * 12}@maps.example.al/json?key={GOOGLE}&x=1"'.encode()

    found = list(SCANNER.scan(data))

    assert [ADDRESS, "password-in-address", "google-api-key"] == [f.kind for f in found]
    assert all(data[f.start : f.end].decode() == f.text for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "x" + GOOGLE,
        GOOGLE + "x",
        GOOGLE[:-1],
        "AIza" + "X" * 35,
        "task-" + "b" * 50,
        "AKIA" + "IOSFODNN7EXAMPLE",
    ],
)
def test_near_misses_and_placeholders_are_no_keys(text: str) -> None:
    assert [] == texts(f'"{text}"')


def test_what_is_public_is_never_taken_for_a_secret() -> None:
    anon = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJyZWYiOiJtb2RlbCIsInJvbGUiOiJhbm9uIn0", "b" * 43])

    assert ["supabase-anon-key"] == [f.kind for f in SCANNER.scan(anon.encode())]


@pytest.mark.parametrize("kind", [bytes, memoryview, "mmap"])
def test_every_kind_of_buffer_gives_the_same(kind: object) -> None:
    data = dex_strings("https://api.example.al/", "api.example.al", GOOGLE)
    buffer: bytes | memoryview | mmap.mmap = memoryview(data) if kind is memoryview else data
    if kind == "mmap":
        buffer = mmap.mmap(-1, len(data))
        buffer.write(data)

    assert ["https://api.example.al/", "api.example.al", GOOGLE] == [f.text for f in SCANNER.scan(buffer)]


# --- what is shown -------------------------------------------------------------------------------


def test_a_secret_is_shown_by_kind_end_and_hash() -> None:
    found = Found("google-api-key", GOOGLE, 0, 39)

    digest = hashlib.sha256(GOOGLE.encode()).hexdigest()
    assert f"google-api-key ...bbbb, SHA-256 {digest[:12]}..." == masked(found)


def test_a_short_secret_shows_neither_end_nor_hash() -> None:
    assert "password-in-address ..." == masked(Found("password-in-address", "admin123", 0, 8))


def test_a_hit_keeps_its_text_out_of_logs() -> None:
    (found,) = SCANNER.scan(GOOGLE.encode())

    assert GOOGLE not in repr(found)
    assert GOOGLE not in f"{found} {[found]}"


@given(st.text())
def test_what_is_masked_is_one_line_without_the_value(value: str) -> None:
    line = masked(Found("private-key", value, 0, 1))

    assert line.isprintable()
    assert len(value) < 12 or value not in line


# --- hostile bytes -------------------------------------------------------------------------------

FLOODS = {
    "schemes": b"http://",
    "glued": b"ahttp://",
    "lists": b"http://a.al,",
    "brackets": b"http://" + b"()[]{}" * 200 + b" ",
    "openers": b"http://" + b"(" * 2000 + b" ",
    "tokens": b"eyJ",
    "beginnings": b"AKIAIzaAAAAEAAeyJ",
    "users": b"://a:bbbbbbbbbbbb@c",
    "hosts": b"a.com.",
    "endings": b".com\0",
    "letters": b"a",
    "zeros": b"\0",
    "hex": b"0123456789abcdef",
    "account ids": b"AC" + b"0123456789abcdef" * 2 + b" ",
    "openings of keys": b"-----BEGIN PRIVATE KEY-----" + b"A" * 64,
    "lengths": bytes(range(1, 128)) + b"\0",
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends(name: str) -> None:
    """Quadratic work would take many minutes, and the test run with it."""
    flood = FLOODS[name] * (400_000 // len(FLOODS[name]))

    count = 0
    try:
        for found in SCANNER.scan(flood):
            count += 1
            assert found.end - found.start <= secrets.LONGEST_SECRET
    except Unreadable as error:
        assert f"what follows the first {count:,} was not read" in str(error)

    assert count <= 50_002


def test_finds_are_counted_and_the_rest_is_told() -> None:
    data = b"https://a.al " * 10
    found = []
    with pytest.raises(
        Unreadable, match="too many addresses and keys; what follows the first 3 was not read"
    ):
        found.extend(SCANNER.scan(data, most=3))


def test_near_misses_are_counted_too() -> None:
    with pytest.raises(Unreadable, match="the first 0 was not read"):
        list(SCANNER.scan(b".com " * 100, most=10))


def test_entries_that_cut_everything_do_not_stop_the_scan() -> None:
    data = b"https://a.al AIza" * 50

    assert [] == [f for f in SCANNER.scan(data, lambda at: (at, at + 1)) if f.kind != ADDRESS]


@given(
    st.binary(max_size=400),
    st.sampled_from(["https://api.example.al/v1", GOOGLE, SLACK, GITHUB]),
    st.binary(max_size=400),
)
def test_a_hit_is_found_whatever_is_around_it(before: bytes, hit: str, after: bytes) -> None:
    assert hit in texts(before + b'"' + hit.encode() + b'"' + after)


@given(
    st.lists(
        st.sampled_from([*FLOODS.values(), GOOGLE.encode(), b"https://a.al/", b'"', b"@", b":"]), max_size=30
    )
)
def test_hits_lie_inside_the_buffer_in_order(parts: list[bytes]) -> None:
    data = b"".join(parts)[:20_000]
    found = list(SCANNER.scan(data))

    assert all(0 <= f.start < f.end <= len(data) for f in found)
    tops = [f for f in found if f.kind == ADDRESS]
    assert all(one.end <= two.start for one, two in pairwise(tops))


_PIECES = st.sampled_from(
    [GOOGLE, GITHUB, "AIza", "ghp_", " ", "\0", '"', "b", "-", "https://a.al/?k=", "SG."]
)


@settings(max_examples=500)
@given(st.lists(_PIECES, max_size=12))
def test_the_one_pass_finds_what_each_pattern_finds_alone(pieces: list[str]) -> None:
    """Held against Python's `re`, pattern by pattern, with the same borders of words."""
    data = "".join(pieces).encode()
    for rule in ("google-api-key", "github-token"):
        pattern = re.compile(
            rb"(?<![0-9A-Za-z_])(?:%b)(?![0-9A-Za-z_])" % RULES.secrets[rule].pattern.encode()
        )
        alone = {m.start() for m in pattern.finditer(data)}
        ours = {f.start for f in SCANNER.scan(data) if f.kind == rule}

        assert alone <= ours


def test_the_names_of_what_is_tried_agree() -> None:
    assert set(VALIDATORS) == set(secrets.VALIDATE)


@pytest.mark.parametrize("rule", RULES.secrets.values(), ids=lambda rule: rule.id)
def test_every_pattern_is_found_by_its_first_bytes(rule: catalogue.Secret) -> None:
    """Only kinds that may begin with the byte of a hit are tried on it."""
    kind = secrets.Kind(rule)
    tries = [t for t in rule.tests if rule.id in t["expect"]]
    given = (t["given"] if isinstance(t["given"], str) else "".join(t["given"]) for t in tries)
    hits = [m for text in given for m in re.finditer(kind.head, text.encode())]

    assert hits
    assert all(hit[0][0] in kind.first for hit in hits)
